"""MI-NEE with references of several widths beside MINE, over eight seeds.

``python -m benchmarks.minee`` trains on 1000 samples of the running example, 1000 steps
of Adam with minibatches of 100, and values the last critics on 10 000 fresh samples: the
estimate of MI-NEE, its first divergence, and the Donsker–Varadhan value of its three
critics taken together, mean ± standard deviation in nats beside the truth.
"""

import numpy as np
import torch

from dv import BivariateGaussian, MINEETrainer, MINETrainer, Net, dv_bound
from dv.resampling import shifted_pairs

GAUSSIAN = BivariateGaussian.running_example()
N, FRESH, HIDDEN, EPOCHS, SEEDS = 1000, 10_000, 50, 100, 8
RUNS = {
    "MINE": None,
    "uniform, 1.1, n": {"width": 1.1},
    "uniform, 2, n": {"width": 2.0},
    "uniform, 4, n": {"width": 4.0},
    "uniform, 4, 10 n": {"width": 4.0, "n_ref": 10 * N},
    "Gaussian, 1, n": {"width": 1.0, "reference": "gaussian"},
    "Gaussian, 1.5, n": {"width": 1.5, "reference": "gaussian"},
}


def train(name, seed, n=N, epochs=EPOCHS):
    """A trained trainer and fresh samples."""
    data, fresh, *critics, minibatches = np.random.default_rng(seed).spawn(6)
    x, y = GAUSSIAN.sample(n, data).T
    nets = [Net(d, hidden_size=HIDDEN, rng=rng) for d, rng in zip((2, 1, 1), critics, strict=True)]
    settings = {"n_iters_per_epoch": 10, "rng": minibatches, "progress": False}
    kind = RUNS[name]
    trainer = MINETrainer(x, y, nets[0], **settings) if kind is None else MINEETrainer(x, y, nets, **settings, **kind)
    trainer.step(epochs)
    return trainer, GAUSSIAN.sample(FRESH, fresh).T


def together(trainer, x, y, rng=0):
    """The Donsker–Varadhan value of the joint critic less the two others, on pairs and shifted pairs."""

    def values(x, y):
        left, right = (torch.as_tensor(column[:, None]).float() for column in (x, y))
        with torch.no_grad():
            joint, *margins = trainer.net(left, right).double().numpy().T
        return joint - sum(margins)

    rows = np.random.default_rng(rng).permutation(len(x))
    pairs = [values(x[i], y[k]) for i, k in shifted_pairs(rows, 5 * len(x))]
    return float(dv_bound(values(x, y), np.concatenate(pairs)))


def one(name, seed):
    """Estimate, first divergence and value of the critics together; for MINE the estimate alone."""
    trainer, (x, y) = train(name, seed)
    if RUNS[name] is None:
        return [trainer.estimate(x, y)]
    joint, d_x, d_y = trainer.divergences(x, y)
    return [joint - d_x - d_y, joint, together(trainer, x, y)]


def main():
    torch.set_num_threads(1)
    print(f"truth {GAUSSIAN.mutual_information():.4f} nats, n = {N}, {SEEDS} seeds\n")
    print(f"{'reference, width, n_ref':<24}  {'estimate':<18}  {'first divergence':<18}  critics together")
    for name in RUNS:
        rows = np.array([one(name, seed) for seed in range(SEEDS)]).T
        cells = [f"{row.mean():.3f} ± {row.std(ddof=1):.3f}" for row in rows]
        print(f"{name:<24}  " + "  ".join(f"{cell:<18}" for cell in cells).rstrip(), flush=True)


if __name__ == "__main__":
    main()
