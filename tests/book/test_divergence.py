"""The formulas of *Mutual information as a divergence*, on random tables with empty cells.

Every test names the label of the statement that it checks.
"""

import heapq
import itertools

import numpy as np
import pytest
from dv_course import chapters
from scipy.optimize import minimize
from scipy.special import rel_entr
from scipy.stats import binom, multivariate_normal

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


@pytest.fixture(scope="module")
def page():
    """What the chapter's code defines, without its figures and exercises."""
    names = {}
    for cell in chapters.read_chapter(chapters.root() / "book" / "divergence.md").cells:
        shown = "nbgrader" not in cell.metadata and "figure, ax" not in cell.source
        if cell.cell_type == "code" and (shown or "added =" in cell.source):
            exec(cell.source.partition("figure, ax")[0], names)
    return names


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
        assert (product / P.sum(1).min() + 1e-15 >= P).all()
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


def test_two_bins_keep_what_two_signs_tell(page):
    """Sheppard: the signs of a Gaussian pair have the correlation (2/π) arcsin ρ."""
    c = 2 / np.pi * np.arcsin(0.8)
    signs = (1 + c * np.array([[1, -1], [-1, 1]])) / 4
    assert page["kept"][2] == pytest.approx(information(signs), abs=1e-4)
    assert page["kept"][2] == pytest.approx(0.19, abs=5e-3)


def test_the_binned_information_reaches_its_ceiling_as_its_alternative_text_says(page):
    kept, truth = page["kept"], page["truth"]
    assert truth == pytest.approx(0.511, abs=5e-4) and max(kept.values()) < truth
    assert truth - kept[64] < 0.01 < truth - kept[32]  # by eye, at about 64


def test_what_the_cells_add_has_the_signs_that_its_alternative_text_names(page):
    P, added = page["P"], page["added"]
    diagonal = np.eye(3, dtype=bool)
    assert (added[diagonal] > 0).all() and (added[~diagonal] < 0).all()
    assert P[diagonal].min() > P[~diagonal].max()
    assert (page["product"].min(), page["product"].max()) == pytest.approx((0.09, 0.16))


def test_no_product_serves_as_reference_whose_divergence_from_a_margin_is_infinite():
    """Beside prop-closest: then the left side is infinite, whatever the information."""
    P = table(0, 3, 4)
    q_x = np.array([0.0, 0.5, 0.5])
    assert kl(P.sum(1), q_x) == kl(P, np.outer(q_x, P.sum(0))) == np.inf and information(P) < np.inf


def test_fractions_of_two_samples_say_infinity_as_often_as_a_cell_is_missed(page):
    P, Q = page["P4"], page["Q4"]
    missed = (1 - Q) ** 100 * (1 - (1 - P) ** 100)
    expected = 1 - np.prod(1 - missed)  # the cells are nearly independent
    assert page["infinite"] / 1000 == pytest.approx(expected, abs=0.06)
    assert kl(P, Q) < 0.05


def test_eq_centre(page):
    """Against the symmetric sum of entropies, and the two examples."""
    for seed in range(5):
        P = table(seed, 2, 3, 2)
        sums = [P.sum(axis) for axis in ((1, 2), (0, 2), (0, 1), 2, 1, 0, ())]
        signs = (1, 1, 1, -1, -1, -1, 1)
        symmetric = sum(sign * entropy(Q) for sign, Q in zip(signs, sums, strict=True))
        for order in itertools.permutations(range(3)):
            assert page["centre"](P.transpose(order))[2] == pytest.approx(symmetric)
    assert page["centre"](page["differ"]) == pytest.approx((0, np.log(2), -np.log(2)))
    assert page["centre"](page["copies"]) == pytest.approx((np.log(2), 0, np.log(2)))
    heads = np.zeros((2, 2, 2))  # the written exercise
    for x, y in np.ndindex(2, 2):
        heads[x, y, x & y] = 1 / 4
    assert page["centre"](heads)[:2] == pytest.approx((0, 0.75 * (np.log(3) - 4 / 3 * np.log(2))))
    assert page["centre"](heads)[1] == pytest.approx(0.131, abs=5e-4)


