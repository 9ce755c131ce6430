"""The formulas of *Climbing the bound*, against autograd, torch's own optimiser and second methods.

Every test names the label of the statement that it checks.
"""

import io
import re

import numpy as np
import pandas as pd
import pytest
import torch
from dv_course import chapters

import dv
from benchmarks import trainer as benchmark

NUMBER = r"(-?\d+(?:\.\d+)?)"
GAUSSIAN = dv.BivariateGaussian.running_example()
RHO, TRUTH = GAUSSIAN.rho, GAUSSIAN.mutual_information()
PAGE = (chapters.root() / "book" / "training.md").read_text()


def numbers(outputs, pattern):
    """The numbers in what the page prints, where `#` stands for each."""
    return [tuple(map(float, found)) for found in re.findall(pattern.replace("#", NUMBER), outputs("training"))]


@pytest.fixture(scope="module")
def machine(node):
    """What the page's machine shows at some steps, and as its reader adds a sample in a corner."""
    code = """const law = { rho: given.rho, seed: given.seed, sigma: 0.02 }, own = [];
    const settings = { n: 1000, width: 32, batch: 100, rate: 0.001, draw: 0 };
    const run = new training.Run(law, settings, own), end = given.steps.at(-1);
    out = Object.fromEntries(given.steps.map((step) => {
      while (run.steps < step) run.step();
      const { training: value, heldOut, level, weights } = run.look();
      const corners = run.critic.values(Float64Array.from([-2, 2, 2, -2, 2, 2, -2, -2])).map((t) => t - level);
      return [step, { training: value, heldOut, corners, effective: 1 / weights.reduce((sum, w) => sum + w * w, 0) }];
    }));
    own.push({ kind: "j", x: -2, y: 2, step: end });
    run.take();
    out.own = run.look().training;"""
    seed = dv.TrainingMachine(GAUSSIAN, n=1000, rng=2).seed
    return node(code, modules=("training",), rho=RHO, seed=seed, steps=[0, 100, 200, 400, 700, 1000])


def test_what_is_said_of_the_machine_is_what_it_shows(machine):
    """Nothing for 200 steps, above the truth in training, below it held out; deep corners, fewer references."""
    assert "dv.TrainingMachine(gaussian, n=n, rng=2)" in PAGE
    rest = [machine[step] for step in ("0", "100", "200")]
    assert all(abs(state[name]) < 0.03 for state in rest for name in ("training", "heldOut"))
    for step in ("400", "700", "1000"):
        assert all(corner < -1 for corner in machine[step]["corners"][:2])
        assert all(corner > 1 for corner in machine[step]["corners"][2:])
    last = machine["1000"]
    assert f"ends at {last['training']:.2f} nats" in PAGE and f"ends at {last['heldOut']:.2f}." in PAGE
    assert last["training"] > TRUTH > max(machine[step]["heldOut"] for step in machine if step != "own")
    assert "to about −13 nats" in PAGE and last["corners"][0] == pytest.approx(-13, abs=1)
    assert "do the work of about 300" in PAGE and last["effective"] == pytest.approx(300, rel=0.1)
    assert machine["0"]["effective"] == pytest.approx(1000, abs=1)
    assert "falls by only 0.014," in PAGE and last["training"] - machine["own"] == pytest.approx(0.014, abs=0.0005)


def test_the_first_climb_is_as_its_caption_says(outputs):
    ((training, truth),) = numbers(outputs, "training value # nats, truth # nats")
    assert training == pytest.approx(0.80, abs=0.02) and truth == 0.741


def test_minibatches_flatter_as_the_prediction_says(outputs):
    means = numbers(outputs, r"(?m)^(10|20|50|100|250|1000) +#$")
    sizes, values = zip(*means, strict=True)
    assert sizes == (10, 20, 50, 100, 250, 1000) and sorted(values, reverse=True) == list(values)
    ((training, _),) = numbers(outputs, "training value # nats, truth # nats")
    assert values[-1] == pytest.approx(training, abs=2e-3) and values[0] > values[-1] + 0.05


