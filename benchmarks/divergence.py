"""Accuracy of ``dv.estimate_divergence`` on divergences whose truth is known.

    python -m benchmarks.divergence                    # n = n′ = 1000, 10 seeds
    python -m benchmarks.divergence --n 10000 --seeds 3 --write divergence_10000

prints a row a pair of laws: mean value, mean absolute error, how often the interval held the
truth, its median width and CPU seconds; beside it, in the same run, the nearest-neighbour
estimate (Wang, Kulkarni and Verdú 2009, equation 5, with k = 5). ``--write`` keeps it under
benchmarks/results/.
"""

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import integrate, stats
from scipy.spatial import cKDTree

import dv

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Pair:
    """Samplers ``draw(rng, n)`` of P and of R, and D(P‖R)."""

    name: str
    draw: object
    draw_ref: object
    truth: float


def by_quadrature(p, r, low, high):
    """D(P‖R) of two densities on a line."""

    def term(v):
        density = p.pdf(v)
        return density * (math.log(density) - r.logpdf(v)) if density > 0 else 0.0

    return integrate.quad(term, low, high, limit=500, points=[-5, -1, 0, 1, 5] if low < 0 else [1, 5])[0]


class Humps:
    """Half N(−1.5, ½²), half N(1.5, ½²)."""

    @staticmethod
    def pdf(v):
        return (stats.norm.pdf(v, -1.5, 0.5) + stats.norm.pdf(v, 1.5, 0.5)) / 2

    @staticmethod
    def draw(rng, n):
        return rng.choice([-1.5, 1.5], n) + 0.5 * rng.normal(size=n)


def _normal(mean, sd, d=None):
    return lambda rng, n: rng.normal(mean, sd, n if d is None else (n, d))


def _correlated(rho, d):
    def draw(rng, n):
        z = rng.normal(size=(n, d))
        z[:, 1] = rho * z[:, 0] + math.sqrt(1 - rho**2) * z[:, 1]
        return z

    return draw


def gaussian(mean, sd):
    """D(N(mean, sd²) ‖ N(0, 1))."""
    return (mean**2 + sd**2 - 1) / 2 - math.log(sd)


def pairs():
    """All pairs of laws; up to 1 nat."""
    flat, laplace = stats.norm, stats.laplace(0, 0.5**0.5)
    found = [
        Pair(f"normal {m:g}, {s:g}", _normal(m, s), _normal(0, 1), gaussian(m, s))
        for m, s in ((0, 1), (0.3, 1), (1, 1), (1.4, 1), (0, 0.5), (0, 1.5), (0, 2))
    ]
    found += [
        Pair("exponentials", lambda g, n: g.exponential(2, n), lambda g, n: g.exponential(1, n), 1 - math.log(2)),
        Pair(
            "Laplace, normal",
            lambda g, n: g.laplace(0, 0.5**0.5, n),
            _normal(0, 1),
            by_quadrature(laplace, flat, -40, 40),
        ),
        Pair(
            "normal, Laplace",
            _normal(0, 1),
            lambda g, n: g.laplace(0, 0.5**0.5, n),
            by_quadrature(flat, laplace, -37, 37),
        ),
        Pair(
            "Student 5, normal",
            lambda g, n: g.standard_t(5, n),
            _normal(0, 1),
            by_quadrature(stats.t(5), flat, -2000, 2000),
        ),
        Pair(
            "gammas",
            lambda g, n: g.gamma(4, 1, n),
            lambda g, n: g.gamma(2, 2, n),
            by_quadrature(stats.gamma(4), stats.gamma(2, scale=2), 0, 200),
        ),
        Pair("two humps", Humps.draw, _normal(0, 2.5**0.5), by_quadrature(Humps, stats.norm(0, 2.5**0.5), -20, 20)),
    ]
    found += [Pair(f"shifted, d = {d}", _normal(d**-0.5, 1, d), _normal(0, 1, d), 0.5) for d in (2, 5, 10)]
    found += [
        Pair(f"correlated, d = {d}", _correlated(rho, d), _normal(0, 1, d), -0.5 * math.log(1 - rho**2))
        for rho, d in ((0.8, 2), (0.7, 5))
    ]
    return [*found, Pair("wider, d = 3", _normal(0, 1.3, 3), _normal(0, 1, 3), 3 * gaussian(0, 1.3))]


def nearest_neighbours(z, z_ref, k=5):
    """d / n Σ log(ν / ρ) + log(n′ / (n − 1)), from the distances to the k-th neighbours."""
    z, z_ref = (a.reshape(len(a), -1) for a in (z, z_ref))
    own = cKDTree(z).query(z, k + 1)[0][:, -1]
    other = cKDTree(z_ref).query(z, k)[0][:, -1]
    return z.shape[1] * np.log(other / own).mean() + math.log(len(z_ref) / (len(z) - 1))


def runs(pair, n, n_ref, seeds):
    for seed in range(seeds):
        rng = np.random.default_rng(500 + seed)
        z, z_ref = pair.draw(rng, n), pair.draw_ref(rng, n_ref)
        start = time.process_time()
        result = dv.estimate_divergence(z, z_ref, rng=seed, progress=False)
        yield {
            "value": result.value,
            "error": abs(result.value - pair.truth),
            "holds": result.low <= pair.truth <= result.high,
            "width": result.high - result.low,
            "certified": result.certified,
            "noted": bool(result.warnings),
            "CPU s": time.process_time() - start,
            "neighbours' error": abs(nearest_neighbours(z, z_ref) - pair.truth),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--n-ref", type=int, help="n′, by default n")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="", help="part of a name")
    parser.add_argument("--write", metavar="NAME", help="keep the table as results/NAME.txt")
    args = parser.parse_args()
    rows = {}
    for pair in (pair for pair in pairs() if args.only in pair.name):
        table = pd.DataFrame(runs(pair, args.n, args.n_ref or args.n, args.seeds))
        rows[pair.name] = {"truth": pair.truth, **table.drop(columns="width").mean(), "width": table["width"].median()}
    table = pd.DataFrame(rows).T
    text = f"n = {args.n}, n′ = {args.n_ref or args.n}, {args.seeds} seeds; nats\n\n{table.round(3).to_string()}\n\n"
    text += table[["error", "neighbours' error", "holds", "CPU s"]].mean().round(3).to_string()
    print(text)
    if args.write:
        (RESULTS / f"{args.write}.txt").write_text(text + "\n")


if __name__ == "__main__":
    main()
