"""Estimators that readers would otherwise install; runs in an environment of its own.

The environment is made by hand once:

    python3.11 -m venv .venv-peers
    .venv-peers/bin/pip install -r benchmarks/peers.txt

``.venv-peers/bin/python -m benchmarks.peers METHOD N SEEDS [TASK …]`` prints
lines of task, seed, value, CPU seconds, separated by tabs. The other
benchmarks call it. mine-pytorch is not on the package index and is left out.
"""

import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from .tasks import all_tasks


def bmi_neural(name):
    """The neural estimators of bmi with its defaults, seed given."""

    def run(x, y, seed):
        import bmi.estimators

        return getattr(bmi.estimators, name)(verbose=False, seed=seed).estimate(x, y)

    return run


def bmi_ksg(x, y, seed):
    """KSG as bmi has it, k = 10."""
    from bmi.estimators import KSGEnsembleFirstEstimator

    return KSGEnsembleFirstEstimator(neighborhoods=(10,)).estimate(x, y)


def npeet(x, y, seed):
    """KSG of npeet+ on the data as they are."""
    import npeet_plus

    np.random.seed(seed)  # noqa: NPY002 - it breaks ties with the global generator
    return npeet_plus.mi(x, y) * np.log(2)  # it counts in bits


def npeet_ranks(x, y, seed):
    """KSG of npeet+ on normal scores."""
    scores = [ndtri((rankdata(a, axis=0) - 0.5) / len(a)) for a in (x, y)]
    return npeet(*scores, seed)


def scikit_learn(x, y, seed):
    """KSG of scikit-learn, which takes one column on either side."""
    from sklearn.feature_selection import mutual_info_regression

    if x.shape[1] > 1 or y.shape[1] > 1:
        return np.nan
    return mutual_info_regression(x, y[:, 0], random_state=seed)[0]


def mist(x, y, seed):
    """torch-mist's MINE with its defaults; it values the critic on data it was trained on."""
    import torch
    import torch_mist

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    data = [torch.tensor(a, dtype=torch.float32) for a in (x, y)]
    value = torch_mist.estimate_mi(tuple(data), estimator="mine", hidden_dims=[64, 64], max_epochs=10, verbose=False)
    return value[0] if isinstance(value, tuple) else value


METHODS = {
    "bmi MINE": bmi_neural("MINEEstimator"),
    "bmi DV": bmi_neural("DonskerVaradhanEstimator"),
    "bmi InfoNCE": bmi_neural("InfoNCEEstimator"),
    "bmi KSG": bmi_ksg,
    "npeet+ KSG": npeet,
    "npeet+ KSG, ranks": npeet_ranks,
    "scikit-learn KSG": scikit_learn,
    "torch-mist MINE": mist,
}


def main(method, n, seeds, *names):
    warmed = False
    for task in all_tasks():
        if names and task.name not in names:
            continue
        for seed in range(int(seeds)):
            x, y = task.sample(int(n), 1000 + seed)
            if not warmed:  # imports and compilation are not charged
                METHODS[method](x[:500], y[:500], seed)
                warmed = True
            start = time.process_time()
            try:
                value = float(METHODS[method](x, y, seed))
            except Exception as error:  # a peer that fails is a result, not an accident
                print(f"{task.name}: {error!r}", file=sys.stderr)
                value = np.nan
            print(task.name, seed, value, time.process_time() - start, sep="\t", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
