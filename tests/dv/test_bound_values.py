import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import logsumexp, rel_entr

from dv import (
    DV,
    Net,
    dv_bound,
    fdiv,
    infonce_bound,
    js_bound,
    log_mean_exp,
    nwj_bound,
    smile_bound,
)

values = arrays(np.float64, st.integers(1, 20), elements=st.floats(-1000, 1000))


@given(t=values, t_ref=values)
def test_dv_agrees_with_scipy_also_where_exp_overflows(t, t_ref):
    expected = t.mean() - logsumexp(t_ref, b=1 / len(t_ref))
    assert dv_bound(torch.tensor(t), torch.tensor(t_ref)).item() == pytest.approx(expected, abs=1e-9)


@given(t=values, t_ref=values, shift=st.floats(-1000, 1000))
def test_dv_is_shift_invariant(t, t_ref, shift):
    t, t_ref = torch.tensor(t), torch.tensor(t_ref)
    assert dv_bound(t + shift, t_ref + shift).item() == pytest.approx(dv_bound(t, t_ref).item(), abs=1e-9)


def test_dv_is_tight_at_the_log_ratio_and_below_the_divergence_elsewhere():
    p, r = np.array([0.4, 0.1, 0.1, 0.4]), np.full(4, 0.25)
    divergence = (p * np.log(p / r)).sum()
    assert divergence == pytest.approx(0.19274, abs=5e-6)
    counts_p, counts_r = (10 * p).astype(int), (8 * r).astype(int)

    def value(t):
        t = torch.tensor(t)
        return dv_bound(t.repeat_interleave(torch.tensor(counts_p)), t.repeat_interleave(torch.tensor(counts_r)))

    assert value(np.log(p / r)).item() == pytest.approx(divergence, abs=1e-12)
    for t in np.random.default_rng(0).normal(size=(100, 4)):
        assert value(t).item() < divergence


def test_gradient_is_one_over_n_and_minus_the_softmax():
    t, t_ref = torch.randn(3, generator=torch.Generator().manual_seed(0), dtype=torch.float64), torch.zeros(5)
    t_ref = t_ref.double() + torch.arange(5)
    t.requires_grad_(), t_ref.requires_grad_()
    dv_bound(t, t_ref).backward()
    torch.testing.assert_close(t.grad, torch.full((3,), 1 / 3, dtype=torch.float64))
    torch.testing.assert_close(t_ref.grad, -torch.softmax(t_ref.detach(), 0))


def test_columns_are_taken_as_values_and_tables_are_refused():
    t, t_ref = torch.arange(3.0), torch.arange(4.0)
    assert dv_bound(t[:, None], t_ref[:, None]) == dv_bound(t, t_ref)
    with pytest.raises(ValueError, match="one value a sample"):
        dv_bound(torch.zeros(3, 2), t_ref)
    with pytest.raises(ValueError, match="t_ref is empty"):
        dv_bound(t, t_ref[:0])


def test_log_mean_exp_of_equal_values_is_the_value():
    assert log_mean_exp(torch.full((7,), -1000.0)).item() == pytest.approx(-1000)
    assert log_mean_exp(torch.tensor([0.0, -math.inf])).item() == pytest.approx(-math.log(2))


def test_DV_is_the_bound_of_the_critic_values():
    net, Z, Z_ref = Net(sigma=1, rng=0), torch.ones(3, 2), torch.zeros(5, 2)
    value = DV(Z, Z_ref, net)
    assert value == dv_bound(net(Z), net(Z_ref))
    value.backward()
    assert net.layers[0].weight.grad.abs().sum() > 0


TABLE = np.array([[0.30, 0.05, 0.05], [0.05, 0.25, 0.10], [0.00, 0.05, 0.15]])
PRODUCT = np.outer(TABLE.sum(1), TABLE.sum(0))


def weighted(bound, t):
    """A bound under the exact law of the table, as a sample with 10 000 rows of each law."""
    rows = [
        torch.tensor(t.ravel()).repeat_interleave(torch.tensor((10_000 * p).round().astype(int).ravel()))
        for p in (TABLE, PRODUCT)
    ]
    return bound(*rows).item()


with np.errstate(divide="ignore"):
    LOG_RATIO = np.log(TABLE / PRODUCT)
INFORMATION = rel_entr(TABLE, PRODUCT).sum()
MIXTURE = (TABLE + PRODUCT) / 2
JS = (rel_entr(TABLE, MIXTURE) + rel_entr(PRODUCT, MIXTURE)).sum() / 2


@pytest.mark.parametrize(
    "bound, critic, tight",
    [
        (dv_bound, LOG_RATIO, INFORMATION),
        (dv_bound, LOG_RATIO + 3, INFORMATION),
        (nwj_bound, LOG_RATIO + 1, INFORMATION),
        (fdiv, LOG_RATIO + 1, INFORMATION),
        (js_bound, LOG_RATIO, JS),
        (smile_bound, np.maximum(LOG_RATIO, -5), INFORMATION),
    ],
)
def test_bounds_are_tight_at_their_optimal_critic_on_an_exact_table(bound, critic, tight):
    assert weighted(bound, critic) == pytest.approx(tight, abs=1e-3)


@pytest.mark.parametrize("bound", [dv_bound, nwj_bound, js_bound])
def test_bounds_never_exceed_the_information_of_an_exact_table(bound):
    assert JS < INFORMATION
    for t in np.random.default_rng(0).normal(scale=2, size=(100, 3, 3)):
        assert weighted(bound, t) < INFORMATION


@given(t=values, t_ref=values)
def test_dv_is_above_nwj_and_nwj_is_dv_at_the_best_shift(t, t_ref):
    t, t_ref = torch.tensor(t / 100), torch.tensor(t_ref / 100)
    assert nwj_bound(t, t_ref) <= dv_bound(t, t_ref) + 1e-9
    shift = 1 - log_mean_exp(t_ref)
    assert nwj_bound(t + shift, t_ref + shift).item() == pytest.approx(dv_bound(t, t_ref).item(), abs=1e-9)
    assert fdiv(t, t_ref) == nwj_bound(t, t_ref)


def test_smile_without_clipping_is_dv_and_with_it_can_exceed_the_divergence():
    t, t_ref = torch.tensor([3.0, 4.0]), torch.tensor([-1.0, 9.0])
    assert smile_bound(t, t_ref, math.inf) == dv_bound(t, t_ref)
    assert smile_bound(t, t_ref, 1.0) == dv_bound(t, t_ref.clamp(-1, 1))
    assert smile_bound(torch.full((3,), 50.0), torch.full((3,), 50.0), 1.0) == 49
    with pytest.raises(ValueError, match="clip"):
        smile_bound(t, t_ref, 0)


def test_infonce_is_cross_entropy_in_disguise_and_capped_by_log_k():
    scores = torch.tensor(np.random.default_rng(0).normal(size=(6, 6)))
    expected = math.log(6) - torch.nn.functional.cross_entropy(scores, torch.arange(6)).item()
    assert infonce_bound(scores).item() == pytest.approx(expected)
    assert infonce_bound(scores + torch.arange(6.0)[:, None]).item() == pytest.approx(expected)
    assert infonce_bound(1000 * torch.eye(6).double()).item() == pytest.approx(math.log(6), abs=1e-6)
    with pytest.raises(ValueError, match="all pairs"):
        infonce_bound(torch.zeros(3, 4))
