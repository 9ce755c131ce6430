import numpy as np
import pytest
import torch
from torch import nn

from dv import BivariateGaussian, MINEETrainer, MINETrainer, Net, SeparableCritic, TwoBranchNet
from dv.resampling import shifted_pairs
from dv.trainers.mine import LOSSES

GAUSSIAN = BivariateGaussian.running_example()
X, Y = GAUSSIAN.sample(60, rng=0).T


def mine(loss="mine", seed=0, **kwargs):
    return MINETrainer(X, Y, Net(hidden_size=8, sigma=0.1, rng=seed), 7, loss=loss, rng=seed, **kwargs)


def minee(seed=0, **kwargs):
    nets = [Net(d, hidden_size=8, rng=seed + d) for d in (2, 1, 1)]
    return MINEETrainer(X, Y, nets, 7, rng=seed, **kwargs)


def weights(trainer):
    return nn.utils.parameters_to_vector(trainer.net.parameters()).detach().clone()


MAKERS = [*(lambda loss=loss, **kwargs: mine(loss, **kwargs) for loss in LOSSES), minee]


@pytest.mark.parametrize("make", MAKERS, ids=[*LOSSES, "minee"])
def test_saved_state_resumes_bit_for_bit_whatever_the_loss(make, tmp_path):
    def schedule(optimizer):
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)

    whole, first, second = make(scheduler=schedule), make(scheduler=schedule), make(scheduler=schedule, seed=5)
    whole.step(5)
    first.step(2)
    first.save(tmp_path / "state.pt")
    second.step(1)
    second.load(tmp_path / "state.pt")
    second.step(3)
    assert torch.equal(weights(second), weights(whole))
    assert second.history.equals(whole.history)
    assert second.estimate(X, Y) == whole.estimate(X, Y)


@pytest.mark.parametrize("make", MAKERS, ids=[*LOSSES, "minee"])
def test_estimate_changes_nothing_and_repeats_itself(make):
    a, b = make(), make()
    a.step(2), b.step(2)
    assert a.estimate(X[:40], Y[:40]) == a.estimate(X[:40], Y[:40])
    a.step(2), b.step(2)
    assert torch.equal(weights(a), weights(b))
    assert a.history.equals(b.history)


@pytest.mark.parametrize("loss", LOSSES)
def test_step_returns_the_dv_value_never_the_surrogate(loss):
    t = mine(loss)
    value = t.step(3)
    rows = t._fixed_rng().permutation(len(X))
    ((i, j),) = shifted_pairs(rows, t.n_ref)
    with torch.no_grad():
        joint = t.net(t.x, t.y).mean()
        reference = t.net(t.x[i], t.y[j]).exp().mean().log()
    assert value == pytest.approx((joint - reference).item(), abs=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_climbs_to_the_information(loss):
    rng = np.random.default_rng(1)
    x, y = BivariateGaussian(0.7).sample(2000, rng).T
    trainer = MINETrainer(
        x, y, SeparableCritic(hidden_size=32, rng=0) if loss == "infonce" else Net(rng=0), 20, loss=loss, rng=0, lr=2e-3
    )
    trainer.step(15)
    x, y = (torch.tensor(a, dtype=torch.float32) for a in BivariateGaussian(0.7).sample(500, rng).T[..., None])
    if loss == "infonce":
        from dv import infonce_bound

        with torch.no_grad():
            value = infonce_bound(trainer.net.scores(x, y)).item()
    else:
        value = trainer.estimate(x, y)
    assert value == pytest.approx(BivariateGaussian(0.7).mutual_information(), abs=0.12)


def test_mine_without_memory_is_mine_biased():
    with_memory, without, biased = mine(ema=0.01), mine(ema=1.0), mine("mine_biased")
    for t in (with_memory, without, biased):
        t.step(3)
    a, b, c = (weights(t)[:-1] for t in (without, biased, with_memory))  # the last bias moves by rounding only
    torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5)
    assert not torch.allclose(b, c, rtol=1e-3, atol=1e-5)


class Recorder(nn.Module):
    """A critic that remembers the training rows of x and y."""

    def __init__(self):
        super().__init__()
        self.scale, self.seen = nn.Parameter(torch.zeros(())), []

    def forward(self, x, y):
        if torch.is_grad_enabled():
            self.seen.append((x[:, 0].int().tolist(), y[:, 0].int().tolist()))
        return self.scale * x[:, 0]


