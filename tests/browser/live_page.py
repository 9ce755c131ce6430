"""Pages with live code: open one, and have its exercises answered and run."""

import pytest

READY = "document.documentElement.dataset.live === 'ready'"
# The module of the page itself, with which its exercises were made.
PAGE = "(await import(new URL('page.js', document.querySelector('script[data-live]').src))).page"


def opened(open_page, served, chapter, **options):
    page = open_page(f"{served['book']}/book/{chapter}.html", **options)
    page.wait_for_function(READY)
    if not page.evaluate(f"(async () => Boolean({PAGE}.python))()"):
        pytest.skip("live code was left out of this build")
    return page


def write(page, exercise, text):
    """Write an answer into an exercise's editor, in the place of what is there; returns its cell."""
    cell = page.locator(f"#cell-{exercise}")
    if (edit := cell.get_by_role("button", name="Edit")).is_visible():
        edit.click()
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)
    return cell


def says(cell, words):
    """Wait until an exercise says some words."""
    cell.locator(".live-says").filter(has_text=words).wait_for()


def check(page, exercise, text, words):
    cell = write(page, exercise, text)
    cell.get_by_role("button", name="Check").click()
    says(cell, words)
    return cell


def run(page, exercise, text, words):
    cell = write(page, exercise, text)
    cell.get_by_role("button", name="Run").click()
    says(cell, words)
    return cell
