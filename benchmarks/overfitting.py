"""The runs that the chapter *When the bound lies* quotes.

``python -m benchmarks.overfitting record`` prints the rows that the chapter holds:
critics of several widths trained at full batch on *independent* data with one fixed
reference. ``python -m benchmarks.overfitting`` prints what three remedies give over
eight seeds, beside the truth, on data that do depend on each other.
"""

import sys

import numpy as np
import pandas as pd
import torch

from dv import DVTrainer, MINETrainer, Net

SIZES, WIDTHS, STEPS = (30, 100, 300, 1000, 3000), (4, 16, 64), (20, 50, 100, 200, 300, 500, 700, 1000)
D, LR, FRESH = 5, 3e-3, 5000  # columns of x and of y, learning rate, held-out samples
RHO, N, WIDTH, LONG, SEEDS = 0.5, 1000, 64, 600, 8


def pairs(n, rho, rng):
    """n joint samples of D + D coordinates, each of x correlated with its fellow of y."""
    x, noise = rng.standard_normal((2, n, D))
    return np.hstack([x, rho * x + np.sqrt(1 - rho**2) * noise])


def shifted(z):
    """Reference pairs: every x gets the y of the row before."""
    return np.hstack([z[:, :D], np.roll(z[:, D:], 1, axis=0)])


def curves(n, width, steps):
    """Training and held-out value on independent data after each of ``steps``."""
    data, fresh, critic = np.random.default_rng([n, width]).spawn(3)
    Z, F, values = pairs(n, 0, data), pairs(FRESH, 0, fresh), []

    def look(trainer):
        if len(trainer.history) in steps:
            values.append((trainer.history["training_value"].iloc[-1], trainer.estimate(F, shifted(F))))

    net = Net(2 * D, width, sigma=width**-0.5, rng=critic)
    trainer = DVTrainer(Z, shifted(Z), net, 1, rng=0, lr=LR, callbacks=[look], progress=False)
    trainer.step(max(steps))
    return np.array(values).T


def record():
    for n in SIZES:
        for width in WIDTHS:
            for name, row in zip(("train", "held"), curves(n, width, STEPS), strict=True):
                print(f"{n} {width} {name}", *(f"{value:.3g}" for value in row), flush=True)


def remedies(seed, steps=LONG):
    """One data set, three ways to train; training value and value on fresh samples."""
    data, fresh, validation, critic = np.random.default_rng(seed).spawn(4)
    Z, V, F = (pairs(n, RHO, rng) for n, rng in ((N, data), (N, validation), (FRESH, fresh)))

    def net():
        return Net(2 * D, WIDTH, sigma=WIDTH**-0.5, rng=np.random.default_rng(seed + 100))

    best = {"value": -np.inf}

    def keep_best(trainer):
        value = trainer.estimate(V, shifted(V))
        if value > best["value"]:
            best.update(value=value, epoch=len(trainer.history))
            best["test"] = trainer.estimate(F, shifted(F))

    fixed = DVTrainer(Z, shifted(Z), net(), 1, rng=critic, lr=LR, callbacks=[keep_best], progress=False)
    yield "one fixed reference", fixed.step(steps), fixed.estimate(F, shifted(F)), steps
    training = fixed.history["training_value"].iloc[best["epoch"] - 1]
    yield "the same, stopped early", training, best["test"], best["epoch"]
    x, y = np.split(Z, 2, axis=1)
    again = MINETrainer(x, y, net(), 1, loss="mine_biased", rng=critic, lr=LR, progress=False)
    yield "a fresh reference each step", again.step(steps), again.estimate(*np.split(F, 2, axis=1)), steps


def main():
    columns = ["run", "training", "held-out", "steps"]
    rows = [row for seed in range(SEEDS) for row in remedies(seed)]
    table = pd.DataFrame(rows, columns=columns).groupby("run", sort=False).agg(["mean", "std"])
    print(f"truth {-0.5 * D * np.log1p(-(RHO**2)):.3f} nats, n = {N}, width {WIDTH}, {SEEDS} seeds\n")
    print(table.round(3).to_string())


if __name__ == "__main__":
    torch.set_num_threads(1)
    record() if sys.argv[1:] == ["record"] else main()
