"""What holds on every page of the book, and on the sample page."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import pages_of

LIMIT = 1_500_000  # bytes of a page and its pictures


@pytest.fixture(params=["book", "sample"])
def folder(request, html, sample):
    return {"book": html, "sample": sample}[request.param]


def test_pages_complain_of_nothing_and_ask_nothing_of_others_over_http(open_page, served, html, sample):
    for name, folder in {"book": html, "sample": sample}.items():
        for path in pages_of(folder):
            open_page(f"{served[name]}/{path}")


def test_pages_complain_of_nothing_and_ask_nothing_of_others_from_a_file(open_page, folder):
    for path in pages_of(folder):
        open_page((folder / path).as_uri())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page, folder, scheme):
    found = []
    for path in pages_of(folder):
        page = open_page((folder / path).as_uri(), scheme=scheme)
        found += [
            (path, rule["id"], node["target"])
            for rule in Axe().run(page).response["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]
    assert not found


def test_nothing_scrolls_sideways_on_a_telephone(open_page, folder):
    for path in pages_of(folder):
        page = open_page((folder / path).as_uri(), width=375)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
        wide = page.evaluate(
            "[...document.querySelectorAll('.dv-interact, .dv-interact *')]"
            ".filter((node) => node.getBoundingClientRect().right > 375).map((node) => node.outerHTML.slice(0, 80))"
        )
        assert not wide, path


def test_a_page_and_its_pictures_are_small(folder):
    for path in pages_of(folder):
        page = folder / path
        pictures = {(page.parent / source).resolve() for source in re.findall(r'<img[^>]* src="([^":]+)"', page.read_text())}
        size = sum(file.stat().st_size for file in {page, *pictures})
        assert size < LIMIT, f"{path}: {size / 1e6:.2f} MB"


def test_formulas_are_set(open_page, html, sample):
    for folder in html, sample:
        for path in pages_of(folder):
            page = open_page((folder / path).as_uri())
            formulas = page.locator(".math").count()
            assert page.locator(".math mjx-container").count() >= formulas
            assert page.locator("mjx-merror").count() == 0
