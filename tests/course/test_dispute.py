"""A mark that a student doubts."""

from dv_course.grading import gradebook
from test_classroom import run
from test_grade import OPTION, WRONG, marks

COMPLAINT = "\ufeffStudent: bea\nassignment: small\nexercise: iid\n\n(b) is true: all pairs have one law.\n```\n"


def test_the_answer_stands_beside_the_check_and_the_case_is_on_record(small_class):
    small_class.hand_in("ada", {"iid": WRONG})
    small_class.hand_in("bea", {"iid": WRONG})
    small_class.grade()
    with gradebook.opened(small_class.folder) as book:  # a mark that a machine got wrong
        book.find_grade("iid-test", "small", "small", "bea").auto_score = 1
        book.db.commit()
    path = small_class.folder / "complaint.txt"
    path.write_text(COMPLAINT, encoding="utf-8")
    for times in (1, 2):
        done = run(small_class, "dispute", str(path), *OPTION)
        assert done.returncode == 0, done.stderr
        text = (small_class.folder / "disputes" / "small" / "bea.md").read_text(encoding="utf-8")
        assert text.count("> (b) is true: all pairs have one law.") == times
    assert WRONG in done.stdout and "def iid(" in done.stdout
    assert "- Before: 1 of 2: read the propositions" in text
    assert "- Graded again: 0 of 2: read the propositions again for 2 of the 4 answers" in done.stdout
    assert marks(small_class) == {"ada": 0, "bea": 0}


def test_a_complaint_that_does_not_say_what_it_is_about_is_refused_in_words(small_class):
    path = small_class.folder / "complaint.txt"
    for text, said in (("I want more", "which student"), (COMPLAINT, "bea has no mark for iid of small")):
        path.write_text(text, encoding="utf-8")
        done = run(small_class, "dispute", str(path), *OPTION)
        assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr


def test_nothing_is_printed_over_the_bar(small_class):
    small_class.hand_in("ada")
    done = run(small_class, "grade", "small", *OPTION)
    assert "Warning" not in done.stderr
