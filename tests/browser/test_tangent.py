"""The tangent explorer of the chapter on f-divergences, moved in a browser."""

import numpy as np
import pytest


@pytest.fixture
def explorer(open_page, served):
    return open_page(f"{served['book']}/book/f_divergences.html").locator(".dv-tangent")


def await_state(explorer, state):
    explorer.page.wait_for_function("(s) => document.querySelector('.dv-tangent').dataset.state === s", arg=state)


def conjugate_shown(explorer):
    words = explorer.locator(".dv-summary").text_content()
    return float(words.rpartition("= ")[2].rstrip(".").replace("−", "-").replace("∞", "inf"))


def test_by_keyboard_the_intercept_of_the_first_function_is_multiplied(explorer):
    await_state(explorer, "Kullback–Leibler, 0.5")
    assert conjugate_shown(explorer) == pytest.approx(np.exp(-0.5), abs=5e-4)
    slider = explorer.get_by_role("slider")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    await_state(explorer, "Kullback–Leibler, 1")
    assert conjugate_shown(explorer) == 1
    slider.press("End")
    await_state(explorer, "Kullback–Leibler, 2")
    assert conjugate_shown(explorer) == pytest.approx(np.e, abs=5e-4)


def test_beyond_its_end_total_variation_has_no_line(explorer):
    explorer.get_by_label("f", exact=True).select_option("total variation")
    await_state(explorer, "total variation, 0")
    slider = explorer.get_by_role("slider")
    for _ in range(10):
        slider.press("ArrowRight")
    await_state(explorer, "total variation, 0.5")
    assert conjugate_shown(explorer) == 0.5
    slider.press("ArrowRight")
    await_state(explorer, "total variation, 0.55")
    assert conjugate_shown(explorer) == np.inf
    assert "crosses f" in explorer.locator("canvas").first.get_attribute("aria-label")


def test_below_minus_two_the_line_of_chi_squared_turns_about_a_point(explorer):
    explorer.get_by_label("f", exact=True).select_option("χ²")
    explorer.get_by_role("slider").press("Home")
    await_state(explorer, "χ², -3")
    assert conjugate_shown(explorer) == -1 and "at u = 0.00" in explorer.locator(".dv-summary").text_content()


def test_the_graph_can_be_dragged(explorer):
    canvas = explorer.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box, mouse = canvas.bounding_box(), explorer.page.mouse
    mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2, steps=5)
    mouse.up()
    slope = float(explorer.get_attribute("data-state").rpartition(" ")[2])
    u = 4 * (0.7 * box["width"] - 34) / (box["width"] - 42)
    assert slope == pytest.approx(min(1 + np.log(u), 2), abs=0.08)
    assert explorer.get_by_role("slider").get_attribute("aria-valuetext") == f"{slope:.2f}"


def test_a_rest_is_announced(explorer):
    explorer.get_by_role("slider").press("End")
    explorer.locator(".dv-news").filter(has_text="f*(t) = 2.718").wait_for(state="attached")
