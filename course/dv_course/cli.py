"""The command ``dv-course``."""

import argparse
import locale
import os
import sys
from pathlib import Path

from . import repository


def make(arguments):
    from . import assignments

    for name, what in assignments.make(arguments.course, arguments.chapters, arguments.migrate):
        print(f"{name}: {what}")
        if what == "migrated":
            print(f"  marks of exercises that did not change are kept; 'dv-course grade {name}' grades the others,")
            print("  and 'dv-course undo' goes back to how it was")
    print(f"The notebooks for students are in {arguments.course / 'release'}")


def grade(arguments):
    from .grading.box import NoBox
    from .grading.grade import Limits, grade

    limits = Limits(arguments.seconds, arguments.cell_seconds, int(arguments.memory * 2**30))
    if arguments.without_box:
        print("Without a box, students' code can read and write what you can, and use the network.", file=sys.stderr)
    options = {name: getattr(arguments, name) for name in ("force", "workers", "scheduler", "without_box")}
    try:
        records = grade(arguments.course, arguments.assignment, arguments.student, limits=limits, **options)
    except NoBox as reason:
        return f"dv-course: {reason}. Nothing is graded; the instructor guide says what can be done"
    except KeyboardInterrupt:
        return "stopped; what was graded is in the gradebook, the same command goes on from there"
    people = [(student, *row) for student, record in records.items() for row in record.needing_a_person()]
    print(f"{len(records)} graded, {len({student for student, *_ in people})} with marks that need a person")
    for student, exercise, reason in people:
        print(f"needs a person: {student}, {exercise}: {reason}")


def undo(arguments):
    from .grading import backup
    from .grading.locking import alone

    with alone(arguments.course):
        print(f"undone: {backup.undo(arguments.course, arguments.force)}")


def feedback(arguments):
    from . import reports

    count = sum(1 for _ in reports.feedback(arguments.course, arguments.assignment))
    print(f"{count} students have their page in {arguments.course / 'feedback'}")


def report(arguments):
    from . import reports

    print(f"marks: {reports.export(arguments.course, arguments.assignment)}")
    print(f"what the class understood: {reports.summary(arguments.course, arguments.assignment)}")


def export(arguments):
    from . import registers

    path, unknown = registers.export(arguments.course, arguments.assignment, arguments.system, arguments.class_list)
    print(f"marks for {arguments.system}: {path}")
    if unknown:
        return f"dv-course: the class list has no row for {', '.join(unknown)}; all others are in the file"


def dispute(arguments):
    from . import dispute

    record, case = dispute.settle(arguments.course, arguments.complaint, without_box=arguments.without_box)
    print(f"{case.strip()}\n\nOn record in {record}")


def comments(arguments):
    from . import comments

    print(comments.skeleton(arguments.course, arguments.assignment), end="")


def alike(arguments):
    from . import alike

    found = alike.groups(arguments.course, arguments.assignment)
    for exercise, pairs in found.items():
        for (one, other), percent in pairs:
            print(f"{exercise}: {one} and {other}, {percent:.0f}% of their words")
    print("That two are alike does not say why." if found else "no two are alike")


def bundle(arguments):
    from . import bundle, otter

    make = {"gradescope": bundle.make, "otter": otter.make}[arguments.tool]
    print(f"upload this to {arguments.tool}: {make(arguments.course, arguments.assignment)}")


def parser():
    top = argparse.ArgumentParser(prog="dv-course", description=__doc__)
    top.add_argument("--course", type=Path, help="the course's folder (default: $DV_COURSE, or course/ in the clone)")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("assignments", help="turn chapters into assignments")
    command.add_argument("chapters", nargs="*", help="chapters by name (default: all)")
    command.add_argument(
        "--migrate", action="store_true", help="change exercises that have marks: keep those of the others, and a copy"
    )
    command.set_defaults(run=make)

    command = commands.add_parser("grade", help="grade what changed since the last time")
    command.add_argument("assignment")
    command.add_argument("--student", nargs="+", default=(), metavar="ID", help="only these students")
    command.add_argument("--force", action="store_true", help="grade again what did not change")
    command.add_argument("--workers", type=int, help="submissions at a time (default: one a processor)")
    command.add_argument("--scheduler", metavar="ADDRESS", help="grade on a Dask cluster, e.g. tcp://host:8786")
    command.add_argument(
        "--seconds", type=float, default=600, help="of processor time for a notebook (default: %(default)s)"
    )
    command.add_argument(
        "--cell-seconds", type=float, default=60, help="of processor time for a cell (default: %(default)s)"
    )
    command.add_argument("--memory", type=float, default=4, help="GiB for each process (default: %(default)s)")
    command.add_argument(
        "--without-box", action="store_true", help="run students' code without walls, where none can be built"
    )
    command.set_defaults(run=grade)

    command = commands.add_parser("undo", help="go back to before the last grading or change of an assignment")
    command.add_argument("--force", action="store_true", help="although marks that a person gave since are lost")
    command.set_defaults(run=undo)

    for name, run, what in (
        ("feedback", feedback, "write a page for each student whose marks are complete"),
        ("report", report, "write the marks as CSV, and a page on what the class understood"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("assignment")
        command.set_defaults(run=run)

    command = commands.add_parser("export", help="write the marks as the register takes them")
    command.add_argument("assignment")
    command.add_argument("--for", dest="system", choices=("canvas", "moodle", "csv"), required=True)
    command.add_argument(
        "--class-list", type=Path, metavar="FILE", help="a table that the register gave out; the marks come out in it"
    )
    command.set_defaults(run=export)

    command = commands.add_parser("dispute", help="show a doubted answer beside its check, and grade it again")
    command.add_argument("complaint", type=Path, help="a text: 'student: …', 'assignment: …', 'exercise: …', and words")
    command.add_argument("--without-box", action="store_true", help="as in 'grade'")
    command.set_defaults(run=dispute)

    command = commands.add_parser("comments", help="list what the checks said, as lines for the course's comments.yml")
    command.add_argument("assignment")
    command.set_defaults(run=comments)

    command = commands.add_parser("alike", help="list answers that are nearly the same")
    command.add_argument("assignment")
    command.set_defaults(run=alike)

    command = commands.add_parser("bundle", help="write an archive that grades in another tool's container")
    command.add_argument("assignment")
    command.add_argument("--for", dest="tool", choices=("gradescope", "otter"), required=True)
    command.set_defaults(run=bundle)
    return top


def speak_utf8():
    """Begin again in Python's UTF-8 mode where names and files would be read in the encoding of an old locale."""
    if sys.getfilesystemencoding() != "utf-8" or locale.getpreferredencoding(False).lower() not in ("utf-8", "utf8"):
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "dv_course", *sys.argv[1:]])


def main(argv=None):
    if argv is None and not sys.flags.utf8_mode:
        speak_utf8()
    arguments = parser().parse_args(argv)
    try:
        arguments.course = (arguments.course or repository.course()).resolve()
        repository.look_near(arguments.course)
        sys.exit(arguments.run(arguments))
    except (ValueError, RuntimeError, FileNotFoundError) as error:
        sys.exit(f"dv-course: {error}")
