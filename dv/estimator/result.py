"""What an estimate says of itself."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._extras import needed_by

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Estimate:
    """An estimate in nats with its 95% interval.

    Attributes
    ----------
    value : float
        Held-out and cross-fitted: in expectation a lower bound, up to its
        log-mean-exp bias. Not below 0, which the constant critic reaches.
    low, high : float
        Nominally a 95% interval: 1.96 standard errors below ``value``; above it 1.25 times what
        ``training_value`` is ahead and 2.25 times 1.96 standard errors, since the critics may have missed
        as much, and (½ log n + 2) / n, which n rows may leave unseen. Not below ``certified``. ``high`` is infinite
        where a note says that nothing more can be told. How often it holds the truth is
        said in :func:`dv.estimate_mi`.
    standard_error : float
        Statistical error of the value alone.
    training_value : float
        The same critics on samples they were trained on: biased upwards by
        overfitting, so the truth often lies between the two.
    certified : float
        A lower bound in nats that holds with 95% confidence for every law with independent
        rows: proved (:mod:`dv.estimator.certificate`), not calibrated, and so below ``low``
        as a rule; where it is not, ``value`` and ``low`` are raised to it. 0 where the rows do not look independent.
    n, n_ref : int
        Samples, and reference pairs behind the value, of all groups together.
    curve : list of (int, float)
        Step of the training and value on left-out groups.
    warnings : list of str
        What to be wary of, in words.
    """

    value: float
    low: float
    high: float
    standard_error: float
    training_value: float
    certified: float
    n: int
    n_ref: int
    quantity: str = "I(X; Y)"
    curve: list[tuple[int, float]] = field(default_factory=list, repr=False)
    warnings: list[str] = field(default_factory=list)

    @property
    def bits(self) -> float:
        """The value in bits."""
        return self.value / math.log(2)

    def __repr__(self) -> str:
        first = (
            f"{self.quantity} ≈ {self.value:.3f} nats, 95% interval {self.low:.3f} to {self.high:.3f} "
            f"({self.bits:.3f} bits; n = {self.n})"
        )
        lines = [first]
        if self.certified:
            lines.append(f"  at least {self.certified:.3f} nats with 95% confidence, proved for independent rows")
        return "\n".join(lines + [f"  note: {warning}" for warning in self.warnings])

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{warning}</li>" for warning in self.warnings)
        return (
            f"<p><strong>{self.quantity} ≈ {self.value:.3f} nats</strong>, 95% interval "
            f"{self.low:.3f} to {self.high:.3f} ({self.bits:.3f} bits; <em>n</em> = {self.n})</p>"
            + (f"<p>At least {self.certified:.3f} nats with 95% confidence, proved.</p>" if self.certified else "")
            + (f"<ul>{notes}</ul>" if notes else "")
        )

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the training curve with the value and its interval; returns the axes."""
        with needed_by("Estimate.plot"):
            import matplotlib.pyplot as plt

        ax = plt.gca() if ax is None else ax
        if self.curve:
            ax.plot(*zip(*self.curve, strict=True), color="#0072B2", label="critics on left-out groups")
        ax.axhline(self.value, color="#D55E00", linestyle="--", label="held-out value")
        high = self.high if math.isfinite(self.high) else ax.get_ylim()[1]
        ax.axhspan(self.low, high, color="#D55E00", alpha=0.15, label="95% interval")
        ax.set(xlabel="training step", ylabel=f"{self.quantity} (nats)")
        ax.legend()
        return ax
