"""What holds of the core for NumPy arrays and for torch tensors alike; for arrays alone where there is no torch."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import dv

try:
    import torch
except ModuleNotFoundError:
    torch = None

KINDS = {"array": np.asarray, "single": lambda a: np.asarray(a, np.float32)}
if torch:
    KINDS |= {"tensor": torch.tensor, "single tensor": lambda a: torch.tensor(a, dtype=torch.float32)}
kinds = pytest.mark.parametrize("kind", KINDS)
with_torch = pytest.mark.skipif(torch is None, reason="there is no torch here")
values = arrays(np.float64, st.integers(1, 12), elements=st.floats(-50, 50, width=32))
BOUNDS = (dv.dv_bound, dv.nwj_bound, dv.js_bound, dv.smile_bound)


def close(a, b, kind):
    tolerance = 1e-9 if "single" not in kind else 2e-5
    a, b = float(a), float(b)
    return a == b or math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance * 100)


@kinds
@given(t=values, t_ref=values)
@settings(max_examples=60)
def test_a_bound_is_given_back_in_kind_and_is_the_same_number(kind, t, t_ref):
    make = KINDS[kind]
    for bound in BOUNDS:
        expected = bound(t, t_ref)
        got = bound(make(t), make(t_ref))
        assert type(expected) is float
        assert isinstance(got, torch.Tensor if "tensor" in kind else float)
        if "tensor" in kind:
            assert got.shape == ()
            assert got.dtype == make(t).dtype
        assert close(got, expected, kind)


@kinds
@given(t=values, t_ref=values, shift=st.floats(-50, 50, width=32))
@settings(max_examples=60)
def test_dv_is_shift_invariant_and_above_nwj(kind, t, t_ref, shift):
    make = KINDS[kind]
    value = dv.dv_bound(make(t), make(t_ref))
    assert close(dv.dv_bound(make(t + shift), make(t_ref + shift)), value, "single")
    assert float(dv.nwj_bound(make(t), make(t_ref))) <= float(value) + 1e-3


@kinds
@given(t=values)
@settings(max_examples=60)
def test_log_mean_exp_lies_between_mean_and_maximum(kind, t):
    value = float(dv.log_mean_exp(KINDS[kind](t)))
    assert t.mean() - 1e-3 <= value <= t.max() + 1e-3


@kinds
@given(table=arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.floats(-30, 30, width=32)))
@settings(max_examples=40)
def test_log_mean_exp_along_an_axis_is_that_of_each_row(kind, table):
    made = KINDS[kind](table)
    rows = dv.log_mean_exp(made, 1)
    assert tuple(rows.shape) == (len(table),)
    for row, value in zip(made, rows, strict=True):
        assert close(dv.log_mean_exp(row), value, kind)


@kinds
@given(scores=st.integers(1, 6).flatmap(lambda k: arrays(np.float64, (k, k), elements=st.floats(-30, 30, width=32))))
@settings(max_examples=40)
def test_infonce_is_at_most_log_k(kind, scores):
    assert float(dv.infonce_bound(KINDS[kind](scores))) <= math.log(len(scores)) + 1e-4


@kinds
@given(n=st.integers(1, 20), size=st.integers(1, 60), seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_resampled_rows_are_rows_of_the_data_in_kind(kind, n, size, seed):
    data = KINDS[kind](np.arange(2.0 * n).reshape(n, 2))
    drawn = dv.resample(data, size, replace=True, rng=seed)
    assert type(drawn) is type(data)
    assert drawn.dtype == data.dtype
    assert tuple(drawn.shape) == (size, 2)
    assert all(row in data.tolist() for row in drawn.tolist())


@kinds
@given(rho=st.floats(-0.99, 0.99), seed=st.integers(0, 99))
@settings(max_examples=30)
def test_the_log_density_ratio_is_the_same_in_kind(kind, rho, seed):
    gaussian = dv.BivariateGaussian(rho)
    x, y = gaussian.sample(20, rng=seed).T
    ratio = gaussian.log_density_ratio(KINDS[kind](x), KINDS[kind](y))
    np.testing.assert_allclose(np.asarray(ratio), gaussian.log_density_ratio(x, y), rtol=1e-3, atol=1e-3)


@with_torch
@pytest.mark.parametrize("bound", BOUNDS)
def test_arrays_beside_tensors_are_refused(bound):
    with pytest.raises(TypeError, match="two arrays or two tensors"):
        bound(np.zeros(3), torch.zeros(3))
    with pytest.raises(TypeError, match="give real numbers"):
        bound(["a"], [1])


@with_torch
@pytest.mark.parametrize("bound", BOUNDS)
@given(t=values, t_ref=values)
@settings(max_examples=20)
def test_the_gradient_of_a_bound_is_that_of_its_values(bound, t, t_ref):
    tensors = [torch.tensor(a / 11, requires_grad=True) for a in (t, t_ref)]  # inside the clip of SMILE
    bound(*tensors).backward()
    for which, tensor in enumerate(tensors):
        for i in range(len(tensor)):
            moved = [[a.detach().numpy().copy() for a in tensors] for _ in range(2)]
            moved[0][which][i] += 1e-6
            moved[1][which][i] -= 1e-6
            slope = (bound(*moved[0]) - bound(*moved[1])) / 2e-6
            assert slope == pytest.approx(tensor.grad[i].item(), abs=1e-4)
