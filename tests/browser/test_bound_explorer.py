"""The sliders of the chapter on the bound, moved in a browser."""

import pytest

INFORMATION = 0.1927


@pytest.fixture
def explorer(open_page, served):
    page = open_page(f"{served['book']}/book/donsker_varadhan.html")
    return page.locator(".dv-explorer")


def values(explorer):
    """The two bounds, as the page prints them."""
    texts = explorer.locator(".dv-bound .dv-number").all_text_contents()
    return [float(text.replace("◀", "").replace("−", "-")) for text in texts]


def move(explorer, label, steps):
    slider = explorer.get_by_label(label, exact=True)
    slider.focus()
    for _ in range(abs(steps)):
        slider.press("ArrowRight" if steps > 0 else "ArrowLeft")


def test_by_keyboard_the_bar_climbs_towards_the_information_and_never_passes(explorer):
    assert values(explorer) == [0, -0.3679]
    reached = [0.0]
    for label, steps in (("t(0, 0)", 9), ("t(1, 1)", 9), ("t(0, 1)", -18), ("t(1, 0)", -18)):
        move(explorer, label, steps)
        reached.append(values(explorer)[0])
    assert reached == sorted(reached) and INFORMATION - 0.001 < reached[-1] <= INFORMATION
    move(explorer, "t(0, 0)", 40)
    assert values(explorer)[0] < reached[-1]


def test_a_shift_changes_the_one_and_not_the_other(explorer):
    move(explorer, "t(0, 0)", 10)
    bound, form = values(explorer)
    move(explorer, "shift c", 15)
    assert values(explorer)[0] == bound and values(explorer)[1] > form + 0.1


def test_the_log_ratio_reaches_the_line_but_for_the_copy(explorer):
    explorer.get_by_role("button", name="To the log ratio").click()
    assert values(explorer)[0] == pytest.approx(INFORMATION, abs=5e-5)
    assert explorer.locator("output").first.text_content() == "0.47"
    explorer.get_by_label("P", exact=True).select_option("an exact copy")
    explorer.get_by_role("button", name="To the log ratio").click()
    assert 0.6 < values(explorer)[0] < 0.6931
    explorer.get_by_role("button", name="All to 0").click()
    assert values(explorer)[0] == 0


def test_a_rest_is_announced(explorer):
    move(explorer, "t(0, 0)", 2)
    explorer.locator(".dv-news").filter(has_text="DV bound").wait_for(state="attached")


def test_the_bar_is_where_its_number_says(explorer):
    explorer.get_by_role("button", name="To the log ratio").click()
    bar = explorer.locator(".dv-bound .dv-dv").bounding_box()
    line = explorer.locator(".dv-bound .dv-mark").first.bounding_box()
    assert bar["x"] + bar["width"] == pytest.approx(line["x"], abs=4)
