"""One voice: spelling, length and readability of the text."""

import re

import nbformat
import pytest
from dv_course import chapters

PAGES = chapters.chapter_paths()
CHAPTERS = [path for path in PAGES if chapters.is_notebook(path)]

# The book is in British spelling. These are the American forms that slip in most.
AMERICAN = re.compile(
    r"\b(colors?|colored|gray|centers?|centered|neighbors?|neighboring|behaviors?|favor\w*|flavor\w*"
    r"|labor|labeled|labeling|modeled|modeling|traveled|canceled|fulfill|analog|catalog"
    r"|(?:symmetr[i]|optimi|regulari|normali|generali|initiali|summari|recogni|minimi|maximi|standardi|randomi|parametri"
    r"|factori|visuali|locali|emphasi|utili|organi|reali|speciali|characteri|discreti)z(?:e[ds]?|ing|ation\w*|er))\b",
    re.IGNORECASE,
)


def prose(path):
    """The sentences of a page: no code, no formula, no markup, nothing that the reader does not see."""
    text = chapters.clear_marking(nbformat.v4.new_markdown_cell(path.read_text())).source
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(
        r"^```(?:\{(?:code-cell|math|bibliography|eval-rst)\}|\w+)[^\n]*\n.*?^```$",
        "",
        text,
        flags=re.DOTALL | re.MULTILINE,
    )
    text = re.sub(r"\$\$.*?\$\$", " ", text, flags=re.DOTALL)
    text = re.sub(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"^\s*(?::{3,}|`{3,}|:[\w-]+:|\+{3}|\(.*\)=|\||#|<).*$", ".", text, flags=re.MULTILINE)
    text = re.sub(r"\$[^$]+\$", "x", text)
    text = re.sub(r"(\{[\w:]+\})?`[^`]*`", "it", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*_>]", "", text)


def words(text):
    return re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)


def lix(text):
    """The readability index LIX: words a sentence plus the percentage of words over 6 letters.

    Below 40 a text reads like fiction, up to 50 like a newspaper, above 60 like a law.
    """
    found = words(text)
    sentences = [s for s in re.split(r"[.!?:]+(?:\s|$)|\n\s*\n", text) if len(words(s)) > 1]
    if not sentences:
        return 0.0  # a heading or a lone word is hard for nobody
    return len(found) / len(sentences) + 100 * sum(len(word) > 6 for word in found) / len(found)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_is_one_evening_long(chapter):
    assert 1500 <= len(words(prose(chapter))) <= 3500


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_is_easy_to_read(page):
    text = prose(page)
    assert lix(text) < 45


def test_lix_tells_plain_words_from_officialese():
    plain = "We draw one row. Then we draw the next. Each is as likely as any other."
    heavy = "Notwithstanding methodological considerations, implementation necessitates comprehensive parametrisation."
    assert lix(plain) < 20 < 60 < lix(heavy)
    assert lix("") == lix("Word.") == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_spelling_is_british(page):
    assert not AMERICAN.findall(prose(page))
