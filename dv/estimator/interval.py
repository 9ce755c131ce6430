"""From a held-out value to an interval, and to words where the interval may not be enough."""

import math

from .result import Estimate
from .rows import FEW, Dependence

Z = 1.96  # of a 95% interval
# What a held-out value lacks, by what the fit shows of it: `python -m benchmarks.calibration` learns both numbers.
PER_GAIN = 1.25  # of what the critics gain on rows they know
PER_ERROR = 2.25  # times as many standard errors upwards as downwards
ROUNDING = 1e-9  # nats


def estimate_from(
    found: tuple[float, float, float, tuple[float, float], int],
    certified: float,
    rows: Dependence | None,
    n: int,
    quantity: str,
    curve: list[tuple[int, float]],
    notes: list[str],
    endless: str | None,
) -> Estimate:
    """An :class:`Estimate` of what was found.

    Parameters
    ----------
    found : value, standard error, training value, (unexplained nats, deviations), references
    certified : float
    rows : Dependence or None
    endless : str or None
        Why the quantity is infinite, as far as the samples show.
    """
    value, error, training, unexplained, n_ref = found
    low, high = value - Z * error, value + shortfall(value, error, training) + unseen(n if rows is None else rows.worth)
    if certified > high:
        high = math.inf
        notes = [*notes, "the critics reach less than what is proved: how much more there is, they cannot tell"]
    value, low, high = (max(certified, number) if number > ROUNDING else certified for number in (value, low, high))
    # what rows that hang together leave unexplained may be their own repetition
    unexplained = unexplained if rows is None or rows.clusters is None else (0.0, 0.0)
    notes = notes + _doubts(value, low, high, training, n, *unexplained)
    if rows is not None and rows.worth < FEW:
        low, high = 0.0, math.inf
        notes.append("so few rows tell nothing for certain: the value may be chance, or far too low")
    if endless is not None:
        high = math.inf
        notes.append(endless)
    return Estimate(value, low, high, error, training, certified, n, n_ref, quantity, curve, notes)


def shortfall(value: float, error: float, training: float) -> float:
    """How far the truth may lie above a held-out value, as far as tasks of many families tell, nats."""
    return PER_GAIN * max(training - value, 0.0) + PER_ERROR * Z * error


def unseen(n: float) -> float:
    """How much information of the simplest kind may pass unseen in n rows, nats: (½ log n + 2) / n."""
    return (math.log(n) / 2 + 2) / n


def _doubts(value, low, high, training, n, missed, deviations):
    doubts = []
    if n < 500:
        doubts.append(f"n = {n} is small: the critics learn little, so the value is probably too low")
    if value > math.log(n) - 3:
        doubts.append(f"the value is near log n = {math.log(n):.1f}: no sample of this size can show much more")
    if high - low > max(0.2, value / 2):
        doubts.append("the interval is wide: more samples would help")
    if training - value > 0.03:
        doubts.append(
            f"the critics reach {training:.3f} on samples they know: they have learnt some of them "
            "by heart, and the value is probably too low"
        )
    if deviations > 4 and missed > 0.005:
        doubts.append(
            f"the critics do not explain all of the samples: the value is too low by some {missed:.3f} "
            "nats or more; a larger budget may help"
        )
    return doubts
