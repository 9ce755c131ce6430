"""Where kernels come from: forks of a process that has imported much and knows nothing.

For each submission there is one supervisor, which neither reads it nor imports a check.
It forks the worker, and whenever that asks, a kernel: a box is closed around a process
that sleeps, a fork enters the box, looks at its walls and becomes the kernel. All of them
end with the supervisor.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from multiprocessing import Pipe
from typing import Any

import psutil

from . import box, walls

KERNEL = ("-m", "ipykernel_launcher")
HOLD = ("sh", "-c", "echo closed; exec sleep infinity")


@dataclass(frozen=True)
class Request:
    """A kernel that is wanted: its command, its environment, and the box that it runs in."""

    command: tuple
    environment: dict
    box: Any


def supervise(grade):
    """Run `grade(asking=…)` in a worker, and start the kernels it asks for until it ends."""
    asked, asking = Pipe()
    if not os.fork():
        asked.close()
        _end_with(lambda: grade(asking=asking))
    asking.close()
    with contextlib.suppress(EOFError):
        while True:
            asked.send(_start(asked.recv(), asked))


def _start(request, asked):
    """Fork what holds a kernel; the kernel's number, or None if it could not be started."""
    heard, said = Pipe(duplex=False)
    if not os.fork():
        asked.close()
        heard.close()
        _end_with(lambda: _hold(request, said))
    said.close()
    with heard, contextlib.suppress(EOFError):
        return heard.recv()
    return None


def _end_with(work):
    """Do the work of a fork, and end."""
    try:
        box.die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _hold(request, said):
    """Close the box, fork the kernel into it, and stay until that ends."""
    given = box.described(request.box)
    with _closed(request.box) as holder:
        if holder:
            walls.join(holder)
        kernel = os.fork()
        if not kernel:
            _end_with(lambda: _become(request, given))
        said.send(kernel)
        said.close()
        os.waitpid(kernel, 0)


@contextlib.contextmanager
def _closed(closed):
    """The number of a process that sleeps in the box; None where a box has no walls."""
    if not closed.way:
        yield None
        return
    command = box.boxed(HOLD, closed)
    with subprocess.Popen(command, cwd=closed.writable, stdout=subprocess.PIPE, text=True) as process:
        stdout: Any = process.stdout
        if stdout.readline() != "closed\n":
            raise box.NoBox("the box could not be closed")
        yield psutil.Process(process.pid).children(recursive=True)[-1].pid
        process.kill()


def _become(request, given):
    """The last steps of a fork before it is the kernel."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.closerange(3, max(map(int, os.listdir("/dev/fd"))) + 1)
    os.chdir(request.box.writable)
    if request.box.way:
        walls.drop_privileges()
    walls.look(given)
    # Elsewhere than on Linux what was imported may not survive a fork.
    if not sys.platform.startswith("linux") or request.command[:3] != (sys.executable, *KERNEL):
        os.execvpe(request.command[0], request.command, request.environment)
    _as_if_started(request.command, request.environment)
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


def _as_if_started(command, environment):
    """What Python would read from its surroundings if it were started in them."""
    before = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ.clear()
    os.environ.update(environment)
    own = environment["PYTHONPATH"].split(os.pathsep)
    sys.path[:] = own + [path for path in sys.path[1:] if path not in before]
    sys.path_importer_cache.clear()
    sys.argv[:] = [command[2], *command[3:]]
    tempfile.tempdir = None
    for name in [name for name in sys.modules if name.partition(".")[0] == "dv_course"]:
        del sys.modules[name]
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # as a fresh import does
