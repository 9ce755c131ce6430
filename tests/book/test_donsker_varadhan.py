"""The formulas of *The Donsker–Varadhan bound*, on tables by exact sums and by integration.

Every test names the label of the statement that it checks.
"""

import itertools

import numpy as np
import pytest
from dv_course import chapters
from scipy.integrate import dblquad, quad
from scipy.optimize import minimize, minimize_scalar
from scipy.special import logsumexp, rel_entr
from scipy.stats import binom

import dv

TABLE = np.array([[0.30, 0.05, 0.00], [0.05, 0.20, 0.10], [0.05, 0.05, 0.20]])
PRODUCT = np.outer(TABLE.sum(1), TABLE.sum(0))
INFORMATION = rel_entr(TABLE, PRODUCT).sum()
GAUSSIAN = dv.BivariateGaussian.running_example()
RHO, TRUTH = GAUSSIAN.rho, GAUSSIAN.mutual_information()


@pytest.fixture(scope="module")
def page():
    """What the chapter's code defines, without its figures and exercises."""
    names = {}
    for cell in chapters.read_chapter(chapters.root() / "book" / "donsker_varadhan.md").cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            exec(cell.source.partition("figure, ax")[0], names)
    return names


def mean(P, t):
    """E_P[t], where cells of probability 0 add nothing even if t is infinite there."""
    return (P[P > 0] * t[P > 0]).sum()


def bound(t, P=TABLE, R=PRODUCT):
    return mean(P, t) - logsumexp(t, b=R)


def f_form(t, P=TABLE, R=PRODUCT):
    return mean(P, t) - (R * np.exp(t - 1)).sum()


def tilted(t, R=PRODUCT):
    return R * np.exp(t - logsumexp(t, b=R))


def log_ratio(P=TABLE, R=PRODUCT):
    with np.errstate(divide="ignore"):
        return np.log(P / R)


def critics(count=200, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=TABLE.shape) * rng.choice([0.1, 1, 5, 50]) for _ in range(count)]


def test_eq_guess():
    """With guesses that are laws, and with what critics make of the reference."""
    for seed in range(20):
        Q = np.random.default_rng(seed).dirichlet(np.ones(9)).reshape(3, 3)
        t = np.log(Q / PRODUCT)
        assert mean(TABLE, t) == pytest.approx(INFORMATION - rel_entr(TABLE, Q).sum())
        assert mean(TABLE, t) == pytest.approx(bound(t + seed))
        assert tilted(t + seed) == pytest.approx(Q)


def test_thm_dv_part_1_no_critic_passes():
    assert max(map(bound, critics())) < INFORMATION


def test_thm_dv_part_2_bounded_critics_come_as_close_as_one_likes():
    missing = [INFORMATION - bound(np.clip(log_ratio(), -k, k)) for k in (1, 3, 10, 30)]
    assert missing == sorted(missing, reverse=True) and 0 < missing[-1] < 1e-12
    for k in (1, 3, 10):
        assert bound(np.clip(log_ratio(), -k, k)) >= mean(TABLE, np.clip(log_ratio(), -k, k)) - np.log1p(np.exp(-k))


def test_thm_dv_part_2_without_a_density_the_values_have_no_limit():
    P, R = np.array([0.7, 0.3]), np.array([1.0, 0.0])
    assert [bound(k * np.array([0, 1]), P, R) for k in (1, 10, 100)] == pytest.approx([0.3, 3, 30])


def test_thm_dv_part_2_with_a_density_and_an_infinite_divergence():
    """p(k) ∝ k^-1.5 against r(k) ∝ 2^-k: the cut log ratios climb like the root of the cut."""
    k = np.arange(1, 1_000_000, dtype=float)
    log_P, log_R = -1.5 * np.log(k), -k * np.log(2)
    t = log_P - logsumexp(log_P) - log_R
    P = np.exp(log_P - logsumexp(log_P))
    values = [P @ np.clip(t, -c, c) - logsumexp(np.clip(t, -c, c) + log_R) for c in (10, 100, 1000, 10_000)]
    assert all(later > 2.5 * earlier for earlier, later in itertools.pairwise(values))


def test_thm_dv_part_3_the_log_ratio_and_its_shifts_attain_it_and_nothing_else():
    for c in (-3.0, 0.0, 700.0):
        assert bound(log_ratio() + c) == pytest.approx(INFORMATION, abs=1e-12)
    nudged = log_ratio()
    nudged[1, 1] += 0.01
    assert bound(nudged) < INFORMATION - 1e-6