def test_the_first_step_of_adam_has_the_length_of_the_rate_where_the_gradient_is_not_tiny(outputs):
    ((low, high),) = numbers(outputs, "moved by # to # times the rate")
    assert low < 0.5 < high == 1
    ((bias, step),) = numbers(outputs, r"the last bias: gradient -?(\de-\d+), moved #")
    assert bias < 1e-6 and 0 <= step <= 1


def test_the_corners_have_references_that_pushed_the_critic_down(outputs):
    ((references, joint),) = numbers(outputs, "xy < -1: # of 1000 references, # joint samples")
    assert (references, joint) == (93, 0)
    shares = numbers(outputs, r"epoch +#: the corners carry #% of the weight, the ten heaviest #%")
    epochs, corners, heaviest = zip(*shares, strict=True)
    assert epochs == (0, 25, 100) and corners[0] == 9.3 and heaviest[0] == 1.0
    assert corners[0] > corners[1] > 1 > 0.1 > corners[2] and heaviest[0] < heaviest[1] < heaviest[2]


def test_what_is_said_of_fresh_draws_is_what_the_page_prints(outputs):
    ((truth, value),) = numbers(outputs, "truth # nats, B at this critic # nats")
    ((held_out, error),) = numbers(outputs, "held out, 20 000 samples: # ± # nats")
    assert value < truth == 0.741 and abs(held_out - value) < 3 * error
    assert round(held_out, 2) != round(value, 2)  # "do not give it to two digits"
    pattern = r"holds B in # of 400 draws\nlies too high in # of them, too low in #"
    ((held, above, below),) = numbers(outputs, pattern)
    ((usual, high),) = numbers(outputs, "median n_eff when it holds #, too high #")
    assert "it holds $B$ in 380 of the 400 draws" in PAGE and held == pytest.approx(380, abs=4)
    assert above + below + held == 400 and abs(above - below) <= 5 and high > usual
    rows = np.array(numbers(outputs, r"(?m)^([0-7]) +# +# +# +#$"))[:, 1:]
    assert rows.shape == (8, 4)
    assert rows[5, 3] == rows[:, 3].max() == pytest.approx(3, abs=0.3)
    assert rows[5, 2] == rows[:, 2].max()
    assert np.argmin(rows[:, 2]) == np.argmax(rows[:, 1])
    assert rows[:, 3] == pytest.approx((rows[:, 0] - value) / rows[:, 1], abs=0.05)


def test_seven_references_decide_where_there_were_joint_samples_and_no_reference(outputs):
    pattern = "training #, held-out # nats; n_eff #, seven references carry #%"
    ((training, held_out, n_eff, share),) = numbers(outputs, pattern)
    assert (training, held_out, n_eff) == pytest.approx((0.85, -1.02, 7), abs=0.1) and share > 50
    counts = re.findall(r"(joint|reference): (\d+) samples with x, y < -2", outputs("training"))
    assert counts == [("joint", "13"), ("reference", "0")]


def problem(seed=0):
    """A small critic in double precision, and samples for it."""
    z, z_ref = GAUSSIAN.sample(60, rng=seed), GAUSSIAN.sample_reference(90, rng=seed + 1)
    return dv.Net(hidden_size=8, sigma=0.5, rng=seed).double(), torch.tensor(z), torch.tensor(z_ref)


def bound(t, t_ref):
    return float(dv.dv_bound(t, t_ref))


def test_eq_family_holds_for_every_scale_of_the_optimal_critic():
    """B(s log r) in closed form (chapter on the bound): its supremum is the truth and no value is above."""
    s = np.linspace(0, 2.1, 500)
    values = 0.5 * np.log((1 + RHO - s * RHO) * (1 - RHO + s * RHO) / (1 - RHO**2))
    assert values.max() <= TRUTH and values.max() == pytest.approx(TRUTH, abs=1e-4)


