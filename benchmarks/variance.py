"""How the DV estimate at the *optimal* critic scatters as the information grows.

``python -m benchmarks.variance`` draws data sets of n = 1000 pairs in 20 + 20
dimensions whose information is known exactly, and prints mean ± spread for five
kinds of reference, and how often the nominal 95% interval holds the truth.
"""

import numpy as np
import pandas as pd

from dv.gaussian import BivariateGaussian

D, N, K, SETS = 20, 1000, 128, 200


def log_mean_exp(t, axis=None):
    top = t.max(axis=axis, keepdims=True)
    return np.squeeze(top, axis=axis) + np.log(np.exp(t - top).mean(axis=axis))


def critic(rho, x, y):
    """The log density ratio of all pairs of rows of x and y."""
    norms = (x**2).sum(1)[:, None] + (y**2).sum(1)
    return D * BivariateGaussian(rho).mutual_information() - (rho**2 * norms - 2 * rho * x @ y.T) / (2 * (1 - rho**2))


def estimates(information, rng):
    """One data set: the estimate by each reference, and whether the interval holds the truth."""
    rho = np.sqrt(-np.expm1(-2 * information / D))
    x, noise, a, b = rng.standard_normal((4, N, D))
    y = rho * x + np.sqrt(1 - rho**2) * noise
    t = critic(rho, x, y)
    independent = np.einsum("ii->i", critic(rho, a, b))
    joint, blocks = np.diag(t), [t[i : i + K, i : i + K] for i in range(0, N - K + 1, K)]
    value = joint.mean() - log_mean_exp(independent)
    weights = np.exp(independent - log_mean_exp(independent))
    error = np.sqrt((joint.var(ddof=1) + weights.var(ddof=1)) / N)
    return {
        "independent": value,
        "permutation": joint.mean() - log_mean_exp(t[np.arange(N), rng.permutation(N)]),
        "all i ≠ k": joint.mean() - log_mean_exp(t[~np.eye(N, dtype=bool)]),
        "all n²": joint.mean() - log_mean_exp(t.ravel()),
        "InfoNCE": np.mean([np.diag(s).mean() - log_mean_exp(s, 1).mean() for s in blocks]),
        "holds": abs(value - information) < 1.96 * error,
    }


def main():
    print(f"{D} + {D} dimensions, n = {N}, {SETS} data sets; log {K} = {np.log(K):.2f} nats\n")
    rows = {}
    for information in (1, 2, 4, 6, 8, 10):
        seeds = np.random.SeedSequence(information).spawn(SETS)
        table = pd.DataFrame([estimates(information, np.random.default_rng(s)) for s in seeds])
        holds = table.pop("holds").mean()
        rows[information] = {name: f"{v.mean():.2f} ± {v.std():.2f}" for name, v in table.items()}
        rows[information] |= {"first order": f"{np.sqrt(np.expm1(2 * information) / N):.2f}"}
        rows[information] |= {"interval holds": f"{holds:.0%}"}
    print(pd.DataFrame(rows).T.rename_axis("I").to_string())


if __name__ == "__main__":
    main()