def test_lem_gap():
    for t in critics():
        assert INFORMATION - bound(t) == pytest.approx(rel_entr(TABLE, tilted(t)).sum(), rel=1e-9)


def test_lem_gap_inequality_of_its_proof():
    a, b = np.meshgrid(np.geomspace(1e-6, 1e3, 50), np.linspace(-5, 8, 60))
    assert (a * b <= a * np.log(a) - a + np.exp(b) + 1e-9).all()


@pytest.mark.parametrize("s", [0.0, 0.5, 1.0, 1.7])
def test_eq_scaled(s):
    """E_P[s log r] and E_R[r^s] by integration over independent directions u = (x ± y) / √2."""

    def density(u, v, variances):
        return np.exp(-(u**2 / variances[0] + v**2 / variances[1]) / 2) / (2 * np.pi * np.sqrt(np.prod(variances)))

    def log_r(u, v):
        return GAUSSIAN.log_density_ratio((u + v) / np.sqrt(2), (u - v) / np.sqrt(2))

    box = (-30, 30, -30, 30)
    first = dblquad(lambda u, v: s * log_r(u, v) * density(u, v, (1 + RHO, 1 - RHO)), *box, epsabs=1e-7)[0]
    second = dblquad(lambda u, v: np.exp(s * log_r(u, v)) * density(u, v, (1, 1)), *box, epsabs=1e-7)[0]
    closed = 0.5 * np.log((1 + RHO - s * RHO) * (1 - RHO + s * RHO) / (1 - RHO**2))
    assert first - np.log(second) == pytest.approx(closed, abs=1e-5)
    assert closed <= TRUTH + 1e-12


def test_the_two_forms_meet_where_the_figure_says(page):
    """Its caption and its alternative text: at s = 0 and at s = 1, and nowhere between or beyond."""
    s, donsker_varadhan = page["s"], page["s"] * TRUTH - page["log_mean"]
    below = donsker_varadhan - (s * TRUTH + 1 - np.exp(page["log_mean"]))
    assert np.flatnonzero(np.abs(below) < 1e-12).tolist() == [0, 100] and s[100] == 1
    assert (below > -1e-12).all() and donsker_varadhan.argmax() == 100
    assert donsker_varadhan[[0, 100]] == pytest.approx([0, TRUTH])


@pytest.mark.parametrize("a", [-0.6, 0.3, 0.9])
def test_eq_product_critic(a):
    """E_R[e^{axy}] = E[e^{a² X² / 2}] by integrating y first."""
    mean_exp = quad(lambda x: np.exp((a**2 - 1) * x**2 / 2) / np.sqrt(2 * np.pi), -np.inf, np.inf)[0]
    assert a * RHO - np.log(mean_exp) == pytest.approx(a * RHO + 0.5 * np.log(1 - a**2))


def test_eq_log_ratio_squares():
    x, y = np.random.default_rng(0).normal(size=(2, 100))
    u, v = (x + y) / np.sqrt(2), (x - y) / np.sqrt(2)
    squares = TRUTH + RHO / (1 + RHO) * u**2 / 2 - RHO / (1 - RHO) * v**2 / 2
    np.testing.assert_allclose(GAUSSIAN.log_density_ratio(x, y), squares, atol=1e-12)
    np.testing.assert_allclose(x * y, (u**2 - v**2) / 2, atol=1e-12)
    for a in (-0.7, 0.3, 0.6):
        mean = quad(lambda u, a=a: np.exp((a - 1) * u**2 / 2) / np.sqrt(2 * np.pi), -np.inf, np.inf)[0]
        assert mean == pytest.approx((1 - a) ** -0.5)


def test_eq_product_critic_best_value_and_divergence():
    best = minimize_scalar(lambda a: -(a * RHO + 0.5 * np.log(1 - a**2)), bounds=(0, 0.999), method="bounded")
    assert (round(best.x, 2), round(-best.fun, 3)) == (0.58, 0.305)
    reach = [quad(lambda x: 1 / np.sqrt(2 * np.pi), -k, k)[0] for k in (10, 100)]  # a = 1: the integrand is flat
    assert reach[1] == pytest.approx(10 * reach[0])


def test_prop_shift():
    for t in critics(20):
        assert bound(t + 12.3) == pytest.approx(bound(t), abs=1e-9)


