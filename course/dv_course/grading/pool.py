"""Where submissions are graded: a pool of processes here, or a Dask cluster.

A submission travels as bytes and comes back as an outcome, so that it does not
matter where it is graded.
"""

import contextlib
import functools
import io
import os
import tarfile
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import psutil

from .. import repository
from . import clock, surroundings
from .forkserver import ForkServer
from .records import NeedsPerson, Outcome

DISK = 1 << 30  # bytes that a submission may write
PROCESSES = 200
AHEAD = 2  # submissions that are packed before a machine of the cluster is free
ENDED = "the process that graded it ended before it was done"


class Stopped(Exception):
    """Grading was stopped before this submission came to its end."""


def packed(folder):
    """The files under `folder`, as bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(folder, arcname=".")
    return buffer.getvalue()


def grade_packed(bundle, limits, server, scratch, stop=None):
    """Grade a packed submission, once more if the grader itself stumbled; its outcome."""
    outcome = _graded_once(bundle, limits, server, scratch, stop)
    return _graded_once(bundle, limits, server, scratch, stop) if outcome.detail else outcome


def _graded_once(bundle, limits, server, scratch, stop):
    """Grade a packed submission in a process of its own; its outcome."""
    with tempfile.TemporaryDirectory(prefix="dv-", dir=scratch, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
            archive.extractall(folder, filter="data")
        (folder / "run").mkdir()
        start = time.monotonic()
        process = server.grade(folder)
        try:
            if process:
                _watch(process, folder, limits, stop or threading.Event())
            outcome = _read(folder)
        except NeedsPerson as needs:
            outcome = Outcome(reason=str(needs))
        finally:
            _end(process)
        outcome.seconds = time.monotonic() - start
        return outcome


def _read(folder):
    """The outcome that the process left behind."""
    path = folder / "outcome.json"
    if not path.exists():
        log = (folder / "log").read_text(encoding="utf-8", errors="replace")
        return Outcome(reason=ENDED, detail=log[-2000:])
    return Outcome.from_json(path.read_text(encoding="utf-8"))


def _watch(process, folder, limits, stop):
    """Wait for the process to end itself; `NeedsPerson` if it must be ended, `Stopped` if all is."""
    allowance, look = clock.Allowance(limits["seconds"], lambda: clock.family(process)), 0
    while not stop.is_set():
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(timeout=0.2)
            return
        if time.monotonic() < look:
            continue
        look = time.monotonic() + 1
        if used_up := allowance.used_up():
            raise NeedsPerson(f"the notebook took more than {used_up}")
        family = clock.family(process)
        if sum(map(_own_memory, family)) > 1.5 * limits["memory"]:
            raise NeedsPerson(
                f"its processes together took more than {1.5 * limits['memory'] / 2**30:.1f} GiB of memory"
            )
        if len(family) > PROCESSES:
            raise NeedsPerson(f"it started more than {PROCESSES} processes")
        if _written(folder / "run") > DISK:
            raise NeedsPerson(f"it wrote more than {DISK / 2**30:g} GiB of files")
    raise Stopped


def _own_memory(process):
    """Bytes that it does not share with what it was forked from."""
    with contextlib.suppress(psutil.Error):
        return process.memory_full_info().uss
    return 0


def _written(folder):
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(path, name)).st_blocks * 512
    return total


def _end(process):
    family = clock.family(process) if process else []
    for member in reversed(family):
        with contextlib.suppress(psutil.Error):
            member.kill()
    psutil.wait_procs(family)


def here(jobs, limits, workers, scratch, modules, way):
    """Grade (name, bundle maker) jobs on this machine; yields (name, outcome) as they end."""
    if not jobs:
        return
    stop = threading.Event()
    with ForkServer(way, modules) as server, ThreadPoolExecutor(workers) as pool:

        def run(make):
            if stop.is_set():
                raise Stopped
            try:
                bundle = make()
            except NeedsPerson as needs:
                return Outcome(reason=str(needs))
            return grade_packed(bundle, limits, server, scratch, stop)

        futures = {pool.submit(run, make): name for name, make in jobs}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            stop.set()


@functools.cache
def _server_of_this_process(course, memory, without_box):
    way = None if without_box else surroundings.find_way(course, memory)
    return ForkServer(way).__enter__()


def grade_on_cluster(bundle, limits, course, without_box):
    """Grade a packed submission on a machine of the cluster, if a box can be closed there."""
    server = _server_of_this_process(course, limits["memory"], without_box)
    return grade_packed(bundle, limits, server, repository.workspace())


def on_cluster(jobs, limits, address, course, without_box, workers=None):
    """Grade jobs on the Dask cluster whose scheduler listens at `address`, `workers` at a time.

    By default as many as the cluster has threads. Each is packed when there is a place for it,
    with a few ahead, so that the first starts at once and a big class needs no more memory.
    """
    import distributed

    common, names = (limits, str(course), without_box), {}
    with distributed.Client(address) as client:
        running = distributed.as_completed()
        threads: Any = client.nthreads  # of a client that is not asynchronous

        def next_outcome():
            future = next(running)
            try:
                outcome = future.result()
            except distributed.KilledWorker as killed:
                outcome = Outcome(reason=ENDED, detail=str(killed))
            return names.pop(future), outcome

        try:
            for name, make in jobs:
                while len(names) >= (workers or sum(threads().values()) + AHEAD):
                    yield next_outcome()
                try:
                    future = client.submit(grade_on_cluster, make(), *common, pure=False)
                except NeedsPerson as needs:
                    yield name, Outcome(reason=str(needs))
                    continue
                names[future] = name
                running.add(future)
            while names:
                yield next_outcome()
        finally:
            client.cancel(list(names))
