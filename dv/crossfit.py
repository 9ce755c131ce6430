"""A ring of small critics trained side by side, each valued on samples it has not seen.

The samples fall into G groups. Critic k leaves out groups k and k+1 (modulo G)
and learns from the rest. Its weights are kept twice: as they were best on group
k, to be valued on k+1, and as they were best on k+1, to be valued on k. So
each group is valued by two critics that never saw it, and their average is
taken: the DV bound is concave in the critic, so averaging cannot hurt.

A critic is a multiple of the Gaussian log density ratio fitted to its training
samples plus a network that learns what is left. The multiple is learned too,
since with heavy tails the Gaussian ratio does harm.
"""

import math
from dataclasses import dataclass

import torch

from ._progress import progress_bar
from .bounds import log_mean_exp
from .stacked import StackedMLP
from .training import CHUNK


@dataclass(frozen=True)
class Budget:
    """How much work an estimate is worth."""

    steps: int
    groups: int
    batch: int = 250
    batch_ref: int = 500
    width: int = 48
    checks: int = 20
    rate: float = 2e-2
    weight_decay: float = 0.02
    warm_up: int = 50
    memory: float = 0.05  # of the averaged weights, as a part of all steps
    check_rows: int = 4000


class Ring:
    """G critics over a source (:mod:`dv.sources`) whose samples lie in G groups."""

    def __init__(self, source, budget, rng):
        self.source, self.budget, self.rng = source, budget, rng
        self.count = count = len(source.groups)
        left_out = [{k, (k + 1) % count} for k in range(count)]
        self.training = [source.rows([g for g in range(count) if g not in out]) for out in left_out]
        quadratic, linear = zip(*(source.gaussian(rows) for rows in self.training), strict=True)
        self.quadratic, self.linear = torch.stack(quadratic), torch.stack(linear).unsqueeze(-1)
        self._make_critics()

    def _make_critics(self):
        """Flat parameters of all critics, their running average, and the views into both."""
        b, k = self.budget, self.count
        sizes = [(2 * self.source.d, b.width), (b.width, b.width), (b.width, 1)]
        shapes = [shape for n_in, n_out in sizes for shape in ((k, n_out, n_in), (k, 1, n_out))] + [(k, 1)]
        lengths = [math.prod(shape) for shape in shapes]
        self.vector, self.slope, self.average, self.first, self.second = torch.zeros(5, sum(lengths))
        self.live, self.gradient, self.mean = (
            [part.view(shape) for part, shape in zip(flat.split(lengths), shapes, strict=True)]
            for flat in (self.vector, self.slope, self.average)
        )
        for weight in self.live[:4:2]:  # the last layer starts at 0
            std = math.sqrt(2 / weight.shape[-1])
            weight.copy_(torch.from_numpy(self.rng.normal(0, std, weight.shape)))
        self.live[1].copy_(torch.from_numpy(self.rng.normal(0, 1, self.live[1].shape)))
        self.live[-1].fill_(self.source.trust)
        self.average.copy_(self.vector)
        self.net = StackedMLP(self.live[:-1:2], self.live[1::2], self.gradient[:-1])

    def _gaussian(self, z, which=slice(None)):
        """The Gaussian log density ratio at z, (K, n, d) to (K, n)."""
        return ((torch.bmm(z, self.quadratic[which]) * z).sum(-1)
                + torch.bmm(z, self.linear[which]).squeeze(-1))

    @staticmethod
    def _features(z):
        """z beside z² - 1, so that radial dependence is visible to the first layer."""
        return torch.cat([z, z * z - 1], -1)

    def _step(self, step):
        b, n = self.budget, self.budget.batch
        z = torch.stack([self.source.batch(rows, n, b.batch_ref, self.rng) for rows in self.training])
        gaussian = self._gaussian(z)
        t = self.net.forward(self._features(z)) + self.live[-1] * gaussian
        gradient = torch.cat([torch.full_like(t[:, :n], -1 / n), torch.softmax(t[:, n:], 1)], 1)
        self.net.backward(gradient)
        torch.sum(gradient * gaussian, 1, keepdim=True, out=self.gradient[-1])
        cosine = (1 + math.cos(math.pi * step / b.steps)) / 2
        self._adamw(step + 1, b.rate * min(1, (step + 1) / b.warm_up) * cosine)
        memory = min(b.memory * b.steps, (step + 10) / 9)
        self.average.lerp_(self.vector, 1 / max(memory, 1))

    def _adamw(self, step, rate):
        """One step of Adam with decoupled weight decay on the flat vector.

        Not ``torch.optim``, whose first use in a process loads the compiler,
        which takes longer than a quick estimate.
        """
        self.first.lerp_(self.slope, 0.1)
        self.second.mul_(0.999).addcmul_(self.slope, self.slope, value=0.001)
        scale = (self.second / (1 - 0.999**step)).sqrt_().add_(1e-8)
        self.vector.mul_(1 - rate * self.budget.weight_decay)
        self.vector.addcdiv_(self.first, scale, value=-rate / (1 - 0.9**step))

    def train(self, progress=None):
        """Run all steps and return the curve: (step, mean value on the left-out groups)."""
        b = self.budget
        self.best_value = torch.full((self.count, 2), -math.inf)
        self.best = [[[p[k].clone() for p in self.mean] for _ in range(2)] for k in range(self.count)]
        curve = [(0, self._check())]
        with progress_bar(b.steps, progress, unit="step") as bar:
            for step in bar:
                self._step(step)
                if (step + 1) % max(1, b.steps // b.checks) == 0:
                    curve.append((step + 1, self._check()))
        return curve

    def _check(self):
        """Keep the averaged weights of each critic where they beat its best on a left-out group."""
        values = torch.zeros(self.count, 2)
        for k in range(self.count):
            parameters = [p[k] for p in self.mean]
            for side in range(2):
                t, blocks = self._value(parameters, k, self._some((k + side) % self.count), shifts=2)
                t_ref = torch.cat([block for _, block in blocks])
                values[k, side] = t.mean() - log_mean_exp(t_ref)
                # beyond what n′ references can tell, a value is an accident
                ceiling = math.log(len(t_ref)) - 1
                if self.best_value[k, side] < values[k, side] < ceiling:
                    self.best_value[k, side] = values[k, side]
                    self.best[k][side] = [p.clone() for p in parameters]
        return values.mean().item()

    def _some(self, group):
        """The first rows of a group, enough to compare checkpoints."""
        rows, most = self.source.groups[group], self.budget.check_rows
        return tuple(side[:most] for side in rows) if isinstance(rows, tuple) else rows[:most]

    def _value(self, parameters, k, rows, shifts):
        """Values of critic k on joint samples and on each block of references."""
        net = StackedMLP([p[None] for p in parameters[:-1:2]], [p[None] for p in parameters[1::2]],
                         parameters[:-1])

        def value(z):
            chunks = z[None].split(CHUNK, 1)
            parts = [net.forward(self._features(c)) + parameters[-1] * self._gaussian(c, slice(k, k + 1))
                     for c in chunks]
            return torch.cat(parts, 1)[0]

        blocks = [(origin, value(z)) for z, origin in self.source.references(rows, shifts)]
        return value(self.source.joint(rows)), blocks

    def held_out(self, shifts):
        """Value all samples by critics that never saw them.

        Returns the value in nats, its standard error, the mean value of the critics
        on samples they were trained on, and what they leave unexplained: nats, and
        how many standard deviations above chance.
        """
        source, t, origins, t_ref, training = self.source, torch.zeros(self.source.n), [], [], []
        for g, rows in enumerate(source.groups):
            total, total_ref = 0, 0
            for k, side in ((g, 1), ((g - 1) % self.count, 0)):
                parameters = self.best[k][side]
                seen, seen_ref = self._value(parameters, k, self._seen(k), shifts=4)
                # a critic is known up to a constant; fix it, so that groups can be pooled
                constant = log_mean_exp(torch.cat([block for _, block in seen_ref]))
                training.append((seen.mean() - constant).item())
                values, blocks = self._value(parameters, k, rows, shifts)
                values_ref = torch.stack([block for _, block in blocks])
                # any function is a valid critic: cut this one off where it saw next to nothing
                top = torch.quantile(seen, 0.995)
                total = total + (values.clamp(max=top) - constant) / 2
                total_ref = total_ref + (values_ref.clamp(max=top) - constant) / 2
            t[rows[0] if isinstance(rows, tuple) else rows] = total
            origins += [origin for origin, _ in blocks]
            t_ref += list(total_ref)
        log_mean = log_mean_exp(torch.cat(t_ref))
        weights = [torch.exp(block - log_mean) for block in t_ref]
        error = source.standard_error(t, origins, weights)
        bins = min(16, math.isqrt(source.n // 20))
        unexplained = source.unexplained(origins, weights, bins) if bins > 1 else (0.0, 0.0)
        return (t.mean() - log_mean).item(), error, sum(training) / len(training), unexplained

    def _seen(self, k):
        """A random part of the training samples of critic k."""
        rows, most = self.training[k], self.budget.check_rows

        def some(side):
            return side[torch.from_numpy(self.rng.permutation(len(side))[:most])]

        return tuple(map(some, rows)) if isinstance(rows, tuple) else some(rows)
