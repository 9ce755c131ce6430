"""A mark that a student doubts: the answer and the checks side by side, graded again, and all of it on record.

A complaint is a text file. Its first lines name what it is about, the rest is the student's:

    student: ada
    assignment: resampling
    exercise: iid

    I think that (b) is true, because ...
"""

import inspect
import re
from datetime import UTC, datetime

import nbformat

from . import assignments, reports
from .checks.core import find
from .grading.grade import grade
from .grading.records import write_whole

ABOUT = ("student", "assignment", "exercise")


def read(path):
    """({student, assignment, exercise}, the student's words) of a complaint."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    about = {name.lower(): value for name, value in re.findall(r"^(\w+): *(.+?)\s*$", text, re.MULTILINE)}
    if missing := [name for name in ABOUT if name not in about]:
        raise ValueError(f"{path} does not say which {missing[0]} it is about: it begins with a line '{missing[0]}: …'")
    words = [line for line in text.splitlines() if not re.match(rf"({'|'.join(ABOUT)}):", line, re.IGNORECASE)]
    return {name: about[name] for name in ABOUT}, "\n".join(words).strip()


def settle(course, path, **options):
    """Grade a doubted answer again and add the case to disputes/ASSIGNMENT/STUDENT.md; that file and the case."""
    about, words = read(path)
    student, assignment, exercise = (about[name] for name in ABOUT)
    before = _row(course, about)
    grade(course, assignment, students=[student], force=True, **options)
    after = _row(course, about)
    case = CASE.format(
        time=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        exercise=exercise,
        words="\n".join(f"> {line}" for line in words.splitlines()),
        answer=_fenced(_answer(course, about)),
        check=_fenced(_check(course, about)),
        before=_mark(before),
        after=_mark(after),
    )
    record = course / "disputes" / assignment / f"{student}.md"
    old = record.read_text(encoding="utf-8") if record.exists() else f"# {student}, {assignment}\n"
    write_whole(record, old + case)
    return record, case


CASE = """
## {exercise}, {time}

{words}

The answer:

{answer}

The check:

{check}

- Before: {before}
- Graded again: {after}
"""


def _row(course, about):
    rows = reports.by_student(course, about["assignment"]).get(about["student"], [])
    for row in rows:
        if row["exercise"] == about["exercise"]:
            return row
    known = ", ".join(row["exercise"] for row in rows) or "none"
    raise ValueError("{student} has no mark for {exercise} of {assignment}; there is: ".format(**about) + known)


def _mark(row):
    if row["open"]:
        return f"open ({row['open']})"
    return f"{row['score']:g} of {row['points']:g}" + (f": {row['said']}" if row["said"] else "")


def _answer(course, about):
    answers = {about["exercise"]}
    for path in (course / "source" / about["assignment"]).glob("*.ipynb"):
        found = assignments.exercises(path)
        answers |= {answer for label, (answer, _) in found.items() if label.removesuffix("-test") == about["exercise"]}
    for path in (course / "autograded" / about["student"] / about["assignment"]).glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") in answers:
                return cell.source
    return "(there is none)"


def _check(course, about):
    """The source of the hidden check, or what else decides."""
    for path in (course / "source" / about["assignment"]).glob("*.ipynb"):
        for label, (_, check) in assignments.exercises(path).items():
            if label.removesuffix("-test") == about["exercise"] and check:
                return inspect.getsource(find(check)).strip()
    return "(a person marks this)"


def _fenced(text):
    """As a block of code, which nothing in it can end."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=2))
    return f"{fence}python\n{text}\n{fence}"
