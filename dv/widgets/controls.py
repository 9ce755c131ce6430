"""What a reader can move: sliders, check boxes, choices and a button for another draw.

A control is a list of values with a text for each. Some of the values are *stops*:
a page with no Python behind it offers those, a live notebook offers all.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from numbers import Integral, Real
from typing import Any

import numpy as np

STOPS = 13
_FINE = 200  # values of a logarithmic slider
_BETWEEN = 8  # values from one given stop to the next


@dataclass(frozen=True)
class Control:
    """One control: its values, their texts, the stops and the default, by index."""

    kind: str
    values: tuple
    texts: tuple
    stops: tuple
    default: int
    label: str | None = None

    def at_stops(self):
        """Return the control with its stops alone, as a page without Python offers it."""
        pick = lambda things: tuple(things[k] for k in self.stops)  # noqa: E731
        return replace(
            self,
            values=pick(self.values),
            texts=pick(self.texts),
            stops=tuple(range(len(self.stops))),
            default=self.stops.index(self.default),
        )

    def value(self, index):
        """Return the value at ``index``; a button draws on without end."""
        if self.kind == "redraw":
            return self.values[0] + index
        return self.values[index]

    def text(self, index):
        return self.texts[index] if index < len(self.texts) else f"{index + 1}"


def slider(
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    *,
    log: bool = False,
    stops: int | Sequence[float] = STOPS,
    value: float | None = None,
    label: str | None = None,
    text: str | None = None,
    only_stops: bool = False,
) -> Control:
    """Return a slider over whole numbers (both ends whole) or real ones.

    Parameters
    ----------
    low, high, step
        The ends, both included, and the step from value to value: 1 for whole
        numbers, a hundredth of the range otherwise. The last step is shorter
        where the range is no multiple of it.
    log : bool
        Whether equal moves multiply by equal factors (there is no step then).
    stops : int or list
        What a page without Python offers: a number of stops spread evenly, or
        the stops themselves. With a list the ends may be left out, and the
        slider moves evenly from stop to stop.
    value
        The default, itself a stop; unless told, the stop in the middle.
    label : str
        What stands before the slider; unless told, the parameter's name.
    text : str
        A format for the values, such as ``"{:.2f} nats"``; unless told, as many
        digits as tell each value from its neighbours, four or more.
    only_stops : bool
        Whether a live notebook, too, offers the stops alone, as it must where
        the function looks up what was recorded for them.

    Examples
    --------
    >>> slider(2, 1000, log=True, stops=4).at_stops().values
    (2, 16, 126, 1000)
    >>> slider(stops=[2, 10, 100], value=10).at_stops().texts
    ('2', '10', '100')
    >>> slider(100000.0, 100010.0, 2.5).texts
    ('100000', '100002.5', '100005', '100007.5', '100010')
    >>> slider(0, 10, 3).values
    (0, 3, 6, 9, 10)
    """
    if isinstance(stops, Integral):
        stops, values = _spread(low, high, step, log, stops)
    elif (low, high, step, log) == (None, None, None, False):
        stops, values = _between(stops)
    else:
        raise ValueError("give either the ends of a slider or the list of its stops, not both")
    value = stops[len(stops) // 2] if value is None else value
    if not stops[0] <= value <= stops[-1]:
        raise ValueError(f"value={value} is not between {stops[0]} and {stops[-1]}")
    stops = sorted({*stops, value})
    values = stops if only_stops else sorted({*values, *stops})
    form = text or ("{:,}" if all(isinstance(v, Integral) for v in values) else _form(values))
    texts, places = tuple(map(form.format, values)), tuple(map(values.index, stops))
    return Control("slider", tuple(values), texts, places, values.index(value), label)


def _form(values):
    """A format with the fewest digits, four or more, that misstates no step by over a tenth."""
    values = np.array(values, dtype=float)
    steps = np.diff(values)
    nearest = np.minimum(np.append(steps, np.inf), np.insert(steps, 0, np.inf))
    forms = [f"{{:.{digits}g}}" for digits in range(4, 17)]
    for form in forms:
        if (np.abs([float(form.format(v)) - v for v in values]) <= nearest / 10).all():
            return form
    return forms[-1]


def _spread(low, high, step, log, count):
    """Return ``count`` stops spread over the range, and all its values."""
    low, high = _rising([low, high], "low, high")
    if count < 2:
        raise ValueError(f"stops={count} is too few: a slider has at least 2")
    whole = all(isinstance(v, Integral) for v in (low, high, step or 0))
    if log:
        if low <= 0:
            raise ValueError(f"a logarithmic slider starts above 0, not at {low}")
        return _tidy(np.geomspace(low, high, count), whole), _tidy(np.geomspace(low, high, _FINE), whole)
    step = (1 if whole else (high - low) / 100) if step is None else step
    if not 0 < step <= high - low:
        raise ValueError(f"step={step} must be above 0 and at most {high} - {low}")
    below = low + step * np.arange(np.ceil((high - low) / step * (1 - 1e-9)))  # all but the end
    below[np.abs(below) < 1e-9 * step] = 0  # −0.3 + 3 · 0.1 is not quite
    values = _tidy(np.append(below, high), whole)
    places = np.linspace(0, len(values) - 1, min(count, len(values))).round().astype(int)
    return [values[k] for k in places], values


def _between(stops):
    """Return the stops given, and values that move evenly from stop to stop."""
    stops = _rising(stops, "stops")
    places = np.linspace(0, len(stops) - 1, _BETWEEN * (len(stops) - 1) + 1)
    values = np.interp(places, range(len(stops)), stops)
    return stops, _tidy(values, all(isinstance(stop, Integral) for stop in stops))


def _tidy(values, whole):
    return sorted({round(v) if whole else float(f"{v:.12g}") for v in values.tolist()})


def _rising(numbers, name):
    numbers = list(numbers)
    if not all(isinstance(v, Real) and math.isfinite(v) for v in numbers):
        raise TypeError(f"{name}={numbers} must be finite numbers")
    if len(numbers) < 2 or any(a >= b for a, b in pairwise(numbers)):
        raise ValueError(f"{name}={numbers} must rise from each to the next")
    return numbers


def checkbox(value: bool = False, *, label: str | None = None) -> Control:
    """Return a check box; the function gets ``True`` or ``False``."""
    return Control("checkbox", (False, True), ("off", "on"), (0, 1), int(bool(value)), label)


def choice(options: Mapping[str, Any] | Sequence, *, value: Any = None, label: str | None = None) -> Control:
    """Return a list to choose from: the options, or a dict of texts and values.

    ``value`` is the default, one of the values; unless told, the first.
    """
    pairs = options.items() if isinstance(options, dict) else [(str(v), v) for v in options]
    texts, values = zip(*pairs, strict=True) if pairs else ((), ())
    if not values:
        raise ValueError("a choice needs at least one option")
    if value is not None and value not in values:
        raise ValueError(f"value={value!r} is none of the options {list(values)}")
    default = 0 if value is None else values.index(value)
    return Control("choice", values, tuple(map(str, texts)), tuple(range(len(values))), default, label)


def redraw(draws: int = 3, *, seed: int = 0, label: str | None = None) -> Control:
    """Return a button for another random draw; the function gets an int seed.

    The seeds are ``seed, seed + 1, …``. A page without Python goes round the
    first ``draws`` of them.
    """
    if not isinstance(draws, Integral) or draws < 1:
        raise ValueError(f"draws={draws!r} must be a whole number above 0")
    seeds = tuple(range(seed, seed + draws))
    texts = tuple(f"draw {k + 1}" for k in range(draws))
    return Control("redraw", seeds, texts, tuple(range(draws)), 0, label or "Draw again")


def as_control(given: Any, name: str) -> Control:
    """Return a control for ``given``, which may be written short.

    ``True`` or ``False`` is a check box, ``(low, high)`` or ``(low, high, step)``
    a slider, a list of numbers a slider with these stops, a dict or a list of
    anything else a choice.
    """
    if isinstance(given, Control):
        return given
    if isinstance(given, (bool, np.bool_)):
        return checkbox(bool(given))
    if isinstance(given, tuple) and len(given) in (2, 3):
        return slider(*given)
    if isinstance(given, dict):
        return choice(given)
    if isinstance(given, list) and given:
        numbers = all(isinstance(v, Real) and not isinstance(v, bool) for v in given)
        return slider(stops=given) if numbers else choice(given)
    raise TypeError(
        f"{name}={given!r} is no control: give (low, high), a list of stops, True or False, "
        "a list of options, or one of dv.slider, dv.choice, dv.checkbox, dv.redraw"
    )
