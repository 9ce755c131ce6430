"""The formulas of *MI-NEE*, on tables by exact sums and by integration, and its record.

Every test of a statement names its label.
"""

import re

import numpy as np
import pytest
import torch
from dv_course import chapters
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, rel_entr
from scipy.stats import chi2, multivariate_normal, norm

import dv
from benchmarks import minee as benchmark

PATH = chapters.root() / "book" / "minee.md"
TEXT = PATH.read_text()
GAUSSIAN = dv.BivariateGaussian.running_example()
RHO, TRUTH = GAUSSIAN.rho, GAUSSIAN.mutual_information()


def laws(seed, rows=3, columns=4):
    """A joint table and a product reference that covers it."""
    rng = np.random.default_rng(seed)
    P = rng.dirichlet(np.ones(rows * columns)).reshape(rows, columns)
    return P, rng.dirichlet(np.ones(rows)), rng.dirichlet(np.ones(columns))


def three(P, q_x, q_y):
    return (
        rel_entr(P, np.outer(q_x, q_y)).sum(),
        rel_entr(P.sum(1), q_x).sum(),
        rel_entr(P.sum(0), q_y).sum(),
    )


def information(P):
    return rel_entr(P, np.outer(P.sum(1), P.sum(0))).sum()


def value(t, P, R):
    return (P * t).sum() - logsumexp(t, b=R)


@pytest.mark.parametrize("seed", range(10))
def test_thm_three(seed):
    P, q_x, q_y = laws(seed)
    joint, x, y = three(P, q_x, q_y)
    assert joint - x - y == pytest.approx(information(P))
    q_x = np.array([0, 0.5, 0.5])  # leaves a value of X out
    joint, x, _ = three(P, q_x, q_y)
    assert np.isinf(joint) and np.isinf(x)


@pytest.mark.parametrize("kind", ["uniform", "Gaussian"])
def test_what_is_said_beneath_the_bars(kind):
    """Even margins on [-1, 1]: what doubling the width adds, and where a Gaussian reference is nearest."""

    def divergence(w):
        q = (lambda x: 1 / (2 * w)) if kind == "uniform" else (lambda x: norm.pdf(x, scale=w))
        return quad(lambda x: 0.5 * np.log(0.5 / q(x)), -1, 1)[0]

    if kind == "uniform":
        assert divergence(4) - divergence(2) == pytest.approx(np.log(2))
        assert round(2 * np.log(2), 3) == 1.386
        assert round(2.0**20 / 1e6) == 1  # one in a million lands, with 10 pairs
    else:
        best = minimize_scalar(divergence, bounds=(0.3, 2), method="bounded").x
        assert best == pytest.approx(1 / np.sqrt(3), abs=1e-4) and round(best, 2) == 0.58
        assert 1 / np.sqrt(3) == pytest.approx(np.std(np.linspace(-1, 1, 100_001)), abs=1e-4)  # the data's own spread


@pytest.mark.parametrize("seed", range(3))
def test_prop_price(seed):
    """The variance of the logarithms of averages, from many draws, against the first order."""
    P, q_x, q_y = laws(seed)
    Q = np.outer(q_x, q_y)
    r, r_x, r_y = P / Q, P.sum(1) / q_x, P.sum(0) / q_y
    square, square_x, square_y = (Q * r**2).sum() - 1, q_x @ r_x**2 - 1, q_y @ r_y**2 - 1
    cells = np.stack([r.ravel(), np.repeat(r_x, 4), np.tile(r_y, 3)])
    n_ref, draws = 2000, 4000
    rng = np.random.default_rng(seed)

    def log_means():
        return np.log(rng.multinomial(n_ref, Q.ravel(), size=draws) @ cells.T / n_ref)

    shared, own = log_means(), np.stack([log_means()[:, k] for k in range(3)], axis=1)
    for logs, exact in ((shared, square - square_x - square_y), (own, square + square_x + square_y)):
        assert (logs @ [-1, 1, 1]).var() * n_ref == pytest.approx(exact, rel=0.12)
    joint, x, y = three(P, q_x, q_y)
    assert 1 + square >= np.exp(joint) - 1e-12 and joint == pytest.approx(information(P) + x + y)


