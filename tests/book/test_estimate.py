"""The formulas of *From the bound to an estimate*, each against a second method, and its record.

Every test of a statement names its label.
"""

import inspect
import re

import numpy as np
import pandas as pd
import pytest
from dv_course import chapters
from scipy import stats
from scipy.special import ndtri

import dv
from benchmarks import board, calibration, staircase
from dv.estimator import interval

CHAPTER = staircase.CHAPTER
TEXT = CHAPTER.read_text()
P = np.array([[0.30, 0.05, 0.05], [0.05, 0.20, 0.10], [0.05, 0.05, 0.15]])
R = np.outer(P.sum(1), P.sum(0))
INFORMATION = (P * np.log(P / R)).sum()
CHOICES = ["1" * k + "0" * (5 - k) for k in range(6)]


@pytest.fixture(scope="module")
def pieces():
    return staircase.pieces()


@pytest.fixture(scope="module")
def record():
    """{choice: array (6 tasks, 3 data sets, numbers)} in nats."""
    rows = [line.split() for line in re.search(r'RECORD = """\n(.*?)"""', TEXT, re.DOTALL)[1].splitlines()]
    return {row[0]: np.array(row[1:], float).reshape(6, 3, -1) / 1000 for row in rows}


@pytest.fixture(scope="module")
def truths():
    block = re.search(r"TASKS = \{.*?\n(.*?)\n\}", TEXT, re.DOTALL)[1]
    return np.array([float(number) for number in re.findall(r": ([\d.]+),", block)])[:, None]


def value(t):
    return (P * t).sum() - np.log((R * np.exp(t)).sum())


def test_prop_ranks_holds_to_the_last_digit(pieces):
    rng = np.random.default_rng(0)
    x, train = rng.normal(size=40), np.arange(0, 40, 2)
    for move in (np.exp, np.arctan, lambda v: v**3):
        scores, moved = (pieces["normal_scores"](c, c[train]) for c in (x, move(x)))
        assert np.array_equal(scores, moved)
    y = rng.normal(size=(300, 2))
    x = y[:, :1] + rng.normal(size=(300, 1))
    once = pieces["my_estimate"](x, y, ["ranks"], rng=0)
    assert once == pieces["my_estimate"](np.exp(x), y**3, ["ranks"], rng=0)


def test_normal_scores_are_those_of_the_ranks_and_finite_outside(pieces):
    column = np.random.default_rng(1).integers(0, 9, 50).astype(float)
    scores = pieces["normal_scores"](column, column)
    assert scores == pytest.approx(ndtri(stats.rankdata(column) / 51))
    assert np.isfinite(pieces["normal_scores"](np.array([-1e9, 1e9]), column)).all()


def test_eq_normal_ratio_is_the_log_ratio_of_normal_laws(pieces):
    rng = np.random.default_rng(2)
    z = rng.normal(size=(50_000, 3)) @ rng.normal(size=(3, 3)) + 5
    x, y = z[:, :1], z[:, 1:]
    mean, cov = z.mean(0), np.cov(z.T) + 1e-3 * np.eye(3)
    joint = stats.multivariate_normal(mean, cov)
    apart = stats.norm(mean[0], cov[0, 0] ** 0.5), stats.multivariate_normal(mean[1:], cov[1:, 1:])
    some = slice(0, 20)
    exact = joint.logpdf(z[some]) - apart[0].logpdf(x[some, 0]) - apart[1].logpdf(y[some])
    assert pieces["gaussian_ratio"](x, y)(x[some], y[some]) == pytest.approx(exact)


def test_prop_share():
    g = np.random.default_rng(3).normal(size=(3, 3))
    a, step = 0.7, 1e-4
    tilted = R * np.exp(a * g)
    tilted /= tilted.sum()
    mean = (tilted * g).sum()
    up, here, down = (value((a + d) * g) for d in (step, 0, -step))
    assert (up - down) / (2 * step) == pytest.approx((P * g).sum() - mean, abs=1e-6)
    assert (up - 2 * here + down) / step**2 == pytest.approx(-(tilted * (g - mean) ** 2).sum(), abs=1e-5)
    ratio = np.log(P / R) + 3  # up to a constant
    shares = np.linspace(0.5, 1.5, 101)
    assert shares[np.argmax([value(s * ratio) for s in shares])] == pytest.approx(1)


def test_prop_pooled():
    rng = np.random.default_rng(4)
    for _ in range(50):
        critics = rng.normal(size=(4, 3, 3)) + rng.normal(size=(4, 1, 1))
        means = np.array([(R * np.exp(t)).sum() for t in critics])
        bounds = np.mean([value(t) for t in critics])
        pooled = np.mean([(P * t).sum() for t in critics]) - np.log(means.mean())
        assert pooled < bounds < INFORMATION
        centred = critics - np.log(means)[:, None, None]
        again = np.mean([(P * t).sum() for t in centred])
        assert again - np.log(np.mean([(R * np.exp(t)).sum() for t in centred])) == pytest.approx(bounds)


