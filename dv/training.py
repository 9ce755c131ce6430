"""The one training loop, shared by every trainer.

A trainer says where its minibatches come from, what their loss is and how its
own data are valued; everything else is here. An epoch is a transaction: it
either ends and is entered in the history, or is undone as a whole.
"""

import copy
import math
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ._checks import check_size
from ._progress import progress_bar
from ._random import as_generator
from .adam import FlatAdam
from .engine import make_engine

CHUNK = 1 << 16  # rows a critic sees at once when no gradient is kept


def batches(index, n_batches):
    """Split ``index`` into ``n_batches`` parts whose sizes differ by at most one."""
    return np.array_split(index, n_batches)


@contextmanager
def evaluating(net):
    """Hold ``net`` in evaluation mode without gradients, then put every mode back."""
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    try:
        with torch.no_grad():
            yield net
    finally:
        for module, mode in modes:
            module.training = mode


def one_value_a_row(values, n):
    """Return critic output of shape (n,) or (n, 1) as (n,), or refuse it."""
    if values.shape not in ((n,), (n, 1)):
        raise ValueError(
            f"the net gave shape {tuple(values.shape)} for {n} rows; it must give one value a row"
        )
    return values.reshape(-1)


def critic_values(net, inputs):
    """Critic values of shape (n,), in chunks, changing nothing."""
    with evaluating(net):
        n = len(inputs[0])
        chunks = (tuple(a[i : i + CHUNK] for a in inputs) for i in range(0, n, CHUNK))
        return torch.cat([one_value_a_row(net(*chunk), len(chunk[0])) for chunk in chunks])


def check_fit(net, inputs):
    """Refuse a net that does not take these inputs; two rows are enough to tell."""
    try:
        critic_values(net, tuple(a[:2] for a in inputs))
    except (RuntimeError, TypeError) as error:
        columns = " and ".join(str(a.shape[1]) for a in inputs)
        raise ValueError(f"the net does not take rows of {columns} columns: {error}") from error


def check_enough(n, n_iters, name):
    """Refuse fewer samples than minibatches."""
    if n < n_iters:
        raise ValueError(
            f"{name} has {n} rows, fewer than n_iters_per_epoch={n_iters}; "
            f"give more rows or at most {n} minibatches"
        )


def parameter_like(net):
    """The parameter whose dtype and device the data must share."""
    if not isinstance(net, nn.Module):
        raise TypeError(f"net must be a torch.nn.Module, not {type(net).__name__}")
    trainable = [p for p in net.parameters() if p.requires_grad]
    if not trainable:
        raise ValueError("net has no trainable parameter")
    places = {(p.device, p.dtype) for p in net.parameters()}
    if len(places) > 1:
        raise ValueError(f"net's parameters lie on several devices or dtypes: {sorted(map(str, places))}")
    if trainable[0].dtype not in (torch.float32, torch.float64):
        raise ValueError(f"net's parameters are {trainable[0].dtype}; make it net.float() or net.double()")
    return trainable[0]


