"""Every control of every page, by mouse and by keyboard, shows the frame of its state."""

import base64
import itertools
import re

import pytest
from conftest import pages_of, widgets_of

SHOWN = """async (widget) => {
  const stage = widget.querySelector(".dv-stage");
  const now = [...stage.children].filter((node) => getComputedStyle(node).visibility === "visible");
  const bytes = now[0].src ? new Uint8Array(await (await fetch(now[0].src)).arrayBuffer()) : [];
  return { count: now.length, state: stage.dataset.state, text: now[0].textContent, alt: now[0].alt,
           html: now[0].innerHTML, height: stage.offsetHeight,
           bytes: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")),
           said: [...widget.querySelectorAll(".dv-control")].map(
             (node) => (node.querySelector("option:checked") ?? node.querySelector("output")).textContent) };
}"""


def grids(page, path):
    """Pairs of a widget on the page and its state as the build left it."""
    states = widgets_of(path)
    for here in page.locator(".dv-here").all():
        model = re.search(r'"model_id": "(\w+)"', here.locator("> script").text_content()).group(1)
        if "frames" in states[model]:
            yield here.locator(".dv-interact"), states[model]


def words(markup):
    return re.sub("<style.*?</style>|<[^>]*>", " ", markup, flags=re.DOTALL).split()


def check_shown(widget, built, state):
    """The label and the frame on show are those of the state."""
    key = ",".join(map(str, state))
    frame = built["frames"][key]
    widget.locator(f'.dv-stage[data-state="{key}"]').wait_for()
    shown = widget.evaluate(SHOWN)
    assert (shown["count"], shown["state"]) == (1, key)
    if frame["mime"] == "image/webp":
        assert base64.b64decode(shown["bytes"]) == frame["data"]
        assert shown["alt"] == frame["alt"]
    elif frame["mime"] == "text/plain":
        assert shown["text"] == frame["data"]
    else:
        assert words(shown["html"]) == words(frame["data"])
    assert shown["said"] == [control["texts"][at] for control, at in zip(built["controls"], state, strict=True)]
    return shown["height"]


def press_through(page, node, control, at):
    """Move a control by keys; yield the index after each."""
    field = node.locator("input, select, button")
    field.focus()
    last = len(control["texts"]) - 1
    if control["kind"] == "slider":
        field.press("Home")
        yield 0
        for index in range(1, last + 1):
            field.press("ArrowRight")
            yield index
    elif control["kind"] == "choice":
        for index in range(at + 1, last + 1):
            field.press("ArrowDown")
            yield index
    elif control["kind"] == "checkbox":
        for index in (1 - at, at):
            field.press("Space")
            yield index
    else:
        for index in [*range(at + 1, last + 1), 0]:
            field.press("Enter")
            yield index


def click_through(page, node, control, at):
    """Move a control by the mouse; yield the index after each."""
    field = node.locator("input, select, button")
    last = len(control["texts"]) - 1
    if control["kind"] == "slider":
        field.scroll_into_view_if_needed()
        box = field.bounding_box()
        thumb = 16
        for index in (last, 0, last // 2):
            x = box["x"] + thumb / 2 + (box["width"] - thumb) * index / last
            page.mouse.click(x, box["y"] + box["height"] / 2)
            yield index
    elif control["kind"] == "choice":
        for index in range(last, -1, -1):
            field.select_option(index=index)
            yield index
    elif control["kind"] == "checkbox":
        for index in (1 - at, at):
            field.click()
            yield index
    else:
        for index in [*range(at + 1, last + 1), 0]:
            field.click()
            yield index


@pytest.fixture(params=["book", "sample"])
def pages(request, html, sample, served):
    folder = {"book": html, "sample": sample}[request.param]
    paths = [path for path in pages_of(folder) if "dv-here" in (folder / path).read_text()]
    return [(f"{served[request.param]}/{path}", folder / path) for path in paths]


def check_labels(page):
    for field in page.locator(".dv-control:not([hidden])").locator("input, select, button").all():
        assert field.get_attribute("data-lm-suppress-shortcuts") == "true"
        labels = field.evaluate("(f) => [f, ...(f.labels ?? [])].map((node) => node.innerText.trim()).join('')")
        assert field.is_visible() and labels, field
    assert not any(still.is_visible() for still in page.locator(".dv-still").all())


def test_each_control_has_a_label_and_shows_the_frame_and_the_words_of_its_state(open_page, pages):
    tried = 0
    for address, path in pages:
        page = open_page(address)
        check_labels(page)
        for widget, built in grids(page, path):
            state = list(built["state"])
            heights = {check_shown(widget, built, state)}
            for move, (k, control) in itertools.product((press_through, click_through), enumerate(built["controls"])):
                node = widget.locator(".dv-control").nth(k)
                for value in move(page, node, control, state[k]):
                    state[k] = value
                    heights.add(check_shown(widget, built, state))
                    tried += 1
            assert len(heights) == 1  # nothing jumps
        page.context.close()
    assert tried > 10


def test_the_frames_are_those_of_all_combinations(pages):
    for _, path in pages:
        for built in filter(lambda state: "frames" in state, widgets_of(path).values()):
            sizes = [range(len(control["texts"])) for control in built["controls"]]
            assert set(built["frames"]) == {",".join(map(str, state)) for state in itertools.product(*sizes)}


def test_a_move_is_announced_when_the_reader_rests(open_page, served):
    page = open_page(f"{served['sample']}/index.html")
    widget = page.locator(".dv-interact").first
    widget.locator("input[type=range]").press("ArrowRight")
    news = widget.locator("[role=status]")
    news.filter(has_text="points n: 500").wait_for(state="attached")
    assert news.text_content() == (
        "points n: 500, shape: round, colour: off, Draw again: draw 1. 500 points, round, coloured off; draw 1."
    )


def test_with_scripts_off_the_default_is_there_with_its_words(open_page, pages):
    for _, path in pages:
        page = open_page(path.as_uri(), watched=False, java_script_enabled=False)
        assert page.locator(".dv-still").count()
        for still in page.locator(".dv-still").all():
            assert still.is_visible() and still.locator("p").last.text_content()
            for picture in still.locator("img").all():
                assert picture.get_attribute("alt")


def test_on_a_dark_page_pictures_have_light_ink_on_no_paper(open_page, served):
    page = open_page(f"{served['sample']}/index.html", scheme="dark")
    picture = page.locator(".dv-stage img.dv-now").first
    assert picture.evaluate("(node) => getComputedStyle(node).filter") == "invert(1) hue-rotate(180deg)"
    assert picture.evaluate("(node) => getComputedStyle(node).backgroundColor") == "rgba(0, 0, 0, 0)"
