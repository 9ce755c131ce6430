"""An assignment as an archive that Gradescope's containers run: one submission in, ``results.json`` out.

The archive holds the assignment with its source, a gradebook without students, and the two
packages. In the container a submission is graded by `grade` as in a class, without a box: the
container is the wall. So the marks are those of `dv-course grade`.
"""

import contextlib
import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from . import repository, settings
from .grading import gradebook
from .grading.grade import grade
from .grading.records import write_whole

TORCH = "--extra-index-url https://download.pytorch.org/whl/cpu"  # without gigabytes for graphics cards
SETUP = """#!/bin/sh
# Gradescope runs this once, when it builds the container.
set -e
cd /autograder/source
apt-get update
apt-get install -y python3.11-venv || apt-get install -y python3-venv
"$(command -v python3.11 || command -v python3)" -m venv venv
venv/bin/pip install TORCH \\
    -c constraints.txt './packages[torch,widgets,ising]' ./packages/course
""".replace("TORCH", TORCH)
RUN = """#!/bin/sh
# Gradescope runs this for each submission.
top=${AUTOGRADER:-/autograder}
exec "${PYTHON:-$top/source/venv/bin/python}" -X utf8 -m dv_course.bundle \\
    "$top/source/course" ASSIGNMENT "$top/submission" "$top/results/results.json"
"""
PACKAGED = ("dv", "course", "pyproject.toml", "README.md", "LICENSE", "LICENSE-CONTENT")


def make(course, assignment):
    """Write bundles/ASSIGNMENT-gradescope.zip; its path."""
    with archive(course, assignment, "gradescope") as (target, made):
        made.write(repository.root() / "constraints.txt", "constraints.txt")
        for script, text in (("setup.sh", SETUP), ("run_autograder", RUN.replace("ASSIGNMENT", assignment))):
            entry = zipfile.ZipInfo(script)
            entry.external_attr = 0o755 << 16
            made.writestr(entry, text)
    return target


@contextlib.contextmanager
def archive(course, assignment, tool, inside="."):
    """(its path, an archive) for a tool, to be added to. Under `inside` it has what grades: `course` and `packages`."""
    for step in ("source", "release"):
        if not (course / step / assignment).is_dir():
            raise FileNotFoundError(f"there is no assignment {assignment}: run 'dv-course assignments {assignment}'")
    target = course / "bundles" / f"{assignment}-{tool}.zip"
    target.parent.mkdir(exist_ok=True)
    new, top = target.with_suffix(".new"), PurePosixPath(inside)
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as made:
        template = Path(name) / "gradebook.db"
        gradebook.write_template(course, template)
        made.write(template, top / "course" / "gradebook.db")
        for path in settings.modules(course):
            made.write(path, top / "course" / path.name)
        for step in ("source", "release"):
            _add(made, course / step / assignment, top / "course" / step / assignment)
        for part in PACKAGED:
            _add(made, repository.root() / part, top / "packages" / part)
        yield target, made
    new.replace(target)


def _add(archive, path, name):
    """A file, or a folder without what was made in it."""
    if path.is_file():
        archive.write(path, name)
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        own = {"source", "release", "submitted", "autograded", "feedback", "graded", "reports", "backups", "bundles"}
        made = own & {inside.parts[0]} if name.name == "course" else set()
        if file.is_file() and file.suffix != ".db" and not made and "__pycache__" not in inside.parts:
            archive.write(file, name / inside)


def results(record):
    """A record in the form of Gradescope's results.json; a mark that waits for a person is left out of the sum."""
    people, tests = dict(record.needing_a_person()), []
    for row in record.grades:
        open_ = people.get(row["cell"]) or people.get("all") or ("a person marks this" if row["manual"] else None)
        test = {"name": row["cell"].removesuffix("-test"), "max_score": row["points"], "output": row["said"] or ""}
        if open_:
            test |= {"score": 0, "output": f"This is still to be marked by a person ({open_})."}
        else:
            test |= {"score": row["score"], "status": "passed" if row["score"] == row["points"] else "failed"}
        tests.append(test)
    said = {"output": f"A person must look at this: {people['all']}"} if "all" in people else {}
    score = sum(test["score"] for test in tests)
    return {"score": score, "visibility": "visible", "stdout_visibility": "hidden", "tests": tests, **said}


def graded(course, assignment, submission):
    """The record of the one submission in a folder, graded in a copy of the course."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "course"
        shutil.copytree(course, copy)
        target = copy / "submitted" / "student" / assignment
        shutil.copytree(submission, target, symlinks=True)
        notebooks = list(target.glob("*.ipynb"))
        expected = [path.name for path in (copy / "release" / assignment).glob("*.ipynb")]
        if len(notebooks) == len(expected) == 1:
            notebooks[0].rename(target / expected[0])  # students call it as they like
        (record,) = grade(copy, assignment, workers=1, without_box=True).values()
    return record


def main(course, assignment, submission, path):
    """Grade the one submission in a folder and write its results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(results(graded(course, assignment, submission)), indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
