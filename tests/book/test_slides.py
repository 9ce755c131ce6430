"""The figures as files, for slides."""

import re

import build
import pytest
from dv_course import chapters


@pytest.fixture(scope="module")
def figures(html, tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures") / "made"
    build.write_figures(html, folder)
    return folder


def test_each_figure_that_the_ways_through_the_book_show_is_a_drawing_of_its_own(figures):
    guide = (chapters.root() / "book" / "instructor.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\{numref\}`fig-([\w-]+)`", guide))
    files = {re.sub(r"^\d\d-\d+-", "", path.stem): path for path in figures.glob("*.svg")}
    assert len(shown) > 5 and shown <= set(files)
    assert all(path.read_bytes().startswith(b"<?xml") for path in files.values())


def test_the_list_says_of_each_what_it_says_and_what_is_seen(figures):
    text = (figures / "figures.md").read_text(encoding="utf-8")
    parts = text.split("\n## ")[1:]
    assert [part.splitlines()[0] for part in parts] == sorted(
        path.name for path in figures.iterdir() if path.suffix != ".md"
    )
    assert all(len([line for line in part.splitlines() if line]) == 3 for part in parts)
    assert "\\(" not in text and "$\\rho \\approx 0.879$" in text
