"""The Ising lattice of its chapter, played in a browser."""

import re

import numpy as np
import pytest

from dv import discrete, ising

SELECTOR = ".dv-lattice"
# Share of up spins as painted, and how many colours there are.
PAINTED = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = Array.from({ length: data.length / 4 }, (_, k) => data.slice(4 * k, 4 * k + 3).join());
  return [colours.filter((c) => c === "253,231,55").length / colours.length, [...new Set(colours)].sort()];
}"""


@pytest.fixture
def open_lattice(open_page, served):
    def open_lattice(**options):
        return open_page(f"{served['book']}/book/ising_exact.html", **options).locator(SELECTOR)

    return open_lattice


@pytest.fixture
def lattice(open_lattice):
    return open_lattice()


def await_state(lattice, state):
    lattice.page.wait_for_function(f"(s) => document.querySelector('{SELECTOR}').dataset.state === s", arg=state)


def seen(lattice):
    """How many lattices the means are of."""
    return int(lattice.get_attribute("data-state").rpartition(", ")[2])


def await_more(lattice, than):
    lattice.page.wait_for_function(
        f"(n) => Number(document.querySelector('{SELECTOR}').dataset.state.split(', ').at(-1)) > n", arg=than
    )


def numbers(lattice):
    words = lattice.locator(".dv-summary").text_content().replace("−", "-")
    return [float(number) for number in re.findall(r"-?\d\.\d{3}", words)]


def button(lattice, name):
    return lattice.get_by_role("button", name=name, exact=True)


def test_at_first_an_equilibrated_critical_lattice_stands_still(lattice):
    await_state(lattice, "2.269, Swendsen–Wang, 2, 1")
    lattice.page.wait_for_timeout(500)
    await_state(lattice, "2.269, Swendsen–Wang, 2, 1")
    share, colours = lattice.locator("canvas").first.evaluate(PAINTED)
    assert colours == ["0,34,77", "253,231,55"]
    critical, m, _, energy, exact, information, counted = numbers(lattice)
    assert critical == pytest.approx(ising.T_C, abs=5e-4)
    assert abs(2 * share - 1) == pytest.approx(m, abs=5e-4)
    assert energy == pytest.approx(-np.sqrt(2), abs=0.04) and exact == pytest.approx(-np.sqrt(2), abs=5e-4)
    label = lattice.locator("canvas").first.get_attribute("aria-label")
    assert label == f"128 × 128 spins, {round(100 * share)}% of them up"
    assert information == 0.423 and counted == pytest.approx(information, abs=0.05)


def test_by_keyboard_it_plays_pauses_and_steps(lattice):
    before = lattice.locator("canvas").first.evaluate(PAINTED)[0]
    button(lattice, "Play").press("Enter")
    await_more(lattice, 40)
    assert lattice.locator("canvas").first.evaluate(PAINTED)[0] != before
    button(lattice, "Pause").press("Space")
    rested = seen(lattice)
    lattice.page.wait_for_timeout(300)
    assert seen(lattice) == rested and f"The mean of {rested} lattices" in lattice.locator(".dv-summary").text_content()
    button(lattice, "One sweep").press("Enter")
    await_state(lattice, f"2.269, Swendsen–Wang, 2, {rested + 1}")


def test_by_mouse_it_plays_and_one_sweep_pauses(lattice):
    button(lattice, "Play").click()
    await_more(lattice, 10)
    button(lattice, "One sweep").click()
    rested = seen(lattice)
    lattice.page.wait_for_timeout(300)
    assert seen(lattice) == rested and button(lattice, "Play").is_visible()


def test_by_keyboard_t_is_moved_and_the_means_begin_again(lattice):
    slider = lattice.get_by_role("slider")
    button(lattice, "One sweep").click()
    slider.press("Home")
    await_state(lattice, "1.000, Swendsen–Wang, 2, 1")
    _, m, yang, energy, onsager, symmetric, plus, _ = numbers(lattice)
    assert [yang, onsager] == pytest.approx([ising.magnetization(1), ising.energy(1)], abs=5e-4)
    assert [m, energy] == pytest.approx([yang, onsager], abs=0.02) and (symmetric, plus) == (0.693, 0.000)
    slider.press("ArrowRight")
    await_state(lattice, "1.020, Swendsen–Wang, 2, 1")
    slider.press("End")
    await_state(lattice, "4.000, Swendsen–Wang, 2, 1")
    assert slider.get_attribute("aria-valuetext") == "4.000"
    _, m, yang, energy, onsager, both, counted = numbers(lattice)
    assert yang == 0 and m < 0.05 and energy == pytest.approx(onsager, abs=0.03)
    exact = discrete.mutual_information(ising.neighbouring_blocks(2, 2, 4.0))
    assert both == pytest.approx(exact, abs=6e-4) and counted == pytest.approx(both, abs=0.02)


def test_by_mouse_the_slider_changes_the_picture_while_it_plays(lattice):
    button(lattice, "Play").click()
    slider = lattice.get_by_role("slider")
    box = slider.bounding_box()
    lattice.page.mouse.click(box["x"] + 10, box["y"] + box["height"] / 2)
    await_more(lattice, 12)
    assert float(lattice.get_attribute("data-state").split(",")[0]) < 1.3
    share, _ = lattice.locator("canvas").first.evaluate(PAINTED)
    assert abs(2 * share - 1) > 0.9


def test_the_sampler_and_the_blocks_are_chosen(lattice):
    button(lattice, "One sweep").click()
    lattice.get_by_label("sampler", exact=True).select_option("Metropolis")
    await_state(lattice, "2.269, Metropolis, 2, 1")
    button(lattice, "One sweep").click()
    await_state(lattice, "2.269, Metropolis, 2, 2")
    lit = lattice.locator(".dv-pair").bounding_box()
    lattice.get_by_label("blocks", exact=True).select_option("3 × 3")
    await_state(lattice, "2.269, Metropolis, 3, 1")
    wider = lattice.locator(".dv-pair").bounding_box()
    assert wider["width"] == pytest.approx(1.5 * lit["width"], rel=0.05)
    assert wider["height"] == pytest.approx(1.5 * lit["height"], rel=0.05)
    assert "3 × 3 blocks: exactly 0.533 nats in both ensembles" in lattice.locator(".dv-summary").text_content()


def test_out_of_sight_it_waits(lattice):
    button(lattice, "Play").click()
    await_more(lattice, 6)
    lattice.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    lattice.page.wait_for_timeout(500)
    rested = seen(lattice)
    lattice.page.wait_for_timeout(500)
    assert seen(lattice) == rested
    lattice.scroll_into_view_if_needed()
    await_more(lattice, rested + 6)


def test_who_wants_less_motion_has_none_before_play(open_lattice):
    lattice = open_lattice(reduced_motion="reduce")
    lattice.scroll_into_view_if_needed()
    lattice.page.wait_for_timeout(500)
    await_state(lattice, "2.269, Swendsen–Wang, 2, 1")


def test_colours_mean_the_same_on_a_dark_page_and_targets_fit_a_thumb(open_lattice):
    lattice = open_lattice(width=375, scheme="dark")
    assert lattice.locator("canvas").first.evaluate(PAINTED)[1] == ["0,34,77", "253,231,55"]
    assert lattice.locator("canvas").first.evaluate("(node) => getComputedStyle(node).filter") == "none"
    for target in lattice.locator("input, select, button").all():
        assert target.bounding_box()["height"] >= 40


def test_a_rest_is_announced_and_playing_is_not(lattice):
    news = lattice.locator(".dv-news")
    news.filter(has_text="This lattice has").wait_for(state="attached")
    button(lattice, "Play").click()
    await_more(lattice, 60)
    assert "This lattice" in news.text_content()
    button(lattice, "Pause").click()
    news.filter(has_text="The mean of").wait_for(state="attached")


def test_it_stands_within_the_first_two_screens(lattice):
    assert lattice.evaluate("(node) => node.getBoundingClientRect().top + scrollY") < 2 * 900
