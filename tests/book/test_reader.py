"""What only the book understands is spelt out in the reader's notebook."""

import re

import pytest
from dv_course import chapters, reader

CHAPTERS = [path for path in chapters.chapter_paths() if chapters.is_notebook(path)]


def test_macros_are_expanded_with_their_arguments():
    assert reader.expand_macros(r"$\D{\pxy}{Q_{n}} \le \nref\E_Q[\Ex]$") == (
        r"$D\!\left(P_{XY}\,\middle\|\,Q_{n}\right) \le n'\operatorname{E}_Q[\Ex]$"
    )


def test_citations_become_names_years_and_links():
    assert reader.cite("so {cite:t}`donsker1983`") == (
        "so [Donsker and Varadhan (1983)](https://doi.org/10.1002/cpa.3160360204)"
    )
    assert reader.cite("{cite:p}`belghazi2018, efron1979`").startswith("([Belghazi et al., 2018](https://doi.org/")


def test_terms_become_words_and_places_elsewhere_titles():
    text = "a {term}`nat`, {term}`nats <nat>`, {prf:ref}`lem-gap`, {ref}`ch-mine`, {eq}`eq-bits` and {eq}`eq-here`"
    assert reader.spell_out(text, {"eq-here"}) == (
        "a nat, nats, *What is missing* of *The Donsker–Varadhan bound*, *MINE*, "
        "an equation of *How much does X tell us about Y?* and {eq}`eq-here`"
    )


@pytest.mark.parametrize("make", [chapters.reader_notebook, chapters.assignment_notebook])
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_notebook_points_at_nothing_outside_itself(chapter, make):
    cells = make(chapter).cells
    here = reader.labels("\n".join(cell.source for cell in cells))
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert "{term}" not in text
    assert set(re.findall(r"\{(?:prf:ref|ref|eq|numref)\}`([^`]+)`", text)) <= set(here)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_readers_notebook_needs_no_macro_and_no_bibliography(chapter):
    text = "\n".join(c.source for c in chapters.reader_notebook(chapter).cells if c.cell_type == "markdown")
    names = "|".join(reader.macros())
    assert not re.findall(rf"\\(?:{names})(?![A-Za-z])|{{cite", text)
