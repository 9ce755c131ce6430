import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import digamma
from scipy.stats import entropy as scipy_entropy

from dv.discrete import (
    CORRECTIONS,
    bootstrap_interval,
    entropy,
    expected_plug_in,
    kl,
    mutual_information,
    plug_in,
    sample_table,
)
from dv.discrete.bootstrap import _merged

WEIGHTS = st.one_of(st.just(0.0), st.floats(1e-6, 1))
TABLES = (
    arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=WEIGHTS)
    .filter(lambda table: table.sum() > 0)
    .map(lambda table: table / table.sum())
)
LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12)
SYMMETRIC = np.array([[0.4, 0.1], [0.1, 0.4]])


@given(TABLES)
def test_entropy_and_divergence_agree_with_scipy(table):
    p, q = table.ravel(), np.roll(table.ravel(), 1)
    assert entropy(table) == pytest.approx(scipy_entropy(p), abs=1e-12)
    assert kl(p, q) == pytest.approx(max(scipy_entropy(p, q), 0), abs=1e-12)


@given(TABLES)
def test_information_is_the_divergence_from_the_product(table):
    product = np.outer(table.sum(1), table.sum(0))
    assert mutual_information(table) == pytest.approx(kl(table, product), abs=1e-12)
    assert mutual_information(table) == pytest.approx(mutual_information(table.T), abs=1e-12)
    least = min(entropy(table.sum(0)), entropy(table.sum(1)))
    assert 0 <= mutual_information(table) <= least + 1e-12


def test_values_by_hand():
    assert mutual_information(SYMMETRIC) == pytest.approx(0.8 * np.log(1.6) + 0.2 * np.log(0.4))
    assert mutual_information(np.eye(3) / 3) == pytest.approx(np.log(3))
    assert entropy([1.0, 0.0]) == 0


def test_missing_support_is_exact():
    assert kl([0.5, 0.5, 0], [1, 0, 0]) == np.inf
    assert kl([1, 0, 0], [0.5, 0.5, 0]) == pytest.approx(np.log(2))
    assert mutual_information([[0.5, 0], [0, 0.5]]) == pytest.approx(np.log(2))
    assert mutual_information([[1.0, 0], [0, 0]]) == 0


@given(LABELS)
def test_plug_in_is_the_information_of_the_empirical_table(pairs):
    x, y = np.array(pairs).T
    table = np.zeros((4, 4))
    np.add.at(table, (x, y), 1 / len(x))
    assert plug_in(x, y) == pytest.approx(mutual_information(table), abs=1e-12)
    assert plug_in(np.stack([x, x**2], 1), 7.5 - y) == pytest.approx(plug_in(x, y), abs=1e-12)


def corrected_by_definition(labels, correction):
    counts = np.unique(labels, axis=0, return_counts=True)[1]
    n = counts.sum()
    if correction == "miller-madow":
        return entropy(counts / n) + (len(counts) - 1) / 2 / n
    if correction == "grassberger":  # G by its recursion: G(1) = −γ − ln 2, G(2) = 2 − γ − ln 2, …
        start = digamma(1) - np.log(2)
        g = {1: start, 2: 2 + start}
        for k in range(3, n + 1):
            g[k] = g[k - 1] if k % 2 else g[k - 2] + 2 / (k - 1)
        return np.log(n) - sum(k * g[k] for k in counts) / n
    left_out = [entropy(np.unique(np.delete(labels, i, 0), axis=0, return_counts=True)[1] / (n - 1)) for i in range(n)]
    return n * entropy(counts / n) - (n - 1) * np.mean(left_out)


@given(LABELS, st.sampled_from(CORRECTIONS[1:]))
def test_corrections_are_what_their_papers_say(pairs, correction):
    pairs = np.array(pairs)
    x, y, xy = (corrected_by_definition(part, correction) for part in (pairs[:, :1], pairs[:, 1:], pairs))
    assert plug_in(pairs[:, 0], pairs[:, 1], correction) == pytest.approx(x + y - xy, abs=1e-10)


