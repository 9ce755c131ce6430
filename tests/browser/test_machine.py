"""The resampling machine in the page: each move gives what the same numbers give in Node."""

import struct

import pytest
from conftest import widgets_of

EXPECTED = """
const x = Float64Array.from(given.x), y = Float64Array.from(given.y), { rho, seed, state } = given;
const sets = resampling.dataSets(resampling.generator(seed), rho, 64, x.length);
const result = machine.run({ x, y, rho }, state);
const next = resampling.generator(-1 - state.draw);
const values = resampling.estimates(next, rho, sets, state.n, state.nRef, state.replace);
out = machine.summary(state, result, resampling.meanAndSpread(values), resampling.information(rho));
"""
COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""
INK = "(node) => getComputedStyle(node).getPropertyValue('--dv-reference')"


@pytest.fixture
def machine(open_page, served, sample, node):
    page = open_page(f"{served['sample']}/index.html")
    (built,) = [state for state in widgets_of(sample / "index.html").values() if "sample" in state]
    numbers = [value for (value,) in struct.iter_unpack("<d", built["sample"])]
    rows = len(numbers) // 2
    widget = page.locator(".dv-machine")

    def expect(n, n_ref, replace, draw=0):
        """Wait for a state, and compare what is told of it."""
        widget.and_(page.locator(f'[data-state="{n},{n_ref},{str(replace).lower()},{draw}"]')).wait_for()
        given = {"x": numbers[:rows], "y": numbers[rows:], "rho": built["rho"], "seed": built["seed"]}
        state = {"n": n, "nRef": n_ref, "replace": replace, "draw": draw}
        told = node(EXPECTED, modules=("resampling", "machine"), state=state, **given)
        assert widget.locator(".dv-summary").text_content() == told

    return page, widget, expect


def test_keys_move_the_machine(machine):
    _page, widget, expect = machine
    n, n_ref = widget.locator("input[type=range]").all()
    expect(1000, 1000, False)
    n_ref.press("Home")
    expect(1000, 2, False)
    widget.locator("input[type=checkbox]").press("Space")
    n_ref.press("End")
    expect(1000, 10_000, True)
    n.press("Home")
    expect(50, 500, True)
    widget.locator("button").press("Enter")
    expect(50, 500, True, draw=1)
    widget.locator("input[type=checkbox]").press("Space")
    expect(50, 50, False, draw=1)  # as many as there are
    assert widget.locator("output").all_text_contents() == ["50", "50", "off", "draw 2"]


def test_the_mouse_moves_the_machine(machine):
    page, widget, expect = machine
    n, n_ref = widget.locator("input[type=range]").all()

    def click_end(field, right):
        box = field.bounding_box()
        page.mouse.click(box["x"] + (box["width"] - 3 if right else 3), box["y"] + box["height"] / 2)

    widget.scroll_into_view_if_needed()
    expect(1000, 1000, False)
    widget.locator("input[type=checkbox]").click()
    click_end(n, right=True)
    expect(2000, 1000, True)
    click_end(n_ref, right=True)
    expect(2000, 20_000, True)
    click_end(n_ref, right=False)
    expect(2000, 2, True)
    widget.locator("button").click()
    expect(2000, 2, True, draw=1)


def test_each_panel_is_drawn_in_the_colours_of_the_page_and_says_what_it_shows(open_page, served):
    inks = {}
    for scheme in "light", "dark":
        page = open_page(f"{served['sample']}/index.html", scheme=scheme)
        page.locator(".dv-machine[data-state]").wait_for()
        for canvas in page.locator(".dv-machine canvas").all():
            assert len(canvas.get_attribute("aria-label")) > 40
            assert canvas.evaluate(COLOURS) > 3
        inks[scheme] = page.locator(".dv-machine").evaluate(INK)
    assert inks["light"] != inks["dark"]
