"""The core of the hidden checks: an answer cannot fool it, and is told in plain words."""

import ctypes
import gc
import linecache
import os
import signal
import subprocess
import sys
import time
import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from dv_course import bank, chapters
from dv_course.checks import Answer, Runner, Wrong, array, check, core, number, require
from dv_course.checks.plain import NotPlain, plain
from hypothesis import given
from hypothesis import strategies as st

CHAPTERS = [path for path in chapters.chapter_paths() if chapters.is_notebook(path)]


class Agreeable(float):
    """A number that equals, exceeds and undercuts whatever it is compared with."""

    def _yes(self, *_):
        return True

    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = _yes
    __hash__ = float.__hash__

    def _self(self, *_):
        return self

    __sub__ = __rsub__ = __abs__ = __float__ = _self


def test_an_object_that_always_agrees_becomes_the_number_it_holds():
    value = plain({"a": [Agreeable(3.0)]})
    assert type(value["a"][0]) is float and value == {"a": [3.0]}
    with pytest.raises(NotPlain):
        plain(type("Yes", (), {"__eq__": lambda *_: True, "__float__": lambda _: 1.0})())


simple = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(simple)
def test_plain_data_stay_as_they_are(value):
    assert plain(value) == value and type(plain(value)) is type(value)


@pytest.mark.parametrize(
    "value",
    [torch.ones(2, requires_grad=True), pd.Series([1.0, 1.0]), np.ma.array([1.0, 1.0])],
    ids=lambda value: type(value).__name__,
)
def test_arrays_of_all_kinds_become_base_arrays(value):
    made = plain(value)
    assert type(made) is np.ndarray and (made == 1).all()


def test_scalars_of_all_kinds_become_numbers():
    scalars = [np.float32(1), np.int64(1), Fraction(1), torch.tensor(1.0), np.array([1.0]), Agreeable(1)]
    assert [number(plain(value)) for value in scalars] == [1.0] * 6


@pytest.mark.parametrize("value", [None, True, "1", np.nan, np.inf, [1.0], np.ones(2), {}])
def test_what_is_not_a_finite_number_is_refused(value):
    with pytest.raises(Wrong):
        number(plain(value))


@pytest.mark.parametrize("value", [None, "ab", np.ones(3), [[1, 2], [3]], [1.0, np.nan], [1.0, None]])
def test_what_is_not_a_finite_array_of_the_shape_is_refused(value):
    with pytest.raises(Wrong):
        array(value, (2,))


def test_require_needs_every_entry():
    require(np.ones(2, bool), "fine")
    with pytest.raises(Wrong, match="one is off"):
        require(np.array([True, False]), "one is off")


def answer(function):
    return Answer(Runner(function))


def loud(x):
    print("out")
    print("err", file=sys.stderr)
    warnings.warn("careful", stacklevel=1)
    return x


def test_an_answer_is_kept_silent(capfd):
    assert answer(loud)(1) == 1
    assert capfd.readouterr() == ("", "")


def test_arguments_are_copies_so_a_generator_starts_at_the_same_place():
    rng = np.random.default_rng(0)
    draw = answer(lambda rng: rng.random())
    assert draw(rng) == draw(rng) == rng.random()


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda x: x.sort(), "unchanged"),
        (lambda x: np.random.random(), "global"),
        (lambda x: __import__("random").random(), "global"),
        (lambda x: 1 / 0, "ZeroDivisionError"),
        (lambda x: sys.exit(), "SystemExit"),
        (lambda x: bytearray(10**15), "memory"),
        (lambda x: object(), "numbers"),
    ],
)
def test_misbehaviour_is_named(function, word):
    with pytest.raises(Wrong, match=word):
        answer(function)(np.array([2.0, 1.0]))


@pytest.mark.parametrize(
    ("line", "plainly"),
    [
        ("x + np.ones(3)", "shapes do not fit"),
        ("x @ np.ones((3, 2))", "shapes do not fit"),
        ("np.split(x, 3)", "shapes do not fit"),
        ("x.reshape(-1, 3)", "shapes do not fit"),
        ("torch.ones(2) + torch.ones(3)", "shapes do not fit"),
        ("2 * None", "None where a value should be"),
        ("x[5]", "beyond the end"),
        ("1.0 if x else 0.0", "an array stands where one number should"),
    ],
)
def test_an_exception_is_told_in_plain_words_with_the_line_that_raised_it(line, plainly):
    source = f"def broken(x):\n    return {line}\n"
    linecache.cache["a cell"] = (len(source), None, source.splitlines(keepends=True), "a cell")
    names = {"np": np, "torch": torch}
    exec(compile(source, "a cell", "exec"), names)
    with pytest.raises(Wrong) as said:
        answer(names["broken"])(np.ones(2))
    first, second = str(said.value).splitlines()
    assert first.startswith("broken raised ") and plainly in first and second == f"in the line: return {line}"


