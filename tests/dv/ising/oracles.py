"""Second ways to the same numbers: enumeration, transfer matrices, long finite rays."""

import numpy as np


def rows_of(n):
    """All 2 ** n rows of ±1, first spin most significant."""
    return 2 * ((np.arange(2**n)[:, None] >> np.arange(n)[::-1]) & 1) - 1


def enumerate_torus(side, temperature, rows, cols):
    """Table of the top left window by the sum over all 2 ** (side²) states."""
    spins = rows_of(side)
    within = np.exp((spins * np.roll(spins, 1, axis=1)).sum(1) / temperature - side / temperature)
    between = np.exp((spins @ spins.T - side) / temperature)
    axes = "abcde"[:side]
    weight = np.ones((1,) * side)
    for i in range(side):
        shape = [1] * side
        shape[i] = -1
        weight = weight * within.reshape(shape)
        pair = np.einsum("ab->ab" if i + 1 < side else "ab->ba", between)
        shape[(i + 1) % side] = -1
        shape[i] = shape[(i + 1) % side] = 2**side
        weight = weight * pair.reshape(shape)
    assert weight.size == 2 ** (side * side) and len(axes) == side
    sites = weight.reshape((2,) * side**2)
    outside = [y * side + x for y in range(side) for x in range(side) if y >= rows or x >= cols]
    table = sites.sum(axis=tuple(outside)).ravel()
    return table / table.sum()


def plus_box(rows, cols, block_rows, block_cols, temperature):
    """Table of the central block of a box whose outside is all +, by transfer matrices.

    ``cols`` columns of ``rows`` spins are summed from both sides.
    """
    column = rows_of(rows)
    vertical = (column[:, 1:] * column[:, :-1]).sum(1) + column[:, 0] + column[:, -1]
    own = np.exp((vertical - rows - 1) / temperature)
    step = np.exp((column @ column.T - rows) / temperature)
    side = (cols - block_cols) // 2
    left = np.exp((column.sum(1) - rows) / temperature)
    for _ in range(side):
        left = step @ (own * left)
        left /= left.max()
    top = (rows - block_rows) // 2
    kept = column[:, top : top + block_rows] > 0
    code = kept @ (1 << np.arange(block_rows)[::-1])
    n = 2**block_rows
    tables = {(c,): own * left * (code == c) for c in range(n)}
    for _ in range(block_cols - 1):
        tables = {(*past, c): own * (step @ vector) * (code == c) for past, vector in tables.items() for c in range(n)}
    weights = np.array([vector @ left for _, vector in sorted(tables.items())])
    by_column = weights.reshape((2,) * (block_rows * block_cols))
    order = np.arange(block_rows * block_cols).reshape(block_cols, block_rows).T.ravel()
    table = by_column.transpose(order).ravel()
    return table / table.sum()


def standard_error(series, batches=40):
    """Standard error of a mean from batch means, long compared with the correlation time."""
    means = np.array([batch.mean() for batch in np.array_split(series, batches)])
    return means.std(ddof=1) / np.sqrt(batches)
