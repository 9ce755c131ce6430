"""Where joint and reference samples come from, in groups that are kept apart.

What pairs (:mod:`dv.estimator.paired`) and two samples (:mod:`dv.estimator.two`) have in common.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from .._shapes import Array, Float
from .tables import Tables

Rows = tuple[np.ndarray, ...]
"""Row numbers of some samples: one array for pairs, one a law for two samples."""

Origin = tuple[np.ndarray, ...]
"""Where samples come from: the rows of x and of y, or the rows of both laws together."""


Logs = np.ndarray | None
"""Logs of importance weights, or None where all samples are drawn alike."""


@dataclass(frozen=True)
class Block:
    """Reference samples, and the log of the weight that each of them has (0 in the mean)."""

    origin: Origin
    log_weight: float = 0.0

    def __len__(self) -> int:
        return len(self.origin[0])


@runtime_checkable
class View(Protocol):
    """Samples as the training rows of one critic show them; what :class:`dv.estimator.ring.Ring` asks of them.

    ``d`` columns.
    """

    d: int

    def take(self, *origin: np.ndarray) -> Float[Array, "m d"]:
        """The samples at an origin: (m, d)."""
        ...

    def gaussians(self, rows: Rows) -> list[tuple[np.ndarray, np.ndarray]]:
        """A (d, d) and b (d,) of Gaussian log density ratios z · (A z + b) fitted to some rows."""
        ...

    def pairs(self, rows: Rows) -> list[tuple[int, int]]:
        """Which tables are worth a look, from some rows."""
        ...

    def tables(self, rows: Rows, pairs: list[tuple[int, int]]) -> Tables:
        """Log ratios of these tables, fitted to some rows."""
        ...

    def batch(self, b: int, b_ref: int, rng: np.random.Generator) -> tuple[Origin, Logs]:
        """The origin of b joint and b_ref reference samples drawn from the training rows.

        With it the logs of their importance weights, or None where all are drawn alike.
        """
        ...

    def joint(self, rows: Rows) -> Origin:
        """The joint samples of some rows."""
        ...

    def references(self, rows: Rows, shifts: int) -> Iterator[Block]:
        """Yield blocks of reference samples."""
        ...


@runtime_checkable
class Samples(Protocol):
    """Samples in groups that are kept apart; ``n`` joint ones."""

    n: int
    groups: list[Rows]

    def view(self, rows: Rows) -> View:
        """The samples as a critic sees them that is trained on some rows."""
        ...

    def references(self, rows: Rows, shifts: int) -> Iterator[Block]:
        """Yield blocks of reference samples for rows that are left out."""
        ...

    def bets(self, rows: Rows) -> tuple[Origin, Origin]:
        """Origins of joint and of reference samples in independent blocks; see :mod:`dv.estimator.certificate`."""
        ...

    def ways(self, rows: Rows) -> int:
        """One over the share of the confidence that a critic trained on some rows has in a proof."""
        ...

    def standard_error(self, t: np.ndarray, blocks: list[Block], ratios: list[np.ndarray]) -> float:
        """Of the held-out value, from critic values of all rows and e^t of the references, of mean 1."""
        ...

    def unexplained(self, blocks: list[Block], ratios: list[np.ndarray], bins: int) -> tuple[float, float]:
        """What a fitted density ratio leaves unexplained; see :mod:`dv.estimator.partitions`."""
        ...


def together(members: list[Rows]) -> Rows:
    """Rows of several groups as one."""
    return tuple(np.concatenate(side) for side in zip(*members, strict=True))


def precision(z: np.ndarray) -> np.ndarray:
    """The inverse of the covariance, kept away from singular, in float64."""
    covariance = np.cov(z.T).reshape(z.shape[1], -1)
    return np.linalg.inv(covariance + 1e-3 * np.eye(z.shape[1]))


def drawn_from(rows: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Rows drawn with replacement."""
    return rows.take(rng.integers(len(rows), size=size, dtype=np.int32))


def weighted(blocks: list[Block], ratios: list[np.ndarray]) -> np.ndarray:
    """The ratios times the weights that the references were drawn with."""
    return np.concatenate([ratio * np.exp(block.log_weight) for block, ratio in zip(blocks, ratios, strict=True)])
