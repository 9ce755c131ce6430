"""Hidden checks of *Climbing the bound*."""

import numpy as np
import torch

import dv

from .core import array, fresh, named, number, require


def minibatches(answer):
    def split(n, batch_size, seed):
        parts = answer(n, batch_size, fresh(seed))
        require(type(parts) in (list, tuple), "give a list of index arrays")
        parts = [array(part, what="a minibatch") for part in parts]
        require(all(part.ndim == 1 for part in parts), "each minibatch is a one-dimensional array of indices")
        return [part.astype(int) for part in parts]

    cases = [(60, 20), (61, 20), (79, 20)]  # whatever the class: none left over, one, all but one
    for seed in range(5):
        rng = fresh(seed)
        cases.append((int(rng.integers(40, 200)), int(rng.integers(3, 30))))
    for seed, (n, size) in enumerate(cases):
        first, other = split(n, size, seed), split(n, size, seed + 100)
        sizes = [size] * (n // size) + [n % size] * (n % size > 0)
        what = f"{n} samples in minibatches of {size}"
        require([len(part) for part in first] == sizes, f"{what}: the sizes are wrong")
        order = np.concatenate(first)
        require(np.array_equal(np.sort(order), np.arange(n)), f"{what}: some come twice or never")
        require(np.array_equal(order, np.concatenate(split(n, size, seed))), "the same generator, the same split")
        require(not np.array_equal(order, np.concatenate(other)), "the split must depend on rng")
    _any_two_meet(split)


def _any_two_meet(split, n=60, size=10, splits=300):
    with_0 = [part for seed in range(splits) for part in split(n, size, seed) if 0 in part]
    met = np.sum([np.isin(np.arange(n), part) for part in with_0], axis=0)
    expected = splits * (size - 1) / (n - 1)
    require(np.abs(met[1:] - expected) < 4.5 * np.sqrt(expected), "any two samples must be equally likely to meet")


def _problem(seed):
    """A small critic with samples for it."""
    gaussian = dv.BivariateGaussian.running_example()
    z, z_ref = gaussian.sample(200, rng=seed), gaussian.sample_reference(150, rng=seed + 50)
    to_tensor = lambda rows: torch.tensor(rows, dtype=torch.float32)  # noqa: E731
    return dv.Net(hidden_size=8, sigma=0.4, rng=seed), to_tensor(z), to_tensor(z_ref)


RATES = (0.02, 0.05, 0.01)


def _climb(function, seed):
    """The values returned over some steps, and all weights after each."""
    critic, z, z_ref = _problem(seed)
    values, weights = [], []
    for rate in RATES:
        values.append(function(critic, z, z_ref, rate))
        weights.append(torch.cat([p.detach().reshape(-1) for p in critic.parameters()]).numpy().copy())
    return [values, weights]


def _one_step(critic, z, z_ref, rate):
    value = dv.DV(z, z_ref, critic)
    slopes = torch.autograd.grad(value, list(critic.parameters()))
    with torch.no_grad():
        for parameter, slope in zip(critic.parameters(), slopes, strict=True):
            parameter += rate * slope
    return value.item()


def gradient_step(answer):
    for seed in fresh().integers(1 << 30, size=4).tolist():
        (values, weights), (right, oracle) = answer.via(_climb, seed), _climb(_one_step, seed)
        for step in range(len(RATES)):
            value, reached = number(values[step]), array(weights[step], shape=oracle[step].shape)
            if np.abs(reached - oracle[step]).max() > 1e-4:
                first = "the first step is not one step up the gradient of the bound"
                later = f"step {step + 1} goes wrong though the first was right: what is left over from before?"
                require(False, later if step else first)
            off = abs(value - right[step])
            require(off < 1e-4, f"step {step + 1}: the value returned is not that before the step")


class Product(torch.nn.Module):
    """A critic with known values that notes how many rows it is given."""

    def __init__(self, scale, shift):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([scale, shift]))
        self.most = 0

    def forward(self, rows):
        self.most = max(self.most, len(rows))
        return self.weight[0] * rows[:, :1] * rows[:, 1:] + self.weight[1]


def _estimate(function, z, z_ref, chunk, shift, training):
    """The estimate, the most rows seen at once, and whether the critic was left as it was."""
    critic = Product(0.6, shift).train(training)
    before = critic.weight.detach().clone()
    z, z_ref = torch.tensor(z, dtype=torch.float32), torch.tensor(z_ref, dtype=torch.float32)
    value = function(critic, z, z_ref, chunk)
    kept = torch.equal(before, critic.weight.detach())
    return [value, critic.most, kept, critic.weight.grad is None, critic.training is training]


def _evenly(values, chunk):
    """The mean of the means of the pieces, as if all were of one length."""
    return np.mean([values[start : start + chunk].mean() for start in range(0, len(values), chunk)])


def estimate(answer):
    gaussian = dv.BivariateGaussian.running_example()
    for seed in range(5):
        rng = fresh(seed)
        n, n_ref = (int(m) for m in rng.integers(30, 300, size=2))
        chunk, shift = int(rng.integers(7, 29)), float(rng.choice([0, 200, -200]))
        z, z_ref = gaussian.sample(n, rng=seed + 30), gaussian.sample_reference(n_ref, rng=seed + 60)
        value, most, weights, gradient, mode = answer.via(_estimate, z, z_ref, chunk, shift, bool(seed % 2))
        require(most <= chunk, f"the critic was given {most} rows at once, and {chunk} are allowed")
        t, t_ref = 0.6 * z.prod(axis=1), 0.6 * z_ref.prod(axis=1)
        exact = dv.dv_bound(t, t_ref)
        off = number(value) - exact
        even, even_ref = _evenly(t, chunk) - t.mean(), np.log(np.exp(t_ref).mean() / _evenly(np.exp(t_ref), chunk))
        short = "the last piece is shorter: a mean of the means of the pieces gives its rows too much weight"
        slips = [(slip, short) for slip in (even, even_ref, even + even_ref)]
        what = named(off, slips, f"n = {n}, n' = {n_ref}, chunk = {chunk}: off by {off:.3g} nats", within=5e-4)
        require(abs(off) < 2e-3, what)
        require(weights, "an estimate must not change the weights")
        require(gradient, "an estimate must leave no gradient behind")
        require(mode, "an estimate must leave the critic in the mode in which it found it")
