"""MI-NEE: mutual information as a difference of divergences from a chosen reference."""

import torch
from torch import nn

from ._checks import as_tensor, check_same, check_size
from .bounds import dv_bound
from .losses import dv_loss
from .mine import PairTrainer
from .training import batches, check_fit, critic_values


class UniformReference:
    """x and y independent and uniform on the box that holds the data, widened ``width`` times."""

    def __init__(self, X, Y, width):
        if not width >= 1:
            raise ValueError(f"width={width!r} must be at least 1: a smaller box does not cover the data")
        self.boxes = []
        for data in (X, Y):
            low, high = data.amin(0), data.amax(0)
            self.boxes.append(((low + high) / 2, width * (high - low) / 2))

    def __call__(self, n, rng):
        return [c.numpy(force=True) + r.numpy(force=True) * rng.uniform(-1, 1, (n, len(c))) for c, r in self.boxes]


class GaussianReference:
    """All columns of x and y independent and Gaussian, ``width`` times as wide as the data."""

    def __init__(self, X, Y, width):
        if not width > 0:
            raise ValueError(f"width={width!r} must be above 0")
        self.moments = [(data.mean(0), width * data.std(0)) for data in (X, Y)]

    def __call__(self, n, rng):
        return [m.numpy(force=True) + s.numpy(force=True) * rng.standard_normal((n, len(m))) for m, s in self.moments]


class ThreeCritics(nn.Module):
    """The critics of the joint law and of both marginals, evaluated together: (n, 3)."""

    def __init__(self, net, net_x, net_y):
        super().__init__()
        self.joint, self.x, self.y = net, net_x, net_y

    def forward(self, x, y):
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
    X, Y : arrays or tensors of shape (n, d) or (n,)
        Paired samples.
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
    writer_params, rng, scheduler, callbacks, progress, **kwargs
        As for :class:`dv.DVTrainer`.

    References
    ----------
    Chan, Al-Bashabsheh, Huang, Lim, Tam and Zhao (2019), Neural Entropic
    Estimation: A faster path to mutual information estimation, section 2.
    """

    def __init__(self, X, Y, nets, n_iters_per_epoch, reference="uniform", width=1.1, n_ref=None,
                 scheduler=None, writer_params=None, *, rng=None, callbacks=(), progress=None, **kwargs):
        super().__init__(X, Y, ThreeCritics(*nets), n_iters_per_epoch, n_ref, writer_params, rng,
                         scheduler=scheduler, callbacks=callbacks, progress=progress, **kwargs)
        named = {"uniform": UniformReference, "gaussian": GaussianReference}
        if not callable(reference) and reference not in named:
            raise ValueError(f"reference={reference!r} is unknown; give 'uniform', 'gaussian' or a function")
        self.reference = reference if callable(reference) else named[reference](self.X, self.Y, width)
        self._draw(2, self._fixed_rng())

    def _check_fit(self, x, y):
        for net, inputs in ((self.net.joint, (x, y)), (self.net.x, (x,)), (self.net.y, (y,))):
            check_fit(net, inputs)

    def _draw(self, n, rng):
        """n reference samples, refused unless they fit the data."""
        x_ref, y_ref = self.reference(n, rng)
        pairs = [("X", self.X, x_ref), ("Y", self.Y, y_ref)]
        checked = []
        for name, data, ref in pairs:
            ref = as_tensor(ref, f"the reference of {name}", self.like)
            check_same(data, ref, name, f"the reference of {name}", 1, "columns")
            if len(ref) != n:
                raise ValueError(f"the reference of {name} has {len(ref)} rows; {n} were asked for")
            checked.append(ref)
        return checked

    def divergences(self, X, Y, n_ref=None):
        """D(P_XY‖R), D(P_X‖R_X) and D(P_Y‖R_Y) on other pairs, in nats; nothing is changed."""
        X, Y = self._checked(X, Y)
        n_ref = max(10 * len(X), self.n_ref) if n_ref is None else check_size(n_ref, "n_ref")
        x_ref, y_ref = self._draw(n_ref, self._fixed_rng())
        net = self.net
        triples = (net.joint, (X, Y), (x_ref, y_ref)), (net.x, (X,), (x_ref,)), (net.y, (Y,), (y_ref,))
        return tuple(
            dv_bound(critic_values(critic, data), critic_values(critic, ref)).item()
            for critic, data, ref in triples
        )

    def estimate(self, X, Y, n_ref=None):
        """The joint divergence less the two marginal ones, in nats; nothing is changed."""
        joint, x, y = self.divergences(X, Y, n_ref)
        return joint - x - y

    def _minibatches(self):
        k = self.n_iters_per_epoch
        joint = batches(self.rng.permutation(len(self.X)), k)
        ref = zip(*(a.tensor_split(k) for a in self._draw(self.n_ref, self.rng)), strict=True)
        for i, pair in zip(joint, ref, strict=True):
            yield self._rows_at((self.X, self.Y), i), pair

    def _loss(self, t, n):
        return dv_loss(t, n)
