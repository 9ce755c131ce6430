"""The formulas of *MINE*, each against enumeration, autograd or a second method.

Every test names the label of the statement that it checks.
"""

import itertools
import re

import numpy as np
import pytest
import torch
from dv_course import chapters
from scipy.special import rel_entr
from scipy.stats import norm

import dv
from benchmarks import mine as benchmark
from dv._fast.losses import dv_loss, mine_loss, moving_average, nwj_loss
from dv.resampling import shifted_pairs, usual_n_ref

CHAPTER = chapters.root() / "book" / "mine.md"
TEXT = CHAPTER.read_text()
FLAT = " ".join(TEXT.split())
PRINTED = (chapters.root() / "benchmarks" / "results" / "mine.txt").read_text()
TABLE = np.array([[0.30, 0.05, 0.05], [0.05, 0.20, 0.10], [0.05, 0.05, 0.15]])
PRODUCT = np.outer(TABLE.sum(1), TABLE.sum(0))
T = np.array([[0.4, -0.6, 0.2], [0.3, 0.5, -0.8], [0.0, 0.2, 0.6]])
SLOPE = np.array([[1.0, -2.0, 0.5], [0.0, 1.5, -1.0], [-0.5, 0.3, 2.0]])  # dt / dθ


@pytest.fixture(scope="module")
def page():
    """What the chapter's cells up to the first exercise define, figures and training left out."""
    names = {}
    for cell in chapters.read_chapter(CHAPTER).cells:
        if cell.cell_type == "code" and "hide-input" not in cell.metadata.get("tags", []):
            if "MINETrainer" in cell.source:
                break
            exec(cell.source, names)
    return names


def outcomes(law, size):
    """Every sequence of `size` cells with its probability."""
    for cells in itertools.product(range(law.size), repeat=size):
        yield list(cells), law.ravel()[list(cells)].prod()


def batch_terms(t, m):
    """(Ā, B̄, probability) of every minibatch of m reference samples."""
    weights = np.exp(t).ravel()
    return [((weights * SLOPE.ravel())[c].mean(), weights[c].mean(), p) for c, p in outcomes(PRODUCT, m)]


def population(t):
    """ḡ, E[w² ∇t], χ² and the mean of e^t."""
    b = (PRODUCT * np.exp(t)).sum()
    w = np.exp(t) / b
    return (PRODUCT * w * SLOPE).sum(), (PRODUCT * w**2 * SLOPE).sum(), (PRODUCT * w**2).sum() - 1, b


def population_value(t):
    return (TABLE * t).sum() - np.log((PRODUCT * np.exp(t)).sum())


def slope_of(f, step=1e-5):
    return (f(T + step * SLOPE) - f(T - step * SLOPE)) / (2 * step)


def test_eq_true_gradient_is_the_slope_of_the_bound():
    assert (TABLE * SLOPE).sum() - population(T)[0] == pytest.approx(slope_of(population_value), abs=1e-8)


def test_eq_batch_gradient_is_what_dv_differentiates():
    t = torch.tensor(T.ravel(), requires_grad=True)
    rows = [4, 4, 0, 7]
    dv.dv_bound(torch.zeros(1, dtype=torch.float64), t[rows]).backward()
    weights = np.exp(T.ravel()[rows])
    by_hand = (weights * SLOPE.ravel()[rows]).mean() / weights.mean()
    assert float(t.grad @ torch.tensor(SLOPE.ravel())) == pytest.approx(-by_hand)


@pytest.mark.parametrize("m", [1, 2, 3, 5])
def test_eq_coin(page, m):
    """Against a walk through all 2^m minibatches of pairs."""
    for theta in (0.0, 0.5, 2.0):
        ratios = []
        for pairs in itertools.product((1, -1), repeat=m):
            weights = np.exp(theta * np.array(pairs))
            ratios.append(weights @ pairs / weights.sum())
        assert page["mean_gradient"](theta, m) == pytest.approx(0.6 - np.mean(ratios))
    assert page["mean_gradient"](1.0, 5000) == pytest.approx(0.6 - np.tanh(1.0), abs=1e-3)


def test_eq_coin_rests_where_the_figure_says(page):
    from scipy.optimize import brentq

    rest = {m: brentq(lambda theta: page["mean_gradient"](theta, m), 0, 5) for m in (3, 5, 20)}  # noqa: B023
    assert rest[3] == pytest.approx(1.2, abs=0.05) and rest[5] == pytest.approx(0.9, abs=0.05)
    assert np.log(2) < rest[20] < 0.75
    assert all(page["mean_gradient"](30.0, m) > 0.09 for m in (1, 2))


