"""A browser, the folders of pages to open in it, and what no page may do."""

import base64
import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from executable import WHAT_TO_DO, find_browser
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
# What is waited for is a state, however long a busy machine takes; a test that never gets there ends by pytest-timeout.
PATIENCE = 500_000  # ms
OWN = ("http://127.0.0.1", "ws://127.0.0.1", "file:", "data:", "blob:", "about:")
STATE = re.compile(r'<script type="application/vnd.jupyter.widget-state\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="session")
def browser():
    program = find_browser()
    assert program, WHAT_TO_DO
    sandbox = [] if os.name == "nt" or os.geteuid() else ["--no-sandbox"]  # root has none
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=sandbox)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser):
    """Open an address; in the end fail on whatever the pages complained of or asked elsewhere."""
    contexts, faults = [], []

    def watch(page):
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on("console", lambda m: m.type == "error" and faults.append(f"console: {m.text}"))
        page.on("request", lambda r: r.url.startswith(OWN) or faults.append(f"asked elsewhere: {r.url}"))
        page.on("response", lambda r: r.status >= 400 and faults.append(f"{r.status}: {r.url}"))
        page.on("requestfailed", lambda r: faults.append(f"failed: {r.url}"))

    def open_page(address, width=1200, scheme="light", watched=True, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        if watched:
            watch(page)
        page.goto(address)
        if options.get("java_script_enabled", True):
            settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults


def settle(page):
    """Wait until the formulas are set and every widget of a page is there."""
    page.wait_for_load_state("load")
    page.evaluate("() => window.MathJax?.startup?.promise")
    wanted = page.locator(".dv-here").count()
    page.wait_for_function("(n) => document.querySelectorAll('.dv-here .dv-interact').length === n", arg=wanted)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def serving(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The folder of the sample book, built from `tests/browser/sample`."""
    folder = tmp_path_factory.mktemp("sample")
    source = Path(__file__).with_name("sample")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", source, folder / "html"]
    path = str(ROOT / "book" / "_ext")  # where the book finds its extensions
    built = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    assert built.returncode == 0, built.stderr
    return folder / "html"


@pytest.fixture(scope="session")
def served(html, sample):
    """Addresses by the name of a folder of pages: the book, and the sample."""
    with serving(html) as book, serving(sample) as other:
        yield {"book": book, "sample": other}


def pages_of(folder):
    """Paths, below the folder, of the pages that a reader can open."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.html")
        if "_static" not in path.parts and "http-equiv" not in path.read_text()
    )


def widgets_of(page_path):
    """The state of each widget of a page, by model, its frames with their bytes."""
    found = STATE.search(page_path.read_text())
    models = json.loads(found.group(1))["state"] if found else {}
    for model in models.values():
        for buffer in model.get("buffers", ()):
            *path, last = buffer["path"]
            place = functools.reduce(lambda node, key: node[key], path, model["state"])
            place[last] = base64.b64decode(buffer["data"])
    return {name: model["state"] for name, model in models.items()}
