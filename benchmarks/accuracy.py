"""Accuracy and cost of ``dv.estimate_mi`` and its peers on tasks whose truth is known.

    python -m benchmarks.accuracy                      # dv alone, "standard" budget
    python -m benchmarks.accuracy --budget quick --only 1+1
    python -m benchmarks.accuracy --peers .venv-peers/bin/python

prints a row a task (mean error over seeds) and the summary, with CPU seconds, how often
the interval held the truth, and how often a warning was given where it did not and where
it did; ``--write`` keeps it under benchmarks/results/.
Peers get the same samples, in a process of their own; their seeds may be fewer.
"""

import argparse
import platform
import subprocess
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import torch

import dv

from .tasks import all_tasks

RESULTS = Path(__file__).parent / "results"


def ours(task, n, seeds, budget):
    """One row a seed."""
    for seed in range(seeds):
        x, y = task.sample(n, 1000 + seed)
        start = time.process_time()
        result = dv.estimate_mi(x, y, rng=seed, budget=budget, progress=False)
        seconds = time.process_time() - start
        yield {
            "method": f"dv {budget}",
            "task": task.name,
            "seed": seed,
            "value": result.value,
            "low": result.low,
            "high": result.high,
            "training": result.training_value,
            "se": result.standard_error,
            "cpu": seconds,
            "warned": bool(result.warnings),
        }


def peers(python, methods, n, seeds, names):
    """Rows of the peers, each method in one process."""
    for method in methods:
        command = [python, "-m", "benchmarks.peers", method, str(n), str(seeds), *names]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for line in out.splitlines():
            task, seed, value, cpu = line.split("\t")
            yield {"method": method, "task": task, "seed": int(seed), "value": float(value), "cpu": float(cpu)}


def summary(rows, tasks):
    """Of the task means: mean and worst absolute error, by group too; of all runs: CPU time, coverage, warnings."""
    rows = rows.assign(truth=rows["task"].map({t.name: t.truth for t in tasks}))
    rows["error"] = rows["value"] - rows["truth"]
    ours = rows.dropna(subset=["low"])
    ours = ours.assign(held=(ours["low"] <= ours["truth"]) & (ours["truth"] <= ours["high"]))
    held = ours.groupby("method")["held"].mean()
    warned = {held: part.groupby("method")["warned"].mean() for held, part in ours.groupby("held")}
    by_task = rows.groupby(["method", "task"]).agg(error=("error", "mean"), cpu=("cpu", "mean")).reset_index()
    by_task["gaussian"] = by_task["task"].map({t.name: t.group == "gaussian" for t in tasks})
    table = {}
    for method, part in by_task.groupby("method"):
        error = part["error"].abs()
        table[method] = {
            "tasks": error.notna().sum(),
            "mean |error|": error.mean(),
            "worst": error.max(),
            "gaussian": error[part["gaussian"]].mean(),
            "other": error[~part["gaussian"]].mean(),
            "CPU s": part["cpu"].mean(),
            "interval holds": held.get(method, np.nan),
            "misses warned of": warned.get(False, {}).get(method, np.nan),
            "warned none the less": warned.get(True, {}).get(method, np.nan),
        }
    errors = by_task.pivot(index="task", columns="method", values="error").reindex([t.name for t in tasks])
    errors.insert(0, "truth", [t.truth for t in tasks])
    return errors, pd.DataFrame(table).T


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--budget", default="standard")
    parser.add_argument("--only", default="", help="'1+1' for one column on either side, or part of a name")
    parser.add_argument("--peers", help="the python of the peers' environment")
    parser.add_argument("--methods", nargs="*", default=["bmi MINE", "bmi KSG", "npeet+ KSG, ranks"])
    parser.add_argument("--peer-seeds", type=int, default=1)
    parser.add_argument("--write", metavar="NAME", help="keep the tables as results/NAME.txt and .csv")
    args = parser.parse_args()
    torch.set_num_threads(1)
    tasks = [t for t in all_tasks() if (t.dims == (1, 1) if args.only == "1+1" else args.only in t.name)]
    rows = [row for task in tasks for row in ours(task, args.n, args.seeds, args.budget)]
    if args.peers:
        rows += peers(args.peers, args.methods, args.n, args.peer_seeds, [t.name for t in tasks])
    rows = pd.DataFrame(rows)
    errors, table = summary(rows, tasks)
    head = (
        f"{date.today()}, {platform.machine()}, one thread, Python {platform.python_version()}, "
        f"torch {torch.__version__.split('+')[0]}, numpy {np.__version__}; n = {args.n}, {args.seeds} seeds "
        f"(peers {args.peer_seeds}); errors in nats"
    )
    if args.peers:
        pins = (RESULTS.parent / "peers.txt").read_text().splitlines()
        head += "\npeers: " + ", ".join(pin for pin in pins if not pin.startswith("#"))
    text = "\n\n".join([head, errors.round(3).to_string(), table.round(3).to_string()])
    print(text)
    if args.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{args.write}.txt").write_text(text + "\n")
        rows.round(5).to_csv(RESULTS / f"{args.write}.csv", index=False)


if __name__ == "__main__":
    main()
