"""The formulas of *f-divergences and duality*, each against a second method.

Every test of a statement names its label.
"""

import re

import numpy as np
import pytest
from dv_course import chapters
from scipy.optimize import minimize, minimize_scalar
from scipy.special import logsumexp, rel_entr

PATH = chapters.root() / "book" / "f_divergences.md"
TEXT = PATH.read_text()
AT_ENDS = {  # f(0) and f'(∞), as in the table of the page
    "Kullback–Leibler": (0, np.inf),
    "reverse Kullback–Leibler": (np.inf, 0),
    "χ²": (1, np.inf),
    "Jensen–Shannon": (np.log(2) / 2, np.log(2) / 2),
    "squared Hellinger": (0.5, 0.5),
    "total variation": (0.5, 0.5),
}
GRID = np.geomspace(1e-9, 1e7, 400_001)


@pytest.fixture(scope="module")
def page():
    """What the chapter's code defines, without its widget and exercises."""
    names = {}
    for cell in chapters.read_chapter(PATH).cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            exec(cell.source.partition("dv.TangentExplorer(")[0].replace("plt.show()", "plt.close()"), names)
    return names


@pytest.fixture(params=AT_ENDS)
def member(request, page):
    f, slope, conjugate, end = page["FAMILY"][request.param]
    return (f, slope, conjugate, end, *AT_ENDS[request.param])


def laws(seed, size=6, empty=False):
    P, Q = np.random.default_rng(seed).dirichlet(np.ones(size), size=2)
    if empty:
        P[:2], Q[-1] = 0, 0
    return P / P.sum(), Q / Q.sum()


def divergence(P, Q, member):
    f, _, _, _, at_zero, at_infinity = member
    both = (P > 0) & (Q > 0)
    total = Q[both] @ f(P[both] / Q[both])
    for weight, price in ((Q[P == 0].sum(), at_zero), (P[Q == 0].sum(), at_infinity)):
        total += weight * price if weight > 0 else 0
    return total


def critics(member, size, seed, count=200):
    """Random critics for f: below its end, near the slope at 1 and far from it."""
    _, slope, _, end, *_ = member
    rng = np.random.default_rng(seed)
    t = slope(1.0) + rng.normal(size=(count, size)) * rng.choice([0.1, 1, 3], size=(count, 1))
    return np.minimum(t, end - 1e-3)


# The table of the page, row by row and column by column


def test_both_tables_have_one_row_for_each_member(page):
    rows = re.findall(r"^\| ([^|]*?) \| \$.*\|$", TEXT, re.MULTILINE)
    wanted = ["divergence", *page["FAMILY"]]
    assert [row.replace(r"$\chi^2$", "χ²") for row in rows] == 2 * wanted


def test_f_is_convex_and_has_these_values_at_its_ends(member):
    f, _, _, _, at_zero, at_infinity = member
    assert f(1.0) == 0
    u = np.linspace(0.01, 9, 500)
    assert (f(u[:-2]) + f(u[2:]) >= 2 * f(u[1:-1]) - 1e-12).all()
    near, far = f(1e-12), f(1e9) / 1e9
    assert near == pytest.approx(at_zero, abs=1e-5) if np.isfinite(at_zero) else near > 20
    assert far == pytest.approx(at_infinity, abs=1e-4) if np.isfinite(at_infinity) else far > 20


def test_the_conjugate_of_the_table_is_the_largest_over_a_grid(member):
    f, slope, conjugate, end, _, at_infinity = member
    for t in slope(1.0) + np.linspace(-4, 4, 41):
        values = t * GRID - f(GRID)
        if t < end - 1e-3:
            assert values.max() == pytest.approx(float(conjugate(t)), abs=1e-4)
        elif t > end + 1e-3:
            assert values.argmax() == len(GRID) - 1 and values.max() > 100
    assert end == at_infinity  # where the conjugate ends is the last slope


def test_the_closed_end_is_that_of_total_variation_alone(page):
    for name, (f, _, _, end) in page["FAMILY"].items():
        if np.isfinite(end):
            largest = (end * GRID - f(GRID)).max()
            assert (largest < 1) == (name == "total variation"), name


def test_the_best_t_of_the_table_attains_it(member):
    f, slope, conjugate, *_ = member
    for seed in range(10):
        P, Q = laws(seed)
        t = slope(P / Q)
        assert P @ t - Q @ conjugate(t) == pytest.approx(Q @ f(P / Q))


