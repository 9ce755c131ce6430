"""A process that has imported everything once, and forks for each submission.

The imports take longer than most grading. A fork starts with them done, and with
nothing of the submission before it. What forks is clean: it has imported what the
notebooks import, and none of the checks, so that the student's kernel can come from it too.
"""

import contextlib
import functools
import gc
import importlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from typing import Any

import psutil

from .. import repository
from . import box, surroundings


class ForkServer:
    """Starts workers; ended, it takes those that still run with it.

    `way` is how the boxes of kernels are closed; `modules` are what it imports beforehand, as far as they are there.
    """

    def __init__(self, way, modules=()):
        self.way, self.modules = way, modules

    def __enter__(self):
        command = [sys.executable, "-X", "utf8", "-m", "dv_course.grading.forkserver", self.way or "", *self.modules]
        self.folder = tempfile.TemporaryDirectory(prefix="dv-", dir=repository.workspace())
        # A session of its own: Ctrl-C is for the grader, which then ends this server.
        self.process = subprocess.Popen(
            box.dying_with_parent(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=surroundings.environment_of_imports(Path(self.folder.name)),
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
        self.folder.cleanup()

    def grade(self, folder):
        """Start grading the submission in `folder`; the process that holds all that grades it."""
        with self.lock:
            self.orders.write(f"{folder}\n")
            self.orders.flush()
            pid = self.answers.readline()
        if not pid:
            raise RuntimeError("the process that starts the graders has ended")
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(int(pid))
        return None  # already over


def main(way, *modules):
    from . import nursery, worker

    for module in ("ipykernel.kernelapp", *modules):
        # Whatever a module does not like here, the notebook will hear of it.
        with contextlib.suppress(Exception), contextlib.redirect_stdout(sys.stderr):
            importlib.import_module(module)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _begin(line.rstrip("\n"), functools.partial(worker.main, way=way or None), nursery.supervise)
        print(pid, flush=True)


def _begin(folder, grade, supervise):
    try:
        box.die_with_parent()
        log = os.open(os.path.join(folder, "log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream, target in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
            os.dup2(target, stream)
        supervise(functools.partial(grade, folder))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