def test_prop_price_equality_for_a_constant_ratio():
    P = np.array([[0.5, 0], [0, 0.5]])
    Q = np.full((2, 2), 0.25)
    assert (P**2 / Q).sum() == pytest.approx(np.exp(rel_entr(P, Q).sum())) == pytest.approx(2)


def test_eq_width():
    """The square of the density ratio integrates to 1/(1 - ρ²) for the product of the margins, whatever they are."""
    x = np.linspace(-14, 14, 2001)
    density = norm.pdf(x)
    r = np.exp(GAUSSIAN.log_density_ratio(x[:, None], x))
    step = x[1] - x[0]
    squared = density @ r**2 @ density * step**2
    assert squared == pytest.approx(1 / (1 - RHO**2), rel=1e-3)
    w = 2.0  # Q has a (1/w)² of its mass on the data, where the ratio is w² r, and the rest counts 0
    assert squared * (w**2) ** 2 / w**2 == pytest.approx(w**2 / (1 - RHO**2), rel=1e-3)
    assert quad(lambda x: 0.5**2 / (1 / (2 * w)), -1, 1)[0] == pytest.approx(w)


@pytest.fixture(scope="module")
def figure_page():
    """What the cell with the figure defines."""
    (cell,) = [c for c in chapters.read_chapter(PATH).cells if "fig-price" in str(c.metadata)]
    names = {"np": np, "rho": RHO, "plt": pytest.importorskip("matplotlib.pyplot")}
    exec(cell.source.replace("plt.show()", "plt.close()"), names)
    return names


def test_the_figure_is_as_its_alternative_text_says(figure_page):
    needed = figure_page["needed"]
    assert [round(needed[1][0]), round(needed[1][-1])] == [1359, 25344]
    assert round(needed[3][0]) == 33617 and round(needed[3][-1] / 1e6) == 139
    assert needed[5][0] < 1e6 and round(needed[5][-1] / 1e11) == 7
    assert needed[5][-1] / needed[5][0] == pytest.approx(1e6, rel=0.1)
    assert all((np.diff(curve) > 0).all() for curve in needed.values())
    assert round(needed[1][0] * 0.0025, 2) == round(RHO**2 / (1 - RHO**2), 2)


def test_eq_minee_and_eq_minee_error(figure_page):
    """The scatter of the estimate over data sets, at fixed critics, is the standard error."""
    rng = np.random.default_rng(0)

    def critics(z):
        x, y = z.T
        return np.column_stack([x * y / 2 - (x**2 + y**2) / 8, -(x**2) / 8, -(y**2) / 8])

    values, errors = [], []
    for _ in range(600):
        t, t_ref = critics(GAUSSIAN.sample(400, rng)), critics(1.5 * rng.standard_normal((800, 2)))
        w = np.exp(t_ref) / np.exp(t_ref).mean(0)
        bounds = [dv.dv_bound(t[:, k], t_ref[:, k]) for k in range(3)]
        values.append(bounds[0] - bounds[1] - bounds[2])
        signs = [1, -1, -1]
        errors.append(np.sqrt((t @ signs).var(ddof=1) / 400 + (w @ signs).var(ddof=1) / 800))
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.1)


def test_eq_normal_reference():
    for w in (0.7, 1.0, 1.5, 4.0):
        exact = quad(lambda x, w=w: norm.pdf(x) * (norm.logpdf(x) - norm.logpdf(x, scale=w)), -12, 12)[0]
        assert np.log(w) + 1 / (2 * w**2) - 0.5 == pytest.approx(exact, abs=1e-9)
    one = np.log(1.5) + 1 / (2 * 1.5**2) - 0.5
    assert (round(one, 3), round(TRUTH + 2 * one, 3)) == (0.128, 0.996)


