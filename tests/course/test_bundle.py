"""An assignment in another tool's container: same checks, same marks."""

import copy
import json
import os
import re
import subprocess
import sys
import zipfile

import classrooms
import nbformat
import numpy as np
import pytest
from dv_course import bank, bundle, chapters
from test_classroom import run
from test_grade import WRONG, marks

ANSWERS = {"right": {}, "wrong": {"iid": WRONG}, "stub": {"iid": "answers = {}"}}
# A check that many exercises of one notebook ask for, each by a name of its own.
COPIES = """
from .core import find


def __getattr__(name):
    chapter, exercise, _ = name.split("__")
    return find(f"{chapter}.{exercise}")
"""


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    made = classrooms.small(tmp_path_factory.mktemp("course"))
    made.hand_in("someone")
    made.grade()
    return made


@pytest.fixture(scope="module")
def gradescope(tmp_path_factory, classroom):
    """The archive as Gradescope unpacks it."""
    top = tmp_path_factory.mktemp("autograder")
    names = unpack(bundle.make(classroom.folder, "small"), top / "source")
    assert {name for name in names if "/" not in name} == {"setup.sh", "run_autograder", "constraints.txt"}
    return top


def unpack(path, folder):
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        assert (archive.getinfo("run_autograder").external_attr >> 16) & 0o111
        return archive.namelist()


def graded_there(top, notebook, *command):
    folder = top / "submission"
    folder.mkdir(exist_ok=True)
    (folder / "my homework (2).ipynb").write_bytes(notebook)
    environment = os.environ | {"AUTOGRADER": str(top), "PYTHON": sys.executable}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads((top / "results" / "results.json").read_text(encoding="utf-8"))


def by_gradescope(top, notebook):
    return graded_there(top, notebook, "sh", str(top / "source" / "run_autograder"))


def by_otter(top, notebook):
    return graded_there(top, notebook, sys.executable, str(top / "source" / "run_otter.py"))


def test_the_archive_has_no_student_and_all_that_grades(gradescope):
    source = gradescope / "source"
    assert b"someone" not in (source / "course" / "gradebook.db").read_bytes()
    for part in ("dv/__init__.py", "course/pyproject.toml", "course/dv_course/checks/resampling.py", "pyproject.toml"):
        assert (source / "packages" / part).exists()
    assert subprocess.run(["sh", "-n", str(source / "setup.sh")]).returncode == 0


def test_its_marks_are_ours(gradescope, classroom):
    theirs = {
        name: by_gradescope(gradescope, classroom.hand_in(name, answer).read_bytes())["score"]
        for name, answer in ANSWERS.items()
    }
    classroom.grade()
    assert theirs == {name: mark for name, mark in marks(classroom).items() if name in ANSWERS}
    assert sorted(theirs.values()) == [0, 0, 2]


def test_what_cannot_be_graded_is_said_there_too(gradescope):
    found = by_gradescope(gradescope, b"my homework")
    assert found["score"] == 0 and "is not a notebook" in found["output"]


def test_a_mark_that_waits_for_a_person_says_so(gradescope, classroom):
    path = classroom.hand_in("warns", {"iid": "import sys\nprint(1, file=sys.stderr)\nanswers = {}"})
    (test,) = by_gradescope(gradescope, path.read_bytes())["tests"]
    assert test["name"] == "iid" and test["max_score"] == 2


OWN = """
from . import require, variant


def own(answer):
    require(abs(answer - variant().uniform()) < 1e-12, "this is not the number of who handed it in")
"""


def test_numbers_of_ones_own_are_graded_for_that_student(tmp_path):
    """In the container everybody is called "student"."""
    for name in ("whole", "own"):
        (tmp_path / name).mkdir()
    whole = classrooms.small(tmp_path / "whole")
    notebook = nbformat.read(whole.folder / "source" / "small" / "small.ipynb", as_version=4)
    (test,) = chapters.check_cells(notebook.cells)["iid"]
    test.source = 'from dv_course import check\n\ncheck("own.own", answers)'
    classroom = classrooms.Classroom(tmp_path / "own", "own", notebook, {})
    assert run(classroom, "bundle", "own", "--for", "otter").returncode == 0
    unpack(classroom.folder / "bundles" / "own-otter.zip", tmp_path / "autograder" / "source")
    (checks,) = tmp_path.glob("autograder/**/dv_course/checks")
    (checks / "own.py").write_text(OWN)
    scores = {}
    for name in ("student", "ada"):
        number = np.random.default_rng(list(name.encode())).uniform()
        answered = classroom.hand_in(name, {"iid": f"answers = {number!r}"}).read_bytes()
        (scores[name],) = [
            test["score"] for test in by_otter(tmp_path / "autograder", answered)["tests"] if "max_score" in test
        ]
    assert scores == {"student": 2, "ada": 0}


def whole_bank(folder):
    """A class whose one notebook asks for every answer of the bank, and {exercise: whether its answer is right}."""
    cells, answers, right = [], {}, {}
    for chapter in filter(chapters.is_notebook, chapters.chapter_paths()):
        notebook = chapters.assignment_notebook(chapter)
        cells += [cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", [])]
        labelled = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
        for exercise, kinds in bank.answers(chapter.stem).items():
            codes = [(kind == "right", code) for kind in ("right", "wrong") for code in kinds[kind].values()]
            for number, (is_right, code) in enumerate(codes):
                name = f"{chapter.stem}-{exercise}-answer-{number}"
                tests = chapters.check_cells(notebook.cells)[exercise]
                for cell in (labelled[exercise], *tests):
                    cell = copy.deepcopy(cell)
                    label = cell.metadata.nbgrader.grade_id
                    cell.id = cell.metadata.nbgrader.grade_id = label.replace(exercise, name, 1)
                    call = rf'check("copies.\1__\2__{number}"'
                    cell.source = re.sub(r'check\("(\w+)\.(\w+)"', call, cell.source)
                    cells.append(cell)
                answers[name], right[name] = code, is_right
    notebook.cells = cells
    return classrooms.Classroom(folder, "bank", notebook, answers), right


def test_every_answer_of_the_bank_gets_its_mark_and_otter_tells_it(tmp_path):
    """Full marks for each right answer and for no wrong one, by nbgrader in Otter's container."""
    classroom, right = whole_bank(tmp_path)
    done = run(classroom, "bundle", "bank", "--for", "otter")
    assert done.returncode == 0, done.stderr
    unpack(classroom.folder / "bundles" / "bank-otter.zip", tmp_path / "autograder" / "source")
    (checks,) = tmp_path.glob("autograder/**/dv_course/checks")
    (checks / "copies.py").write_text(COPIES)
    found = by_otter(tmp_path / "autograder", classroom.hand_in("all").read_bytes())
    full = {}
    for test in found["tests"]:
        if "max_score" in test:  # an exercise, or a part of one
            name = re.match(r".*-answer-\d+", test["name"])[0]
            full[name] = full.get(name, True) and test["score"] == test["max_score"]
    assert full == right


def test_otter_too_says_what_cannot_be_graded(tmp_path, classroom):
    assert run(classroom, "bundle", "small", "--for", "otter").returncode == 0
    unpack(classroom.folder / "bundles" / "small-otter.zip", tmp_path / "source")
    found = by_otter(tmp_path, b"my homework")
    assert "is not a notebook" in found["output"]
    assert [test["score"] for test in found["tests"] if "max_score" in test] == [0]
    assert (tmp_path / "results" / "results.pkl").exists(), "this is what 'otter grade' reads"
