import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.figure import Figure

from dv import BivariateGaussian, Budget, estimate_divergence, estimate_mi
from dv.estimator.interval import estimate_from

TINY = Budget(steps=40, groups=3, checks=4)
GAUSSIAN = BivariateGaussian.running_example()
X, Y = GAUSSIAN.sample(1000, rng=0).T


def mi(x=X, y=Y, **kwargs):
    return estimate_mi(x, y, **{"rng": 0, "budget": TINY, **kwargs})


def test_interval_holds_the_truth_of_the_running_example():
    result = mi(budget="quick")
    assert result.low < GAUSSIAN.mutual_information() < result.high
    assert result.value == pytest.approx(GAUSSIAN.mutual_information(), abs=0.08)
    assert result.bits == pytest.approx(result.value / np.log(2))


def test_same_seed_same_bits_and_global_generators_are_not_touched():
    before = np.random.get_state()[1].copy(), torch.get_rng_state()
    assert dataclasses.astuple(mi()) == dataclasses.astuple(mi())
    assert mi().value != mi(rng=1).value
    np.testing.assert_array_equal(np.random.get_state()[1], before[0])
    assert torch.equal(torch.get_rng_state(), before[1])


def test_shifting_scaling_and_increasing_maps_of_a_column_change_nothing():
    expected = dataclasses.astuple(mi())
    assert dataclasses.astuple(mi(1e6 + 1e-3 * X, np.sinh(3 * Y))) == expected
    assert dataclasses.astuple(mi(X**3, 1 / (1 + np.exp(-Y)))) == expected


@pytest.mark.parametrize(
    "convert",
    [torch.tensor, lambda a: torch.tensor(a)[:, None], lambda a: pd.DataFrame({"a": a}), pd.Series, list],
)
def test_tensors_frames_and_columns_give_what_arrays_give(convert):
    assert mi(convert(X), convert(Y)).value == mi().value


@pytest.mark.parametrize("information", [6, 10])  # nats; it was 3.1 [2.9, 3.3] and 1.6 [1.4, 2.2]
def test_high_information_is_held_though_few_references_cannot_tell_it(information):
    rng = np.random.default_rng(0)
    rho = np.sqrt(1 - np.exp(-2 * information / 5))
    x = rng.normal(size=(1000, 5))
    y = rho * x + np.sqrt(1 - rho**2) * rng.normal(size=x.shape)
    found = estimate_mi(x, y, rng=0, budget="quick", progress=False)
    assert found.low <= information <= found.high and found.value > 5
    assert any("near log n" in warning for warning in found.warnings)


def test_what_is_proved_is_never_undercut():
    found = estimate_from((1.6, 0.1, 2.0, (0.0, 0.0), 1000), 3.2, None, 1000, "I(X; Y)", [], [], None)
    assert 3.2 == found.low == found.value <= found.high


def test_independent_data_give_an_interval_that_holds_zero():
    rng = np.random.default_rng(3)
    for x, y in ((rng.random(500), rng.random(500)), (rng.random((500, 3)), rng.integers(0, 3, 500))):
        result = mi(x, y)
        assert result.low == 0 <= result.value < 0.05


