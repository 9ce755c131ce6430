"""What a page says of itself to searches and to cards, without the book's address and with it."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
ADDRESS = "https://name.example/a/book/"
CONF = """
project = "not this"
html_title = "A small book"
extensions = ["myst_parser", "web"]
html_theme = "sphinx_book_theme"
"""
PAGES = {
    "index": "# First\n\nA page without a lead, says <it> & *more*.\n\n- *No.*\n\n```{toctree}\nsecond\nthird\n```\n",
    "second": "# Second\n\nThis is not it.\n\n*The lead of a “page”,\nin two lines.*\n\nAnd more.\n",
    "third": "# Third\n\n- A list alone.\n",
}


def build(folder, *options):
    for name, text in {"conf.py": CONF, **{f"{name}.md": text for name, text in PAGES.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", *options, folder, folder / "html"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "book" / "_ext")}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def read(folder, name):
    return BeautifulSoup((folder / "html" / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def said(page):
    """{name: content} of what a page says of itself."""
    return {
        tag.get("property") or tag.get("name"): tag["content"]
        for tag in page.find_all("meta")
        if "content" in tag.attrs
    }


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    folder = tmp_path_factory.mktemp("without")
    built = build(folder)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def addressed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("addressed")
    built = build(folder, "-D", f"html_baseurl={ADDRESS}")
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.parametrize("folder", ["without", "addressed"])
def test_a_page_says_what_it_is_about(folder, request):
    folder = request.getfixturevalue(folder)
    for name, words in (
        ("index", "A page without a lead, says <it> & more."),
        ("second", "The lead of a “page”, in two lines."),
        ("third", "Third"),
    ):
        meta = said(read(folder, name))
        assert meta["description"] == meta["og:description"] == words
        assert meta["og:title"] == name.replace("index", "first").title() and meta["og:site_name"] == "A small book"


def test_without_an_address_no_page_names_one(without):
    for name in PAGES:
        page = read(without, name)
        assert not {"og:url", "og:image"} & set(said(page)) and not page.find("link", rel="canonical")
    assert not any((without / "html" / name).exists() for name in ("404.html", "sitemap.xml"))


def test_with_an_address_each_page_names_its_own_and_its_picture(addressed):
    for name in PAGES:
        page = read(addressed, name)
        here = f"{ADDRESS}{name}.html"
        assert page.find("link", rel="canonical")["href"] == said(page)["og:url"] == here
        picture = said(page)["og:image"]
        assert picture.startswith(ADDRESS)
        assert (addressed / "html" / picture.removeprefix(ADDRESS)).read_bytes().startswith(b"\x89PNG")
    sites = ElementTree.parse(addressed / "html" / "sitemap.xml").getroot()
    assert sorted(site[0].text for site in sites) == [f"{ADDRESS}{name}.html" for name in sorted(PAGES)]


def test_a_page_that_is_not_there_is_served_from_any_depth(addressed):
    """All that it needs and leads to is named from the host's root, and is there."""
    page = read(addressed, "404")
    assert "There is no such page" in [title.text for title in page.find_all("h1")]
    named = [tag[key] for key in ("href", "src") for tag in page.find_all(attrs={key: True})]
    inside = [urljoin(f"{ADDRESS}deep/er/", one) for one in named if not one.startswith("#")]
    assert all(one.startswith(ADDRESS) for one in inside)
    for one in inside:
        assert (addressed / "html" / one.removeprefix(ADDRESS).partition("?")[0]).exists(), one


@pytest.mark.parametrize("address", ["name.example/book/", "https://name.example/book", "ftp://name.example/"])
def test_an_address_that_is_none_is_refused(tmp_path, address):
    built = build(tmp_path, "-D", f"html_baseurl={address}")
    assert built.returncode and f"{address} must be like https://name.example/book/" in built.stderr


def test_a_site_without_an_address_is_not_built():
    command = [sys.executable, str(ROOT / "book" / "_ext" / "build.py"), "site"]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 1 and "html.baseurl in _config.yml" in made.stderr
