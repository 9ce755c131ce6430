import copy

import pytest
import torch

from dv.adam import FlatAdam


def pair(**kwargs):
    """The same vector in the hands of ours and of torch's Adam."""
    start = torch.randn(40, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    vectors = [torch.nn.Parameter(start.clone()) for _ in range(2)]
    return [make([vector], **kwargs) for make, vector in zip((FlatAdam, torch.optim.Adam), vectors, strict=True)]


def vector(optimizer):
    return optimizer.param_groups[0]["params"][0]


def run(optimizers, steps, seed=1):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        gradient = torch.randn(40, generator=generator, dtype=torch.float64)
        for optimizer in optimizers:
            vector(optimizer).grad = gradient.clone()
            optimizer.step()
    torch.testing.assert_close(*map(vector, optimizers))


@pytest.mark.parametrize(
    "kwargs",
    [{}, {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3}, {"weight_decay": 0.1}, {"amsgrad": True},
     {"maximize": True}, {"fused": True}, {"lr": torch.tensor(0.1)}],
    ids=lambda kwargs: " ".join(kwargs) or "plain",
)
def test_steps_are_those_of_torch(kwargs):
    run(pair(**kwargs), 30)


def test_states_may_be_handed_over_in_the_middle():
    ours, theirs = pair(lr=0.05)
    run([ours, theirs], 10)
    states = [copy.deepcopy(optimizer.state_dict()) for optimizer in (ours, theirs)]
    ours.load_state_dict(states[1])
    theirs.load_state_dict(states[0])
    run([ours, theirs], 10, seed=2)


def test_a_scheduler_is_obeyed():
    optimizers = pair(lr=0.1)
    schedulers = [torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5) for optimizer in optimizers]
    for seed in range(4):
        run(optimizers, 3, seed)
        for scheduler in schedulers:
            scheduler.step()
    assert optimizers[0].param_groups[0]["lr"] == pytest.approx(0.1 / 16)
