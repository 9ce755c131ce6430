"""What holds on every page of the book, and on the sample page."""

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import pages_of

pytestmark = pytest.mark.timeout(3600)  # all pages, on a machine however busy
LIMIT = 1_500_000  # bytes of a page and its pictures
BEYOND = """[...document.querySelectorAll('.dv-interact, .dv-interact *')]
  .filter((node) => node.getBoundingClientRect().right > innerWidth).map((node) => node.outerHTML.slice(0, 80))"""
# Formulas in the text that are cut off where nothing can be moved.
CUT = """[...document.querySelectorAll('span.math')]
  .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.textContent.slice(0, 80))"""
# Each formula as a letter, and one token of each kind: axe spends its time on glyphs and tokens, which are all alike.
PLAIN = """() => {
  document.querySelectorAll('mjx-container').forEach((node) => node.replaceWith('x'));
  const kinds = new Set();
  for (const token of document.querySelectorAll('.highlight pre span')) {
    if (kinds.has(token.className)) token.replaceWith(...token.childNodes);
    kinds.add(token.className);
  }
}"""
# Of texts of one kind in one place, on one ground, only the first: their colours are alike.
UNLIKE = """() => {
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode);
  for (const text of texts) {
    const kinds = [];
    for (let node = text.parentElement; node; node = node.parentElement) {
      const style = getComputedStyle(node);
      kinds.push(node.tagName, node.className, style.color, style.backgroundColor, style.fontSize, style.fontWeight);
    }
    const kind = kinds.join();
    if (seen.has(kind)) text.data = '';
    seen.add(kind);
  }
}"""
# The headings that are shown, the ids that come twice, what says nothing, and source left as it was.
STRUCTURE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((node) => node.checkVisibility());
  return {
    levels: headings.map((node) => Number(node.tagName[1])),
    twice: ids.filter((id, at) => ids.indexOf(id) !== at),
    mute: [...document.querySelectorAll('main img')].filter((node) => !node.alt.trim()).map((node) => node.src),
    bare: [...document.querySelectorAll('main table')].filter((node) => !node.querySelector('th')).length,
    markup: document.querySelector('main').textContent
      .match(/```|:::|\\{(ref|numref|eq|term|prf:ref|cite:[pt])\\}/g) ?? [],
    vague: [...document.querySelectorAll('main a[href], main button, main summary')]
      .filter((node) => node.checkVisibility())
      .map((node) => node.ariaLabel ?? (node.textContent.trim() || node.title))
      .filter((name) => /^(here|link|more|this|[0-9]{4}|toggle hidden content|)$/i.test(name)),
  };
}"""


@pytest.fixture(scope="module")
def paths(html, sample):
    """The pages by name of their folder."""
    return {"book": [html / path for path in pages_of(html)], "sample": [sample / "index.html"]}


@pytest.fixture(scope="module")
def addresses(html, sample, paths, served):
    roots = {"book": html, "sample": sample}
    return [f"{served[name]}/{path.relative_to(roots[name]).as_posix()}" for name in paths for path in paths[name]]


def violations(page, **options):
    """What axe finds serious or critical."""
    rules = Axe().run(page, options={"preload": False, "resultTypes": ["violations"], **options}).response["violations"]
    found = [rule for rule in rules if rule["impact"] in ("serious", "critical")]
    return [(page.url, rule["id"], node["target"]) for rule in found for node in rule["nodes"]]


def test_over_http_no_page_complains_and_axe_finds_nothing_serious(open_page, addresses):
    found, colours = [], ["color-contrast", "link-in-text-block"]
    for address in addresses:
        page = open_page(address)
        if address != addresses[-1]:  # the sample is tried whole
            page.evaluate(PLAIN)
        found += violations(page, rules={rule: {"enabled": False} for rule in colours})
        if address != addresses[-1]:
            page.evaluate(UNLIKE)
        for scheme in ("light", "dark"):
            page.add_style_tag(content="* { transition: none !important; }")  # no colour on its way
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function("(scheme) => document.documentElement.dataset.theme === scheme", arg=scheme)
            found += violations(page, runOnly={"type": "rule", "values": colours})
        page.context.close()
    assert not found


def test_from_a_file_a_page_has_its_formulas_fits_a_telephone_and_says_what_each_thing_is(open_page, paths):
    for path in paths["book"] + paths["sample"]:
        page = open_page(path.as_uri(), width=375)
        assert page.locator(".math mjx-container").count() >= page.locator(".math").count()
        assert page.locator("mjx-merror").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
        assert not page.evaluate(BEYOND), path
        assert not page.evaluate(CUT), path
        found = page.evaluate(STRUCTURE)
        levels = found.pop("levels")
        assert found == {"twice": [], "mute": [], "bare": 0, "markup": [], "vague": []}, path
        assert levels.count(1) == 1 == levels[0], path
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), path
        page.context.close()


def test_a_page_and_its_pictures_are_small(paths):
    for path in paths["book"] + paths["sample"]:
        sources = re.findall(r'<img[^>]* src="([^":]+)"', path.read_text())
        files = {path, *((path.parent / source).resolve() for source in sources)}
        size = sum(file.stat().st_size for file in files)
        assert size < LIMIT, f"{path}: {size / 1e6:.2f} MB"


def test_scripts_of_megabytes_and_the_widgets_state_stand_below_the_text(html):
    head, body = (html / "book" / "information.html").read_text().split("</head>")
    for late in ("tex-mml-chtml.js", "require.js", "embed-amd.js", "widget-state+json"):
        assert late not in head and body.index(late) > body.index('id="self-check"'), late
