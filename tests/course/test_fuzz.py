"""Submissions broken in hundreds of ways, and one that is intact beside them."""

import copy
import json
import os
import random
import re

import nbformat
import pytest
from dv_course.grading import intake
from dv_course.grading.records import NeedsPerson
from handed_in import FULL, PERSON
from test_classroom import identifier, run
from test_grade import OPTION, marks, records

pytestmark = pytest.mark.timeout(900)
COUNT = 400  # ways that are read
WHOLE = 8  # of those that can be graded, so many are graded
ODD = [None, True, -1, 3.5, "", "x" * 1000, "\ud83d", [], {}, [[]], {"nbgrader": 1}, float("nan")]
KINDS = [change for name, change in FULL.items() if name != "a name in another script"]
KINDS += [change for name, (change, _) in PERSON.items() if name not in ("too many files", "folders too deep")]


def broken_tree(tree, draw):
    """A copy with one value, anywhere in it, taken out or replaced or doubled."""
    tree, places = copy.deepcopy(tree), []

    def walk(node):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            places.append((node, key))
            if isinstance(value, dict | list):
                walk(value)

    walk(tree)
    if places:
        node, key = draw.choice(places)
        way = draw.randrange(3)
        if way == 0:
            del node[key]
        elif way == 1 or isinstance(node, dict):
            node[key] = draw.choice(ODD)
        else:
            node.insert(key, copy.deepcopy(node[key]))
    return tree


def broken_bytes(data, draw):
    place, length = draw.randrange(len(data) + 1), draw.randrange(30)
    return draw.choice(
        [
            data[:place],
            data[:place] + draw.randbytes(length) + data[place + length :],
            data[:place] + data[place + length :],
            data + data,
            data.replace(b"\n", b"\r\n"),
            data.decode("utf-8", "replace").encode("utf-16"),
        ]
    )


def break_submission(path, draw):
    """Break a submission in one to three ways, of the notebook's tree, of its bytes, and of its folder."""
    for _ in range(draw.randrange(1, 4)):
        way = draw.randrange(5)
        if not intake._is_regular(path):
            return  # a pipe would wait for a writer
        try:
            if way < 3:
                path.write_text(json.dumps(broken_tree(json.loads(path.read_bytes()), draw)), encoding="utf-8")
            elif way == 3:
                path.write_bytes(broken_bytes(path.read_bytes(), draw))
            else:
                draw.choice(KINDS)(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration):
            return  # broken too far to be broken further


def test_whatever_is_broken_the_intact_one_has_its_marks_and_every_other_a_mark_or_a_reason(small_class):
    draw, release = random.Random(14), small_class.folder / "release" / "small"
    submitted, readable = small_class.folder / "submitted", []
    labels = {intake._label(cell) for cell in small_class.notebook().cells} - {None}
    for number in range(COUNT):
        path = small_class.hand_in(f"s{number}")
        break_submission(path, draw)
        try:
            submission = intake.read(path.parent, release)
        except NeedsPerson:
            continue
        cells = nbformat.reads(submission.files["small.ipynb"].decode(), as_version=4).cells
        found = [intake._label(cell) for cell in cells if intake._label(cell)]
        assert len(found) == len(set(found)) and labels - set(found) <= set(submission.missing)
        readable.append(f"s{number}")
    for student in readable[WHOLE:]:
        (submitted / student).rename(small_class.folder / student)  # it would take long
    small_class.hand_in("intact")
    done = run(small_class, "grade", "small", "--workers", "2", *OPTION)
    assert done.returncode == 0, done.stderr
    outcomes = records(small_class.folder, "small")
    assert marks(small_class)["intact"] == 2 and not outcomes["intact"].needing_a_person()
    assert set(outcomes) == {*os.listdir(submitted)}
    assert all(is_sentence(reason) for record in outcomes.values() for _, reason in record.needing_a_person())
    refused = sum(bool(record.reason) for record in outcomes.values())
    print(f"{COUNT} broken: {len(readable)} read as they are, {refused} for a person before anything runs")
    assert 0.2 < len(readable) / COUNT < 0.9, "both roads are tried"


def is_sentence(reason):
    return reason.isprintable() and 10 < len(reason) < 400 and not re.search(r"Traceback|Error\b|/tmp|<class", reason)


def test_names_for_the_awkward_are_different():
    assert len({identifier(name) for name in FULL}) == len(FULL)
