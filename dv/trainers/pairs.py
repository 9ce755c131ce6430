"""What the trainers on paired data share."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor, nn

from .._checks import as_tensor, check_same, check_size
from .._random import Rng, as_generator
from .base import Rows, Trainer, check_enough
from .state import State


class PairTrainer(Trainer):
    """Paired data, and references for estimates that change no state."""

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        net: nn.Module,
        n_iters_per_epoch: int,
        *,
        n_ref: int | None = None,
        rng: Rng = None,
        **kwargs: Any,
    ):
        rng, reference_rng = as_generator(rng, "pairs").spawn(2)
        super().__init__(net, n_iters_per_epoch, rng=rng, **kwargs)
        self._reference_seed = int(reference_rng.integers(2**62))
        self.x, self.y = self._checked(x, y)
        self.n_ref = len(self.x) if n_ref is None else check_size(n_ref, "n_ref")
        check_enough(len(self.x), self.n_iters_per_epoch, "x")
        check_enough(self.n_ref, self.n_iters_per_epoch, "the reference (n_ref)")

    def _loss(self, t: Tensor, t_ref: Tensor) -> Tensor:
        raise NotImplementedError

    def _check_fit(self, x: Tensor, y: Tensor) -> None:
        raise NotImplementedError

    def _epoch(self) -> Iterator[tuple[float, Tensor, Tensor]]:
        """One pass over the data: minibatch, bound, gradient, a step of Adam."""
        for joint, ref in self._minibatches():
            t, t_ref = self._values(joint, ref)
            loss = self._loss(t, t_ref)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            yield loss.item(), t, t_ref

    def _values(self, joint: Rows, ref: Rows) -> tuple[Tensor, Tensor]:
        return self.net(*joint), self.net(*ref)

    def _checked(self, x: Any, y: Any) -> tuple[Tensor, Tensor]:
        x, y = as_tensor(x, "x", self.like), as_tensor(y, "y", self.like)
        check_same(x, y, "x", "y", 0, "rows")
        if len(x) < 2:
            raise ValueError("x and y have one row; reference pairs need at least two")
        self._check_fit(x[:2], y[:2])
        return x, y

    def _fixed_rng(self) -> np.random.Generator:
        """The same numbers at every call, so that an estimate changes nothing and can be repeated."""
        return np.random.default_rng(self._reference_seed)

    def _settings(self) -> State:
        return {**super()._settings(), "n": len(self.x), "n_ref": self.n_ref}

    def _extra_state(self) -> State:
        return {"reference_seed": self._reference_seed}

    def _load_extra_state(self, state: State) -> None:
        self._reference_seed = state["reference_seed"]
