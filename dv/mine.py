"""MINE: a critic climbs to mutual information, with references resampled on the way."""

import numpy as np
import torch

from ._checks import as_tensor, check_same, check_size
from ._random import as_generator
from .bounds import dv_bound
from .losses import dv_loss, infonce_loss, mine_loss, moving_average, nwj_loss
from .resampling import resample
from .training import Trainer, batches, check_enough, check_fit, critic_values

LOSSES = ("mine", "mine_biased", "fdiv", "nwj", "infonce")


def shifted_pairs(x, y, n_ref, rng):
    """Yield ``n_ref`` reference pairs (x_i, y_j) with j ≠ i, at most n at a time.

    The samples are put in random order, then y is shifted cyclically by random
    amounts: every sample is used equally often and none meets its own partner.
    """
    n = len(x)
    order, n_shifts = rng.permutation(n), -(-n_ref // n)
    for shift in 1 + rng.choice(n - 1, n_shifts, replace=n_shifts > n - 1):
        size = min(n, n_ref)
        n_ref -= size
        i, j = order[:size], np.roll(order, shift)[:size]
        yield x[torch.from_numpy(i).to(x.device)], y[torch.from_numpy(j).to(y.device)]


class PairTrainer(Trainer):
    """What MINE and MI-NEE share: paired data, and references for estimates that change no state."""

    def __init__(self, X, Y, net, n_iters_per_epoch, n_ref, writer_params, rng, **kwargs):
        rng, reference_rng = as_generator(rng).spawn(2)
        super().__init__(net, n_iters_per_epoch, writer_params, rng=rng, **kwargs)
        self._reference_seed = int(reference_rng.integers(2**62))
        self.X, self.Y = self._checked(X, Y)
        self.n_ref = len(self.X) if n_ref is None else check_size(n_ref, "n_ref")
        check_enough(len(self.X), self.n_iters_per_epoch, "X")
        check_enough(self.n_ref, self.n_iters_per_epoch, "the reference (n_ref)")

    def _checked(self, X, Y):
        X, Y = as_tensor(X, "X", self.like), as_tensor(Y, "Y", self.like)
        check_same(X, Y, "X", "Y", 0, "rows")
        if len(X) < 2:
            raise ValueError("X and Y have one row; reference pairs need at least two")
        self._check_fit(X[:2], Y[:2])
        return X, Y

    def _fixed_rng(self):
        """The same numbers at every call, so that an estimate changes nothing and can be repeated."""
        return np.random.default_rng(self._reference_seed)

    def _training_estimate(self):
        return self.estimate(self.X, self.Y, self.n_ref)

    def _settings(self):
        return {**super()._settings(), "n": len(self.X), "n_ref": self.n_ref}

    def _extra_state(self):
        return {"reference_seed": self._reference_seed}

    def _load_extra_state(self, state):
        self._reference_seed = state["reference_seed"]


class MINETrainer(PairTrainer):
    r"""Train a critic on a bound on I(X; Y), with reference pairs resampled from the data.

    Every epoch draws n′ = ``n_ref`` fresh reference pairs by the resampling
    trick and splits joint and reference pairs at random into
    ``n_iters_per_epoch`` minibatches.

    Parameters
    ----------
    X, Y : arrays or tensors of shape (n, d) or (n,)
        Paired samples. Cast to the dtype of ``net``.
    net : torch.nn.Module
        The critic ``net(x, y)``: (n, d_x) and (n, d_y) to (n, 1) or (n,).
    n_iters_per_epoch : int
        The number of minibatches an epoch, at most n and n′.
    loss : str
        ``"mine"``: DV, its gradient corrected by a moving average;
        ``"mine_biased"``: DV of each minibatch; ``"fdiv"`` or ``"nwj"``:
        :func:`dv.nwj_bound`; ``"infonce"``: :func:`dv.infonce_bound` over all
        pairs of a minibatch, whose critic is determined only up to a function
        of x, so that its DV value may lie well below what InfoNCE itself gives.
    ema : float
        The weight of the *new* minibatch in the moving average, 0 < ema ≤ 1;
        with 1, ``"mine"`` is ``"mine_biased"``.
    replace : bool
        Whether the resampling is with replacement.
    n_ref : int or None
        n′, by default n; above n it needs ``replace=True``.
    writer_params, rng, scheduler, callbacks, progress, **kwargs
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
    >>> X, Y = BivariateGaussian.running_example().sample(1000, rng=0).T
    >>> trainer = MINETrainer(X, Y, Net(rng=1), n_iters_per_epoch=10, rng=2)
    >>> bool(trainer.step(epochs=50) > 0.5)
    True
    """

    def __init__(self, X, Y, net, n_iters_per_epoch, loss="mine", ema=0.01, replace=False, n_ref=None,
                 scheduler=None, writer_params=None, *, rng=None, callbacks=(), progress=None, **kwargs):
        if loss not in LOSSES:
            raise ValueError(f"loss={loss!r} is unknown; choose one of {', '.join(LOSSES)}")
        if not 0 < ema <= 1:
            raise ValueError(f"ema={ema!r} must lie in (0, 1]; it is the weight of the new minibatch")
        self.loss, self.ema, self.replace, self._log_average = loss, float(ema), bool(replace), None
        super().__init__(X, Y, net, n_iters_per_epoch, n_ref, writer_params, rng,
                         scheduler=scheduler, callbacks=callbacks, progress=progress, **kwargs)
        if self.n_ref > len(self.X) and not self.replace:
            raise ValueError(f"n_ref={self.n_ref} > n={len(self.X)} needs replace=True")

    def _check_fit(self, x, y):
        check_fit(self.net, (x, y))

    def estimate(self, X, Y, n_ref=None):
        """The DV value of the critic on other pairs, in nats; nothing is changed.

        The n′ = ``n_ref`` reference pairs (by default 10 n) are made from X and
        Y themselves; no sample meets its own partner, and the same data give
        the same value.
        """
        X, Y = self._checked(X, Y)
        n_ref = 10 * len(X) if n_ref is None else check_size(n_ref, "n_ref")
        pairs = shifted_pairs(X, Y, n_ref, self._fixed_rng())
        t_ref = torch.cat([critic_values(self.net, pair) for pair in pairs])
        return dv_bound(critic_values(self.net, (X, Y)), t_ref).item()

    def _minibatches(self):
        n, k = len(self.X), self.n_iters_per_epoch
        rows = np.arange(n)
        joint = self.rng.permutation(n)
        x_ref, y_ref = (resample(rows, self.n_ref, self.replace, self.rng) for _ in range(2))
        for i, j, m in zip(*(batches(index, k) for index in (joint, x_ref, y_ref)), strict=True):
            yield (
                self._rows_at((self.X, self.Y), i),
                self._rows_at((self.X,), j) + self._rows_at((self.Y,), m),
            )

    def _forward(self, joint, ref):
        if self.loss == "infonce":
            return self.engine.forward(joint, all_pairs=True)
        return super()._forward(joint, ref)

    def _loss(self, t, n):
        if self.loss == "infonce":
            return infonce_loss(t)
        if self.loss == "mine_biased":
            return dv_loss(t, n)
        if self.loss != "mine":
            return nwj_loss(t, n)
        self._log_average = moving_average(self._log_average, t[n:], self.ema)
        return mine_loss(t, n, self._log_average)

    def _settings(self):
        return {**super()._settings(), "loss": self.loss, "ema": self.ema, "replace": self.replace}

    def _extra_state(self):
        return {**super()._extra_state(), "log_average": self._log_average}

    def _load_extra_state(self, state):
        super()._load_extra_state(state)
        self._log_average = state["log_average"]
