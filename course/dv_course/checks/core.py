"""The core of every hidden check: an answer that can be called and cannot fool.

A check sees an `Answer`, never the student's function. A call gives it copies of
its arguments, bounds its time, keeps it silent, and hands back plain data. So each
check may compare what it gets with ``==`` and NumPy.
"""

import contextlib
import copy
import importlib
import os
import pickle
import random
import re
import traceback
import warnings
from typing import Any

import numpy as np

from . import wire
from .plain import NotPlain, plain
from .timelimit import OutOfTime, limited

SECONDS = 5.0  # of processor time, for one call of an answer


_OF_THE_CLASS = []  # what a class's hidden inputs depend on, beside the seeds that the checks name
_STUDENT = [""]  # whose answer is checked


def seed_of_class(seed):
    """Draw all hidden inputs from `seed`, a whole number from 0, or as they are drawn without one (None)."""
    if seed is not None and (type(seed) is not int or seed < 0):
        raise ValueError(f"the seed of hidden checks must be a whole number from 0, not {seed!r}")
    _OF_THE_CLASS[:] = [] if seed is None else [seed]


def fresh(*key):
    """A generator of hidden inputs: always the same for a key and a class."""
    return np.random.default_rng([*_OF_THE_CLASS, *key])


def answered_by(student):
    """From now on answers of this student are checked."""
    _STUDENT[0] = student


def variant():
    """A generator of the numbers that are one student's own: ``np.random.default_rng(list(student.encode()))``."""
    return np.random.default_rng(list(_STUDENT[0].encode()))


class Wrong(AssertionError):
    """An answer is wrong. The message is for the student, and all that is shown."""

    def _render_traceback_(self):
        return [f"Not yet: {self}"]


class Unreachable(ConnectionError):
    """The grader's judge does not answer, which says nothing about the answer."""


def require(condition, message):
    """Refuse the answer with `message` unless `condition` holds (everywhere, if an array)."""
    if not np.all(condition):
        raise Wrong(message)


def named(value, slips, otherwise, within=1e-9):
    """What to say of a wrong `value`: the name of the first slip, (value, name), that it is, or `otherwise`."""
    return next((name for slip, name in slips if abs(value - slip) < within), otherwise)


def number(value, what="the answer"):
    """The finite float that `value` is, or `Wrong`."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(())[()].item()
    if type(value) not in (int, float):
        raise Wrong(f"{what} must be a number, not {_described(value)}")
    if not np.isfinite(value):
        raise Wrong(f"{what} must be finite, not {value}")
    return float(value)


def array(value, shape=None, what="the answer"):
    """The array of finite floats that `value` is, of the given shape, or `Wrong`."""
    try:
        made = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"{what} must be an array of numbers, not {_described(value)}") from None
    if value is None:
        raise Wrong(f"{what} is None: is there a return?")
    if shape is not None and made.shape != tuple(shape):
        raise Wrong(f"{what} must have shape {tuple(shape)}, not {made.shape}")
    if not np.isfinite(made).all():
        raise Wrong(f"{what} must be finite, without NaN or infinity")
    return made


def _described(value):
    if value is None:
        return "None: is there a return?"
    return f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__


class Answer:
    """A student's answer, called as the function itself is.

    ``answer(*args)`` returns plain data (see `plain`). The arguments are copied, so a
    generator given twice starts twice at the same place. The answer must leave the
    arrays it is given, and the global generators of NumPy and of Python, as they were.

    ``runner(probe, args, kwargs, seconds)`` runs a probe beside the function: here (`Runner`)
    or in the student's process (the grader's judge).
    """

    def __init__(self, runner, name="the answer", seconds=SECONDS):
        self.runner, self.name, self.seconds = runner, name, seconds

    def __call__(self, *args, **kwargs):
        return self.via(_call, *args, **kwargs)

    def number(self, *args, **kwargs):
        return number(self(*args, **kwargs), f"the value of {self.name}")

    def array(self, *args, shape=None, **kwargs):
        return array(self(*args, **kwargs), shape, f"the value of {self.name}")

    def via(self, probe, *args, **kwargs):
        """``probe(function, *args, **kwargs)`` as plain data.

        For what numbers cannot show: a gradient, the state of an object, a call-back.
        The probe is a function of the check's module and runs beside the answer.
        """
        return self.runner(probe, args, kwargs, self.seconds)

    def refuses(self, error, *args, **kwargs):
        """Whether the call raises `error`, a built-in exception."""
        return self.via(_raises, error, args, kwargs)


class Runner:
    """Runs probes beside a student's function: on copies, silent, and bounded in time."""

    def __init__(self, function):
        self.function = function
        name = getattr(function, "__name__", None)
        self.name = name if type(name) is str else "the answer"

    def __call__(self, probe, args, kwargs, seconds):
        given = copy.deepcopy((args, kwargs))
        before = _global_state()
        try:
            with _quiet():
                value = limited(seconds, lambda: plain(probe(self.function, *given[0], **given[1])))
        except NotPlain as error:
            raise Wrong(f"{self.name} must return numbers, not {error}") from None
        except OutOfTime:
            raise Wrong(f"{self.name} did not return within {seconds:g} seconds") from None
        except MemoryError:
            raise Wrong(f"{self.name} asked for more memory than there is") from None
        except (Exception, SystemExit) as error:
            raise Wrong(f"{self.name} raised {_told(error)}") from None
        require(_same_arrays((args, kwargs), given), f"{self.name} must leave the data it is given unchanged")
        require(before == _global_state(), f"{self.name} must draw from rng and leave global generators alone")
        return value


