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
from typing import Any

import psutil

from . import box

SIGKILL_WHEN_PARENT_DIES = (1, 9)  # prctl's PR_SET_PDEATHSIG


class ForkServer:
    """Starts workers; ended, it takes those that still run with it.

    `way` is how their boxes are closed; `chapters` are those whose hidden checks it imports beforehand.
    """

    def __init__(self, way, chapters=()):
        self.way, self.chapters = way, chapters

    def __enter__(self):
        command = [sys.executable, "-X", "utf8", "-m", "dv_course.grading.forkserver", self.way or "", *self.chapters]
        # A session of its own: Ctrl-C is for the grader, which then ends this server.
        self.process = subprocess.Popen(
            box.dying_with_parent(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.orders: Any = self.process.stdin
        self.answers: Any = self.process.stdout
        self.lock = threading.Lock()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(BrokenPipeError):
            self.orders.close()
        self.process.wait()
        self.answers.close()

    def grade(self, folder):
        """Start grading the submission in `folder`; its process."""
        with self.lock:
            self.orders.write(f"{folder}\n")
            self.orders.flush()
            pid = self.answers.readline()
        if not pid:
            raise RuntimeError("the process that starts the graders has ended")
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(int(pid))
        return None  # already over


def main(way, *chapters):
    from . import worker

    for chapter in chapters:
        importlib.import_module(f"dv_course.checks.{chapter}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _work(worker, line.rstrip("\n"), way or None)
        print(pid, flush=True)


def _work(worker, folder, way):
    code = 1
    try:
        if sys.platform.startswith("linux"):
            ctypes.CDLL(None).prctl(*SIGKILL_WHEN_PARENT_DIES)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(os.path.join(folder, "log"), os.O_WRONLY | os.O_CREAT)
        for stream, target in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
            os.dup2(target, stream)
        worker.main(folder, way)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
