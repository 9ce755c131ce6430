"""The bank of answers in the page: what the notebook says is said there, and what is handed in is graded."""

import nbformat
import pytest
from boxes import WITHOUT_BOX
from dv_course import assignments
from dv_course.bank import answers, objection
from dv_course.chapters import assignment_notebook, chapter_paths, check_cells, is_notebook, reader_notebook
from dv_course.grading.grade import grade
from live_page import PAGE, opened

CHAPTERS = {path.stem: path for path in chapter_paths() if is_notebook(path)}
# Python knows cells, not chapters: one page can run those of all.
RUN = f"""async (requests) => {{
  const {{ python }} = {PAGE};
  const results = [];
  for (const request of requests) results.push(await python.run(request, () => {{}}));
  return results;
}}"""
WRITE = f"""async (answers) => {{
  for (const exercise of {PAGE}.exercises.filter(({{ id }}) => id in answers)) {{
    await exercise.open();
    exercise.editor.text = answers[exercise.id];
  }}
}}"""


def requests(chapter):
    """What the page would run for each answer of a chapter's bank."""
    cells = reader_notebook(CHAPTERS[chapter]).cells
    setup = [cell.source for cell in cells if "setup" in cell.metadata.get("tags", [])]
    found = {exercise: "\n".join(cell.source for cell in of_one) for exercise, of_one in check_cells(cells).items()}
    return [
        {"setup": setup, "answer": code, "test": found[exercise]}
        for exercise, kinds in answers(chapter).items()
        for code in (*kinds["right"].values(), *kinds["wrong"].values())
    ]


def said(result):
    error = result["error"]
    return error and f"{error['type']}: {error['message']}"


def alike(here, there):
    """Whether two objections are the same; words of Python's or NumPy's own differ between their versions."""
    if here and there and not here.startswith("AssertionError"):
        return here.partition(":")[0] == there.partition(":")[0]
    return here == there


def test_every_answer_is_told_in_the_page_what_the_notebook_tells_it(open_page, served):
    page = opened(open_page, served, "information")
    checked = 0
    for chapter in CHAPTERS:
        given = requests(chapter)
        for request, result in zip(given, page.evaluate(RUN, given), strict=True):
            if result["error"] and result["error"]["missing"] == "torch":
                assert "torch" in request["answer"] + request["test"]
                continue
            there = objection(*map(request.get, ("setup", "answer", "test")))
            if there and there.startswith("RuntimeWarning"):  # WebAssembly has no flags for log 0 and 0/0
                continue
            assert alike(said(result), there), request["answer"]
            checked += 1
    assert checked > 250


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_is_handed_in_is_the_chapters_notebook_with_the_answers(chapter, open_page, served, tmp_path, one_server):
    right = {exercise: next(iter(kinds["right"].values())) for exercise, kinds in answers(chapter).items()}
    page = opened(open_page, served, chapter)
    page.evaluate(WRITE, right)
    with page.expect_download() as download:
        page.get_by_role("button", name="Hand in").click()
    path = tmp_path / "submitted" / "ada" / chapter / f"{chapter}.ipynb"
    assert download.value.suggested_filename == path.name
    download.value.save_as(path)
    handed_in, given = nbformat.read(path, as_version=4), reader_notebook(CHAPTERS[chapter])
    nbformat.validate(handed_in)
    assert [cell.metadata for cell in handed_in.cells] == [cell.metadata for cell in given.cells]
    for cell, before in zip(handed_in.cells, given.cells, strict=True):
        assert cell.source == right.get(cell.metadata.get("nbgrader", {}).get("grade_id"), before.source)
    if chapter == "divergence":  # which asks for no more than NumPy
        assignments.release(tmp_path, chapter, assignment_notebook(CHAPTERS[chapter]))
        grades = grade(tmp_path, chapter, without_box=WITHOUT_BOX)["ada"].grades
        marks = {row["cell"]: (row["score"], row["points"]) for row in grades if not row["manual"]}
        assert len(marks) == len(right) and all(score == points for score, points in marks.values())
