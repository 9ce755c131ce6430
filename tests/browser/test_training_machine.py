"""The critic of the chapters on training, trained in a browser."""

import re

import pytest

START = "1000,32,100,0.001,0,1000,0"


@pytest.fixture
def machine(open_page, served):
    def opened(fragment="", chapter="training", **options):
        machine = open_page(f"{served['book']}/book/{chapter}.html{fragment}", **options).locator(".dv-training")
        machine.scroll_into_view_if_needed()
        return machine

    return opened


def await_state(machine, state):
    machine.and_(machine.page.locator(f'[data-state="{state}"]')).wait_for()


def words(machine):
    return machine.locator(".dv-summary").text_content()


def press(machine, name, key="Enter"):
    machine.get_by_role("button", name=name).press(key)


@pytest.mark.parametrize("chapter", ["training", "overfitting"])
def test_it_stands_within_two_screens_and_is_trained_before_anything_is_pressed(machine, chapter):
    found = machine(chapter=chapter)
    found.and_(found.page.locator("[data-state]")).wait_for()
    top = found.evaluate("(node) => node.getBoundingClientRect().top + scrollY")
    assert top < 2 * 900
    assert "Step 1000, after" in words(found)
    for canvas in found.locator("canvas").all():
        assert "Training value" in canvas.get_attribute("aria-label")


def test_by_keyboard_it_steps_starts_again_plays_and_pauses(machine):
    found = machine()
    await_state(found, START)
    press(found, "One step")
    await_state(found, START.replace(",1000,0", ",1001,0"))
    press(found, "Start again")
    await_state(found, START.replace(",1000,0", ",0,0"))
    assert "Step 0, after 0 epochs" in words(found)
    press(found, "Play")
    found.page.wait_for_function("() => +document.querySelector('.dv-training').dataset.state.split(',')[5] > 40")
    press(found, "Pause")
    state = found.get_attribute("data-state")
    found.page.wait_for_timeout(200)
    assert found.get_attribute("data-state") == state
    found.locator(".dv-news").filter(has_text="Training value").wait_for(state="attached")


def test_points_come_by_click_and_by_arrow_keys(machine):
    found = machine("#train.n=30&train.step=20")
    await_state(found, "30,32,100,0.001,0,20,0")
    canvas = found.locator("canvas").first
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.4})
    await_state(found, "30,32,100,0.001,0,20,1")
    found.get_by_label("a click adds a").select_option("reference sample")
    put = found.get_by_role("button", name="Add one at")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        put.press(key)
    assert put.text_content() == "Add one at (0.4, 0.2)"
    put.press("Enter")
    await_state(found, "30,32,100,0.001,0,20,2")
    assert "2 points are your own." in words(found)
    found.page.wait_for_function("() => /train.points=j[^_]+_r0.4,0.2,20/.test(location.hash)")
    found.get_by_role("button", name="Remove my points").click()
    await_state(found, "30,32,100,0.001,0,20,0")


def test_a_link_leads_to_what_was_seen(machine):
    found = machine("#train.n=100&train.width=8&train.step=50")
    await_state(found, "100,8,100,0.001,0,50,0")
    found.get_by_label("learning rate").select_option("0.01")
    await_state(found, "100,8,100,0.01,0,50,0")
    told, page = words(found), found.page
    page.wait_for_function("() => location.hash.includes('train.rate=0.01')")
    again = machine(re.search("#.*", page.url)[0])
    await_state(again, "100,8,100,0.01,0,50,0")
    assert words(again) == told
    again.page.evaluate("location.hash = 'train.n=10&train.step=0'")
    await_state(again, "10,32,100,0.001,0,0,0")


def test_the_fragment_of_an_anchor_still_leads_there(machine):
    found = machine("#sec-minibatches")
    await_state(found, START)
    assert found.page.url.endswith("#sec-minibatches")


def test_nothing_plays_by_itself_and_text_is_not_small_on_a_telephone(machine):
    found = machine(width=375, reduced_motion="reduce")
    await_state(found, START)
    found.page.wait_for_timeout(200)
    assert found.get_attribute("data-state") == START
    sizes = found.evaluate("(n) => [...n.querySelectorAll('*')].map((m) => parseFloat(getComputedStyle(m).fontSize))")
    assert min(sizes) >= 11
    for field in found.locator("button, select").all():
        assert field.bounding_box()["height"] >= 39.5
