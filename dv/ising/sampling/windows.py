"""Exact, independent windows of the infinite lattice, drawn bond by bond."""

import os
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dv._checks import check_size
from dv._extras import needed_by
from dv._fast.threads import one_thread
from dv._progress import progress_bar
from dv._random import Rng, as_generator

from .._lattice import T_C, check_temperature, check_window, comb_tree
from ..exact.process import bond_nodes, infinite_kernel

_PANEL = 48
_MOST_BYTES = 4e9


def sample_windows(
    rows: int,
    cols: int,
    n: int,
    temperature: float = T_C,
    rng: Rng = None,
    *,
    workers: int = 1,
    checkpoint: str | os.PathLike | None = None,
    progress: bool | None = None,
) -> NDArray[np.int8]:
    r"""Draw ``n`` independent rows × cols windows of the infinite lattice, exactly.

    No thermalisation, no finite-size error: the bond variables of a spanning
    tree are a Pfaffian process with matrix K, and its variables can be drawn one
    after the other. Given those drawn, the mean of τ_e is the pivot p of the
    antisymmetric elimination of K,

    .. math:: P(\tau_e = \pm 1 \mid \text{past}) = (1 \pm p) / 2,

    after which the pivot becomes p + τ_e and the elimination goes on. The sign
    of the whole window is a fair coin (symmetric ensemble).

    Parameters
    ----------
    rows, cols, n : int
        Shape and number of the windows.
    temperature : float
        In units of J / k_B.
    rng : int, Generator, SeedSequence or None
        Window i has a seed of its own derived from it, so neither ``workers`` nor an
        interruption changes any window, and a larger ``n`` only adds more.
    workers : int
        Threads.
    checkpoint : path, optional
        An ``.npz`` file in which finished windows are kept, also when the run is
        interrupted; the same call later goes on from there. Needs a seed.
    progress : bool, optional
        False hides the progress bar, which shows itself after two seconds.

    Returns
    -------
    ndarray of int8 (±1), shape (n, rows, cols)

    Raises
    ------
    ValueError
        If a size is below 1, the temperature is not a finite number above 0, the
        window needs more memory than 4 GB, or the checkpoint belongs to another call.
    ImportError
        If numba is missing; the message says what to install.

    Notes
    -----
    The cost is (2 · rows · cols)³ / 3 operations a window: 0.03 s for 27 × 27. The
    elimination is an antisymmetric LU in panels.

    Examples
    --------
    >>> sample_windows(3, 4, 10, rng=0).shape
    (10, 3, 4)
    """
    rows, cols = check_window(rows, cols)
    n, workers = check_size(n, "n"), check_size(workers, "workers")
    temperature = check_temperature(temperature)
    _check_memory(rows, cols, workers)
    if checkpoint is not None and rng is None:
        raise ValueError("checkpoint needs a seed: give rng, or the next call cannot go on")
    sequence: Any = as_generator(rng).bit_generator.seed_seq
    (seed,) = sequence.spawn(1)
    draw = _Drawer(rows, cols, temperature, seed)
    kept = _Checkpoint(checkpoint, draw.key, (rows, cols))
    done = kept.load()[:n]
    bar = progress_bar(n, progress, unit="window", initial=len(done))
    try:
        with bar, one_thread():  # our threads and those of BLAS would wait for each other
            for window in _in_order(draw, range(len(done), n), workers):
                done.append(window)
                bar.update()
                if len(done) % 256 == 0:
                    kept.save(done)
    finally:
        kept.save(done)
    return np.stack(done)


