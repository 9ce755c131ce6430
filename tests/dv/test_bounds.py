import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import logsumexp

from dv import DV, Net, dv_bound, log_mean_exp

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