def test_prop_gaussian_vectors():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(5, 5))
    S = root @ root.T
    joint, x, y = multivariate_normal(cov=S), multivariate_normal(cov=S[:2, :2]), multivariate_normal(cov=S[2:, 2:])
    determinants = [np.linalg.slogdet(M)[1] for M in (S[:2, :2], S[2:, 2:], S)]
    formula = (determinants[0] + determinants[1] - determinants[2]) / 2
    assert x.entropy() + y.entropy() - joint.entropy() == pytest.approx(formula)
    z = joint.rvs(200_000, random_state=1)
    t = joint.logpdf(z) - x.logpdf(z[:, :2]) - y.logpdf(z[:, 2:])
    assert t.mean() == pytest.approx(formula, abs=4 * t.std() / len(t) ** 0.5)
    rho = np.array([0.3, 0.9])
    pairs = np.block([[np.eye(2), np.diag(rho)], [np.diag(rho), np.eye(2)]])
    assert -np.linalg.slogdet(pairs)[1] / 2 == pytest.approx(-np.log(1 - rho**2).sum() / 2)


def questions(law):
    """The least mean number of yes-or-no questions: Huffman's tree."""
    heap, mean = [p for p in law if p > 0], 0.0
    heapq.heapify(heap)
    while len(heap) > 1:
        pair = heapq.heappop(heap) + heapq.heappop(heap)
        mean += pair
        heapq.heappush(heap, pair)
    return mean


def test_thm_prices_finds_a_place_in_the_tree_for_every_length():
    """The leftmost free node, from the smallest length to the largest: whole nodes, and none left out."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        lengths = sorted(rng.integers(1, 7, size=rng.integers(1, 30)).tolist())
        while sum(64 >> length for length in lengths) > 64:  # until their powers of 1/2 add up to at most 1
            lengths.pop()
        taken = 0  # of 64 leaves, from the left
        for length in lengths:
            assert taken % (64 >> length) == 0 and taken + (64 >> length) <= 64
            taken += 64 >> length


@pytest.mark.parametrize("seed", range(10))
def test_thm_prices_in_questions(seed):
    P = table(seed, 6, 3)
    laws, weights = given(P, axis=1)
    after = weights @ [questions(law) for law in laws]
    bits = entropy(P.sum(1)) / np.log(2)
    assert bits <= questions(P.sum(1)) < bits + 1
    assert abs(questions(P.sum(1)) - after - information(P) / np.log(2)) < 1


@pytest.mark.parametrize("seed", range(3))
def test_thm_prices_in_bets(seed):
    """The best stakes found by an optimiser."""
    P, odds = table(seed, 3, 2), np.array([1.5, 4.0, 2.5])

    def best(law):
        growth = lambda a: -law @ np.log(np.exp(a) / np.exp(a).sum() * odds)  # noqa: E731
        return -minimize(growth, np.zeros(3), tol=1e-10).fun

    laws, weights = given(P, axis=1)
    gain = weights @ [best(law) for law in laws] - best(P.sum(1))
    assert gain == pytest.approx(information(P), abs=1e-5)


def test_thm_prices_in_tests(page):
    """The rate of the best test of the forecast, at a miss of 5% and of 50%, from below and from above."""
    for miss, side in ((0.05, -1), (0.95, 1)):
        rates = []
        for n in (100, 1000, 10_000, 100_000):
            right = np.arange(int(binom.ppf(miss, n, 0.8)), n + 1)
            rates.append(-np.logaddexp.reduce(binom.logpmf(right, n, 0.5)) / n)
        gaps = side * (np.array(rates) - page["information"])
        assert gaps[-1] < 0.004 and (side > 0 or (gaps > 0).all())
        assert (np.diff(np.abs(gaps)) < 0).all()
    assert page["information"] == pytest.approx(0.193, abs=5e-4)


def test_eq_snr():
    for sigma in (0.1, 0.5, 2.0):
        snr = 1 / sigma**2
        exact = dv.BivariateGaussian((snr / (1 + snr)) ** 0.5).mutual_information()
        assert 0.5 * np.log1p(snr) == pytest.approx(exact)
    assert 0.5 * np.log(2e6 / 1e6) == pytest.approx(0.5 * np.log1p(2e6) - 0.5 * np.log1p(1e6), abs=1e-6)


def test_numbers_that_the_text_states():
    P = np.array([[0.30, 0.08, 0.02], [0.08, 0.14, 0.08], [0.02, 0.08, 0.20]])
    assert information(P) == pytest.approx(0.255, abs=5e-4)
    assert np.log(10) == pytest.approx(2.3, abs=0.005)
