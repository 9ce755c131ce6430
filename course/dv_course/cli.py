"""The command ``dv-course``."""

import argparse
import os
import sys
from pathlib import Path

from .repository import COURSE


def make(arguments):
    from . import assignments

    for name, what in assignments.make(arguments.course, arguments.chapters):
        print(f"{name}: {what}")
    print(f"The notebooks for students are in {arguments.course / 'release'}")


def grade(arguments):
    from . import contain
    from .grade import Limits, grade, needing_a_person

    limits = Limits(arguments.seconds, arguments.cell_seconds, int(arguments.memory * 2**30))
    if not (arguments.scheduler or contain.namespaces_work()):
        print("This system gives no namespaces: limits only, network and files are not cut off.", file=sys.stderr)
    options = {"force": arguments.force, "workers": arguments.workers, "scheduler": arguments.scheduler}
    try:
        records = grade(arguments.course, arguments.assignment, arguments.student, limits=limits, **options)
    except KeyboardInterrupt:
        return "stopped; what was graded is in the gradebook, the same command goes on from there"
    people = [(student, *row) for student, record in records.items() for row in needing_a_person(record)]
    print(f"{len(records)} graded, {len({student for student, *_ in people})} with marks that need a person")
    for student, exercise, reason in people:
        print(f"needs a person: {student}, {exercise}: {reason}")


def feedback(arguments):
    from . import reports

    count = sum(1 for _ in reports.feedback(arguments.course, arguments.assignment))
    print(f"{count} students have their page in {arguments.course / 'feedback'}")


def report(arguments):
    from . import reports

    print(f"marks: {reports.export(arguments.course, arguments.assignment)}")
    print(f"what the class understood: {reports.summary(arguments.course, arguments.assignment)}")


def parser():
    top = argparse.ArgumentParser(prog="dv-course", description=__doc__)
    folder = Path(os.environ.get("DV_COURSE", COURSE))
    top.add_argument("--course", type=Path, default=folder, help="the course's folder: $DV_COURSE, or %(default)s")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("assignments", help="turn chapters into assignments")
    command.add_argument("chapters", nargs="*", help="chapters by name (default: all)")
    command.set_defaults(run=make)

    command = commands.add_parser("grade", help="grade what changed since the last time")
    command.add_argument("assignment")
    command.add_argument("--student", nargs="+", default=(), metavar="ID", help="only these students")
    command.add_argument("--force", action="store_true", help="grade again what did not change")
    command.add_argument("--workers", type=int, help="submissions at a time (default: one a processor)")
    command.add_argument("--scheduler", metavar="ADDRESS", help="grade on a Dask cluster, e.g. tcp://host:8786")
    command.add_argument("--seconds", type=float, default=600, help="for a notebook (default: %(default)s)")
    command.add_argument("--cell-seconds", type=int, default=60, help="for a cell (default: %(default)s)")
    command.add_argument("--memory", type=float, default=4, help="GiB for each process (default: %(default)s)")
    command.set_defaults(run=grade)

    for name, run, what in (
        ("feedback", feedback, "write a page for each student whose marks are complete"),
        ("report", report, "write the marks as CSV, and a page on what the class understood"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("assignment")
        command.set_defaults(run=run)
    return top


def main(argv=None):
    arguments = parser().parse_args(argv)
    arguments.course = arguments.course.resolve()
    try:
        sys.exit(arguments.run(arguments))
    except (ValueError, RuntimeError, FileNotFoundError) as error:
        sys.exit(f"dv-course: {error}")
