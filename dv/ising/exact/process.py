"""Bond variables as Pfaffian processes: from bonds to the matrices K of a lattice."""

import numpy as np

from .plus import ray_correction
from .propagator import DOWN, LEFT, RIGHT, UP, infinite_lattice
from .torus import torus_sectors


def bond_nodes(x, y, vertical):
    """Nodes ``(type, x, y)``, shape (3, 2 n), of bonds to the right of or (``vertical``) below sites."""
    first = np.stack([np.where(vertical, UP, RIGHT), x, y])
    second = np.stack([np.where(vertical, DOWN, LEFT), x + ~vertical, y + vertical])
    return np.stack([first, second], axis=2).reshape(3, -1)


def bond_processes(nodes, temperature, side=None):
    """List of ``(weight, matrix)`` with E[∏_S τ] = Σ weight · Pf matrix_S.

    The last pair of each matrix belongs to every S; see :mod:`dv.ising.exact.torus`.
    """
    if side is None:
        return [(1.0, _bordered(infinite_kernel(nodes, temperature), 0.0, 1.0))]
    z = _weight(temperature)
    sectors = list(torus_sectors(z, side, *_extent(nodes)))
    total = sum(weight * corner for weight, _, _, corner in sectors)
    return [
        (weight / total, _bordered(_kernel(z, propagator, nodes), border[nodes[0]], corner))
        for weight, propagator, border, corner in sectors
    ]


def plus_process(nodes, temperature):
    """K' of the + phase below T_c, with the anchor at (0, 0); see :mod:`dv.ising.exact.plus`."""
    return infinite_kernel(nodes, temperature) - ray_correction(_weight(temperature), nodes)


def infinite_kernel(nodes, temperature):
    """K of the infinite lattice in the symmetric ensemble."""
    z = _weight(temperature)
    return _kernel(z, infinite_lattice(z, *_extent(nodes)), nodes)


def _weight(temperature):
    """z = tanh(1/T). Below 0.1 a broken bond has probability e^{−80}: nothing changes any more."""
    return np.tanh(1 / max(temperature, 0.1))


def _extent(nodes):
    """Columns and rows that the nodes span, at least one."""
    return np.ptp(nodes[1:], axis=1) + 1 if nodes.size else (1, 1)


def _kernel(z, propagator, nodes):
    """K = z J − (1 − z²) G between the nodes of bonds, pair by pair."""
    matrix = -(1 - z * z) * propagator(nodes, nodes)
    first = np.arange(0, len(matrix), 2)
    matrix[first, first + 1] += z
    matrix[first + 1, first] -= z
    return matrix


def _bordered(matrix, border, corner):
    out = np.pad(matrix, (0, 2))
    out[:-2, -2:] += border
    out[-2:, :-2] = -out[:-2, -2:].T
    out[-2, -1], out[-1, -2] = corner, -corner
    return out
