"""What the checks said of wrong answers, and which misconceptions of the bank that is."""

import collections
import contextlib
import json
import re

from . import repository
from .grading import intake
from .grading.records import records, write_whole


def without_numbers(said):
    """The first line of what a check said, without its numbers."""
    return re.sub(r"-?\d+(\.\d+)?(e[+-]?\d+)?", "#", said.strip().splitlines()[0])[:200]


def named(course, assignment):
    """{test cell: {what it says: the bank's names of wrong answers to which it says so}}, if the bank is at hand.

    It takes the bank's answers some seconds, so what they come to is kept.
    """
    with contextlib.suppress(FileNotFoundError):
        key = intake.fingerprint(repository.PACKAGE, repository.root() / "tests" / "book" / "answers")
        kept = course / "reports" / f".{assignment}-misconceptions.json"
        known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        if known.get("key") != key:
            from . import assignments, bank

            known = {"key": key, "names": {}}
            tests = {}
            for path in (course / "source" / assignment).glob("*.ipynb"):
                tests |= assignments.exercises(path)
            for exercise, kind, name, said in bank.table(assignment):
                for cell in (cell for cell, (answer, _) in tests.items() if answer == exercise):
                    if kind == "wrong" and said:
                        known["names"].setdefault(cell, {}).setdefault(without_numbers(said), []).append(name)
            write_whole(kept, json.dumps(known))
        return known["names"]
    return {}


def counted(course, assignment):
    """{test cell: a counter of what it said}, over the class."""
    said = collections.defaultdict(collections.Counter)
    for record in records(course, assignment).values():
        for row in record.grades:
            if row["said"] and not record.reason:
                said[row["cell"]][without_numbers(row["said"])] += 1
    return said
