"""A process that has imported everything once, and forks for each submission.

The imports take longer than most grading. A fork starts with them done, and with
nothing of the submission before it.
"""

import contextlib
import ctypes
import importlib
import os
import signal
import subprocess
import sys
import threading
import traceback

import psutil

from . import contain

SIGKILL_WHEN_PARENT_DIES = (1, 9)  # prctl's PR_SET_PDEATHSIG


class Nursery:
    """Starts workers; ended, it takes those that still run with it.

    `checks` are the chapters whose hidden checks it imports beforehand.
    """

    def __init__(self, checks=()):
        self.checks = checks

    def __enter__(self):
        command = [sys.executable, "-m", "dv_course.nursery", *self.checks]
        # A session of its own: Ctrl-C is for the grader, which then ends the nursery.
        self.process = subprocess.Popen(
            contain.leashed(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self.lock = threading.Lock()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def grade(self, folder):
        """Start grading the submission in `folder`; its process."""
        with self.lock:
            self.process.stdin.write(f"{folder}\n")
            self.process.stdin.flush()
            pid = self.process.stdout.readline()
        if not pid:
            raise RuntimeError("the nursery has ended")
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(int(pid))
        return None  # already over


def main(checks):
    from . import worker

    for chapter in checks:
        importlib.import_module(f"dv_course.checks.{chapter}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _work(worker, line.rstrip("\n"))
        print(pid, flush=True)


def _work(worker, folder):
    code = 1
    try:
        if sys.platform.startswith("linux"):
            ctypes.CDLL(None).prctl(*SIGKILL_WHEN_PARENT_DIES)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(os.path.join(folder, "log"), os.O_WRONLY | os.O_CREAT)
        for stream, target in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
            os.dup2(target, stream)
        worker.main(folder)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