def test_ex_averaging_its_marking_scheme():
    t, u = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    worth = [np.mean(c) - np.log(np.mean(np.exp(c))) for c in (t, u, (t + u) / 2)]
    assert worth == pytest.approx([0.5 - np.log((1 + np.e) / 2)] * 2 + [0]) and worth[0] < 0


def test_shifted_pairs_are_no_partners(pieces):
    for shifts in (1, 4, 9):
        i, j = pieces["shifted"](np.arange(10) * 3, shifts)
        assert len(set(zip(i, j, strict=True))) == 10 * shifts and (i != j).all()


def test_a_cut_critic_never_says_more_than_its_references_can_tell(pieces):
    x, y = dv.BivariateGaussian(0.9).sample(400, rng=0).T[:, :, None]
    rows = np.random.default_rng(0).permutation(400)
    train, stop, test = rows[:240], rows[240:320], rows[320:]
    columns = pieces["measured"](x, y, train, [])
    values = pieces["trained"](columns, train, stop, [], np.random.default_rng(0))
    far = columns(test, test) + np.float32(1000)
    assert values(far).max() <= np.log(480) - 2


def test_the_standard_error_is_the_scatter_of_the_value(pieces):
    """Over data sets valued by one known critic: the ideas do not matter for it."""
    gaussian, found = dv.BivariateGaussian(0.6), []
    names = dict(pieces)
    source = next(c.source for c in chapters.read_chapter(CHAPTER).cells if "def my_estimate" in c.source)
    exec(source, names)
    names["measured"] = lambda x, y, train, ideas: lambda i, j: np.column_stack([x[i], y[j]])
    names["trained"] = lambda *_: lambda z: gaussian.log_density_ratio(*z.T)
    for seed in range(200):
        x, y = gaussian.sample(500, rng=seed).T[:, :, None]
        found.append(names["my_estimate"](x, y, ["references", "groups"], rng=seed))
    values, errors = np.array(found).T
    assert errors.mean() == pytest.approx(values.std(ddof=1), rel=0.2)
    assert values.mean() == pytest.approx(gaussian.mutual_information(), abs=4 * errors.mean() / 200**0.5)


def test_the_record_is_that_of_the_benchmark(record, truths, pieces):
    assert list(record) == [f"{k:05b}" for k in range(32)] + ["dv"]
    sets = staircase.data_sets()
    assert truths[:, 0] == pytest.approx([truth for _, truth, _, _ in sets[::3]], abs=6e-6)
    for place, choice in ((4, "00000"), (15, "11110")):
        ideas = [idea for idea, on in zip(pieces["IDEAS"], choice, strict=True) if on == "1"]
        made = pieces["my_estimate"](*sets[place][2:], ideas, rng=0)
        assert made == pytest.approx(record[choice].reshape(18, 2)[place], abs=2e-3)


def test_what_the_page_says_was_seen(record, truths):
    errors = {c: record[c][..., 0] - truths for c in CHOICES}
    widths = [3.92 * np.median(record[c][..., 1]) for c in CHOICES]
    size = [np.abs(errors[c]).mean() for c in CHOICES]
    assert size[1] < size[0] / 3  # ranks do most
    gain = np.abs(errors["00000"]).mean(axis=1) - np.abs(errors["10000"]).mean(axis=1)
    assert gain.argmax() == 1  # above all where tails are heavy
    full = {c: np.abs(record[c][..., 0] - truths).mean(axis=1) for c in ("10011", "10111", "11011", "11111")}
    assert full["11111"][2] < full["10111"][2] / 2  # squares, Student, df 2
    assert full["10111"][4] == pytest.approx(full["10011"][4] / 2, rel=0.1)  # the start, normal 5 + 5
    assert full["11011"][4] == pytest.approx(2 * full["10011"][4], rel=0.15)  # which squares nearly double
    for few, both in (("10000", "11100"), ("10001", "11101")):  # few references, one group valued and all
        ratio = np.abs(record[both][..., 0] - truths).mean() / np.abs(record[few][..., 0] - truths).mean()
        assert ratio == pytest.approx(2, rel=0.15)
    assert widths[3] > widths[2] > widths[1]  # neither narrows the interval
    held_alone = [
        (np.abs(record[c][5, :, 0] - truths[5]) <= 1.96 * record[c][5, :, 1]).sum()
        for c in ("10011", "11011", "10111", "11111")
    ]
    assert held_alone == [3, 0, 0, 0]  # independent data: with either of the two, none of the three
    for without in ("11011", "11010", "11000"):  # independent data pay for the start throughout
        pay = [(record[c][5, :, 0] - truths[5]).mean() for c in (without, without[:2] + "1" + without[3:])]
        assert pay[1] < pay[0]
    heavy = [errors[c][1].mean() for c in CHOICES]
    assert heavy[3] < heavy[2] < heavy[1] < 0 and heavy[4] > heavy[3] / 2  # harm, and tamed
    assert widths[4] == pytest.approx(widths[3] / 2, rel=0.1)
    assert widths[5] == pytest.approx(widths[4] / 2, rel=0.1)
    held = [(np.abs(errors[c]) <= 1.96 * record[c][..., 1]).sum(axis=1) for c in CHOICES]
    assert held[5].tolist() == [3, 3, 3, 3, 3, 0] and (errors["11111"][5] < 0).all()
    assert held[5][:5].sum() >= held[1][:5].sum() and widths[1] == pytest.approx(4 * widths[5], rel=0.1)
    assert (errors["11111"] < 0).mean() > 0.8


