"""How far an interval must reach beyond chance: learnt on some families of tasks, tried on the one left out.

    python -m benchmarks.calibration --peers .venv-peers/bin/python   # makes results/calibration.csv first
    python -m benchmarks.calibration                                  # what follows from it

A held-out value lies below the truth, by an amount that its standard error does not know. What the fit shows
of it is how much better the critics are on rows they know. So the upper end lies

    PER_GAIN · (training - value)₊ + PER_ERROR · 1.96 standard errors

above the value. Of all pairs of the two numbers under which the interval is at most 2.4 times as wide as the
statistical one (the median, at each n) this takes the pair that holds the truth most often, each family
weighing alike, and of several the narrowest. A row says how a family fares under the pair that the *other*
families choose; the last, how all do under the pair that the module has. Making the record takes 15 minutes.
"""

import argparse
import itertools
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

import dv
from dv.estimator.interval import PER_ERROR, PER_GAIN, Z, unseen

from .tasks import all_tasks

RECORD = Path(__file__).parent / "results" / "calibration.csv"
SIZES, SEEDS = (1000, 10_000), 2
FAMILIES = (
    "additive",
    "bimodal",
    "wiggly",
    "half.?cube",
    "swiss",
    "spiral",
    "student",
    "cdf|uniform$",
    "parabola",
    "sine",
)
FAMILIES += ("clusters", "cross", "classes|binary", "product", "normal|independent")
PAIRS = list(itertools.product(np.arange(0, 4.1, 0.25), np.arange(1, 3.1, 0.25)))
WIDEST = 2.4


def family(task):
    """The first of the families whose name a task has."""
    return next(name for name in FAMILIES if re.search(name, task.lower()))


def samples(python, n):
    """(task, truth, seed, x, y) of our own tasks, and of those that `benchmark-mi` draws itself."""
    for task, seed in itertools.product(all_tasks(), range(SEEDS)):
        yield task.name, task.truth, seed, *task.sample(n, 2000 + seed)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "benchmarks.board_peers", "draw", folder, str(n), str(SEEDS), "0"], check=True)
        for key, row in pd.read_csv(Path(folder) / "tasks.csv").iterrows():
            with np.load(Path(folder) / f"{key}.npz") as held:
                yield row["task"], row["truth"], row["seed"], held["x"], held["y"]


def runs(python):
    """A row a run: what the fit showed."""
    for n in SIZES:
        for task, truth, seed, x, y in tqdm(samples(python, n)):
            found = dv.estimate_mi(x, y, rng=seed, progress=False)
            yield {
                "task": task,
                "family": family(task),
                "n": n,
                "seed": seed,
                "truth": truth,
                "value": found.value,
                "low": found.low,
                "se": found.standard_error,
                "training": found.training_value,
                "certified": found.certified,
                "warned": bool(found.warnings),
                "endless": np.isinf(found.high),
            }


def intervals(rows, gain, error):
    """Whether each interval holds the truth, and its width as a multiple of the statistical one."""
    above = gain * (rows["training"] - rows["value"]).clip(lower=0) + error * Z * rows["se"]
    high = rows["value"] + above + rows["n"].map(unseen)
    high = np.where(rows["endless"], np.inf, np.maximum(high, rows["certified"]))
    statistical = 2 * Z * rows["se"]
    width = (high - rows["low"]) / statistical.where(statistical > 1e-4)
    return (rows["low"] <= rows["truth"]) & (rows["truth"] <= high), width


def chosen(rows):
    """The pair that rows of some families choose."""
    alike = 1 / rows.groupby("family")["n"].transform("size")

    def worth(pair):
        holds, width = intervals(rows, *pair)
        wide = width.groupby(rows["n"]).median()
        return (wide <= WIDEST).all(), (holds * alike).sum() / alike.sum(), -wide.max()

    return max(PAIRS, key=worth)


def left_out(rows):
    """Every run under the pair that the other families choose: gain, error, holds and width."""
    parts = []
    for name, part in rows.groupby("family"):
        gain, error = chosen(rows[rows["family"] != name])
        holds, width = intervals(part, gain, error)
        parts.append(part.assign(gain=gain, error=error, holds=holds, width=width))
    return pd.concat(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peers", help="the python of the peers' environment")
    args = parser.parse_args()
    if args.peers:
        pd.DataFrame(runs(args.peers)).round(6).to_csv(RECORD, index=False)
    rows = pd.read_csv(RECORD)
    fair, (holds, width) = left_out(rows), intervals(rows, PER_GAIN, PER_ERROR)
    columns = {"runs": ("n", "size"), "gain": ("gain", "first"), "error": ("error", "first")}
    columns |= {"holds": ("holds", "mean"), "width": ("width", "median")}
    print(fair.groupby("family").agg(**columns).round(2).to_string())
    print(f"all choose {' and '.join(map(str, chosen(rows)))}; the module has {PER_GAIN} and {PER_ERROR}")
    for name, each in (("left out", fair), ("the module's", rows.assign(holds=holds, width=width))):
        for n, part in each.groupby("n"):
            missed = part[~part["holds"]]
            print(
                f"{name:>12}: n = {n:6}, holds {part['holds'].mean():.3f}, width {part['width'].median():.2f}, "
                f"misses {len(missed)}, of them warned {missed['warned'].sum()}"
            )


if __name__ == "__main__":
    main()
