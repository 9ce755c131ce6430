"""Data that people have every day, on which estimates were once confidently wrong.

Each comes with the right value; ``was`` is what was said then (value and interval).
"""

import math

import numpy as np
import pytest

from dv import estimate_divergence, estimate_mi


def entropy(*p):
    return -sum(q * math.log(q) for q in p if q > 0)


def gaussian(rho):
    return -0.5 * math.log(1 - rho**2)


def normals(n, rho, rng):
    x = rng.normal(size=n)
    return x, rho * x + math.sqrt(1 - rho**2) * rng.normal(size=n)


def a_rare_flag_and_itself(p, seed):
    flag = (np.random.default_rng(seed).random(10_000) < p) * 1
    return flag, flag, entropy(flag.mean(), 1 - flag.mean())


def a_disease_and_a_good_test(seed):
    rng = np.random.default_rng(seed)
    ill = (rng.random(10_000) < 0.01) * 1
    positive = np.where(ill, rng.random(10_000) < 0.9, rng.random(10_000) < 0.05) * 1
    p = np.array([[0.99 * 0.95, 0.99 * 0.05], [0.01 * 0.1, 0.01 * 0.9]])
    return ill, positive, (p * np.log(p / np.outer(p.sum(1), p.sum(0)))).sum()


def independent_rare_flags(seed):
    rng = np.random.default_rng(seed)
    return (rng.random(5000) < 0.004) * 1, (rng.random(5000) < 0.006) * 1, 0.0


