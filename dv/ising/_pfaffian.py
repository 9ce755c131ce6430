"""Pfaffians, one and all principal ones.

Work space is made outside the compiled functions: to compile an allocation takes longer
than all the rest.
"""

import numba
import numpy as np

_SMALL = 1e-4


def pfaffian(matrix):
    """Pfaffian of an antisymmetric matrix of even size."""
    return _eliminated(np.array(matrix, dtype=float), len(matrix))


def principal_pfaffians(matrix):
    """Pfaffians of all sub-matrices of whole pairs that contain the last pair.

    Leave the first pair out, or take it and go on with the Schur complement
    M' = M + (v uᵀ − u vᵀ) / pivot, u and v its two rows. Bit m − 1 − i of an
    entry's index tells whether pair i is taken. Pivots are ratios of correlators,
    positive on the infinite lattice (Griffiths), but one boundary condition of a
    torus alone may have one near zero: what lies below it is then computed singly.
    """
    m = len(matrix) // 2 - 1
    levels = np.zeros((m + 1, *matrix.shape))
    levels[0] = matrix
    out = np.empty(2**m)
    work = np.empty(matrix.shape), np.empty(len(matrix), np.int64)
    _fill(out, levels, np.ones(m + 1), np.ones(m + 1, np.bool_), *work)
    return out


@numba.njit(error_model="numpy")
def _fill(out, levels, value, sound, part, rows):
    m = levels.shape[0] - 1
    for code in range(out.shape[0]):
        depth = 0 if code == 0 else m - 1
        while depth > 0 and (code >> (m - 1 - depth)) & 1 == 0:
            depth -= 1
        for d in range(depth, m):
            taken = (code >> (m - 1 - d)) & 1
            pivot = levels[d, 2 * d, 2 * d + 1] if taken else 1.0
            value[d + 1] = value[d] * pivot
            sound[d + 1] = sound[d] and abs(pivot) > _SMALL
            if sound[d + 1]:
                _schur(levels[d], levels[d + 1], 2 * d, taken / pivot)
        if sound[m]:
            out[code] = value[m] * levels[m, 2 * m, 2 * m + 1]
        else:
            out[code] = _eliminated(part, _gather(levels[0], code, part, rows))


@numba.njit(error_model="numpy")
def _schur(old, new, a, scale):
    for i in range(a + 2, old.shape[0]):
        u, v = old[a, i] * scale, old[a + 1, i] * scale
        for j in range(i + 1, old.shape[0]):
            new[i, j] = old[i, j] + v * old[a, j] - u * old[a + 1, j]


@numba.njit(error_model="numpy")
def _gather(matrix, code, part, rows):
    """Write the sub-matrix of an entry to the corner of ``part``; return its size."""
    last, size = matrix.shape[0] // 2 - 1, 0
    for pair in range(last + 1):
        if pair == last or (code >> (last - 1 - pair)) & 1:
            rows[size], rows[size + 1] = 2 * pair, 2 * pair + 1
            size += 2
    for i in range(size):
        for j in range(size):
            part[i, j] = matrix[rows[i], rows[j]]
    return size


@numba.njit(error_model="numpy")
def _eliminated(a, n):
    """Pfaffian of the first ``n`` rows and columns by elimination with pivoting, in place."""
    value = 1.0
    for k in range(0, n, 2):
        p = k + 1
        for i in range(k + 2, n):
            if abs(a[k, i]) > abs(a[k, p]):
                p = i
        if a[k, p] == 0.0:
            return 0.0
        if p != k + 1:
            for i in range(n):
                a[p, i], a[k + 1, i] = a[k + 1, i], a[p, i]
            for i in range(n):
                a[i, p], a[i, k + 1] = a[i, k + 1], a[i, p]
            value = -value
        value *= a[k, k + 1]
        for i in range(k + 2, n):
            u, v = a[k, i] / a[k, k + 1], a[k + 1, i] / a[k, k + 1]
            for j in range(k + 2, n):
                a[i, j] += v * a[k, j] - u * a[k + 1, j]
    return value