def test_the_names_are_those_of_the_usual_definitions(page):
    for seed in range(5):
        P, Q = laws(seed)
        M = (P + Q) / 2
        usual = {
            "Kullback–Leibler": rel_entr(P, Q).sum(),
            "reverse Kullback–Leibler": rel_entr(Q, P).sum(),
            "χ²": ((P - Q) ** 2 / Q).sum(),
            "Jensen–Shannon": (rel_entr(P, M).sum() + rel_entr(Q, M).sum()) / 2,
            "squared Hellinger": ((np.sqrt(P) - np.sqrt(Q)) ** 2).sum() / 2,
            "total variation": np.abs(P - Q).sum() / 2,
        }
        assert {name: Q @ f(P / Q) for name, (f, *_) in page["FAMILY"].items()} == pytest.approx(usual)


# The statements


def test_eq_f_table_is_the_limit_of_tables_without_empty_cells(member):
    P, Q = laws(3, empty=True)
    exact = divergence(P, Q, member)
    filled = [divergence((1 - e) * P + e / 6, (1 - e) * Q + e / 6, member) for e in (1e-2, 1e-5, 1e-10)]
    if np.isfinite(exact):
        assert filled[-1] == pytest.approx(exact, abs=1e-4)
    else:
        assert filled == sorted(filled) and filled[-1] - filled[0] > 0.3


def test_lem_lines(member):
    f, slope, conjugate, end, at_zero, _ = member
    u = np.geomspace(1e-3, 100, 60)
    t = slope(1.0) + np.linspace(-3, 3, 61)
    t = t[t < end - 1e-6]
    star = conjugate(t)
    assert (np.multiply.outer(t, u) <= f(u) + star[:, None] + 1e-9).all()  # (1)
    touching = slope(u[np.abs(u - 1) > 1e-6])
    rest = u[np.abs(u - 1) > 1e-6]
    assert rest * touching - conjugate(np.minimum(touching, end)) == pytest.approx(f(rest), abs=1e-9)  # (2)
    assert (np.diff(star) >= -1e-12).all() and (star >= t - 1e-12).all() and (star >= -at_zero - 1e-12).all()  # (3)
    assert (star[:-2] + star[2:] >= 2 * star[1:-1] - 1e-9).all()


def test_eq_f_value_and_thm_variational_no_critic_passes(member):
    _, _, conjugate, *_ = member
    for seed in range(10):
        for empty in (False, True):
            P, Q = laws(seed, empty=empty)
            t = critics(member, 6, seed)
            assert (t @ P - conjugate(t) @ Q <= divergence(P, Q, member) + 1e-9).all()


def test_thm_variational_the_cut_slopes_of_its_proof_climb_to_the_divergence(member):
    f, slope, conjugate, *_ = member
    P, Q = laws(1, empty=True)
    with np.errstate(divide="ignore"):
        r = np.where(Q > 0, P / Q, np.inf)
    values = []
    for k in (1, 10, 1e3, 1e6, 1e12):
        r_k = np.clip(r, 1 / k, k)
        t = slope(r_k)
        values.append(P @ t - Q @ conjugate(t))
        own = Q > 0
        assert values[-1] == pytest.approx(
            Q[own] @ (f(r_k[own]) + (r[own] - r_k[own]) * t[own]) + P[~own] @ t[~own], rel=1e-6, abs=1e-9
        )
    exact = divergence(P, Q, member)
    assert values == sorted(values)
    assert values[-1] == pytest.approx(exact, abs=1e-4) if np.isfinite(exact) else values[-1] - values[0] > 1


def test_thm_variational_part_3_a_nudge_is_lower_where_f_is_strictly_convex(member):
    f, slope, conjugate, *_ = member
    P, Q = laws(2)
    t = slope(P / Q)
    t[2] -= 0.01
    lower = Q @ f(P / Q) - (P @ t - Q @ conjugate(t))
    assert lower > 1e-8