def test_cor_processing():
    rng = np.random.default_rng(1)
    for _ in range(50):
        K = rng.dirichlet(np.ones(4), size=9)
        after = rel_entr(TABLE.ravel() @ K, PRODUCT.ravel() @ K).sum()
        assert after <= INFORMATION + 1e-12
        u = rng.normal(size=4)
        t = np.log(K @ np.exp(u))
        assert bound(t, TABLE.ravel(), PRODUCT.ravel()) >= bound(u, TABLE.ravel() @ K, PRODUCT.ravel() @ K) - 1e-12
        channel = rng.dirichlet(np.ones(3), size=3)
        joint = TABLE @ channel  # X and W, drawn given Y alone
        assert rel_entr(joint, np.outer(joint.sum(1), joint.sum(0))).sum() <= INFORMATION + 1e-12


def test_prop_concave():
    pairs = critics(100, seed=2)
    for t, u in zip(pairs[::2], pairs[1::2], strict=True):
        for share in (0.1, 0.5, 0.9):
            assert bound((1 - share) * t + share * u) >= (1 - share) * bound(t) + share * bound(u) - 1e-9
    t, step = critics(1)[0], 1e-6
    slope = [(bound(t + step * e) - bound(t - step * e)) / (2 * step) for e in np.eye(9).reshape(9, 3, 3)]
    assert slope == pytest.approx((TABLE - tilted(t)).ravel(), abs=1e-8)


def test_prop_fdiv():
    for t in critics(50):
        best = 1 - logsumexp(t, b=PRODUCT)
        assert f_form(t + best) == pytest.approx(bound(t), abs=1e-9)
        assert all(f_form(t + best + c) < bound(t) for c in (-0.1, 0.1, 1))
    assert f_form(1 + log_ratio()) == pytest.approx(INFORMATION)
    assert all(f_form(1 + log_ratio() + c) < INFORMATION for c in (-0.1, 0.1))


def test_eq_conjugate():
    """The supremum on a grid, and the bound with it, for two convex functions."""
    u = np.linspace(1e-9, 60, 2_000_001)
    for t in (-2.0, 0.5, 3.0):
        assert (u * t - u * np.log(u)).max() == pytest.approx(np.exp(t - 1), rel=1e-6)
        assert (t * np.minimum(u, 30) - (np.minimum(u, 30) - 1) ** 2).max() == pytest.approx(max(t + t**2 / 4, -1))
    chi2 = (TABLE**2 / PRODUCT).sum() - 1  # f(u) = (u - 1)²
    for t in critics(50):
        assert f_form(t) <= INFORMATION
        conjugate = np.where(t > -2, t + t**2 / 4, -1)
        assert chi2 >= mean(TABLE, t) - (PRODUCT * conjugate).sum() - 1e-9


@pytest.mark.parametrize("k", [1, 5])
def test_prop_logit(k):
    """Against an optimiser, and the value at a logit is that of its shifts."""
    P, R = TABLE[TABLE > 0], PRODUCT[TABLE > 0]
    loss = lambda t: P @ np.logaddexp(0, -t) + k * R @ np.logaddexp(0, t)  # noqa: E731
    found = minimize(loss, np.zeros(P.size), tol=1e-12).x
    assert found == pytest.approx(np.log(P / R) - np.log(k), abs=1e-4)
    assert loss(found) < (1 + k) * np.log(2)
    rare = np.where(TABLE > 0, log_ratio(), -40.0) - np.log(k)
    assert bound(rare) == pytest.approx(INFORMATION)


@pytest.mark.parametrize(("b", "c"), [(-1.85, 4.15), (0.1, -0.5), (0.0, 0.58)])
def test_eq_quadratic_critic(b, c):
    """Both means over independent directions u = (x ± y) / √2, and what no shift changes."""
    ends = []
    for sign in (1, -1):
        g = b + sign * c / 2
        tilt = quad(lambda u, g=g: np.exp((g - 0.5) * u**2) / np.sqrt(2 * np.pi), -np.inf, np.inf)[0]
        ends.append(g * (1 + sign * RHO) - np.log(tilt))
    assert 2 * b + c * RHO + 0.5 * np.log((1 - 2 * b) ** 2 - c**2) == pytest.approx(sum(ends))


def test_the_logit_of_the_page_is_worse_than_the_bound_at_it(page):
    """7 to 15% off in its coefficients, less than one in the bound."""
    off = np.abs(page["logit"] / np.array(page["log_r"]) - 1)
    assert (off.min().round(2), off.max().round(2)) == (0.07, 0.15)
    assert 0 < 1 - page["B"] / TRUTH < 0.01


