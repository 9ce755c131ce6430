"""The one training loop, shared by every trainer."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .._checks import check_size, is_tensor
from .._extras import needed_by
from .._fast.threads import one_thread
from .._progress import progress_bar
from .._random import Rng, as_generator
from .._shapes import Array
from .fast import FastStep, FlatAdam, plan, trainable
from .generators import OwnGenerators
from .state import Resumable

if TYPE_CHECKING:
    import pandas as pd

Rows: TypeAlias = tuple[Tensor, ...]
"""Some rows of a critic's inputs: (z,) or (x, y)."""
Values: TypeAlias = Tensor | Array
Engine: TypeAlias = Literal["fast", "autograd"]

CHUNK = 1 << 16  # rows a critic sees at once when no gradient is kept
ENGINES = ("fast", "autograd")


def batches(index: NDArray[np.intp], n_batches: int) -> list[NDArray[np.intp]]:
    """Split ``index`` into ``n_batches`` parts whose sizes differ by at most one."""
    return np.array_split(index, n_batches)


@contextmanager
def evaluating(net: nn.Module) -> Iterator[nn.Module]:
    """Hold ``net`` in evaluation mode without gradients, then put every mode back."""
    modes = [(module, module.training) for module in net.modules()]
    net.eval()
    try:
        with torch.no_grad():
            yield net
    finally:
        for module, mode in modes:
            module.training = mode


def one_value_a_row(values: Tensor, n: int) -> Tensor:
    """Return critic output of shape (n,) or (n, 1) as (n,), or refuse it."""
    if values.shape not in ((n,), (n, 1)):
        raise ValueError(f"the net gave shape {tuple(values.shape)} for {n} rows; it must give one value a row")
    return values.reshape(-1)


def critic_values(net: nn.Module, inputs: Rows) -> Tensor:
    """Critic values of shape (n,), in chunks, changing nothing."""
    with evaluating(net):
        n = len(inputs[0])
        chunks = (tuple(a[i : i + CHUNK] for a in inputs) for i in range(0, n, CHUNK))
        return torch.cat([one_value_a_row(net(*chunk), len(chunk[0])) for chunk in chunks])


def check_fit(net: nn.Module, inputs: Rows) -> None:
    """Refuse a net that does not take these inputs; two rows are enough to tell."""
    try:
        critic_values(net, tuple(a[:2] for a in inputs))
    except (RuntimeError, TypeError) as error:
        columns = " and ".join(str(a.shape[1]) for a in inputs)
        raise ValueError(f"the net does not take rows of {columns} columns: {error}") from error


def check_enough(n: int, n_iters: int, name: str) -> None:
    """Refuse fewer samples than minibatches."""
    if n < n_iters:
        raise ValueError(
            f"{name} has {n} rows, fewer than n_iters_per_epoch={n_iters}; give more rows or at most {n} minibatches"
        )


def parameter_like(net: Any) -> Tensor:
    """The parameter whose dtype and device the data must share."""
    if not isinstance(net, nn.Module):
        raise TypeError(f"net must be a torch.nn.Module, not {type(net).__name__}")
    if not trainable(net):
        raise ValueError("net has no trainable parameter")
    places = {(p.device, p.dtype) for p in net.parameters()}
    if len(places) > 1:
        raise ValueError(f"net's parameters lie on several devices or dtypes: {sorted(map(str, places))}")
    like = trainable(net)[0]
    if like.dtype not in (torch.float32, torch.float64):
        raise ValueError(f"net's parameters are {like.dtype}; make it net.float() or net.double()")
    return like


def _is_true(answer: Any) -> bool:
    """Whether a callback said True, in Python's, NumPy's or torch's words."""
    if is_tensor(answer):
        return answer.dtype == torch.bool and answer.numel() == 1 and bool(answer)
    return isinstance(answer, (bool, np.bool_)) and bool(answer)


