"""The feature picker of the chapter on uses, ticked in a browser."""

import re

import pytest

from benchmarks import features as record
from dv.widgets.features import FeaturePicker


@pytest.fixture(scope="module")
def tables():
    return {table["name"]: table for table in FeaturePicker(record.tables()).tables}


@pytest.fixture
def picker(open_page, served):
    return open_page(f"{served['book']}/book/uses.html").locator(".dv-picker")


def await_state(picker, state):
    picker.page.wait_for_function("(s) => document.querySelector('.dv-picker').dataset.state === s", arg=state)


def shown(picker):
    texts = picker.locator(".dv-bar-value").all_text_contents()
    return [float(text.replace("−", "-")) for text in texts]


def numbers(table, *names):
    k = sum(1 << table["features"].index(name) for name in names)
    alone = [table["together"][1 << j] for j in range(len(table["features"]))]
    return [*alone, table["total"][k], table["together"][k], table["extra"][k]]


def test_it_opens_with_two_features_that_repeat_each_other(picker, tables):
    await_state(picker, "penguins: species: island, flipper length")
    wanted = numbers(tables["penguins: species"], "island", "flipper length")
    assert shown(picker) == pytest.approx(wanted, abs=6e-4)
    words = picker.locator(".dv-summary").text_content()
    assert "redundancy" in words and "0.782" in words and "from 333 rows" in words


def test_by_keyboard_another_pair_tells_more(picker, tables):
    picker.get_by_role("checkbox", name="flipper length").press("Space")
    picker.get_by_role("checkbox", name="bill length").press("Space")
    await_state(picker, "penguins: species: island, bill length")
    assert shown(picker) == pytest.approx(numbers(tables["penguins: species"], "island", "bill length"), abs=6e-4)


def test_two_coins_are_synergy(picker, tables):
    picker.get_by_label("table and label").select_option("made: exclusive or")
    await_state(picker, "made: exclusive or: ")
    assert "tick a feature" in picker.locator(".dv-summary").text_content()
    for coin in ("coin A", "coin B"):
        picker.get_by_role("checkbox", name=coin).check()
    await_state(picker, "made: exclusive or: coin A, coin B")
    assert shown(picker) == pytest.approx(numbers(tables["made: exclusive or"], "coin A", "coin B"), abs=6e-4)
    assert "synergy" in picker.locator(".dv-summary").text_content()


def test_the_last_bar_goes_from_the_sum_to_what_is_told_together(picker):
    await_state(picker, "penguins: species: island, flipper length")
    total, together, extra = (
        bar.bounding_box() for bar in picker.locator(".dv-bars:not(.dv-features) .dv-bar-fill").all()
    )
    assert total["x"] == pytest.approx(together["x"], abs=1)
    assert extra["x"] == pytest.approx(together["x"] + together["width"], abs=1)
    assert extra["x"] + extra["width"] == pytest.approx(total["x"] + total["width"], abs=1)


def test_intervals_lie_about_the_ends_of_their_bars(picker):
    for row in picker.locator(".dv-bar").all():
        value, low, high = (
            float(number.replace("−", "-"))
            for number in re.findall(r"[−-]?\d\.\d{3}", row.locator(".dv-numbers").text_content())
        )
        assert low <= value <= high
        interval, fill = (row.locator(f".{name}").bounding_box() for name in ("dv-interval", "dv-bar-fill"))
        ends = fill["x"], fill["x"] + fill["width"]
        assert any(interval["x"] - 1 <= end <= interval["x"] + interval["width"] + 1 for end in ends)


def test_a_rest_is_announced(picker):
    picker.get_by_role("checkbox", name="sex").press("Space")
    picker.locator(".dv-news").filter(has_text="sex together tell").wait_for(state="attached")


def test_it_fits_a_telephone(open_page, served):
    page = open_page(f"{served['book']}/book/uses.html", width=375)
    picker = page.locator(".dv-picker")
    box = picker.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 375
    for part in picker.locator(".dv-bar, .dv-numbers, .dv-control").all():
        inside = part.bounding_box()
        assert inside["x"] >= box["x"] - 1 and inside["x"] + inside["width"] <= box["x"] + box["width"] + 1
    assert all(control.bounding_box()["height"] >= 39 for control in picker.locator(".dv-features .dv-control").all())
