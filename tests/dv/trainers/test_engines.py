"""The loop as the course writes it, and the fast way: the same numbers."""

import numpy as np
import pytest
import torch
from torch import nn

from dv import BivariateGaussian, DVTrainer, MINEETrainer, MINETrainer, Net, TwoBranchNet, dv_bound
from dv.trainers.mine import LOSSES

GAUSSIAN = BivariateGaussian.running_example()
Z, Z_REF = GAUSSIAN.sample(60, rng=0), GAUSSIAN.sample_reference(70, rng=1)
X, Y = Z.T


def net(d=2, seed=0):
    return Net(d, hidden_size=8, sigma=0.3, rng=seed).double()


def divergence(**kwargs):
    return DVTrainer(Z, Z_REF, net(), 7, rng=3, lr=1e-2, **kwargs)


def minee(**kwargs):
    return MINEETrainer(X, Y, [net(d, d) for d in (2, 1, 1)], 7, rng=3, lr=1e-2, **kwargs)


def mine(loss="mine", critic=net, **kwargs):
    return MINETrainer(X, Y, critic(), 7, loss=loss, rng=3, lr=1e-2, **kwargs)


def branches():
    return TwoBranchNet(1, 1, 8, rng=0).double()


MAKERS = {
    "divergence": divergence,
    "minee": minee,
    **{loss: lambda loss=loss, **kwargs: mine(loss, **kwargs) for loss in LOSSES},
    **{f"{loss}, any module": lambda loss=loss, **kwargs: mine(loss, branches, **kwargs) for loss in LOSSES},
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_both_engines_give_the_same_numbers_to_rounding(make):
    fast, plain = make(), make(engine="autograd")
    assert fast.fast and not plain.fast
    assert type(plain.optimizer) is torch.optim.Adam
    assert fast.step(4) == pytest.approx(plain.step(4), rel=1e-7)
    np.testing.assert_allclose(fast.history, plain.history, rtol=1e-7)
    for p, q in zip(fast.net.parameters(), plain.net.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_state_goes_from_one_engine_to_the_other(make, tmp_path):
    whole = make()
    whole.step(4)
    for first, second in (("fast", "autograd"), ("autograd", "fast")):
        start, end = make(engine=first), make(engine=second)
        start.step(2)
        start.save(tmp_path / "state.pt")
        end.load(tmp_path / "state.pt")
        assert end.step(2) == pytest.approx(whole.history["training_value"].iloc[-1], rel=1e-6)


def test_the_loop_is_minibatch_bound_gradient_and_adam():
    ours, theirs = divergence(engine="autograd"), divergence(engine="autograd")
    ours.step(3)
    adam = torch.optim.Adam(theirs.net.parameters(), lr=1e-2)
    for _ in range(3):
        for (z,), (z_ref,) in theirs._minibatches():
            adam.zero_grad()
            (-dv_bound(theirs.net(z), theirs.net(z_ref))).backward()
            adam.step()
    for p, q in zip(ours.net.parameters(), theirs.net.parameters(), strict=True):
        assert torch.equal(p, q)


def test_another_engine_is_refused_in_words():
    with pytest.raises(ValueError, match="engine='quick' is unknown; choose one of fast, autograd"):
        divergence(engine="quick")


@pytest.mark.parametrize("engine", ["fast", "autograd"])
def test_a_net_that_draws_is_reproducible_and_leaves_the_global_generator_alone(engine, tmp_path):
    def make():
        critic = nn.Sequential(net().layers[0], nn.Dropout(), nn.ELU(), nn.Linear(8, 1).double())
        for p in critic.parameters():
            nn.init.normal_(p, std=0.3, generator=torch.Generator().manual_seed(0))
        return DVTrainer(Z, Z_REF, critic, 7, rng=3, engine=engine)

    before = torch.get_rng_state()
    whole, first, second = make(), make(), make()
    torch.rand(5)
    whole.step(4)
    first.step(2)
    first.save(tmp_path / "state.pt")
    torch.rand(5)
    second.load(tmp_path / "state.pt")
    second.step(2)
    assert second.history.equals(whole.history)
    torch.set_rng_state(before)
    whole.step(1)
    assert torch.equal(torch.get_rng_state(), before)
