"""Refusals at the door, shared by all: say what was given and what to do."""

import operator

import numpy as np


def is_tensor(data):
    """Tell a torch tensor without importing torch."""
    return type(data).__module__.partition(".")[0] == "torch" or hasattr(data, "requires_grad_")


def check_size(value, name, minimum=1):
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


def check_positive(value, name):
    """Return ``value`` as a finite float above zero."""
    number = float(value)
    if not 0 < number < float("inf"):
        raise ValueError(f"{name}={value!r} must be a finite number above 0")
    return number


def check_rows(data, name):
    """Refuse data without rows: a scalar, or an empty array."""
    if data.ndim == 0:
        raise ValueError(f"{name} is a single number; give an array of shape (n,) or (n, d)")
    if len(data) == 0:
        raise ValueError(f"{name} is empty; give at least one row")
    return data


def _check_finite(finite, name):
    """Refuse NaN and infinities, given a table (n, d) of what is finite."""
    if not finite.all():
        row = int((~finite).any(1).nonzero()[0][0])
        raise ValueError(
            f"{name} has {int((~finite).sum())} values that are NaN or infinite, the first in row {row}; "
            "drop or replace them"
        )


def as_tensor(data, name, like=None):
    """Return ``data`` as a finite float tensor of shape (n, d).

    Shape (n,) becomes (n, 1). With ``like`` (a parameter of the critic), arrays
    take its dtype and device; a tensor on another device is refused, since
    moving data behind the reader's back is slow and hides mistakes.
    """
    import torch

    if not is_tensor(data):
        array = np.asarray(data)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"{name} has dtype {array.dtype}; give real numbers")
        data = torch.tensor(array, device=None if like is None else like.device)
    if data.is_complex():
        raise TypeError(f"{name} has dtype {data.dtype}; give real numbers")
    check_rows(data, name)
    if data.ndim > 2:
        raise ValueError(f"{name} has shape {tuple(data.shape)}; give (n,) or (n, d)")
    if like is not None and data.device != like.device:
        raise ValueError(
            f"{name} is on {data.device} but the net is on {like.device}; "
            f"move one of them, for example net.to('{data.device}') before the trainer is made"
        )
    if not data.is_floating_point():
        data = data.to(torch.get_default_dtype())
    data = data.detach().to(data.dtype if like is None else like.dtype)
    _check_finite(torch.isfinite(data).reshape(len(data), -1), name)
    return data.reshape(len(data), -1)


def check_same(a, b, name_a, name_b, axis, what):
    """Refuse two tensors whose sizes differ along ``axis``."""
    if a.shape[axis] != b.shape[axis]:
        raise ValueError(
            f"{name_a} has {a.shape[axis]} {what} but {name_b} has {b.shape[axis]}; they must agree"
        )


def as_array(data, name):
    """Return ``data`` (array, tensor or data frame) as a finite float64 array of shape (n, d)."""
    if is_tensor(data):
        data = data.detach().cpu()
        data = (data if data.is_complex() else data.double()).numpy()
    array = np.asarray(data)
    if array.dtype == object and hasattr(data, "astype"):
        array = np.asarray(data.astype(float))
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}; give real numbers")
    check_rows(array, name)
    if array.ndim > 2:
        raise ValueError(f"{name} has shape {array.shape}; give (n,) or (n, d)")
    array = array.reshape(len(array), -1).astype(float)
    _check_finite(np.isfinite(array), name)
    return array