# What Python, NumPy and PyTorch say in words of their own, and what it comes to.
PLAINLY = {
    r"broadcast|core dimension|not aligned|must match the size|cannot reshape|equal division": "shapes do not fit",
    r"NoneType": "there is None where a value should be",
    r"out of bounds|out of range": "an index is beyond the end",
    r"truth value of an array": "an array stands where one number should",
}


def _told(error):
    """An exception's kind and words, in plain words too where they are hard, and the student's own line below."""
    words = str(error)[:200]
    plainly = "".join(f" ({plain})" for hard, plain in PLAINLY.items() if re.search(hard, words))
    # A cell is no file, and its lines are known all the same.
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.line for frame in frames if frame.line and not os.path.exists(frame.filename)]
    return f"{type(error).__name__}{plainly}: {words}" + "".join(f"\nin the line: {line}" for line in lines[-1:])


def _call(function, *args, **kwargs):
    return function(*args, **kwargs)


def _raises(function, error, args, kwargs):
    try:
        function(*args, **kwargs)
    except error:
        return True
    return False


def _global_state():
    state = np.random.get_state(legacy=False)  # noqa: NPY002 - the global generator is what is looked at
    inner = state["state"]
    rest = [state[name] for name in ("bit_generator", "has_gauss", "gauss")]
    return inner["key"].tobytes(), inner["pos"], rest, random.getstate()


def _same_arrays(before, after):
    if isinstance(before, (tuple, list)):
        return all(map(_same_arrays, before, after))
    if isinstance(before, dict):
        return all(_same_arrays(before[key], after[key]) for key in before)
    if hasattr(before, "numpy"):  # a tensor
        before, after = before.detach().cpu().numpy(), after.detach().cpu().numpy()
    return not isinstance(before, np.ndarray) or np.array_equal(before, after, equal_nan=before.dtype.kind == "f")


@contextlib.contextmanager
def _quiet():
    """No output: nbgrader takes any word on stderr for a failure."""
    with open(os.devnull, "w") as nowhere, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            yield


def find(name):
    """The hidden check ``"chapter.exercise"``."""
    module, _, exercise = name.partition(".")
    return getattr(importlib.import_module(f"dv_course.checks.{module}"), exercise)


def check(name, answer):
    """Run the hidden check `name` (``"chapter.exercise"``) on an answer; silence is content.

    Under the grader the check runs in the judge's process, out of the answer's reach,
    and this process only does what the check asks of the answer.
    """
    address = wire.judge_address()
    if address:
        _serve(address, name, answer)
    elif callable(answer):
        runner = Runner(answer)
        find(name)(Answer(runner, runner.name))
    else:
        find(name)(_plain_answer(answer))


def _plain_answer(answer):
    try:
        return plain(answer)
    except NotPlain as error:
        raise Wrong(f"the answer must be made of numbers, truth values and text, not {error}") from None


def _serve(address, name, answer):
    runner: Any = Runner(answer) if callable(answer) else None  # nothing else is called
    hello = {"check": name, "name": runner.name} if runner else {"check": name, "value": _plain_answer(answer)}
    try:
        judge = wire.connect(address)
    except OSError as error:
        raise Unreachable("the hidden check does not answer") from error
    with judge:
        wire.send(judge, wire.encode(hello))
        while True:
            kind, content = pickle.loads(wire.receive(judge))
            if kind == "verdict":
                if content is None:
                    return
                raise Wrong(content)
            try:
                reply = {"value": runner(*content)}
            except Wrong as wrong:
                reply = {"wrong": str(wrong)}
            wire.send(judge, wire.encode(reply))
