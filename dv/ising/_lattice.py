"""What every part of the case study shares: T_c, the checks at the door, patterns, the tree."""

import math

import numpy as np

from dv._checks import check_positive, check_size

T_C = 2 / math.log1p(math.sqrt(2))
"""Critical temperature 2 / ln(1 + √2) of the square lattice (Onsager 1944), in units of J / k_B."""


def check_temperature(temperature):
    """Return the temperature as a finite float above zero."""
    return check_positive(temperature, "temperature")


def check_temperatures(temperature):
    """Return a temperature, or an array of them, all finite and above zero."""
    values = np.asarray(temperature, dtype=float)
    if not (np.isfinite(values) & (values > 0)).all():
        raise ValueError(f"temperature={temperature!r} must be finite and above 0")
    return values[()]


def check_side(lattice):
    """Return None for the infinite lattice, the side of a torus otherwise."""
    if isinstance(lattice, str):
        if lattice == "infinite":
            return None
        raise ValueError(f"lattice={lattice!r} must be 'infinite' or the side of a torus")
    return check_size(lattice, "lattice", minimum=3)


def check_window(rows, cols):
    """Return rows and columns as whole numbers of at least one."""
    return check_size(rows, "rows"), check_size(cols, "cols")


def patterns(n_spins):
    """All ±1 patterns of ``n_spins`` spins, in the order in which tables list them.

    The first spin turns over slowest and down comes before up, so that
    ``table.reshape((2,) * n_spins)`` has one axis a spin.

    Parameters
    ----------
    n_spins : int

    Returns
    -------
    ndarray of int8, shape (2 ** n_spins, n_spins)

    Raises
    ------
    ValueError
        If there are more than 26 spins.

    Examples
    --------
    >>> patterns(2).tolist()
    [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    """
    n_spins = check_size(n_spins, "n_spins")
    if n_spins > MAX_SPINS:
        raise ValueError(f"n_spins={n_spins}: at most {MAX_SPINS} spins can be listed")
    codes = np.arange(2**n_spins)[:, None] >> np.arange(n_spins)[::-1]
    return (2 * (codes & 1) - 1).astype(np.int8)


MAX_SPINS = 26
"""A table of more spins than this would not fit into a few gigabytes."""


def comb_tree(rows, cols):
    """Spanning tree of a window: all horizontal bonds and the vertical ones of the last column.

    Sites are ``row * cols + col``. Returns arrays ``site, neighbour, vertical``
    of length ``rows * cols - 1``: a bond joins a site to its right neighbour,
    or to the one below. Walking through them never meets an unknown pair twice.
    """
    grid = np.arange(rows * cols).reshape(rows, cols)
    site = np.concatenate([grid[:, :-1].ravel(), grid[:-1, -1]])
    vertical = np.arange(len(site)) >= rows * (cols - 1)
    return site, site + np.where(vertical, cols, 1), vertical


def check_phase(phase, side):
    """Refuse an unknown phase, and the + phase of a torus, which has none."""
    if phase not in ("symmetric", "plus"):
        raise ValueError(f"phase={phase!r} must be 'symmetric' or 'plus'")
    if phase == "plus" and side is not None:
        raise ValueError("phase='plus' needs lattice='infinite': a finite torus has no phases")
