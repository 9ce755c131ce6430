import copy

import numpy as np
import pytest
import torch
from torch import nn

from dv import MINETrainer, Net, TwoBranchNet, pair_scores
from dv.trainers.fast import FastStep, FlatAdam, flat_state, per_parameter

NETS = [
    Net(3, 8, 0.5, rng=0),
    nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 5), nn.ReLU(), nn.Linear(5, 1)),
    nn.Sequential(nn.Linear(3, 4), nn.ELU(), nn.Linear(4, 1)).double(),
]


@pytest.mark.parametrize("net", NETS)
def test_values_and_gradient_by_hand_are_those_of_autograd(net):
    plain = copy.deepcopy(net)
    dtype = next(net.parameters()).dtype
    generator = torch.Generator().manual_seed(1)
    by_hand = FastStep(copy.deepcopy(net))
    assert by_hand.perceptron
    for rows in (6, 7, 6, 1, 2, 3, 6):
        z = torch.randn(rows, 3, generator=generator, dtype=dtype)
        gradient = torch.randn(rows, generator=generator, dtype=dtype)
        t = plain(z)[:, 0]
        plain.zero_grad()
        t.backward(gradient)
        np.testing.assert_allclose(by_hand.forward([z]), t.detach(), rtol=1e-5, atol=1e-6)
        by_hand.backward(gradient.numpy())
        for p, q in zip(by_hand.net.parameters(), plain.parameters(), strict=True):
            torch.testing.assert_close(p.grad, q.grad)


@pytest.mark.parametrize("net", [Net(2, 8, 0.5, rng=0), TwoBranchNet(1, 1, 8, rng=0)])
def test_all_pairs_are_the_table_of_pair_scores(net):
    x, y = torch.randn(2, 6, 1, generator=torch.Generator().manual_seed(0))
    expected = pair_scores(x, y, net).detach()
    np.testing.assert_allclose(FastStep(net).scores(x, y), expected, rtol=1e-5, atol=1e-6)


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
    assert FastStep(net).perceptron is None


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
    with pytest.raises(ValueError, match=r"moved to cpu, torch\.float64"):
        first.step()


def optimizers(**kwargs):
    """The same vector in the hands of ours and of torch's Adam."""
    start = torch.randn(40, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    vectors = [torch.nn.Parameter(start.clone()) for _ in range(2)]
    return [make([vector], **kwargs) for make, vector in zip((FlatAdam, torch.optim.Adam), vectors, strict=True)]


def vector(optimizer):
    return optimizer.param_groups[0]["params"][0]


def run(both, steps, seed=1):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        gradient = torch.randn(40, generator=generator, dtype=torch.float64)
        for optimizer in both:
            vector(optimizer).grad = gradient.clone()
            optimizer.step()
    torch.testing.assert_close(*map(vector, both))


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3},
        {"weight_decay": 0.1},
        {"amsgrad": True},
        {"maximize": True},
        {"fused": True},
        {"lr": torch.tensor(0.1)},
    ],
    ids=lambda kwargs: " ".join(kwargs) or "plain",
)
def test_steps_are_those_of_torch(kwargs):
    run(optimizers(**kwargs), 30)


def test_states_may_be_handed_over_in_the_middle():
    ours, theirs = optimizers(lr=0.05)
    run([ours, theirs], 10)
    states = [copy.deepcopy(optimizer.state_dict()) for optimizer in (ours, theirs)]
    ours.load_state_dict(states[1])
    theirs.load_state_dict(states[0])
    run([ours, theirs], 10, seed=2)


def test_a_scheduler_is_obeyed():
    both = optimizers(lr=0.1)
    schedulers = [torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5) for optimizer in both]
    for seed in range(4):
        run(both, 3, seed)
        for scheduler in schedulers:
            scheduler.step()
    assert both[0].param_groups[0]["lr"] == pytest.approx(0.1 / 16)


def test_a_state_can_be_that_of_torch_adam_on_the_parameters_and_back():
    fast = FastStep(Net(hidden_size=3, rng=0))
    optimizer = FlatAdam([fast.vector])
    assert flat_state(per_parameter(optimizer.state_dict(), fast)) == optimizer.state_dict()
    fast.vector.grad.normal_(generator=torch.Generator().manual_seed(0))
    optimizer.step()
    state = optimizer.state_dict()
    theirs = torch.optim.Adam(Net(hidden_size=3, rng=0).parameters())
    theirs.load_state_dict(per_parameter(state, fast))
    for p in theirs.param_groups[0]["params"]:
        assert theirs.state[p]["exp_avg"].shape == p.shape
    back = flat_state(theirs.state_dict())
    assert back["state"][0]["step"] == 1
    for name in ("exp_avg", "exp_avg_sq"):
        torch.testing.assert_close(back["state"][0][name], state["state"][0][name])
