"""How much work an estimate is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from .._checks import check_positive, check_size


@dataclass(frozen=True)
class Budget:
    """How much work an estimate is worth: ``steps`` is the dial, the rest may stay as it is.

    Parameters
    ----------
    steps : int
        Training steps; the time of an estimate grows in proportion.
    groups : int
        Groups of samples, and critics, at least 3. Each critic leaves two groups out.
    batch, batch_ref : int
        Joint and reference rows of a minibatch.
    width : int
        Of the two hidden layers of a critic.
    checks : int
        How often the critics are compared on left-out groups, at most ``steps``.
    rate : float
        Adam's learning rate at its peak, from which it falls to 0 along a cosine.
    weight_decay : float
        Decay of the weights a step, as a multiple of the rate; 0 or more.
    warm_up : int
        Steps in which the rate rises; 0 or more.
    memory : float
        Of the averaged weights, as a part of all steps, above 0 and at most 1.
    check_rows : int
        The most rows of a left-out group that a check looks at.

    Raises
    ------
    TypeError, ValueError
        A field that is not of its kind or out of its range.
    """

    steps: int = 1000
    groups: int = 5
    batch: int = 250
    batch_ref: int = 500
    width: int = 32
    checks: int = 20
    rate: float = 4e-2
    weight_decay: float = 0.02
    warm_up: int = 50
    memory: float = 0.05
    check_rows: int = 4000

    def __post_init__(self) -> None:
        least = {"groups": 3, "warm_up": 0}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type == "int" or field.type is int:
                value = check_size(value, field.name, least.get(field.name, 1))
            elif field.name != "weight_decay" or value != 0:
                value = check_positive(value, field.name)
            object.__setattr__(self, field.name, value)
        if self.checks > self.steps:
            raise ValueError(f"checks={self.checks} are more than steps={self.steps}")
        if self.memory > 1:
            raise ValueError(f"memory={self.memory:g} must be at most 1: it is a part of all steps")


BUDGETS = {
    "quick": Budget(250, groups=3, batch=128, batch_ref=256, checks=5, rate=6e-2, warm_up=20),
    "standard": Budget(),
    "thorough": Budget(4000),
}
# Where the reference samples are given, the same ones come round again and again: learn
# slowly, or they are learnt by heart.
SLOWER = {name: replace(b, rate=b.rate / 10, weight_decay=10 * b.weight_decay) for name, b in BUDGETS.items()}


def budget_of(given: str | Budget, presets: Mapping[str, Budget]) -> Budget:
    """Return a budget as it is, or the preset of that name."""
    if isinstance(given, Budget):
        return given
    if not isinstance(given, str) or given not in presets:
        raise ValueError(f"budget={given!r} is unknown; choose one of {', '.join(presets)} or a dv.Budget")
    return presets[given]
