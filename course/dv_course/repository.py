"""Where things lie: this package, the module `dv`, and the clone of the book with its chapters.

Only what reads or makes chapters needs the clone. It is looked for when it is needed,
so that grading works where there is none.
"""

import importlib.util
import os
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_NEARBY = [PACKAGE]  # an editable install lies in its clone


def look_near(folder):
    """Look for the clone around `folder` too, the folder of a course."""
    _NEARBY.append(Path(folder).resolve())


def root():
    """The clone: $DV_BOOK, or what this package, the course or the working directory lies in."""
    if given := os.environ.get("DV_BOOK"):
        if not _is_clone(Path(given)):
            raise FileNotFoundError(f"DV_BOOK={given} is not a clone of the book: it has no _toc.yml and no book/")
        return Path(given).resolve()
    for place in (*_NEARBY, Path.cwd()):
        for folder in (place, *place.parents):
            if _is_clone(folder):
                return folder
    raise FileNotFoundError("there is no clone of the book here: run this in one, or set DV_BOOK to its folder")


def _is_clone(folder):
    return (folder / "_toc.yml").is_file() and (folder / "book").is_dir()


def course():
    """The folder of the course: $DV_COURSE, or `course` in the clone."""
    given = os.environ.get("DV_COURSE")
    return Path(given) if given else root() / "course"


def workspace():
    """The folder in which this user's grading goes on; hidden from every student's code."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    folder = Path(tempfile.gettempdir()).resolve() / f"dv-course-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or (hasattr(os, "getuid") and folder.stat().st_uid != user):
        raise RuntimeError(f"{folder} belongs to somebody else")
    return folder


def module():
    """The folder of the module `dv` that students import; None if it is not installed."""
    found = importlib.util.find_spec("dv")
    return Path(found.submodule_search_locations[0]).resolve() if found and found.submodule_search_locations else None
