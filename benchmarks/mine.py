"""Three losses of `dv.MINETrainer` at three batch sizes, over eight seeds.

``python -m benchmarks.mine`` trains on 10 000 samples of the running example, 4000
steps of Adam whatever the batch, and prints the value of the last critic on 10 000
fresh samples, mean ± standard deviation beside the truth.
"""

import numpy as np
import pandas as pd
import torch

from dv import BivariateGaussian, MINETrainer, Net

GAUSSIAN = BivariateGaussian.running_example()
N, STEPS, SEEDS, EMA, LR = 10_000, 4000, 8, 0.01, 1e-3
BATCHES, LOSSES = (5, 20, 100), ("mine", "mine_biased", "fdiv")


def held_out(loss, batch, seed):
    """The value on fresh samples after STEPS steps with one loss and batch size."""
    data, fresh, critic, minibatches = np.random.default_rng(seed).spawn(4)
    x, y = GAUSSIAN.sample(N, data).T
    settings = {"rng": minibatches, "lr": LR, "progress": False, "n_iters_per_epoch": N // batch}
    trainer = MINETrainer(x, y, Net(rng=critic), loss=loss, ema=EMA, **settings)
    trainer.step(STEPS * batch // N)
    return trainer.estimate(*GAUSSIAN.sample(N, fresh).T)


def main():
    torch.set_num_threads(1)
    print(f"truth {GAUSSIAN.mutual_information():.4f} nats, n = {N}, {STEPS} steps, {SEEDS} seeds\n")
    rows = {}
    for batch in BATCHES:
        for loss in LOSSES:
            values = np.array([held_out(loss, batch, seed) for seed in range(SEEDS)])
            text = f"{values.mean():.3f} ± {values.std(ddof=1):.3f} (worst {values.min():.3f})"
            rows.setdefault(batch, {})[loss] = text
    print(pd.DataFrame(rows).T.rename_axis("batch").to_string())


if __name__ == "__main__":
    main()
