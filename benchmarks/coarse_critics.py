"""Critics on given block variables: the estimate, the public notebook's grid, histograms."""

import itertools
import time

import numpy as np
from torch.optim.lr_scheduler import StepLR

from dv import MINETrainer, ResidualNet, TwoBranchNet, estimate_mi
from dv.discrete import bootstrap_interval, expected_plug_in, plug_in, sample_table
from dv.ising import coarse_table

from .coarse_data import SETUPS, critical, exact, held_out, levels, population, sample

TARGETS = {"n": 100_000, "n_ref": 1_000_000, "seeds": 5}
GRID = {"n": 10_000, "batch": 500, "epochs": 90, "width": 100, "decay every": 30, "looks": [10, 30, 60]}
RATES = [(1e-3, 1.0), (1e-3, 0.5), (1e-4, 1.0), (1e-2, 1.0), (1e-2, 0.5), (1e-2, 0.3)]  # first rate, StepLR's factor
NETS, LOSSES = ["TwoBranchNet", "ResidualNet"], ["mine", "mine_biased", "fdiv"]
PLUG_IN = {"2×2 fine": 100_000, "2×2 mean": 100_000, "3×3 fine": 100_000, "3×3 ring mean": 10_000}
REPEATS = 20


def target(setup, seed):
    """``dv.estimate_mi`` with nothing tuned: held-out value and interval."""
    x, y = sample(setup, TARGETS["n"], [1, seed])
    start = time.process_time()
    result = estimate_mi(x, y, rng=seed, n_ref=TARGETS["n_ref"], progress=False)
    seconds = time.process_time() - start
    values = {name: getattr(result, name) for name in ("value", "low", "high", "training_value")}
    return {**values, "exact": exact(setup), "cpu_s": seconds}


def grid_run(setup, net, loss, lr, gamma, epochs=None):
    """One critic of the public notebook, its learning rate really stepped."""
    x, y = sample(setup, GRID["n"], 2)
    d = x.shape[1]
    sizes = (2 * d,) if net == "ResidualNet" else (d, d)
    critic = {"TwoBranchNet": TwoBranchNet, "ResidualNet": ResidualNet}[net](
        *sizes, GRID["width"], rng=np.random.default_rng(3)
    )
    looks = {}

    def look(trainer):
        epoch = len(trainer.history)
        if epoch in GRID["looks"]:
            looks[f"training_{epoch}"] = trainer.history["training_value"].iloc[-1]
            looks[f"population_{epoch}"] = population(critic, setup)

    start = time.process_time()
    trainer = MINETrainer(
        x,
        y,
        critic,
        GRID["n"] // GRID["batch"],
        loss=loss,
        rng=np.random.default_rng(4),
        lr=lr,
        callbacks=[look],
        progress=False,
        scheduler=lambda optimizer: StepLR(optimizer, GRID["decay every"], gamma),
    )
    try:
        training = trainer.step(epochs or GRID["epochs"])
    except FloatingPointError:
        training = np.nan  # the critic ran away; what is valued below is its last good state
    seconds = time.process_time() - start
    value = held_out(critic, lambda n, rng: sample(setup, n, rng), 5)
    exactly = {"population": population(critic, setup), "exact": exact(setup)}
    last = {"last_rate": trainer.optimizer.param_groups[0]["lr"], "epochs": len(trainer.history)}
    return {**looks, "training": training, **value, **exactly, **last, "cpu_s": seconds}


def luck(setup):
    """Mean of the true log density ratio over the pairs that the grid trains on."""
    k, coarse = SETUPS[setup]
    table = critical(k) if coarse is None else coarse_table(critical(k), coarse)
    level = np.unique(levels(setup), axis=0, return_inverse=True)[1].ravel()
    log_ratio = np.log(table / np.outer(table.sum(1), table.sum(0)))
    x, y = sample_table(critical(k), GRID["n"], 2)
    return {"log_ratio": log_ratio[level[x], level[y]].mean(), "exact": exact(setup)}


def histogram(setup):
    """Plug-in value of one sample, its spread over samples and its exact mean."""
    n, (k, coarse) = PLUG_IN[setup], SETUPS[setup]
    table = critical(k) if coarse is None else coarse_table(critical(k), coarse)
    samples = [sample(setup, n, [6, seed]) for seed in range(REPEATS)]
    values = [plug_in(x, y) for x, y in samples]
    low, high = bootstrap_interval(*samples[0], rng=7)
    return {
        "n": n,
        "value": values[0],
        "low": low,
        "high": high,
        "mean": np.mean(values),
        "std": np.std(values, ddof=1),
        "expected": expected_plug_in(table, n),
        "exact": exact(setup),
    }


TARGET_JOBS = [{"setup": setup, "seed": seed} for setup, seed in itertools.product(SETUPS, range(TARGETS["seeds"]))]
HISTOGRAM_JOBS = [{"setup": setup} for setup in SETUPS]
GRID_JOBS = [
    {"setup": setup, "net": net, "loss": loss, "lr": lr, "gamma": gamma}
    for (lr, gamma), setup, net, loss in itertools.product(RATES, SETUPS, NETS, LOSSES)
]
