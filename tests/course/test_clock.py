"""Time limits count what processes compute, and the clock only behind that."""

import contextlib
import sys
import time

import psutil
import pytest
from dv_course.grading import clock
from dv_course.grading.grade import Limits
from dv_course.grading.kernel import Forked

BURNS = "import time\nwhile time.process_time() < {}: pass\n"
RIGHT = 'answers = {"a": True, "b": False, "c": True, "d": False}\n'


@pytest.fixture
def start():
    """Start a Python process; it is killed in the end."""
    processes = []

    def start(code):
        processes.append(psutil.Popen([sys.executable, "-c", code]))
        return processes[-1]

    yield start
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
        process.wait()


def wait_for(condition):
    while not (met := condition()):
        time.sleep(0.05)
    return met


def test_processor_time_is_that_of_the_whole_family(start):
    code = (
        f"import subprocess, sys, time\nsubprocess.run([sys.executable, '-c', {BURNS.format(0.5)!r}])\ntime.sleep(600)"
    )
    process = start(code)
    wait_for(lambda: clock.processor_seconds(clock.family(process)) >= 0.5)
    allowance = clock.Allowance(0.3, lambda: clock.family(process), waiting=10_000)
    assert allowance.used_up() is None, "only what comes after its start counts"


def test_an_allowance_is_used_up_by_computing(start):
    process = start("while True: pass")
    allowance = clock.Allowance(0.3, lambda: clock.family(process), waiting=10_000)
    assert wait_for(allowance.used_up) == "0.3 seconds of processor time"


def test_an_allowance_is_used_up_by_waiting(start):
    process = start("import time; time.sleep(600)")
    allowance = clock.Allowance(0.5, lambda: clock.family(process), waiting=2)
    assert wait_for(allowance.used_up) == "1 seconds by the clock"


def test_a_family_that_has_ended_uses_nothing(start):
    process = start("")
    process.wait()
    assert clock.processor_seconds(clock.family(process)) == 0


def test_a_kernel_that_ends_between_two_looks_has_ended(start):
    process = start("import time; time.sleep(600)")
    kernel = Forked(process.pid)
    assert kernel.poll() is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel.process, "status", lambda: psutil.Process(2**22 + 1))  # which raises, as /proc then does
        assert kernel.poll() == 1
    kernel.kill()
    process.wait()
    assert kernel.poll() == kernel.wait() == Forked(process.pid).poll() == 1


def test_a_cell_may_wait_longer_than_it_may_compute(small_class):
    small_class.hand_in("waits", {"iid": "import time\ntime.sleep(6)\n" + RIGHT})
    small_class.hand_in("computes", {"iid": "while True:\n    pass\n" + RIGHT})
    small_class.hand_in(
        "resists", {"iid": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"}
    )
    records = small_class.grade(limits=Limits(cell_seconds=4))
    assert records["waits"].needing_a_person() == [] and records["waits"].grades[0]["score"] == 2
    (row,) = records["computes"].needing_a_person()
    assert row == ("iid-test", "no marks, after a cell that was ended because it took too long")
    whys = ("its kernel died", "a cell took too long and could not be interrupted")  # whichever is seen first
    assert records["resists"].reason in {f"the notebook did not run to its end: {why}" for why in whys}
    assert records["resists"].detail is None, "the grader did not stumble"


def test_a_notebook_has_its_time_too(small_class):
    small_class.hand_in("computes", {"iid": "while True:\n    pass\n"})
    (record,) = small_class.grade(limits=Limits(seconds=4)).values()
    assert record.reason == "the notebook took more than 4 seconds of processor time"
