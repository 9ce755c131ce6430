"""The formulas of *Who is right? A benchmark*, each against a second method, and its record.

Every test of a statement names its label.
"""

import contextlib
import io
import re

import numpy as np
import pandas as pd
import pytest
from dv_course import chapters
from scipy import stats
from scipy.integrate import quad
from scipy.special import digamma, rel_entr

import dv
from benchmarks import board, peers

PATH = chapters.root() / "book" / "benchmark.md"
TEXT = PATH.read_text()
RECORD = pd.read_csv(board.RESULTS / "board.csv")


@pytest.fixture(scope="module")
def page():
    """What the cells before the exercises define, and what they print."""
    import matplotlib

    matplotlib.use("Agg")
    names, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        for cell in chapters.read_chapter(PATH).cells:
            if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
                exec(cell.source.replace("plt.show()", "shown = figure; plt.close()"), names)
    return names | {"printed": printed.getvalue()}


def prose():
    return re.sub(r"\s+", " ", TEXT)


# The record


def test_the_record_of_the_page_is_that_of_the_benchmarks():
    held = re.search(r'RECORD = """\n(.*?)\n"""', TEXT, re.DOTALL)[1]
    assert held == board.page()


def test_the_page_reads_its_record_right(page):
    record = pd.DataFrame(page["record"])
    for n in (1000, 10_000):
        rows, mine = board.runs(n), record[record["n"] == n]
        assert len(rows) == len(mine)
        sums = rows.replace([np.inf, -np.inf], np.nan).groupby("method")["value"].sum()
        assert mine.groupby("estimator")["value"].sum()[sums.index].to_numpy() == pytest.approx(sums.to_numpy(), abs=0.1)
        ours = rows[rows["method"] == "dv.estimate_mi"]
        held = ((ours["low"] <= ours["truth"]) & (ours["truth"] <= ours["high"])).mean()
        assert mine["held"].dropna().astype(float).mean() == pytest.approx(held)
    assert len(set(record["task"])) == 87 and "of each of 87 laws" in TEXT


def test_the_versions_are_those_of_the_peers():
    pins = (board.RESULTS.parent / "peers.txt").read_text()
    for package, name in (("benchmark-mi", "`benchmark-mi`"), ("npeet-plus", "`npeet-plus`"), ("scikit-learn", "`scikit-learn`")):
        version = re.search(rf"^{package}==(\S+)$", pins, re.MULTILINE)[1]
        assert f"{name} {version}" in prose()
    assert set(board.PEERS) <= set(peers.METHODS)


# The statements


def test_prop_invariance():
    """On tables: one-to-one maps permute rows and columns; on a normal law: by the density of the image."""
    rng = np.random.default_rng(0)
    P = rng.dirichlet(np.ones(12)).reshape(3, 4)
    information = lambda P: rel_entr(P, np.outer(P.sum(1), P.sum(0))).sum()  # noqa: E731
    assert information(P[[2, 0, 1]][:, [3, 1, 0, 2]]) == pytest.approx(information(P))
    rho = 0.6
    joint = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    for u, v in rng.normal(size=(5, 2)):  # of X³ and sinh Y
        x, y = np.cbrt(u), np.arcsinh(v)
        slopes = 1 / (3 * np.cbrt(u) ** 2), 1 / np.hypot(1, v)
        density = joint.pdf([x, y]) * slopes[0] * slopes[1]
        margins = stats.norm.pdf(x) * slopes[0] * stats.norm.pdf(y) * slopes[1]
        assert density / margins == pytest.approx(np.exp(dv.BivariateGaussian(rho).log_density_ratio(x, y)))


def ksg_by_hand(x, y, k):
    """The formula with loops."""
    n, total = len(x), 0.0
    for i in range(n):
        dx, dy = (np.abs(a - a[i]).max(1) for a in (x, y))
        both = np.maximum(dx, dy)
        reach = np.sort(np.delete(both, i))[k - 1]
        a, b = (sum(d[j] < reach for j in range(n) if j != i) for d in (dx, dy))
        total += digamma(a + 1) + digamma(b + 1)
    return digamma(k) + digamma(n) - total / n


