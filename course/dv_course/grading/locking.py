"""One at a time: who grades a course, or changes it, has it alone."""

import contextlib
import hashlib
import os
import shutil

from .. import repository


@contextlib.contextmanager
def alone(course):
    """Refuse a second command that changes the same course at the same time; lend a folder to work in."""
    scratch = repository.workspace() / hashlib.sha256(str(course).encode()).hexdigest()[:12]
    with open(course / ".work.lock", "w") as lock:
        if os.name == "posix":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RuntimeError("another dv-course is at work on this course") from None
        shutil.rmtree(scratch, ignore_errors=True)  # left by a run that was killed
        scratch.mkdir(mode=0o700)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
