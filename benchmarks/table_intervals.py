"""How often intervals for the information of a table hold it.

    python -m benchmarks.table_intervals                   # 200 samples of every table and size

``dv.discrete.bootstrap_interval`` beside the basic bootstrap that it was before; the
noncentral chi-squared law of 2 n Î inverted (Kullback 1959; its parameter is 2 n I near
independence); and the BCa bootstrap of SciPy. Nominal: 95%.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import bootstrap, chi2, ncx2

from dv.discrete import bootstrap_interval, mutual_information, plug_in, sample_table

LEVEL, RESAMPLES, SIZES = 0.95, 200, (50, 200, 1000)


def _channel(k, error):
    """k equally likely letters, each mistaken for any other with the same probability."""
    return (np.eye(k) * (1 - error) + (1 - np.eye(k)) * error / (k - 1)) / k


def _drawn(rows, cols, alpha, seed=0):
    return np.random.default_rng(seed).dirichlet(np.full(rows * cols, alpha)).reshape(rows, cols)


TABLES = {
    "independent 2 × 2": np.full((2, 2), 1 / 4),
    "independent 5 × 5": np.full((5, 5), 1 / 25),
    "independent 5 × 5, uneven": np.outer(_drawn(5, 1, 1), _drawn(1, 5, 1, 1)),
    "independent 20 × 20": np.full((20, 20), 1 / 400),
    "weak 5 × 5": _channel(5, 0.7),
    "rare 2 × 2": np.array([[0.97, 0.01], [0.01, 0.01]]),
    "channel 2 × 2": _channel(2, 0.3),
    "channel 5 × 5": _channel(5, 0.3),
    "channel 10 × 10": _channel(10, 0.3),
    "clear channel 5 × 5": _channel(5, 0.05),
    "noisy channel 20 × 20": _channel(20, 0.6),
    "drawn 2 × 10": _drawn(2, 10, 1),
    "drawn 5 × 5": _drawn(5, 5, 1),
    "drawn 10 × 10": _drawn(10, 10, 0.2),
    "y = x, 5 labels": np.eye(5) / 5,
}


def before(x, y, rng, correction="none"):
    """The basic bootstrap: the quantiles of the resampled estimates, reflected."""
    rows = rng.integers(len(x), size=(RESAMPLES, len(x)))
    high, low = np.quantile([plug_in(x[row], y[row], correction) for row in rows], [(1 + LEVEL) / 2, (1 - LEVEL) / 2])
    value = plug_in(x, y, correction)
    return 2 * value - high, 2 * value - low


def noncentral(x, y):
    """The noncentralities at which 2 n Î is as extreme as the level allows, divided by 2 n."""
    g, labels = 2 * len(x) * plug_in(x, y), [len(np.unique(side)) for side in (x, y)]
    freedom = (labels[0] - 1) * (labels[1] - 1)

    def excess(noncentrality, share):
        law = ncx2(freedom, noncentrality) if noncentrality > 0 else chi2(freedom)
        return law.cdf(g) - share

    ends = [
        0.0 if excess(0, share) < 0 else brentq(excess, 0, 10 * g + 1000, args=(share,))
        for share in ((1 + LEVEL) / 2, (1 - LEVEL) / 2)
    ]
    return tuple(min(end / 2 / len(x), np.log(min(labels))) for end in ends)


def bca(x, y, rng):
    """Bias-corrected and accelerated, by SciPy; nothing where it gives none."""
    with np.errstate(all="ignore"):
        found = bootstrap((x, y), plug_in, paired=True, vectorized=False, n_resamples=RESAMPLES, method="BCa", rng=rng)
    return found.confidence_interval


METHODS = {
    "dv": lambda x, y, rng: bootstrap_interval(x, y, rng=rng),
    "dv, miller-madow": lambda x, y, rng: bootstrap_interval(x, y, "miller-madow", rng=rng),
    "dv, grassberger": lambda x, y, rng: bootstrap_interval(x, y, "grassberger", rng=rng),
    "before": before,
    "before, miller-madow": lambda x, y, rng: before(x, y, rng, "miller-madow"),
    "noncentral χ²": lambda x, y, rng: noncentral(x, y),
    "SciPy BCa": bca,
}


def measure(name, n, samples, methods=tuple(METHODS)):
    """Of 100 intervals, how many hold the truth, and their median width, by method."""
    table, ends = TABLES[name], {method: [] for method in methods}
    truth = mutual_information(table)
    for data, *children in (np.random.default_rng([n, seed]).spawn(1 + len(METHODS)) for seed in range(samples)):
        x, y = sample_table(table, n, data)
        if len(np.unique(x)) == 1 or len(np.unique(y)) == 1:
            continue
        for (method, interval), rng in zip(METHODS.items(), children, strict=True):
            if method in methods:
                ends[method].append(interval(x, y, rng))
    row = {"table": name, "n": n, "I": round(truth, 4)}
    for method, pairs in ends.items():
        low, high = np.array(pairs).T
        row[method] = 100 * np.mean((low <= truth + 1e-12) & (truth <= high + 1e-12))
        row[f"{method}, width"] = np.median(high - low)
    return row


def main():
    """Command line: print the coverage of each method, and the widths."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=METHODS)
    options = parser.parse_args()
    jobs = [(name, n, options.samples, tuple(options.methods)) for name in TABLES for n in options.sizes]
    with ProcessPoolExecutor(options.workers) as pool:
        rows = pd.DataFrame(pool.map(measure, *zip(*jobs, strict=True))).set_index(["table", "n", "I"])
    widths = [f"{method}, width" for method in options.methods]
    print(f"Intervals of 100 that hold I (nominal {100 * LEVEL:.0f}, {options.samples} samples a row)\n")
    print(rows[options.methods].round(0).to_string(float_format="{:.0f}".format), "\n")
    print("Median widths in nats\n")
    print(
        rows[widths]
        .rename(columns=dict(zip(widths, options.methods, strict=True)))
        .to_string(float_format="{:.3f}".format)
    )


if __name__ == "__main__":
    main()
