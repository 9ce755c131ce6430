"""Densities of samples on a grid, with NumPy and SciPy alone.

A Gaussian kernel density estimate (KDE) of n points on m grid points costs n·m
evaluations. Sharing each point among the grid points around it and blurring the grid
gives the same curve to a fraction of a per cent at next to no cost.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

_REACH = 3.5  # bandwidths drawn around the outermost points
_FINE = 4.5  # grid points a bandwidth: straight lines between them are off by its inverse square
_TAIL = 5  # bandwidths from a point to where its kernel is cut: 4e-6 of its height
_SAME = 1e-13  # of the largest value: what differs by less differs by rounding
LARGEST = 1e150  # whose square is still a number


def kde_1d(x: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
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
    if not _differ(x):
        return None
    units, centre, scale = _standardized(x)
    bandwidth = len(x) ** (-1 / 5)
    grid = _axis(units, bandwidth, 256, 4096)
    density = _density([units], [grid], bandwidth)
    return grid * scale + centre, density / scale


def kde_2d(x: Any, y: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]] | None:
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
    if not (_differ(points[:, 0]) and _differ(points[:, 1])):
        return None
    units, centre, scale = _standardized(points)
    correlation = units[:, 0] @ units[:, 1] / (len(units) - 1)
    shear = np.eye(2)
    if abs(correlation) < 1 - 1e-6:
        shear = np.linalg.cholesky([[1, correlation], [correlation, 1]])
    white = np.linalg.solve(shear, units.T).T
    bandwidth = len(points) ** (-1 / 6)
    axes = [_axis(column, bandwidth, 128, 512) for column in white.T]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    density = _density(white.T, axes, bandwidth) / (np.linalg.det(shear) * scale.prod())
    back = grid @ shear.T * scale + centre
    return back[..., 0], back[..., 1], density


def mass_levels(density: NDArray[np.float64], shares: Any) -> NDArray[np.float64]:
    """Return the heights above which a density on an even grid holds ``shares`` of its mass."""
    falling = np.sort(density, axis=None)[::-1]
    mass = np.cumsum(falling) / falling.sum()
    return falling[np.searchsorted(mass, shares).clip(max=len(falling) - 1)]


def _differ(x):
    """Whether values differ by more than rounding, so that a density exists."""
    if len(x) < 2:
        return False
    return np.ptp(x) > max(_SAME * np.abs(x).max(), 1 / LARGEST)


def _standardized(points):
    """Columns in units of their deviation, and the mean and deviation of each.

    Counted from the least value: squares of small steps on a large offset, such as times
    in seconds since 1970, would be lost in rounding.
    """
    least = points.min(axis=0)
    steps = points - least
    mean, scale = steps.mean(axis=0), steps.std(axis=0, ddof=1)
    return (steps - mean) / scale, least + mean, scale


def _axis(units, bandwidth, fewest, most):
    low, high = units.min() - _REACH * bandwidth, units.max() + _REACH * bandwidth
    size = np.clip(np.ceil(_FINE * (high - low) / bandwidth), fewest, most)
    return np.linspace(low, high, int(size))


def _density(columns, axes, bandwidth):
    """The KDE of points, one column a coordinate, on the grid of evenly spaced axes.

    Sharing a point at the fraction f between two grid points adds f (1 − f), on average
    1/6, squared steps to its variance: the blur is that much narrower.
    """
    steps = np.array([axis[1] - axis[0] for axis in axes])
    blur = np.sqrt(np.maximum((bandwidth / steps) ** 2 - 1 / 6, 0))
    mass = gaussian_filter(_shared(columns, axes), blur, mode="constant", truncate=_TAIL)
    return mass / (len(columns[0]) * steps.prod())


def _shared(columns, axes):
    """Counts on the grid, each point shared linearly among the corners of its cell."""
    shape = tuple(len(axis) for axis in axes)
    places, weights = np.zeros((1, len(columns[0])), np.int64), np.ones((1, len(columns[0])))
    for column, axis in zip(columns, axes, strict=True):
        place = (column - axis[0]) / (axis[1] - axis[0])
        low = np.minimum(place.astype(np.int64), len(axis) - 2)
        places = np.concatenate([places * len(axis) + low, places * len(axis) + low + 1])
        weights = np.concatenate([weights * (low + 1 - place), weights * (place - low)])
    return np.bincount(places.ravel(), weights.ravel(), np.prod(shape)).reshape(shape)
