import copy

import numpy as np
import pytest
import torch
from torch import nn

from dv import MINETrainer, Net, TwoBranchNet
from dv.engine import EagerEngine, MLPEngine, make_engine
from dv.stacked import StackedMLP

NETS = [
    Net(3, 8, 0.5, rng=0),
    nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 5), nn.ReLU(), nn.Linear(5, 1)),
    nn.Sequential(nn.Linear(3, 4), nn.ELU(), nn.Linear(4, 1)).double(),
]


@pytest.mark.parametrize("net", NETS)
def test_the_gradient_by_hand_is_that_of_autograd(net):
    net = copy.deepcopy(net)
    dtype = next(net.parameters()).dtype
    generator = torch.Generator().manual_seed(1)
    by_hand, eager = make_engine(net), make_engine(copy.deepcopy(net), by_hand=False)
    assert isinstance(by_hand, MLPEngine) and isinstance(eager, EagerEngine)
    for rows in (6, 7, 6, 1, 2, 3, 6):  # buffers are made, reused and dropped
        z = torch.randn(rows, 3, generator=generator, dtype=dtype)
        gradient = torch.randn(rows, generator=generator, dtype=dtype).numpy()
        np.testing.assert_allclose(by_hand.forward((z,)), eager.forward((z,)), rtol=1e-5, atol=1e-6)
        by_hand.backward(gradient)
        eager.backward(gradient)
        torch.testing.assert_close(by_hand.flat.gradient, eager.flat.gradient)


def test_stacked_perceptrons_are_the_perceptrons_one_by_one():
    nets = [nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 1)) for _ in range(4)]
    parts = [torch.stack([p.detach() for p in ps]) for ps in zip(*(net.parameters() for net in nets), strict=True)]
    parts = [p if p.ndim == 3 else p.unsqueeze(1) for p in parts]
    grads = [torch.empty_like(p) for p in parts]
    mlp = StackedMLP(parts[::2], parts[1::2], grads)
    z = torch.randn(4, 9, 2, generator=torch.Generator().manual_seed(0))
    values = mlp.forward(z).clone()
    mlp.backward(torch.ones_like(values))
    for k, net in enumerate(nets):
        t = net(z[k])[:, 0]
        torch.testing.assert_close(values[k], t)
        t.sum().backward()
        for p, grad in zip(net.parameters(), grads, strict=True):
            torch.testing.assert_close(p.grad, grad[k].reshape(p.shape))


@pytest.mark.parametrize(
    "net",
    [
        nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1)),
        nn.Sequential(nn.Linear(2, 4), nn.ELU(alpha=2.0), nn.Linear(4, 1)),
        nn.Sequential(nn.Linear(2, 4, bias=False), nn.ReLU(), nn.Linear(4, 1)),
        nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 1)),
        TwoBranchNet(),
        type("Mine", (Net,), {})(),
    ],
)
def test_anything_but_a_plain_perceptron_is_left_to_autograd(net):
    assert isinstance(make_engine(net), EagerEngine)


def test_frozen_parameters_stay_as_they_are():
    net = Net(hidden_size=8, rng=0)
    net.layers[0].weight.requires_grad_(False)
    before = net.layers[0].weight.clone()
    data = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    MINETrainer(data[:, :1], data[:, 1:], net, 5, rng=0).step(2)
    assert torch.equal(net.layers[0].weight, before)


def test_the_module_stays_live_and_two_trainers_may_take_turns_with_it():
    data, net = torch.randn(50, 2, generator=torch.Generator().manual_seed(0)), Net(hidden_size=8, rng=0)
    first, second = (MINETrainer(data[:, :1], data[:, 1:], net, 5, rng=seed) for seed in (1, 2))
    for trainer in (first, second, first):
        before = net.layers[0].weight.detach().clone()
        trainer.step()
        assert not torch.equal(before, net.layers[0].weight)
        assert 0 < (before - net.layers[0].weight).abs().max() < 0.1
    net.double()
    with pytest.raises(ValueError, match="moved to cpu, torch.float64"):
        first.step()
