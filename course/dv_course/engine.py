"""Where submissions are graded: a pool of processes here, or a Dask cluster.

A submission travels as bytes and comes back as an outcome, so that it does not
matter where it is graded.
"""

import contextlib
import functools
import io
import json
import os
import tarfile
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import psutil

from .nursery import Nursery

DISK = 1 << 30  # bytes that a submission may write
PROCESSES = 200
STOPPED = "stopped"


def packed(folder):
    """The files under `folder`, as bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(folder, arcname=".")
    return buffer.getvalue()


def grade_packed(bundle, limits, nursery, scratch=None, stop=None):
    """Grade a packed submission in a process of its own; the outcome, or None if stopped."""
    with tempfile.TemporaryDirectory(prefix="dv-", dir=scratch, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
            archive.extractall(folder, filter="data")
        (folder / "run").mkdir()
        start = time.monotonic()
        process = nursery.grade(folder)
        try:
            reason = process and _watch(process, folder, limits, stop or threading.Event())
        finally:
            _end(process)
        if reason is STOPPED:
            return None
        outcome = folder / "outcome.json"
        if reason or not outcome.exists():
            last = (folder / "log").read_text(errors="replace").strip().splitlines()[-1:]
            reason = reason or f"the grader's process ended early ({''.join(last)[:200]})"
            return {"reason": reason, "grades": [], "comments": [], "notebooks": {}}
        return json.loads(outcome.read_text()) | {"seconds": time.monotonic() - start}


def _watch(process, folder, limits, stop):
    """Wait for the process; the reason to end it before it ends itself, or None."""
    end, look = time.monotonic() + limits["seconds"], 0
    while not stop.is_set():
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(timeout=0.2)
            return None
        if time.monotonic() > end:
            return f"the notebook did not end within {limits['seconds']:g} seconds"
        if time.monotonic() < look:
            continue
        look = time.monotonic() + 1
        family = _family(process)
        if sum(map(_resident, family)) > 1.5 * limits["memory"]:
            return f"its processes together took more than {1.5 * limits['memory'] / 2**30:.1f} GiB of memory"
        if len(family) > PROCESSES:
            return f"it started more than {PROCESSES} processes"
        if _written(folder / "run") > DISK:
            return f"it wrote more than {DISK / 2**30:g} GiB of files"
    return STOPPED


def _family(process):
    with contextlib.suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return []


def _resident(process):
    with contextlib.suppress(psutil.Error):
        return process.memory_info().rss
    return 0


def _written(folder):
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(path, name)).st_blocks * 512
    return total


def _end(process):
    family = _family(process) if process else []
    for member in reversed(family):
        with contextlib.suppress(psutil.Error):
            member.kill()
    psutil.wait_procs(family)


def here(jobs, limits, workers, scratch, checks):
    """Grade (name, bundle maker) jobs on this machine; yields (name, outcome) as they end."""
    stop = threading.Event()
    with Nursery(checks) as nursery, ThreadPoolExecutor(workers) as pool:

        def run(make):
            return None if stop.is_set() else grade_packed(make(), limits, nursery, scratch, stop)

        futures = {pool.submit(run, make): name for name, make in jobs}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            stop.set()


@functools.cache
def _nursery_of_this_process():
    return Nursery().__enter__()


def grade_on_cluster(bundle, limits):
    return grade_packed(bundle, limits, _nursery_of_this_process())


def on_cluster(jobs, limits, address):
    """Grade jobs on the Dask cluster whose scheduler listens at `address`."""
    import distributed

    with distributed.Client(address) as client:
        futures = {client.submit(grade_on_cluster, make(), limits, pure=False): name for name, make in jobs}
        try:
            for future in distributed.as_completed(futures):
                yield futures[future], future.result()
        finally:
            client.cancel(list(futures))
