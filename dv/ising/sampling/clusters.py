"""Cluster samplers on a torus, for pictures and sizes that no exact method reaches."""

import numpy as np
from numpy.typing import NDArray

from dv._checks import check_size
from dv._extras import needed_by
from dv._progress import progress_bar
from dv._random import Rng, as_generator

from .._lattice import T_C, check_temperature

_LARGEST = 32767


def swendsen_wang(
    side: int,
    n: int,
    temperature: float = T_C,
    rng: Rng = None,
    *,
    sweeps: int = 1,
    burn_in: int = 100,
    progress: bool | None = None,
) -> NDArray[np.int8]:
    r"""Sample configurations of a torus by Swendsen–Wang sweeps.

    Each bond between equal spins is laid with probability p = 1 − e^{−2/T}, and each
    cluster of sites so joined is turned over with probability ½.

    Parameters
    ----------
    side : int
        Side L of the torus, 3 … 32767.
    n : int
        Number of configurations.
    temperature : float
        In units of J / k_B.
    rng : int, Generator, SeedSequence or None
    sweeps : int
        Sweeps from one configuration to the next. They are correlated: at T_c the
        autocorrelation time of m² is 3.6 sweeps at L = 27 and 5.4 at L = 243.
    burn_in : int
        Sweeps before the first configuration, from a random start.
    progress : bool, optional
        False hides the progress bar, which shows itself after two seconds.

    Returns
    -------
    ndarray of int8 (±1), shape (n, side, side)

    Raises
    ------
    ValueError
        If a size is out of range or the temperature is not a finite number above 0.
    ImportError
        If numba is missing; the message says what to install.

    Notes
    -----
    Swendsen and Wang, Phys. Rev. Lett. 58, 86 (1987).

    Examples
    --------
    >>> swendsen_wang(16, 5, rng=0).shape
    (5, 16, 16)
    """
    side, n, sweeps, burn_in, temperature = _check(side, n, sweeps, burn_in, temperature)
    with needed_by("dv.ising.swendsen_wang"):
        from .sweeps import swendsen_wang_sweeps
    rng = as_generator(rng)
    packed, work = _packed(_random_spins(side, rng)), _work_space(side)
    threshold, state = _threshold(temperature), _state(rng)
    out = np.empty((n, side, side), dtype=np.int8)
    for i in progress_bar(n, progress, unit="configuration"):
        count = sweeps + (burn_in if i == 0 else 0)
        swendsen_wang_sweeps(packed, side, count, threshold, state, *work)
        out[i] = np.unpackbits(packed.view(np.uint8), axis=1, count=side, bitorder="little")
    out *= 2
    out -= 1
    return out


def wolff(
    side: int,
    n: int,
    temperature: float = T_C,
    rng: Rng = None,
    *,
    sweeps: int = 1,
    burn_in: int = 100,
    progress: bool | None = None,
) -> NDArray[np.int8]:
    r"""Sample configurations of a torus by Wolff's single clusters.

    A cluster grows from a random site, over equal neighbours with probability
    p = 1 − e^{−2/T}, and is turned over. A *sweep* is a number of clusters that turns over
    about L² spins: it is found during the burn-in and then kept.

    Parameters, returns and errors are those of :func:`swendsen_wang`.

    Notes
    -----
    Wolff, Phys. Rev. Lett. 62, 361 (1989).

    Examples
    --------
    >>> wolff(16, 5, rng=0).shape
    (5, 16, 16)
    """
    side, n, sweeps, burn_in, temperature = _check(side, n, sweeps, burn_in, temperature)
    with needed_by("dv.ising.wolff"):
        from .sweeps import wolff_clusters
    rng = as_generator(rng)
    size = side * side
    spins = _random_spins(side, rng)
    queue, threshold, state = np.empty(size + 1, np.int32), _threshold(temperature), _state(rng)
    clusters, turned = 0, 0
    while turned < burn_in * size:
        turned += wolff_clusters(spins, 16, threshold, state, queue)
        clusters += 16
    sweep = -(-clusters * size // turned)
    out = np.empty((n, side, side), dtype=np.int8)
    for i in progress_bar(n, progress, unit="configuration"):
        wolff_clusters(spins, sweeps * sweep, threshold, state, queue)
        out[i] = spins
    return out


def _check(side, n, sweeps, burn_in, temperature):
    side = check_size(side, "side", minimum=3)
    if side > _LARGEST:
        raise ValueError(f"side={side} must be at most {_LARGEST}")
    return (
        side,
        check_size(n, "n"),
        check_size(sweeps, "sweeps"),
        check_size(burn_in, "burn_in"),
        check_temperature(temperature),
    )


def _random_spins(side, rng):
    return rng.integers(0, 2, (side, side), dtype=np.int8) * np.int8(2) - np.int8(1)


def _packed(spins):
    """Rows of 64-bit words, bit x of a row for column x."""
    packed = np.packbits(spins > 0, axis=1, bitorder="little")
    return np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view(np.uint64)


def _work_space(side):
    """What :func:`swendsen_wang_sweeps` writes to."""
    shape, size = (side, -(-side // 64)), side * side
    words = [np.empty(shape, np.uint64) for _ in range(3)]
    return [*words, np.empty(shape, np.int64), np.empty(size, np.int32), np.empty(size, np.int8)]


def _threshold(temperature):
    """p = 1 − e^{−2/T} as a fraction of 2⁶⁴."""
    return np.uint64(min(int(-np.expm1(-2 / temperature) * 2**64), 2**64 - 1))


def _state(rng):
    return rng.integers(2**64, size=1, dtype=np.uint64)