def test_eq_guessing(page):
    P, Q = laws(4)
    event = P > Q
    t = np.where(event, 0.5, -0.5)
    conjugate = page["FAMILY"]["total variation"][2]
    assert P @ t - Q @ conjugate(t) == pytest.approx(P[event].sum() - Q[event].sum())
    assert P[event].sum() - Q[event].sum() == pytest.approx(np.abs(P - Q).sum() / 2)
    g = np.random.default_rng(0).uniform(0.05, 0.95, size=6)
    t = np.log(2 * g) / 2
    conjugate = page["FAMILY"]["Jensen–Shannon"][2]
    assert P @ t - Q @ conjugate(t) == pytest.approx(np.log(2) + (P @ np.log(g) + Q @ np.log(1 - g)) / 2)


def test_cor_family(member):
    f, slope, *_ = member
    rng = np.random.default_rng(0)
    u = np.geomspace(1e-3, 1e3, 1001)
    apart = np.abs(u - 1) > 1e-9
    assert (f(u) - slope(1.0) * (u - 1))[apart].min() > 0  # strict in the sense of (1)
    for seed in range(10):
        for empty in (False, True):
            P, Q = laws(seed, empty=empty)
            D = divergence(P, Q, member)
            assert D > 0 and divergence(P, P, member) == 0
            K = rng.dirichlet(np.ones(3), size=6)
            assert divergence(P @ K, Q @ K, member) <= D + 1e-12  # (2)
            merge = np.eye(3)[[0, 0, 1, 1, 2, 2]]
            assert divergence(P @ merge, Q @ merge, member) <= D + 1e-12
            P2, Q2 = laws(100 + seed)
            share = rng.uniform()
            mixed = divergence(share * P + (1 - share) * P2, share * Q + (1 - share) * Q2, member)
            assert mixed <= share * D + (1 - share) * divergence(P2, Q2, member) + 1e-12  # (3)
            tilted = (lambda u: f(u) + 0.7 * (u - 1), *member[1:4], member[4] - 0.7, member[5] + 0.7)
            assert divergence(P, Q, tilted) == pytest.approx(D)  # (4)


def free_energy(u, t, Q):
    return Q @ (u * t - u * np.log(u))


def test_prop_sets():
    rng = np.random.default_rng(0)
    for seed in range(20):
        P, Q = laws(seed)
        t = rng.normal(size=6) * 2
        measures, all_laws = Q @ np.exp(t - 1), logsumexp(t, b=Q)
        assert free_energy(np.exp(t - 1), t, Q) == pytest.approx(measures)
        assert free_energy(np.exp(t - all_laws), t, Q) == pytest.approx(all_laws)
        for u in rng.gamma(1, size=(100, 6)):
            assert free_energy(u, t, Q) < measures
            assert free_energy(u / (Q @ u), t, Q) < all_laws
        divergence_ = rel_entr(P, Q).sum()
        assert P @ t - measures < P @ t - all_laws < divergence_
        best = minimize_scalar(lambda c, t=t, Q=Q: Q @ np.exp(t + c - 1) - c)
        assert best.fun == pytest.approx(all_laws) and best.x == pytest.approx(1 - all_laws, abs=1e-4)
        assert Q @ np.exp(t + 1 - all_laws - 1) == pytest.approx(1)  # E e^t = e there, and both agree


def test_prop_multiplier(member):
    """Against a search over laws, for critics that move little: then a touching density exists."""
    f, _, conjugate, end, *_ = member
    rng = np.random.default_rng(1)
    Q = laws(5)[1]
    t = rng.normal(size=6) * 0.05

    def softmax(w):
        return np.exp(w - logsumexp(w, b=Q))

    found = [
        minimize(
            lambda w: -Q @ (softmax(w) * t - f(softmax(w))), start, method="Nelder-Mead", options={"maxiter": 8000}
        )
        for start in (np.zeros(6), rng.normal(size=6) / 10)
    ]
    reached = max(-result.fun for result in found)
    shifts = [
        minimize_scalar(lambda c: Q @ conjugate(t + c) - c, bounds=ends, method="bounded")
        for ends in ((-3, end - t.max() - 1e-9 if np.isfinite(end) else 3),)
    ]
    assert reached <= shifts[0].fun + 1e-6
    assert reached == pytest.approx(shifts[0].fun, abs=2e-4)