def test_eq_gaps_first_two_are_not_negative():
    """The family a·xy, whose best member is known, stopped early."""
    best = (np.sqrt(1 + 4 * RHO**2) - 1) / (2 * RHO)
    exact = lambda a: a * RHO + 0.5 * np.log1p(-(a**2))  # noqa: E731
    z, z_ref, stop = GAUSSIAN.sample(500, rng=1), GAUSSIAN.sample_reference(500, rng=2), 0.4
    sample = bound(stop * z.prod(axis=1), stop * z_ref.prod(axis=1))
    family, optimiser, samples = TRUTH - exact(best), exact(best) - exact(stop), exact(stop) - sample
    assert family > 0 and optimiser > 0
    assert family + optimiser + samples == pytest.approx(TRUTH - sample)


def test_prop_gradient():
    net, z, z_ref = problem()
    parameters = list(net.parameters())
    whole = torch.autograd.grad(dv.DV(z, z_ref, net), parameters)
    with torch.no_grad():
        w = torch.exp(net(z_ref)[:, 0])
        w /= w.sum()
    slopes = [torch.autograd.grad(net(row[None]).sum(), parameters) for row in (*z, *z_ref)]
    shares = [1 / len(z)] * len(z) + [-weight for weight in w]
    for k, gradient in enumerate(whole):
        by_hand = sum(share * slope[k] for share, slope in zip(shares, slopes, strict=True))
        torch.testing.assert_close(by_hand, gradient)
    assert w.argmax() == net(z_ref).argmax()


def effective_number(gaussian, n_ref, rng):
    r = np.exp(gaussian.log_density_ratio(*gaussian.sample_reference(n_ref, rng).T))
    return r.sum() ** 2 / (r**2).sum()


def test_eq_effective():
    """The limit where r has four moments; the running example has not, and its share is seen late."""
    mild = 0.3
    share = effective_number(dv.BivariateGaussian(mild), 500_000, rng=0) / 500_000
    assert share == pytest.approx(1 - mild**2, rel=0.01)  # 1 / (1 + χ²)
    chi2 = RHO**2 / (1 - RHO**2)
    assert (round(chi2, 1), round(1 / (1 + chi2), 2)) == (3.4, 0.23)
    assert 1 / (1 + chi2) <= np.exp(-TRUTH)
    draws = [effective_number(GAUSSIAN, 1000, rng) for rng in np.random.default_rng(0).spawn(10_000)]
    assert np.median(draws) == pytest.approx(355, abs=1)
    assert np.mean([140 < draw < 423 for draw in draws]) == pytest.approx(0.95, abs=0.005)


def test_prop_minibatch_mean():
    rng = np.random.default_rng(0)
    for size in (5, 10, 50):
        t, t_ref = rng.normal(size=100) * 2, rng.normal(size=300) * 2
        parts = zip(t.reshape(-1, size), t_ref.reshape(-1, 3 * size), strict=True)
        assert np.mean([bound(a, b) for a, b in parts]) > bound(t, t_ref)
    same = np.tile(rng.normal(size=10), 7)
    parts = zip(t[:70].reshape(7, 10), same.reshape(7, 10), strict=True)
    assert np.mean([bound(a, b) for a, b in parts]) == pytest.approx(bound(t[:70], same))


def test_the_mean_of_the_minibatch_gradients_is_not_the_gradient():
    net, z, z_ref = problem()
    parameters = list(net.parameters())
    flat = lambda slopes: torch.cat([slope.reshape(-1) for slope in slopes])  # noqa: E731
    whole = flat(torch.autograd.grad(dv.DV(z, z_ref, net), parameters))
    pairs = list(zip(z.split(10), z_ref.split(15), strict=True))
    mean = sum(flat(torch.autograd.grad(dv.DV(a, b, net), parameters)) for a, b in pairs) / len(pairs)
    assert (mean - whole).norm() > 0.01 * whole.norm()


