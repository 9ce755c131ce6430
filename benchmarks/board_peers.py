"""The peers' half of ``benchmarks.board``: runs in their environment (see ``benchmarks.peers``).

``draw FOLDER N SEEDS FIRST`` writes samples of all tasks of ``benchmark-mi`` from file FIRST on, and
``tasks.csv``; ``value FOLDER METHOD …`` values the samples that ``keys.txt`` names into ``values.csv``.
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np

from .peers import METHODS


def draw(folder, n, seeds, first):
    from bmi.benchmark import BENCHMARK_TASKS

    key = int(first)
    with open(folder / "tasks.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["task", "family", "truth", "seed"])
        for name, task in BENCHMARK_TASKS.items():
            for seed in range(int(seeds)):
                x, y = (np.asarray(a, float) for a in task.sample(int(n), 1000 + seed))
                np.savez(folder / f"{key}.npz", x=x, y=y, seed=seed)
                table.writerow([f"bmi {name}", "tasks of bmi", float(task.mutual_information), seed])
                key += 1


def value(folder, *methods):
    keys = (folder / "keys.txt").read_text().split()
    with open(folder / "values.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["key", "method", "value", "cpu", "failure"])
        for method in methods:
            warmed = False
            for key in keys:
                with np.load(folder / f"{key}.npz") as held:
                    x, y, seed = held["x"], held["y"], int(held["seed"])
                if not warmed:  # imports and compilation are not charged
                    METHODS[method](x[:500, :1], y[:500, :1], seed)
                    warmed = True
                start, failure = time.process_time(), ""
                try:
                    found = float(METHODS[method](x, y, seed))
                except Exception as error:  # a peer that fails is a result, not an accident
                    found, failure = np.nan, repr(error)[:60]
                table.writerow([key, method, found, time.process_time() - start, failure])


if __name__ == "__main__":
    mode, folder, *more = sys.argv[1:]
    {"draw": draw, "value": value}[mode](Path(folder), *more)
