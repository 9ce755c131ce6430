"""Pfaffians, one and all principal ones.

Eliminating the first pair of an antisymmetric matrix M, with rows u and v and pivot
p = u₁, leaves the Schur complement M' = M + (v uᵀ − u vᵀ) / p, and Pf M = p Pf M'.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

_SMALL = 1e-4  # a pivot below this share of its rows is not divided by
_ABREAST = 2**11  # matrices side by side along the last axis: long for NumPy, short for the cache


def pfaffian(matrix: NDArray[np.floating]) -> float:
    """Pfaffian of an antisymmetric matrix of even size, by elimination with pivoting.

    ``rows`` holds the rows (u, v) of the pairs gone by and ``scaled`` (v, −u) / p: the
    Schur complement is M + scaledᵀ rows, of which only the rows needed are computed.
    """
    a = np.array(matrix, dtype=float)
    rows, scaled = np.zeros_like(a), np.zeros_like(a)
    value = 1.0
    for k in range(0, len(a), 2):
        rows[k, k:] = a[k, k:] + scaled[:k, k] @ rows[:k, k:]
        p = k + 1 + abs(rows[k, k + 1 :]).argmax()
        pivot = rows[k, p]
        if pivot == 0:
            return 0.0
        if p != k + 1:
            value = -value
            a[[k + 1, p]] = a[[p, k + 1]]
            for part in (a, rows, scaled):
                part[:, [k + 1, p]] = part[:, [p, k + 1]]
        rows[k + 1, k:] = a[k + 1, k:] + scaled[:k, k + 1] @ rows[:k, k:]
        scaled[k], scaled[k + 1] = rows[k + 1] / pivot, -rows[k] / pivot
        value *= pivot
    return float(value)


def principal_pfaffians(matrix: NDArray[np.floating]) -> NDArray[np.floating]:
    """Pfaffians of all sub-matrices of whole pairs that contain the last pair.

    Leave the first pair out, or take it and go on with the Schur complement. Bit
    m − 1 − i of an entry's index tells whether pair i is taken. Pivots are ratios of
    correlators, positive on the infinite lattice (Griffiths), but one boundary condition
    of a torus alone may have one near zero: that pair then waits beside the last one.
    """
    m = len(matrix) // 2 - 1
    out = np.empty(2**m)
    stack = np.asarray(matrix, dtype=float)[:, :, None]
    _fill(out, [(np.zeros(1, np.int64), np.ones(1), stack)], m)
    return out


def _fill(out, groups, undecided):
    """Write all that grows from groups ``(codes, values, stack)`` of matrices of one size each.

    The first ``undecided`` pairs of a matrix are to be taken or left, those behind are
    taken; ``values`` are the pivots so far, multiplied.
    """
    if undecided == 0:
        for codes, values, stack in groups:
            out[codes] = values * _side_by_side(stack)
    elif sum(len(codes) for codes, *_ in groups) > _ABREAST:
        for half in (slice(None, None, 2), slice(1, None, 2)):
            _fill(out, [tuple(part[..., half] for part in group) for group in groups], undecided)
    else:
        grown = defaultdict(list)
        for codes, values, stack in groups:
            _decide(codes, values, stack, 2 ** (undecided - 1), grown)
        joined = [tuple(np.concatenate(parts, axis=-1) for parts in zip(*same, strict=True)) for same in grown.values()]
        _fill(out, joined, undecided - 1)


def _decide(codes, values, stack, bit, grown):
    """Leave the first pair out, take it, or, where its pivot is small, let it wait at the end."""
    size, waits = len(stack), _waits(stack)
    grown[size - 2].append((codes, values, stack[2:, 2:]))
    if waits.any():
        order = [*range(2, size), 0, 1]
        grown[size].append((codes[waits] + bit, values[waits], stack[..., waits][order][:, order]))
        codes, values, stack = codes[~waits], values[~waits], stack[..., ~waits]
    grown[size - 2].append((codes + bit, values * stack[0, 1], _schur(stack)))


def _waits(stack):
    """Which matrices cannot well be divided by their first pivot."""
    return abs(stack[0, 1]) <= _SMALL * abs(stack[:2]).max(axis=(0, 1))


def _schur(stack):
    """The Schur complements of the first pairs."""
    product = (stack[1, 2:] / stack[0, 1])[:, None] * stack[0, 2:]
    rest = stack[2:, 2:] + product
    rest -= product.swapaxes(0, 1)
    return rest


def _side_by_side(stack):
    """Pfaffians of the matrices along the last axis, by elimination with pivoting."""
    value, each = np.ones(stack.shape[-1]), np.arange(stack.shape[-1])
    while len(stack) > 2:
        p = 1 + abs(stack[0, 1:]).argmax(axis=0)
        for part in (stack, stack.swapaxes(0, 1)):
            part[1], part[p, :, each] = part[p, :, each].T, part[1].T.copy()
        pivot = stack[0, 1]
        value *= np.where(p == 1, pivot, -pivot)
        stack[0, 1] = np.where(pivot == 0, 1, pivot)  # then the whole row is 0, and so is the value
        stack = _schur(stack)
    return value * stack[0, 1]
