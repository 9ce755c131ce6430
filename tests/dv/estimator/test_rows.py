import numpy as np
import pytest

from dv.estimator.columns import Side
from dv.estimator.rows import look_at


def side(*columns):
    return Side(list(columns))


def series(phi, n, rng):
    x = np.zeros(n)
    for t in range(1, n):
        x[t] = phi * x[t - 1] + rng.normal()
    return x


@pytest.mark.parametrize("seed", range(20))
def test_independent_rows_raise_no_alarm(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 1000))
    for a, b in ((x, y), (x, x + 0.1 * y), (x > 0, rng.integers(5, size=1000)), (np.sort(x), np.sort(x) + y)):
        found = look_at(side(a), side(b))
        assert found.clusters is None and found.kept is None and not found.notes


def test_one_slow_side_alone_costs_nothing():
    rng = np.random.default_rng(0)
    assert look_at(side(series(0.95, 2000, rng)), side(rng.normal(size=2000))).clusters is None


@pytest.mark.parametrize("phi", [0.5, 0.9, 0.99])
def test_two_slow_series_are_worth_what_bartletts_formula_says(phi):
    rng = np.random.default_rng(1)
    found = look_at(side(series(phi, 20_000, rng)), side(series(phi, 20_000, rng)))
    exact = 20_000 * (1 - phi**2) / (1 + phi**2)
    assert found.in_order
    assert 0.5 < found.worth / exact < 2
    assert "as in a series in time" in found.notes[0]


@pytest.mark.parametrize("kind", ["random walk", "moving average", "seasonal"])
def test_other_series_are_seen_too(kind):
    rng, n = np.random.default_rng(0), 3000
    if kind == "random walk":
        x, y = rng.normal(size=(2, n)).cumsum(1)
    elif kind == "moving average":
        x, y = (np.convolve(rng.normal(size=n + 9), np.ones(10), "valid") for _ in range(2))
    else:
        x, y = np.sin(np.arange(n) / 8) + rng.normal(size=(2, n)) / 2
    assert look_at(side(x), side(y)).in_order


def test_a_caller_who_knows_says_how_long_a_stretch_is():
    x, y = np.random.default_rng(0).normal(size=(2, 100))
    found = look_at(side(x), side(y), blocks=10)
    assert found.clusters.tolist() == np.repeat(np.arange(10), 10).tolist()
    assert found.worth == 10


def test_rows_that_all_stand_equally_often_are_used_once():
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    order = np.random.default_rng(1).permutation(np.repeat(np.arange(50), 4))
    found = look_at(side(x[order]), side(y[order]))
    assert sorted(x[order][found.kept]) == sorted(x)
    assert "every row stands 4 times: 50 different ones are used" in found.notes[0]


def test_copies_are_kept_together_and_counted():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 500))
    order = rng.integers(500, size=500)
    found = look_at(side(x[order]), side(y[order]))
    for row in range(500):
        np.testing.assert_array_equal(found.clusters == found.clusters[row], order == order[row])
    assert found.worth == pytest.approx(250, rel=0.1)  # n² / Σ c² with Poisson counts


def test_equal_rows_of_labels_are_no_copies():
    rng = np.random.default_rng(0)
    x = rng.integers(5, size=1000)
    assert look_at(side(x), side(x % 3)).clusters is None
    assert look_at(side(x), side(rng.normal(size=1000))).clusters is None
