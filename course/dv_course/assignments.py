"""From chapters to an nbgrader course: `source/` from the chapters, `release/` by nbgrader."""

import re
import shutil

import nbformat
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from .repository import COURSE, chapters

CHECK_CALL = re.compile(r'^check\("([\w.]+)"', re.MULTILINE)


def configuration(course):
    """nbgrader's configuration for the course in the folder `course`."""
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.course_id = config.Exchange.course_id = "dv"
    config.OverwriteCells.add_missing_cells = True
    config.NbGraderAPI.log_level = "ERROR"
    return config


def make(course, wanted=()):
    """Make the assignments of all chapters, or of those named; yields (name, what happened)."""
    known = {path.stem: path for path in chapters.chapter_paths() if chapters.is_notebook(path)}
    if unknown := sorted(set(wanted) - set(known)):
        raise ValueError(f"no chapter is called {', '.join(unknown)}; there are {', '.join(known)}")
    settings = course / "nbgrader_config.py"
    if not settings.exists():
        course.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(COURSE / settings.name, settings)
    for name in wanted or known:
        notebook = chapters.assignment_notebook(known[name])
        if any(cell.metadata.get("nbgrader", {}).get("grade") for cell in notebook.cells):
            yield name, release(course, name, notebook)


def release(course, name, notebook):
    """Make an assignment of one source notebook; returns "made" or "unchanged"."""
    source = course / "source" / name / f"{name}.ipynb"
    text = nbformat.writes(notebook) + "\n"
    if source.exists() and source.read_text() == text and (course / "release" / name).exists():
        return "unchanged"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    result = NbGraderAPI(config=configuration(course)).generate_assignment(name, force=True, create=True)
    if not result["success"]:
        source.unlink()  # so that the next run tries again
        raise RuntimeError(f"nbgrader could not release {name}:\n{result.get('error') or result['log']}")
    return "made"


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