@pytest.mark.parametrize("replace, n_ref", [(False, None), (False, 20), (True, 150)])
def test_reference_pairs_are_resampled_afresh_every_epoch(replace, n_ref):
    n, k, net = 30, 5, Recorder()
    trainer = MINETrainer(np.arange(n), np.arange(n), net, k, n_ref=n_ref, replace=replace, rng=0, lr=1e-9)
    trainer.step(2)
    epochs = []
    for batches in (net.seen[:k], net.seen[k:]):
        joint = sum((x[: n // k] for x, _ in batches), [])
        ref = [sum((batch[side][n // k :] for batch in batches), []) for side in (0, 1)]
        assert sorted(joint) == list(range(n))
        assert len(ref[0]) == len(ref[1]) == (n_ref or n)
        assert replace or len(set(ref[0])) == len(set(ref[1])) == (n_ref or n)
        assert ref[0] != ref[1]
        epochs.append(ref)
    assert epochs[0] != epochs[1]


def test_minee_is_the_difference_of_its_three_divergences_and_near_the_truth():
    x, y = BivariateGaussian(0.7).sample(2000, rng=0).T
    trainer = MINEETrainer(
        x,
        y,
        [Net(2, rng=0), Net(1, rng=1), Net(1, rng=2)],
        10,
        reference="gaussian",
        width=1.5,
        n_ref=4000,
        rng=0,
        lr=2e-3,
    )
    trainer.step(20)
    joint, d_x, d_y = trainer.divergences(x, y)
    assert trainer.estimate(x, y) == joint - d_x - d_y
    assert joint - d_x - d_y == pytest.approx(BivariateGaussian(0.7).mutual_information(), abs=0.08)
    # of N(0, 1) from N(0, 1.5²)
    assert d_x == pytest.approx(np.log(1.5) + 0.5 / 1.5**2 - 0.5, abs=0.05)


def test_minee_with_its_critics_joined_trains_each_as_it_would_alone():
    together, alone = minee(), minee()
    together.step(2)
    for p in alone.net.joint.parameters():
        p.requires_grad_(False)
    rest = MINEETrainer(X, Y, [alone.net.joint, alone.net.x, alone.net.y], 7, rng=0)
    rest.step(2)
    for name in ("x", "y"):
        a, b = getattr(together.net, name), getattr(rest.net, name)
        for p, q in zip(a.parameters(), b.parameters(), strict=True):
            torch.testing.assert_close(p, q)


@pytest.mark.parametrize("net", [TwoBranchNet(hidden_size=8, rng=0), SeparableCritic(hidden_size=8, rng=0)])
def test_any_module_of_two_arguments_trains(net):
    MINETrainer(X, Y, net, 5, rng=0).step(2)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"y": Y[:50]}, "x has 60 rows but y has 50"),
        ({"x": X[:1], "y": Y[:1], "n_iters_per_epoch": 1}, "at least two"),
        ({"loss": "donsker"}, "choose one of mine, dv"),
        ({"ema": 0}, "weight of the new minibatch"),
        ({"ema": 1.5}, "weight of the new minibatch"),
        ({"n_ref": 61}, "n_ref=61 > n=60 needs replace=True"),
        ({"n_ref": 3}, "3 rows, fewer than n_iters_per_epoch=7"),
        ({"net": nn.Linear(2, 1)}, "does not take rows of 1 and 1 columns"),
    ],
)
def test_mine_refuses_bad_input_in_words(change, words):
    arguments = {"x": X, "y": Y, "net": Net(rng=0), "n_iters_per_epoch": 7, **change}
    with pytest.raises(ValueError, match=words):
        MINETrainer(**arguments)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"reference": "flat"}, "give 'uniform', 'gaussian' or a function"),
        ({"width": 0.9}, "does not cover the data"),
        ({"reference": "gaussian", "width": 0}, "above 0"),
        ({"reference": lambda n, rng: (np.zeros((n, 2)), np.zeros(n))}, "x has 1 columns but the reference"),
        ({"reference": lambda n, rng: (np.zeros(n + 1), np.zeros(n))}, "3 rows; 2 were asked for"),
    ],
)
def test_minee_refuses_references_that_do_not_fit_in_words(change, words):
    with pytest.raises(ValueError, match=words):
        minee(**change)