def test_eq_missing_log():
    def no_log(t):
        return mean(TABLE, t) - (PRODUCT * np.exp(t)).sum()

    for t in critics(50):
        assert no_log(t) == pytest.approx(f_form(t + 1) - 1)
        assert no_log(t) <= INFORMATION - 1
    found = minimize(lambda t: -no_log(t.reshape(3, 3)), np.zeros(9))
    assert -found.fun == pytest.approx(INFORMATION - 1, abs=1e-3)


def test_eq_sample_value_is_what_dv_computes():
    t, t_ref = np.random.default_rng(0).normal(size=30), np.random.default_rng(1).normal(size=70)
    by_hand = t.sum() / 30 - np.log(np.exp(t_ref).sum() / 70)
    assert float(dv.dv_bound(t, t_ref)) == pytest.approx(by_hand)
    assert float(dv.dv_bound(t + 1000, t_ref + 1000)) == pytest.approx(by_hand)


@pytest.mark.parametrize("n_ref", [1, 4, 200])
def test_prop_sample_bound(n_ref):
    """The mean of the sample value exactly: sum over the number of heads of a coin under R."""
    R, P, t = np.array([0.7, 0.3]), np.array([0.2, 0.8]), np.array([0.0, 1.5])
    heads = np.arange(n_ref + 1)
    log_mean = np.log((n_ref - heads + heads * np.exp(1.5)) / n_ref)
    excess = mean(P, t) - binom(n_ref, R[1]).pmf(heads) @ log_mean - bound(t, P, R)
    mu = R @ np.exp(t)
    first_order = (R @ np.exp(2 * t) - mu**2) / mu**2 / (2 * n_ref)
    assert excess >= 0
    if n_ref == 200:
        assert excess == pytest.approx(first_order, rel=0.02)


@pytest.mark.parametrize("n_ref", [1, 7])
def test_prop_log_average(n_ref):
    """A variable with two values: the sum over the number of heads."""
    low, high, p = 0.3, 2.0, 0.25
    heads = np.arange(n_ref + 1)
    exact = binom(n_ref, p).pmf(heads) @ np.log((low * (n_ref - heads) + high * heads) / n_ref)
    phi = lambda s: (1 - p) * np.exp(-low * s) + p * np.exp(-high * s)  # noqa: E731
    integral = quad(lambda s: (np.exp(-s) - phi(s / n_ref) ** n_ref) / s, 0, np.inf, limit=200)[0]
    assert integral == pytest.approx(exact, abs=1e-7)


def test_the_excess_of_the_page(page):
    """Against draws that the page does not make; the first order misses the mark."""
    exact = page["exact_excess"]
    A = np.random.default_rng(0).standard_normal((40_000, 2, 100))
    excess = -(logsumexp(GAUSSIAN.log_density_ratio(A[:, 0], A[:, 1]), axis=1) - np.log(100))
    error = excess.std() / len(excess) ** 0.5
    assert exact(100) == pytest.approx(excess.mean(), abs=4 * error)
    first_order = RHO**2 / (1 - RHO**2) / 2
    assert first_order / 100 > excess.mean() + 6 * error
    assert first_order / 100 / exact(100) == pytest.approx(1.5, abs=0.05)
    assert first_order / 1000 / exact(1000) == pytest.approx(1.3, abs=0.05)
    assert [round(value, 4) for value in (exact(1000), 1 + 1 / RHO)] == [0.0013, 2.1377]


def test_the_variance_of_the_optimal_critic_is_at_least_the_exponential_of_the_divergence():
    chi2 = (TABLE**2 / PRODUCT).sum() - 1
    assert chi2 >= np.exp(INFORMATION) - 1
    assert np.exp(TRUTH) - 1 <= RHO**2 / (1 - RHO**2)


def test_numbers_of_the_page():
    coin = np.array([[0.4, 0.1], [0.1, 0.4]])
    R = np.full((2, 2), 0.25)
    assert rel_entr(coin, R).sum() == pytest.approx(0.193, abs=5e-4)
    one_cell = minimize_scalar(lambda t: -bound(np.array([[t, 0], [0, 0]]), coin, R), bounds=(0, 5), method="bounded")
    assert -one_cell.fun == pytest.approx(0.054, abs=5e-4)
    assert bound(np.array([[30.0, 0], [0, 0]]), coin, R) < -10


def test_the_copy_creeps_towards_log_2_and_never_arrives():
    P, R = np.eye(2) / 2, np.full((2, 2), 0.25)
    values = [bound(np.array([[0, -k], [-k, 0.0]]), P, R) for k in (1, 4, 16)]
    assert values == sorted(values) and values[-1] < np.log(2) < values[-1] + 1e-6
