"""A right notebook of each chapter gets full marks, a wrong one and an untouched one none, through nbgrader itself.

Every answer of the bank gets its mark in `tests/course/test_bundle.py`, all in one notebook.
"""

import nbformat
import pytest
from boxes import WITHOUT_BOX
from dv_course import assignments, bank, chapters
from dv_course.grading.grade import grade

pytestmark = pytest.mark.timeout(3600)  # a whole class, on a machine however busy
CHAPTERS = [path for path in chapters.chapter_paths() if chapters.is_notebook(path)]


def exercises(chapter):
    """The ids of the chapter's self-grading exercises."""
    cells = [cell.metadata.get("nbgrader", {}) for cell in chapters.read_chapter(chapter).cells]
    return [cell["grade_id"] for cell in cells if cell.get("solution") and not cell["grade"]]


def submissions(answers):
    """{student: {exercise: (kind, name, code)}}: the first right and the first wrong answer of every exercise."""
    first = {
        kind: {exercise: (kind, *next(iter(kinds[kind].items()))) for exercise, kinds in answers.items()}
        for kind in ("right", "wrong")
    }
    return {**first, "untouched": {}}


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def graded(request, tmp_path_factory, one_server):
    """A course with this chapter released, answered from the bank, and graded."""
    chapter, course = request.param, tmp_path_factory.mktemp("course")
    assert assignments.release(course, chapter.stem, chapters.assignment_notebook(chapter)) == "made"
    release = course / "release" / chapter.stem / f"{chapter.stem}.ipynb"
    handed_in = submissions(bank.answers(chapter.stem))
    for student, answers in handed_in.items():
        notebook = nbformat.read(release, as_version=4)
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in answers:
                cell.source = answers[grade_id][2]
        folder = course / "submitted" / student / chapter.stem
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{chapter.stem}.ipynb")
    records = grade(course, chapter.stem, without_box=WITHOUT_BOX)
    assert not [
        (student, row, record.detail) for student, record in records.items() for row in record.needing_a_person()
    ]
    of = {
        cell: exercise
        for cell, (exercise, _) in assignments.exercises(
            course / "source" / release.relative_to(course / "release")
        ).items()
    }
    scores = {student: dict.fromkeys(of.values(), (0, 0)) for student in records}
    for student, record in records.items():
        for row in record.grades:
            score, points = scores[student][of[row["cell"]]]
            scores[student][of[row["cell"]]] = (score + (row["score"] or 0), points + row["points"])
    return chapter, release, handed_in, scores


def test_every_exercise_has_a_bank_of_answers(graded):
    chapter, *_ = graded
    answers = bank.answers(chapter.stem)
    assert sorted(answers) == sorted(exercises(chapter))
    for exercise, kinds in answers.items():
        assert len(kinds["right"]) >= 3 and len(kinds["wrong"]) >= 6, exercise


def test_right_answers_get_full_marks_and_wrong_ones_do_not(graded):
    _, _, handed_in, scores = graded
    judged = [
        (exercise, name, kind, scores[student][exercise])
        for student, answers in handed_in.items()
        for exercise, (kind, name, _) in answers.items()
    ]
    assert len(judged) == 2 * len({exercise for exercise, *_ in judged})
    misjudged = [row for row in judged if (row[3][0] == row[3][1]) != (row[2] == "right")]
    assert not misjudged


def test_an_untouched_notebook_gets_nothing(graded):
    *_, scores = graded
    assert scores["untouched"] and not any(score for score, _ in scores["untouched"].values())


def test_the_released_notebook_holds_no_solution_no_hidden_test_and_no_marking_scheme(graded):
    chapter, release, *_ = graded
    text = release.read_text()
    assert "YOUR CODE HERE" in text and "Marking." not in text and "MARK SCHEME" not in text
    source = release.parents[2] / "source" / chapter.stem / release.name
    assert source.read_text().count("=== BEGIN MARK SCHEME ===") == source.read_text().count("*Marking.*") == 1
    assert not [line for line in chapters.secrets(chapter) if line in text]
