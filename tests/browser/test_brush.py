"""The filter of the chapter on coarse graining, painted in a browser."""

import numpy as np
import pytest

from dv.discrete import mutual_information
from dv.ising import coarse_table, linear_filter, majority, neighbouring_blocks

TABLES = {2: neighbouring_blocks(2, 2), 3: neighbouring_blocks(3, 3)}


def by_python(k, weights, one_bit=False, mirror=False):
    """I of the two block variables, and how many values they take."""
    w = np.array(weights) / 100
    value = (lambda s: majority(s, weights=w)) if one_bit else (lambda s: linear_filter(s, w))
    right = (lambda s: value(s.reshape(-1, k, k)[:, :, ::-1].reshape(len(s), -1))) if mirror else value
    table = coarse_table(TABLES[k], value, right)
    return mutual_information(table), len(table)


@pytest.fixture
def brush(open_page, served):
    page = open_page(f"{served['book']}/book/coarse_graining.html")
    widget = page.locator(".dv-brush[data-state]")
    widget.scroll_into_view_if_needed()
    return widget


def check(brush, k, weights, one_bit=False, mirror=False):
    """What the page shows of a state is what Python makes of it."""
    state = ",".join(map(str, [k, int(one_bit), int(mirror), *weights]))
    brush.page.wait_for_function("(s) => document.querySelector('.dv-brush').dataset.state === s", arg=state)
    value, levels = by_python(k, weights, one_bit, mirror)
    ceiling = mutual_information(TABLES[k])
    assert brush.locator(".dv-kept .dv-number").text_content() == f"{value:.4f} of {ceiling:.4f} nats"
    told = brush.locator(".dv-summary").text_content()
    assert f"{value:.4f} of {ceiling:.4f}" in told and f"takes {levels} values" in told
    fill, track = (brush.locator(f".dv-kept .dv-{part}").bounding_box() for part in ("fill", "track"))
    assert fill["width"] / track["width"] == pytest.approx(value / ceiling, abs=0.01)


def cells(brush):
    return brush.get_by_role("gridcell")


def paint(brush, path):
    """Press the mouse on the first cell of a path and drag it over the others."""
    mouse, boxes = brush.page.mouse, [cells(brush).nth(at).bounding_box() for at in path]
    places = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place, steps=3)
    mouse.up()


def test_by_mouse_a_stroke_paints_the_cells_that_it_crosses(brush):
    check(brush, 2, [100] * 4)
    slider = brush.get_by_label("brush")
    for _ in range(7):
        slider.press("ArrowLeft")
    paint(brush, [0, 2])
    check(brush, 2, [30, 100, 30, 100])
    assert brush.get_by_label("filter").first.input_value() == "your own"
    assert brush.locator(".dv-weights[aria-hidden=true]").first.text_content() == "0.310.31"


def test_by_keyboard_weights_are_changed_and_set(brush):
    first = cells(brush).first
    first.focus()
    for key in ("+", "+", "-", "ArrowRight", "0", "ArrowDown", "2", "ArrowLeft", "-", "ArrowUp"):
        brush.page.keyboard.press(key)
    check(brush, 2, [110, 0, 90, 200])
    assert brush.page.evaluate("document.activeElement.textContent") == "1.1"
    brush.get_by_label("brush").press("Home")
    first.press("Space")
    check(brush, 2, [-200, 0, 90, 200])
    first.press("-")
    check(brush, 2, [-200, 0, 90, 200])  # the smallest there is


def test_filters_outputs_and_the_mirror_are_chosen(brush):
    brush.get_by_label("filter").first.select_option("the column near Y")
    check(brush, 2, [0, 100, 0, 100])
    brush.get_by_label("Y sees the mirror image of w").check()
    check(brush, 2, [0, 100, 0, 100], mirror=True)
    brush.get_by_label("output").select_option("one bit, its sign")
    check(brush, 2, [0, 100, 0, 100], one_bit=True, mirror=True)
    brush.get_by_label("block").select_option("3 × 3")
    check(brush, 3, [100] * 9, one_bit=True, mirror=True)
    brush.get_by_label("Y sees the mirror image of w").uncheck()
    brush.get_by_label("output").select_option("the value w·x")
    brush.get_by_label("filter").last.select_option("eight different weights, no centre")
    check(brush, 3, [40, 60, 71, 77, 0, 80, 82, 83, 84])
    paint(brush, [4])
    check(brush, 3, [40, 60, 71, 77, 100, 80, 82, 83, 84])


def test_by_touch_a_tap_paints(open_page, served):
    page = open_page(f"{served['book']}/book/coarse_graining.html", width=375, has_touch=True)
    brush = page.locator(".dv-brush[data-state]")
    brush.get_by_label("brush").press("Home")
    cells(brush).nth(3).tap()
    check(brush, 2, [100, 100, 100, -200])


def test_a_rest_is_announced_and_the_pictures_say_what_they_show(brush):
    cells(brush).first.press("0")
    brush.locator(".dv-news").filter(has_text="The filter keeps").wait_for(state="attached")
    labels = [canvas.get_attribute("aria-label") for canvas in brush.locator("canvas").all()]
    assert "4 values" in labels[0] and "4 by 4 cells" in labels[1]


def test_one_tab_stop_enters_the_grid(brush):
    assert [cell.get_attribute("tabindex") for cell in cells(brush).all()] == ["0", "-1", "-1", "-1"]
    cells(brush).first.press("ArrowDown")
    assert [cell.get_attribute("tabindex") for cell in cells(brush).all()] == ["-1", "-1", "0", "-1"]
