"""The notation page has every symbol, and every chapter leads there from the first use."""

import re

import notation
import numpy as np
import pytest
from bs4 import BeautifulSoup
from dv_course import chapters

import dv

CHAPTERS = [path for path in chapters.chapter_paths() if chapters.is_notebook(path)]
DECORATED = r"\\(?:hat|widehat|bar|tilde|mathcal)\s*\{?\\?[A-Za-z]+\}?"
GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "varepsilon",
    "eta",
    "theta",
    "lambda",
    "mu",
    "rho",
    "sigma",
    "tau",
    "phi",
    "chi",
    "ell",
    "Delta",
]
LETTER = re.compile(rf"{DECORATED}|\\(?:{'|'.join(GREEK)})(?![A-Za-z])|\\[A-Za-z]+|[A-Za-z]")


def letters(text):
    """The letters, plain or with a hat, of all formulas of a text without its code."""
    text = re.sub(r"^```\{code-cell\}.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    formulas = re.findall(
        r"\$\$(.+?)\$\$|\$([^$\n]+)\$|^```\{math\}\n:label:[^\n]*(.*?)^```$", text, re.DOTALL | re.MULTILINE
    )
    words = r"\\(?:text|operatorname|mathrm|begin|end|phantom)\{[^}]*\}"
    found = LETTER.findall(re.sub(words, "", " ".join(map("".join, formulas))))
    return {
        re.sub(r"[\s{}]", "", letter)
        for letter in found
        if letter.lstrip("\\") in GREEK or not re.match(r"\\(?!hat|widehat|bar|tilde|mathcal)", letter)
    }


def article(html, stem):
    """A page's running text: no code, no headings, no captions, no controls."""
    page = BeautifulSoup((html / "book" / f"{stem}.html").read_text(), "html.parser").select_one("article")
    apart = "pre, code, figcaption, .cell_output, script, h1, h2, h3, .admonition-title, .headerlink, table"
    for node in page.select(apart):
        node.decompose()
    return page


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_every_letter_of_a_chapter_is_explained(chapter):
    page = notation.source()
    own = "\n".join(re.findall(rf"^\| \{{ref\}}`ch-{chapter.stem.replace('_', '-')}` .*$", page, re.MULTILINE))
    shared = re.sub(r"^\| \{ref\}.*$", "", page, flags=re.MULTILINE)
    unexplained = letters(chapter.read_text()) - letters(own) - letters(shared)
    assert not unexplained


def test_letters_are_found_plain_and_with_a_hat():
    assert letters(r"$\hat\theta + \log \widehat{I} \ge x_k$ and $$ \tau \text{ if } $$") == {
        *(r"\hat\theta", r"\widehatI", "x", "k", r"\tau"),
    }


def test_a_symbol_occurs_where_it_stands_on_its_own():
    assert notation.occurs("n", r"1/n") and notation.occurs(r"z'_j", r"t(z'_j)")
    assert notation.occurs(r"n_{\text{eff}}", r"1/n_{\text{eff}}")
    for other in (
        r"\nref",
        "x_n",
        r"n_{\text{eff}}",
        "n'",
        r"\ln 2",
        r"\text{on}",
        r"\begin{pmatrix} 1 \end{pmatrix} + \operatorname{in}",
    ):
        assert not notation.occurs("n", other)


def test_every_symbol_and_term_is_linked_from_a_chapter(html):
    page = BeautifulSoup((html / "book" / "notation.html").read_text(), "html.parser").select_one("article")
    wanted = {node["id"] for node in page.select("td[id], dt[id]")}
    assert len(wanted) == len(notation.symbols()) + len(notation.glossary())
    found = {
        link["href"].partition("#")[2]
        for chapter in CHAPTERS
        for link in article(html, chapter.stem).select("a[href^='notation.html#']")
    }
    assert not wanted - found


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_the_first_use_of_a_term_is_a_link(chapter, html):
    page = article(html, chapter.stem)
    for formula in page.select(".math"):
        formula.decompose()
    late = []
    for term in notation.glossary():
        word = re.compile(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", re.IGNORECASE)
        uses = [
            text
            for text in page.find_all(string=word)
            if not text.find_parent("a", href=re.compile("^http|bib|references|#ch-"))
        ]
        if uses and not uses[0].find_parent("a", href=re.compile("notation.html#term-")):
            late.append((term, str(uses[0])))
    assert not late


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_the_first_use_of_a_symbol_is_a_link_in_the_chapters_that_introduce_it(chapter, html):
    formulas = article(html, chapter.stem).select("span.math")
    links = [formula.find_parent("a", class_="to-notation") for formula in formulas]
    targets = [link["href"].partition("#")[2] if link else None for link in links]
    introduced = [symbol for symbol in notation.symbols() if chapter.stem in map(notation.home, symbol.labels)]
    assert introduced
    for symbol in introduced:
        alone = [formula.get_text()[2:-2].strip() in symbol.spellings for formula in formulas]
        assert symbol.id in targets, symbol
        assert True not in alone or targets.index(symbol.id) <= alone.index(True), symbol


def test_a_link_says_in_plain_words_where_it_leads():
    tips = [symbol.words for symbol in notation.symbols()] + list(notation.glossary().values())
    assert len(tips) == len(set(tips))
    for tip in tips:
        assert 3 < len(tip) < 170 and not re.search(r"[\\{}$_^`]", tip), tip


def test_the_f_divergence_form_is_never_higher_and_equal_only_where_the_glossary_says():
    words = " ".join((chapters.root() / "book" / "notation.md").read_text().split())
    assert "never higher than the Donsker–Varadhan value of the same critic" in words
    assert "The two agree if and only if $\\E_R[e^t] = e$" in words
    t, t_ref = np.random.default_rng(0).normal(size=(2, 50))
    to_e = 1 - dv.log_mean_exp(t_ref)
    for shift in (-2, -1e-3, 0, 1e-3, 2):
        gap = dv.dv_bound(t, t_ref) - dv.fdiv(t + to_e + shift, t_ref + to_e + shift)
        assert gap == pytest.approx(np.exp(shift) - 1 - shift, abs=1e-12) and (gap > 1e-9) == (shift != 0)
