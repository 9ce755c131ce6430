"""Very many columns: what of them a critic is shown, so that time and memory grow with n · d alone.

Functions of x and of y can only lose information. A critic of many columns sees their first
principal components, and those columns that correlate most with what the other side has in
its components; both are found among the rows that it may see.
"""

import numpy as np

MOST = 64  # columns of x and y together that are left as they are
COMPONENTS = 24
PICKED = 8
ROWS_A_COMPONENT = 20
OVERSAMPLED = 8
FARTHEST = 4.5


def narrowed(x: np.ndarray, y: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x and y as they are, or, where they are very many columns, a few functions of each.

    Parameters
    ----------
    x, y : arrays of shape (n, d), float32
        Scores.
    rows : array of int
        The rows from which the functions are found.

    Returns
    -------
    two arrays of shape (n, at most 32), float32
    """
    if x.shape[1] + y.shape[1] <= MOST:
        return x, y
    parts = [_components(side, rows) if side.shape[1] > MOST // 2 else side for side in (x, y)]
    shown = []
    for side, own, other in ((x, *parts), (y, *parts[::-1])):
        if own is not side:
            related = abs(side[rows].T @ other[rows]).max(1)
            own = np.concatenate([own, side[:, np.sort(np.argsort(-related)[:PICKED])]], axis=1)
        shown.append(own)
    x, y = shown
    return x, y


def _components(scores, rows):
    """The first principal components of some rows, at all rows, of unit variance (a randomised decomposition)."""
    seen = scores[rows]
    count = max(1, min(COMPONENTS, len(rows) // ROWS_A_COMPONENT, scores.shape[1]))
    sketch = np.random.default_rng(0).normal(size=(scores.shape[1], count + OVERSAMPLED)).astype(np.float32)
    for _ in range(2):
        sketch = seen.T @ np.linalg.qr(seen @ sketch)[0]
    basis = np.linalg.qr(seen @ sketch)[0]
    _, _, directions = np.linalg.svd(basis.T @ seen, full_matrices=False)
    found = scores @ directions[:count].T
    return np.clip(found / np.maximum(found[rows].std(0), 1e-6), -FARTHEST, FARTHEST)
