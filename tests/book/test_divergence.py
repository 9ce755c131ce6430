"""The formulas of *Mutual information as a divergence*, on random tables with empty cells.

Every test names the label of the statement that it checks.
"""

import chapters
import numpy as np
import pytest
from scipy.special import rel_entr

import dv


def kl(P, Q):
    return rel_entr(P, Q).sum()


def table(seed, *shape):
    """A random table of joint probabilities with an empty cell."""
    cells = np.random.default_rng(seed).dirichlet(np.full(np.prod(shape), 0.6))
    cells[1] = 0
    return (cells / cells.sum()).reshape(shape)


def entropy(P):
    return -sum(p * np.log(p) for p in np.ravel(P) if p > 0)


def information(P):
    return kl(P, np.outer(P.sum(1), P.sum(0)))


def given(P, axis):
    """Conditional laws along the other axis, and the weights of what they are given."""
    weights = P.sum(axis=1 - axis)
    return [np.take(P, k, axis=axis) / w for k, w in enumerate(weights) if w > 0], weights[weights > 0]


@pytest.mark.parametrize("seed", range(20))
def test_prop_gibbs(seed):
    P, Q = table(seed, 6), table(seed + 100, 6)
    assert kl(P, Q) > 1e-3 and kl(P, P) == 0
    ratio = np.divide(P, Q, out=np.ones_like(P), where=Q > 0)
    phi = np.where(ratio > 0, ratio * np.log(np.where(ratio > 0, ratio, 1)), 0) - ratio + 1
    assert (phi >= 0).all() and Q @ phi == pytest.approx(kl(P, Q))


