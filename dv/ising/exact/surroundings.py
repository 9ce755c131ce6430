"""A block of spins together with the spins around it, exactly."""

import numpy as np
from numpy.typing import NDArray

from .._lattice import MAX_SPINS, T_C, check_side, check_temperature, check_window, patterns
from .pfaffian import principal_pfaffians
from .process import bond_nodes, bond_processes
from .tables import check_fits, from_correlators


def surrounded_block(
    rows: int, cols: int, temperature: float = T_C, lattice: str | int = "infinite"
) -> NDArray[np.floating]:
    r"""Exact joint table of a rows × cols block and the spins that touch it.

    Given the 2 (rows + cols) spins that touch it, a block depends on nothing else (the
    Markov property of the Gibbs measure), so

    .. math:: P(v, e) = P(e) \, \frac{\exp[(E_\text{in}(v) + v \cdot A e) / T]}
                                     {\sum_{v'} \exp[(E_\text{in}(v') + v' \cdot A e) / T]},

    E_in the bonds within the block, A the bonds to its surroundings. P(e) comes from the
    Pfaffian correlators of the closed ring around the block; the ring's four corners touch
    no spin of the block and are summed over. They would tell nothing more of it.

    Parameters
    ----------
    rows, cols : int
        Shape of the block: rows · cols + 2 (rows + cols) ≤ 26.
    temperature, lattice
        As for :func:`block_distribution`, in the symmetric ensemble; a torus must hold
        the ring.

    Returns
    -------
    ndarray, shape (2 ** (rows * cols), 2 ** (2 * (rows + cols)))
        ``P[v, e]``, each in the order of :func:`patterns`: the block row by row, and its
        surroundings row by row too (above, then left and right of each row, then below).

    Raises
    ------
    ValueError
        If the table is too large, or as for :func:`block_distribution`.

    Examples
    --------
    >>> from dv.discrete import mutual_information
    >>> round(mutual_information(surrounded_block(3, 3)), 4)
    1.0253
    """
    rows, cols = check_window(rows, cols)
    temperature, side = check_temperature(temperature), check_side(lattice)
    check_fits(rows + 2, cols + 2, side)
    spins = rows * cols + 2 * (rows + cols)
    if spins > MAX_SPINS:
        raise ValueError(
            f"a {rows}×{cols} block and its surroundings are {spins} spins; at most {MAX_SPINS} are tabled"
        )
    inside, touching = _bonds(rows, cols)
    block, around = (patterns(size).astype(float) for size in touching.shape)
    energy = np.einsum("ni,ij,nj->n", block, inside, block)[:, None] + block @ touching @ around.T
    table = np.exp((energy - energy.max(axis=0)) / temperature)
    table *= _surroundings(rows, cols, temperature, side) / table.sum(axis=0)
    return table


def _bonds(rows, cols):
    """Which spins of the block are bound to each other, and which to which around it."""
    grid = np.full((rows + 2, cols + 2), -1)
    grid[1:-1, 1:-1] = np.arange(rows * cols).reshape(rows, cols)
    place = {cell: i for i, cell in enumerate(_touching(rows, cols))}
    inside = np.zeros((rows * cols, rows * cols))
    touching = np.zeros((rows * cols, len(place)))
    for (i, j), spin in np.ndenumerate(grid):
        for cell in ((i, j + 1), (i + 1, j), (i, j - 1), (i - 1, j)):
            if spin >= 0 and cell in place:
                touching[spin, place[cell]] = 1
            elif spin >= 0 and grid[cell] > spin:
                inside[spin, grid[cell]] = 1
    return inside, touching


def _touching(rows, cols):
    """Places around the block, row by row of the window, without its corners."""
    above, below = ([(i, j) for j in range(1, cols + 1)] for i in (0, rows + 1))
    return above + [(i, j) for i in range(1, rows + 1) for j in (0, cols + 1)] + below


def _surroundings(rows, cols, temperature, side):
    """P(e): the table of the ring's sites along a path round the block, reordered."""
    path = _ring(rows, cols)
    y, x = np.minimum(path[:-1], path[1:]).T
    nodes = bond_nodes(x, y, path[:-1, 1] == path[1:, 1])
    pfaffians = sum(w * principal_pfaffians(m) for w, m in bond_processes(nodes, temperature, side))
    n = len(path)
    sets = np.zeros(1, dtype=np.int64)
    for bond in range(n - 1):  # the last bond of the path stands for the lowest bit
        sets = np.concatenate([sets, sets ^ (3 << bond)])
    correlators = np.zeros(2**n)
    correlators[sets] = pfaffians
    sites = [tuple(site) for site in path.tolist()]
    kept = [sites.index(site) for site in _touching(rows, cols)]
    corners = [axis for axis in range(n) if axis not in kept]
    return from_correlators(correlators).reshape((2,) * n).transpose(kept + corners).reshape(-1, 16).sum(axis=1)


def _ring(rows, cols):
    """Sites (row, column) of the ring, clockwise from its top left corner."""
    top = [(0, j) for j in range(cols + 2)]
    right = [(i, cols + 1) for i in range(1, rows + 2)]
    bottom = [(rows + 1, j) for j in range(cols, -1, -1)]
    left = [(i, 0) for i in range(rows, 0, -1)]
    return np.array(top + right + bottom + left)
