import math

import numpy as np
import pytest
import torch

from dv import dv_bound, infonce_bound, nwj_bound
from dv._fast.losses import dv_loss, infonce_loss, mine_loss, moving_average, nwj_loss

T = np.random.default_rng(0).normal(size=12)


def by_autograd(loss, t):
    t = torch.tensor(t, requires_grad=True)
    value = loss(t)
    return value.item(), torch.autograd.grad(value, t)[0].numpy()


def assert_same(got, expected):
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("loss, bound", [(dv_loss, dv_bound), (nwj_loss, nwj_bound)])
def test_losses_are_minus_their_bound_with_its_gradient(loss, bound):
    expected = by_autograd(lambda t: -bound(t[:5], t[5:]), T)
    assert_same(loss(T, 5), expected)


def test_infonce_loss_is_minus_its_bound_with_its_gradient():
    scores = T[:9].reshape(3, 3)
    assert_same(infonce_loss(scores), by_autograd(lambda s: -infonce_bound(s), scores))


def test_mine_loss_has_the_gradient_of_its_surrogate_with_the_average_held_fixed():
    log_average = 0.7
    expected = by_autograd(lambda t: t[5:].exp().mean() / math.exp(log_average) - t[:5].mean(), T)
    assert_same(mine_loss(T, 5, log_average), expected)


def test_mine_without_memory_has_the_gradient_of_the_minibatch_bound():
    log_average = moving_average(123.0, T[5:], ema=1)
    np.testing.assert_allclose(mine_loss(T, 5, log_average)[1], dv_loss(T, 5)[1])


def test_losses_of_several_critics_are_those_of_each():
    t = np.stack([T, 2 * T])
    for make in (dv_loss, nwj_loss):
        loss, gradient = make(t, 5)
        parts = [make(row, 5) for row in t]
        assert loss == pytest.approx(sum(part[0] for part in parts))
        np.testing.assert_allclose(gradient, np.stack([part[1] for part in parts]))


@pytest.mark.parametrize("loss", [dv_loss, lambda t, n: infonce_loss(t.reshape(3, 4)[:, :3])])
def test_values_of_any_size_do_no_harm(loss):
    value, gradient = loss(T + 1000, 5)
    assert value == pytest.approx(loss(T, 5)[0], abs=1e-9)
    np.testing.assert_allclose(gradient, loss(T, 5)[1], rtol=1e-9)


def test_losses_keep_the_dtype_of_the_values():
    t = T.astype(np.float32)
    for _, gradient in (dv_loss(t, 5), nwj_loss(t, 5), mine_loss(t, 5, 0.7), infonce_loss(t[:9].reshape(3, 3))):
        assert gradient.dtype == np.float32


def test_moving_average_weights_the_new_minibatch_by_ema_and_starts_with_the_first():
    first, second = np.log([2.0, 4.0]), np.log([10.0, 20.0])
    start = moving_average(None, first, 0.1)
    assert math.exp(start) == pytest.approx(3)
    assert math.exp(moving_average(start, second, 0.1)) == pytest.approx(0.9 * 3 + 0.1 * 15)


def test_moving_average_does_not_overflow():
    average = moving_average(1000.0, np.array([1010.0]), 0.5)
    assert average == pytest.approx(1010 + math.log(0.5 * (1 + math.exp(-10))))


def test_weights_that_are_next_to_nothing_stay_numbers_of_full_precision():
    _, gradient = dv_loss(np.array([0, 1, 90, -90], np.float32), 2)
    assert (np.abs(gradient) > np.finfo(np.float32).tiny).all()
    assert gradient[3] < 1e-17
