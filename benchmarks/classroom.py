"""Submissions a minute: ``nbgrader autograde`` beside ``dv-course grade``.

    python -m benchmarks.classroom [--submissions 20] [--workers 1 2 4] [--rounds 1]

The same submissions (answers of the bank to one chapter, right and wrong ones), each
command from a cold start, interleaved if there are several rounds. Both mark alike,
or the benchmark stops. nbgrader runs everything in one process after another, with
no box and no judge.
"""

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from dv_course import assignments, bank
from dv_course.grading import gradebook


def hand_in(course, chapter, count):
    answers = bank.answers(chapter)
    kinds = {name: [code for kind in ("right", "wrong") for code in a[kind].values()] for name, a in answers.items()}
    release = course / "release" / chapter / f"{chapter}.ipynb"
    for number in range(count):
        notebook = nbformat.read(release, as_version=4)
        for cell in notebook.cells:
            codes = kinds.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            cell.source = codes[number % len(codes)] if codes else cell.source
        folder = course / "submitted" / f"student{number:03}" / chapter
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{chapter}.ipynb")


def timed(course, command):
    """Seconds of the command on a copy of the course, and the marks it made."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "course"
        shutil.copytree(course, copy)
        environment = os.environ | {"DV_COURSE": str(copy), "OMP_NUM_THREADS": "1"}
        start = time.perf_counter()
        subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
        seconds = time.perf_counter() - start
        with gradebook.opened(copy) as book:
            return seconds, {s.student.id: s.score for s in book.assignment_submissions(command[-1])}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chapter", default="resampling")
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    ours = [sys.executable, "-m", "dv_course", "grade"]
    commands = {"nbgrader autograde": [sys.executable, "-m", "nbgrader", "autograde", options.chapter]}
    for workers in options.workers:
        commands[f"dv-course grade --workers {workers}"] = [*ours, "--workers", str(workers), options.chapter]
    with tempfile.TemporaryDirectory() as name:
        course, seconds, marks = Path(name), {key: [] for key in commands}, []
        list(assignments.make(course, [options.chapter]))
        hand_in(course, options.chapter, options.submissions)
        for _, key in itertools.product(range(options.rounds), commands):
            took, made = timed(course, commands[key])
            seconds[key].append(took)
            marks.append(made)
    assert all(made == marks[0] for made in marks), "the marks differ"
    base = statistics.median(seconds["nbgrader autograde"])
    print(
        f"{options.submissions} submissions of {options.chapter}, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'':30}{'seconds':>9}{'a minute':>10}{'ratio':>7}")
    for key, values in seconds.items():
        median = statistics.median(values)
        print(f"{key:30}{median:9.1f}{60 * options.submissions / median:10.1f}{base / median:7.2f}")


if __name__ == "__main__":
    main()
