"""What a trainer takes, what it refuses, and that nothing is lost on the way."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

import dv
from dv import BivariateGaussian, DVTrainer, MINEETrainer, MINETrainer, Net

GAUSSIAN = BivariateGaussian.running_example()
Z, Z_REF = GAUSSIAN.sample(60, rng=0), GAUSSIAN.sample_reference(70, rng=1)
X, Y = Z.T


def trainer(Z=Z, Z_ref=Z_REF, seed=0, critic=None, **kwargs):
    critic = Net(hidden_size=8, rng=seed) if critic is None else critic
    return DVTrainer(Z, Z_ref, critic, 7, rng=seed, **kwargs)


def mine(**kwargs):
    return MINETrainer(X, Y, Net(hidden_size=8, rng=0), 7, rng=0, **kwargs)


def minee(**kwargs):
    return MINEETrainer(X, Y, [Net(d, hidden_size=8, rng=d) for d in (2, 1, 1)], 7, rng=0, **kwargs)


def halve(optimizer):
    return torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)


def weights(trainer):
    return nn.utils.parameters_to_vector(trainer.net.parameters()).detach().clone()


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))], ids=["deepcopy", "pickle"])
@pytest.mark.parametrize("engine", ["fast", "autograd"])
@pytest.mark.parametrize("make", [trainer, mine, minee])
def test_a_copy_goes_on_by_itself_bit_for_bit(make, engine, copied):
    whole, first = make(engine=engine, scheduler=halve), make(engine=engine, scheduler=halve)
    whole.step(4)
    for epochs in (0, 2):  # untouched, and in the middle
        if epochs:
            first.step(epochs)
        second = copied(first)
        before = weights(first)
        second.step(4 - epochs)
        assert torch.equal(weights(first), before)
        assert torch.equal(weights(second), weights(whole))
        assert second.history.equals(whole.history)


def test_a_result_can_be_copied_and_pickled():
    result = dv.estimate_mi(X, Y, rng=0, budget=dv.Budget(20, groups=3, checks=2))
    assert copy.deepcopy(result) == pickle.loads(pickle.dumps(result)) == result


@pytest.mark.parametrize("true", [True, np.True_, torch.tensor(True)])
def test_a_callback_stops_the_run_with_anyones_true(true):
    t = trainer(callbacks=[lambda trainer: true])
    t.step(5)
    assert len(t.history) == 1


@pytest.mark.parametrize("other", [None, False, np.False_, 3, "stop", [True]])
def test_a_callback_that_returns_anything_else_does_not(other):
    t = trainer(callbacks=[lambda trainer: other])
    t.step(2)
    assert len(t.history) == 2


def read_only(data):
    data = data.copy()
    data.flags.writeable = False
    return data


@pytest.mark.parametrize(
    "given",
    [
        Z[::-1][::-1],
        np.asfortranarray(Z),
        Z.astype(">f8"),
        Z.astype(np.longdouble),
        read_only(Z),
        Z.tolist(),
        torch.tensor(Z),
        torch.tensor(Z, requires_grad=True),
        pd.DataFrame(Z),
    ],
    ids=["negative strides", "columns first", "byte order", "long", "read only", "list", "tensor", "graph", "frame"],
)
def test_data_are_taken_however_they_lie_in_memory(given):
    assert trainer(given).step(2) == trainer().step(2)


@pytest.mark.parametrize("convert", [np.array, torch.tensor, lambda a: torch.tensor(a, dtype=torch.float32)])
def test_data_are_copied(convert):
    data = convert(Z)
    t = trainer(data)
    data[:] = 0
    assert t.step(2) == trainer().step(2)


@pytest.mark.parametrize("data", [np.zeros((60, 0)), torch.zeros(60, 0)])
def test_data_of_no_columns_are_refused(data):
    with pytest.raises(ValueError, match=r"shape \(60, 0\), rows of nothing"):
        trainer(data, data)


def other_shape(state):
    state["net"]["layers.0.weight"] = torch.zeros(3, 3)


def no_scheduler(state):
    state["scheduler"] = {"surprise": 1}


def bad_generator(state):
    state["generator"] = {"bit_generator": "MT19937"}


@pytest.mark.parametrize("harm", [other_shape, no_scheduler, bad_generator, lambda state: state.pop("generator")])
def test_a_state_that_does_not_fit_leaves_the_trainer_as_it_was(harm):
    whole, cut, other = trainer(scheduler=halve), trainer(scheduler=halve), trainer(seed=5, scheduler=halve)
    whole.step(4)
    cut.step(2), other.step(3)
    state = other.state_dict()
    harm(state)
    with pytest.raises(ValueError, match="stays as it was"):
        cut.load_state_dict(state)
    cut.step(2)
    assert torch.equal(weights(cut), weights(whole))
    assert cut.history.equals(whole.history)


def test_what_is_no_state_is_refused_in_words(tmp_path):
    t = trainer()
    torch.save({"weights": torch.zeros(3)}, tmp_path / "other.pt")
    (tmp_path / "words.pt").write_text("not torch's")
    torch.save(Net(rng=0), tmp_path / "net.pt")
    for name, words in (
        ("other.pt", "no state of a trainer"),
        ("words.pt", "not written by"),
        ("net.pt", "not written by"),
    ):
        with pytest.raises(ValueError, match=words):
            t.load(tmp_path / name)
    with pytest.raises(ValueError, match="no state of a trainer"):
        t.load_state_dict([1, 2])
    with pytest.raises(FileNotFoundError):
        t.load(tmp_path / "nowhere.pt")


def replace_layer(net):
    net.layers[0] = nn.Linear(2, 8)


def replace_activation(net):
    net.layers[1] = nn.Tanh()


def freeze(net):
    net.layers[0].weight.requires_grad_(False)


@pytest.mark.parametrize("change", [replace_layer, replace_activation, freeze])
def test_a_net_changed_after_the_trainer_was_made_is_noticed(change):
    t = trainer()
    t.step()
    change(t.net)
    with pytest.raises(ValueError, match="replaced, frozen or freed after the trainer was made"):
        t.step()


@pytest.mark.parametrize("engine", ["fast", "autograd"])
def test_reduce_on_plateau_is_shown_the_loss_of_the_epoch(engine):
    def schedule(optimizer):
        # any loss is worse than one that is lower by a nat
        return torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=0.1, patience=0, threshold=1, threshold_mode="abs"
        )

    t = trainer(engine=engine, scheduler=schedule, lr=1e-3)
    t.step(3)
    assert t.scheduler.best == t.history["loss"].iloc[0]
    assert t.optimizer.param_groups[0]["lr"] == pytest.approx(1e-5)


@pytest.fixture
def other_defaults():
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    yield
    torch.set_default_device(None)
    torch.set_default_dtype(torch.float32)


def all_values():
    nets = [dv.TwoBranchNet(rng=0), dv.ResidualNet(rng=0), dv.SeparableCritic(rng=0)]
    values = [t.step(2) for t in (trainer(), trainer(engine="autograd"), mine(), mine(loss="infonce"), minee())]
    values += [MINETrainer(X, Y, net, 7, rng=0).step(1) for net in nets]
    values += [mine().estimate(X, Y), dv.dv_bound(X, Y), dv.js_bound([0, 1], [2, 3])]
    return [*values, dv.estimate_mi(X, Y, rng=0, budget=dv.Budget(20, groups=3, checks=2)).value]


def test_defaults_of_torch_change_nothing(request):
    expected = all_values()
    request.getfixturevalue("other_defaults")
    assert all_values() == expected


def test_training_data_are_checked_once(monkeypatch):
    from dv.trainers import dv_trainer

    t, calls = trainer(), []
    monkeypatch.setattr(dv_trainer, "as_tensor", lambda *args: calls.append(args))
    t.step(3)
    assert not calls
