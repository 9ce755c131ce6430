"""Filters learned together with their critic: without a bottleneck, through noise, as one bit.

Whatever is learned is judged exactly, from the table of the blocks.
"""

import itertools
import time
from functools import cache

import numpy as np
import torch
from scipy.special import rel_entr
from torch import nn
from torch.optim.lr_scheduler import CosineAnnealingLR

from dv import MINETrainer, Net, SeparableCritic
from dv._random import torch_generator
from dv.discrete import mutual_information, sample_table
from dv.ising import (
    best_bit,
    best_noisy_filter,
    coarse_table,
    linear_filter,
    noisy_information,
    patterns,
    surrounded_block,
)

from .coarse_data import critical, held_out, sample

SETTINGS = {"n": 50_000, "batch": 500, "epochs": 20, "sigma": 0.3, "lr": 1e-2, "width": 50, "softness": 0.5}
SEEDS = 4
MIRROR = [1, 0, 3, 2]  # columns of a 2×2 block exchanged


class NoisyFilter(nn.Module):
    """A critic of w·x + σξ and w·y + σξ′, ‖w‖ = 1 learned with it; y may be mirrored."""

    def __init__(self, sigma, mirrored, width, rng):
        super().__init__()
        weights, net, noise = np.random.default_rng(rng).spawn(3)
        self.raw = nn.Parameter(torch.from_numpy(weights.normal(size=4)).float())
        self.critic = Net(2, width, sigma=width**-0.5, rng=net)
        self.sigma, self.mirrored, self.noise = sigma, mirrored, torch_generator(noise, "noise")

    def weights(self):
        return self.raw / self.raw.norm()

    def forward(self, x, y):
        w = self.weights()
        out = torch.stack([x @ w, (y[:, MIRROR] if self.mirrored else y) @ w], 1)
        return self.critic(out + self.sigma * torch.randn(out.shape, generator=self.noise))


class OneBit(nn.Module):
    """The bit b = ±1 of a block, P(b = 1) = 1 / (1 + e^{−w·v−c}), beside a critic of b and e.

    The bit itself is what the critic sees; its gradient is that of the relaxed bit
    tanh((w·v + c + logistic noise) / 2τ) (Jang, Gu and Poole 2017, straight through).
    With ``shared`` e is a block too, and passes through the same filter.
    """

    def __init__(self, spins, size, shared, rng):
        super().__init__()
        weights, net, noise = np.random.default_rng(rng).spawn(3)
        self.raw = nn.Parameter(torch.from_numpy(weights.normal(0, 0.3, spins + 1)).float())
        self.critic = SeparableCritic(1, 1 if shared else size, SETTINGS["width"], 8, rng=net)
        self.shared, self.noise = shared, torch_generator(noise, "noise")

    def weights(self):
        return self.raw

    def bit(self, v):
        noise = torch.logit(torch.rand(len(v), 1, generator=self.noise).clamp(1e-6, 1 - 1e-6))
        soft = torch.tanh((v @ self.raw[:-1, None] + self.raw[-1] + noise) / (2 * SETTINGS["softness"]))
        return soft + (torch.where(soft > 0, 1.0, -1.0) - soft).detach()

    def forward(self, v, e):
        return self.critic(self.bit(v), self.bit(e) if self.shared else e)

    def scores(self, v, e):
        return self.critic.scores(self.bit(v), self.bit(e) if self.shared else e)


def train(net, draw, seed, loss, epochs=None):
    """Train filter and critic on one sample; the values reached, and the weights."""
    epochs, n = epochs or SETTINGS["epochs"], SETTINGS["n"]
    start = time.process_time()
    trainer = MINETrainer(
        *draw(n, [8, seed]),
        net,
        n // SETTINGS["batch"],
        loss=loss,
        rng=np.random.default_rng(seed),
        lr=SETTINGS["lr"],
        scheduler=lambda optimizer: CosineAnnealingLR(optimizer, epochs),
        progress=False,
    )
    training = trainer.step(epochs)
    seconds = time.process_time() - start
    w = net.weights().detach().double().numpy()
    return {"training": training, **held_out(net, draw, [9, seed]), "cpu_s": seconds}, w


