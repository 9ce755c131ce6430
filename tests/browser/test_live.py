"""Code on the page: it is written, run, checked, stopped and kept where it is read."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import serving
from dv_course.bank import answers
from live_page import PAGE, READY, check, opened, run, says, write

RIGHT = next(iter(answers("information")["gaussian-information"]["right"].values()))
NAME = "gaussian-information"
SOLVED = ".live-mark"
ODD = {
    "x = (": "SyntaxError",
    "input('?')": "input() has nobody to ask here",
    "import no_such_module": "No module named 'no_such_module'",
    "import sys\nsys.exit(1)": "SystemExit",
    "np.ones(2**28)": "array is too big",
    "kept = [np.empty(2**26) for _ in range(99)]": "Unable to allocate",
    "while True:\n    print('x' * 1000)\n    n = globals().get('n', 0) + 1\n    if n > 999: break": "Done",
    "import torch": "needs PyTorch, which does not run in a browser",
    "import js\nassert not hasattr(js, 'indexedDB') and not hasattr(js, 'caches')": "Done",
    "import js\nassert 'network' in js.fetch.toString()": "Done",
}


# A browser that keeps nothing of ours.
FULL = """const keep = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  if (key.startsWith("dv-course/")) throw new Error("QuotaExceededError");
  keep.call(this, key, value);
};"""


@pytest.fixture
def course(html):
    """The book below another path, as a course's site has it."""
    with serving(html.parent) as address:
        yield {"book": f"{address}/html"}


def test_an_answer_is_checked_kept_and_marked_as_solved(open_page, course):
    page = opened(open_page, course, "information")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_function(READY)
    assert not [url for url in asked if "/python-" in url or "codemirror" in url]  # until somebody writes or runs

    cell = page.locator(f"#cell-{NAME}")
    cell.get_by_role("button", name="Check").click()
    says(cell, "NotImplementedError")
    assert page.locator(SOLVED).count() == 0
    wrong = answers("information")[NAME]["wrong"]["the sign"]
    check(page, NAME, wrong, "Not yet: information is never negative: check the sign")
    check(page, NAME, RIGHT, "Right: every check is content")
    following = cell.locator(".live-says a")
    assert following.inner_text().startswith("Exercise 1.2")
    assert page.locator(following.get_attribute("href")).inner_text().startswith(following.inner_text())
    assert page.locator(SOLVED).inner_text() == "1 of 3 solved"
    for code, words in ODD.items():
        run(page, "units", code, words)
        assert len(page.locator("#cell-units .live-output").inner_text()) < 25_000
    run(page, "units", "pd.DataFrame({'a': [1, 2]})", "Done")
    assert page.locator("#cell-units .live-output td").count() == 2

    page.reload()
    page.wait_for_function(READY)
    assert "gaussian_information" in page.locator(f"#cell-{NAME} .cm-content").inner_text()
    assert page.locator(SOLVED).inner_text() == "1 of 3 solved"
    page.goto(f"{course['book']}/index.html")
    page.wait_for_function(READY)
    assert page.locator("#the-map .live-mark").inner_text() == "1 of 3 solved"


def test_what_never_ends_is_stopped_and_the_page_lives_on(open_page, served):
    page = opened(open_page, served, "information")
    cell = run(page, NAME, "while True:\n    pass", "Running")
    page.locator("#cell-units").get_by_role("button", name="Run").click()
    says(page.locator("#cell-units"), "Python is busy")
    cell.get_by_role("button", name="Stop").click()
    says(cell, "Stopped. Python starts anew")
    page.evaluate(f"async () => {{ {PAGE}.python.limit = 1; }}")
    run(page, NAME, "while True:\n    pass", "Stopped after 1 seconds")
    page.evaluate(f"async () => {{ {PAGE}.python.limit = 60; }}")
    run(page, NAME, "print('alive')", "Done")
    assert "alive" in cell.locator(".live-output").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_by_keyboard_on_a_telephone_and_for_axe(open_page, served, scheme):
    page = opened(open_page, served, "information", width=375, scheme=scheme)
    cell = write(page, NAME, f"{RIGHT}\nprint(1)\nundefined")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.keyboard.press("Enter")
    says(cell, "NameError")
    cell.locator(".cm-content").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(f"{RIGHT}  # a comment, 'a text'\nx = {list(range(40))}\nprint(x)")
    page.keyboard.press("ControlOrMeta+Enter")
    says(cell, "Right")
    assert cell.get_by_role("status").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    rules = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]}).response["violations"]
    assert not [
        (rule["id"], node["target"])
        for rule in rules
        for node in rule["nodes"]
        if ".live" in str(node["target"]) or "cell-" in str(node["target"]) or rule["impact"] in ("serious", "critical")
    ]


