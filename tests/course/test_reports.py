"""What goes back: feedback that needs no network, marks as CSV, and what the class did not understand."""

import csv
import re

import pytest
from dv_course import mistakes, reports
from dv_course.grading import gradebook, pages

UNREADABLE = "small.ipynb is not a notebook: it is not in JSON, or not all of it is there"
WRONG = 'answers = {"a": True, "b": True, "c": True, "d": True}'


@pytest.fixture
def marked(small_class):
    """ada is right, bea wrong, cy handed in no notebook, dan nothing."""
    small_class.hand_in("ada")
    small_class.hand_in("bea", {"iid": WRONG})
    small_class.hand_in("cy").write_text("<b>not a notebook</b>")
    small_class.grade()
    with gradebook.opened(small_class.folder) as book:
        book.add_student("dan")
    return small_class


def table(classroom):
    return list(csv.DictReader(reports.export(classroom.folder, "small").read_text().splitlines()))


def test_feedback_is_offline_and_shows_the_message_but_not_the_check(marked):
    assert list(reports.feedback(marked.folder, "small")) == ["ada", "bea"]
    page = (marked.folder / "feedback" / "bea" / "small" / "small.html").read_text()
    assert "read the propositions again for 2 of the 4 answers" in page
    assert "right = {" not in page and "core.py" not in page
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=.https?:", page)
    assert not (marked.folder / "feedback" / "cy").exists(), "its mark is open"


def test_marks_as_csv_leave_open_what_a_person_must_give(marked):
    rows = table(marked)
    assert [(row["student"], row["iid"], row["total"]) for row in rows] == [
        ("ada", "2.0", "2.0"), ("bea", "0.0", "0.0"), ("cy", "", ""), ("dan", "", ""),
    ]  # fmt: skip
    assert [row["open"] for row in rows] == [
        "", "", f"{UNREADABLE} (iid)", "not handed in (iid)",
    ]  # fmt: skip


def test_a_persons_mark_closes_what_was_open(marked):
    with gradebook.opened(marked.folder) as book:
        given = book.find_grade("iid-test", "small", "small", "cy")
        given.manual_score, given.needs_manual_grade = 1, False
        book.db.commit()
    rows = {row["student"]: row for row in table(marked)}
    assert (rows["cy"]["total"], rows["cy"]["open"]) == ("1.0", "")


def test_the_summary_counts_what_the_checks_said(marked):
    page = reports.summary(marked.folder, "small").read_text()
    assert "<td>50%<td>1<td>1<td>2" in page and "<svg" in page
    assert not re.findall(r"<(?:script|link|img)", page), "nothing is loaded from elsewhere"
    assert re.search(r"read the propositions again for # of the # answers\s*<td>\s*<td>1", page)


def test_messages_that_differ_in_their_numbers_are_counted_as_one():
    assert mistakes.without_numbers("off by -0.12 nats at n = 40\nmore") == "off by # nats at n = #"
    assert "<b>" not in reports.PAGE.render(assignment="<b>", table=[], plot="")


def test_messages_of_the_checks_stand_without_the_exceptions_name():
    said = [reports._in_words(message) for message in ("AssertionError: these are bits", "NotImplementedError: ")]
    assert said == ["these are bits", "nothing was written"] and reports._in_words("KeyError: 3") == "KeyError: 3"


def test_the_books_directives_are_plain_in_feedback():
    text = """before
```{exercise} The sign
:label: ex-sign

Write `f`.
```

::::{admonition} Hint
:class: tip dropdown
Look at
```{math}
:label: eq-x
x = 1
```
::::
```python
kept = "{as} it is"
```"""
    assert pages.in_plain_markdown(text).split("\n\n") == [
        "before\n**Exercise. The sign**",
        "Write `f`.",
        "**Hint**",
        'Look at\n$$\nx = 1\n$$\n```python\nkept = "{as} it is"\n```',
    ]
