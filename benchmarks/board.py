"""The record of the chapter *Who is right? A benchmark*: every estimator on the same samples.

    python -m benchmarks.board --peers .venv-peers/bin/python

values 1000 samples of each task: the tasks of ``benchmarks.tasks`` and a ladder of information from
0 to 10 nats three times over, and all tasks of the package ``benchmark-mi``, which draws them itself,
once. The two critics of the course are slow and see each task once. ``results/board.csv`` keeps a row a
run, failures among them. It takes twenty minutes of one core.
"""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from tqdm import tqdm

import dv

from .tasks import all_tasks, normal, sparse

RESULTS = Path(__file__).parent / "results"
N, SEEDS = 1000, 3
RUNGS = (0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0)
LABELS = ("four classes and a normal", "five classes and a uniform", "binary table")
PEERS = ("bmi KSG", "npeet+ KSG", "npeet+ KSG, ranks", "scikit-learn KSG")


def ladder():
    """Information from 0 to 10 nats: a normal pair, its image under increasing maps, and five pairs that share it."""
    tasks = []
    for nats in RUNGS:
        one, five = (float(np.sqrt(-np.expm1(-2 * nats / pairs))) for pairs in (1, 5))
        tasks += [
            normal(f"normal 1+1, {nats:g} nats", sparse(1, 1, one, 1), 1),
            normal(f"its image, {nats:g} nats", sparse(1, 1, one, 1), 1, lambda x: x**3, np.sinh),
            normal(f"normal 5+5, {nats:g} nats", sparse(5, 5, five, 5), 5),
        ]
    return tasks


def family(task):
    """The part of the board that one of our own tasks belongs to."""
    if task.name in LABELS:
        return "labels"
    return "one column each" if task.dims == (1, 1) else "several columns"


def ours():
    """(name, family, truth, what draws n samples) of our own tasks and of the ladder."""
    yield from ((task.name, family(task), task.truth, task.sample) for task in all_tasks())
    yield from ((task.name, "0 to 10 nats", task.truth, task.sample) for task in ladder())


def module(x, y, seed):
    """``dv.estimate_mi``: value, interval, and whether it warned."""
    found = dv.estimate_mi(x, y, rng=seed, progress=False)
    return {"value": found.value, "low": found.low, "high": found.high, "warned": bool(found.warnings)}


def worth(loss, trainer, x, y):
    """The value of the bound that was trained, on these samples."""
    if loss == "mine":
        return trainer.estimate(x, y)
    with torch.no_grad():
        return float(dv.infonce_bound(dv.pair_scores(torch.as_tensor(x), torch.as_tensor(y), trainer.net)))


