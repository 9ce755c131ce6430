"""The index leads to each term and each statement, and its links arrive."""

import re
from urllib.parse import unquote

import notation
import pytest
from bs4 import BeautifulSoup
from dv_course import chapters


@pytest.fixture(scope="module")
def index(html):
    return BeautifulSoup((html / "genindex.html").read_text(), "html.parser").select_one("article")


def test_every_term_and_every_statement_with_a_name_is_there(index):
    entries = {re.sub(r"\s+", " ", item.contents[0].get_text()).strip() for item in index.select("li")}
    assert notation.glossary().keys() <= entries
    text = "\n".join(path.read_text() for path in chapters.chapter_paths())
    named = re.findall(r"^`+\{prf:(?:theorem|proposition|lemma|corollary|definition)\} (.+)$", text, re.MULTILINE)
    assert len(named) > 50 and set(named) <= entries


def test_a_term_leads_to_its_first_use_in_each_chapter(index):
    (term,) = [item for item in index.select("li") if item.a and item.a.get("href", "").endswith("#term-critic")]
    links = [link["href"] for link in term.select("li a")]
    assert "book/donsker_varadhan.html#index-critic" in links and len(links) == len(set(links)) > 5


def test_every_link_arrives(index, html):
    pages = {}
    for link in index.select("li a"):
        page, _, anchor = link["href"].partition("#")
        if page not in pages:
            found = BeautifulSoup((html / page).read_text(), "html.parser").select("[id]")
            pages[page] = {node["id"] for node in found}
        assert unquote(anchor) in pages[page], link["href"]
