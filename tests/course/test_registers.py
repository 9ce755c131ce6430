"""The marks reach the register, in its own form."""

import csv
import io

import classrooms
import pytest
from dv_course import registers, reports
from dv_course.grading import gradebook
from test_classroom import run
from test_grade import OPTION, WRONG

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,small (4711),Current Score\r\n"
    "    Points Possible,,,,,5,(read only)\r\n"
    '"Lovelace, Ada",11,0012,ada,"A, early",,\r\n'
    '"O\'Neil, Bea",12,0013,BEA@uni.example,A,,\r\n'
    '"Other, Olga",13,0014,olga,A,3,\r\n'
)
MOODLE = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Feedback comments\n"
    "Participant 7,Ada Lovelace,0012,ada@uni.example,Submitted,,2.00,\n"
    "Participant 8,Bea O'Neil,0013,bea@uni.example,Submitted,,2.00,\n"
    "Participant 9,Cy,0014,cy@uni.example,Submitted,,2.00,\n"
)


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """ada is right, bea wrong, cy waits for a person."""
    classroom = classrooms.small(tmp_path_factory.mktemp("register"))
    classroom.hand_in("ada")
    classroom.hand_in("bea", {"iid": WRONG})
    classroom.hand_in("cy").write_text("=1+1")
    assert run(classroom, "grade", "small", *OPTION).returncode == 0
    return classroom


def exported(classroom, system, text=None, encoding="utf-8"):
    arguments = []
    if text:
        path = classroom.folder / "list.csv"
        path.write_bytes(text.encode(encoding))
        arguments = ["--class-list", str(path)]
    done = run(classroom, "export", "small", "--for", system, *arguments)
    path = classroom.folder / "reports" / f"small-{system}.csv"
    return done, path.read_bytes().decode() if path.exists() else None


def rows(text, delimiter=","):
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter))


def test_canvas_gets_its_own_file_back_with_the_marks(marked):
    done, text = exported(marked, "canvas", CANVAS)
    assert done.returncode == 1 and "no row for cy" in done.stderr and "Traceback" not in done.stderr
    assert text.startswith("\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,small (4711),Current Score\r\n")
    assert [row["small (4711)"] for row in rows(text)] == ["2", "2", "0", "3"]
    before = rows(CANVAS)
    for row, old in zip(rows(text), before, strict=True):
        assert {**row, "small (4711)": ""} == {**old, "small (4711)": ""}


def test_canvas_without_a_list_has_its_columns_and_points(marked):
    done, text = exported(marked, "canvas")
    assert done.returncode == 0
    points, ada, bea, cy = rows(text)
    assert points["Student"] == "    Points Possible" and points["small"] == "2"
    assert [(row["SIS Login ID"], row["small"]) for row in (ada, bea, cy)] == [("ada", "2"), ("bea", "0"), ("cy", "")]


def test_moodles_worksheet_gets_grade_and_feedback(marked):
    done, text = exported(marked, "moodle", MOODLE)
    assert done.returncode == 0, done.stderr
    ada, bea, cy = rows(text)
    assert (ada["Grade"], bea["Grade"], cy["Grade"]) == ("2", "0", "")
    assert ada["Feedback comments"] == "iid: 2 of 2" and "read the propositions again" in bea["Feedback comments"]
    assert ada["Identifier"] == "Participant 7" and ada["ID number"] == "0012"


def test_a_table_with_semicolons_has_commas_in_its_decimals(marked):
    with gradebook.opened(marked.folder) as book:
        given = book.find_grade("iid-test", "small", "small", "cy")
        given.manual_score, given.needs_manual_grade = 1.5, False
        book.db.commit()
    done, text = exported(marked, "csv", "Nummer;Login\n1;ada\n2;bea\n3;cy\n")
    with gradebook.opened(marked.folder) as book:
        given = book.find_grade("iid-test", "small", "small", "cy")
        given.manual_score, given.needs_manual_grade = None, True
        book.db.commit()
    assert done.returncode == 0, done.stderr
    assert [(row["small"], row["small: iid"]) for row in rows(text, ";")] == [("2", "2"), ("0", "0"), ("1,5", "1,5")]


def test_a_plain_table_says_what_is_open_and_why(marked):
    done, text = exported(marked, "csv")
    assert done.returncode == 0
    assert "is not a notebook" in rows(text)[2]["small open"] and rows(text)[2]["small"] == ""


@pytest.mark.parametrize(
    "text, encoding, said",
    [
        ("Login\nada\nada\nbea\ncy\n", "utf-8", "2 rows for ada"),
        ("Login\nMüller\n", "latin-1", "is not in UTF-8"),
    ],
)
def test_a_class_list_that_cannot_serve_is_refused_in_words(marked, text, encoding, said):
    done, _ = exported(marked, "csv", text, encoding)
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr


def test_the_summary_names_the_misconception_behind_a_message(marked, monkeypatch):
    from dv_course import bank

    said = "read the propositions again for 2 of the 4 answers"
    monkeypatch.setattr(bank, "table", lambda chapter: [("iid", "wrong", "all of it is true", said)])
    page = reports.summary(marked.folder, "small").read_text(encoding="utf-8")
    assert "all of it is true" in page


def test_ids_that_a_spreadsheet_would_compute_stay_as_they_are():
    table = registers.Table(["student", "mark"], [{"student": "=1+1", "mark": "2"}])
    assert table.text() == "student,mark\r\n=1+1,2\r\n"