class _Drawer:
    """Draws window number i."""

    def __init__(self, rows, cols, temperature, seed):
        with needed_by("dv.ising.sample_windows"):
            from .elimination import eliminate
        self.eliminate: Any = eliminate  # compiled
        self.shape, self.seed, self.local = (rows, cols), seed, threading.local()
        site, _, vertical = comb_tree(rows, cols)
        self.matrix = infinite_kernel(bond_nodes(site % cols, site // cols, vertical), temperature)
        self.key = repr((rows, cols, temperature, seed.entropy, seed.spawn_key))

    def __call__(self, index):
        if not hasattr(self.local, "work"):
            self.local.work = np.empty_like(self.matrix), np.empty_like(self.matrix)
        rows, cols = self.shape
        child = np.random.SeedSequence(self.seed.entropy, spawn_key=(*self.seed.spawn_key, index))
        uniform = np.random.default_rng(child).random(rows * cols)
        rows_left, scaled = self.local.work
        drawn = self.draw_bonds(uniform[1:], rows_left, scaled)
        spins = np.empty((rows, cols), dtype=np.int8)
        spins[:, :-1] = drawn[: rows * (cols - 1)].reshape(rows, cols - 1)
        spins[0, -1] = 1 if uniform[0] < 0.5 else -1
        spins[1:, -1] = drawn[rows * (cols - 1) :]
        spins[:, -1] = np.cumprod(spins[:, -1], dtype=np.int8)
        return np.cumprod(spins[:, ::-1], axis=1, dtype=np.int8)[:, ::-1]

    def draw_bonds(self, uniform, rows, scaled):
        """Draw all bond variables: an antisymmetric LU of K whose pivots are drawn on the way.

        ``rows`` holds the eliminated rows (u, v) of each pair and ``scaled`` the rows
        (v, −u) / pivot: the Schur complement of the pairs before is K + scaledᵀ rows.
        """
        matrix, size = self.matrix, len(self.matrix)
        drawn = np.empty(size // 2, dtype=np.int8)
        for a in range(0, size, _PANEL):
            b = min(a + _PANEL, size)
            panel = rows[a:b, a:]
            np.matmul(scaled[:a, a:b].T, rows[:a, a:], out=panel)
            panel += matrix[a:b, a:]
            self.eliminate(rows, scaled, a, b, uniform, drawn)
        return drawn


class _Checkpoint:
    """Finished windows in an ``.npz`` file, with the call that they belong to."""

    def __init__(self, path, key, shape):
        self.path, self.key, self.shape = path and Path(path), key, shape
        self.stored = 0

    def load(self):
        if self.path is None or not self.path.exists():
            return []
        with np.load(self.path) as file:
            key, bits = str(file["key"]), file["bits"]
        if key != self.key:
            raise ValueError(
                f"checkpoint {self.path} belongs to the call (rows, cols, temperature, seed) = "
                f"{key}, not to {self.key}: give another file, or delete it"
            )
        self.stored = len(bits)
        return list(unpack(bits, self.shape))

    def save(self, windows):
        """Write the windows, in one step, if they are more than those in the file."""
        if self.path is None or len(windows) <= self.stored:
            return
        part = self.path.with_name(self.path.name + ".part")
        with open(part, "wb") as file:
            np.savez(file, key=self.key, bits=pack(windows))
        os.replace(part, self.path)
        self.stored = len(windows)


def pack(windows):
    """Windows of ±1 as rows of bytes, one bit a spin."""
    windows = np.asarray(windows)
    return np.packbits(windows.reshape(len(windows), -1) > 0, axis=1)


def unpack(bits, shape):
    """The inverse of :func:`pack`."""
    spins = np.unpackbits(bits, axis=1, count=shape[0] * shape[1])
    return (2 * spins.astype(np.int8) - 1).reshape(-1, *shape)


def _in_order(function, items, workers):
    """Yield ``function(item)`` in order, computed by threads; leaving early drops the rest."""
    if workers == 1:
        yield from map(function, items)
        return
    pool = ThreadPoolExecutor(workers)
    queue = deque()
    try:
        for item in items:
            queue.append(pool.submit(function, item))
            if len(queue) > 4 * workers:
                yield queue.popleft().result()
        while queue:
            yield queue.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _check_memory(rows, cols, workers):
    need = (1 + 2 * workers) * 8 * (2.0 * rows * cols) ** 2
    if need > _MOST_BYTES:
        raise ValueError(
            f"windows of {rows}×{cols} spins with workers={workers} would take about "
            f"{need / 1e9:.3g} GB, more than {_MOST_BYTES / 1e9:.0f} GB: take smaller windows or "
            "fewer workers, or draw from a torus with dv.ising.swendsen_wang"
        )
