"""How nbgrader is set up for a course."""

import glob
import importlib.util
import os
import sys
from typing import Any

from nbgrader.converters import BaseConverter
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

FILE = "nbgrader_config.py"
# Where things lie in a course; dv-course looks nowhere else.
FIXED = ("db_url", "directory_structure", "source_directory", "release_directory", "submitted_directory")
FIXED += ("autograded_directory", "feedback_directory")
_BESIDE = set()  # the names of modules that lie beside a course's file


class Literal(BaseConverter):
    """One of nbgrader's converters, which takes a student's id as it is written and not as a pattern of ids."""

    def init_notebooks(self):
        course: Any = self.coursedir  # of a traitlet whose type is a Python name
        folder = self._format_source(course.assignment_id, course.student_id)
        self.assignments = {folder: sorted(glob.glob(os.path.join(glob.escape(folder), "*.ipynb")))}
        self.notebooks = []


def configuration(course):
    """nbgrader's configuration for the course in the folder `course`, its own file included."""
    if set("?*[]") & set(str(course)):
        raise ValueError(f"{course}: nbgrader takes ?, * and brackets in a path for patterns; rename the folder")
    config = Config()
    config.OverwriteCells.add_missing_cells = True
    config.ClearMarkScheme.enforce_metadata = False  # it stands below the question, in a cell without marks
    config.CourseDirectory.course_id = "dv"
    config.merge(_own(course))
    if moved := [name for name in FIXED if name in config.CourseDirectory]:
        raise ValueError(
            f"{FILE} sets CourseDirectory.{moved[0]}, and dv-course looks only where nbgrader does without"
        )
    config.CourseDirectory.root = str(course)
    config.Exchange.course_id = config.CourseDirectory.course_id
    config.NbGraderAPI.log_level = "ERROR"
    return config


def _own(course):
    """What the course's file sets. It may name classes of modules that lie beside it, as "module.Class"."""
    if not (course / FILE).is_file():
        return Config()
    try:
        config = PyFileConfigLoader(FILE, path=str(course)).load_config()
        named = {text.partition(".")[0] for text in _texts(config)}
        for path in modules(course):
            if path.stem in named:
                _load(path)
    except Exception as error:
        raise ValueError(f"{course / FILE} cannot be read: {type(error).__name__}: {error}") from None
    return config


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _load(path):
    """Let a module's name stand for the file at `path`, unless it is another module's already."""
    known = sys.modules.get(path.stem)
    if known and path.stem not in _BESIDE:
        return
    spec: Any = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[path.stem] = module
    _BESIDE.add(path.stem)


def modules(course):
    """The course's file and the modules beside it."""
    return sorted(course.glob("*.py"))
