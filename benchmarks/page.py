"""Time Python in the page, from the click to the verdict, and weigh what it loads.

Run ``PYTHONPATH=tests/browser python -m benchmarks.page`` after ``make book``. Cold is a browser that has seen
nothing of the book, warm the next page in the same browser, again the next check on one
page. Everything is served from this machine, so a network's time is not in it.
"""

import sys
import time
from pathlib import Path

from conftest import PATIENCE, pages_of, serving
from dv_course.bank import answers
from dv_course.repository import root
from executable import WHAT_TO_DO, find_browser
from live_page import READY, write
from playwright.sync_api import sync_playwright

BUILT = root() / "_build" / "html"
# The states of an exercise, each with its time, as the page passes through them.
WATCH = """(id) => {
  const node = document.querySelector(`#cell-${id} .live-says`);
  window.seen = [];
  new MutationObserver(() => window.seen.push([performance.now(), node.textContent]))
    .observe(node, { childList: true, characterData: true, subtree: true });
  node.closest('[id]').querySelectorAll('.live-tools button').forEach((button) =>
    button.addEventListener('click', () => window.seen.push([performance.now(), 'click']), { capture: true }));
}"""
DONE = "() => /^(Right|Not yet|\\\\w+Error)/.test(window.seen.at(-1)?.[1] ?? '')"
KINDS = {"runtime": (".asm.js", ".wasm", "stdlib.zip", "pyodide.mjs"), "packages": (".whl", "openblas", "-lock.json")}


def timed(page, exercise, text):
    """Seconds from the click until Python is ready and runs the answer, and until the verdict."""
    cell = write(page, exercise, text)
    page.evaluate(WATCH, exercise)
    cell.get_by_role("button", name="Check").click()
    page.wait_for_function(DONE)
    seen = {words.split(" ")[0].rstrip(":;"): at / 1000 for at, words in page.evaluate("window.seen")}
    end = max(seen.values())
    return seen["Running"] - seen["click"], end - seen["click"]


def right(chapter, exercise):
    return next(iter(answers(chapter)[exercise]["right"].values()))


def kind_of(url):
    name = url.rpartition("/")[2].partition("?")[0]
    found = [kind for kind, ends in KINDS.items() if any(end in name for end in ends)]
    return found[0] if found else "editor and scripts"


def time_checks(browser, address):
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    loaded = {}

    def count(response):
        if "/live-" in response.url or "/python-" in response.url:
            size = int(response.headers.get("content-length", 0))
            loaded[kind_of(response.url)] = loaded.get(kind_of(response.url), 0) + size

    context.on("response", count)
    page = context.new_page()
    for name, chapter, exercise in (
        ("cold", "information", "gaussian-information"),
        ("again", "information", "units"),
        ("warm, next page", "divergence", "kl"),
    ):
        if name != "again":
            page.goto(f"{address}/book/{chapter}.html")
            page.wait_for_function(READY)
            time.sleep(2)  # for what else the page does
        ready, verdict = timed(page, exercise, right(chapter, exercise))
        print(f"{name:16} ready {ready:6.2f} s, verdict {verdict:6.2f} s")
        if name == "cold":
            print("loaded by then:", ", ".join(f"{kind} {size / 1e6:.2f} MB" for kind, size in sorted(loaded.items())))
    context.close()


def weigh(address, browser):
    """Bytes that each page loads before anybody writes or runs, those of live code apart."""
    for path in pages_of(BUILT):
        context = browser.new_context()
        page = context.new_page()
        sizes = []
        page.on("response", lambda r, sizes=sizes: sizes.append((r.url, int(r.headers.get("content-length", 0)))))
        page.goto(f"{address}/{path}")
        page.wait_for_function(READY)
        live = sum(size for url, size in sizes if "/live-" in url)
        own = (BUILT / Path(path)).stat().st_size
        whole = sum(size for _, size in sizes)
        print(f"{path:32} {own / 1e6:5.2f} MB, all it loads {whole / 1e6:5.2f} MB, live code {live / 1e3:5.1f} kB")
        context.close()


def main():
    program = find_browser()
    if not program:
        sys.exit(WHAT_TO_DO)
    with serving(BUILT) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        time_checks(browser, address)
        weigh(address, browser)
        browser.close()


if __name__ == "__main__":
    main()
