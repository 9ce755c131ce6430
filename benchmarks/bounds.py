"""What each bound of the chapter *A zoo of bounds* says at the optimal critic.

``python -m benchmarks.bounds`` prints the record that the chapter holds: for each number K of
samples and each information I, in 20 + 20 dimensions, over 1000 data sets of K joint and K
independent reference samples, the mean and the 5%, 50% and 95% points of every bound, and the
share of the values above I. A line is K, I, and for each bound, in the order of ``BOUNDS``,
mean, three points (hundredths of a nat) and share (thousandths). It takes 10 minutes of one core.
"""

import numpy as np
from tqdm import tqdm

import dv

D, SETS = 20, 1000
SIZES = (16, 128, 1024)
INFORMATION = (0, 0.5, 1, 2, 3, 4, 5, 6, 7, 8)
BOUNDS = ("DV", "NWJ", "SMILE, c = 5", "SMILE, c = 1", "InfoNCE", "JS", "plug-in")


def correlation(information):
    """The correlation of each of the ``D`` pairs of coordinates."""
    return float(np.sqrt(-np.expm1(-2 * information / D)))


def scores(x, y, information):
    """The log density ratio of all pairs of rows."""
    rho = correlation(information)
    squares = (x**2).sum(1)[:, None] + (y**2).sum(1)
    return information - (rho**2 * squares - 2 * rho * x @ y.T) / (2 * (1 - rho**2))


def values(k, information, rng):
    """One data set: the value of every bound."""
    rho = correlation(information)
    x, noise, x_ref, y_ref = rng.standard_normal((4, k, D))
    y = rho * x + np.sqrt(1 - rho**2) * noise
    table = scores(x, y, information)
    t = np.diag(table)
    squares, products = (x_ref**2 + y_ref**2).sum(1), (x_ref * y_ref).sum(1)
    t_ref = information - (rho**2 * squares - 2 * rho * products) / (2 * (1 - rho**2))
    return (
        dv.dv_bound(t, t_ref),
        dv.nwj_bound(t + 1, t_ref + 1),
        dv.smile_bound(t, t_ref, 5.0),
        dv.smile_bound(t, t_ref, 1.0),
        dv.infonce_bound(table),
        dv.js_bound(t, t_ref),
        t.mean(),
    )


def line(k, information):
    """One line of the record."""
    rng = np.random.default_rng([k, round(10 * information)])
    found = np.array([values(k, information, rng) for _ in range(SETS)])
    parts = np.vstack([100 * found.mean(0), *(100 * np.quantile(found, (0.05, 0.5, 0.95), axis=0))])
    above = 1000 * (found > information).mean(0)
    numbers = np.vstack([parts, above]).T.ravel()
    return " ".join([f"{k} {information:g}", *(str(round(number)) for number in numbers.tolist())])


def main():
    for k in SIZES:
        for information in tqdm(INFORMATION, desc=f"K = {k}"):
            tqdm.write(line(k, information))


if __name__ == "__main__":
    main()
