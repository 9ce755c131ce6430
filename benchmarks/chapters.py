"""How long the chapters take to execute.

``python -m benchmarks.chapters`` runs every chapter once in a new kernel, with its
solutions and with the frames of its sliders, as the build of the book does, one after
another and without a cache, and prints seconds beside what the course allows. Names
of chapters choose some: ``python -m benchmarks.chapters mine training``.
"""

import os
import sys
import time

from dv_course.chapters import chapter_paths, is_notebook, read_chapter
from nbclient import NotebookClient

PAGE, BOOK = 60, 360  # seconds allowed
SETTINGS = {"DV_PRECOMPUTE": "1", "TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1"}  # those of book/_ext/solutions.py


def seconds(path):
    """Wall time of one chapter, the start of its kernel included."""
    start = time.perf_counter()
    place = {"metadata": {"path": str(path.parent)}}
    NotebookClient(read_chapter(path), timeout=600, resources=place).execute()
    return time.perf_counter() - start


def main():
    os.environ |= SETTINGS
    paths = [path for path in chapter_paths() if is_notebook(path)]
    total = 0.0
    print("chapter             seconds   allowed")
    for path in paths:
        if path.stem in (sys.argv[1:] or [path.stem]):
            taken = seconds(path)
            total += taken
            print(f"{path.stem:18} {taken:8.1f} {PAGE:9}", flush=True)
    print(f"{'all':18} {total:8.1f} {BOOK:9}")


if __name__ == "__main__":
    main()
