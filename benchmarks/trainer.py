"""Eight seeds of the course's first trainer on the running example.

``python -m benchmarks.trainer`` prints the value on all the training data after
100 epochs, the value of the same critic on 10 000 fresh samples, and how many of
the fresh reference samples carry its second mean, 1 / Σ w² with the weights w of
the gradient; once with a reference sample of its own and once with one resampled
from the joint sample.
"""

import numpy as np
import pandas as pd
import torch

from dv import BivariateGaussian, DVTrainer, Net, resample

GAUSSIAN = BivariateGaussian.running_example()
N, EPOCHS, SEEDS = 1000, 100, 8


def references(Z, rng):
    """The two ways to a reference sample."""
    yield "independent", GAUSSIAN.sample_reference(N, rng)
    yield "resampled", np.stack([resample(column, N, rng=rng) for column in Z.T], axis=1)


def effective_number(net, Z_ref):
    """1 / Σ w² of the softmax weights of the critic on a reference sample."""
    with torch.no_grad():
        t = net(torch.tensor(Z_ref, dtype=torch.float32)).double()
    return 1 / torch.softmax(t, 0).square().sum().item()


def rows(seed):
    """Train with either reference; one row each."""
    data, reference, critic, held_out, minibatches = np.random.default_rng(seed).spawn(5)
    Z = GAUSSIAN.sample(N, data)
    fresh = GAUSSIAN.sample(10 * N, held_out), GAUSSIAN.sample_reference(10 * N, held_out)
    for name, Z_ref in references(Z, reference):
        trainer = DVTrainer(Z, Z_ref, Net(rng=critic), n_iters_per_epoch=10, rng=minibatches, progress=False)
        value = trainer.step(EPOCHS)
        yield {
            "seed": seed,
            "reference": name,
            "training": value,
            "held-out": trainer.estimate(*fresh),
            "n_eff": effective_number(trainer.net, fresh[1]),
        }


def main():
    torch.set_num_threads(1)
    table = pd.DataFrame([row for seed in range(SEEDS) for row in rows(seed)])
    table = table.pivot(index="seed", columns="reference")
    print(f"truth {GAUSSIAN.mutual_information():.4f} nats, n = {N}, {EPOCHS} epochs of 10 minibatches\n")
    table["n_eff"] = table["n_eff"].round()
    print(table.round(3).to_string())
    summary = table.drop(columns="n_eff").agg(["mean", "std", "median"])
    summary.loc["mean - truth"] = summary.loc["mean"] - GAUSSIAN.mutual_information()
    print("\n" + summary.round(4).to_string())


if __name__ == "__main__":
    main()
