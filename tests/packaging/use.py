"""What a user's type checker is told; `make lint` reads this file and nobody runs it."""

from typing import assert_type

import numpy as np
import pandas as pd
import torch

import dv

gaussian = dv.BivariateGaussian(0.9)
sample = gaussian.sample(1000, rng=np.random.default_rng(0))
values = torch.zeros(3)

assert_type(dv.dv_bound(values, values), torch.Tensor)
assert_type(dv.dv_bound([1.0, 2.0], np.zeros(3)), float)
assert_type(dv.resample(pd.DataFrame(sample), 10), pd.DataFrame)
assert_type(dv.estimate_mi(torch.zeros(40), pd.DataFrame(sample), rng=0).low, float)

trainer = dv.DVTrainer(sample, values, dv.Net(rng=1), n_iters_per_epoch=10, callbacks=[lambda t: t.history], lr=1e-3)
assert_type(trainer.step(epochs=2), float)
assert_type(trainer.history, pd.DataFrame)
