"""From chapters to an nbgrader course: `source/` from the chapters, `release/` by nbgrader."""

import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI

from . import changes, chapters
from .grading import backup, gradebook
from .grading.locking import alone
from .grading.records import write_whole
from .repository import root
from .settings import configuration, modules

CHECK_CALL = re.compile(r'^check\("([\w.]+)"', re.MULTILINE)


def make(course, wanted=(), migrate=False):
    """Make the assignments of all chapters, or of those named; yields (name, what happened).

    Nothing is made if one of them is refused.
    """
    known = {path.stem: path for path in chapters.chapter_paths() if chapters.is_notebook(path)}
    if unknown := sorted(set(wanted) - set(known)):
        raise ValueError(f"no chapter is called {', '.join(unknown)}; there are {', '.join(known)}")
    settings = course / "nbgrader_config.py"
    if not settings.exists():
        course.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root() / "course" / settings.name, settings)
    notebooks = {name: chapters.assignment_notebook(known[name]) for name in wanted or known}
    notebooks = {name: notebook for name, notebook in notebooks.items() if changes.graded_cells(notebook)}
    gradebook.prepare(course)
    for name, notebook in notebooks.items() if not migrate else ():
        changes.refuse(course, name, notebook)
    for name, notebook in notebooks.items():
        yield name, release(course, name, notebook, migrate)


def release(course, name, notebook, migrate=False):
    """Make an assignment of one source notebook; returns "made", "migrated" or "unchanged".

    It is made beside the course and put in its place whole. A change by which marks would be
    lost is refused, unless they are to be migrated.
    """
    source, text = course / "source" / name / f"{name}.ipynb", nbformat.writes(notebook) + "\n"
    gradebook.prepare(course)
    released = course / "release" / name / f"{name}.ipynb"
    if source.exists() and source.read_text(encoding="utf-8") == text and released.exists():
        return "unchanged"
    if not migrate:
        changes.refuse(course, name, notebook)
    with alone(course), tempfile.TemporaryDirectory(prefix=".making-", dir=course) as scratch:
        beside = Path(scratch)
        students = backup.students(course, name)
        if students:
            backup.save(course, name, f"the change of {name}", students)
        backup.copy_database(course / "gradebook.db", beside / "gradebook.db")
        _generate(course, beside, name, text)
        for step in ("source", "release"):
            _replace(beside / step / name, course / step / name)
        backup.copy_database(beside / "gradebook.db", course / "gradebook.db")
    return "migrated" if migrate and students else "made"


def _generate(course, beside, name, text):
    """Have nbgrader make source and release in the folder `beside`, with what else the source's folder holds."""
    kept = course / "source" / name
    if kept.is_dir():
        shutil.copytree(kept, beside / "source" / name)
    write_whole(beside / "source" / name / f"{name}.ipynb", text)
    with gradebook.opened(beside) as book:
        taken = changes.take_out(book, name)
    for path in modules(course):
        shutil.copy(path, beside)
    result = NbGraderAPI(config=configuration(beside)).generate_assignment(name, force=True, create=True)
    if not result["success"]:
        raise RuntimeError(f"nbgrader could not release {name}:\n{result.get('error') or result['log']}")
    with gradebook.opened(beside) as book:
        changes.put_back(book, name, taken)


def _replace(new, old):
    """Put a folder in the place of another."""
    shutil.rmtree(old, ignore_errors=True)
    old.parent.mkdir(parents=True, exist_ok=True)
    new.rename(old)


def exercises(source):
    """{test cell: (its answer cell, its hidden check or None)} of a source notebook."""
    found, answer = {}, None
    for cell in nbformat.read(source, as_version=4).cells:
        data = cell.metadata.get("nbgrader", {})
        if data.get("solution"):
            answer = data["grade_id"]
        if data.get("grade"):
            call = CHECK_CALL.search(cell.source)
            found[data["grade_id"]] = (answer, call and call[1])
    return found
