"""Whatever an answer returns, as plain Python and NumPy data.

Objects are never compared: an object may define ``==`` to its own advantage.
"""

import numbers
import sys

import numpy as np


class NotPlain(TypeError):
    """A value that is not made of numbers, truth values and text."""


def plain(value, depth=0):
    """Copy `value` into None, bool, int, float, str, list, tuple, dict and base arrays."""
    if depth > 20:
        raise NotPlain("a value that contains itself")
    if value is None or type(value) is bool:
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):  # the base type's own conversion, not a subclass's
            return {int: int.__int__, float: float.__float__, str: str.__str__}[kind](value)
    if isinstance(value, (list, tuple)):
        kind, items = (list, list.__iter__(value)) if isinstance(value, list) else (tuple, tuple.__iter__(value))
        return kind(plain(item, depth + 1) for item in items)
    if isinstance(value, dict):
        return {plain(key, depth + 1): plain(item, depth + 1) for key, item in dict.items(value)}
    return _library_value(value)


def _library_value(value):
    pandas, torch = sys.modules.get("pandas"), sys.modules.get("torch")
    if pandas and isinstance(value, pandas.DataFrame):
        return {plain(name): plain(value[name].to_numpy()) for name in value.columns}
    if pandas and isinstance(value, pandas.Series):
        value = value.to_numpy()
    if torch and isinstance(value, torch.Tensor):
        value = value.detach().cpu().resolve_conj().numpy()
    if isinstance(value, np.generic):
        return plain(value.item()) if not isinstance(value.item(), np.generic) else float(value)
    if isinstance(value, np.ndarray):
        value = np.array(value, subok=False)
        if value.dtype.kind in "biuf":
            return value
        raise NotPlain(f"an array of {value.dtype}")
    if isinstance(value, numbers.Real):  # a Fraction, say
        return float(float(value))
    raise NotPlain(f"an object of type {type(value).__name__}")
