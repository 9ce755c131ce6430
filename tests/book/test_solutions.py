"""What the reader may not see is in none of the files that the reader gets."""

import html as entities
import re
import zipfile
from types import SimpleNamespace

import build
import nbformat
import pytest
import solutions
from dv_course import chapters

CHAPTERS = [path for path in chapters.chapter_paths() if chapters.is_notebook(path)]


def visible(path):
    """The text of a page without its markup, so that coloured code reads as code."""
    return entities.unescape(re.sub(r"<[^>]+>", "", path.read_text()))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_secrets_are_found_in_the_source_and_nowhere_in_the_book(chapter, html):
    secrets = chapters.secrets(chapter)
    assert len(secrets) >= 10
    page = html / "book" / f"{chapter.stem}.html"
    assert "YOUR CODE HERE" in visible(page)
    for path in html.rglob("*"):
        if path.suffix in {".html", ".js", ".ipynb", ".json", ".md", ".py", ".txt"} and "offline" not in path.parts:
            text = visible(path)
            assert not [line for line in secrets if line in text or line.replace('"', '\\"') in text], path


def test_the_module_that_pages_run_is_shipped_without_the_hidden_checks(html):
    for wheel in html.rglob("*.whl"):
        names = zipfile.ZipFile(wheel).namelist()
        assert not [name for name in names if "dv_course" in name]
        if any(name.startswith("dv/") for name in names):
            assert "dv/__init__.py" in names


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_each_question_has_a_marking_scheme_which_the_instructor_alone_sees(chapter):
    cells = chapters.assignment_notebook(chapter).cells
    asked = [k for k, cell in enumerate(cells) if cell.cell_type == "markdown" and "nbgrader" in cell.metadata]
    holding = [k for k, cell in enumerate(cells) if chapters.marking_scheme(cell)]
    assert asked and holding == [k - 1 for k in asked], "it stands below the question, above the answer"
    for k in holding:
        scheme = chapters.marking_scheme(cells[k])
        parts = re.findall(r"(?:Part \d:|\b[abc]:|\([abc]\)|Interpretation:) (\d) points?\b", scheme)
        assert scheme.startswith("*Marking.*") and sum(map(int, parts)) == cells[k + 1].metadata.nbgrader.points
        question = cells[k].source.partition("=== BEGIN")[0]
        assert re.search(r"^(Each part gives|The parts give) [\w ,]+ points?\.\n```\n*\Z", question, re.MULTILINE)
    text = "\n".join(cell.source for cell in chapters.reader_notebook(chapter).cells)
    assert "Marking." not in text and "MARK SCHEME" not in text


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_marking_scheme_is_gone_before_its_page_is_read(chapter):
    source, app = [chapter.read_text()], SimpleNamespace(config=SimpleNamespace(chapter_notebooks=CHAPTERS))
    solutions.hide_marking(app, f"book/{chapter.stem}", source)
    whole, left = chapter.read_text().splitlines(), source[0].splitlines()
    first, last = whole.index("=== BEGIN MARK SCHEME ==="), whole.index("=== END MARK SCHEME ===")
    assert left == whole[:first] + whole[last + 1 :]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_no_page_shows_a_marking_scheme(chapter, html):
    text = visible(html / "book" / f"{chapter.stem}.html")
    assert "Marking." not in text and "MARK SCHEME" not in text
    assert re.search(r"^(Each part gives|The parts give) [\w ,]+ points?\.$", text, re.MULTILINE)
    notebook = (html / "notebooks" / f"{chapter.stem}.ipynb").read_text()
    assert "Marking." not in notebook and "MARK SCHEME" not in notebook


def test_text_cells_hold_no_solution_region():
    # A page is made from the text cells as they are; only code cells are cleared.
    for chapter in CHAPTERS:
        for cell in chapters.read_chapter(chapter).cells:
            assert cell.cell_type == "code" or "BEGIN SOLUTION" not in cell.source


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_page_offers_the_readers_notebook(chapter, html):
    assert f'href="../notebooks/{chapter.stem}.ipynb"' in (html / "book" / f"{chapter.stem}.html").read_text()
    notebook = nbformat.read(html / "notebooks" / f"{chapter.stem}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert len(notebook.cells) == len(chapters.read_chapter(chapter).cells)


def test_lab_notebooks_follow_the_chapter_until_the_reader_changes_them(tmp_path):
    build.write_lab(tmp_path)
    notebooks = sorted(tmp_path.glob("*.ipynb"))
    assert [path.stem for path in notebooks] == sorted(path.stem for path in CHAPTERS)
    first = notebooks[0]
    made = first.read_text()

    record = tmp_path / ".made.json"
    first.write_text("an earlier version\n")
    record.write_text(record.read_text().replace(build.text_digest(made), build.text_digest("an earlier version\n")))
    build.write_lab(tmp_path)
    assert first.read_text() == made, "an untouched notebook follows its chapter"

    first.write_text(made + " ")
    build.write_lab(tmp_path)
    assert first.read_text() == made + " ", "a changed notebook is the reader's"
