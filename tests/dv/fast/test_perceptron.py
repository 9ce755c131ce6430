import numpy as np
import pytest
import torch
from torch import nn

from dv._fast.perceptron import Perceptron, count_parameters

SIZES = (3, 6, 5, 1)


def networks(count, activation, dtype):
    """Networks in torch, and the same in NumPy with room for the gradient."""
    generator = torch.Generator().manual_seed(0)
    make = {"relu": nn.ReLU, "elu": nn.ELU}[activation]
    nets = []
    for _ in range(count):
        net = nn.Sequential(nn.Linear(3, 6), make(), nn.Linear(6, 5), make(), nn.Linear(5, 1)).to(dtype)
        for p in net.parameters():
            nn.init.normal_(p, generator=generator)
        nets.append(net)
    rows = [nn.utils.parameters_to_vector(net.parameters()).detach().numpy() for net in nets]
    parameters = np.stack(rows)
    gradient = np.full_like(parameters, np.nan)
    return nets, Perceptron(SIZES, parameters, gradient, activation), parameters, gradient


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("activation", ["relu", "elu"])
@pytest.mark.parametrize("count", [1, 4])
def test_values_and_gradients_are_those_of_autograd_network_by_network(count, activation, dtype):
    nets, ours, parameters, gradient = networks(count, activation, dtype)
    assert parameters.shape[1] == count_parameters(SIZES)
    generator = torch.Generator().manual_seed(1)
    for rows in (6, 7, 6, 1, 2, 3, 6):  # rooms are made, reused and dropped
        z = torch.randn(count, rows, 3, generator=generator, dtype=dtype)
        slopes = torch.randn(count, rows, generator=generator, dtype=dtype)
        values = ours.forward(np.concatenate([z.numpy(), np.ones((count, rows, 1), parameters.dtype)], axis=-1))
        assert values.dtype == parameters.dtype
        ours.backward(slopes.numpy())
        for k, net in enumerate(nets):
            net.zero_grad()
            t = net(z[k])[:, 0]
            t.backward(slopes[k])
            expected = torch.cat([p.grad.reshape(-1) for p in net.parameters()])
            np.testing.assert_allclose(values[k], t.detach(), rtol=1e-5, atol=1e-5)
            np.testing.assert_allclose(gradient[k], expected, rtol=1e-4, atol=1e-4)


def test_parameters_are_used_and_not_copied():
    _, ours, parameters, _ = networks(2, "relu", torch.float64)
    z = np.ones((2, 5, 4))
    before = ours.forward(z).copy()
    parameters[1] *= 2
    after = ours.forward(z)
    np.testing.assert_array_equal(after[0], before[0])
    assert (after[1] != before[1]).all()


def test_without_room_for_a_gradient_the_values_are_the_same():
    _, ours, parameters, _ = networks(2, "relu", torch.float64)
    z = np.ones((2, 5, 4))
    np.testing.assert_array_equal(Perceptron(SIZES, parameters).forward(z), ours.forward(z))
