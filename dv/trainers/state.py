"""What a trainer can go back to and go on from: snapshots, undo, files, copies."""

import copy
import os
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from .fast import flat_state, per_parameter, trainable
from .generators import OwnGenerators

State = dict[str, Any]


class Resumable:
    """The part of a trainer that keeps its state.

    An epoch is a transaction: a snapshot is taken when it begins, and an epoch that
    does not end is undone as a whole.
    """

    net: nn.Module
    like: torch.Tensor
    n_iters_per_epoch: int
    optimizer: torch.optim.Optimizer
    scheduler: Any
    fast: Any  # FastStep, or None where autograd does the work
    rng: np.random.Generator
    generators: OwnGenerators
    _rows: list[dict[str, Any]]
    _undo: State | None = None

    def _make_optimizer(self) -> None:
        raise NotImplementedError

    def _settings(self) -> State:
        """What a saved state must share with the trainer that loads it."""
        return {"trainer": type(self).__name__, "n_iters_per_epoch": self.n_iters_per_epoch}

    def _extra_state(self) -> State:
        return {}

    def _load_extra_state(self, state: State) -> None:
        pass

    def _snapshot(self) -> State:
        return {
            "net": {name: value.clone() for name, value in self.net.state_dict().items()},
            "optimizer": copy.deepcopy(self.optimizer.state_dict()),
            "scheduler": None if self.scheduler is None else copy.deepcopy(self.scheduler.state_dict()),
            "generator": self.rng.bit_generator.state,
            "torch": self.generators.state,
            "extra": self._extra_state(),
            "epochs": len(self._rows),
        }

    def _restore(self, state: State) -> None:
        self.net.load_state_dict(state["net"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.scheduler is not None:
            if state["scheduler"].keys() != self.scheduler.state_dict().keys():
                raise ValueError("it has the state of another learning-rate scheduler")
            self.scheduler.load_state_dict(state["scheduler"])
        self.rng.bit_generator.state = state["generator"]
        self.generators.state = state["torch"]
        self._load_extra_state(state["extra"])
        del self._rows[state["epochs"] :]

    def _undo_epoch(self) -> None:
        """Go back to the end of the last whole epoch, if one was left unfinished."""
        if self._undo is not None:
            self._restore(copy.deepcopy(self._undo))
            self._undo = None

    def state_dict(self) -> State:
        """All that is needed to go on bit for bit: weights, optimiser, scheduler, generators, history.

        The optimiser's part is that of ``torch.optim.Adam`` on the net's parameters,
        whichever way the trainer goes.
        """
        self._undo_epoch()
        state = self._snapshot()
        if self.fast:
            state["optimizer"] = per_parameter(state["optimizer"], self.fast)
        return {**state, "settings": self._settings(), "history": [dict(row) for row in self._rows]}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``; the trainer must have been made with the same data and settings.

        Raises
        ------
        ValueError
            A state of another trainer, or one that is not whole; the trainer stays as it was.
        """
        if not isinstance(state, dict) or not {"settings", "history", "net", "optimizer"} <= state.keys():
            raise ValueError("this is no state of a trainer: give what state_dict() returned or save() wrote")
        if state["settings"] != self._settings():
            raise ValueError(f"the state is of {state['settings']}, this trainer is {self._settings()}")
        self._undo_epoch()
        before, rows, state = self._snapshot(), self._rows, copy.deepcopy(state)
        try:
            if self.fast:
                state["optimizer"] = flat_state(state["optimizer"])
            self._rows = state["history"]
            self._restore(state)
        except Exception as error:
            self._rows = rows
            self._restore(before)
            raise ValueError(f"the state does not fit this trainer, which stays as it was: {error}") from error

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write :meth:`state_dict` to ``path``, whole or not at all."""
        path = Path(path)
        part = path.with_name(path.name + ".part")
        torch.save(self.state_dict(), part)
        part.replace(path)

    def load(self, path: str | os.PathLike[str]) -> None:
        """Read what :meth:`save` wrote and go on from there.

        Raises
        ------
        FileNotFoundError
            There is no such file.
        ValueError
            The file was not written by :meth:`save`, or by a trainer with other data or settings.
        """
        try:
            state = torch.load(path, map_location=self.like.device, weights_only=True)
        except OSError:
            raise
        except Exception as error:  # torch raises whatever went wrong in reading
            raise ValueError(f"{path} was not written by a trainer's save(): {type(error).__name__}") from error
        self.load_state_dict(state)

    def __getstate__(self) -> State:
        """For copies and pickles: the net, the data and the state, and what it takes to make the rest."""
        made_anew = ("fast", "like", "optimizer", "scheduler", "writer", "_parameters", "_undo")
        return {
            "attributes": {name: value for name, value in self.__dict__.items() if name not in made_anew},
            "state": self.state_dict(),
        }

    def __setstate__(self, given: State) -> None:
        self.__dict__.update(given["attributes"], writer=None)
        self.like = trainable(self.net)[0]
        self._make_optimizer()
        self.load_state_dict(given["state"])
