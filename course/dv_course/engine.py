"""Where submissions are graded: a pool of processes here, or a Dask cluster.

A submission travels as bytes and comes back as an outcome, so that it does not
matter where it is graded.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import psutil

from . import contain

DISK = 1 << 30  # bytes that a submission may write
PROCESSES = 200


def packed(folder):
    """The files under `folder`, as bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(folder, arcname=".")
    return buffer.getvalue()


def grade_packed(bundle, limits, scratch=None):
    """Grade a packed submission in a process of its own; the outcome."""
    with tempfile.TemporaryDirectory(prefix="dv-", dir=scratch, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
            archive.extractall(folder, filter="data")
        (folder / "run").mkdir()
        start = time.monotonic()
        with open(folder / "log", "w") as log:
            command = contain.leashed([sys.executable, "-m", "dv_course.worker", str(folder)])
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            try:
                reason = _watch(process, folder, limits)
            finally:
                _end(process)
        outcome = folder / "outcome.json"
        if reason or not outcome.exists():
            last = (folder / "log").read_text(errors="replace").strip().splitlines()[-1:]
            reason = reason or f"the grader's process ended early ({''.join(last)[:200]})"
            return {"reason": reason, "grades": [], "comments": [], "notebooks": {}}
        return json.loads(outcome.read_text()) | {"seconds": time.monotonic() - start}


def _watch(process, folder, limits):
    """Wait for the process; the reason to end it before it ends itself, or None."""
    end, look = time.monotonic() + limits["seconds"], 0
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
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


def _family(process):
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(process.pid)
        return [parent, *parent.children(recursive=True)]
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
    for member in reversed(_family(process)):
        with contextlib.suppress(psutil.Error):
            member.kill()
    process.wait()


def here(jobs, limits, workers, scratch):
    """Grade (name, bundle maker) jobs on this machine; yields (name, outcome) as they end."""
    with ThreadPoolExecutor(workers) as pool:
        futures = {pool.submit(lambda make=make: grade_packed(make(), limits, scratch)): name for name, make in jobs}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            for future in futures:
                future.cancel()


def on_cluster(jobs, limits, address):
    """Grade jobs on the Dask cluster whose scheduler listens at `address`."""
    import distributed

    with distributed.Client(address) as client:
        futures = {client.submit(grade_packed, make(), limits, pure=False): name for name, make in jobs}
        try:
            for future in distributed.as_completed(futures):
                yield futures[future], future.result()
        finally:
            client.cancel(list(futures))