def test_integers_booleans_and_ties_are_taken_as_they_are():
    rng = np.random.default_rng(0)
    i = rng.choice(4, 3000, p=[0.4, 0.1, 0.1, 0.4])
    result = mi(i // 2, (i % 2).astype(bool), budget="quick")
    assert result.value == pytest.approx(0.19274, abs=0.04)
    assert result.low < 0.19274 < result.high


def test_constant_and_repeated_columns_are_left_out_and_named():
    result = mi(np.column_stack([X, np.ones_like(X), 2 * X + 1]), Y)
    assert result.value == mi().value
    assert any("column 1 of x is constant" in w for w in result.warnings)
    assert any("column 2 of x repeats" in w for w in result.warnings)
    assert mi(np.ones_like(X), Y).value == mi(np.ones_like(X), Y).high == 0


def test_doubts_are_put_in_words():
    small = mi(X[:60], Y[:60])
    assert any("n = 60 is small" in w for w in small.warnings)
    assert any("infinite" in w for w in mi(X, X).warnings)


def checkerboard(n, rng):
    """x and y uniform on the 18 black squares of 36: every region looks independent, I = log 2."""
    square = rng.integers(6, size=n)
    partner = (square + 2 * rng.integers(3, size=n)) % 6
    return square + rng.random(n), partner + rng.random(n)


def test_critics_that_are_too_weak_are_told_by_what_they_leave_unexplained():
    rng = np.random.default_rng(0)
    x, y = checkerboard(4000, rng)
    result = mi(x, y, budget="quick")
    assert result.value < np.log(2) / 2
    (doubt,) = [w for w in result.warnings if "do not explain" in w]
    missed = float(doubt.split("too low by some ")[1].split()[0])
    assert 0.1 < missed < np.log(2) - result.value + 0.05
    divergence = estimate_divergence(np.stack([x, y], 1), 6 * rng.random((8000, 2)), rng=0, budget="quick")
    assert any("do not explain" in w for w in divergence.warnings)
    for fair in (GAUSSIAN.sample(4000, rng=1).T, rng.normal(size=(2, 4000))):
        assert not any("do not explain" in w for w in mi(*fair, budget="quick").warnings)


def test_result_shows_itself():
    result = mi()
    assert repr(result).startswith("I(X; Y) ≈ 0.") and "95% interval" in repr(result)
    assert f"{result.value:.3f} nats" in result._repr_html_()
    ax = Figure().subplots()
    assert result.plot(ax) is ax
    assert ax.get_ylabel() == "I(X; Y) (nats)"
    assert ax.lines[0].get_xdata()[-1] == TINY.steps


def test_more_references_can_be_asked_for():
    assert mi(n_ref=2500).n_ref == 3000
    assert mi().n_ref == 20_000
    few = np.random.default_rng(0).normal(size=(2, 40))
    assert mi(*few).n_ref == sum(m * (m - 1) for m in (14, 13, 13)), "no pair twice"
    assert mi(*np.random.default_rng(0).integers(0, 3, (2, 300)), n_ref=600).n_ref == 10 * 30 * 29
    many = np.random.default_rng(0).normal(size=(2, 100_000))
    assert mi(*many).n_ref == 1_000_000


def test_divergence_of_two_gaussians_is_the_closed_form():
    rng = np.random.default_rng(0)
    result = estimate_divergence(rng.normal(1, 1, (2000, 2)), rng.normal(0, 1, (5000, 2)), rng=0, budget="quick")
    assert result.value == pytest.approx(1, abs=0.15)  # half the squared distance of the means
    assert result.low < 1 < result.high


def test_divergence_of_a_law_from_itself_is_zero():
    rng = np.random.default_rng(0)
    result = estimate_divergence(rng.random(1000), rng.random(1500), rng=0, budget=TINY)
    assert result.low == 0 <= result.value < 0.02


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: mi(X[:20], Y[:20]), ValueError, "20 rows; at least 30"),
        (lambda: mi(X, Y[:50]), ValueError, "x has 1000 rows but y has 50"),
        (lambda: mi(X, np.where(Y > 2, np.nan, Y)), ValueError, "y has .* NaN, infinite or missing, the first in row"),
        (lambda: mi([1j] * 50, Y[:50]), TypeError, "real numbers"),
        (lambda: mi(X, np.zeros((1000, 2, 2))), ValueError, "give \\(n,\\) or \\(n, d\\)"),
        (lambda: mi(budget="huge"), ValueError, "choose one of quick, standard, thorough"),
        (lambda: mi(n_ref=0), ValueError, "n_ref=0"),
        (lambda: estimate_divergence(X, np.zeros((50, 2))), ValueError, "z has 1 columns but z_ref has 2"),
        (lambda: estimate_divergence(X, Y[:10]), ValueError, "10 rows; at least 30"),
    ],
)
def test_bad_input_is_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    "field, value, error",
    [
        ("steps", 0, ValueError),
        ("steps", 2.5, TypeError),
        ("groups", 2, ValueError),
        ("checks", 0, ValueError),
        ("checks", 1001, ValueError),
        ("width", True, TypeError),
        ("rate", "fast", TypeError),
        ("rate", 0, ValueError),
        ("weight_decay", -1, ValueError),
        ("memory", 2, ValueError),
        ("warm_up", -1, ValueError),
    ],
)
def test_a_budget_that_makes_no_sense_is_refused_field_by_field(field, value, error):
    with pytest.raises(error, match=field):
        Budget(**{field: value})


def test_a_budget_has_one_dial_and_is_used_as_it_is():
    assert mi(budget=Budget()).value == mi(budget="standard").value
    assert Budget(50).width == Budget().width
    z, z_ref = X, Y
    given = Budget(40, groups=3, checks=4)
    before = dataclasses.asdict(given)
    result = estimate_divergence(z, z_ref, rng=0, budget=given)
    assert dataclasses.asdict(given) == before
    assert [step for step, _ in result.curve] == [0, 10, 20, 30, 40]
    slow = dataclasses.replace(given, rate=given.rate / 10)
    assert estimate_divergence(z, z_ref, rng=0, budget=slow).curve != result.curve


def test_one_seed_may_serve_for_data_and_estimator():
    """The streams differ: what the estimator draws is not what the data were drawn from."""
    from dv._random import as_generator

    purposes = [None, "estimate", "training", "pairs", "weights", "resample"]
    drawn = [as_generator(0, purpose).random(4).tolist() for purpose in purposes]
    spawned = [as_generator(0, purpose).spawn(2)[k].random(4).tolist() for purpose in purposes for k in range(2)]
    numbers = np.ravel(drawn + spawned)
    assert len(set(numbers)) == len(numbers)
