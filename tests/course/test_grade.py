"""Grading a class: in parallel, only what changed, stopped and continued, into one gradebook."""

import contextlib
import functools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import classrooms
import nbformat
import psutil
import pytest
from boxes import OPTION
from dv_course import bank, chapters
from dv_course.grading import gradebook, intake, pool
from dv_course.grading.grade import Limits, alone, grade
from dv_course.grading.records import NeedsPerson, Outcome, record_path, records

WRONG = 'answers = {"a": True, "b": True, "c": True, "d": True}'


def marks(classroom):
    """{student: score} in the gradebook itself."""
    with gradebook.opened(classroom.folder) as book:
        return {submission.student.id: submission.score for submission in book.assignment_submissions(classroom.name)}


def command(classroom, *arguments):
    return [
        sys.executable,
        "-m",
        "dv_course",
        "--course",
        str(classroom.folder),
        "grade",
        classroom.name,
        *OPTION,
        *arguments,
    ]


def test_only_what_changed_is_graded_again(small_class):
    for student in ("ada", "bea"):
        small_class.hand_in(student)
    small_class.grade()
    assert marks(small_class) == {"ada": 2, "bea": 2}
    before = {
        student: record_path(small_class.folder, "small", student).stat().st_mtime_ns for student in ("ada", "bea")
    }
    small_class.hand_in("bea", {"iid": WRONG})
    small_class.hand_in("cy")
    small_class.grade()
    assert marks(small_class) == {"ada": 2, "bea": 0, "cy": 2}
    after = {
        student: record_path(small_class.folder, "small", student).stat().st_mtime_ns for student in ("ada", "bea")
    }
    assert after["ada"] == before["ada"] and after["bea"] > before["bea"]


def test_one_student_is_graded_again_and_a_persons_mark_stays(small_class):
    for student in ("ada", "bea"):
        small_class.hand_in(student, {"iid": WRONG})
    small_class.grade()
    with gradebook.opened(small_class.folder) as book:
        given = book.find_grade("iid-test", "small", "small", "ada")
        given.manual_score, given.needs_manual_grade = 1.5, False
        book.db.commit()
    small_class.hand_in("ada")
    small_class.hand_in("bea")
    small_class.grade(students=["ada"])
    assert marks(small_class) == {"ada": 1.5, "bea": 0}
    with gradebook.opened(small_class.folder) as book:
        again = book.find_grade("iid-test", "small", "small", "ada")
        assert (again.auto_score, again.needs_manual_grade) == (2, True)


def test_a_submission_that_nothing_can_read_waits_for_a_person_in_the_gradebook_too(small_class):
    small_class.hand_in("ada").write_text("not a notebook")
    (record,) = small_class.grade().values()
    assert record.needing_a_person() == [
        ("all", "small.ipynb is not a notebook: it is not in JSON, or not all of it is there")
    ]
    with gradebook.opened(small_class.folder) as book:
        submission = book.find_submission("small", "ada")
        assert submission.needs_manual_grade
        assert [given.auto_score for notebook in submission.notebooks for given in notebook.grades] == [None]


def test_killed_at_any_moment_what_was_merged_stays_and_the_rest_follows(small_class):
    students = [f"s{number}" for number in range(6)]
    for student in students:
        small_class.hand_in(student)
    done = []
    for enough in (1, 3):
        process = subprocess.Popen(command(small_class, "--workers", "2"), stderr=subprocess.DEVNULL)
        while len(records(small_class.folder, "small")) < enough and process.poll() is None:
            time.sleep(0.02)
        workers = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        psutil.wait_procs(workers, timeout=20)
        assert not [worker for worker in workers if worker.is_running()], "nothing goes on without its grader"
        assert sqlite3.connect(small_class.folder / "gradebook.db").execute("pragma integrity_check").fetchone() == (
            "ok",
        )
        kept = records(small_class.folder, "small")
        assert set(done) <= set(kept) and all(marks(small_class)[student] == 2 for student in kept)
        done = list(kept)
    before = {student: record_path(small_class.folder, "small", student).stat().st_mtime_ns for student in done}
    subprocess.run(command(small_class), check=True, capture_output=True)
    assert marks(small_class) == dict.fromkeys(students, 2)
    after = {student: record_path(small_class.folder, "small", student).stat().st_mtime_ns for student in done}
    assert before == after, "what was graded is not graded again"


def test_interrupted_it_says_how_to_go_on(small_class):
    for number in range(4):
        small_class.hand_in(f"s{number}")
    process = subprocess.Popen(command(small_class, "--workers", "1"), stderr=subprocess.PIPE, text=True)
    while not records(small_class.folder, "small"):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1 and "the same command goes on" in said and "Traceback" not in said
    assert 1 <= len(records(small_class.folder, "small")) < 4


