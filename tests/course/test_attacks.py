"""Whatever a submission does, it ends in the right mark or with a person, and nobody else's mark moves."""

import socket
import threading

import nbformat
import pytest
from attacks import ATTACKS, EXERCISES, WALLED, WRONG
from boxes import WAYS
from dv_course.grading import box
from dv_course.grading.grade import Limits

pytestmark = pytest.mark.timeout(3600)  # a whole class, on a machine however busy
ALL = ATTACKS | (WALLED if WAYS else {})
HONEST = {"honest-right": {}, "honest-wrong": {"resample": WRONG}}


def identifier(name):
    return "".join(letter if letter.isalnum() else "-" for letter in name)


@pytest.fixture(scope="module")
def port_and_calls():
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                calls.append(connection.recv(9))
                connection.close()

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1], calls


@pytest.fixture(scope="module", params=WAYS or [None])
def graded(chapter_class, port_and_calls, request):
    """The records of a class in which everybody attacks, but two, graded in each kind of box."""
    for student, answers in HONEST.items():
        chapter_class.hand_in(student, answers)
    victims = [str(chapter_class.folder / name) for name in ("submitted", "autograded", "source", "graded")]
    for name, (attack, _) in ALL.items():
        answers = dict(attack.get("answers", {}))
        if "first" in attack or "before" in attack:
            answers["resample"] = attack.get("first", attack.get("before", "") + WRONG)
            answers["resample"] = answers["resample"].replace("{victims}", repr(victims))
            answers["resample"] = answers["resample"].replace("{port}", str(port_and_calls[0]))
        path = chapter_class.hand_in(identifier(name), answers, attack.get("edit"))
        attack.get("file", lambda path: None)(path)
    limits = Limits(seconds=45, cell_seconds=8, memory=2 << 30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(box, "WAYS", (request.param,))
        return chapter_class.grade(limits=limits, force=True, workers=4)  # who waits needs no processor


def outcome(record):
    """{exercise: full, zero or person} and all reasons."""
    if record.reason:
        return dict.fromkeys(EXERCISES, "person"), [record.reason]
    rows = {row["cell"].removesuffix("-test"): row for row in record.grades}
    word = {
        name: "person" if rows[name]["reason"] else "full" if rows[name]["score"] == rows[name]["points"] else "zero"
        for name in EXERCISES
    }
    return word, [row["reason"] for row in rows.values() if row["reason"]]


@pytest.mark.parametrize("name", ALL)
def test_attack_ends_in_the_right_mark_or_with_a_person(graded, name):
    marks, reasons = outcome(graded[identifier(name)])
    expected = ALL[name][1]
    print(name, "|", marks, "|", "; ".join(reasons))
    if isinstance(expected, dict):
        assert marks == dict.fromkeys(EXERCISES, "full") | expected
    elif expected == "all person":
        assert set(marks.values()) == {"person"}
    elif expected == "any but full":  # what the rest is worth after this is for a person to say
        assert marks["resample"] != "full"
    else:
        assert marks.pop("resample") in expected.split(" or ")
        assert set(marks.values()) <= ({"full", "person"} if "person" in expected else {"full"})
    assert all(reason and len(reason) > 10 for reason in reasons)
    assert ("person" in marks.values()) <= bool(reasons)


def test_no_attack_touches_another_mark_or_another_file(graded, chapter_class, port_and_calls):
    assert outcome(graded["honest-right"])[0] == dict.fromkeys(EXERCISES, "full")
    assert outcome(graded["honest-wrong"])[0] == dict.fromkeys(EXERCISES, "full") | {"resample": "zero"}
    assert len(graded) == len(HONEST) + len(ALL)
    assert not port_and_calls[1] or not WAYS
    assert not list(chapter_class.folder.rglob("mine.txt"))


def test_output_is_cut_to_size(graded, chapter_class):
    (path,) = chapter_class.folder.glob("autograded/flood-of-output/*/*.ipynb")
    assert path.stat().st_size < 200_000
    nbformat.validate(nbformat.read(path, as_version=4))