def test_eq_ksg(page):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 2))
    y = x[:, :1] + rng.normal(size=(60, 1))
    for k in (1, 3, 7):
        assert page["ksg"](x, y, k) == pytest.approx(ksg_by_hand(x, y, k))


def test_prop_ksg_ceiling(page):
    rng = np.random.default_rng(2)
    for k in (2, 3, 10):
        ceiling = digamma(80) - digamma(k)
        x = rng.normal(size=(80, 1))
        assert page["ksg"](x, x, k) == pytest.approx(ceiling)
        for noise in (1e-3, 0.1, 1):
            assert page["ksg"](x, x + noise * rng.normal(size=(80, 1)), k) < ceiling
    rows = RECORD[RECORD["value"].abs() < np.inf]
    for method, k in (("bmi KSG", 10), ("npeet+ KSG", 3), ("npeet+ KSG, ranks", 3), ("scikit-learn KSG", 3)):
        values = rows.loc[(rows["method"] == method) & (rows["family"] == "0 to 10 nats"), "value"]
        assert values.max() < digamma(1000) - digamma(k) + 0.01, method


def test_eq_score(page):
    numbers = np.random.default_rng(3).exponential(size=30)
    low, high = stats.t.interval(0.95, 29, numbers.mean(), stats.sem(numbers))
    centre, half = page["interval"](numbers)
    assert (centre - half, centre + half) == pytest.approx((low, high))


def test_prop_paired():
    rng = np.random.default_rng(4)
    a, b, c, m = 0.5, 1.0, 0.8, 10
    draws = rng.multivariate_normal([0, 0], [[a * a, c * a * b], [c * a * b, b * b]], size=(40_000, m))
    means = draws.mean(1)
    exact = (a * a + b * b - 2 * c * a * b) / m
    assert (means[:, 0] - means[:, 1]).var() == pytest.approx(exact, rel=0.03)
    assert (means[:20_000, 0] - means[20_000:, 1]).var() == pytest.approx((a * a + b * b) / m, rel=0.03)
    assert (a * a + a * a - 2 * c * a * a) / (a * a + a * a) == pytest.approx(1 - c)


def test_prop_best(page):
    exact = lambda k: quad(lambda z: z * k * stats.norm.pdf(z) * stats.norm.cdf(z) ** (k - 1), -12, 12)[0]  # noqa: E731
    for k, (largest, simulated, nearest, near) in page["largest"].items():
        assert largest == pytest.approx(exact(k), abs=1e-6)
        assert simulated == pytest.approx(largest, abs=0.02) and near == pytest.approx(nearest, abs=0.02)
        folded = quad(lambda z, k=k: z * k * 2 * stats.norm.pdf(z) * (2 * stats.norm.sf(z)) ** (k - 1), 0, 12)[0]
        assert nearest == pytest.approx(folded, abs=1e-6)
        assert (largest < np.sqrt(2 * np.log(k))) if k > 1 else largest == 0
    assert exact(2) == pytest.approx(1 / np.sqrt(np.pi)) and exact(3) == pytest.approx(1.5 / np.sqrt(np.pi))
    said = {k: page["largest"][k] for k in (1, 3, 5, 10)}
    assert f"{said[3][0]:.2f} of their standard deviation" in prose()
    assert f"{said[3][2]:.2f} standard deviations in place of {said[1][2]:.2f}" in prose()
    assert said[1][2] / said[3][2] == pytest.approx(3, abs=0.2)
    assert f"({said[1][2]:.2f} and {said[5][2]:.2f}, from" in TEXT
    assert f"lies {said[10][0]:.2f} standard deviations above" in prose()


def test_prop_reversal():
    rng = np.random.default_rng(5)
    turned = 0
    for _ in range(200):
        a = rng.exponential(size=4)
        b, u, v = a + rng.exponential(0.2, 4), rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(4))
        second = (u - v) @ b
        assert u @ a - v @ b == pytest.approx(u @ (a - b) + second)
        assert u @ a < u @ b  # the same shares
        assert (u @ a > v @ b) == (second > u @ (b - a))
        turned += u @ a > v @ b
    assert turned > 10