def test_eq_outside():
    inside = multivariate_normal(cov=[[1, RHO], [RHO, 1]]).cdf([2, 2], lower_limit=[-2, -2])
    one, either = 2 * norm.sf(2), 1 - inside
    both = 2 * one - either
    x, y = GAUSSIAN.sample(200_000, rng=0).T
    assert ((abs(x) > 2) & (abs(y) > 2)).mean() == pytest.approx(both, abs=0.002)
    k = 7.0
    P = np.array([[inside, one - both], [one - both, both]])  # in or out, for X and for Y
    q = np.array([1.0, 0.0])  # the reference never leaves its box
    joint = value(k * np.array([[0, 1], [1, 1]]), P, np.outer(q, q))
    margin = value(k * np.array([0, 1]), P.sum(1), q)
    assert margin == pytest.approx(k * one) and joint - 2 * margin == pytest.approx(-k * both) and both > 0


def test_the_box_of_a_sample_leaves_two_in_n_out():
    rng = np.random.default_rng(0)
    left = []
    for _ in range(4000):
        sample = rng.standard_normal(100)
        left.append(norm.cdf(sample.min()) + norm.sf(sample.max()))
    assert np.mean(left) == pytest.approx(2 / 101, rel=0.05)


@pytest.mark.parametrize("seed", range(10))
def test_prop_both_signs(seed):
    P, q_x, q_y = laws(seed)
    Q, rng = np.outer(q_x, q_y), np.random.default_rng(seed)
    t, t_x, t_y = rng.normal(size=(3, 4)), rng.normal(size=3), rng.normal(size=4)
    difference = value(t, P, Q) - value(t_x, P.sum(1), q_x) - value(t_y, P.sum(0), q_y)
    gaps = [
        rel_entr(law, ref * np.exp(c - logsumexp(c, b=ref))).sum()
        for law, ref, c in ((P, Q, t), (P.sum(1), q_x, t_x), (P.sum(0), q_y, t_y))
    ]
    assert difference - information(P) == pytest.approx(gaps[1] + gaps[2] - gaps[0])
    none = value(np.log(P / Q), P, Q)
    assert none == pytest.approx(three(P, q_x, q_y)[0]) and none > information(P)


@pytest.mark.parametrize("seed", range(10))
def test_prop_together(seed):
    P, q_x, q_y = laws(seed)
    rng = np.random.default_rng(seed)
    product = np.outer(P.sum(1), P.sum(0))
    t, t_x, t_y = rng.normal(size=(3, 4)), rng.normal(size=3), rng.normal(size=4)
    assert value(t - t_x[:, None] - t_y, P, product) < information(P)
    best = np.log(P / np.outer(q_x, q_y)) - np.log(P.sum(1) / q_x)[:, None] - np.log(P.sum(0) / q_y)
    assert value(best + 3, P, product) == pytest.approx(information(P))
    _, x, y = three(P, q_x, q_y)
    assert value(t, P, np.outer(q_x, q_y)) - x - y < information(P)


def test_ex_which_way_its_marking_scheme():
    P, q = np.array([[0.4, 0.1], [0.1, 0.4]]), np.array([0.2, 0.8])
    found = three(P, q, q)
    assert [round(each, 3) for each in found] == [0.639, 0.223, 0.223]
    assert round(-found[1] - found[2], 3) == -0.446


# The record


def printed():
    text = (chapters.root() / "benchmarks" / "results" / "minee.txt").read_text()
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if "±" in line]


def quoted():
    text = TEXT.replace("−", "-")
    rows = [line for line in text.splitlines() if line.startswith("|") and "±" in line]
    return [[cell.strip() for cell in row.strip("|").split("|") if cell.strip()] for row in rows]


def test_the_page_quotes_the_benchmark_whole():
    assert quoted() == printed() and len(printed()) == len(benchmark.RUNS) == 7
    assert "`python -m benchmarks.minee`" in TEXT