class Trainer:
    """Base of all trainers; see :class:`dv.DVTrainer` for the arguments.

    A subclass gives ``_minibatches()``, which yields two tuples of tensors
    (the joint and the reference rows of the critic's inputs), ``_loss(t, n)``
    in the manner of :mod:`dv.losses` and ``_training_estimate()``; with state
    of its own also ``_extra_state()`` and ``_load_extra_state(state)``.
    """

    def __init__(self, net, n_iters_per_epoch, writer_params=None, *, rng=None, scheduler=None,
                 callbacks=(), progress=None, **kwargs):
        self.like = parameter_like(net)
        self.net = net
        self.n_iters_per_epoch = check_size(n_iters_per_epoch, "n_iters_per_epoch")
        self.writer_params, self.writer = writer_params, None
        self.callbacks, self.progress = list(callbacks), progress
        # A child, so that the seed may also have served for the data or the net.
        (self.rng,) = as_generator(rng).spawn(1)
        self.engine = make_engine(net)
        self.optimizer = FlatAdam([self.engine.flat.vector], **kwargs)
        self.scheduler = None if scheduler is None else scheduler(self.optimizer)
        self._rows = []
        self._undo = None

    def step(self, epochs=1):
        """Train for ``epochs`` epochs and return the estimate over all the training data.

        Returns
        -------
        float
            Nats. It is a *training* value: use :meth:`estimate` on other data.

        Raises
        ------
        FloatingPointError
            A loss that is not finite. The last good state is kept.
        KeyboardInterrupt
            The epoch under way is undone; :meth:`step` goes on from there.
        """
        epochs = check_size(epochs, "epochs")
        self._undo_epoch()
        self.engine.flat.attach()
        try:
            with progress_bar(epochs, self.progress) as bar:
                for _ in bar:
                    self._run_epoch()
                    if any([callback(self) is True for callback in self.callbacks]):
                        break
        finally:
            self._undo_epoch()
            if self.writer is not None:
                self.writer.flush()
        return self._rows[-1]["estimate"]

    @np.errstate(all="ignore")  # _check refuses what is not finite
    def _run_epoch(self):
        self._undo = self._snapshot()
        self.net.train()
        epoch, losses = len(self._rows) + 1, []
        for joint, ref in self._minibatches():
            t = self._forward(joint, ref)
            loss, gradient = self._loss(t, len(joint[0]))
            losses.append(loss)
            self._check(loss, epoch, len(losses), t, len(joint[0]))
            self.engine.backward(gradient)
            self.optimizer.step()
        estimate = self._training_estimate()
        self._check(estimate, epoch, len(losses), t, len(joint[0]))
        if self.scheduler is not None:
            self.scheduler.step()
        row = {"epoch": epoch, "loss": float(np.mean(losses)), "estimate": estimate}
        self._rows.append(row)
        self._undo = None
        self._log(row)

    def _forward(self, joint, ref):
        """Critic values on a minibatch, in one pass over both samples, the joint rows first."""
        return self.engine.forward([torch.cat(pair) for pair in zip(joint, ref, strict=True)])

    def _check(self, loss, epoch, iteration, t, n):
        """Stop at a loss or an estimate that is not finite."""
        if math.isfinite(loss):
            return

        def describe(t):
            return f"{len(t)} critic values from {t.min():.4g} to {t.max():.4g}, mean {t.mean():.4g}"

        step = (epoch - 1) * self.n_iters_per_epoch + iteration
        raise FloatingPointError(
            f"the loss is {loss} at step {step} (epoch {epoch}, minibatch {iteration}): "
            f"joint {describe(t[:n])}; reference {describe(t[n:])}. "
            f"The state after epoch {epoch - 1} is kept. Try a smaller lr "
            f"(now {self.optimizer.param_groups[0]['lr']:g}), larger minibatches, or standardised data."
        )

    def _rows_at(self, data, index):
        """Rows of ``data``, a tuple of tensors, at a NumPy index."""
        index = torch.from_numpy(index).to(self.like.device)
        return tuple(a[index] for a in data)

    @property
    def history(self):
        """One row an epoch: ``epoch``, ``loss`` (mean over its minibatches), ``estimate`` (nats)."""
        import pandas as pd

        return pd.DataFrame(self._rows, columns=["epoch", "loss", "estimate"])

    def _log(self, row):
        if self.writer_params is None:
            return
        if self.writer is None:
            from torch.utils.tensorboard import SummaryWriter

            self.writer = SummaryWriter(**self.writer_params)
        for name in ("loss", "estimate"):
            self.writer.add_scalar(name, row[name], row["epoch"])

    def _settings(self):
        """What a saved state must share with the trainer that loads it."""
        return {"trainer": type(self).__name__, "n_iters_per_epoch": self.n_iters_per_epoch}

    def _extra_state(self):
        return {}

    def _load_extra_state(self, state):
        pass

    def _snapshot(self):
        return {
            "net": {name: value.clone() for name, value in self.net.state_dict().items()},
            "optimizer": copy.deepcopy(self.optimizer.state_dict()),
            "scheduler": None if self.scheduler is None else copy.deepcopy(self.scheduler.state_dict()),
            "generator": self.rng.bit_generator.state,
            "extra": self._extra_state(),
            "epochs": len(self._rows),
        }

    def _restore(self, state):
        self.net.load_state_dict(state["net"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state["scheduler"])
        self.rng.bit_generator.state = state["generator"]
        self._load_extra_state(state["extra"])
        del self._rows[state["epochs"] :]

    def _undo_epoch(self):
        """Go back to the end of the last whole epoch, if one was left unfinished."""
        if self._undo is not None:
            self._restore(copy.deepcopy(self._undo))
            self._undo = None

    def state_dict(self):
        """All that is needed to go on bit for bit: weights, optimiser, scheduler, generator, history."""
        self._undo_epoch()
        rows = [dict(row) for row in self._rows]
        return {**self._snapshot(), "settings": self._settings(), "history": rows}

    def load_state_dict(self, state):
        """Go on from ``state``; the trainer must have been made with the same data and settings."""
        if state["settings"] != self._settings():
            raise ValueError(f"the state is of {state['settings']}, this trainer is {self._settings()}")
        state = copy.deepcopy(state)
        self._rows = state["history"]
        self._restore(state)
        self._undo = None

    def save(self, path):
        """Write :meth:`state_dict` to ``path``, whole or not at all."""
        path = Path(path)
        part = path.with_name(path.name + ".part")
        torch.save(self.state_dict(), part)
        part.replace(path)

    def load(self, path):
        """Read what :meth:`save` wrote and go on from there."""
        self.load_state_dict(torch.load(path, map_location=self.like.device, weights_only=True))
