"""Where functions become machine code, which is kept on disk for the next process."""

from contextlib import suppress
from functools import wraps

import numba


def compiled(function=None, **options):
    """As ``numba.njit``, with the machine code kept between processes wherever it can be.

    Beside the source file, in the user's cache folder, or in ``NUMBA_CACHE_DIR``; where
    none of them can be written it is made anew in each process.

    Numba takes a file's own text (before 0.68 its time and length) as the key to what it
    keeps for it: after a change of a function in *another* file it would go on using the
    old one. Compiled functions that call each other therefore stand in one file, with the
    constants that they use.
    """
    if function is None:
        return lambda function: compiled(function, **options)
    try:
        dispatcher = numba.njit(function, cache=True, **options)
    except RuntimeError:  # no folder can be written
        return numba.njit(function, **options)
    return _forgiving(dispatcher)


def _forgiving(dispatcher):
    """Let whatever goes wrong with the folder (full, closed since the import, spoilt) cost time alone."""
    cache = getattr(dispatcher, "_cache", None)  # none with NUMBA_DISABLE_JIT
    for name in ("load_overload", "save_overload") if cache else ():
        setattr(cache, name, _or_none(getattr(cache, name)))
    return dispatcher


def _or_none(method):
    @wraps(method)
    def attempt(*args):
        with suppress(Exception):
            return method(*args)

    return attempt
