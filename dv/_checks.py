"""Refusals at the door, shared by all: say what was given and what to do."""

import operator
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


def is_tensor(data: object) -> "TypeGuard[torch.Tensor]":
    """Tell a torch tensor without importing torch."""
    return type(data).__module__.partition(".")[0] == "torch" or hasattr(data, "requires_grad_")


def check_size(value: Any, name: str, minimum: int = 1) -> int:
    """Return ``value`` as an int of at least ``minimum``."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        size = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}={value!r} must be a whole number") from None
    if size < minimum:
        raise ValueError(f"{name}={size} must be at least {minimum}")
    return size


def check_positive(value: Any, name: str) -> float:
    """Return ``value`` as a finite float above zero."""
    scalar = value.item() if getattr(value, "ndim", None) == 0 else value
    if isinstance(scalar, bool) or not isinstance(scalar, Real):
        raise TypeError(f"{name}={value!r} must be a number")
    number = float(scalar)
    if not 0 < number < float("inf"):
        raise ValueError(f"{name}={value!r} must be a finite number above 0")
    return number


def check_rows(data: Any, name: str) -> Any:
    """Refuse data without rows, or with rows of nothing: a scalar, or an empty array."""
    if data.ndim == 0:
        raise ValueError(f"{name} is a single number; give an array of shape (n,) or (n, d)")
    if len(data) == 0:
        raise ValueError(f"{name} is empty; give at least one row")
    if 0 in data.shape:
        raise ValueError(f"{name} has shape {tuple(data.shape)}, rows of nothing; give at least one column")
    return data


def _check_finite(finite: Any, name: str) -> None:
    """Refuse NaN and infinities, given a table (n, d) of what is finite."""
    if not finite.all():
        row = int((~finite).any(1).nonzero()[0][0])
        raise ValueError(
            f"{name} has {int((~finite).sum())} values that are NaN or infinite, the first in row {row}; "
            "drop or replace them"
        )


def _numbers(data: Any, name: str) -> NDArray[Any]:
    """Return ``data`` as an array of real numbers."""
    array = np.asarray(data)
    if array.dtype == object and hasattr(data, "astype"):  # a frame of nullable columns
        array = np.asarray(data.astype(float))
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}; give real numbers")
    return array


def _check_shape(data: Any, name: str) -> None:
    """Refuse what is not (n,) or (n, d) with n and d at least 1."""
    if check_rows(data, name).ndim > 2:
        raise ValueError(f"{name} has shape {tuple(data.shape)}; give (n,) or (n, d)")


def as_tensor(data: Any, name: str, like: "torch.Tensor") -> "torch.Tensor":
    """Return a copy of ``data`` as a finite tensor of shape (n, d), in the dtype and on the device of ``like``.

    Shape (n,) becomes (n, 1). A tensor on another device is refused, since
    moving data behind the reader's back is slow and hides mistakes.
    """
    import torch

    if not is_tensor(data):
        array = _numbers(data, name)
        with np.errstate(over="ignore"):  # what is too large becomes infinite and is refused
            array = np.array(array, dtype=str(like.dtype).removeprefix("torch."), order="C")
        data = torch.from_numpy(array).to(like.device)
    if data.is_complex():
        raise TypeError(f"{name} has dtype {data.dtype}; give real numbers")
    _check_shape(data, name)
    if data.device != like.device:
        raise ValueError(
            f"{name} is on {data.device} but the net is on {like.device}; "
            f"move one of them, for example net.to('{data.device}') before the trainer is made"
        )
    data = data.detach().to(like.dtype, copy=True).reshape(len(data), -1)
    _check_finite(torch.isfinite(data), name)
    return data


def check_same(a: Any, b: Any, name_a: str, name_b: str, axis: int, what: str) -> None:
    """Refuse two tensors whose sizes differ along ``axis``."""
    if a.shape[axis] != b.shape[axis]:
        raise ValueError(f"{name_a} has {a.shape[axis]} {what} but {name_b} has {b.shape[axis]}; they must agree")


def as_array(data: Any, name: str) -> NDArray[np.float64]:
    """Return a copy of ``data`` (array, tensor or data frame) as a finite float64 array of shape (n, d)."""
    if is_tensor(data):
        data = data.detach().cpu()
        data = (data if data.is_complex() else data.double()).numpy()
    array = _numbers(data, name)
    _check_shape(array, name)
    array = array.reshape(len(array), -1).astype(float)
    _check_finite(np.isfinite(array), name)
    return array