def test_divergence_obeys_no_triangle_inequality_and_no_symmetry():
    P, M, Q = (np.array([p, 1 - p]) for p in (0.5, 0.3, 0.1))
    assert kl(P, Q) > kl(P, M) + kl(M, Q)
    assert kl(P, Q) != pytest.approx(kl(Q, P), rel=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_eq_mi_divergence(seed):
    """The divergence is the mean drop of surprise, outcome by outcome."""
    P = table(seed, 3, 4)
    drop = sum(p * np.log(P[i, k] / P[i].sum() / P[:, k].sum()) for (i, k), p in np.ndenumerate(P) if p > 0)
    assert dv.discrete.mutual_information(P) == pytest.approx(drop)
    assert dv.discrete.mutual_information(np.outer(P.sum(1), P.sum(0))) == pytest.approx(0, abs=1e-12)


def test_eq_entropy():
    P = table(0, 3, 4)
    laws, weights = given(P, axis=1)
    conditional = -sum(p * np.log(p / P[:, k].sum()) for (_, k), p in np.ndenumerate(P) if p > 0)
    assert weights @ [entropy(law) for law in laws] == pytest.approx(conditional)
    assert conditional == pytest.approx(entropy(P) - entropy(P.sum(0)))
    assert dv.discrete.entropy(P) == pytest.approx(entropy(P))


@pytest.mark.parametrize("seed", range(10))
def test_prop_entropies(seed):
    P = table(seed, 3, 4)
    laws, weights = given(P, axis=1)
    left_open = weights @ [entropy(law) for law in laws]
    assert information(P) == pytest.approx(entropy(P.sum(1)) - left_open)
    assert information(P) == pytest.approx(entropy(P.sum(1)) + entropy(P.sum(0)) - entropy(P))
    assert 0 <= information(P) < min(entropy(P.sum(1)), entropy(P.sum(0)))
    function = np.zeros((2, 4))  # X is a function of Y
    function[[0, 0, 1, 1], range(4)] = P.sum(0)
    assert information(function) == pytest.approx(entropy(function.sum(1)))


def test_prop_infinite():
    k = np.arange(1.0, 1e6)
    P = 1 / (k * (k + 1))
    finite_part = P * np.log(k * (k + 1))
    partial = np.cumsum(P * k * np.log(2) - finite_part)
    assert P.sum() == pytest.approx(1, abs=1e-5) and finite_part.sum() < 3
    assert partial[-1] > partial[len(k) // 1000] + np.log(2) * 6  # grows like log 2 · log k, without end
    with_empty_cell = np.array([[0.4, 0.0], [0.2, 0.4]])
    product = np.outer(with_empty_cell.sum(1), with_empty_cell.sum(0))
    assert np.isfinite(dv.discrete.kl(with_empty_cell, product))
    assert dv.discrete.kl(product, with_empty_cell) == np.inf
    for seed in range(5):
        P = table(seed, 3, 50)
        product = np.outer(P.sum(1), P.sum(0))
        assert (P <= product / P.sum(1).min() + 1e-15).all()
    for atoms in (10, 100, 1000):
        assert information(np.eye(atoms) / atoms) == pytest.approx(np.log(atoms))  # without end as atoms vanish


@pytest.mark.parametrize("seed", range(10))
def test_thm_chain(seed):
    P, Q = table(seed, 3, 4), table(seed + 100, 3, 4) + 0.01
    Q /= Q.sum()
    for axis in (0, 1):
        (p_laws, weights), (q_laws, _) = given(P, axis), given(Q, axis)
        conditional = weights @ [kl(p, q) for p, q in zip(p_laws, q_laws, strict=True)]
        assert kl(P, Q) == pytest.approx(kl(P.sum(1 - axis), Q.sum(1 - axis)) + conditional)
    Q[0, 0] = 0
    Q[0, 1] += 0.5
    P = P + 0.01
    assert kl(P, Q) == np.inf and kl(P.sum(1), Q.sum(1)) < np.inf and kl(P[0] / P[0].sum(), Q[0] / Q[0].sum()) == np.inf


@pytest.mark.parametrize("seed", range(10))
def test_eq_chain_information(seed):
    P = table(seed, 3, 2, 4)  # x, y, z
    conditional = sum(P[:, y].sum() * information(P[:, y] / P[:, y].sum()) for y in range(2))
    whole, first = information(P.reshape(3, 8)), information(P.sum(2))
    assert whole == pytest.approx(first + conditional)


@pytest.mark.parametrize("seed", range(10))
def test_prop_closest(seed):
    P = table(seed, 3, 4)
    rng = np.random.default_rng(seed)
    q_x, q_y = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(4))
    total = information(P) + kl(P.sum(1), q_x) + kl(P.sum(0), q_y)
    assert kl(P, np.outer(q_x, q_y)) == pytest.approx(total)
    assert kl(P, np.outer(q_x, q_y)) > information(P)


@pytest.mark.parametrize("seed", range(20))
def test_thm_processing(seed):
    P, Q = table(seed, 5), table(seed + 100, 5) + 0.01
    Q /= Q.sum()
    channel = np.random.default_rng(seed).dirichlet(np.full(3, 0.3), size=5)
    assert kl(P @ channel, Q @ channel) < kl(P, Q)
    renamed = np.eye(5)[[3, 1, 4, 0, 2]]
    assert kl(P @ renamed, Q @ renamed) == pytest.approx(kl(P, Q))


@pytest.mark.parametrize("seed", range(20))
def test_prop_processing(seed):
    P = table(seed, 3, 4)
    channel = np.random.default_rng(seed).dirichlet(np.full(5, 0.3), size=4)
    triple = P[:, :, None] * channel  # x, y, z
    conditional = sum(triple[:, :, z].sum() * information(triple[:, :, z] / triple[:, :, z].sum()) for z in range(5))
    assert information(P) == pytest.approx(information(P @ channel) + conditional)
    assert information(P @ channel) <= information(P)


def test_two_bins_keep_what_two_signs_tell():
    """Sheppard: the signs of a Gaussian pair have the correlation (2/π) arcsin ρ."""
    cells = chapters.read_chapter(chapters.ROOT / "book" / "divergence.md").cells
    (source,) = [cell.source for cell in cells if cell.cell_type == "code" and "def coarse" in cell.source]
    names = {"np": np, "dv": dv}
    exec(source, names)
    c = 2 / np.pi * np.arcsin(0.8)
    signs = (1 + c * np.array([[1, -1], [-1, 1]])) / 4
    assert names["kept"][2] == pytest.approx(information(signs), abs=1e-4)
    assert names["kept"][2] == pytest.approx(0.19, abs=5e-3)


def test_numbers_that_the_text_states():
    P = np.array([[0.30, 0.08, 0.02], [0.08, 0.14, 0.08], [0.02, 0.08, 0.20]])
    assert information(P) == pytest.approx(0.255, abs=5e-4)
    assert np.log(10) == pytest.approx(2.3, abs=0.005)
