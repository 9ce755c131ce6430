"""Every labelled equation, proposition and theorem is evaluated somewhere.

A check names the label, with underscores for hyphens: in the name of a test of
`tests/book/test_CHAPTER.py`, or in a comment `# checks: label` of a cell.
"""

import re

import pytest
from dv_course import chapters

CHAPTERS = [path for path in chapters.chapter_paths() if chapters.is_notebook(path)]
LABELLED = re.compile(r"^:label: *((?:eq|prop|thm|lem|cor)-[\w-]+)$|^\$\$ *\(((?:eq)-[\w-]+)\)$", re.MULTILINE)


def labels(text):
    return [a or b for a, b in LABELLED.findall(text)]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_every_labelled_statement_has_a_check(chapter):
    text = chapter.read_text()
    tests = (chapters.root() / "tests" / "book" / f"test_{chapter.stem}.py").read_text()
    names = " ".join(re.findall(r"^def (test_\w+)", tests, re.MULTILINE))
    cells = " ".join(re.findall(r"# checks: (.*)", text))
    found = labels(text)
    assert found
    assert not [label for label in found if label.replace("-", "_") not in names and label not in cells.split()]


def test_displayed_formulas_stand_in_a_labelled_statement_or_carry_a_label():
    for chapter in CHAPTERS:
        bare = re.findall(r"^```\{math\}\n(?!:label:)", chapter.read_text(), re.MULTILINE)
        assert not bare, chapter