def through_noise(kind, seed, epochs=None):
    """A 2×2 filter with noise σ on its output ("same", "mirrored") or hardly any ("free")."""
    sigma = 1e-3 if kind == "free" else SETTINGS["sigma"]
    net = NoisyFilter(sigma, kind == "mirrored", SETTINGS["width"], seed)
    row, w = train(net, lambda n, rng: sample("2×2 fine", n, rng), seed, "mine_biased", epochs)
    if kind == "free":
        left = mutual_information(coarse_table(critical(2), lambda s: linear_filter(s, w)))
    else:
        left = noisy_information(critical(2), w, sigma, w[MIRROR] if kind == "mirrored" else None)
    return {**row, "exact": left, "optimum": optimum(kind), **numbered(w)}


@cache
def block_in_ring():
    """Exact joint table of a critical 3×3 block and the 12 spins that touch it."""
    return surrounded_block(3, 3)


def surrounded(n, rng):
    """Pairs of a critical 3×3 block and the spins that touch it."""
    v, e = sample_table(block_in_ring(), n, rng)
    return torch.from_numpy(patterns(9)[v]).float(), torch.from_numpy(patterns(12)[e]).float()


def one_bit(kind, seed, epochs=None):
    """A one-bit filter of a block: of two 2×2 blocks ("bit") or a 3×3 one in its surroundings ("ring")."""
    spins, draw = (9, surrounded) if kind == "ring" else (4, lambda n, rng: sample("2×2 fine", n, rng))
    row, w = train(OneBit(spins, 12, kind == "bit", seed), draw, seed, "infonce", epochs)
    bits = linear_filter(patterns(spins), w[:-1]) + w[-1] > 0
    if kind == "ring":
        left = coarse_table(block_in_ring().T, None, lambda s: bits)
    else:
        left = coarse_table(critical(2), lambda s: bits)
    exact = {"exact": mutual_information(left), "optimum": optimum(kind)}
    return {**row, **exact, **numbered(w[:-1]), "threshold": -w[-1]}


@cache
def optimum(kind):
    """The most that a filter of a kind can keep: exact, and the same for every run."""
    if kind == "free":
        return mutual_information(critical(2))
    if kind == "bit":
        return best_common_bit(critical(2))[1]
    if kind == "ring":
        return best_bit(block_in_ring(), n_starts=40, rng=0)[1]
    mirror = (lambda w: w[MIRROR]) if kind == "mirrored" else None
    return best_noisy_filter(critical(2), SETTINGS["sigma"], mirror, rng=0)[1]


def best_common_bit(table):
    """The best of all functions h of a 2×2 block, with I(h(x); h(y)), by trying each."""
    h = np.insert(list(itertools.product((0.0, 1.0), repeat=15)), 0, 0, axis=1)
    one_x, one_y, both = h @ table.sum(axis=1), h @ table.sum(axis=0), ((h @ table) * h).sum(axis=1)
    cells = np.stack([1 - one_x - one_y + both, one_x - both, one_y - both, both])
    product = np.stack([(1 - one_x) * (1 - one_y), one_x * (1 - one_y), (1 - one_x) * one_y, one_x * one_y])
    kept = rel_entr(np.maximum(cells, 0), product).sum(axis=0)
    return h[kept.argmax()], kept.max()


def numbered(weights):
    return {f"w{i}": value for i, value in enumerate(weights)}


RUNS = {
    "free": through_noise,
    "same": through_noise,
    "mirrored": through_noise,
    "bit": one_bit,
    "ring": one_bit,
}
JOBS = [{"kind": kind, "seed": seed} for kind in RUNS for seed in range(SEEDS)]


def filter_run(kind, seed, epochs=None):
    """One learned filter of a kind: its exact information and its weights."""
    return RUNS[kind](kind, seed, epochs)
