"""The bank of answers against the test cells, without nbgrader: ``python -m dv_course.bank CHAPTER``."""

import argparse
import contextlib
import io
import runpy
import sys

from .checks import Wrong
from .repository import ROOT, chapters


def answers(chapter):
    """{exercise: {"right": {name: code}, "wrong": {name: code}}} of a chapter."""
    return runpy.run_path(str(ROOT / "tests" / "book" / "answers" / f"{chapter}.py"))["ANSWERS"]


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


def table(chapter, hidden_only=False):
    """Rows (exercise, kind, name, objection) of the test cells, or of their hidden checks alone."""
    cells = chapters.assignment_notebook(ROOT / "book" / f"{chapter}.md").cells
    setup = [cell.source for cell in cells if "setup" in cell.metadata.get("tags", [])]
    tests = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if "nbgrader" in cell.metadata}
    if hidden_only:
        tests = {name: test.partition("### BEGIN HIDDEN TESTS")[2] for name, test in tests.items()}
    for exercise, kinds in answers(chapter).items():
        for kind in ("right", "wrong"):
            for name, code in kinds[kind].items():
                yield exercise, kind, name, objection(setup, code, tests[f"{exercise}-test"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter")
    misjudged = 0
    for exercise, kind, name, said in table(parser.parse_args().chapter):
        bad = (said is None) != (kind == "right")
        misjudged += bad
        print(f"{'MISJUDGED ' * bad}{exercise:16} {kind:6} {name:45} {said or 'full marks'}")
    sys.exit(misjudged > 0)


if __name__ == "__main__":
    main()
