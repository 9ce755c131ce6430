"""The editable table of the chapter on divergence, moved in a browser."""

import numpy as np
import pytest

import dv


@pytest.fixture
def table(open_page, served):
    return open_page(f"{served['book']}/book/divergence.html").locator(".dv-information")


def weights(table):
    return [int(slider.input_value()) for slider in table.locator("input[type=range]").all()]


def check_bars(table, expected):
    """The page's numbers are those of `dv.discrete` for these weights."""
    table.page.wait_for_function(
        "(s) => document.querySelector('.dv-information').dataset.state === s", arg=",".join(map(str, expected))
    )
    assert weights(table) == expected
    P = np.reshape(expected, (2, 2)) / sum(expected)
    product = np.outer(P.sum(1), P.sum(0))
    hx, hy, both = (dv.discrete.entropy(p) for p in (P.sum(1), P.sum(0), P))
    numbers = [hx, hx + hy - both, both - hy, hy, dv.discrete.kl(product, P)]
    shown = [
        float(text.replace("∞", "inf").removesuffix(" nats"))
        for text in table.locator(".dv-bar-value").all_text_contents()
    ]
    assert shown == pytest.approx(numbers, abs=5.1e-4)
    bars = [bar.bounding_box() for bar in table.locator(".dv-bar-fill").all()]
    assert bars[1]["width"] + bars[2]["width"] == pytest.approx(bars[0]["width"], abs=1)  # I + H(X|Y) = H(X)
    cells = table.locator("td").filter(has_text="(").all_text_contents()
    assert [float(cell.split()[0]) for cell in cells] == pytest.approx(P.ravel(), abs=5.1e-4)


def test_by_keyboard_each_cell_can_be_edited(table):
    expected = [8, 2, 2, 8]
    check_bars(table, expected)
    for k, (key, step) in enumerate([("ArrowLeft", -1), ("ArrowLeft", -1), ("ArrowRight", 1), ("ArrowRight", 1)]):
        slider = table.locator("input[type=range]").nth(k)
        slider.focus()
        for _ in range(2):
            slider.press(key)
        expected[k] += 2 * step
        check_bars(table, expected)


def test_by_mouse_a_cell_is_emptied_and_the_reverse_is_infinite(table):
    slider = table.locator("input[type=range]").nth(1)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    table.page.mouse.click(box["x"] + 4, box["y"] + box["height"] / 2)
    check_bars(table, [8, 0, 2, 8])
    assert "infinite" in table.locator(".dv-summary").text_content()


def test_examples_set_all_four_and_the_first_table_comes_back(table):
    for name, expected in (("a copy", [10, 0, 0, 10]), ("independent", [3, 6, 4, 8]), ("as given", [8, 2, 2, 8])):
        table.get_by_label("example").select_option(name)
        check_bars(table, expected)


def test_without_any_weight_the_reader_is_told(table):
    for slider in table.locator("input[type=range]").all():
        slider.press("Home")
    assert table.locator(".dv-summary").text_content() == "Give at least one cell a weight."
    assert not table.locator(".dv-table").is_visible() and not table.locator(".dv-bars").is_visible()


def test_a_rest_is_announced(table):
    table.get_by_label("example").select_option("a copy")
    table.locator(".dv-news").filter(has_text="Y tells 0.693 nats and leaves 0.000").wait_for(state="attached")
