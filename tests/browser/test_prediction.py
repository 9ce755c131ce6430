"""The prediction that each chapter asks for: said by a button, kept, and recalled where the answer stands."""

import re

from dv_course.chapters import chapter_paths, is_notebook, root
from live_page import READY

ASKED = re.compile(r'<div class="live-prediction" data-answer="([abc])" data-place="([\w-]+)"')


def test_every_chapter_knows_the_answer_that_the_guide_gives(html):
    guide = (root() / "book" / "instructor.md").read_text()
    given = dict(re.findall(r"^\| \{ref\}`ch-([\w-]+)` \| \(([abc])\)", guide, re.MULTILINE))
    found = {}
    for path in filter(is_notebook, chapter_paths()):
        page = (html / "book" / f"{path.stem}.html").read_text()
        ((letter, place),) = ASKED.findall(page)
        assert page.count(f'id="{place}"') == 1, path.stem
        found[path.stem.replace("_", "-")] = letter
    assert found == given


def test_a_prediction_is_kept_recalled_and_taken_back(open_page, served):
    page = open_page(f"{served['book']}/book/information.html", width=375)
    page.wait_for_function(READY)
    recall = page.locator("p .live-recall")
    a, b, c = page.locator(".live-prediction").get_by_role("button").all()
    assert recall.inner_text() == "" and b.bounding_box()["height"] >= 40
    b.click()
    status = page.locator(".live-prediction").get_by_role("status")
    assert status.inner_text() == "You say (b). The answer stands in 1.5. What correlation can and cannot say."
    assert recall.inner_text() == "You predicted (b)."
    page.reload()
    page.wait_for_function(READY)
    pressed = [button.get_attribute("aria-pressed") for button in (a, b, c)]
    assert pressed == ["false", "true", "false"] and recall.inner_text() == "You predicted (b)."
    c.focus()
    page.keyboard.press("Enter")
    assert recall.inner_text() == "✓ As you predicted."
    page.locator(".live-prediction a").click()
    assert page.url.endswith("#the-answer-to-the-prediction")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Erase").click()
    assert recall.inner_text() == "" == status.inner_text()
    a.click()
    a.click()
    assert a.get_attribute("aria-pressed") == "false" and recall.inner_text() == ""
