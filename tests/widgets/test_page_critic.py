"""The critic that trains in the page, step by step against dv.Net, autograd and dv.DVTrainer."""

import numpy as np
import pytest
import torch

import dv

GAUSSIAN = dv.BivariateGaussian.running_example()
CLIMB = """
const critic = new critic_.Critic(given.width, given.weights), steps = [];
for (const [z, zRef] of given.minibatches)
  steps.push([critic.climb(Float64Array.from(z), Float64Array.from(zRef), given.rate), [...critic.parameters]]);
const [t, tRef] = [given.all, given.allRef].map((z) => critic.values(Float64Array.from(z)));
out = { steps, t, tRef, value: critic_.bound(t, tRef) };
"""


class Watched(dv.DVTrainer):
    """A trainer that notes the weights before every step, and the minibatch of that step."""

    def _minibatches(self):
        for joint, ref in super()._minibatches():
            self.seen.append((flat(self.net), joint[0].numpy(), ref[0].numpy()))
            yield joint, ref


def flat(net):
    return torch.nn.utils.parameters_to_vector(net.parameters()).detach().double().numpy().copy()


def both(node, dtype, engine="fast", width=12, n=103, n_ref=87, batches=5, epochs=10, rate=3e-3, sigma=0.4):
    """The same training here and in the page: the trainer, and what the page has after each step."""
    z, z_ref = (draw.astype(np.float32) for draw in (GAUSSIAN.sample(n, rng=1), GAUSSIAN.sample_reference(n_ref, rng=2)))
    net = dv.Net(hidden_size=width, sigma=sigma, rng=3).to(dtype)
    trainer = Watched(z, z_ref, net, batches, rng=4, lr=rate, engine=engine, progress=False)
    trainer.seen = []
    trainer.step(epochs)
    first = trainer.seen[0][0]
    minibatches = [(a.ravel().tolist(), b.ravel().tolist()) for _, a, b in trainer.seen]
    rows = {"all": z.ravel().tolist(), "allRef": z_ref.ravel().tolist()}
    code = "const critic_ = critic;{" + CLIMB.replace("const critic =", "const critic =") + "}"
    found = node(
        code,
        modules=("critic",),
        width=width,
        weights=first.tolist(),
        minibatches=minibatches,
        rate=rate,
        **rows,
    )
    return trainer, found


@pytest.mark.parametrize("engine", ["fast", "autograd"])
@pytest.mark.parametrize(("dtype", "off"), [(torch.float64, 1e-10), (torch.float32, 2e-5)])
def test_fifty_steps_are_those_of_the_trainer(node, dtype, off, engine):
    """Weights after every step, critic values and training value at the end, and the loss."""
    trainer, found = both(node, dtype, engine)
    after = [*(weights for weights, *_ in trainer.seen[1:]), flat(trainer.net)]
    assert len(after) == len(found["steps"]) == 50
    for weights, (_, page) in zip(after, found["steps"], strict=True):
        assert np.abs(weights - page)[:-1].max() < off  # the last bias walks on rounding alone
    losses = -np.mean(np.reshape([value for value, _ in found["steps"]], (10, 5)), axis=1)
    assert trainer.history["loss"].to_numpy() == pytest.approx(losses, abs=off)
    assert trainer.history["training_value"].iloc[-1] == pytest.approx(found["value"], abs=off)
    assert found["value"] > 0.3
