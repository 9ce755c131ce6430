"""How long processes may take: processor time first, so that a busy machine costs nobody a mark."""

import contextlib
import time

import psutil

WAITING = 5  # who waits instead of computing has this many times as long, by the clock


def family(process):
    """A process and all that it started, as far as they still run."""
    with contextlib.suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return []


def beside():
    """All that runs beside this process: for a worker, the kernel and what is beneath it."""
    this = psutil.Process()
    return [process for process in family(this.parent())[1:] if process != this]


def processor_seconds(processes):
    """What they have used, with those of their children that have ended."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])
    return total


class Allowance:
    """`seconds` of processor time from now on, for the processes that `members()` lists."""

    def __init__(self, seconds, members, waiting=WAITING):
        self.seconds, self.members, self.longest = seconds, members, waiting * seconds
        self.before, self.start = processor_seconds(members()), time.monotonic()

    def used_up(self):
        """In words, what was used up; None while there is some left."""
        if processor_seconds(self.members()) - self.before > self.seconds:
            return f"{self.seconds:g} seconds of processor time"
        if time.monotonic() - self.start > self.longest:
            return f"{self.longest:g} seconds by the clock"
        return None
