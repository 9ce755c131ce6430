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
        "equation 1.1 of *How much does X tell us about Y?* and {eq}`eq-here`"
    )


PAGE = "*How much does X tell us about Y?*"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The value {eq}`eq-bits` of a critic", f"The value (equation 1.1 of {PAGE}) of a critic"),
        ("By {eq}`eq-bits` it", f"By equation 1.1 of {PAGE} it"),
        ("So it is. {eq}`eq-bits` says", f"So it is. Equation 1.1 of {PAGE} says"),
        ("- {numref}`fig-bins` shows", f"- Fig. 1.2 of {PAGE} shows"),
        ("by {eq}`eq-bits` ({ref}`ch-information`)", f"by equation 1.1 of {PAGE}"),
        ("{prf:ref}`thm-limit` of {ref}`ch-overfitting`", "*A limit for every guarantee* of *When the bound lies*"),
    ],
)
def test_a_place_elsewhere_is_named_as_a_part_of_its_sentence(text, said):
    assert reader.spell_out(text) == said


def test_a_figure_of_the_page_itself_is_named_by_its_section():
    said = reader.spell_out("{numref}`fig-bins` and this", page=PAGE.strip("*"))
    assert said == "The figure in *The problem: samples only* and this"


NAMED = re.compile(
    r"(?:equation|Equation|Fig\.) (?P<number>\d+\.\d+) of (?P<page>\*[^*\n]+\*)|[Tt]he (?:figure|table) in \*[^*\n]+\*"
)


@pytest.mark.parametrize("make", [chapters.reader_notebook, chapters.assignment_notebook])
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_what_a_notebook_points_at_can_be_found(chapter, make):
    cells = make(chapter).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert not re.findall(r"an equation of|a figure of|None\.\d", text)
    assert not re.findall(r"( of \*[^*\n]+\*)(?: of| \()?\1", text), "a page is named twice"
    for match in NAMED.finditer(text):
        before, after = text[: match.start()].rstrip(" "), text[match.end() :]
        starts = not before or before[-1] in ".?!\n" or before.endswith(".**")
        assert starts <= match[0][0].isupper(), match[0]
        assert not match["page"] or not re.match(rf" (?:of )?\(?{re.escape(match['page'])}", after)


def test_the_numbers_are_those_of_the_book(html):
    """Equations and figures, as the built pages number them."""
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (html / "book").glob("*.html")}
    for path in CHAPTERS:
        for label in reader.labels(path.read_text(encoding="utf-8")):
            said = re.match(r"(equation|Fig\.) ([\d.]+) of", reader.places()[label][2])
            if said:
                eqno = rf'id="equation-{label}">.*?<span class="eqno">\(([\d.]+)\)'
                caption = rf'id="{label}".*?caption-number">Fig\. ([\d.]+)'
                found = re.search(eqno if said[1] == "equation" else caption, pages[path.stem], re.DOTALL)
                assert found and found[1] == said[2], label


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
