"""Every trainer on an accelerator, where there is one."""

import pytest
import torch
from torch import nn

import dv
from dv.trainers.mine import LOSSES

if not torch.accelerator.is_available():
    pytest.skip("no accelerator on this machine", allow_module_level=True)
DEVICE = torch.accelerator.current_accelerator()
X, Y = dv.BivariateGaussian.running_example().sample(600, rng=0).T[..., None]
Z = dv.BivariateGaussian.running_example().sample(600, rng=0)
Z_REF = dv.BivariateGaussian.running_example().sample_reference(600, rng=1)


class OwnNet(nn.Module):
    """A critic that the engine leaves to autograd."""

    def __init__(self):
        super().__init__()
        self.net = dv.Net(hidden_size=16, sigma=0.1, rng=0)

    def forward(self, *inputs):
        return self.net(*inputs)


def mine(device, loss="mine", net=None, **kwargs):
    net = dv.Net(hidden_size=16, sigma=0.1, rng=0) if net is None else net
    return dv.MINETrainer(X, Y, net.to(device), 5, loss=loss, rng=0, **kwargs)


def minee(device):
    nets = [dv.Net(d, hidden_size=16, sigma=0.1, rng=d).to(device) for d in (2, 1, 1)]
    return dv.MINEETrainer(X, Y, nets, 5, rng=0)


def divergence(device):
    net = dv.Net(hidden_size=16, sigma=0.1, rng=0).to(device)
    return dv.DVTrainer(Z, Z_REF, net, 5, rng=0)


MAKERS = {
    "divergence": divergence,
    "minee": minee,
    "own module": lambda device: mine(device, net=OwnNet()),
    **{loss: lambda device, loss=loss: mine(device, loss) for loss in LOSSES},
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_it_learns_what_the_processor_learns(make):
    here, there = make("cpu"), make(DEVICE)
    assert there.step(4) == pytest.approx(here.step(4), abs=1e-3)
    assert {p.device.type for p in there.net.parameters()} == {DEVICE.type}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_state_goes_from_one_device_to_the_other(make, tmp_path):
    whole, first, second = make("cpu"), make(DEVICE), make("cpu")
    whole.step(3)
    first.step(2)
    first.save(tmp_path / "state.pt")
    second.load(tmp_path / "state.pt")
    assert second.step(1) == pytest.approx(whole.history["training_value"].iloc[-1], abs=1e-3)
    again = make(DEVICE)
    again.load(tmp_path / "state.pt")
    again.step(1), first.step(1)
    assert again.history.equals(first.history)


def test_float64_and_schedulers():
    def schedule(optimizer):
        return torch.optim.lr_scheduler.StepLR(optimizer, 1)

    there = mine(DEVICE, net=dv.Net(hidden_size=16, sigma=0.1, rng=0).double(), scheduler=schedule)
    here = mine("cpu", net=dv.Net(hidden_size=16, sigma=0.1, rng=0).double(), scheduler=schedule)
    assert there.step(3) == pytest.approx(here.step(3), abs=1e-9)


def test_tensors_of_the_device_are_taken_and_others_refused():
    net = dv.Net(rng=0).to(DEVICE)
    x, y = (torch.as_tensor(a, dtype=torch.float32, device=DEVICE) for a in (X, Y))
    dv.MINETrainer(x, y, net, 5, rng=0).step()
    with pytest.raises(ValueError, match="is on cpu but the net is on"):
        dv.MINETrainer(x.cpu(), y.cpu(), net, 5, rng=0)
    trainer = dv.MINETrainer(x, y, net, 5, rng=0)
    net.cpu()
    with pytest.raises(ValueError, match="was moved to cpu"):
        trainer.step()


def test_an_estimate_takes_tensors_of_the_device():
    x, y = (torch.as_tensor(a, device=DEVICE) for a in (X, Y))
    assert dv.estimate_mi(x, y, rng=0, budget="quick").value == dv.estimate_mi(X, Y, rng=0, budget="quick").value
