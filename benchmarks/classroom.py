"""Submissions a minute: ``nbgrader autograde`` beside ``dv-course grade``.

    python -m benchmarks.classroom [--submissions 20] [--workers 1 2 4] [--rounds 1]
    python -m benchmarks.classroom --interrupted --submissions 100 --workers 2

The same submissions (answers of the bank to one chapter, right and wrong ones), each
command from a cold start, interleaved if there are several rounds. Both mark alike,
or the benchmark stops. nbgrader runs everything in one process after another, with
no box and no judge. With `--interrupted` a class is graded by one command that is stopped
at its half, and by the same command again; what 500 would take is extrapolated from it.
"""

import argparse
import contextlib
import itertools
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
from dv_course import assignments, bank
from dv_course.grading import gradebook
from dv_course.grading.records import records


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


def interrupted(course, chapter, count, workers):
    """Rows (what, seconds, submissions, most memory in bytes) of a grading that is stopped at half and continued."""
    command = [sys.executable, "-m", "dv_course", "grade", "--workers", str(workers), chapter]
    environment = os.environ | {"DV_COURSE": str(course), "OMP_NUM_THREADS": "1"}
    done = 0
    for what in ("to the interrupt", "continued"):
        start, most = time.perf_counter(), 0
        with subprocess.Popen(command, cwd=course, env=environment, stderr=subprocess.DEVNULL) as process:
            stopped = False
            while process.poll() is None:
                most = max(most, _memory(process.pid))
                if what == "to the interrupt" and not stopped and len(records(course, chapter)) >= count // 2:
                    process.send_signal(signal.SIGINT)
                    stopped = True
                time.sleep(0.5)
        graded = len(records(course, chapter))
        yield what, time.perf_counter() - start, graded - done, most
        done = graded


def _memory(pid):
    """What a process and all beneath it hold, shared pages counted once."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chapter", default="resampling")
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--interrupted", action="store_true", help="a class in two parts, with the first of --workers")
    options = parser.parse_args()
    if options.interrupted:
        return report_interrupted(options)
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


def report_interrupted(options):
    with tempfile.TemporaryDirectory() as name:
        course = Path(name)
        list(assignments.make(course, [options.chapter]))
        hand_in(course, options.chapter, options.submissions)
        rows = list(interrupted(course, options.chapter, options.submissions, options.workers[0]))
    print(
        f"{options.submissions} submissions of {options.chapter}, {options.workers[0]} at a time, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    for what, seconds, count, most in rows:
        print(f"{what:20}{count:5} graded in {seconds:7.1f} s, at most {most / 2**30:.2f} GiB")
    per = sum(seconds for _, seconds, *_ in rows) / options.submissions
    print(f"{per:.2f} s a submission: 500 in {500 * per / 60:.0f} minutes")


if __name__ == "__main__":
    main()
