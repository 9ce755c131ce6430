"""Copies of what grading changes, made before it does, and the way back to the last one."""

import contextlib
import json
import os
import shutil
import sqlite3
from datetime import UTC, datetime

from .records import record_path, write_whole

KEPT = 20  # copies


def save(course, assignment, what, students):
    """Copy the gradebook, the assignment, and what was graded of these students; the copy's folder."""
    folder = course / "backups" / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S-%f}"
    folder.mkdir(parents=True)
    copy_database(course / "gradebook.db", folder / "gradebook.db")
    for part in _parts(course, assignment, students):
        if part.exists():
            target = folder / part.relative_to(course)
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy(part, target)
    # Last, so that a copy that was cut short is none.
    write_whole(folder / "copy.json", json.dumps({"assignment": assignment, "what": what, "students": [*students]}))
    for old in copies(course)[:-KEPT]:
        shutil.rmtree(old)
    return folder


def students(course, assignment):
    """Who is in the gradebook with a submission of an assignment."""
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as database:
        rows = database.execute(
            """SELECT student_id FROM submitted_assignment
            JOIN assignment ON assignment.id = submitted_assignment.assignment_id WHERE assignment.name = ?""",
            [assignment],
        )
        return sorted(student for (student,) in rows)


def copies(course):
    """The folders of all copies, the last one at the end."""
    return sorted(path.parent for path in (course / "backups").glob("*/copy.json"))


def undo(course, force=False):
    """Go back to before the last change; what that was. Its copy is used up."""
    if not copies(course):
        raise ValueError("there is nothing to undo: no copy is left in backups/")
    folder = copies(course)[-1]
    about = json.loads((folder / "copy.json").read_text(encoding="utf-8"))
    now, then = (_by_hand(path) for path in (course / "gradebook.db", folder / "gradebook.db"))
    if (lost := sorted({row[0] for row in now - then})) and not force:
        raise ValueError(
            f"since then a person gave marks or comments to {', '.join(lost)}, which would be lost; "
            "'dv-course undo --force' goes back all the same"
        )
    copy_database(folder / "gradebook.db", course / "gradebook.db")
    for part in _parts(course, about["assignment"], about["students"]):
        _remove(part)
        if (kept := folder / part.relative_to(course)).exists():
            part.parent.mkdir(parents=True, exist_ok=True)
            _copy(kept, part)
    shutil.rmtree(folder)
    return about["what"]


def _parts(course, assignment, students):
    """What a change of an assignment may touch beside the gradebook."""
    yield from (course / step / assignment for step in ("source", "release"))
    for student in students:
        yield record_path(course, assignment, student)
        yield from (course / step / student / assignment for step in ("autograded", "feedback"))


def _copy(source, target):
    """A copy that shares what it can: files of these folders are replaced, never changed."""
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_link)
    else:
        _link(source, target)


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copy2(source, target)


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def copy_database(source, target):
    """SQLite's own copy, which is whole although others may have the file open."""
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _by_hand(path):
    """The marks and comments that people gave."""
    rows = set()
    with contextlib.closing(sqlite3.connect(path)) as database:
        for table, column in (("grade", "manual_score"), ("grade", "extra_credit"), ("comment", "manual_comment")):
            rows |= {
                (student, column, *rest)
                for student, *rest in database.execute(
                    f"""SELECT submitted_assignment.student_id, base_cell.name, {table}.{column} FROM {table}
                    JOIN submitted_notebook ON submitted_notebook.id = {table}.notebook_id
                    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
                    JOIN base_cell ON base_cell.id = {table}.cell_id WHERE {table}.{column} IS NOT NULL"""
                )
            }
    return rows
