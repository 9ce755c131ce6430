"""The course's first trainer: a critic climbs the DV bound on a divergence."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from .._checks import as_tensor, check_same
from .._fast.losses import dv_loss
from .._random import Rng
from ..bounds import dv_bound
from .base import Engine, Rows, Trainer, batches, check_enough, check_fit, critic_values
from .state import State


class DVTrainer(Trainer):
    r"""Train a critic on the Donsker–Varadhan bound of D(P‖R).

    Every epoch splits both samples anew, at random, into ``n_iters_per_epoch``
    minibatches and visits every sample once; each minibatch is one step of
    Adam on minus :func:`dv.dv_bound`.

    Parameters
    ----------
    Z : array or tensor of shape (n, d) or (n,)
        Samples of P. Copied, in the dtype of ``net``.
    Z_ref : array or tensor of shape (n′, d) or (n′,)
        Samples of the reference R; n′ may differ from n.
    net : torch.nn.Module
        The critic, (n, d) to (n, 1) or (n,), acting on each row by itself.
    n_iters_per_epoch : int
        The number of minibatches an epoch, at most n and n′.
    engine : "fast" or "autograd"
        ``"autograd"`` is the loop as the course writes it, with autograd and
        ``torch.optim.Adam``; ``"fast"`` gives the same numbers to rounding, two to
        three times as quickly on a processor (:mod:`dv.trainers.fast`).
    scheduler : callable or None
        Makes a learning-rate scheduler from the optimiser, for example
        ``lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 10)``;
        it is stepped once an epoch. ``ReduceLROnPlateau`` is shown the epoch's loss.
    callbacks : sequence of callables
        Each is called with the trainer after every epoch; one that returns
        True stops :meth:`step`.
    writer_params : dict or None
        Arguments of ``torch.utils.tensorboard.SummaryWriter``. With None
        nothing is written to disk.
    progress : bool or None
        None shows a progress bar once a run takes more than two seconds;
        False never does.
    rng : int, numpy.random.Generator or None
        Seed or generator of the minibatches. Torch's and NumPy's global
        generators are never touched.
    **kwargs
        Passed to ``torch.optim.Adam``, for example ``lr=1e-3``.

    Raises
    ------
    ValueError
        Empty, misshapen, NaN or infinite data; a net on another device, or one
        that does not fit the data; fewer samples than minibatches.

    Examples
    --------
    >>> from dv import BivariateGaussian, Net
    >>> gaussian = BivariateGaussian.running_example()
    >>> Z, Z_ref = gaussian.sample(1000, rng=0), gaussian.sample_reference(1000, rng=1)
    >>> trainer = DVTrainer(Z, Z_ref, Net(rng=2), n_iters_per_epoch=10, rng=3)
    >>> bool(trainer.step(epochs=100) > 0.5)
    True
    """

    _fast_loss = staticmethod(dv_loss)

    def __init__(
        self,
        Z: ArrayLike,
        Z_ref: ArrayLike,
        net: nn.Module,
        n_iters_per_epoch: int,
        *,
        engine: Engine = "fast",
        scheduler: Callable[[torch.optim.Optimizer], Any] | None = None,
        callbacks: Iterable[Callable[[Any], Any]] = (),
        writer_params: Mapping[str, Any] | None = None,
        progress: bool | None = None,
        rng: Rng = None,
        **kwargs: Any,
    ):
        super().__init__(
            net,
            n_iters_per_epoch,
            engine=engine,
            scheduler=scheduler,
            callbacks=callbacks,
            writer_params=writer_params,
            progress=progress,
            rng=rng,
            **kwargs,
        )
        self.Z, self.Z_ref = self._checked(Z, Z_ref)
        for name in ("Z", "Z_ref"):
            check_enough(len(getattr(self, name)), self.n_iters_per_epoch, name)

    def _epoch(self) -> Iterator[tuple[float, Tensor, Tensor]]:
        """One pass over the data: minibatch, bound, gradient, a step of Adam."""
        for (z,), (z_ref,) in self._minibatches():
            t, t_ref = self.net(z), self.net(z_ref)
            loss = -dv_bound(t, t_ref)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            yield loss.item(), t, t_ref

    def _minibatches(self) -> Iterator[tuple[Rows, Rows]]:
        index, index_ref = (self.rng.permutation(len(data)) for data in (self.Z, self.Z_ref))
        k = self.n_iters_per_epoch
        for i, j in zip(batches(index, k), batches(index_ref, k), strict=True):
            yield self._rows_at((self.Z,), i), self._rows_at((self.Z_ref,), j)

    def estimate(self, Z: ArrayLike, Z_ref: ArrayLike) -> float:
        """The DV value of the critic on other data, in nats; nothing is changed."""
        return self._value(*self._checked(Z, Z_ref))

    def _training_value(self) -> float:
        return self._value(self.Z, self.Z_ref)

    def _value(self, Z: Tensor, Z_ref: Tensor) -> float:
        return dv_bound(critic_values(self.net, (Z,)), critic_values(self.net, (Z_ref,))).item()

    def _checked(self, Z: ArrayLike, Z_ref: ArrayLike) -> tuple[Tensor, Tensor]:
        Z, Z_ref = as_tensor(Z, "Z", self.like), as_tensor(Z_ref, "Z_ref", self.like)
        check_same(Z, Z_ref, "Z", "Z_ref", 1, "columns")
        check_fit(self.net, (Z,))
        return Z, Z_ref

    def _settings(self) -> State:
        return {**super()._settings(), "n": len(self.Z), "n_ref": len(self.Z_ref)}