def test_eq_adam():
    net, z, z_ref = problem()
    parameters = list(net.parameters())
    theta = [p.detach().clone() for p in parameters]
    m, v = ([torch.zeros_like(p) for p in parameters] for _ in "mv")
    optimizer = torch.optim.Adam(net.parameters())
    for s in range(1, 6):
        optimizer.zero_grad()
        (-dv.DV(z, z_ref, net)).backward()
        for k, p in enumerate(parameters):
            m[k] = 0.9 * m[k] + 0.1 * p.grad
            v[k] = 0.999 * v[k] + 0.001 * p.grad**2
            theta[k] -= 1e-3 * m[k] / (1 - 0.9**s) / ((v[k] / (1 - 0.999**s)).sqrt() + 1e-8)
            if s == 1:
                moved = (theta[k] - p.detach())[p.grad.abs() > 1e-4].abs()
                assert ((moved - 1e-3).abs() < 1e-6).all(), "the first step has the length of the rate"
        optimizer.step()
        for mine, p in zip(theta, parameters, strict=True):
            torch.testing.assert_close(mine, p.detach())


def test_eq_standard_error_is_the_spread_over_samples():
    """For a critic whose e^t has moments: half the optimal one."""
    values, errors = [], []
    for rng in np.random.default_rng(1).spawn(600):
        t, t_ref = (
            0.5 * GAUSSIAN.log_density_ratio(*z.T)
            for z in (GAUSSIAN.sample(400, rng), GAUSSIAN.sample_reference(700, rng))
        )
        w = np.exp(t_ref) / np.exp(t_ref).sum()
        first = t.var(ddof=1) / 400 + np.exp(t_ref).var(ddof=1) / np.exp(t_ref).mean() ** 2 / 700
        second = t.var(ddof=1) / 400 + (w**2).sum() - 1 / 700
        assert first == pytest.approx(second, rel=0.01)
        values.append(bound(t, t_ref))
        errors.append(np.sqrt(first))
    assert np.std(values) == pytest.approx(np.mean(errors), rel=0.1)


def test_eq_standard_error_makes_an_interval_that_covers():
    covered = []
    for rng in np.random.default_rng(0).spawn(2000):
        t, t_ref = (
            GAUSSIAN.log_density_ratio(*z.T) for z in (GAUSSIAN.sample(1000, rng), GAUSSIAN.sample_reference(1000, rng))
        )
        w = np.exp(t_ref) / np.exp(t_ref).sum()
        error = np.sqrt(t.var(ddof=1) / 1000 + (w**2).sum() - 1 / 1000)
        covered.append(abs(bound(t, t_ref) - TRUTH) < 1.96 * error)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)


def test_batches_of_one_have_a_slope_that_never_vanishes():
    """The written exercise: P, R on {0, 1}, a critic θ f."""
    p, r = 0.7, 0.2
    best = np.log(p * (1 - r) / (r * (1 - p)))
    slope = lambda theta: p - r * np.exp(theta) / (1 - r + r * np.exp(theta))  # noqa: E731
    assert slope(best) == pytest.approx(0)
    for theta in (0.0, best, 9.0):
        tensor = torch.tensor(theta, requires_grad=True)
        for f, f_ref in ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0)):
            (found,) = torch.autograd.grad(
                dv.dv_bound(tensor * torch.tensor([f]), tensor * torch.tensor([f_ref])), tensor
            )
            assert found.item() == pytest.approx(f - f_ref)


def test_the_spread_that_the_page_quotes_is_that_of_the_benchmark():
    """The table in the page, and one of its rows made again."""
    block = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1]
    quoted = pd.read_csv(io.StringIO("\n".join(block.splitlines()[3:])), sep=r"\s+", header=None, index_col=0)
    assert quoted.shape == (benchmark.SEEDS, 6)
    again = {(row["reference"], name): row[name] for row in benchmark.rows(0) for name in ("training", "held-out")}
    found = [again[kind, name] for name in ("training", "held-out") for kind in ("independent", "resampled")]
    assert quoted.loc[0].tolist()[:4] == pytest.approx(found, abs=0.02)
    training, held_out = quoted[[1, 2]].to_numpy().ravel(), quoted[[3, 4]].to_numpy().ravel()
    assert held_out[training.argmax()] == held_out.min() < -1