class Trainer(Resumable):
    """Base of all trainers; see :class:`dv.DVTrainer` for the arguments.

    A subclass gives ``_minibatches()``, which yields two tuples of tensors (the joint and
    the reference rows of the critic's inputs); ``_epoch()``, the loop over them as the
    course writes it; ``_fast_loss(t, n)``, the same loss with its gradient in the manner of
    :mod:`dv._fast.losses`; and ``_training_value()``. With state of its own also
    ``_extra_state()`` and ``_load_extra_state(state)``.
    """

    def __init__(
        self,
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
        if engine not in ENGINES:
            raise ValueError(f"engine={engine!r} is unknown; choose one of {', '.join(ENGINES)}")
        self.like, self.net = parameter_like(net), net
        self.n_iters_per_epoch = check_size(n_iters_per_epoch, "n_iters_per_epoch")
        self.engine, self.adam_params, self._make_scheduler = engine, kwargs, scheduler
        self.writer_params, self.writer = writer_params, None
        self.callbacks, self.progress, self._rows = list(callbacks), progress, []
        (self.rng,) = as_generator(rng, "training").spawn(1)
        (torch_rng,) = self.rng.spawn(1)
        self.generators = OwnGenerators(self.like.device, int(torch_rng.integers(2**62)))
        self._make_optimizer()

    _fast_loss: Callable[[Array, int], tuple[float, Array]]

    def _minibatches(self) -> Iterator[tuple[Rows, Rows]]:
        raise NotImplementedError

    def _epoch(self) -> Iterator[tuple[float, Tensor, Tensor]]:
        raise NotImplementedError

    def _training_value(self) -> float:
        raise NotImplementedError

    def _make_optimizer(self) -> None:
        """Choose the way: by hand on the CPU, or autograd and torch's own Adam."""
        by_hand = self.engine == "fast" and self.like.device.type == "cpu"
        self.fast = FastStep(self.net) if by_hand else None
        make, parameters = (FlatAdam, [self.fast.vector]) if by_hand else (torch.optim.Adam, trainable(self.net))
        self.optimizer = make(parameters, **self.adam_params)
        self.scheduler = None if self._make_scheduler is None else self._make_scheduler(self.optimizer)
        self._parameters, self._plan = trainable(self.net), plan(self.net)
        self._place = (self.like.device, self.like.dtype)

    def step(self, epochs: int = 1) -> float:
        """Train for ``epochs`` epochs and return the value of the bound over all the training data.

        Returns
        -------
        float
            Nats. It is a *training* value: use :meth:`estimate` on other data.

        Raises
        ------
        FloatingPointError
            A loss that is not finite. The last good state is kept.
        ValueError
            The net was changed after the trainer was made.
        KeyboardInterrupt
            The epoch under way is undone; :meth:`step` goes on from there.
        """
        epochs = check_size(epochs, "epochs")
        self._check_net()
        self._undo_epoch()
        if self.fast:
            self.fast.attach()
        try:
            with progress_bar(epochs, self.progress) as bar, one_thread() if self._plan else nullcontext():
                for _ in bar:
                    self._run_epoch()
                    if any([_is_true(callback(self)) for callback in self.callbacks]):
                        break
        finally:
            self._undo_epoch()
            if self.writer is not None:
                self.writer.flush()
        return self._rows[-1]["training_value"]

    @np.errstate(all="ignore")  # _check refuses what is not finite
    def _run_epoch(self) -> None:
        self._undo = self._snapshot()
        self.net.train()
        epoch, losses, values = len(self._rows) + 1, [], []
        steps = self._fast_epoch() if self.fast else self._epoch()
        with nullcontext() if self._plan else self.generators.lent():  # a plain perceptron draws nothing
            for loss, *values in steps:
                losses.append(loss)
                self._check(loss, epoch, len(losses), *values)
        row = {"epoch": epoch, "loss": float(np.mean(losses)), "training_value": self._training_value()}
        self._check(row["training_value"], epoch, len(losses), *values)
        if isinstance(self.scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
            self.scheduler.step(row["loss"])
        elif self.scheduler is not None:
            self.scheduler.step()
        self._rows.append(row)
        self._undo = None
        self._log(row)

    def _fast_epoch(self) -> Iterator[tuple[float, Array, Array]]:
        """What :meth:`_epoch` does, by hand (:mod:`dv.trainers.fast`)."""
        for joint, ref in self._minibatches():
            n = len(joint[0])
            t = self._fast_values(joint, ref)
            loss, gradient = self._fast_loss(t, n)
            self.fast.backward(gradient)
            self.optimizer.step()
            yield loss, t[..., :n], t[..., n:]

    def _fast_values(self, joint: Rows, ref: Rows) -> Array:
        """Critic values on a minibatch, in one pass over both samples, the joint rows first."""
        return self.fast.forward([torch.cat(pair) for pair in zip(joint, ref, strict=True)])

    def _check_net(self) -> None:
        """Refuse a net that is no longer the one the trainer was made for."""
        now = trainable(self.net)
        if [id(p) for p in now] != [id(p) for p in self._parameters] or plan(self.net) != self._plan:
            raise ValueError(
                "a layer of the net was replaced, frozen or freed after the trainer was made; make a new trainer for it"
            )
        for device, dtype in {(p.device, p.dtype) for p in now} - {self._place}:
            raise ValueError(
                f"the net was moved to {device}, {dtype} after the trainer was made; make a new trainer for it"
            )

    def _check(self, loss: float, epoch: int, iteration: int, t: Values, t_ref: Values) -> None:
        """Stop at a loss or a value that is not finite."""
        if math.isfinite(loss):
            return

        def describe(t: Values) -> str:
            t = torch.as_tensor(t).detach()
            return f"{t.numel()} critic values from {t.min():.4g} to {t.max():.4g}, mean {t.mean():.4g}"

        step = (epoch - 1) * self.n_iters_per_epoch + iteration
        raise FloatingPointError(
            f"the loss is {loss} at step {step} (epoch {epoch}, minibatch {iteration}): "
            f"joint {describe(t)}; reference {describe(t_ref)}. "
            f"The state after epoch {epoch - 1} is kept. Try a smaller lr "
            f"(now {self.optimizer.param_groups[0]['lr']:g}), larger minibatches, or standardised data."
        )

    def _rows_at(self, data: Rows, index: NDArray[np.intp]) -> Rows:
        """Rows of ``data``, a tuple of tensors, at a NumPy index."""
        rows = torch.from_numpy(index).to(self.like.device)
        return tuple(a[rows] for a in data)

    @property
    def history(self) -> "pd.DataFrame":
        """One row an epoch: ``epoch``, ``loss`` (mean over its minibatches), ``training_value`` (nats)."""
        with needed_by("history"):
            import pandas as pd

        return pd.DataFrame(self._rows, columns=["epoch", "loss", "training_value"])

    def _log(self, row: dict[str, Any]) -> None:
        if self.writer_params is None:
            return
        if self.writer is None:
            from torch.utils.tensorboard import SummaryWriter

            self.writer = SummaryWriter(**self.writer_params)
        for name in ("loss", "training_value"):
            self.writer.add_scalar(name, row[name], row["epoch"])
