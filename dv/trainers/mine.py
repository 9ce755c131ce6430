"""MINE: a critic climbs to mutual information, with references resampled on the way."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from .._checks import check_size
from .._fast.losses import dv_loss, infonce_loss, mine_loss, moving_average, nwj_loss
from .._random import Rng
from .._shapes import Array
from ..bounds import dv_bound, infonce_bound, log_mean_exp, nwj_bound
from ..critics import pair_scores
from ..resampling import resample, shifted_pairs, usual_n_ref
from .base import Engine, Rows, batches, check_fit, critic_values
from .pairs import PairTrainer
from .state import State

SAME = {"mine_biased": "dv", "fdiv": "nwj"}  # the names that courses on MINE give them
LOSSES = ("mine", "dv", "mine_biased", "nwj", "fdiv", "infonce")


class MINETrainer(PairTrainer):
    r"""Train a critic on a bound on I(X; Y), with reference pairs resampled from the data.

    Every epoch draws n′ = ``n_ref`` fresh reference pairs by the resampling
    trick and splits joint and reference pairs at random into
    ``n_iters_per_epoch`` minibatches.

    Parameters
    ----------
    x, y : arrays or tensors of shape (n, d) or (n,)
        Paired samples. Copied, in the dtype of ``net``.
    net : torch.nn.Module
        The critic ``net(x, y)``: (n, d_x) and (n, d_y) to (n, 1) or (n,).
    n_iters_per_epoch : int
        The number of minibatches an epoch, at most n and n′.
    loss : str
        ``"mine"``: DV, its gradient corrected by a moving average;
        ``"dv"``, also ``"mine_biased"``: DV of each minibatch; ``"nwj"``, also
        ``"fdiv"``: :func:`dv.nwj_bound`; ``"infonce"``: :func:`dv.infonce_bound` over all
        pairs of a minibatch, whose critic is determined only up to a function
        of x, so that its DV value may lie well below what InfoNCE itself gives.
    ema : float
        The weight of the *new* minibatch in the moving average, 0 < ema ≤ 1;
        with 1, ``"mine"`` is ``"dv"``.
    replace : bool
        Whether the resampling is with replacement.
    n_ref : int or None
        n′, by default n; above n it needs ``replace=True``.
    engine, scheduler, callbacks, writer_params, progress, rng, **kwargs
        As for :class:`dv.DVTrainer`.

    Raises
    ------
    ValueError
        As for :class:`dv.DVTrainer`; an unknown loss, ``ema`` outside (0, 1],
        ``n_ref`` > n without replacement.

    References
    ----------
    Belghazi et al. (2018), Mutual Information Neural Estimation, algorithm 1 and section 3.2.

    Examples
    --------
    >>> from dv import BivariateGaussian, Net
    >>> x, y = BivariateGaussian.running_example().sample(1000, rng=0).T
    >>> trainer = MINETrainer(x, y, Net(rng=1), n_iters_per_epoch=10, rng=2)
    >>> bool(trainer.step(epochs=50) > 0.5)
    True
    """

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        net: nn.Module,
        n_iters_per_epoch: int,
        *,
        loss: str = "mine",
        ema: float = 0.01,
        replace: bool = False,
        n_ref: int | None = None,
        engine: Engine = "fast",
        scheduler: Callable[[torch.optim.Optimizer], Any] | None = None,
        callbacks: Iterable[Callable[[Any], Any]] = (),
        writer_params: Mapping[str, Any] | None = None,
        progress: bool | None = None,
        rng: Rng = None,
        **kwargs: Any,
    ):
        if loss not in LOSSES:
            raise ValueError(f"loss={loss!r} is unknown; choose one of {', '.join(LOSSES)}")
        if not 0 < ema <= 1:
            raise ValueError(f"ema={ema!r} must lie in (0, 1]; it is the weight of the new minibatch")
        self.loss, self.ema, self.replace = loss, float(ema), bool(replace)
        self._log_average: float | None = None
        super().__init__(
            x,
            y,
            net,
            n_iters_per_epoch,
            n_ref=n_ref,
            engine=engine,
            scheduler=scheduler,
            callbacks=callbacks,
            writer_params=writer_params,
            progress=progress,
            rng=rng,
            **kwargs,
        )
        if self.n_ref > len(self.x) and not self.replace:
            raise ValueError(f"n_ref={self.n_ref} > n={len(self.x)} needs replace=True")

    def _minibatches(self) -> Iterator[tuple[Rows, Rows]]:
        n, k = len(self.x), self.n_iters_per_epoch
        rows = np.arange(n)
        joint = self.rng.permutation(n)
        x_ref, y_ref = (resample(rows, self.n_ref, self.replace, self.rng) for _ in range(2))
        for i, j, m in zip(batches(joint, k), batches(x_ref, k), batches(y_ref, k), strict=True):
            ref = self._rows_at((self.x,), j) + self._rows_at((self.y,), m)
            yield self._rows_at((self.x, self.y), i), ref

    def _values(self, joint: Rows, ref: Rows) -> tuple[Tensor, Tensor]:
        if self.loss == "infonce":
            x, y = joint
            scores = pair_scores(x, y, self.net)
            return scores, scores
        return super()._values(joint, ref)

    def _loss(self, t: Tensor, t_ref: Tensor) -> Tensor:
        """The loss of a minibatch, for autograd."""
        name = SAME.get(self.loss, self.loss)
        if name == "infonce":
            return -infonce_bound(t)
        if name == "mine":
            self._log_average = moving_average(self._log_average, t_ref.detach().cpu().numpy(), self.ema)
            return torch.exp(log_mean_exp(t_ref.reshape(-1)) - self._log_average) - t.mean()
        return -{"dv": dv_bound, "nwj": nwj_bound}[name](t, t_ref)

    def _fast_values(self, joint: Rows, ref: Rows) -> Array:
        return self.fast.scores(*joint) if self.loss == "infonce" else super()._fast_values(joint, ref)

    def _fast_loss(self, t: Array, n: int) -> tuple[float, Array]:
        """The same with its gradient, by hand."""
        name = SAME.get(self.loss, self.loss)
        if name == "infonce":
            return infonce_loss(t)
        if name == "mine":
            self._log_average = moving_average(self._log_average, t[n:], self.ema)
            return mine_loss(t, n, self._log_average)
        return {"dv": dv_loss, "nwj": nwj_loss}[name](t, n)

    def estimate(self, x: ArrayLike, y: ArrayLike, n_ref: int | None = None) -> float:
        """The DV value of the critic on other pairs, in nats; nothing is changed.

        The n′ = ``n_ref`` reference pairs (by default :func:`dv.resampling.usual_n_ref`)
        are made from x and y themselves; no sample meets its own partner, and the same
        data give the same value.
        """
        x, y = self._checked(x, y)
        return self._value(x, y, usual_n_ref(len(x)) if n_ref is None else check_size(n_ref, "n_ref"))

    def _training_value(self) -> float:
        return self._value(self.x, self.y, self.n_ref)

    def _value(self, x: Tensor, y: Tensor, n_ref: int) -> float:
        rows = self._fixed_rng().permutation(len(x))
        pairs = (self._rows_at((x,), i) + self._rows_at((y,), j) for i, j in shifted_pairs(rows, n_ref))
        t_ref = torch.cat([critic_values(self.net, pair) for pair in pairs])
        return dv_bound(critic_values(self.net, (x, y)), t_ref).item()

    def _check_fit(self, x: Tensor, y: Tensor) -> None:
        check_fit(self.net, (x, y))

    def _settings(self) -> State:
        return {**super()._settings(), "loss": self.loss, "ema": self.ema, "replace": self.replace}

    def _extra_state(self) -> State:
        return {**super()._extra_state(), "log_average": self._log_average}

    def _load_extra_state(self, state: State) -> None:
        super()._load_extra_state(state)
        self._log_average = state["log_average"]
