"""How often ``Estimate.certified`` exceeds the truth, and what it is worth.

    python -m benchmarks.certificate                       # 10 000 data sets of many kinds
    python -m benchmarks.certificate --table               # the bound beside the value, by n and I

A bound that is proved at 95% may exceed the truth in at most 5% of all data sets, whatever their law.
"""

import argparse
import math

import numpy as np
import pandas as pd

import dv
from dv.discrete import mutual_information

from .divergence import RESULTS
from .tasks import student_mi


def _flag(p, n):
    def draw(rng):
        flag = (rng.random(n) < p) * 1
        return flag, flag

    return draw, -p * math.log(p) - (1 - p) * math.log(1 - p)


def _table(p, n):
    p = np.asarray(p)
    return lambda rng: np.divmod(rng.choice(p.size, n, p=p.ravel()), p.shape[1]), mutual_information(p)


def _normal(rho, n, warp=lambda a: a):
    def draw(rng):
        x, e = rng.normal(size=(2, n))
        return warp(x), warp(rho * x + math.sqrt(1 - rho**2) * e)

    return draw, -0.5 * math.log(1 - rho**2)


def _student(n):
    def draw(rng):
        return (rng.normal(size=(2, n)) / np.sqrt(rng.chisquare(2, n) / 2)).tolist()

    return draw, student_mi(np.eye(2), 1, 2)


def _classes(p, n):
    def draw(rng):
        y = (rng.random(n) < p) * 1
        return rng.normal(size=n) + 12 * y, y

    return draw, -p * math.log(p) - (1 - p) * math.log(1 - p)


KINDS = {  # a sampler of data sets, the truth, how many
    "a flag and itself, p = 0.003": (*_flag(0.003, 3000), 1400),
    "a flag and itself, p = 0.05": (*_flag(0.05, 1000), 1400),
    "independent flags": (*_table(np.outer([0.99, 0.01], [0.97, 0.03]), 1000), 1000),
    "independent 5 × 5": (*_table(np.full((5, 5), 0.04), 500), 1500),
    "2 × 2": (*_table([[0.4, 0.1], [0.1, 0.4]], 500), 1500),
    "skewed 3 × 3": (*_table(np.array([[80, 4, 1], [5, 4, 1], [1, 2, 2]]) / 100, 1000), 1500),
    "independent normals": (*_normal(0.0, 500), 400),
    "normals, ρ = 0.8": (*_normal(0.8, 500), 500),
    "their sinh": (*_normal(0.8, 500, lambda a: np.sinh(3 * a)), 300),
    "Student, df 2": (*_student(500), 300),
    "unequal classes": (*_classes(0.05, 500), 200),
}


def simulate():
    for kind, (draw, truth, count) in KINDS.items():
        found = [
            dv.estimate_mi(*draw(rng), budget="quick", progress=False, rng=seed).certified
            for seed, rng in enumerate(np.random.default_rng(0).spawn(count))
        ]
        yield {
            "kind": kind,
            "truth": truth,
            "data sets": count,
            "exceeded": sum(value > truth for value in found),
            "median bound": np.median(found),
        }


def worth(seeds=3):
    for n in (500, 1000, 2000, 5000, 10_000):
        row = {"n": n}
        for truth in (0.1, 0.25, 0.5, 1.0, 2.0):
            gaussian = dv.BivariateGaussian(math.sqrt(1 - math.exp(-2 * truth)))
            results = [
                dv.estimate_mi(*gaussian.sample(n, rng=seed).T, progress=False, rng=seed) for seed in range(seeds)
            ]
            row[f"I = {truth:g}"] = "{:.2f} of {:.2f}".format(
                *(np.median([getattr(result, name) for result in results]) for name in ("certified", "value"))
            )
        yield row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--table", action="store_true", help="what the bound is worth")
    parser.add_argument("--write", metavar="NAME", help="keep the table as results/NAME.txt")
    args = parser.parse_args()
    table = pd.DataFrame(worth() if args.table else simulate())
    text = table.round(4).to_string(index=False)
    if not args.table:
        share = table["exceeded"].sum() / table["data sets"].sum()
        text += f"\n\nexceeded in {table['exceeded'].sum()} of {table['data sets'].sum()} data sets, {share:.2%}"
    print(text)
    if args.write:
        (RESULTS / f"{args.write}.txt").write_text(text + "\n")


if __name__ == "__main__":
    main()
