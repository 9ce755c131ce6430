"""The first page: its numbers are those of the laws, its cards are the chapters."""

import re

import first_page
import numpy as np
import pictures
import pytest
from bs4 import BeautifulSoup
from dv_course import chapters
from scipy import integrate

import dv

STEMS = [path.stem for path in chapters.chapter_paths() if chapters.is_notebook(path)]
SCRIPT = (first_page.FOLDER / "clouds.js").read_text()


@pytest.fixture
def told(node):
    """What an expression gives with the names of the page's script."""
    return lambda code, **given: node(f"{SCRIPT}\nout = {code};", modules=(), **given)


def cross_information(a):
    """I(X; Y) of the cross as h(Y) - h(Y|X), each an integral over densities; x and y are standard normal."""
    rest = 1 - a**2

    def given(x):
        def surprise(y):
            p = sum(np.exp(-((y - s * a * x) ** 2) / (2 * rest)) for s in (1, -1)) / (2 * np.sqrt(2 * np.pi * rest))
            return -p * np.log(p) if p else 0.0

        ends = a * abs(x) + 10 * np.sqrt(rest)
        return integrate.quad(surprise, -ends, ends, limit=200, points=sorted({-a * x, a * x}))[0]

    weighed = integrate.quad(lambda x: 2 * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * given(x), 0, 8)[0]
    return 0.5 * np.log(2 * np.pi * np.e) - weighed


def test_what_the_switch_shows_is_the_information_of_the_law_all_the_way(told):
    ways = [0.0, 0.3, 0.7, 0.9, first_page.A]
    shown = told("given.ways.map(clouds.information)", ways=ways)
    assert shown == pytest.approx([cross_information(a) for a in ways], abs=1e-6)
    assert shown[0] == pytest.approx(dv.BivariateGaussian(0).mutual_information(), abs=1e-12)
    assert shown[-1] == pytest.approx(first_page.information(), abs=1e-6)
    assert (f"{shown[0]:.2f}", f"{shown[-1]:.3f}") == ("0.00", "0.871")
    low, high = (dv.BivariateGaussian(first_page.A).mutual_information() - h for h in (np.log(2), 0))
    assert low < shown[-1] < high


def test_the_correlation_of_the_points_is_zero_all_the_way(told):
    x, y, cross = first_page.two_clouds()
    ways = np.linspace(0, first_page.A, 9).tolist()
    code = "given.ways.map((a) => clouds.between(given.y, given.cross, a))"
    clouds = told(code, ways=ways, y=y.tolist(), cross=cross.tolist())
    assert np.allclose(clouds[0], y) and np.allclose(clouds[-1], cross)
    seen = told("given.clouds.map((y) => clouds.correlation(given.x, y))", x=x.tolist(), clouds=clouds)
    assert seen == pytest.approx([np.corrcoef(x, one)[0, 1] for one in clouds], abs=1e-12)
    assert np.abs(seen).max() < 0.005


def test_each_cloud_is_about_as_wide_as_its_law_and_the_cross_has_its_shape():
    x, y, cross = first_page.two_clouds()
    assert [x.std(), y.std(), cross.std()] == pytest.approx([1, 1, 1], abs=0.1)
    arms = np.minimum(np.abs(cross - first_page.A * x), np.abs(cross + first_page.A * x))
    assert arms == pytest.approx(0, abs=4 * np.sqrt(1 - first_page.A**2))
    up = np.sign(x) == np.sign(cross)
    assert up.mean() == pytest.approx(0.5, abs=0.05)


def test_the_still_picture_says_the_message_with_both_numbers():
    picture = BeautifulSoup(first_page.clouds(), "html.parser")
    assert [text.get_text() for text in picture.select("text:not(.axis)")] == [
        *("correlation 0.00", "0.00 nats"),
        *("correlation 0.00", "0.87 nats"),
    ]
    words = picture.svg["aria-label"]
    assert "0.00 nats" in words and "0.87 nats" in words and words.count("correlation") == 1
    assert [len(re.findall("M", path["d"])) for path in picture.select("path")] == [first_page.N] * 2
    assert picture.select_one(".clouds-live").has_attr("hidden")


def test_every_chapter_has_a_card_with_a_picture_and_words_for_it(html):
    page = BeautifulSoup((html / "book" / "intro.html").read_text(), "html.parser")
    cards = page.select("#the-map .cards > li")
    assert [card.a["href"].partition("#")[0] for card in cards] == [f"{stem}.html" for stem in STEMS]
    said = [card.svg["aria-label"] for card in cards]
    assert said == [pictures.WORDS[stem] for stem in STEMS] and len(set(said)) == len(said)
    titles = [BeautifulSoup((html / "book" / f"{stem}.html").read_text(), "html.parser").h1 for stem in STEMS]
    for card, title in zip(cards, titles, strict=True):
        assert card.a.get_text() in title.get_text() and len(card.p.get_text()) > 60


def test_the_first_screen_leads_to_the_first_chapter_and_to_the_guide(html):
    page = BeautifulSoup((html / "book" / "intro.html").read_text(), "html.parser")
    links = {link.get_text(): link["href"].partition("#")[0] for link in page.select(".first a")}
    assert links == {"Start": f"{STEMS[0]}.html", "Teach": "instructor.html"}


@pytest.mark.parametrize("name", STEMS)
def test_a_picture_is_small_and_stays_in_its_frame(name):
    picture = BeautifulSoup(pictures.picture(name), "html.parser")
    assert len(str(picture)) < 6000
    numbers = [
        tuple(map(float, pair.split(","))) for one in picture.select("polyline") for pair in one["points"].split()
    ]
    numbers += [(float(one["cx"]), float(one["cy"])) for one in picture.select("circle")]
    numbers += [
        (float(one["x"]) + float(one["width"]), float(one["y"]) + float(one["height"]))
        for one in picture.select("rect")
    ]
    assert all(0 <= x <= pictures.WIDTH and 0 <= y <= pictures.HEIGHT for x, y in numbers)
