"""How often the 95% interval holds the truth, and what it lacks where it does not.

    python -m benchmarks.honesty [--n 10000] [--repeats 100] [--budget standard] [--write NAME]

A column a question: does the interval hold the truth; does value ± 1.96
standard errors; the spread of the value over repetitions beside the mean
standard error (statistical honesty); the mean of value - truth (the bound's
shortfall, which no standard error sees); and how often the result warned.
"""

import argparse
import platform
from datetime import date

import pandas as pd
import torch
from tqdm import tqdm

from .accuracy import RESULTS, ours
from .tasks import all_tasks

NAMES = [
    "normal 1+1, running example",
    "independent 1+1",
    "Student 1+1, df 1",
    "parabola",
    "four classes and a normal",
    "sparse normal 3+3",
]


def coverage(task, rows):
    """One row of the table."""
    rows = pd.DataFrame(rows)
    statistical = (rows["value"] - task.truth).abs() <= 1.96 * rows["se"]
    return {
        "task": task.name,
        "truth": task.truth,
        "interval": ((rows["low"] <= task.truth) & (task.truth <= rows["high"])).mean(),
        "statistical": statistical.mean(),
        "mean error": (rows["value"] - task.truth).mean(),
        "spread": rows["value"].std(),
        "mean se": rows["se"].mean(),
        "width": (rows["high"] - rows["low"]).mean(),
        "warned": rows["warned"].mean(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--budget", default="standard")
    parser.add_argument("--write", metavar="NAME")
    args = parser.parse_args()
    torch.set_num_threads(1)
    tasks = [t for t in all_tasks() if t.name in NAMES]
    table = pd.DataFrame([coverage(t, ours(t, args.n, args.repeats, args.budget)) for t in tqdm(tasks, unit="task")])
    head = (
        f"{date.today()}, {platform.machine()}, one thread; n = {args.n}, {args.repeats} repetitions, "
        f"budget {args.budget}; nats"
    )
    text = head + "\n\n" + table.set_index("task").round(4).to_string()
    print(text)
    if args.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{args.write}.txt").write_text(text + "\n")


if __name__ == "__main__":
    main()
