"""Trained critics: references with and without replacement, fixed and fresh, over eight seeds.

``python -m benchmarks.replacement`` trains on 1000 samples of the running example with
as many references, 100 epochs of 10 minibatches with the same loss throughout, and prints
the training value and the value on 10 000 fresh samples, mean ± standard deviation beside
the truth.
"""

import numpy as np
import pandas as pd
import torch

from dv import BivariateGaussian, DVTrainer, MINETrainer, Net, resample

GAUSSIAN = BivariateGaussian.running_example()
N, EPOCHS, SEEDS = 1000, 100, 8
WAYS = [(kind, replace) for kind in ("drawn once", "drawn anew in every epoch") for replace in (False, True)]


def run(kind, replace, seed):
    """Training and held-out value of a critic; the seed alone decides on data, net and fresh samples."""
    data, reference, critic, held_out, minibatches = np.random.default_rng(seed).spawn(5)
    Z = GAUSSIAN.sample(N, data)
    settings = {"n_iters_per_epoch": 10, "rng": minibatches, "progress": False}
    if kind == "drawn once":
        Z_ref = np.stack([resample(column, N, replace=replace, rng=reference) for column in Z.T], axis=1)
        trainer = DVTrainer(Z, Z_ref, Net(rng=critic), **settings)
    else:
        trainer = MINETrainer(*Z.T, Net(rng=critic), loss="mine_biased", replace=replace, **settings)
    training = trainer.step(EPOCHS)
    fresh = [torch.tensor(draw(10 * N, held_out)) for draw in (GAUSSIAN.sample, GAUSSIAN.sample_reference)]
    if kind == "drawn once":
        return training, trainer.estimate(*fresh)
    with torch.no_grad():
        t, t_ref = (trainer.net(*z.float().split(1, 1)).double() for z in fresh)
    return training, (t.mean() - torch.logsumexp(t_ref.flatten(), 0) + np.log(10 * N)).item()


def main():
    torch.set_num_threads(1)
    print(f"truth {GAUSSIAN.mutual_information():.4f} nats, n = n' = {N}, {EPOCHS} epochs, {SEEDS} seeds\n")
    rows, held_out = {}, {}
    for way in WAYS:
        values = np.array([run(*way, seed) for seed in range(SEEDS)])
        held_out[way] = values[:, 1]
        name = f"{way[0]}, {'with' if way[1] else 'without'}"
        spread = zip(values.mean(axis=0), values.std(axis=0, ddof=1), strict=True)
        rows[name] = [f"{mean:.3f} ± {std:.3f}" for mean, std in spread]
    print(pd.DataFrame(rows, index=["training", "held-out"]).T.rename_axis("references").to_string())
    for kind in dict.fromkeys(kind for kind, _ in WAYS):
        gain = held_out[kind, True] - held_out[kind, False]
        print(f"\n{kind}: with minus without {gain.mean():.4f}, error {gain.std(ddof=1) / np.sqrt(SEEDS):.4f}", end="")
    print()


if __name__ == "__main__":
    main()
