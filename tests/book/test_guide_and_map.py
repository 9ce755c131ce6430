"""What the introduction and the instructor guide say of the chapters is what the chapters hold."""

import re

import pytest
from dv_course import chapters

PATHS = {path.stem: path for path in chapters.chapter_paths() if chapters.is_notebook(path)}
STEMS = list(PATHS)
GUIDE, INTRO = ((chapters.root() / "book" / f"{name}.md").read_text() for name in ("instructor", "intro"))
ROLE = re.compile(r"\{(?:prf:ref|ref|eq|numref)\}`(?:[^`<]*<)?([\w-]+)>?`")


def section(page, label):
    """The text from a label to the next section of the same level."""
    return re.search(rf"^\({label}\)=\n## [^\n]*\n(.*?)(?=^\(|^## |\Z)", page, re.MULTILINE | re.DOTALL)[1]


def rows(text, width):
    """The cells of the rows of a table of this many columns that name a chapter first."""
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [row for row in table if len(row) == width and ROLE.search(" ".join(row[:2]))]


def named(cell):
    """The chapters whose titles or numbers a cell shows, by name."""
    return [label.removeprefix("ch-").replace("-", "_") for label in ROLE.findall(cell)]


def graded(stem):
    """The cells of a chapter that give marks."""
    return [cell for cell in chapters.read_chapter(PATHS[stem]).cells if cell.metadata.get("nbgrader", {}).get("grade")]


def points(stem, kinds=("code", "markdown")):
    """What those of these kinds give."""
    return [cell.metadata.nbgrader.points for cell in graded(stem) if cell.cell_type in kinds]


def test_the_term_has_every_chapter_with_its_proofs_and_points():
    term = rows(GUIDE, 6)
    assert [named(row[1]) for row in term] == [[stem] for stem in STEMS]
    assert [row[0] for row in term] == [str(week + 1) for week in range(len(STEMS))]
    assert [row[3] for row in term] == [f"`{stem}`" for stem in STEMS]
    for stem, (_, _, proofs, _, marks, _) in zip(STEMS, term, strict=True):
        assert int(proofs) == len(re.findall(r"^`{3,}\{prf:proof\}", PATHS[stem].read_text(), re.MULTILINE)), stem
        assert int(marks) == sum(points(stem)), stem


def test_a_sheet_comes_back_a_week_after_it_went_out():
    term = rows(GUIDE, 6)
    (last,) = re.findall(r"^\| (\d+) \| \| \| \| \| (`\w+`) \|$", GUIDE, re.MULTILINE)
    returned = [row[5] for row in term[1:]] + [last[1]]
    assert returned == [row[3] for row in term] and int(last[0]) == len(term) + 1 and not term[0][5]


def test_each_sheet_has_one_answer_in_words():
    sums = [sum(points(stem)) for stem in STEMS]
    assert f"6 of its {min(sums)} to {max(sums)} points" in GUIDE
    assert all(points(stem, ["markdown"]) == [6] for stem in STEMS)


def test_what_needs_torch_on_the_page_is_said():
    torch = re.compile(r"\btorch\.|dv\.Net\(|Trainer\(")
    assert [stem for stem in STEMS for cell in graded(stem) if torch.search(cell.source)] == ["training"] * 2 + ["mine"]
    said = "Three exercises, two of {ref}`ch-training` and one of {ref}`ch-mine`, need PyTorch"
    assert said in GUIDE and said in INTRO


@pytest.fixture(scope="module")
def needs():
    """{chapter: (needed, touched)} by the introduction's table."""
    table = rows(section(INTRO, "sec-needs"), 4)
    assert [named(row[0]) == named(row[1]) for row in table] == [True] * len(STEMS)
    found = {named(row[1])[0]: (named(row[2]), named(row[3])) for row in table}
    assert list(found) == STEMS
    return found


@pytest.fixture(scope="module")
def homes():
    """{label: the chapter on which it stands}."""
    label = re.compile(
        r"^:label: *([\w-]+)|^\(([\w-]+)\)=|^\$\$ *\(([\w-]+)\)|^    name: *([\w-]+)|^:name: *([\w-]+)", re.MULTILINE
    )
    return {"".join(found): stem for stem in STEMS for found in label.findall(PATHS[stem].read_text())}


@pytest.mark.parametrize("stem", STEMS)
def test_a_chapter_refers_back_to_what_it_needs_or_touches_alone(stem, needs, homes):
    needed, touched = needs[stem]
    earlier = STEMS[: STEMS.index(stem)]
    assert set(needed) <= set(earlier) and not set(needed) & set(touched)
    text = PATHS[stem].read_text().partition("## Where to read on")[0]
    used = {homes.get(label) for label in ROLE.findall(text)} & set(earlier)
    assert used <= set(needed) | set(touched)


def test_nothing_after_them_needs_the_two_that_may_be_left_out(needs):
    assert "needs {ref}`ch-f-divergences` or {ref}`ch-minee`" in GUIDE
    assert not [stem for stem in STEMS if {"f_divergences", "minee"} & set(needs[stem][0])]


def test_what_the_ways_through_name_is_there(homes):
    ways = section(GUIDE, "sec-ways")
    assert ways.count("### ") == 4
    headings = {
        title for path in PATHS.values() for title in re.findall(r"^#{2,3} (.+)$", path.read_text(), re.MULTILINE)
    }
    said = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", ways)
    assert len(said) > 15 and not set(said) - headings
    assert not set(ROLE.findall(ways)) - {*homes, "sec-needs"}
    sheets = re.findall(r"`(\w+)`(?= \||,| or| after)", re.sub(r"\{[\w:]+\}`[^`]*`", "", ways))
    assert {"overfitting", "ising_exact"} <= set(sheets) <= set(STEMS)


def prediction(stem):
    """The letter that a chapter gives as the answer to its prediction."""
    text = re.sub(r"^:::.*?^:::$", "", PATHS[stem].read_text(), flags=re.MULTILINE | re.DOTALL)
    return re.search(r"(?:answer(?: to the prediction)?(?: is)?|:) \(([abc])\)", text)[1]


def test_the_guide_answers_the_predictions_as_the_chapters_do():
    answers = {named(row[0])[0]: row[1][1] for row in rows(section(GUIDE, "sec-ways"), 2)}
    assert answers == {stem: prediction(stem) for stem in STEMS}
    for stem in STEMS:
        asked = re.search(r"Predict first\n.*?^:::$", PATHS[stem].read_text(), re.MULTILINE | re.DOTALL)[0]
        assert [asked.count(f"({letter})") for letter in "abc"] == [1, 1, 1], stem


def test_no_letter_is_the_safe_guess():
    counts = [list(map(prediction, STEMS)).count(letter) for letter in "abc"]
    assert max(counts) - min(counts) <= 2


def test_every_sheet_opens_with_how_it_is_marked():
    opening = re.compile(r"^## Exercises\n\n.*run the cell below each.* silent", re.IGNORECASE | re.MULTILINE)
    assert not [stem for stem in STEMS if not opening.search(PATHS[stem].read_text())]
