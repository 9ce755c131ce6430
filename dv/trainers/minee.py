"""MI-NEE: mutual information as a difference of divergences from a chosen reference."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from .._checks import as_tensor, check_same, check_size
from .._fast.losses import dv_loss
from .._random import Rng
from ..bounds import dv_bound
from ..resampling import usual_n_ref
from .base import Engine, Rows, batches, check_fit, critic_values
from .pairs import PairTrainer

Draw = Callable[[int, np.random.Generator], Any]
"""n and a generator to n samples x′ and n samples y′."""


class UniformReference:
    """x and y independent and uniform on the box that holds the data, widened ``width`` times."""

    def __init__(self, x: Tensor, y: Tensor, width: float):
        if not width >= 1:
            raise ValueError(f"width={width!r} must be at least 1: a smaller box does not cover the data")
        self.boxes = []
        for data in (x, y):
            low, high = data.amin(0), data.amax(0)
            self.boxes.append(((low + high) / 2, width * (high - low) / 2))

    def __call__(self, n: int, rng: np.random.Generator) -> list[Any]:
        return [c.numpy(force=True) + r.numpy(force=True) * rng.uniform(-1, 1, (n, len(c))) for c, r in self.boxes]


class GaussianReference:
    """All columns of x and y independent and Gaussian, ``width`` times as wide as the data."""

    def __init__(self, x: Tensor, y: Tensor, width: float):
        if not width > 0:
            raise ValueError(f"width={width!r} must be above 0")
        self.moments = [(data.mean(0), width * data.std(0)) for data in (x, y)]

    def __call__(self, n: int, rng: np.random.Generator) -> list[Any]:
        return [m.numpy(force=True) + s.numpy(force=True) * rng.standard_normal((n, len(m))) for m, s in self.moments]


class ThreeCritics(nn.Module):
    """The critics of the joint law and of both marginals, evaluated together: (n, 3)."""

    joint: nn.Module
    x: nn.Module
    y: nn.Module

    def __init__(self, net: nn.Module, net_x: nn.Module, net_y: nn.Module):
        super().__init__()
        self.joint, self.x, self.y = net, net_x, net_y

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return torch.cat([t.reshape(len(x), 1) for t in (self.joint(x, y), self.x(x), self.y(y))], dim=1)


class MINEETrainer(PairTrainer):
    r"""MI-NEE: mutual information as a difference of three divergences from a chosen reference.

    With a reference R = R_X R_Y under which x and y are independent,

    .. math:: I(X; Y) = D(P_{XY}\|R) - D(P_X\|R_X) - D(P_Y\|R_Y).

    Each divergence has its own critic, trained on :func:`dv.dv_bound` against
    n′ fresh reference samples an epoch: the reference is known, so n′ is
    limited by patience alone. A difference of lower bounds is not a bound.

    Parameters
    ----------
    x, y : arrays or tensors of shape (n, d) or (n,)
        Paired samples. Copied, in the dtype of the critics.
    nets : three torch.nn.Module
        Critics ``net(x, y)`` of the joint law, ``net_x(x)`` and ``net_y(y)``.
    n_iters_per_epoch : int
        The number of minibatches an epoch.
    reference : "uniform", "gaussian" or callable
        Uniform on the box of the data, Gaussian with the moments of the data,
        or a function of (n′, numpy Generator) that returns x′ and y′, which
        must be independent and cover the data.
    width : float
        How much wider than the data the named references are; at least 1 for
        the uniform one.
    n_ref : int or None
        n′, by default n.
    engine, scheduler, callbacks, writer_params, progress, rng, **kwargs
        As for :class:`dv.DVTrainer`.

    References
    ----------
    Chan, Al-Bashabsheh, Huang, Lim, Tam and Zhao (2019), Neural Entropic
    Estimation: A faster path to mutual information estimation, section 2.
    """

    _fast_loss = staticmethod(dv_loss)

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        nets: Iterable[nn.Module],
        n_iters_per_epoch: int,
        *,
        reference: str | Draw = "uniform",
        width: float = 1.1,
        n_ref: int | None = None,
        engine: Engine = "fast",
        scheduler: Callable[[torch.optim.Optimizer], Any] | None = None,
        callbacks: Iterable[Callable[[Any], Any]] = (),
        writer_params: Mapping[str, Any] | None = None,
        progress: bool | None = None,
        rng: Rng = None,
        **kwargs: Any,
    ):
        super().__init__(
            x,
            y,
            ThreeCritics(*nets),
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
        named = {"uniform": UniformReference, "gaussian": GaussianReference}
        if not callable(reference) and reference not in named:
            raise ValueError(f"reference={reference!r} is unknown; give 'uniform', 'gaussian' or a function")
        self.reference = reference if callable(reference) else named[reference](self.x, self.y, width)
        self._draw(2, self._fixed_rng())

    def _check_fit(self, x: Tensor, y: Tensor) -> None:
        nets: Any = self.net
        for net, inputs in ((nets.joint, (x, y)), (nets.x, (x,)), (nets.y, (y,))):
            check_fit(net, inputs)

    def _draw(self, n: int, rng: np.random.Generator) -> list[Tensor]:
        """n reference samples, refused unless they fit the data."""
        x_ref, y_ref = self.reference(n, rng)
        pairs = [("x", self.x, x_ref), ("y", self.y, y_ref)]
        checked = []
        for name, data, ref in pairs:
            ref = as_tensor(ref, f"the reference of {name}", self.like)
            check_same(data, ref, name, f"the reference of {name}", 1, "columns")
            if len(ref) != n:
                raise ValueError(f"the reference of {name} has {len(ref)} rows; {n} were asked for")
            checked.append(ref)
        return checked

    def divergences(self, x: ArrayLike, y: ArrayLike, n_ref: int | None = None) -> tuple[float, ...]:
        """D(P_XY‖R), D(P_X‖R_X) and D(P_Y‖R_Y) on other pairs, in nats; nothing is changed.

        n′ is ``n_ref``, by default :func:`dv.resampling.usual_n_ref`.
        """
        x, y = self._checked(x, y)
        return self._divergences(x, y, usual_n_ref(len(x)) if n_ref is None else check_size(n_ref, "n_ref"))

    def _divergences(self, x: Tensor, y: Tensor, n_ref: int) -> tuple[float, ...]:
        x_ref, y_ref = self._draw(n_ref, self._fixed_rng())
        net: Any = self.net
        triples = (net.joint, (x, y), (x_ref, y_ref)), (net.x, (x,), (x_ref,)), (net.y, (y,), (y_ref,))
        return tuple(
            dv_bound(critic_values(critic, data), critic_values(critic, ref)).item() for critic, data, ref in triples
        )

    def estimate(self, x: ArrayLike, y: ArrayLike, n_ref: int | None = None) -> float:
        """The joint divergence less the two marginal ones, in nats; nothing is changed."""
        joint, d_x, d_y = self.divergences(x, y, n_ref)
        return joint - d_x - d_y

    def _training_value(self) -> float:
        joint, d_x, d_y = self._divergences(self.x, self.y, self.n_ref)
        return joint - d_x - d_y

    def _minibatches(self) -> Iterator[tuple[Rows, Rows]]:
        k = self.n_iters_per_epoch
        joint = batches(self.rng.permutation(len(self.x)), k)
        ref = zip(*(a.tensor_split(k) for a in self._draw(self.n_ref, self.rng)), strict=True)
        for i, pair in zip(joint, ref, strict=True):
            yield self._rows_at((self.x, self.y), i), pair

    def _loss(self, t: Tensor, t_ref: Tensor) -> Tensor:
        """Minus the sum of the three bounds, for autograd."""
        joint, x, y = (dv_bound(t[:, k], t_ref[:, k]) for k in range(3))
        return -(joint + x + y)
