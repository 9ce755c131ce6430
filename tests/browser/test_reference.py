"""The reference explorer of the chapter on MI-NEE, moved in a browser."""

import numpy as np
import pytest

import dv

INFORMATION = dv.BivariateGaussian.running_example().mutual_information()


@pytest.fixture
def explorer(open_page, served):
    return open_page(f"{served['book']}/book/minee.html").locator(".dv-reference-width")


def await_state(explorer, state):
    explorer.page.wait_for_function(
        "(s) => document.querySelector('.dv-reference-width').dataset.state === s", arg=state
    )


def shown(explorer):
    texts = explorer.locator(".dv-bar-value").all_text_contents()
    return [float(text.removesuffix(" nats").replace("∞", "inf").replace("no value", "nan")) for text in texts]


def test_by_keyboard_three_bars_move_and_the_fourth_stays(explorer):
    await_state(explorer, "uniform,2,1")
    assert shown(explorer) == pytest.approx([INFORMATION + 2 * np.log(2), np.log(2), np.log(2), INFORMATION], abs=6e-4)
    explorer.get_by_role("slider").press("End")
    await_state(explorer, "uniform,10,1")
    assert shown(explorer) == pytest.approx([INFORMATION + 2 * np.log(10), *[np.log(10)] * 2, INFORMATION], abs=6e-4)
    bars = [bar.bounding_box() for bar in explorer.locator(".dv-bar-fill").all()]
    assert sum(bar["width"] for bar in bars[1:]) == pytest.approx(bars[0]["width"], abs=1)
    assert bars[3]["x"] + bars[3]["width"] == pytest.approx(bars[0]["x"] + bars[0]["width"], abs=1)


def test_a_uniform_reference_that_is_too_narrow_says_nothing_and_a_gaussian_one_does(explorer):
    explorer.get_by_role("slider").press("Home")
    await_state(explorer, "uniform,0.3,1")
    assert shown(explorer) == pytest.approx([np.inf, np.inf, np.inf, np.nan], nan_ok=True)
    assert "infinite" in explorer.locator(".dv-summary").text_content()
    explorer.get_by_label("reference", exact=True).select_option("Gaussian")
    await_state(explorer, "Gaussian,0.3,1")
    found = shown(explorer)
    assert np.isfinite(found).all() and found[3] == pytest.approx(INFORMATION, abs=6e-4)


def test_by_mouse_the_slider_moves_the_picture_and_the_words(explorer):
    slider = explorer.get_by_role("slider")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    explorer.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    width = float(explorer.get_attribute("data-state").split(",")[1])
    assert 1 < width < 4 and f"to {width:.2f} in each" in explorer.locator("canvas").get_attribute("aria-label")


def test_ten_pairs_of_coordinates_leave_one_point_in_a_million(explorer):
    explorer.get_by_label("pairs of coordinates").select_option("10")
    await_state(explorer, "uniform,2,10")
    assert "about 1 in 1,000,000 land" in explorer.locator(".dv-summary").text_content()
    assert shown(explorer)[3] == pytest.approx(10 * INFORMATION, abs=6e-4)


def test_a_rest_is_announced(explorer):
    explorer.get_by_role("slider").press("End")
    explorer.locator(".dv-news").filter(has_text="= 0.741 nats").wait_for(state="attached")
