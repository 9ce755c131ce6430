"""Marks that wait for a person, and what the course's own settings make of them: all who show them agree."""

import csv
import re
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from classrooms import formgrader
from dv_course import reports
from dv_course.grading import gradebook
from dv_course.settings import configuration
from test_classroom import run
from test_grade import OPTION, WRONG, marks, records
from traitlets.utils.importstring import import_item

LATE = """
from nbgrader.plugins import BasePlugin

class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2
"""
SETTINGS = """
c = get_config()
c.CourseDirectory.course_id = "our course"
c.AssignLatePenalties.plugin_class = "our_rules.Half"
"""


def opened(address):
    try:
        with urllib.request.urlopen(address) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")


def test_every_submission_that_waits_opens_in_formgrader_headed_by_its_reason(small_class):
    small_class.hand_in("ada")
    small_class.hand_in("bea").write_text("# My answers\n\nall true <script>alert(1)</script>")
    small_class.hand_in("cy").unlink()
    (small_class.folder / "submitted" / "dan" / "small").mkdir(parents=True)
    (small_class.folder / "submitted" / "dan" / "small" / "small.ipynb").symlink_to("/etc/passwd")
    small_class.hand_in("eve[1]", edit=lambda notebook: notebook.cells.pop())
    small_class.hand_in("fay", {"iid": "import os\nos._exit(0)"})
    small_class.hand_in("gil", {"iid": "import sys\nprint(1, file=sys.stderr)"})
    outcomes = small_class.grade(workers=2)
    waiting = {name: record.needing_a_person() for name, record in outcomes.items() if record.needing_a_person()}
    assert {"bea", "cy", "dan", "fay"} <= set(waiting)
    with gradebook.opened(small_class.folder) as book:
        ids = {name: book.find_submission_notebook("small", "small", name).id for name in outcomes}
    with formgrader(small_class.folder) as address:
        assert opened(f"{address}/gradebook/small/small")[0] == 200
        for name, people in waiting.items():
            status, page = opened(f"{address}/submissions/{ids[name]}/")
            assert status == 200, name
            assert "A person must mark this" in page and people[0][1].split(":")[0] in page
            assert re.search(r'id="iid-test"|iid-test', page), "the mark can be given there"
            assert "<script>alert(1)</script>" not in page
        assert "root:" not in opened(f"{address}/submissions/{ids['dan']}/")[1]
        assert "A person must mark" not in opened(f"{address}/submissions/{ids['ada']}/")[1]


def test_what_was_for_the_person_is_not_in_the_students_page(small_class):
    small_class.hand_in("bea").write_text("my answers")
    small_class.grade()
    with gradebook.opened(small_class.folder) as book:
        given = book.find_grade("iid-test", "small", "small", "bea")
        given.manual_score, given.needs_manual_grade = 1, False
        book.db.commit()
    assert list(reports.feedback(small_class.folder, "small")) == ["bea"]
    page = (small_class.folder / "feedback" / "bea" / "small" / "small.html").read_text(encoding="utf-8")
    assert "A person must mark" not in page


def test_an_awkward_id_has_its_page(small_class):
    small_class.hand_in("x[1]")
    small_class.grade()
    assert list(reports.feedback(small_class.folder, "small")) == ["x[1]"]
    assert (small_class.folder / "feedback" / "x[1]" / "small" / "small.html").exists()


def test_a_page_goes_with_its_mark(small_class):
    small_class.hand_in("ada")
    small_class.grade()
    list(reports.feedback(small_class.folder, "small"))
    page = small_class.folder / "feedback" / "ada" / "small" / "small.html"
    assert page.exists()
    small_class.hand_in("ada").write_text("")
    small_class.grade()
    assert not page.exists()


@pytest.fixture
def late_class(small_class):
    """ada is a day late, bea in time, under a rule of the course's own."""
    (small_class.folder / "our_rules.py").write_text(LATE)
    (small_class.folder / "nbgrader_config.py").write_text(SETTINGS)
    with gradebook.opened(small_class.folder) as book:
        book.update_or_create_assignment("small", duedate="2026-11-19 12:00:00 UTC")
    for name, day in (("ada", 20), ("bea", 18)):
        path = small_class.hand_in(name)
        (path.parent / "timestamp.txt").write_text(f"2026-11-{day} 12:00:00.000000 UTC\n")
    done = run(small_class, "grade", "small", *OPTION)
    assert done.returncode == 0, done.stderr
    return small_class


def totals(classroom):
    text = reports.export(classroom.folder, "small").read_text(encoding="utf-8")
    return {row["student"]: float(row["total"]) for row in csv.DictReader(text.splitlines())}


def exported(classroom):
    command = [sys.executable, "-m", "nbgrader", "export", "--to", "theirs.csv"]
    subprocess.run(command, cwd=classroom.folder, check=True, capture_output=True)
    rows = csv.DictReader((classroom.folder / "theirs.csv").read_text().splitlines())
    return {row["student_id"]: float(row["score"]) for row in rows}


def test_a_late_penalty_of_the_courses_settings_is_in_every_mark(late_class):
    assert totals(late_class) == exported(late_class) == {"ada": 1, "bea": 2}
    list(reports.feedback(late_class.folder, "small"))
    page = (late_class.folder / "feedback" / "ada" / "small" / "small.html").read_text(encoding="utf-8")
    assert re.search(r"[Ll]ate submission penalty", page)
    assert "mean" in reports.summary(late_class.folder, "small").read_text(encoding="utf-8")
    done = run(late_class, "export", "small", "--for", "csv")
    assert done.returncode == 0, done.stderr
    text = (late_class.folder / "reports" / "small-csv.csv").read_text(encoding="utf-8-sig")
    found = [
        (row["small"], row["small late days"], row["small late penalty"]) for row in csv.DictReader(text.splitlines())
    ]
    assert found == [("1", "1", "1"), ("2", "0", "0")]


def test_a_change_of_the_settings_grades_again(late_class):
    (late_class.folder / "our_rules.py").write_text(LATE.replace("score / 2", "score"))
    assert run(late_class, "grade", "small", *OPTION).returncode == 0
    assert totals(late_class) == exported(late_class) == {"ada": 0, "bea": 2}


def test_settings_name_modules_that_lie_beside_them(tmp_path):
    before = list(sys.path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "our_rules.py").write_text(LATE + f"CALLED = {name!r}")
        (tmp_path / name / "broken.py").write_text("nobody asks for this\n")
        (tmp_path / name / "nbgrader_config.py").write_text(SETTINGS)
        assert configuration(tmp_path / name).AssignLatePenalties.plugin_class == "our_rules.Half"
        assert import_item("our_rules.CALLED") == name
    assert sys.path == before


def test_settings_that_cannot_be_followed_are_refused_in_words(small_class):
    small_class.hand_in("ada", {"iid": WRONG})
    small_class.grade()
    before = records(small_class.folder, "small"), marks(small_class)
    for text, said in (
        ("c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///other.db'", "sets CourseDirectory.db_url"),
        ("c = get_config(\n", "cannot be read"),
    ):
        (small_class.folder / "nbgrader_config.py").write_text(text)
        done = run(small_class, "grade", "small", *OPTION)
        assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr
    (small_class.folder / "nbgrader_config.py").unlink()
    assert (records(small_class.folder, "small"), marks(small_class)) == before