def test_what_is_said_of_the_table():
    means = {name: [float(cell.split()[0]) for cell in cells] for name, *cells in printed()}
    estimate, joint, together = means["Gaussian, 1.5, n"]
    fitted = []
    for seed in range(benchmark.SEEDS):
        data = GAUSSIAN.sample(benchmark.N, np.random.default_rng(seed).spawn(6)[0])
        centre, width = data.mean(axis=0), 1.5 * data.std(axis=0, ddof=1)
        fitted.append(TRUTH + (np.log(width) + (1 + centre**2) / (2 * width**2) - 0.5).sum())
    exact = np.mean(fitted)
    assert (round(exact, 3), round(exact - joint, 3), round(TRUTH - estimate, 3)) == (0.962, 0.009, 0.002)
    assert abs(estimate - TRUTH) < abs(means["MINE"][0] - TRUTH)
    assert abs(together - means["MINE"][0]) < 0.005
    assert all(cells[2] < TRUTH for name, cells in means.items() if name != "MINE")
    assert means["uniform, 4, n"][0] < 0 < means["uniform, 4, 10 n"][0]
    assert abs(means["uniform, 4, 10 n"][0] - TRUTH) < 0.01
    assert means["Gaussian, 1, n"][0] == pytest.approx(means["Gaussian, 1, n"][1], abs=0.005)


def test_about_one_point_of_a_minibatch_falls_on_the_data_of_the_widest_box():
    ellipse = np.pi * chi2.ppf(0.95, 2) * np.sqrt(1 - RHO**2)
    for seed in range(benchmark.SEEDS):
        data = np.random.default_rng(seed).spawn(6)[0]
        x, y = GAUSSIAN.sample(benchmark.N, data).T
        assert 100 * ellipse / (16 * np.ptp(x) * np.ptp(y)) == pytest.approx(1.3, abs=0.4)


def test_on_the_widest_box_the_joint_critic_outgrows_the_log_ratio():
    trainer, _ = benchmark.train("uniform, 4, n", seed=0)
    (_, half_x), (_, half_y) = trainer.reference.boxes
    exact = np.log(4 * float(half_x) * float(half_y)) + multivariate_normal(cov=[[1, RHO], [RHO, 1]]).logpdf([0, 0])
    with torch.no_grad():
        peak = float(trainer.net.joint(torch.zeros(1, 1), torch.zeros(1, 1)))
        x_ref, y_ref = trainer.reference(200_000, np.random.default_rng(0))
        t_ref = trainer.net.joint(*(torch.as_tensor(a).float() for a in (x_ref, y_ref))).double().numpy()
    assert peak - dv.log_mean_exp(t_ref.ravel()) > exact + 2


def test_the_benchmark_does_what_the_page_says():
    """A short run of it: the estimate is the difference of the trainer's divergences, and the same seed repeats."""
    trainer, (x, y) = benchmark.train("Gaussian, 1.5, n", seed=0, n=200, epochs=3)
    joint, d_x, d_y = trainer.divergences(x, y)
    assert trainer.estimate(x, y) == joint - d_x - d_y
    again, _ = benchmark.train("Gaussian, 1.5, n", seed=0, n=200, epochs=3)
    assert again.divergences(x, y) == (joint, d_x, d_y)
    assert benchmark.together(trainer, x, y) == benchmark.together(again, x, y)


def test_the_benchmark_still_prints_its_figure_for_one_seed():
    name = "Gaussian, 1.5, n"
    (row,) = [cells for other, *cells in printed() if other == name]
    for found, cell in zip(benchmark.one(name, seed=0), row, strict=True):
        mean, spread = map(float, cell.split(" ± "))
        assert abs(found - mean) < 4 * spread


def test_the_page_prints_values_near_the_truth_with_their_intervals(outputs):
    made = outputs("minee")
    found = dict(re.findall(r"^(MINE|MI-NEE|its critics together) +(.*) nats$", made, re.MULTILINE))
    assert len(found) == 3
    for shown in found.values():
        value_, half = map(float, shown.split(" ± "))
        assert abs(value_ - TRUTH) < 0.15 and 0.01 < half < 0.1
