"""A course that changes after release, and the way back."""

import copy
import hashlib
import subprocess
import sys

import nbformat
import pytest
from dv_course import assignments
from dv_course.cli import main
from dv_course.grading import backup, gradebook
from dv_course.grading.records import records
from test_grade import OPTION, WRONG, marks


def state(course):
    """Everything in the course that a command could leave half made."""
    paths = sorted(
        path for step in ("source", "release", "graded", "autograded") for path in course.glob(f"{step}/**/*")
    )
    files = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()}
    return files, sorted(backup._by_hand(course / "gradebook.db"))


def source(classroom):
    return nbformat.read(classroom.folder / "source" / "small" / "small.ipynb", as_version=4)


def added(notebook):
    words = nbformat.v4.new_markdown_cell("*Your answer here.*", id="words")
    words.metadata.nbgrader = {"grade": True, "grade_id": "extra", "locked": False, "points": 2, "schema_version": 3}
    words.metadata.nbgrader |= {"solution": True, "task": False}
    notebook.cells.append(words)


def find(notebook, label):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == label)


def reweighted(notebook):
    find(notebook, "iid-test").metadata.nbgrader.points = 5


def renamed(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = cell.metadata.nbgrader.grade_id.replace("iid", "new")


CHANGES = {
    added: ["extra is new"],
    reweighted: ["iid has 5 points instead of 2"],
    renamed: ["iid is gone", "new is new"],
}


@pytest.fixture
def marked(small_class):
    """ada is right, bea wrong, and a person gave bea a mark of her own."""
    small_class.hand_in("ada")
    small_class.hand_in("bea", {"iid": WRONG})
    small_class.grade()
    with gradebook.opened(small_class.folder) as book:
        given = book.find_grade("iid-test", "small", "small", "bea")
        given.manual_score, given.needs_manual_grade = 1.5, False
        book.db.commit()
    return small_class


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_would_lose_marks_is_refused_and_touches_nothing(marked, change):
    before, notebook = state(marked.folder), source(marked)
    change(notebook)
    with pytest.raises(ValueError, match=f"{CHANGES[change][0]}.*--migrate small") as refused:
        assignments.release(marked.folder, "small", notebook)
    assert all(words in str(refused.value) for words in CHANGES[change])
    assert state(marked.folder) == before and marks(marked) == {"ada": 2, "bea": 1.5}


def test_a_change_of_words_keeps_every_mark(marked):
    notebook = source(marked)
    notebook.cells[0].source += "\nTake your time."
    assert assignments.release(marked.folder, "small", notebook) == "made"
    assert marks(marked) == {"ada": 2, "bea": 1.5}
    assert "Take your time." in (marked.folder / "release" / "small" / "small.ipynb").read_text()


def test_migration_keeps_the_marks_of_exercises_that_did_not_change(marked):
    notebook = source(marked)
    added(notebook)
    assert assignments.release(marked.folder, "small", notebook, migrate=True) == "migrated"
    assert marks(marked) == {"ada": 2, "bea": 1.5}
    people = {name: record.needing_a_person() for name, record in marked.grade().items()}
    assert marks(marked) == {"ada": 2, "bea": 1.5}
    assert "the answer cell extra is not there" in dict(people["ada"])["extra"]


def test_migration_leaves_a_persons_mark_to_be_looked_at_where_the_points_changed(marked):
    notebook = source(marked)
    reweighted(notebook)
    assignments.release(marked.folder, "small", notebook, migrate=True)
    with gradebook.opened(marked.folder) as book:
        given = {name: book.find_grade("iid-test", "small", "small", name) for name in ("ada", "bea")}
        assert (given["ada"].auto_score, given["ada"].needs_manual_grade) == (None, True)
        assert (given["bea"].manual_score, given["bea"].needs_manual_grade) == (1.5, True)
    marked.grade()
    assert marks(marked) == {"ada": 5, "bea": 1.5}


def test_what_fails_on_the_way_leaves_the_course_as_it_was(marked, monkeypatch):
    before, notebook = state(marked.folder), source(marked)
    added(notebook)
    monkeypatch.setattr(assignments.changes, "put_back", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        assignments.release(marked.folder, "small", notebook, migrate=True)
    assert state(marked.folder) == before and marks(marked) == {"ada": 2, "bea": 1.5}
    assert not list(marked.folder.glob(".making-*"))


def test_undo_goes_back_to_before_the_last_change(marked, capsys):
    before = state(marked.folder)
    notebook = copy.deepcopy(source(marked))
    renamed(notebook)
    assignments.release(marked.folder, "small", notebook, migrate=True)
    assert marks(marked) == {"ada": 0, "bea": 0}
    with pytest.raises(SystemExit) as done:
        main(["--course", str(marked.folder), "undo"])
    assert not done.value.code and "undone: the change of small" in capsys.readouterr().out
    assert state(marked.folder) == before and marks(marked) == {"ada": 2, "bea": 1.5}


def test_undo_takes_back_a_grading_but_no_mark_that_a_person_gave_since(small_class):
    small_class.hand_in("ada")
    small_class.grade()
    first = records(small_class.folder, "small")
    small_class.hand_in("ada", {"iid": WRONG})
    command = [sys.executable, "-m", "dv_course", "--course", str(small_class.folder)]
    subprocess.run([*command, "grade", "small", *OPTION], check=True, capture_output=True)
    assert marks(small_class) == {"ada": 0}
    with gradebook.opened(small_class.folder) as book:
        book.find_grade("iid-test", "small", "small", "ada").manual_score = 1
        book.db.commit()
    refused = subprocess.run([*command, "undo"], capture_output=True, text=True)
    assert refused.returncode == 1 and "marks or comments to ada" in refused.stderr
    subprocess.run([*command, "undo", "--force"], check=True, capture_output=True)
    assert marks(small_class) == {"ada": 2} and records(small_class.folder, "small") == first
    subprocess.run([*command, "undo"], check=True, capture_output=True)
    refused = subprocess.run([*command, "undo"], capture_output=True, text=True)
    assert refused.returncode == 1 and "nothing to undo" in refused.stderr
