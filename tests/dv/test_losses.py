import math

import pytest
import torch

from dv import dv_bound, infonce_bound, nwj_bound
from dv.losses import dv_loss, infonce_loss, mine_loss, moving_average, nwj_loss

T = torch.randn(12, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def by_autograd(loss, t):
    t = t.clone().requires_grad_()
    value = loss(t)
    return value.detach(), torch.autograd.grad(value, t)[0]


@pytest.mark.parametrize("loss, bound", [(dv_loss, dv_bound), (nwj_loss, nwj_bound)])
def test_losses_are_minus_their_bound_with_its_gradient(loss, bound):
    expected = by_autograd(lambda t: -bound(t[:5], t[5:]), T)
    torch.testing.assert_close(loss(T, 5), expected)


def test_infonce_loss_is_minus_its_bound_with_its_gradient():
    scores = T[:9].reshape(3, 3)
    torch.testing.assert_close(infonce_loss(scores), by_autograd(lambda s: -infonce_bound(s), scores))


def test_mine_loss_has_the_gradient_of_its_surrogate_with_the_average_held_fixed():
    log_average = torch.tensor(0.7, dtype=torch.float64)
    expected = by_autograd(lambda t: t[5:].exp().mean() / log_average.exp() - t[:5].mean(), T)
    torch.testing.assert_close(mine_loss(T, 5, log_average), expected)


def test_mine_without_memory_has_the_gradient_of_the_minibatch_bound():
    log_average = moving_average(torch.tensor(123.0), T[5:], ema=1)
    torch.testing.assert_close(mine_loss(T, 5, log_average)[1], dv_loss(T, 5)[1])


def test_losses_of_several_critics_are_those_of_each():
    t = torch.stack([T, 2 * T], 1)
    loss, gradient = dv_loss(t, 5)
    parts = [dv_loss(column, 5) for column in t.T]
    assert loss.item() == pytest.approx(sum(part[0].item() for part in parts))
    torch.testing.assert_close(gradient, torch.stack([part[1] for part in parts], 1))


def test_moving_average_weights_the_new_minibatch_by_ema_and_starts_with_the_first():
    first, second = torch.log(torch.tensor([2.0, 4.0])), torch.log(torch.tensor([10.0, 20.0]))
    start = moving_average(None, first, 0.1)
    assert start.exp().item() == pytest.approx(3)
    assert moving_average(start, second, 0.1).exp().item() == pytest.approx(0.9 * 3 + 0.1 * 15)


def test_moving_average_does_not_overflow():
    average = moving_average(torch.tensor(1000.0), torch.tensor([1010.0]), 0.5)
    assert average.item() == pytest.approx(1010 + math.log(0.5 * (1 + math.exp(-10))))