def test_what_squares_and_start_cost_and_buy_is_in_the_record(record, truths):
    """Both left out of the five, which no row of the printed table does."""
    error = {c: np.abs(record[c][..., 0] - truths) for c in ("10011", "11111")}
    said = [f"{size:.3f}" for c in error for size in (error[c].mean(), error[c].max())]
    assert said == ["0.026", "0.053", "0.032", "0.107"]
    assert "the mean error is {} and the largest {}, where all five together have {} and {}".format(*said) in TEXT
    held = {c: (error[c] <= 1.96 * record[c][..., 1]).sum(axis=1) for c in error}
    assert [(held[c][:5].sum(), held[c][5]) for c in error] == [(10, 3), (15, 0)]
    assert "all 15 hold the truth with both, and 10 without" in TEXT
    assert "all three hold without the two, and none with either" in TEXT


def test_mine_and_the_modules_agree_on_most_data_sets(record):
    mine, error = np.maximum(record["11111"][..., 0], 0), record["11111"][..., 1]
    value, low, high = (record["dv"][..., k] for k in (0, 2, 3))
    assert ((low <= mine) & (mine <= high)).sum() >= 15
    assert (np.abs(value - mine) <= 1.96 * error).sum() >= 15


def test_every_interval_of_the_records_that_fails_lies_below_the_truth(fair):
    rows = pd.concat(board.runs(n) for n in (1000, 10_000))
    rows = rows[(rows["method"] == "dv.estimate_mi") & rows["low"].notna()]
    above, below = rows["truth"] > rows["high"], rows["truth"] < rows["low"]
    assert "always with the truth above it" in TEXT and above.any() and not below.any()
    assert (fair["low"] <= fair["truth"]).all() and not fair["holds"].all()


def test_of_the_four_hard_kinds_three_are_warned_of(outputs):
    assert "Of three `dv.estimate_mi` warns in its `warnings`" in TEXT
    kinds = ("independent random walks (0)", "y = x² exactly (infinite)", "a rare flag", "every row ten times (0.144)")
    printed = outputs("estimate")
    starts = [printed.index(kind) for kind in kinds]
    lines = [printed[a:b].split("\n") for a, b in zip(starts, [*starts[1:], None], strict=True)]
    assert [len(kind) > 1 and kind[1].startswith("    ") for kind in lines] == [True, True, False, True]


@pytest.fixture(scope="module")
def fair():
    """Every run of the calibration under what the other families chose."""
    return calibration.left_out(pd.read_csv(calibration.RECORD))


def test_the_calibration_is_what_the_record_says(fair):
    rows = pd.read_csv(calibration.RECORD)
    assert (rows["family"].nunique(), rows["task"].nunique()) == (15, 66)
    assert calibration.chosen(rows) == (interval.PER_GAIN, interval.PER_ERROR) == (1.25, 2.25)
    holds = fair.groupby("n")["holds"].mean()
    said = [f"{share:.0%}" for share in (holds[1000], holds[10_000], fair[fair["family"] == "spiral"]["holds"].mean())]
    assert said == ["98%", "93%", "72%"] and all(share in TEXT for share in said)
    assert fair.groupby("n")["width"].median().max() <= calibration.WIDEST


def test_the_module_says_how_often_its_interval_holds(fair):
    holds = fair.groupby("n")["holds"].mean()
    notes = " ".join(inspect.getdoc(dv.estimate_mi).split())
    assert f"{holds[1000]:.0%} of the runs with 1000 samples and in {holds[10_000]:.0%} with 10 000" in notes
