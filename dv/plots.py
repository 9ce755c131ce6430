"""Pictures of samples: a scatter, and densities by a fast Fourier transform.

A Gaussian kernel density estimate (KDE) of n points on m grid points costs n·m
evaluations. Spreading the points linearly over the grid first and convolving by
FFT gives the same curve to a fraction of a per cent at next to no cost.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from KDEpy import FFTKDE

SHARES = tuple(np.linspace(0.95, 0.05, 10))  # of the mass, inside each contour
_REACH = 3.5  # bandwidths drawn around the outermost points
_FINE = 4.5  # grid points a bandwidth: the binning error falls with its square


def kde_1d(x):
    r"""Return a grid and the density :math:`\frac1{n} \sum_i N(\cdot; x_i, h^2)` on it.

    The bandwidth is Scott's, :math:`h = n^{-1/5} s` with the sample standard
    deviation s, as in ``scipy.stats.gaussian_kde``.

    Parameters
    ----------
    x : array of shape (n,)

    Returns
    -------
    (grid, density), each of shape (m,); or None where all values are equal, so
    that no density exists.
    """
    x = np.asarray(x, dtype=float)
    scale = x.std(ddof=1) if len(x) > 1 else 0.0
    if not scale > 1e-9 * np.abs(x).max(initial=0):
        return None
    units = (x - x.mean()) / scale
    bandwidth = len(x) ** (-1 / 5)
    grid = _axis(units, bandwidth, 256, 4096)
    density = FFTKDE(kernel="gaussian", bw=bandwidth).fit(units).evaluate(grid)
    return grid * scale + x.mean(), density / scale


def kde_2d(x, y):
    r"""Return the density of pairs, :math:`\frac1n \sum_i N(\cdot; (x_i, y_i), H)`.

    The bandwidth is Scott's, :math:`H = n^{-1/3} S` with the sample covariance
    S, as in ``scipy.stats.gaussian_kde``: the sum is computed where S is the
    identity and mapped back, so the grid is sheared. Where S is singular
    (points on a line, or two points only) its diagonal takes its place.

    Parameters
    ----------
    x, y : array of shape (n,)

    Returns
    -------
    (grid_x, grid_y, density), each of shape (m, m); or None where x or y is
    constant, so that no density exists.
    """
    points = np.column_stack([x, y]).astype(float)
    scale = points.std(axis=0, ddof=1) if len(points) > 1 else np.zeros(2)
    if not (scale > 1e-9 * np.abs(points).max(axis=0, initial=0)).all():
        return None
    centre = points.mean(axis=0)
    units = (points - centre) / scale
    correlation = units[:, 0] @ units[:, 1] / (len(units) - 1)
    shear = np.eye(2)
    if abs(correlation) < 1 - 1e-6:
        shear = np.linalg.cholesky([[1, correlation], [correlation, 1]])
    white = np.linalg.solve(shear, units.T).T
    bandwidth = len(points) ** (-1 / 6)
    axes = [_axis(column, bandwidth, 128, 512) for column in white.T]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    flat = FFTKDE(kernel="gaussian", bw=bandwidth).fit(white).evaluate(grid.reshape(-1, 2))
    density = flat.reshape(grid.shape[:2]) / (np.linalg.det(shear) * scale.prod())
    back = grid @ shear.T * scale + centre
    return back[..., 0], back[..., 1], density


def mass_levels(density, shares):
    """Return the heights above which a density on an even grid holds ``shares`` of its mass."""
    falling = np.sort(density, axis=None)[::-1]
    mass = np.cumsum(falling) / falling.sum()
    return falling[np.searchsorted(mass, shares).clip(max=len(falling) - 1)]


def plot_samples_with_kde(df, **kwargs):
    """Draw every pair of columns: scatter below, density above and on the diagonal.

    The contours hold 95%, 85%, …, 5% of the mass. A constant column has no
    density and its panels say so. The background is transparent.

    Parameters
    ----------
    df : pandas.DataFrame
        One sample a row; its numeric columns are drawn. It may hold repeated
        rows, as after resampling with replacement.
    **kwargs
        Passed to ``seaborn.PairGrid``: ``hue``, ``palette``, ``vars``,
        ``height``, …

    Returns
    -------
    seaborn.PairGrid

    Raises
    ------
    TypeError
        ``df`` is no data frame, or has no numeric column.
    ValueError
        Fewer than two rows, or values that are NaN or infinite.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> Z = np.random.default_rng(0).normal(size=(1000, 2))
    >>> grid = plot_samples_with_kde(pd.DataFrame(Z, columns=["x", "y"]), height=2)
    >>> grid.axes.shape
    (2, 2)
    """
    _check_frame(df)
    grid = sns.PairGrid(df, **kwargs)
    grid.map_lower(_draw_points)
    grid.map_diag(_draw_curve)
    grid.map_upper(_draw_contours)
    grid.figure.patch.set_alpha(0)
    for ax in grid.axes.flat:
        ax.patch.set_alpha(0)
    if kwargs.get("hue") is not None:
        grid.add_legend()
    return grid


def _check_frame(df):
    if not isinstance(df, pd.DataFrame):
        raise TypeError(
            f"df is a {type(df).__name__}; give a data frame, "
            'for example pd.DataFrame(Z, columns=["x", "y"])'
        )
    numbers = df.select_dtypes("number")
    if numbers.shape[1] == 0:
        raise TypeError("df has no numeric column; there is nothing to draw")
    if len(df) < 2:
        raise ValueError(f"df has {len(df)} rows; a density needs at least 2")
    bad = ~np.isfinite(numbers.to_numpy(dtype=float)).all(axis=0)
    if bad.any():
        names = ", ".join(map(str, numbers.columns[bad]))
        raise ValueError(f"column {names} has values that are NaN or infinite; drop or replace them")


def _axis(units, bandwidth, fewest, most):
    low, high = units.min() - _REACH * bandwidth, units.max() + _REACH * bandwidth
    size = np.clip(np.ceil(_FINE * (high - low) / bandwidth), fewest, most)
    return np.linspace(low, high, int(size))


def _draw_points(x, y, color=None, label=None):
    # Markers of one size are stamped: several times faster than `scatter`.
    size, alpha = 15 * len(x) ** -0.25, 30 * len(x) ** -0.5  # the more points, the finer
    style = {"markersize": np.clip(size, 1.5, 4.5), "alpha": np.clip(alpha, 0.25, 0.9)}
    plt.gca().plot(x, y, "o", color=color, label=label, markeredgewidth=0, **style)


def _draw_curve(x, color=None, label=None):
    curve = kde_1d(x)
    if curve is None:
        return _say_constant(plt.gca())
    plt.gca().plot(*curve, color=color, label=label, lw=2)
    plt.gca().fill_between(*curve, color=color, alpha=0.2, lw=0)


def _draw_contours(x, y, color=None, label=None):
    surface = kde_2d(x, y)
    if surface is None:
        return _say_constant(plt.gca())
    levels = np.unique(mass_levels(surface[2], SHARES))
    plt.gca().contour(*surface, levels=levels, colors=[color], linewidths=1)


def _say_constant(ax):
    ax.text(
        0.5, 0.5, "constant:\nno density", transform=ax.transAxes, ha="center", va="center", color="0.4"
    )
