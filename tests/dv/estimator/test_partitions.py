import numpy as np
import pytest

from dv.discrete import kl
from dv.estimator.partitions import quantile_bins, unexplained


def laws(seed, size=12):
    """Two laws on a few cells and weights that do not quite turn the second into the first."""
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.full(size, 5.0), size=2)
    weights = p / q * rng.uniform(0.8, 1.25, size)
    return p, q, weights, kl(p, q * weights / (q @ weights))


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_divergence_from_the_weighted_references(seed):
    p, q, weights, truth = laws(seed)
    rng = np.random.default_rng(seed)
    cells, ref_cells = (rng.choice(12, 200_000, p=law) for law in (p, q))
    nats, deviations = unexplained([(cells, ref_cells)], weights[ref_cells])
    assert nats == pytest.approx(truth, abs=0.002) and deviations > 50
    coarse, _ = unexplained([(cells // 4, ref_cells // 4)], weights[ref_cells])
    assert coarse < nats + 1e-4


@pytest.mark.parametrize("n_ref", [1000, 4000, 100_000])
def test_chance_alone_gives_nothing(n_ref):
    """Be it in the samples or in the references, which may be fewer."""
    p, q, _, _ = laws(7)
    found = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        cells, ref_cells = rng.choice(12, 4000, p=p), rng.choice(12, n_ref, p=q)
        found.append(unexplained([(cells, ref_cells)], (p / q)[ref_cells]))
    nats, deviations = np.transpose(found)
    assert abs(nats.mean()) < 4 * nats.std() / 20 + 1e-4
    assert abs(deviations.mean()) < 0.25 and deviations.std() == pytest.approx(1, abs=0.2)


def test_the_partition_that_shows_most_is_taken_and_one_cell_shows_nothing():
    rng = np.random.default_rng(0)
    same, other = rng.integers(4, size=1000), rng.integers(2, size=1000)
    one = np.zeros(1000, int)
    assert unexplained([(one, one)], np.ones(1000)) == (0.0, 0.0)
    assert unexplained([(one, one), (other, same), (same, same)], np.ones(1000))[1] > 5


def test_cells_without_references_do_not_break_it():
    cells = np.repeat([0, 1, 2], [500, 400, 100])
    nats, _ = unexplained([(cells, np.repeat([0, 1], 500))], np.ones(1000))
    assert np.isfinite(nats)


def test_bins_hold_equally_many_and_ties_stay_together():
    column = np.random.default_rng(0).normal(size=1600)
    assert (np.bincount(quantile_bins(column, 16)) == 100).all()
    ties = np.repeat([0.0, 1.0, 5.0], [10, 20, 1])
    bins = quantile_bins(ties, 4)
    assert all(len(set(bins[ties == value])) == 1 for value in ties) and bins[0] < bins[-2]
