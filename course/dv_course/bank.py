"""The bank of answers against the test cells, without nbgrader: ``python -m dv_course.bank CHAPTER``.

A wrong answer is caught by the public tests, or it is named in the exercise's ``"hidden"``,
with the reason why the public ones let it pass and leave it to the hidden check.
"""

import argparse
import contextlib
import io
import runpy
import sys
import warnings

from . import chapters
from .checks import Wrong
from .repository import root

HIDDEN = "### BEGIN HIDDEN TESTS"


def answers(chapter):
    """{exercise: {"right": {name: code}, "wrong": {name: code}, "hidden": {name: reason}}} of a chapter."""
    return runpy.run_path(str(root() / "tests" / "book" / "answers" / f"{chapter}.py"))["ANSWERS"]


def objection(setup, answer, test):
    """What the test cell says against an answer; None if it is content."""
    names = {"__name__": "__main__"}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for code in (*setup, answer, test):
                exec(code, names)
    except Exception as error:
        return str(error) if isinstance(error, Wrong) else f"{type(error).__name__}: {error}"
    return None


def table(chapter, part="whole"):
    """Rows (exercise, kind, name, objection) of the test cells, or of their "public" or "hidden" part."""
    cells = chapters.assignment_notebook(root() / "book" / f"{chapter}.md").cells
    setup = [cell.source for cell in cells if "setup" in cell.metadata.get("tags", [])]
    cut = {"whole": slice(None), "public": slice(1), "hidden": slice(2, None)}[part]
    tests = {
        name: "\n".join("".join(test.source.partition(HIDDEN)[cut]) for test in of_one)
        for name, of_one in chapters.check_cells(cells).items()
    }
    for exercise, kinds in answers(chapter).items():
        for kind in ("right", "wrong"):
            for name, code in kinds[kind].items():
                yield exercise, kind, name, objection(setup, code, tests[exercise])


def misplaced(chapter):
    """Rows (exercise, name, objection) of wrong answers that the bank says the other part catches.

    A public check that breaks on an answer, and so names nothing, has not caught it; nor has a warning.
    """
    bank = answers(chapter)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = list(table(chapter, "public"))
    for exercise, kind, name, said in rows:
        caught = said is not None and said.startswith("AssertionError: ")
        if kind == "wrong" and caught == (name in bank[exercise].get("hidden", {})):
            yield exercise, name, said


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter")
    parser.add_argument("--part", choices=("whole", "public", "hidden"), default="whole")
    asked = parser.parse_args()
    misjudged = 0
    for exercise, kind, name, said in table(asked.chapter, asked.part):
        bad = (said is None) != (kind == "right")
        misjudged += bad
        print(f"{'MISJUDGED ' * bad}{exercise:16} {kind:6} {name:45} {said or 'full marks'}")
    sys.exit(misjudged > 0)


if __name__ == "__main__":
    main()
