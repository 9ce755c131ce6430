import itertools

import numpy as np
import pytest
from scipy.special import gammaln

from dv.estimator.columns import Side
from dv.estimator.tables import PRIORS, STOP, Tables, _log_ratio, log_ratio, promising


def by_enumeration(counts, prior):
    """The posterior mean ratio over all trees of a 4 × 4 table, one by one."""
    counts = np.asarray(counts, float)
    product = np.outer(counts.sum(1), counts.sum(0)) / counts.sum()
    quarters = [(slice(2 * a, 2 * a + 2), slice(2 * b, 2 * b + 2)) for a in (0, 1) for b in (0, 1)]

    def evidence(seen, share):
        pseudo = prior * len(seen) * share
        gain = gammaln(pseudo + seen) - gammaln(pseudo) - seen * np.log(share)
        return gain.sum() + gammaln(pseudo.sum()) - gammaln((pseudo + seen).sum())

    def factors(seen, share):
        pseudo = prior * len(seen) * share
        return (seen + pseudo) / (seen + pseudo).sum() / share

    top = tuple(np.array([part[q].sum() for q in quarters]) for part in (counts, product / product.sum()))
    mean, weights = np.zeros((4, 4)), 0.0
    for split in itertools.product([False, True], repeat=5):  # the whole, and each quarter
        if not split[0] and any(split[1:]):
            continue
        log_weight, ratio = np.log(1 - STOP) + evidence(*top) if split[0] else np.log(STOP), np.ones((4, 4))
        if split[0]:
            for q, factor, goes_on in zip(quarters, factors(*top), split[1:], strict=True):
                cells = counts[q].ravel(), product[q].ravel() / product[q].sum()
                log_weight += np.log(1 - STOP) + evidence(*cells) if goes_on else np.log(STOP)
                ratio[q] = factor * (factors(*cells).reshape(2, 2) if goes_on else 1)
        mean += np.exp(log_weight) * ratio
        weights += np.exp(log_weight)
    return np.log(mean / weights), np.log(weights)


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("seed", range(4))
def test_the_recursion_is_the_mean_over_all_trees(seed, prior):
    counts = np.random.default_rng(seed).integers(1, 6, size=(4, 4))
    found, evidence = _log_ratio(counts, prior)
    expected, log_weights = by_enumeration(counts, prior)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    assert evidence == pytest.approx(log_weights)


def test_a_table_of_independent_columns_says_nothing():
    rng = np.random.default_rng(0)
    counts = np.bincount(rng.integers(8, size=5000) * 8 + rng.integers(8, size=5000), minlength=64).reshape(8, 8)
    found, _ = log_ratio(counts)
    assert abs(found).max() < 0.01


@pytest.mark.parametrize("p", [0.002, 0.05, 0.4])
def test_a_flag_and_itself_have_their_log_ratio(p):
    found, _ = log_ratio(np.array([[10_000 * (1 - p), 0], [0, 10_000 * p]]))
    assert found[1, 1] == pytest.approx(-np.log(p), abs=0.02)
    assert found[0, 1] < -3


def test_columns_of_unequal_resolution_and_cells_without_samples_do_no_harm():
    counts = np.zeros((64, 2))
    counts[:32, 0], counts[40:, 1] = 3, 5
    found, _ = log_ratio(counts)
    assert np.isfinite(found).all()
    assert (found[:32, 0] > 0.3).all() and (found[40:, 1] > 0.3).all()
    assert log_ratio(np.zeros((4, 4)))[0] == pytest.approx(0)


def test_tables_of_a_few_rows_are_read_off_at_all():
    rng = np.random.default_rng(0)
    label = rng.integers(3, size=600)
    x, y = Side([label]).whole, Side([label, rng.normal(size=600)]).whole
    pairs = promising(x, y, np.arange(300))
    assert pairs == [(0, 0)]
    values = Tables(x, y, pairs, np.arange(300)).features(np.arange(600), np.arange(600))
    assert values.shape == (600, 1)
    np.testing.assert_allclose(values[:, 0], np.log(3), atol=0.2)


def test_columns_without_ties_have_no_table():
    x, y = np.random.default_rng(0).normal(size=(2, 500))
    assert promising(Side([x]).whole, Side([x + y]).whole, np.arange(500)) == []