def compute(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return 1.0


@pytest.fixture
def busy():
    """The machine computes something else beside."""
    others = [subprocess.Popen(["yes"], stdout=subprocess.DEVNULL) for _ in range(2)]
    yield
    for other in others:
        other.kill()
        other.wait()


def test_a_right_answer_has_its_time_on_a_busy_machine(busy):
    assert Answer(Runner(lambda: compute(2)), seconds=2.5)() == 1


def test_time_is_not_counted_by_the_clock():
    assert Answer(Runner(lambda: time.sleep(1.0) or compute(0.1)), seconds=0.5)() == 1


def endless():
    while True:
        pass


def endless_in_a_callback_first():
    """Python drops what is raised in a callback of the garbage collector."""

    def callback(phase, info):
        gc.callbacks.remove(callback)
        endless()

    gc.callbacks.append(callback)
    gc.collect()
    endless()


class Reluctant:
    def __del__(self):
        endless()


def endless_in_a_finaliser_first():
    Reluctant()
    endless()


def endless_in_foreign_code_first():
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda a, b: endless())
    ctypes.CDLL(None).qsort((ctypes.c_int * 2)(2, 1), 2, ctypes.sizeof(ctypes.c_int), compare)
    endless()


def endless_and_catches_much():
    for _ in range(3):
        try:
            endless()
        except BaseException:
            continue
    endless()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "function",
    [
        endless,
        endless_in_a_callback_first,
        endless_in_a_finaliser_first,
        endless_in_foreign_code_first,
        endless_and_catches_much,
        lambda: time.sleep(600),
    ],
)
def test_a_call_that_does_not_end_is_ended(function):
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(Wrong, match=r"0\.1 seconds"):
        Answer(Runner(function), seconds=0.1)()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0) and signal.getsignal(signal.SIGALRM) is before


def test_an_alarm_that_comes_after_the_call_harms_nobody():
    """It rings as long as the call runs, and is then without effect on what comes after."""

    def late():
        os.kill(os.getpid(), signal.SIGALRM)  # before the time is used up
        return 1

    def after(function):
        value = function()
        signal.getsignal(signal.SIGALRM)(signal.SIGALRM, None)  # as if it rang outside of the call
        return value

    assert Answer(Runner(late), seconds=5)() == 1
    assert Answer(Runner(late), seconds=0.0001).via(after) == 1


def test_refusals_and_probes_see_the_function_itself():
    def root(x):
        if x < 0:
            raise ValueError
        return x**0.5

    def slope(function, x):
        x = torch.tensor(x, requires_grad=True)
        function(x).backward()
        return x.grad

    assert answer(root).refuses(ValueError, -1.0) and not answer(root).refuses(ValueError, 1.0)
    assert answer(root).via(slope, 4.0) == 0.25


def test_a_student_sees_the_message_and_no_line_of_the_check():
    """Feedback prints what IPython renders of an error."""
    code = "from dv_course import check; check('resampling.iid', {'a': 1})"
    run = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", code]
    shown = subprocess.run(run, capture_output=True, text=True, check=False).stdout
    assert shown.strip() == "Not yet: keep the four keys a, b, c, d"


def test_an_answer_that_is_no_function_arrives_as_plain_data():
    with pytest.raises(Wrong, match="truth values"):
        check("resampling.iid", object())
    check("resampling.iid", {"a": True, "b": False, "c": True, "d": False})


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_test_cell_hides_one_call_and_nothing_else(path):
    for cell in chapters.read_chapter(path).cells:
        data = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and data.get("grade"):
            hidden = cell.source.partition("### BEGIN HIDDEN TESTS\n")[2].splitlines()
            name = data["grade_id"].removesuffix("-test").replace("-", "_")
            assert hidden[0] == "from dv_course import check", data["grade_id"]
            assert hidden[2].startswith(f'check("{path.stem}.{name}", '), data["grade_id"]
            assert hidden[3:] == ["### END HIDDEN TESTS"]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_hidden_check_needs_no_public_one(path):
    rows = bank.table(path.stem, "hidden")
    assert not [row for row in rows if (row[3] is None) != (row[1] == "right")]


@pytest.fixture
def seeded():
    yield core.seed_of_class
    core.seed_of_class(None)


def test_a_class_has_hidden_inputs_of_its_own(seeded):
    drawn = []
    for seed in (None, 2027, 2027, 2028):
        seeded(seed)
        drawn.append(core.fresh(3).random())
    assert drawn[0] == np.random.default_rng(3).random()
    assert drawn[1] == drawn[2] and len(set(drawn)) == 3
    for odd in (-1, 1.5, True, "2027"):
        with pytest.raises(ValueError, match="whole number"):
            seeded(odd)


@pytest.mark.parametrize("chapter", ["divergence", "donsker_varadhan", "information", "ising_exact"])
def test_the_marks_do_not_depend_on_the_seed_of_the_class(chapter, seeded):
    seeded(2027)
    rows = bank.table(chapter, "hidden")
    assert not [row for row in rows if (row[3] is None) != (row[1] == "right")]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_bank_says_which_part_catches_a_wrong_answer(path):
    """The public part, which is all that a reader alone can run, or the hidden one, and then why."""
    assert not list(bank.misplaced(path.stem))
    for exercise, kinds in bank.answers(path.stem).items():
        hidden = kinds.get("hidden", {})
        assert hidden.keys() <= kinds["wrong"].keys() and all(hidden.values()), exercise
