"""What only the book understands is spelt out in the reader's notebook."""

import re

import chapters
import pytest
import reader

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


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_readers_notebook_needs_no_macro_and_no_bibliography(chapter):
    text = "\n".join(c.source for c in chapters.reader_notebook(chapter).cells if c.cell_type == "markdown")
    names = "|".join(reader.macros())
    assert not re.findall(rf"\\(?:{names})(?![A-Za-z])|{{cite", text)
