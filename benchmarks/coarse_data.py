"""What the experiments on coarse graining share: block variables, samples, exact values."""

from functools import cache

import numpy as np
import torch

from dv import dv_bound, pair_scores
from dv.discrete import mutual_information, sample_table
from dv.ising import block_mean, coarse_table, neighbouring_blocks, patterns, ring_mean

SETUPS = {
    "2×2 fine": (2, None),
    "2×2 mean": (2, block_mean),
    "3×3 fine": (3, None),
    "3×3 ring mean": (3, ring_mean),
}
FRESH = 100_000  # held-out pairs, and as many references


@cache
def critical(k):
    """Exact joint table of two k × k blocks side by side on the infinite lattice at T_c."""
    return neighbouring_blocks(k, k)


@cache
def levels(setup):
    """What a critic is shown of each spin pattern: all spins, or their mean."""
    k, coarse = SETUPS[setup]
    spins = patterns(k * k)
    return torch.tensor(spins if coarse is None else coarse(spins)[:, None], dtype=torch.float32)


@cache
def exact(setup):
    """Exact mutual information of the two block variables, in nats."""
    k, coarse = SETUPS[setup]
    return mutual_information(critical(k) if coarse is None else coarse_table(critical(k), coarse))


def sample(setup, n, rng):
    """``n`` independent pairs of block variables, float tensors of shape (n, d)."""
    x, y = sample_table(critical(SETUPS[setup][0]), n, rng)
    return levels(setup)[x], levels(setup)[y]


def held_out(net, draw, rng):
    """DV value on fresh pairs and fresh independent references, with its 95% interval.

    ``draw(n, rng)`` gives ``n`` pairs; references take x and y from two different draws.
    """
    (x, y), (x_ref, _), (_, y_ref) = (draw(FRESH, child) for child in np.random.default_rng(rng).spawn(3))
    with torch.no_grad():
        t, t_ref = net(x, y).flatten(), net(x_ref, y_ref).flatten()
    value, weights = dv_bound(t, t_ref).item(), FRESH * torch.softmax(t_ref, 0)
    error = ((t.var() + weights.var()) / FRESH).sqrt().item()
    return {"value": value, "low": value - 1.96 * error, "high": value + 1.96 * error}


def population(net, setup):
    """Exact DV value of a critic: what fresh data without end would show."""
    table, seen = torch.from_numpy(critical(SETUPS[setup][0])), levels(setup)
    with torch.no_grad():
        t = pair_scores(seen, seen, net).double()
    reference = torch.log(table.sum(1, keepdim=True)) + torch.log(table.sum(0))
    return ((table * t).sum() - torch.logsumexp((t + reference).flatten(), 0)).item()
