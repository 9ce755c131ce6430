"""Exact probabilities of all spin patterns of a window, and exact correlations."""

import numpy as np
from numpy.typing import NDArray

from dv._checks import check_size

from .._lattice import (
    MAX_SPINS,
    T_C,
    check_phase,
    check_side,
    check_temperature,
    check_window,
    comb_tree,
)
from .pfaffian import pfaffian, principal_pfaffians
from .process import bond_nodes, bond_processes, plus_process
from .thermodynamics import magnetization


def block_distribution(
    rows: int, cols: int, temperature: float = T_C, lattice: str | int = "infinite", phase: str = "symmetric"
) -> NDArray[np.floating]:
    r"""Exact probabilities of all spin patterns of a rows × cols window.

    .. math:: P(s) = 2^{-n} \sum_A \langle\sigma_A\rangle \prod_{i \in A} s_i,
              \qquad n = \text{rows} \cdot \text{cols}

    the Walsh–Hadamard transform of the correlators of all subsets A of its
    sites. An even subset is the end points of a set of bonds of a spanning
    tree, so its correlator is a Pfaffian. Odd ones vanish in the symmetric
    ensemble; in the + phase they follow from a Wiener–Hopf factorisation.

    Parameters
    ----------
    rows, cols : int
        Shape of the window, at most 26 spins.
    temperature : float
        In units of J / k_B; accurate from 0.5 to 10, T_c included.
    lattice : "infinite" or int
        The infinite lattice, or the side L ≥ 3 of an L × L torus.
    phase : {"symmetric", "plus"}
        "plus" is the limit of + boundaries (infinite lattice only). At and
        above T_c the two are the same.

    Returns
    -------
    ndarray, shape (2 ** n,)
        In the order of :func:`patterns`, row by row of the window.

    Raises
    ------
    ValueError
        If the window is too large for a table or for the torus, the
        temperature is not a finite number above 0, or the + phase is asked of
        a torus.

    Notes
    -----
    McCoy and Wu, *The Two-Dimensional Ising Model* (1973), ch. IV, VIII, XI;
    absolute error about 1e-15.

    Examples
    --------
    >>> block_distribution(1, 2).round(4).tolist()   # (1 ± √2/2) / 4
    [0.4268, 0.0732, 0.0732, 0.4268]
    """
    rows, cols = check_window(rows, cols)
    temperature, side = check_temperature(temperature), check_side(lattice)
    check_phase(phase, side)
    check_fits(rows, cols, side)
    n = rows * cols
    if n > MAX_SPINS:
        raise ValueError(
            f"a table of {rows}×{cols} = {n} spins has 2**{n} entries and would take about "
            f"{4 * 8 * 2.0**n / 1e9:.3g} GB to build; at most {MAX_SPINS} spins are tabled: take a "
            "smaller window, or samples from dv.ising.sample_windows"
        )
    correlators = np.zeros(2**n)
    correlators[_end_points(rows, cols)] = _even_correlators(rows, cols, temperature, side)
    if phase == "plus" and temperature < T_C:
        top_right = 1 << (n - cols)
        correlators[_end_points(rows, cols) ^ top_right] = _odd_correlators(rows, cols, temperature)
    return from_correlators(correlators)


def neighbouring_blocks(
    rows: int, cols: int, temperature: float = T_C, lattice: str | int = "infinite", phase: str = "symmetric"
) -> NDArray[np.floating]:
    """Exact joint table of a rows × cols block and the equal block to its immediate right.

    Parameters are those of :func:`block_distribution`, for a window of
    ``rows`` by ``2 * cols`` spins.

    Returns
    -------
    ndarray, shape (2 ** (rows * cols), 2 ** (rows * cols))
        ``P[x, y]``, left block by right block, each in the order of :func:`patterns`.

    Examples
    --------
    >>> from dv.discrete import mutual_information
    >>> round(mutual_information(neighbouring_blocks(2, 2)), 7)
    0.422862
    """
    rows, cols = check_window(rows, cols)
    window = block_distribution(rows, 2 * cols, temperature, lattice, phase)
    sites = np.arange(2 * rows * cols).reshape(rows, 2 * cols)
    axes = np.concatenate([sites[:, :cols].ravel(), sites[:, cols:].ravel()])
    size = 2 ** (rows * cols)
    return window.reshape((2,) * len(axes)).transpose(axes).reshape(size, size)


