"""A ring of small critics trained side by side, each valued on samples it has not seen.

The samples fall into G groups. Critic k leaves out groups k and k+1 (modulo G)
and learns from the rest. Its weights are kept twice: as they were best on group
k, to be valued on k+1, and as they were best on k+1, to be valued on k. So
each group is valued by two critics that never saw it, and their average is
taken: the DV bound is concave in the critic, so the average is worth at least the
mean of the two values.

A critic is a multiple of the Gaussian log density ratio fitted to its training
samples plus a network that learns what is left. The multiple is learned too,
since with heavy tails the Gaussian ratio does harm.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .._fast.adam import adam_step
from .._fast.losses import dv_loss
from .._fast.perceptron import Perceptron, count_parameters, layers
from .._progress import progress_bar
from .._shapes import Array, Float
from ..bounds import log_mean_exp
from .base import Base, fit_base
from .budget import Budget
from .certificate import bound, centred
from .samples import Block, Rows, Samples, View, together

MANY = 50_000  # references of a group where a few cannot tell
CHUNK = 4096  # rows valued at once: few enough to stay in the processor's cache


class Critics:
    """K critics: perceptrons on z and z² − 1, so that radial dependence shows, plus multiples of the Gaussian ratio.

    ``parameters`` (K, P) holds a row a critic, the multiple last; ``quadratic`` (K, d, d)
    and ``linear`` (K, d, 1) are the Gaussian ratio z · (A z + b).
    """

    def __init__(
        self,
        width: int,
        parameters: Float[Array, "K P"],
        quadratic: Float[Array, "K d d"],
        linear: Float[Array, "K d 1"],
        gradient: Float[Array, "K P"] | None = None,
    ):
        self.width, self.parameters, self.quadratic, self.linear = width, parameters, quadratic, linear
        self.gradient: Any = gradient
        d = linear.shape[1]
        self.ones = np.ones((d, 1), parameters.dtype)
        inner = None if gradient is None else gradient[:, :-1]
        self.perceptron = Perceptron(sizes(d, width), parameters[:, :-1], inner)

    def forward(self, z: Float[Array, "K n d"], offset: Float[Array, "K n"]) -> Float[Array, "K n"]:
        """Map rows (K, n, d), with an offset of their values (K, n), to values (K, n)."""
        square = z * z
        square -= 1
        ones = np.ones((*z.shape[:-1], 1), z.dtype)
        product = np.matmul(z, self.quadratic)
        product *= z
        self.gaussian = (np.matmul(product, self.ones) + np.matmul(z, self.linear))[..., 0]
        values = self.perceptron.forward(np.concatenate([z, square, ones], axis=-1))
        return values + self.parameters[:, -1:] * self.gaussian + offset

    def backward(self, gradient: Float[Array, "K n"]) -> None:
        """Write the gradients of all parameters, given those of the values, (K, n)."""
        self.perceptron.backward(gradient)
        self.gradient[:, -1] = np.einsum("kn,kn->k", gradient, self.gaussian)

    def one(self, k: int, parameters: Float[Array, " P"]) -> "Critics":
        """Critic k alone, with parameters (P,) of its own."""
        return Critics(self.width, parameters[None], self.quadratic[k : k + 1], self.linear[k : k + 1])

    def values(self, z: Float[Array, "n d"], offset: np.ndarray) -> Float[Array, " n"]:
        """Values (n,) of the only critic, in chunks."""
        offset = np.broadcast_to(offset, len(z))
        chunks = (slice(i, i + CHUNK) for i in range(0, len(z), CHUNK))
        return np.concatenate([self.forward(z[None, chunk], offset[None, chunk])[0] for chunk in chunks])


def sizes(d: int, width: int) -> tuple[int, ...]:
    """Layers of a critic of d columns."""
    return 2 * d, width, width, 1


class Ring:
    """G critics over samples that lie in G groups."""

    def __init__(self, samples: Samples, budget: Budget, rng: np.random.Generator):
        self.samples, self.budget, self.rng = samples, budget, rng
        self.count = count = len(samples.groups)
        left_out = [{k, (k + 1) % count} for k in range(count)]
        self.training = [together([samples.groups[g] for g in range(count) if g not in out]) for out in left_out]
        self.views = [samples.view(rows) for rows in self.training]
        self.stratified = any(getattr(view, "stratified", False) for view in self.views)
        self.critics = self._make_critics()
        self.average = self.critics.parameters.copy()
        self.first, self.second = (np.zeros(self.average.shape, np.float32) for _ in range(2))

    def _make_critics(self) -> Critics:
        """Weights that keep the size of ReLU activations; the last layer starts at 0."""
        d, width, rng = self.views[0].d, self.budget.width, self.rng
        self.bases = [fit_base(view, rows) for view, rows in zip(self.views, self.training, strict=True)]
        quadratic, linear = (
            np.stack(parts).astype(np.float32)
            for parts in zip(*((b.quadratic, b.linear) for b in self.bases), strict=True)
        )
        parameters, gradient = np.zeros((2, self.count, count_parameters(sizes(d, width)) + 1), np.float32)
        (weights, biases), (second, _), _ = layers(parameters[:, :-1], sizes(d, width))
        for part in (weights, second):
            part[...] = rng.normal(0, math.sqrt(2 / part.shape[-1]), part.shape)
        biases[...] = rng.normal(0, 1, biases.shape)
        parameters[:, -1] = [base.trust for base in self.bases]
        return Critics(width, parameters, quadratic, linear[..., None], gradient)

    def train(self, progress: bool | None = None) -> list[tuple[int, float]]:
        """Run all steps and return the curve: (step, mean value on the left-out groups)."""
        b = self.budget
        self.best_value = np.full((self.count, 2), -math.inf)
        self.best = np.stack([self.average, self.average], axis=1)
        curve = [(0, self._check(self.average))]
        # Where information is high, few references show it to a minibatch; the Gaussian ratio may know it at once.
        whole = self.average.copy()
        whole[:, -1] = 1
        self._check(whole)
        with progress_bar(b.steps, progress, unit="step") as bar:
            for step in bar:
                self._step(step)
                if (step + 1) % (b.steps // b.checks) == 0:
                    curve.append((step + 1, self._check(self.average)))
        return curve

    def _step(self, step: int) -> None:
        b, critics = self.budget, self.critics
        z, offset, drawn = zip(*(self._batch(*each) for each in zip(self.views, self.bases, strict=True)), strict=True)
        drawn = np.stack(drawn) if self.stratified else None
        _, gradient = dv_loss(critics.forward(np.stack(z), np.stack(offset)), b.batch, drawn)
        critics.backward(gradient)
        rate = b.rate * min(1, (step + 1) / max(b.warm_up, 1)) * (1 + math.cos(math.pi * step / b.steps)) / 2
        adam_step(critics.parameters, critics.gradient, self.first, self.second, step + 1, rate, decay=b.weight_decay)
        memory = max(1, min(b.memory * b.steps, (step + 10) / 9))
        self.average += (critics.parameters - self.average) / np.float32(memory)

    def _batch(self, view: View, base: Base):
        """A minibatch of one critic, what its tables say of it, and how it was drawn."""
        origin, drawn = view.batch(self.budget.batch, self.budget.batch_ref, self.rng)
        z = view.take(*origin)
        drawn = np.zeros(len(z), np.float32) if drawn is None and self.stratified else drawn
        return z, np.broadcast_to(base.table_values(origin), len(z)), drawn

    def _check(self, parameters: np.ndarray) -> float:
        """Keep these weights of each critic where they beat its best on a left-out group."""
        values = np.zeros((self.count, 2))
        for k in range(self.count):
            for side in range(2):
                rows = self.samples.groups[(k + side) % self.count]
                values[k, side], told = self._compared(k, parameters[k], _some(rows, self.budget.check_rows))
                if self.best_value[k, side] < min(values[k, side], told):
                    self.best_value[k, side] = min(values[k, side], told)
                    self.best[k, side] = parameters[k]
        return float(values.mean())

    def _compared(self, k: int, parameters: np.ndarray, rows: Rows) -> tuple[float, float]:
        """The value of critic k on rows it has not seen, and the most that so many references can tell.

        Where few cannot tell for certain, many decide.
        """
        size = len(rows[0])
        for shifts, doubt in ((2, 4), (max(2, min(size - 1, MANY // size)), 1)):
            blocks = list(self.samples.references(rows, shifts))
            t, t_ref = self._valued(k, parameters, rows, blocks)
            value, told = t.mean() - _log_mean(t_ref, blocks), math.log(sum(map(len, blocks))) - doubt
            if value < told:
                break
        return float(value), told

    def _valued(self, k: int, parameters: np.ndarray, rows: Rows, blocks: list[Block]):
        """Values of critic k on joint samples, and on each block of references."""
        at = self._critic(k, parameters)
        return at(*self.views[k].joint(rows)), [at(*block.origin) for block in blocks]

    def _critic(self, k: int, parameters: np.ndarray) -> Callable[..., Float[Array, " m"]]:
        """Critic k with parameters of its own, as a function of where its arguments come from."""
        critic, view, base = self.critics.one(k, parameters), self.views[k], self.bases[k]
        return lambda *origin: critic.values(view.take(*origin), base.table_values(origin))

    def held_out(self, shifts: int) -> tuple[float, float, float, tuple[float, float], int]:
        """Value all samples by critics that never saw them.

        Returns the value in nats, its standard error, the mean value of the critics
        on samples they were trained on, what they leave unexplained: nats, and how many
        standard deviations above chance; and how many references there were.
        """
        samples, t, t_ref, blocks, training = self.samples, np.zeros(self.samples.n), [], [], []
        for g, rows in enumerate(samples.groups):
            fresh = list(samples.references(rows, shifts))
            total, total_ref = 0, [0.0] * len(fresh)
            for k, side in ((g, 1), ((g - 1) % self.count, 0)):
                known_rows = self._seen(k)
                for shifts_known in (4, max(4, min(len(known_rows[0]) - 1, MANY // len(known_rows[0])))):
                    known = list(self.views[k].references(known_rows, shifts_known))
                    seen, seen_ref = self._valued(k, self.best[k, side], known_rows, known)
                    # a critic is known up to a constant; fix it, so that groups can be pooled
                    constant = _log_mean(seen_ref, known)
                    # any function is a valid critic: cut this one off where it saw next to nothing
                    edge = constant + math.log(sum(map(len, known))) - 2
                    if seen.max() < edge:
                        break
                training.append(seen.mean() - constant)
                values, values_ref = self._valued(k, self.best[k, side], rows, fresh)
                top = min(seen.max(), edge)
                total = total + (np.minimum(values, top) - constant) / 2
                parts = [(np.minimum(block, top) - constant) / 2 for block in values_ref]
                total_ref = [a + b for a, b in zip(total_ref, parts, strict=True)]
            t[rows[0]] = total
            blocks += fresh
            t_ref += total_ref
        log_mean = _log_mean(t_ref, blocks)
        ratios = [np.exp(block - log_mean) for block in t_ref]
        error = samples.standard_error(t, blocks, ratios)
        bins = min(16, math.isqrt(samples.n // 20))
        unexplained = samples.unexplained(blocks, ratios, bins) if bins > 1 else (0.0, 0.0)
        return float(t.mean() - log_mean), error, float(np.mean(training)), unexplained, sum(map(len, blocks))

    def certified(self) -> float:
        """A proved lower bound (:mod:`dv.estimator.certificate`): each critic bets on the groups it left out.

        The weights are the averaged ones at the end, which no left-out group has chosen.
        """
        bets = []
        for k in range(self.count):
            fresh = together([self.samples.groups[g % self.count] for g in (k, k + 1)])
            known, fresh = (self.samples.bets(rows) for rows in (self._seen(k), fresh))
            bets.append([centred(self._critic(k, self.average[k]), known, fresh)])
        return bound(bets, [self.samples.ways(rows) for rows in self.training])

    def _seen(self, k: int) -> Rows:
        """A random part of the training samples of critic k."""
        return tuple(side[self.rng.permutation(len(side))[: self.budget.check_rows]] for side in self.training[k])


def _some(rows: Rows, most: int) -> Rows:
    """The first rows of a group, enough to compare checkpoints."""
    return tuple(side[:most] for side in rows)


def _log_mean(t_ref: list[np.ndarray], blocks: list[Block]) -> float:
    """The log of the weighted mean of e^t over blocks of references."""
    return log_mean_exp(np.concatenate([t + block.log_weight for t, block in zip(t_ref, blocks, strict=True)]))
