"""The course's first trainer: a critic climbs the DV bound on a divergence."""

from ._checks import as_tensor, check_same
from .bounds import dv_bound
from .losses import dv_loss
from .training import Trainer, batches, check_enough, check_fit, critic_values


class DVTrainer(Trainer):
    r"""Train a critic on the Donsker–Varadhan bound of D(P‖R).

    Every epoch splits both samples anew, at random, into ``n_iters_per_epoch``
    minibatches and visits every sample once; each minibatch is one step of
    Adam on minus :func:`dv.dv_bound`.

    Parameters
    ----------
    Z : array or tensor of shape (n, d) or (n,)
        Samples of P. Cast to the dtype of ``net``.
    Z_ref : array or tensor of shape (n′, d) or (n′,)
        Samples of the reference R; n′ may differ from n.
    net : torch.nn.Module
        The critic, (n, d) to (n, 1) or (n,), acting on each row by itself.
    n_iters_per_epoch : int
        The number of minibatches an epoch, at most n and n′.
    writer_params : dict or None
        Arguments of ``torch.utils.tensorboard.SummaryWriter``. With None
        nothing is written to disk.
    rng : int, numpy.random.Generator or None
        Seed or generator of the minibatches. Torch's and NumPy's global
        generators are never touched.
    scheduler : callable or None
        Makes a learning-rate scheduler from the optimiser, for example
        ``lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 10)``;
        it is stepped once an epoch.
    callbacks : sequence of callables
        Each is called with the trainer after every epoch; one that returns
        True stops :meth:`step`.
    progress : bool or None
        None shows a progress bar once a run takes more than two seconds;
        False never does.
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

    def __init__(self, Z, Z_ref, net, n_iters_per_epoch, writer_params=None, *, rng=None,
                 scheduler=None, callbacks=(), progress=None, **kwargs):
        super().__init__(net, n_iters_per_epoch, writer_params, rng=rng, scheduler=scheduler,
                         callbacks=callbacks, progress=progress, **kwargs)
        self.Z, self.Z_ref = self._checked(Z, Z_ref)
        for name in ("Z", "Z_ref"):
            check_enough(len(getattr(self, name)), self.n_iters_per_epoch, name)

    def _checked(self, Z, Z_ref):
        Z, Z_ref = as_tensor(Z, "Z", self.like), as_tensor(Z_ref, "Z_ref", self.like)
        check_same(Z, Z_ref, "Z", "Z_ref", 1, "columns")
        check_fit(self.net, (Z,))
        return Z, Z_ref

    def estimate(self, Z, Z_ref):
        """The DV value of the critic on other data, in nats; nothing is changed."""
        Z, Z_ref = self._checked(Z, Z_ref)
        return dv_bound(critic_values(self.net, (Z,)), critic_values(self.net, (Z_ref,))).item()

    def _minibatches(self):
        index, index_ref = (self.rng.permutation(len(data)) for data in (self.Z, self.Z_ref))
        k = self.n_iters_per_epoch
        for i, j in zip(batches(index, k), batches(index_ref, k), strict=True):
            yield self._rows_at((self.Z,), i), self._rows_at((self.Z_ref,), j)

    def _loss(self, t, n):
        return dv_loss(t, n)

    def _training_estimate(self):
        return self.estimate(self.Z, self.Z_ref)

    def _settings(self):
        return {**super()._settings(), "n": len(self.Z), "n_ref": len(self.Z_ref)}