def test_an_interrupt_that_was_swallowed_is_heeded_after_the_next_submission(small_class, monkeypatch):
    for number in range(3):
        small_class.hand_in(f"s{number}")
    here = pool.here

    def swallowing(*arguments):
        for graded in here(*arguments):
            with contextlib.suppress(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(1)
            yield graded

    monkeypatch.setattr(pool, "here", swallowing)
    with pytest.raises(KeyboardInterrupt):
        small_class.grade()
    assert len(records(small_class.folder, "small")) == 1


def test_two_graders_of_one_course_do_not_meet(small_class):
    small_class.hand_in("ada")
    with alone(small_class.folder):
        run = subprocess.run(command(small_class), capture_output=True, text=True, check=False)
    assert run.returncode == 1 and "another dv-course" in run.stderr


def test_what_the_grader_stumbles_over_is_tried_once_more_and_then_said(small_class, monkeypatch):
    tries, once = [], pool._graded_once
    monkeypatch.setattr(pool, "_graded_once", lambda *given: tries.append(1) or once(*given))
    small_class.hand_in("ada")
    record = small_class.grade(limits=Limits(memory=96 << 20))["ada"]  # too little for any kernel to start
    assert record.reason == "the notebook did not run to its end: its kernel could not be started"
    assert len(tries) == 2 and record.detail
    assert small_class.grade()["ada"].needing_a_person() == []
    assert len(tries) == 3


def test_a_dask_cluster_grades_as_this_machine_does(small_class):
    from distributed import LocalCluster

    small_class.hand_in("ada")
    small_class.hand_in("bea", {"iid": WRONG})
    small_class.hand_in("cy").write_text("{}")
    options = {"host": "127.0.0.1", "protocol": "tcp", "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster:
        assert cluster.scheduler_address.startswith("tcp://127.0.0.1:")
        run = subprocess.run(
            command(small_class, "--scheduler", cluster.scheduler_address), capture_output=True, text=True, check=False
        )
    assert run.returncode == 0, run.stderr
    assert marks(small_class) == {"ada": 2, "bea": 0, "cy": 0}
    assert "3 graded, 1 with marks that need a person" in run.stdout


def stub(bundle, *common):
    return Outcome(reason=bundle.decode())


def test_a_cluster_has_no_more_at_a_time_than_asked_for_and_packs_as_they_come(monkeypatch):
    from distributed import LocalCluster

    packed = []

    def make(number):
        packed.append(number)
        if number == 3:
            raise NeedsPerson("refused")
        return str(number).encode()

    monkeypatch.setattr(pool, "grade_on_cluster", stub)
    jobs = [(f"s{number}", functools.partial(make, number)) for number in range(12)]
    options = {"host": "127.0.0.1", "protocol": "tcp", "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, **options) as cluster:
        for workers, most in ((1, 1), (None, 2 + pool.AHEAD)):
            packed.clear()
            done = {}
            for name, outcome in pool.on_cluster(jobs, {}, cluster.scheduler_address, "", True, workers):
                done[name] = outcome.reason
                assert len(packed) - len(done) <= most
            assert done == {f"s{n}": "refused" if n == 3 else str(n) for n in range(12)}


def test_unknown_names_are_refused(small_class):
    small_class.hand_in("ada")
    with pytest.raises(ValueError, match="nothing is handed in for small by eve"):
        grade(small_class.folder, "small", students=["eve"])
    with pytest.raises(FileNotFoundError, match="no assignment none"):
        grade(small_class.folder, "none")


def test_an_outcome_travels_as_json_and_an_old_record_is_read():
    outcome = Outcome(None, [{"cell": "a-test", "reason": "see why"}], notebooks={"a": {"text": "é"}})
    assert Outcome.from_json(outcome.to_json()) == outcome
    assert outcome.needing_a_person() == [("a-test", "see why")]
    old = Outcome.from_json('{"fingerprint": "f", "reason": "no notebook", "grades": [], "of_old": 1}')
    assert old == Outcome("no notebook", fingerprint="f") and old.needing_a_person() == [("all", "no notebook")]


def test_a_fingerprint_sees_names_and_contents(tmp_path):
    seen = set()
    for name, text in (("a", "1"), ("a", "2"), ("b", "1")):
        folder = tmp_path / f"{name}{text}"
        folder.mkdir()
        (folder / name).write_text(text)
        seen.add(intake.fingerprint(folder))
    assert len(seen) == 3


def test_the_same_answer_gets_the_same_record(small_class):
    small_class.hand_in("ada")
    grades = [json.dumps(small_class.grade(force=True, workers=1)["ada"].grades) for _ in range(2)]
    assert grades[0] == grades[1]


def test_the_seed_of_the_class_reaches_the_hidden_check(tmp_path):
    notebook = chapters.assignment_notebook(chapters.root() / "book" / "divergence.md")
    notebook.cells = [
        cell
        for cell in notebook.cells
        if "setup" in cell.metadata.get("tags", []) or cell.metadata.get("nbgrader", {}).get("grade_id", "")[:2] == "kl"
    ]
    (test,) = chapters.check_cells(notebook.cells)["kl"]
    test.source = "".join(test.source.partition(bank.HIDDEN)[1:])
    classroom = classrooms.Classroom(tmp_path, "divergence", notebook, {"kl": "def kl(p, q):\n    return 0.25"})
    classroom.hand_in("ada")
    said = []
    for seed in (1, 1, 2):
        (tmp_path / "nbgrader_config.py").write_text(f"c.HiddenChecks.seed = {seed}")
        (row,) = classroom.grade(force=True)["ada"].grades
        said.append(row["said"])
    assert said[0] == said[1] != said[2]
    (tmp_path / "nbgrader_config.py").write_text("c.HiddenChecks.seed = -1")
    with pytest.raises(ValueError, match="whole number from 0"):
        classroom.grade(force=True)


def test_several_notebooks_need_all_of_them(small_class):
    extra = small_class.folder / "release" / "small" / "more.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), extra)
    small_class.hand_in("ada")
    with pytest.raises(NeedsPerson, match=r"more\.ipynb is not there"):
        intake.read(small_class.folder / "submitted" / "ada" / "small", extra.parent)