def test_the_words_on_the_figure_of_the_coins_hold_for_every_batch_size(page):
    thetas = np.linspace(0, 4, 161)
    curves = {m: np.array([page["mean_gradient"](theta, m) for theta in thetas]) for m in (1, 2, 3, 5, 20)}
    assert "That of batch size 1 stays at 0.6, all others fall" in FLAT and np.allclose(curves[1], 0.6)
    assert all((np.diff(curves[m]) < 0).all() for m in (2, 3, 5, 20))
    assert "for $\\theta > 0$ every minibatch curve lies above it" in FLAT
    assert all((curve - 0.6 + np.tanh(thetas))[1:].min() > 0 for curve in curves.values())
    assert all(curve[0] == pytest.approx(0.6) for curve in curves.values())


def test_the_live_run_says_no_value_of_the_bound_and_an_interval_of_one(outputs):
    printed = outputs("mine")
    (loss,) = map(float, re.findall(r"minus the loss (\S+): no value", printed))
    pattern = r"held-out value (\S+) nats, from all pairs (\S+), 95% interval (\S+) to (\S+), truth (\S+)"
    value, centre, low, high, truth = map(float, re.search(pattern, printed).groups())
    assert loss < 0.3 < value and low < truth < high and value == pytest.approx(centre, abs=0.02)
    assert (low + high) / 2 == pytest.approx(centre, abs=2e-3) and 0.03 < (high - low) / 2 < 0.08


def test_the_correction_buys_nothing_that_eight_seeds_could_show():
    for batch in (20, 100):
        (line,) = [line for line in PRINTED.splitlines() if line.startswith(f"{batch} ")]
        found = [tuple(map(float, pair)) for pair in re.findall(r"(-?\d\.\d{3}) ± (\d\.\d{3})", line)]
        (mine, s), *others = found
        assert len(others) == 2 and all(abs(mine - v) < 2 * np.hypot(s, r) / np.sqrt(8) for v, r in others)


def test_the_self_check_on_the_moving_average_is_a_few_thousandths_at_the_optimal_critic(page):
    bias = 1 / (1 - page["rho"] ** 2) / 1000
    assert 0.002 < bias < 0.006 and "To first order, and for a bounded critic, the bias is of size" in FLAT


def test_prop_minibatch_bias():
    """The remainder after the first order falls like 1/m²."""
    g, g2, chi2, _ = population(T)
    leading, errors = -(g2 - (1 + chi2) * g), []
    for m in (2, 4):
        bias = sum(p * a / b for a, b, p in batch_terms(T, m)) - g
        errors.append(abs(bias - leading / m))
    assert errors[1] < 0.2 * abs(leading) / 4
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.4)
    assert leading == pytest.approx(-(1 + chi2) * (g2 / (1 + chi2) - g))
    assert population(np.log(TABLE / PRODUCT))[2] >= np.expm1(rel_entr(TABLE, PRODUCT).sum())


@pytest.mark.parametrize("m", [1, 2, 3])
def test_prop_runaway_mean_gradient_is_the_gradient_of_the_mean_value(m):
    def climbed(t):
        logs = sum(p * np.log(np.exp(t).ravel()[c].mean()) for c, p in outcomes(PRODUCT, m))
        return (TABLE * t).sum() - logs

    mean = (TABLE * SLOPE).sum() - sum(p * a / b for a, b, p in batch_terms(T, m))
    assert mean == pytest.approx(slope_of(climbed), abs=1e-8)
    assert climbed(T) >= population_value(T)


@pytest.mark.parametrize(("m", "grows"), [(1, True), (2, True), (3, False)])
def test_prop_runaway_on_the_coins(m, grows):
    """t = c on agreement: L_m by the binomial law, for growing c."""
    k = np.arange(m + 1)
    chance = np.array([1, m, m * (m - 1) / 2, 1][: m + 1]) / 2**m

    def climbed(c):
        return 0.8 * c - chance @ np.log(((m - k) + k * np.exp(c)) / m)

    bound = 0.8 - 1 + 0.5**m
    assert climbed(60.0) >= 60 * bound - 1e-9
    assert bool(climbed(60.0) > climbed(30.0) + 1) is grows


def test_prop_runaway_event_exists_where_the_ratio_is_large():
    rng = np.random.default_rng(0)
    for _ in range(200):
        joint, reference = rng.dirichlet(np.full(6, 0.3), size=2)
        for m in (2, 3, 5):
            event = joint > m * reference
            if reference[event].sum() > 0:
                assert joint[event].sum() > 1 - (1 - reference[event].sum()) ** m


def test_eq_moving_average_and_eq_log_average_are_what_dv_keeps():
    batches, beta = np.random.default_rng(1).normal(size=(6, 4)), 0.3
    plain, log_average = None, None
    for t in batches:
        mean = np.exp(t).mean()
        plain = mean if plain is None else (1 - beta) * plain + beta * mean
        log_average = moving_average(log_average, t, beta)
        assert log_average == pytest.approx(np.log(plain))