def codes_renamed(k, seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(k, size=10_000)
    return x, rng.permutation(k)[x], math.log(k)


def words(seed):
    rng = np.random.default_rng(seed)
    i = rng.choice(4, 3000, p=[0.4, 0.1, 0.1, 0.4])
    names = np.array(["low", "high"])
    return names[i // 2], names[i % 2], 0.19274


LABELS = [
    (a_rare_flag_and_itself, (0.005, 1), "2.27 [1.26, 7.12]"),
    (a_rare_flag_and_itself, (0.02, 0), "0 [0, 0]"),
    (a_rare_flag_and_itself, (0.001, 3), ""),
    (a_disease_and_a_good_test, (0,), "0 [0, 0]"),
    (independent_rare_flags, (0,), ""),
    (codes_renamed, (10, 0), ""),
    (codes_renamed, (30, 0), "2.79 [2.76, 2.82]"),
    (codes_renamed, (100, 0), "1.28 [1.25, 1.30]"),
    (words, (0,), "refused"),
]


@pytest.mark.parametrize("make, arguments, was", LABELS)
def test_labels_are_valued_by_a_table(make, arguments, was):
    x, y, truth = make(*arguments)
    result = estimate_mi(x, y, rng=0)
    assert result.low <= truth <= result.high
    assert result.high - result.low < 0.2 * truth + 0.03
    assert result.certified <= truth
    assert not result.curve  # no critic had to be trained


def unequal_classes(p, seed):
    rng = np.random.default_rng(seed)
    y = (rng.random(10_000) < p) * 1
    return rng.normal(size=10_000) + 12 * y, y, entropy(p, 1 - p)


def beside_a_flag(ones, seed):
    rng = np.random.default_rng(seed)
    x, y = normals(5000, 0.8, rng)
    flag = np.zeros(5000)
    flag[rng.choice(5000, ones, replace=False)] = 1
    return np.c_[x, flag], y, gaussian(0.8)


def a_point_mass_beside_a_density(seed):
    rng = np.random.default_rng(seed)
    hit = rng.random(5000) < 0.5
    x, y = normals(5000, 0.8, rng)
    return np.where(hit, 0, x), np.where(hit, 0, y), entropy(0.5, 0.5) + 0.5 * gaussian(0.8)


def flags_on_both_sides(seed):
    rng = np.random.default_rng(seed)
    flag = (rng.random(5000) < 0.01) * 1.0
    x, y = normals(5000, 0.7, rng)
    return np.c_[x, flag], np.c_[flag, y], gaussian(0.7) + entropy(0.01, 0.99)


def rows_ten_times(seed):
    rng = np.random.default_rng(seed)
    x, y = (np.repeat(rng.normal(size=400), 10) for _ in range(2))
    return x, y, 0.0


def slow_series(phi, seed):
    rng = np.random.default_rng(seed)
    x, y = np.zeros((2, 5000))
    for t in range(1, 5000):
        x[t], y[t] = phi * x[t - 1] + rng.normal(), phi * y[t - 1] + rng.normal()
    return x, y, 0.0


def a_column_and_its_mirror(seed):
    x = np.random.default_rng(seed).normal(size=3000)
    return x, -x, math.inf


MIXED = [
    (unequal_classes, (0.003, 0), "0.002 [0.001, 0.003]", 0.02),
    (unequal_classes, (0.03, 0), "0.118 [0.105, 0.130]", 0.05),
    (beside_a_flag, (1, 2), "0.31 [0, 0.66]", 0.1),
    (beside_a_flag, (5, 2), "0.48 [0.45, 0.50]", 0.1),
    (beside_a_flag, (50, 2), "", 0.1),
    (a_point_mass_beside_a_density, (0,), "", 0.15),
    (flags_on_both_sides, (0,), "", 0.1),
    (rows_ten_times, (0,), "0.11 [0.10, 0.12]", 0.2),
    (slow_series, (0.99, 0), "0.04 [0.03, 0.06]", 0.2),
    (slow_series, (0.999, 0), "0.36 [0.34, 0.40]", math.inf),
    (a_column_and_its_mirror, (0,), "", math.inf),
]


@pytest.mark.parametrize("make, arguments, was, width", MIXED)
def test_the_interval_holds_the_right_value_and_is_not_vacuous(make, arguments, was, width):
    x, y, truth = make(*arguments)
    result = estimate_mi(x, y, rng=0)
    assert result.low <= truth <= result.high
    assert result.certified <= truth
    assert result.high - result.low < width or (result.high == width == math.inf and result.warnings)


def test_rows_that_miss_something_are_refused_or_dropped_pair_by_pair():
    x, y = normals(1000, 0.8, np.random.default_rng(0))
    x[3], y[5] = math.nan, math.inf
    with pytest.raises(ValueError, match='missing="drop"'):
        estimate_mi(x, y, rng=0)
    result = estimate_mi(x, y, missing="drop", budget="quick", rng=0)
    assert result.n == 998 and "2 of 1000 rows miss something" in result.warnings[0]
    assert result.low < gaussian(0.8) < result.high
    with pytest.raises(ValueError, match="choose 'refuse' or 'drop'"):
        estimate_mi(x, y, missing="ignore")


@pytest.mark.parametrize("seed", range(4))
def test_a_shifted_normal_does_not_collapse(seed):
    rng = np.random.default_rng(100 + seed)
    result = estimate_divergence(rng.normal(1, 1, 1000), rng.normal(0, 1, 1000), rng=seed)
    assert result.low <= 0.5 <= result.high
    assert result.value > 0.3  # 0 for seeds 1 and 3, once


DIVERGENCES = {
    "wider": (lambda rng: rng.normal(0, 2, 3000), lambda rng: rng.normal(0, 1, 3000), 1.5 - math.log(2)),
    "skewed": (lambda rng: rng.exponential(2, 3000), lambda rng: rng.exponential(1, 3000), 1 - math.log(2)),
    "narrower": (lambda rng: rng.normal(0, 0.5, 1000), lambda rng: rng.normal(0, 1, 1000), math.log(2) - 0.375),
    "in ten dimensions": (
        lambda rng: rng.normal(0.1**0.5, 1, (1000, 10)),
        lambda rng: rng.normal(size=(1000, 10)),
        0.5,
    ),
    "disjoint": (lambda rng: rng.uniform(0, 2, 3000), lambda rng: rng.uniform(0, 1, 3000), math.inf),
}


@pytest.mark.parametrize("draw, draw_ref, truth", DIVERGENCES.values(), ids=DIVERGENCES)
def test_divergences_are_held_or_called_too_low(draw, draw_ref, truth):
    rng = np.random.default_rng(0)
    result = estimate_divergence(draw(rng), draw_ref(rng), rng=0)
    assert result.low <= truth <= result.high
    assert result.value > min(truth, 1) / 2
    if math.isinf(result.high):
        assert any("beyond all of z_ref" in note for note in result.warnings)


def test_of_walks_no_note_says_that_the_value_is_too_low_by_so_much():
    """Their own repetition was taken for information: 0.178 nats or more, where there are none."""
    walks = np.random.default_rng(0).standard_normal((2, 1000)).cumsum(axis=1)
    result = estimate_mi(*walks, budget="quick", rng=0, progress=False)
    assert result.low <= 0 <= result.high
    assert any("series in time" in note for note in result.warnings)
    assert not any("do not explain" in note for note in result.warnings)
