"""Every work cited can be found: a DOI, or the reason why it has none."""

import re

import pytest
from dv_course import chapters
from pybtex.database import parse_file

ENTRIES = parse_file(chapters.root() / "book" / "references.bib").entries
TEXT = "\n".join(path.read_text() for path in chapters.chapter_paths())
# What the publishers build their DOIs of: the journal, the volume and the first page.
BUILT = {
    "Physical Review": "10.1103/PhysRev.{volume}.{page}",
    "Physical Review E": "10.1103/PhysRevE.{volume}.{page}",
    "Physical Review Letters": "10.1103/PhysRevLett.{volume}.{page}",
    "Journal of Statistical Mechanics: Theory and Experiment": "10.1088/1742-5468/{year}/{number}/{page}",
}


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_has_a_doi_or_says_why_not(key):
    fields = ENTRIES[key].fields
    if "doi" in fields:
        assert re.fullmatch(r"10\.\d{4,5}/\S+[\w)]", fields["doi"])
    else:
        assert "no DOI" in fields["note"]


def test_no_two_entries_share_a_doi():
    dois = [entry.fields["doi"].lower() for entry in ENTRIES.values() if "doi" in entry.fields]
    assert len(dois) == len(set(dois)) >= len(ENTRIES) - 1


@pytest.mark.parametrize("key", [key for key, entry in ENTRIES.items() if entry.fields.get("journal") in BUILT])
def test_a_doi_fits_the_volume_and_the_page(key):
    fields = ENTRIES[key].fields
    page = fields["pages"].partition("--")[0]
    form = BUILT[fields["journal"]]
    assert fields["doi"] == form.format(
        volume=fields["volume"], page=page, year=fields["year"], number=fields["number"]
    )


@pytest.mark.parametrize("key", [key for key, entry in ENTRIES.items() if "arXiv" in entry.fields.get("doi", "")])
def test_an_arxiv_number_is_no_younger_than_the_work(key):
    fields = ENTRIES[key].fields
    number = re.fullmatch(r"10\.48550/arXiv\.(?:[a-z-]+/)?(\d\d)(\d\d)\.?\d{3,5}", fields["doi"])
    assert number and 2000 + int(number[1]) <= int(fields["year"]) and 1 <= int(number[2]) <= 12


def test_isbns_within_dois_have_the_right_check_digit():
    isbns = re.findall(r"97[89][\d-]{10,14}", "\n".join(e.fields.get("doi", "") for e in ENTRIES.values()))
    assert len(isbns) >= 4
    for isbn in isbns:
        digits = [int(digit) for digit in isbn.replace("-", "")]
        assert sum(digits[0::2]) + 3 * sum(digits[1::2]) in range(0, 999, 10), isbn


def test_every_entry_is_cited_and_every_citation_has_an_entry():
    cited = {key.strip() for keys in re.findall(r"\{cite:[pt]\}`([^`]+)`", TEXT) for key in keys.split(",")}
    assert cited == set(ENTRIES)