@pytest.mark.parametrize("beta", [1.0, 0.5])
def test_prop_moving_average(beta):
    """Minibatches of a small population by enumeration, four steps of memory at β = 1/2 by simulation."""
    g, g2, chi2, b = population(T)
    if beta == 1:
        assert g2 - g - chi2 * g / (2 - beta) == pytest.approx(g2 - (1 + chi2) * g)
        return
    m, rng = 20, np.random.default_rng(2)
    cells = rng.choice(9, p=PRODUCT.ravel(), size=(400_000, m))
    weights = np.exp(T).ravel()[cells]
    A, B = (weights * SLOPE.ravel()[cells]).mean(1), weights.mean(1)
    kernel = beta * (1 - beta) ** np.arange(40)
    M = np.convolve(B, kernel)[: len(B)]
    A, B, M = A[100:], B[100:], M[100:]
    assert M.mean() == pytest.approx(b, rel=1e-3)
    assert M.var() == pytest.approx(beta / (2 - beta) * B.var(), rel=0.03)
    assert np.cov(A, M)[0, 1] == pytest.approx(beta * np.cov(A, B)[0, 1], rel=0.03)
    bias = (A / M).mean() - A.mean() / b
    predicted = -beta / m * (g2 - g - chi2 * g / (2 - beta))
    assert bias == pytest.approx(predicted, rel=0.1)


def test_eq_plane_is_the_bound_of_this_critic(page):
    """By Gaussian integrals over u and v, and at its best point the optimal critic."""
    rho, grid = page["rho"], np.linspace(-12, 12, 4001)
    step = grid[1] - grid[0]
    for alpha, gamma in ((0.3, 1.0), (0.6, 2.0), tuple(page["best"])):
        means = []
        for factor, scale in ((1 - np.exp(-alpha), 1 + rho), (1 - np.exp(gamma), 1 - rho)):
            spread = (norm.pdf(grid) * np.exp(factor * grid**2 / 2)).sum() * step
            means.append(factor * scale / 2 - np.log(spread))
        assert page["level"](alpha, gamma) == pytest.approx(sum(means), abs=1e-6)
    x, y = np.random.default_rng(0).normal(size=(2, 5))
    squares = np.stack([(x + y) ** 2, (x - y) ** 2], axis=1) / 2
    ratio = page["gaussian"].log_density_ratio(x, y) - page["truth"]
    np.testing.assert_allclose(page["values"](np.array(page["best"]), squares)[0], ratio, atol=1e-9)


def test_the_pages_own_gradient_is_that_of_the_surrogate(page):
    theta = torch.tensor([0.4, 1.1], dtype=torch.float64, requires_grad=True)
    squares = torch.tensor(np.random.default_rng(4).normal(size=(6, 2)) ** 2)
    t = (squares * torch.stack([1 - torch.exp(-theta[0]), 1 - torch.exp(theta[1])])).sum(1) / 2
    t.sum().backward()
    _, slopes = page["values"](theta.detach().numpy(), squares.numpy())
    np.testing.assert_allclose(slopes.sum(0), theta.grad.numpy())


def surrogate(t, t_ref, average):
    return np.mean(t) - np.mean(np.exp(t_ref)) / average


def test_eq_surrogate_is_minus_the_loss_of_dv():
    t = np.random.default_rng(0).normal(size=9)
    loss, _ = mine_loss(t, 4, 0.7)
    assert loss == pytest.approx(-surrogate(t[:4], t[4:], np.exp(0.7)))


def test_prop_surrogate():
    rng = np.random.default_rng(6)
    t, t_ref, c = rng.normal(size=5), rng.normal(size=8), 2.5
    value = t.mean() - np.log(np.exp(t_ref).mean())
    assert surrogate(t + c, t_ref + c, np.exp(c) * 1.7) == pytest.approx(surrogate(t, t_ref, 1.7) + c)
    for average in (0.2, 1.0, np.e, 9.0):
        assert surrogate(t, t_ref, average) + 1 - np.log(average) < value
    own = np.exp(t_ref).mean()
    assert surrogate(t, t_ref, own) + 1 - np.log(own) == pytest.approx(value)
    assert surrogate(t, t_ref, np.e) == pytest.approx(float(dv.fdiv(t, t_ref)))


@pytest.mark.parametrize("m", [1, 3])
def test_prop_surrogate_has_the_right_gradient_at_the_true_mean(m):
    _, _, _, b = population(T)
    mean = (TABLE * SLOPE).sum() - sum(p * a / b for a, _, p in batch_terms(T, m))
    assert mean == pytest.approx(slope_of(population_value), abs=1e-8)
    nwj = slope_of(lambda t: (TABLE * t).sum() - (PRODUCT * np.exp(t - 1)).sum())
    assert (TABLE * SLOPE).sum() - sum(p * a / np.e for a, _, p in batch_terms(T, m)) == pytest.approx(nwj, abs=1e-8)


