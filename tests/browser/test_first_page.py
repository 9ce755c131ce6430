"""The first page in a browser: the switch, the first screen, the page without scripts, the ticks."""

import json

import pytest
from live_page import READY

PAGE = "book/intro.html"
SHOWN = (
    """() => ['.clouds-correlation', '.clouds-information'].map((name) => document.querySelector(name).textContent)"""
)
SCREENS = {"desk": (1280, 800), "telephone": (375, 700)}
STILL = "document.querySelector('.clouds-news').textContent.includes"


@pytest.fixture
def first(open_page, served):
    def first(size="desk", **options):
        page = open_page(f"{served['book']}/{PAGE}", **options)
        width, height = SCREENS[size]
        page.set_viewport_size({"width": width, "height": height})
        return page

    return first


def test_the_mouse_folds_the_cloud_and_the_number_climbs_while_correlation_stays(first):
    page = first()
    switch = page.get_by_role("switch", name="Fold it into a cross")
    picture = page.locator(".clouds svg")
    assert page.evaluate(SHOWN) == ["0.00", "0.00"]
    assert picture.get_attribute("aria-label") == "A round cloud: correlation 0.00, information 0.00 nats."
    drawn = page.locator(".round path").get_attribute("d")
    page.evaluate("""() => {
      window.seen = [];
      const numbers = document.querySelectorAll('.clouds-live dd');
      const look = () => window.seen.push([...numbers].map((one) => one.textContent));
      new MutationObserver(look).observe(document.querySelector('.clouds-live dl'), { childList: true, subtree: true });
    }""")
    switch.click()
    page.wait_for_function(f"{STILL}('A cross')")
    assert switch.get_attribute("aria-checked") == "true"
    assert page.evaluate(SHOWN) == ["0.00", "0.87"]
    assert picture.get_attribute("aria-label") == "A cross: correlation 0.00, information 0.87 nats."
    assert page.locator(".round path").get_attribute("d") != drawn
    values = [float(value.split()[0]) for _, value in page.evaluate("window.seen")]
    assert values == sorted(values) and values[-1] == 0.87
    assert {correlation for correlation, _ in page.evaluate("window.seen")} == {"0.00"}
    assert page.get_by_text("You just saw what correlation misses.").locator("visible=true").count() == 1
    switch.click()
    page.wait_for_function(f"{STILL}('A round cloud')")
    assert page.evaluate(SHOWN) == ["0.00", "0.00"] and page.locator(".round path").get_attribute("d") == drawn


def test_the_keyboard_does_the_same_and_reduced_motion_jumps(first):
    page = first(reduced_motion="reduce")
    switch = page.get_by_role("switch")
    switch.focus()
    for key, state, information in (("Space", "true", "0.87"), ("Enter", "false", "0.00")):
        page.keyboard.press(key)
        assert page.evaluate(SHOWN) == ["0.00", information]  # at once
        assert switch.get_attribute("aria-checked") == state
        assert page.get_by_role("status").inner_text().endswith(f"information {information} nats.")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Start"


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("size", SCREENS)
def test_the_first_screen_has_the_cloud_the_numbers_and_where_to_begin(first, size, folded):
    page = first(size, reduced_motion="reduce")
    if folded:
        page.get_by_role("switch").click()
    width, height = SCREENS[size]
    said = ".first-cross" if folded else ".first-round"
    for name in (
        ".bd-article h1",
        ".clouds svg",
        ".clouds-correlation",
        ".clouds-information",
        "[role=switch]",
        said,
        ".first-links a",
    ):
        for one in page.locator(name).all():
            box = one.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, name
            assert box["y"] >= 0 and box["y"] + box["height"] <= height, name
            if name in ("[role=switch]", ".first-links a"):
                assert box["height"] >= 40
    assert page.locator(".first-links a").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_both_links_lead_where_they_say(first):
    for name, where in (("Start", "information"), ("Teach", "instructor")):
        page = first()
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"**/{where}.html*")


@pytest.mark.parametrize("size", SCREENS)
def test_without_scripts_both_clouds_stand_there_with_their_numbers(first, size):
    page = first(size, java_script_enabled=False)
    assert page.locator(".clouds path").locator("visible=true").count() == 2
    texts = page.locator(".clouds text:not(.axis)").locator("visible=true").all_text_contents()
    assert texts == ["correlation 0.00", "0.00 nats", "correlation 0.00", "0.87 nats"]
    assert not page.get_by_role("switch").is_visible()
    (said,) = [one for one in page.locator(".first > p").all() if one.is_visible()][:-1]
    assert "You just saw what correlation misses." in said.inner_text()
    smallest = page.locator(".clouds text.axis").first.bounding_box()["height"]
    assert smallest >= 11
    for one in page.locator(".clouds svg, .first-links a").all():
        box = one.bounding_box()
        assert box["y"] + box["height"] <= SCREENS[size][1]


def test_a_card_is_ticked_when_its_exercises_are_solved(first):
    page = first()
    page.wait_for_function(READY)
    checks = json.loads(page.locator("script[data-live]").get_attribute("data-live"))["chapters"]["information"][
        "checks"
    ]
    card = page.locator("#the-map .cards > li", has=page.locator("a[href*='information.html']"))
    for name, digest in checks.items():
        assert "✓" not in card.inner_text()
        entry = json.dumps({"text": "mine", "passed": digest})
        page.evaluate(
            "([key, entry]) => localStorage.setItem(key, entry)", [f"dv-course/answers/information/{name}", entry]
        )
        page.reload()
        page.wait_for_function(READY)
    assert card.locator(".live-mark").inner_text() == f"✓ {len(checks)} of {len(checks)} solved"
    assert page.locator("#the-map .live-mark").count() == 1
    assert page.locator("nav.bd-links .live-mark").count() == 1
    card.click(position={"x": 20, "y": 20})  # the whole card is the link
    page.wait_for_url("**/information.html*")