def test_answers_are_exported_erased_and_imported(open_page, served, tmp_path):
    page = opened(open_page, served, "information")
    page.on("dialog", lambda dialog: dialog.accept())
    cell = write(page, NAME, "x = 'mine'")
    page.locator("#cell-random-sign").scroll_into_view_if_needed()
    words = page.locator("section:has(> #cell-random-sign), main").first
    assert words.get_by_role("button", name="Edit").last.is_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    download.value.save_as(tmp_path / "answers.json")
    page.get_by_role("button", name="Erase").click()
    assert "NotImplementedError" in cell.locator(".cm-content").inner_text()
    bring = page.locator(".live-panel input[type=file]")
    bring.set_input_files(tmp_path / "answers.json")
    cell.locator(".cm-content", has_text="x = 'mine'").wait_for()

    notebook = json.loads((page.context.request.get(f"{served['book']}/notebooks/information.ipynb")).text())
    for given in notebook["cells"]:
        if given["metadata"].get("nbgrader", {}).get("grade_id") == NAME:
            given["source"] = ["</script><img src=x onerror=alert(1)>\n", "y = 'from the lab'"]
    (tmp_path / "information.ipynb").write_text(json.dumps(notebook))
    bring.set_input_files(tmp_path / "information.ipynb")
    cell.locator(".cm-content", has_text="from the lab").wait_for()
    assert page.locator("img[src=x]").count() == 0

    (tmp_path / "odd.json").write_text("<script>")
    bring.set_input_files(tmp_path / "odd.json")
    page.locator(".live-panel").get_by_text("neither a notebook nor a file of answers").wait_for()


def test_two_tabs_have_one_answer(open_page, served):
    here = opened(open_page, served, "information")
    there = here.context.new_page()
    there.goto(here.url)
    there.wait_for_function(READY)
    write(here, NAME, "x = 'one for both'")
    there.locator(f"#cell-{NAME} .cm-content", has_text="one for both").wait_for()


def test_without_storage_the_page_says_so_and_works(open_page, served):
    page = opened(open_page, served, "information")
    page.add_init_script(FULL)
    page.reload()
    page.wait_for_function(READY)
    assert "lets the page keep nothing" in page.locator(".live-panel").inner_text()
    write(page, NAME, "x = 1")
    with page.expect_download():
        page.get_by_role("button", name="Hand in").click()


def test_from_a_file_the_page_says_how_to_serve_it(open_page, html):
    page = open_page((html / "book" / "information.html").as_uri())
    assert "python3 -m http.server --bind 127.0.0.1" in page.locator(".live-note").inner_text()
    assert page.get_by_role("button", name="Check", exact=True).count() == 0


def test_a_build_without_python_says_so_and_keeps_answers_all_the_same(open_page, served):
    page = opened(open_page, served, "information")

    def without(route):
        text = route.fetch().text()
        route.fulfill(body=re.sub(r"&quot;python&quot;: &quot;[^&]*&quot;", "&quot;python&quot;: null", text))

    page.route("**/information.html", without)
    page.reload()
    page.wait_for_function(READY)
    assert "Live code was left out of this build" in page.locator(".live-note").inner_text()
    write(page, NAME, "x = 1")
    assert page.get_by_role("button", name="Check", exact=True).count() == 0
    assert page.get_by_role("button", name="Hand in").is_enabled()