def held_out(loss):
    """A critic of the course: trained on half the samples, stopped by a quarter, valued on the last quarter."""

    def run(x, y, seed):
        data = [(a - a.mean(0)) / a.std(0) for a in (x.astype(float), y.astype(float))]
        data = [a.astype(np.float32) for a in data]
        parts = np.split(np.random.default_rng(seed).permutation(len(x)), [len(x) // 2, 3 * len(x) // 4])
        train, stop, test = ([a[part] for a in data] for part in parts)
        net = dv.Net(x.shape[1] + y.shape[1], 48, sigma=0.2, rng=seed)
        trainer = dv.MINETrainer(*train, net, 10, loss=loss, lr=5e-3, progress=False, rng=seed)
        best = (-np.inf, None)
        for _ in range(10):
            trainer.step(4)
            value = worth(loss, trainer, *stop)
            if value > best[0]:
                best = (value, {name: weight.clone() for name, weight in net.state_dict().items()})
        net.load_state_dict(best[1] or net.state_dict())
        return {"value": worth(loss, trainer, *test)}

    return run


METHODS = {"dv.estimate_mi": module, "MINE, held out": held_out("mine"), "InfoNCE, held out": held_out("infonce")}


def run(name, method, samples):
    """Rows of one estimator: a failure is a row without a value."""
    for key, (x, y, seed) in tqdm(samples.items(), desc=name):
        start = time.process_time()
        try:
            row = method(x, y, seed)
        except Exception as error:
            row = {"value": np.nan, "failure": repr(error)[:60]}
        yield {"key": key, "method": name, **row, "cpu": time.process_time() - start}


LETTERS = {
    "dv.estimate_mi": "D",
    "bmi KSG": "K",
    "bmi MINE": "B",
    "npeet+ KSG": "N",
    "npeet+ KSG, ranks": "R",
    "scikit-learn KSG": "S",
    "MINE, held out": "M",
    "InfoNCE, held out": "I",
}


def runs(n):
    """All rows of the board at one n, with family and truth."""
    if n == N:
        return pd.read_csv(RESULTS / "board.csv")
    tasks = {task.name: task for task in all_tasks()}
    rows = pd.read_csv(RESULTS / "accuracy.csv").replace({"method": {"dv standard": "dv.estimate_mi"}})
    return rows.assign(
        family=rows["task"].map(lambda name: family(tasks[name])),
        truth=rows["task"].map(lambda name: tasks[name].truth),
    )


def page():
    """The record as the chapter holds it: a line a task, and in it each estimator's letter, values and CPU time.

    Values are in thousandths of a nat, x where there is none; behind them h or m says that the interval
    holds or misses the truth, and ! that there was a warning. CPU times are in milliseconds a run.
    """
    lines = []
    for n in (N, 10_000):
        for (kind, task, truth), rows in runs(n).groupby(["family", "task", "truth"], sort=False):
            parts = [f"{n};{kind};{task};{truth:.4f}"]
            for name, letter in LETTERS.items():
                own = rows[rows["method"] == name].sort_values("seed")
                if len(own):
                    parts.append(" ".join([letter, *map(_value, own.itertuples()), f"{1000 * own['cpu'].mean():.0f}"]))
            lines.append(";".join(parts))
    return "\n".join(lines)


def _value(row):
    text = f"{1000 * row.value:.0f}" if np.isfinite(row.value) else "x"
    if not np.isfinite(row.low):
        return text
    return text + ("h" if row.low <= row.truth <= row.high else "m") + ("!" if row.warned in (True, "True") else "")


def peers(python, mode, folder, *more):
    command = [python, "-m", "benchmarks.board_peers", mode, folder, *more]
    subprocess.run(command, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peers", required=True, help="the python of the peers' environment")
    parser.add_argument("--only", default="", help="part of a task's name; then nothing is written")
    args = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        table = []
        for name, kind, truth, sample in ours():
            for seed in range(SEEDS):
                x, y = sample(N, 1000 + seed)
                table.append({"task": name, "family": kind, "truth": truth, "seed": seed})
                np.savez(Path(folder) / f"{len(table) - 1}.npz", x=x, y=y, seed=seed)
        peers(args.peers, "draw", folder, str(N), "1", str(len(table)))
        table += pd.read_csv(Path(folder) / "tasks.csv").to_dict("records")
        table = pd.DataFrame(table)
        table["dx"], table["dy"] = 0, 0
        table = table[table["task"].str.contains(args.only, regex=False)]
        samples = {}
        for key in table.index:
            with np.load(Path(folder) / f"{key}.npz") as held:
                samples[key] = held["x"], held["y"], int(held["seed"])
            table.loc[key, ["dx", "dy"]] = [a.shape[1] for a in samples[key][:2]]
        (Path(folder) / "keys.txt").write_text(" ".join(map(str, samples)))
        peers(args.peers, "value", folder, *PEERS)
        rows = [pd.read_csv(Path(folder) / "values.csv")]
        for name, method in METHODS.items():
            seen = table.index if name == "dv.estimate_mi" else table.index[table["seed"] == 0]
            rows.append(pd.DataFrame(run(name, method, {key: samples[key] for key in seen})))
    found = table.reset_index(names="key").merge(pd.concat(rows), on="key")
    found = found.drop(columns="key").sort_values(["task", "method", "seed"], kind="stable")
    columns = [
        "family",
        "task",
        "dx",
        "dy",
        "truth",
        "method",
        "seed",
        "value",
        "low",
        "high",
        "warned",
        "cpu",
        "failure",
    ]
    found = found.reindex(columns=columns)
    print(found.assign(error=(found["value"] - found["truth"]).abs()).groupby("method")[["error", "cpu"]].mean())
    if not args.only:
        found.round(5).to_csv(RESULTS / "board.csv", index=False)


if __name__ == "__main__":
    main()
