"""The checker of the shapes in signatures, for jaxtyping's import hook.

In each test the first calls of every function are checked: training makes the same call thousands of times.
"""

import functools
import operator
import sys

from beartype import BeartypeConf, beartype

CALLS = 20
_calls, _let_be = {}, []


def begin():
    """Check from here on, as if no function had been called yet."""
    _calls.clear()
    while _let_be:
        _let_be.pop().__no_type_check__ = False


def check(stub):
    """The checker of one function; jaxtyping gives a stub of its name and signature."""
    if "<locals>" in stub.__qualname__:
        return stub  # made anew at each call of what holds it, and so would its checker be
    checked = beartype(conf=BeartypeConf(is_pep484_tower=True))(stub)  # an int is a float

    @functools.wraps(stub)
    def checker(*arguments, **named):
        _calls[stub] = _calls.get(stub, 0) + 1
        if _calls[stub] < CALLS:
            return checked(*arguments, **named)
        function = operator.attrgetter(stub.__qualname__)(sys.modules[stub.__module__])
        function.__no_type_check__ = True  # which jaxtyping asks before each call
        return _let_be.append(function)

    return checker