@given(TABLES, st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_expected_plug_in_is_the_mean_over_all_samples(table, n):
    cells = list(np.ndindex(table.shape))
    if len(cells) ** n > 700:
        return
    mean = 0.0
    for sample in itertools.product(cells, repeat=n):
        probability = np.prod([table[cell] for cell in sample])
        x, y = np.array(sample).T
        mean += probability * plug_in(x, y)
    assert expected_plug_in(table, n) == pytest.approx(mean, abs=1e-12)


def test_expected_plug_in_has_millers_bias_for_many_samples():
    rng = np.random.default_rng(0)
    table = rng.dirichlet(np.full(12, 5.0)).reshape(3, 4)
    n = 10**6
    bias = expected_plug_in(table, n) - mutual_information(table)
    assert bias == pytest.approx(2 * 3 / (2 * n), rel=0.01)


def test_corrections_take_most_of_the_bias_off():
    table = np.full((8, 8), 1 / 64)
    values = {c: [] for c in CORRECTIONS}
    for rng in np.random.default_rng(0).spawn(200):
        x, y = sample_table(table, 300, rng)
        for c in CORRECTIONS:
            values[c].append(plug_in(x, y, c))
    mean = {c: np.mean(v) for c, v in values.items()}
    error = np.std(values["none"]) / np.sqrt(200)
    assert mean["none"] == pytest.approx(expected_plug_in(table, 300), abs=4 * error)
    assert mean["none"] > 0.07
    assert all(abs(mean[c]) < 0.01 for c in CORRECTIONS[1:])


RARE = np.array([[0.97, 0.01], [0.01, 0.01]])
CHANNEL = np.eye(5) / 10 + 1 / 50
SPARSE = np.full((7, 7), 1 / 49)


@pytest.mark.parametrize("correction", ["none", "miller-madow"])
@pytest.mark.parametrize(
    ("table", "n"),
    [(SYMMETRIC, 400), (np.full((5, 5), 1 / 25), 100), (CHANNEL, 60), (RARE, 400), (SPARSE, 100)],
    ids=["dependent", "independent", "few pairs", "rare", "more cells than pairs"],
)
def test_bootstrap_interval_covers_the_truth_about_as_often_as_it_says(table, n, correction):
    truth, hits = mutual_information(table), 0
    for rng in np.random.default_rng(1).spawn(100):
        x, y = sample_table(table, n, rng)
        low, high = bootstrap_interval(x, y, correction, rng=rng)
        assert 0 <= low <= high <= np.log(min(len(np.unique(x)), len(np.unique(y))))
        hits += low <= truth + 1e-12 <= high + 2e-12
    assert hits >= 90


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_bootstrap_interval_reaches_both_ends_of_what_information_can_be(correction):
    rng = np.random.default_rng(0)
    x, y = rng.integers(4, size=(2, 300))
    assert bootstrap_interval(x, y, correction, rng=0)[0] == 0
    low, high = bootstrap_interval(x, x, correction, rng=0)
    assert high == np.log(4) and low > 1.3
    assert bootstrap_interval(x, np.zeros(300), correction, rng=0) == (0, 0)
    assert bootstrap_interval([0, 1, 2], [0, 1, 2], correction, rng=0) == (0, np.log(3))  # three pairs tell nothing


@given(LABELS, st.sampled_from(CORRECTIONS))
@settings(max_examples=30, deadline=None)
def test_bootstrap_interval_lies_where_information_can_lie(pairs, correction):
    x, y = np.array(pairs).T
    low, high = bootstrap_interval(x, y, correction, n_resamples=20, rng=0)
    assert 0 <= low <= high <= np.log(min(len(set(x)), len(set(y))))


def test_where_cells_have_few_pairs_the_rarest_labels_are_merged():
    table = np.array([[5, 1, 0, 0], [0, 7, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]])
    assert _merged(table).tolist() == [[7, 1], [1, 7]]
    merged = _merged(np.eye(48, dtype=int))  # 3 pairs to each of 16 cells
    assert merged.tolist() == np.diag([1, 1, 1, 45]).tolist()
    assert _merged(np.ones((2, 30), dtype=int)).shape == (2, 10)
    assert _merged(np.ones((30, 2), dtype=int)).shape == (10, 2)


def test_bootstrap_is_seeded_and_wider_for_a_higher_level():
    x, y = sample_table(SYMMETRIC, 200, rng=0)
    once, again = (bootstrap_interval(x, y, rng=1) for _ in range(2))
    low, high = bootstrap_interval(x, y, level=0.5, rng=1)
    assert once == again and once[0] < low < high < once[1]


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_probabilities_in_low_precision_may_miss_one_by_rounding(dtype):
    p = np.random.default_rng(0).random((8, 9)).astype(dtype)
    p = p / p.sum()
    exact = p.astype(float) / p.astype(float).sum()
    assert mutual_information(p) == mutual_information(exact)
    assert kl(p, exact) == 0
    with pytest.raises(ValueError, match=r"sums to 1\.2"):
        entropy(p * dtype(1.25))


def test_samples_of_a_table_follow_it():
    table = np.array([[0, 0.3, 0.1], [0.6, 0, 0]])
    x, y = sample_table(table, 10_000, rng=0)
    seen = np.zeros_like(table)
    np.add.at(seen, (x, y), 1e-4)
    np.testing.assert_allclose(seen, table, atol=0.02)
    assert (seen[table == 0] == 0).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: entropy([]), "p is empty"),
        (lambda: entropy([0.5, np.nan]), "NaN"),
        (lambda: entropy([1.5, -0.5]), "negative entry, -0.5"),
        (lambda: entropy([1.0, 1.0]), "sums to 2, not 1"),
        (lambda: kl([1.0], [0.5, 0.5]), r"shape \(1,\) but q has shape \(2,\)"),
        (lambda: mutual_information([0.5, 0.5]), "two axes"),
        (lambda: plug_in([1, 2], [1]), "x has 2 samples but y has 1"),
        (lambda: plug_in([], []), "at least one label"),
        (lambda: plug_in([1], [1], "chao"), "correction='chao' must be one of none, miller-madow"),
        (lambda: plug_in([0, np.nan, 1], [1, 2, 3]), r"x has 1 missing labels \(NaN, None\), the first in row 1"),
        (lambda: plug_in([0, 1], [[1, 2], [np.nan, 1]]), "y has 1 missing labels .* in row 1"),
        (lambda: plug_in([0, 1], pd.Series(["a", None])), "y has 1 missing labels"),
        (lambda: plug_in(pd.array([1, None], dtype="Int64"), [0, 1]), "x has 1 missing labels"),
        (lambda: plug_in(np.array(["NaT", "2026-01-01"], dtype="M8[D]"), [0, 1]), "x has 1 missing labels"),
        (lambda: plug_in(np.ma.masked_array([1, 2], [False, True]), [0, 1]), "x has 1 missing labels"),
        (lambda: bootstrap_interval([0, np.nan], [1, 2]), "x has 1 missing labels"),
        (lambda: bootstrap_interval(range(4000), range(4000)), "4000 × 4000 labels make more than 10 million cells"),
        (lambda: bootstrap_interval([1, 2], [1, 2], level=95), "level=95 must lie between"),
        (lambda: sample_table(SYMMETRIC, 0), "n=0 must be at least 1"),
        (lambda: expected_plug_in(SYMMETRIC, 0), "n=0 must be at least 1"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
