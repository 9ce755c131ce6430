"""The same mistake gets the same words, in the feedback and in the register; a person's own words stay."""

import csv

import classrooms
import pytest
import yaml
from dv_course import comments, registers, reports
from dv_course.cli import main
from dv_course.grading import gradebook

WRONG = 'answers = {"a": True, "b": True, "c": True, "d": True}'
WORDS = "Which rows depend on each other?"


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """ada is right, bea and cy have made the same mistake."""
    made = classrooms.small(tmp_path_factory.mktemp("course"))
    made.hand_in("ada")
    for student in ("bea", "cy"):
        made.hand_in(student, {"iid": WRONG})
    made.grade()
    return made


@pytest.fixture
def classroom(marked):
    yield marked
    (marked.folder / comments.FILE).unlink(missing_ok=True)


def write(classroom, texts):
    (classroom.folder / comments.FILE).write_text(yaml.safe_dump({"small": texts}), encoding="utf-8")


def test_what_was_said_is_listed_and_comes_back_with_its_words(classroom, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--course", str(classroom.folder), "comments", "small"])
    assert not ended.value.code
    (said,) = (listed := yaml.safe_load(capsys.readouterr().out))["small"]["iid"]
    assert listed["small"]["iid"] == {said: ""}
    write(classroom, {"iid": {said: WORDS, "never said": "of another year"}})
    assert yaml.safe_load(comments.skeleton(classroom.folder, "small"))["small"]["iid"] == {
        said: WORDS,
        "never said": "of another year",
    }


def test_all_who_made_it_get_the_words_and_nobody_else(classroom):
    (said,) = yaml.safe_load(comments.skeleton(classroom.folder, "small"))["small"]["iid"]
    write(classroom, {"iid": {said: WORDS}})
    with gradebook.opened(classroom.folder) as book:
        book.find_comment("iid", "small", "small", "cy").manual_comment = "Come and see me"
        book.db.commit()
    assert list(reports.feedback(classroom.folder, "small")) == ["ada", "bea", "cy"]
    pages = {
        name: (classroom.folder / "feedback" / name / "small" / "small.html").read_text()
        for name in ("ada", "bea", "cy")
    }
    assert {name: WORDS in page for name, page in pages.items()} == {"ada": False, "bea": True, "cy": False}
    assert "Come and see me" in pages["cy"]
    path, _ = registers.export(classroom.folder, "small", "csv", None)
    rows = {row["student"]: row["small feedback"] for row in csv.DictReader(path.read_text().splitlines())}
    assert WORDS in rows["bea"] and "Come and see me" in rows["cy"] and WORDS not in rows["ada"]


@pytest.mark.parametrize(
    "text", ["small: 3", "small: [iid]", "small: {iid: {a: 3}}", "small: {iid: words}", "a: {", "- a"]
)
def test_a_file_of_another_shape_is_refused_by_its_name(classroom, text):
    (classroom.folder / comments.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=comments.FILE):
        comments.words(classroom.folder, "small")


def test_no_file_or_an_empty_one_has_no_words(classroom):
    assert comments.words(classroom.folder, "small") == {}
    (classroom.folder / comments.FILE).write_text("", encoding="utf-8")
    assert comments.words(classroom.folder, "small") == {}