def correlation(dx: int, dy: int, temperature: float = T_C, lattice: str | int = "infinite") -> float:
    r"""Exact two-point function ⟨σ(0, 0) σ(dx, dy)⟩ of the symmetric ensemble.

    One Pfaffian over the bonds of a path between the two sites; along a row
    it is the Toeplitz determinant of Onsager and Kaufman.

    Parameters
    ----------
    dx, dy : int
        Displacement, of either sign; together at most 1000 bonds.
    temperature, lattice
        As for :func:`block_distribution`.

    Returns
    -------
    float

    Examples
    --------
    >>> round(correlation(1, 1), 9)   # 2 / π
    0.636619772
    """
    dx, dy = (abs(check_size(d, name, minimum=-1000)) for d, name in ((dx, "dx"), (dy, "dy")))
    temperature, side = check_temperature(temperature), check_side(lattice)
    if side is not None:
        dx, dy = (min(d % side, -d % side) for d in (dx, dy))
    if dx + dy > 1000:
        raise ValueError(f"dx={dx}, dy={dy}: at most 1000 bonds apart")
    step = np.arange(dx + dy)
    vertical = step >= dx
    nodes = bond_nodes(np.minimum(step, dx), np.maximum(step - dx, 0), vertical)
    return float(sum(w * pfaffian(m) for w, m in bond_processes(nodes, temperature, side)))


def check_fits(rows, cols, side):
    """Refuse a window larger than the torus."""
    if side is not None and max(rows, cols) > side:
        raise ValueError(f"a {rows}×{cols} window does not fit on a torus of side {side}")


def from_correlators(correlators):
    """Probabilities of all patterns from the correlators of all sets of sites, which are used up."""
    table = np.maximum(_walsh_hadamard(correlators), 0)
    return table / table.sum()


def _even_correlators(rows, cols, temperature, side):
    site, _, vertical = comb_tree(rows, cols)
    nodes = bond_nodes(site % cols, site // cols, vertical)
    return sum(weight * principal_pfaffians(matrix) for weight, matrix in bond_processes(nodes, temperature, side))


def _odd_correlators(rows, cols, temperature):
    """Correlators of the tree's end points times the top right spin."""
    site, _, vertical = comb_tree(rows, cols)
    to_anchor = bond_nodes(np.array([cols - 1]), np.array([0]), np.array([False]))
    nodes = np.concatenate([bond_nodes(site % cols, site // cols, vertical), to_anchor], axis=1)
    nodes[1] -= cols
    return magnetization(temperature) * principal_pfaffians(plus_process(nodes, temperature))


def _end_points(rows, cols):
    """For each set of tree bonds the set of sites where an odd number of them end, as bits."""
    n = rows * cols
    site, neighbour, _ = comb_tree(rows, cols)
    sets = np.zeros(1, dtype=np.int64)
    for ends in (1 << (n - 1 - site) | 1 << (n - 1 - neighbour))[::-1]:
        sets = np.concatenate([sets, sets ^ ends])
    return sets


def _walsh_hadamard(correlators):
    """2^{-n} Σ_A c_A ∏_{i ∈ A} s_i for all patterns s, first bit most significant."""
    table = correlators / len(correlators)
    half = len(table) // 2
    while half:
        pairs = table.reshape(-1, 2, half)
        down, up = pairs[:, 0] - pairs[:, 1], pairs[:, 0] + pairs[:, 1]
        pairs[:, 0], pairs[:, 1] = down, up
        half //= 2
    return table