def test_prop_bijection():
    renamed = TABLE[[2, 0, 1]]
    product = np.outer(renamed.sum(1), renamed.sum(0))
    assert rel_entr(renamed, product).sum() == pytest.approx(rel_entr(TABLE, PRODUCT).sum())


def test_not_detached_average_scales_the_second_term():
    """The written exercise: the factor 1 - β B̄ / M, by autograd."""
    t = torch.randn(6, generator=torch.Generator().manual_seed(1), dtype=torch.float64, requires_grad=True)
    for beta in (1.0, 0.3):
        mean = t.exp().mean()
        average = (1 - beta) * 1.4 + beta * mean
        (slope,) = torch.autograd.grad(mean / average, t)
        factor = 1 - beta * mean / average
        np.testing.assert_allclose(slope, (factor * t.exp() / 6 / average).detach(), atol=1e-12)


def test_a_held_out_value_meets_each_row_with_twenty_others():
    rows = np.arange(1000)
    left, right = map(np.concatenate, zip(*shifted_pairs(rows, usual_n_ref(1000)), strict=True))
    assert (left != right).all() and (np.bincount(left) == 20).all()
    assert len({*zip(left, right, strict=True)}) == 20 * 1000


def test_the_table_on_the_page_tells_tiny_batches_from_others():
    """One seed of eight at batch size 5: the plain gradient fails, the corrected one does not."""
    mine, biased = (benchmark.held_out(loss, 5, seed=0) for loss in ("mine", "mine_biased"))
    assert 0.5 < mine < benchmark.GAUSSIAN.mutual_information()
    assert biased < 0.4


@pytest.fixture(scope="module")
def read_outs(page):
    """What the plane says at each of its stops: {(m, β): numbers of the sentence}."""
    names = dict(page)
    (source,) = [c.source for c in chapters.read_chapter(CHAPTER).cells if "def plane(" in c.source]
    exec(source, names)
    pattern = r"point \((\S+), (\S+)\) .* B is (?:below )?(\S+) nats, truth 0.74; the loss is (\S+)\.$"
    said = {}
    for m, beta in itertools.product((3, 5, 20, 100), (0.01, 0.1, 0.3, 1.0)):
        figure, words = names["plane"](m, beta)
        names["plt"].close(figure)
        alpha, gamma, value, loss = map(float, re.search(pattern, words).groups())
        said[m, beta] = {"arrow": np.hypot(alpha, gamma), "B": value, "loss": loss}
    return said


def test_the_paragraph_on_the_plane_says_what_its_read_outs_say(page, read_outs):
    arrows, values = ([read_outs[5, beta][name] for beta in (1.0, 0.3, 0.1, 0.01)] for name in ("arrow", "B"))
    highest = page["level"](*page["climb"](5, 1.0, 400, 0.05)[:2]).max()
    assert "sinks from 0.71 to 0.33" in TEXT and (round(highest, 2), values[0]) == (0.71, 0.33)
    assert "from 0.28 to 0.12, 0.07 and 0.03" in TEXT and np.allclose(arrows, [0.28, 0.12, 0.07, 0.03], atol=0.006)
    assert "to 0.63, to 0.72, and at $\\beta = 0.01$ back to 0.63" in TEXT and values[1:] == [0.63, 0.72, 0.63]
    large = [said for (m, _), said in read_outs.items() if m >= 20]
    assert all(said["arrow"] < 0.1 and page["truth"] - 0.05 < said["B"] < page["truth"] for said in large)
    assert read_outs[3, 1.0]["B"] == -1000 and "falls below $-1000$" in TEXT
    assert [read_outs[at]["loss"] for at in ((5, 1.0), (100, 1.0), (3, 1.0))] == [0.93, 0.95, 0.11]
    assert read_outs[100, 1.0]["B"] == 0.74
    assert "0.93 where $B$ ends at 0.33, 0.95 where it ends at 0.74, and 0.11 where" in TEXT


def test_the_recorded_losses_have_the_gradient_of_the_surrogate_and_not_all_its_value():
    t, n = np.random.default_rng(3).normal(size=9), 4
    log_mean = np.logaddexp.reduce(t[n:]) - np.log(5)
    (biased, slope), (value, same) = dv_loss(t, n), mine_loss(t, n, log_mean)
    np.testing.assert_allclose(slope, same)
    assert biased == pytest.approx(-float(dv.dv_bound(t[:n], t[n:])))
    assert value == pytest.approx(1 - t[:n].mean()) and abs(value - biased) > 0.1
    assert nwj_loss(t, n)[0] == pytest.approx(mine_loss(t, n, 1.0)[0])  # M = e
