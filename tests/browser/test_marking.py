"""What people click in nbgrader's own pages: an instructor gives a mark by hand, a student validates a notebook."""

import re
import shutil

import classrooms
import pytest
from conftest import PATIENCE
from dv_course import registers, reports
from dv_course.grading import gradebook
from test_lab import serving_lab


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """ada is right; bea has handed in what cannot be read. Students' folders have what they work at."""
    made = classrooms.small(tmp_path_factory.mktemp("course"))
    right = made.hand_in("ada")
    made.hand_in("bea").write_text("a and c are true, I think")
    made.grade(workers=2)
    shutil.copy(right, made.folder / "right.ipynb")
    shutil.copy(made.folder / "release" / "small" / "small.ipynb", made.folder / "stub.ipynb")
    return made


@pytest.fixture(scope="module")
def lab(classroom, tmp_path_factory):
    with serving_lab(classroom.folder, tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def test_a_mark_given_by_click_is_in_the_gradebook_and_in_every_export(lab, page, classroom):
    page.goto(f"{lab}/lab")
    for entry in ("Nbgrader", "Formgrader"):
        page.get_by_role("menuitem", name=entry, exact=True).click()
    pages = page.frame_locator("iframe")
    pages.get_by_role("link", name="Manual Grading").click()
    # by their addresses: the link of the page before bears the same name, and stays until the next has come
    pages.locator('tbody a[href$="/small"]:not([href$="/small/small"])').click()
    pages.locator('tbody a[href$="/small/small"]').click()
    waiting = pages.get_by_role("row").filter(has=page.locator(".glyphicon-ok"))
    waiting.get_by_role("link", name=re.compile("Submission")).click()

    submission = pages.get_by_role("main")
    reason = submission.locator(".cell").first.inner_text()
    assert "A person must mark this" in reason and "is not a notebook" in reason
    assert "a and c are true, I think" in submission.inner_text()
    frame = submission.element_handle().owner_frame()
    frame.wait_for_function("window.formgrader && formgrader.grades.loaded && formgrader.comments.loaded")
    mark = pages.locator("#iid-test")
    with page.expect_response(lambda answer: "/api/grade/" in answer.url) as saved:
        mark.fill("1.5")
        mark.press("Enter")
    assert saved.value.ok
    with page.expect_response(lambda answer: "/api/comment/" in answer.url) as saved:
        pages.locator("#iid-comment").fill("Half of it is right")
        pages.locator("#iid-comment").blur()
    assert saved.value.ok

    with gradebook.opened(classroom.folder) as book:
        grade = book.find_grade("iid-test", "small", "small", "bea")
        assert (grade.manual_score, grade.needs_manual_grade) == (1.5, False)
    assert "bea,1.5" in reports.export(classroom.folder, "small").read_text(encoding="utf-8")
    path, _ = registers.export(classroom.folder, "small", "csv", None)
    assert re.search(r"^bea,.*1\.5.*Half of it is right", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert list(reports.feedback(classroom.folder, "small")) == ["ada", "bea"]


@pytest.mark.parametrize("name, said", [("right", "Your notebook passes all the tests"), ("stub", "without quotes")])
def test_validate_says_whether_the_public_tests_pass(lab, page, name, said):
    page.goto(f"{lab}/lab/workspaces/{name}/tree/{name}.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.click()
    page.get_by_role("button", name="Validate").click()
    page.locator(".jp-Dialog").get_by_text("Validation Results").wait_for()
    assert said in page.locator(".jp-Dialog").inner_text()
