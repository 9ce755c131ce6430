"""Hidden checks of *The Donsker–Varadhan bound*."""

import numpy as np

from .core import fresh, named, require


def log_mean_exp(answer):
    same = answer.number(np.full(7, 2.0))
    slips = [(2 + np.log(7) / 7, "n divides the sum, inside the logarithm")]
    require(abs(same - 2) < 1e-9, named(same, slips, "equal values have themselves as log-mean-exp"))
    for seed in range(5):
        rng = fresh(seed)
        values = rng.normal(size=int(rng.integers(1, 50))) * 10
        for offset in (0.0, 900.0, -900.0):
            t = values + offset
            off = answer.number(t) - (np.logaddexp.reduce(t) - np.log(len(t)))
            require(abs(off) < 1e-8, f"{len(t)} values around {offset:g}: off by {off:.3g} nats")
    t = np.array([-1000.0, 0.0, 1000.0])
    require(
        abs(answer.number(t) - 1000 + np.log(3)) < 1e-9,
        "values from -1000 to 1000: mind overflow and underflow",
    )


def dv_bound(answer):
    require(abs(answer.number(np.full(3, 0.7), np.full(8, 0.7))) < 1e-9, "a constant critic has the value 0")
    for seed in range(5):
        rng = fresh(seed)
        for scale in (1.0, 300.0):
            t, t_ref = (rng.normal(size=m) * scale for m in rng.integers(1, 60, size=2))
            value = answer.number(t, t_ref)
            shifted = answer.number(t + 900, t_ref + 900)
            require(abs(shifted - value) < 1e-8 * scale, "a constant added to the critic must change nothing")
            off = value - (t.mean() - np.logaddexp.reduce(t_ref) + np.log(len(t_ref)))
            require(abs(off) < 1e-8 * scale, f"n = {len(t)}, n' = {len(t_ref)}: off by {off:.3g} nats")


def best_critic(answer):
    for seed in range(8):
        P = _table(seed)
        inside, R = P > 0, np.outer(P.sum(axis=1), P.sum(axis=0))
        information = np.sum(P[inside] * np.log(P[inside] / R[inside]))
        t = answer.array(P, shape=P.shape)
        top = t.max()
        value = np.sum(P * t) - top - np.log(np.sum(R * np.exp(t - top)))
        shape = f"a {P.shape[0]} by {P.shape[1]} table"
        require(value > information - 0.001, f"{shape}: your critic reaches {value:.4f} of {information:.4f} nats")


def _table(seed):
    """A table of joint probabilities with no empty row or column; every second has an empty cell."""
    rng = fresh(seed)
    rows, columns = rng.integers(2, 5, size=2)
    P = rng.dirichlet(np.full(rows * columns, 0.8)).reshape(rows, columns)
    if seed % 2:
        P[0, 0] = 0
    return P / P.sum()
