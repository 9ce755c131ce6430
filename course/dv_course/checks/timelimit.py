"""A call that is ended when its time is used up, on a busy machine as on an idle one."""

import signal
import threading
from time import monotonic, thread_time  # an answer may replace those of the module

WAITING = 10  # a call that waits instead of computing has this many times as long, by the clock
AGAIN = 0.2  # seconds until the alarm rings again


class OutOfTime(BaseException):
    """Not an `Exception`, so that an answer does not catch it by chance."""


def limited(seconds, call, *args, **kwargs):
    """``call(*args, **kwargs)``, or `OutOfTime` when it has used `seconds` of processor time.

    The alarm rings until the call ends: Python drops what is raised in a callback of the
    garbage collector, in a ``__del__`` or below ctypes. It never raises outside of the call.
    Where the system has no such alarm, the call is not limited.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return call(*args, **kwargs)

    def inside():
        return call(*args, **kwargs)

    used, start = thread_time(), monotonic()

    def alarm(number, frame):
        over = thread_time() - used >= seconds or monotonic() - start >= WAITING * seconds
        while over and frame:
            if frame.f_code is inside.__code__:
                raise OutOfTime
            frame = frame.f_back

    previous = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)  # no call uses its time sooner
    try:
        return inside()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
