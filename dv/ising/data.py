"""The data set that the case study ships: 5 000 exact critical windows, 27 × 27.

``python -m dv.ising.data`` remakes the file, bit for bit, and can be interrupted.
"""

import argparse
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dv._checks import check_size
from dv._random import Rng, as_generator

from ._lattice import T_C

NAME = "critical_windows.npz"
SIDE, COUNT, SEED = 27, 5000, 20240927


def critical_windows() -> NDArray[np.int8]:
    """The 5 000 independent 27 × 27 windows of the infinite lattice at T_c.

    Returns
    -------
    ndarray of int8 (±1), shape (5000, 27, 27)

    Notes
    -----
    Drawn by :func:`dv.ising.sample_windows`; ``python -m dv.ising.data`` remakes them.

    Examples
    --------
    >>> critical_windows().shape
    (5000, 27, 27)
    """
    from .sampling.windows import unpack

    with files("dv.ising").joinpath(NAME).open("rb") as file, np.load(file) as stored:
        return unpack(stored["bits"], (SIDE, SIDE))


def blocks(windows: NDArray, k: int, n: int, rng: Rng = None) -> tuple[NDArray, NDArray]:
    """Draw ``n`` pairs of neighbouring k × k blocks from anywhere in the windows.

    X is the left block and Y the one to its immediate right; window and place are
    uniform, the last row and column included. Pairs from one window are not independent
    of each other; for independent pairs draw from the exact table
    (:func:`dv.discrete.sample_table`).

    Parameters
    ----------
    windows : ndarray of ±1, shape (m, rows, cols)
    k : int
        Side of a block: k ≤ rows and 2 k ≤ cols.
    n : int
        Number of pairs.
    rng : int, Generator, SeedSequence or None

    Returns
    -------
    x, y : ndarray, shape (n, k * k)
        Row by row, in the dtype of ``windows``.

    Raises
    ------
    ValueError
        If two blocks do not fit into a window, or a size is below 1.

    Examples
    --------
    >>> x, y = blocks(critical_windows(), 2, 1000, rng=0)
    >>> x.shape, y.shape
    ((1000, 4), (1000, 4))
    """
    windows, k, n = np.asarray(windows), check_size(k, "k"), check_size(n, "n")
    if windows.ndim != 3 or len(windows) == 0:
        raise ValueError(f"windows of shape {windows.shape} must be (m, rows, cols) with m ≥ 1")
    m, rows, cols = windows.shape
    if k > rows or 2 * k > cols:
        raise ValueError(f"two {k}×{k} blocks side by side do not fit into {rows}×{cols} windows")
    rng = as_generator(rng)
    which, top, edge = (rng.integers(high, size=(n, 1, 1)) for high in (m, rows - k + 1, cols - 2 * k + 1))
    across, down = np.arange(k), np.arange(k)[:, None]
    x = windows[which, top + down, edge + across]
    y = windows[which, top + down, edge + k + across]
    return x.reshape(n, -1), y.reshape(n, -1)


def make(path, workers=1):
    """Draw the windows and write them; an interrupted run goes on where it stopped."""
    from .sampling.windows import pack, sample_windows

    path = Path(path)
    part = path.with_name(path.name + ".checkpoint.npz")
    windows = sample_windows(SIDE, SIDE, COUNT, T_C, SEED, workers=workers, checkpoint=part)
    np.savez(path, bits=pack(windows))
    part.unlink()


def main():
    """Command line: where to write, and with how many threads."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("path", nargs="?", default=Path(__file__).with_name(NAME))
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    make(arguments.path, workers=arguments.workers)


if __name__ == "__main__":
    main()
