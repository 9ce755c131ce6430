"""A class as it hands in: whatever one folder holds, everybody else is graded, and nothing is lost in silence."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from boxes import OPTION
from dv_course.grading import intake
from dv_course.grading.records import NeedsPerson, records
from handed_in import DOUBTS, FULL, PERSON, SETUP, STUBS
from test_grade import marks

pytestmark = pytest.mark.timeout(3600)  # a whole class, on a machine however busy
AWKWARD = {"id[1]": "id[1]", "*": "*", "a name in another script": "解答", "a byte order mark": "O'Neil, Ö."}


def identifier(name):
    return AWKWARD.get(name, name.replace(" ", "-"))


def run(classroom, *arguments):
    command = [sys.executable, "-m", "dv_course", "--course", str(classroom.folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="module")
def graded(tmp_path_factory, chapter_class):
    """Everybody of `handed_in`, graded by the command; the classroom and what it printed."""
    STUBS["resample"] = next(
        cell.source
        for cell in chapter_class.notebook().cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "resample"
    )
    assert any(cell.source == SETUP for cell in chapter_class.notebook().cells)
    changes = FULL | {name: change for name, (change, _) in {**PERSON, **DOUBTS}.items()}
    for name, change in changes.items():
        path = chapter_class.hand_in(identifier(name), {"derangement": "A derangement has no fixed points."})
        change(path)
    submitted = chapter_class.folder / "submitted"
    os.truncate(submitted / identifier("a huge file") / chapter_class.name / "data.bin", 21 << 20)
    for name, make in (
        ("a file for the folder", lambda path: path.write_text("x")),
        ("a link for the folder", lambda path: path.symlink_to(submitted / "intact" / chapter_class.name)),
    ):
        folder = submitted / identifier(name) / chapter_class.name
        shutil.rmtree(folder)
        make(folder)
    latin = submitted / os.fsdecode(b"M\xfcller")
    shutil.copytree(submitted / "intact", latin)
    done = run(chapter_class, "grade", chapter_class.name, "--workers", "2", *OPTION)
    assert done.returncode == 0, done.stderr
    return chapter_class, done


@pytest.fixture(scope="module")
def outcomes(graded):
    classroom, _ = graded
    return records(classroom.folder, classroom.name)


def in_code(record):
    return {row["cell"]: row["score"] for row in record.grades if row["cell"] != "derangement"}


@pytest.mark.parametrize("name", FULL)
def test_what_says_nothing_about_the_answers_costs_no_mark(outcomes, name):
    record = outcomes[identifier(name)]
    assert record.needing_a_person() == []
    assert all(row["score"] == row["points"] for row in record.grades if row["cell"] != "derangement")


@pytest.mark.parametrize("name", PERSON)
def test_what_cannot_be_graded_is_for_a_person_and_named(outcomes, name):
    ((exercise, reason),) = outcomes[identifier(name)].needing_a_person()
    assert exercise == "all" and PERSON[name][1] in reason


@pytest.mark.parametrize("name", DOUBTS)
def test_no_mark_is_lost_in_silence(outcomes, name):
    people = dict(outcomes[identifier(name)].needing_a_person())
    for exercise, reason in DOUBTS[name][1].items():
        assert reason in people[exercise if exercise == "derangement" else f"{exercise}-test"]


def test_a_student_whose_name_is_in_no_encoding_has_a_mark(outcomes):
    assert outcomes[r"M\xfcller"].needing_a_person() == []


def test_every_reason_is_a_plain_sentence(outcomes):
    reasons = [reason for record in outcomes.values() for _, reason in record.needing_a_person()]
    assert len(reasons) > len(PERSON)
    for reason in reasons:
        assert reason.isprintable() and len(reason) < 300
        assert not re.search(r"Traceback|Error\b|Exception|/tmp|dv-course-", reason), reason


def test_a_rerun_changes_nothing(graded, outcomes):
    classroom, first = graded
    again = run(classroom, "grade", classroom.name, *OPTION)
    assert again.returncode == 0 and again.stdout == first.stdout
    assert records(classroom.folder, classroom.name) == outcomes


def test_everybody_is_in_the_report_and_only_complete_marks_have_feedback(graded, outcomes):
    classroom, _ = graded
    assert run(classroom, "report", classroom.name).returncode == 0
    text = (classroom.folder / "reports" / f"{classroom.name}.csv").read_text(encoding="utf-8")
    assert {row["student"] for row in csv.DictReader(text.splitlines())} == set(outcomes)


def test_an_assignment_without_its_notebook_is_refused_before_anything_is_touched(small_class):
    small_class.hand_in("ada")
    small_class.grade()
    before = records(small_class.folder, "small")
    (small_class.folder / "source" / "small" / "small.ipynb").unlink()
    done = run(small_class, "grade", "small", *OPTION)
    assert done.returncode == 1 and "there is no assignment small" in done.stderr
    assert records(small_class.folder, "small") == before


def test_what_cannot_be_opened_is_for_a_person_and_has_a_fingerprint(small_class, monkeypatch):
    path = small_class.hand_in("ada")
    (path.parent / "data.txt").write_text("x")
    read_bytes = Path.read_bytes

    def closed(path):
        if path.name == "data.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(NeedsPerson, match=r"^the file data.txt cannot be opened$"):
        intake.read(path.parent, small_class.folder / "release" / "small")
    assert intake.fingerprint(path.parent) == intake.fingerprint(path.parent)


def test_a_path_that_nbgrader_would_take_for_a_pattern_is_refused(tmp_path):
    course = tmp_path / "what?"
    course.mkdir()
    command = [sys.executable, "-m", "dv_course", "--course", str(course), "assignments", "resampling"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and "rename the folder" in done.stderr and "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["what?"]


def test_a_locale_of_old_changes_nothing(small_class):
    small_class.hand_in("Müller")
    small_class.hand_in("bea").write_text("nicht fertig – später")
    old = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # as bad as any: everything is ASCII
    said = []
    for environment in (os.environ | old, os.environ | {"PYTHONUTF8": "1"}):
        command = [sys.executable, "-m", "dv_course", "--course", str(small_class.folder), "grade", "small", "--force"]
        done = subprocess.run([*command, *OPTION], env=environment, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        said.append((done.stdout, marks(small_class)))
    assert said[0] == said[1] and set(said[0][1]) == {"Müller", "bea"}


def test_marks_beside_nbgraders_own(small_class):
    """What nbgrader grades itself, it grades alike."""
    for name in ("intact", "format 4.4 with ids", "outputs on text", "empty time", "a folder called as a notebook"):
        FULL[name](small_class.hand_in(identifier(name)))
    small_class.hand_in("wrong", {"iid": 'answers = {"a": True, "b": True, "c": True, "d": True}'})
    theirs = SimpleNamespace(folder=small_class.folder.with_name("theirs"), name="small")
    shutil.copytree(small_class.folder, theirs.folder)
    command = [sys.executable, "-m", "nbgrader", "autograde", "small"]
    subprocess.run(command, cwd=theirs.folder, check=True, capture_output=True)
    small_class.grade()
    assert marks(small_class) == marks(theirs) and len(set(marks(theirs).values())) == 2
