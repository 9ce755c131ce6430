"""Time `plot_samples_with_kde` beside the plain seaborn grid, and check its contours.

Run ``python -m benchmarks.plots``. Medians of interleaved runs, drawing included.
"""

import statistics
import time

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from scipy.stats import gaussian_kde

from dv.plots import SHARES, kde_2d, mass_levels, plot_samples_with_kde

SIZES, REPEATS = (100, 1_000, 10_000), 5


def plain_grid(df):
    """The same grid by seaborn alone."""
    grid = sns.PairGrid(df)
    grid.map_lower(sns.scatterplot, s=2)
    grid.map_upper(sns.kdeplot)
    grid.map_diag(sns.kdeplot)
    return grid


def seconds(draw, df):
    start = time.perf_counter()
    draw(df).figure.canvas.draw()
    spent = time.perf_counter() - start
    plt.close("all")
    return spent


def contour_error(df):
    """Return max |exact / level - 1| along the contours drawn, against SciPy's KDE."""
    x, y = df.to_numpy().T
    surface = kde_2d(x, y)
    contours = plt.figure().gca().contour(*surface, levels=mass_levels(surface[2], SHARES))
    exact = gaussian_kde(np.stack([x, y]))
    errors = [
        np.abs(exact(np.vstack(lines)[::4].T) / level - 1).max()
        for level, lines in zip(contours.levels, contours.allsegs, strict=True)
    ]
    plt.close("all")
    return max(errors)


def main():
    rng = np.random.default_rng(0)
    print(f"{'n':>7} {'seaborn s':>10} {'dv s':>8} {'ratio':>7} {'contour error':>14}")
    for n in SIZES:
        cloud = rng.multivariate_normal([0, 0], [[1, 0.879], [0.879, 1]], n)
        df = pd.DataFrame(cloud, columns=["x", "y"])
        seconds(plot_samples_with_kde, df)  # the first figure pays for fonts
        runs = [(seconds(plain_grid, df), seconds(plot_samples_with_kde, df)) for _ in range(REPEATS)]
        plain, fast = (statistics.median(times) for times in zip(*runs, strict=True))
        print(f"{n:7d} {plain:10.3f} {fast:8.3f} {plain / fast:6.1f}x {contour_error(df):13.2%}")


if __name__ == "__main__":
    main()