def test_eq_couplings(page):
    """The page's three values are in order, and the last is the best over functions of x and of y alone."""
    joint, product, t = page["joint"], page["product"], page["t"]
    assert page["without_log"] < page["with_log"] < page["with_margins"] < page["information"]
    winner = product * np.exp(t) * page["alpha"][:, None] * page["beta"]
    assert winner.sum(0) == pytest.approx(page["py"]) and winner.sum(1) == pytest.approx(page["px"])

    def value(shifts):
        moved = t + shifts[:3, None] + shifts[3:]
        return (joint * moved).sum() - logsumexp(moved, b=product)

    best = minimize(lambda shifts: -value(shifts), np.zeros(6))
    assert -best.fun == pytest.approx(page["with_margins"], abs=1e-6)
    rng = np.random.default_rng(0)
    reached = (winner * t).sum() - rel_entr(winner, product).sum()
    assert reached == pytest.approx((joint * t).sum() - page["with_margins"])
    for _ in range(100):  # other laws with these marginals
        M = product * rng.gamma(2, size=(3, 3))
        for _ in range(200):
            M *= (page["px"] / M.sum(1))[:, None]
            M *= page["py"] / M.sum(0)
        assert (M * t).sum() - rel_entr(M, product).sum() <= reached + 1e-12


def test_the_logarithm_gains_most_and_the_marginals_a_little(page):
    values = [page[name] for name in ("without_log", "with_log", "with_margins", "information")]
    gains = np.diff(values)
    assert gains[0] > gains[2] > gains[1] > 0


def test_the_figure_is_as_its_caption_and_alternative_text_say(page):
    (top, at, curve), (low_top, low_at, low_curve) = page["tops"].values()
    assert (round(top, 3), round(at, 2), round(low_top, 3), round(low_at, 2)) == (0.193, 1.0, 0.149, 1.05)
    assert curve == pytest.approx(top, abs=1e-4) and low_curve == pytest.approx(low_top, abs=1e-4)
    assert top == pytest.approx(rel_entr(page["P"], page["Q"]).sum())


def test_what_is_said_beneath_the_tangents(page):
    _, _, conjugate, _ = page["FAMILY"]["Kullback–Leibler"]
    t = np.linspace(-3, 2, 11)
    assert conjugate(t + 1) / conjugate(t) == pytest.approx(np.e)
    assert (conjugate(1.0), conjugate(2.0)) == pytest.approx((1, np.e))
    ends = {name: end for name, (*_, end) in page["FAMILY"].items() if np.isfinite(end)}
    assert set(ends) == {"reverse Kullback–Leibler", "Jensen–Shannon", "squared Hellinger", "total variation"}
    assert (page["FAMILY"]["χ²"][2](np.array([-2.0, -3.0, -50.0])) == -1).all()


def test_self_check_when_two_laws_never_meet(page):
    P, Q = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    apart = {name: divergence(P, Q, (page["FAMILY"][name][0], 0, 0, 0, *AT_ENDS[name])) for name in AT_ENDS}
    assert apart["Jensen–Shannon"] == pytest.approx(np.log(2))
    assert apart["squared Hellinger"] == apart["total variation"] == 1
    assert all(np.isinf(apart[name]) for name in ("Kullback–Leibler", "reverse Kullback–Leibler", "χ²"))


def test_ex_chi_squared_its_marking_scheme():
    t = np.linspace(-9, 9, 181)
    exact = np.where(t > -2, t + t**2 / 4, -1)
    assert (exact <= t + t**2 / 4 + 1e-12).all()
    for seed in range(10):
        P, Q = laws(seed)
        chi2 = ((P - Q) ** 2 / Q).sum()
        t = np.random.default_rng(seed).normal(size=6)
        difference, variance = (P - Q) @ t, Q @ t**2 - (Q @ t) ** 2

        def value(a, b, t=t, P=P, Q=Q):
            return (P - Q) @ (a * t + b) - Q @ (a * t + b) ** 2 / 4

        best = minimize(lambda p: -value(*p), [0.0, 0.0])
        assert -best.fun == pytest.approx(difference**2 / variance, abs=1e-6)
        assert best.x[0] == pytest.approx(2 * difference / variance, abs=1e-3)
        assert value(1, -(Q @ t)) == pytest.approx(difference - variance / 4)
        assert difference**2 / variance < chi2
        r = 3 - 2 * P / Q
        assert ((P - Q) @ r) ** 2 / (Q @ r**2 - (Q @ r) ** 2) == pytest.approx(chi2)
