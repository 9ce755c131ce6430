"""Grade one submission, in a process of its own.

The folder holds a course of one assignment and one submission, with a gradebook that
knows no other student. nbgrader grades it as it always does. Only its kernel runs
elsewhere: in a box, with the judge at its side.
"""

import json
import logging
import os
import resource
import sys
from pathlib import Path

import nbformat
from nbgrader import preprocessors as steps
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from .. import assignments
from ..checks.core import answered_by, seed_of_class
from ..settings import Literal, configuration
from . import clock, doubts, gradebook, surroundings
from .judge import Judge
from .kernel import BoxedExecute, BoxedKernel
from .records import NeedsPerson, Outcome, write_whole

OWN_MEMORY = 4 << 30
# By a word of what was said, why a notebook did not run to its end: for the grader, or for what it holds.
OURS = {"NotStarted": "its kernel could not be started"}
THEIRS = {
    "DeadKernel": "its kernel died",
    "Kernel died": "its kernel died",
    "partial credit": "a cell claimed more points than there are",
    "Timeout": "a cell took too long and could not be interrupted",
}


class Grader(Literal, Autograde):
    """nbgrader's autograder."""


def autograde(course, spec, execute=True):
    config = configuration(course)
    BoxedExecute.seconds = spec["cell_seconds"]
    config.BoxedExecute.timeout = int(clock.WAITING * spec["cell_seconds"]) + 1
    config.BoxedExecute.startup_timeout = 300
    config.BoxedExecute.iopub_timeout = 30
    if os.name == "posix":
        config.BoxedKernel.transport = "ipc"
        config.BoxedKernel.ip = str(BoxedExecute.folder / "kernel")
    config.CourseDirectory.assignment_id = spec["assignment"]
    config.CourseDirectory.student_id = spec["student"]
    converter = Grader(coursedir=CourseDirectory(config=config), config=config, force=True)
    converter.log.setLevel(logging.ERROR)
    kept = [step for step in converter.autograde_preprocessors if step is not steps.Execute]
    converter.autograde_preprocessors = [BoxedExecute] * execute + kept
    errors = Errors()
    converter.log.addHandler(errors)
    try:
        converter.start()
    except Exception as error:
        raise Failed(errors.said or f"{type(error).__name__}: {error}") from error


class Failed(Exception):
    """nbgrader could not bring a submission to its end."""


class Errors(logging.Handler):
    """nbgrader logs why it fails and raises only that it does; this keeps the why."""

    said = ""

    def emit(self, record):
        self.said += record.getMessage() + "\n"


def grade(folder, way, asking):
    """Grade the submission in `folder`, in a box that is closed by `way`."""
    spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    course = folder / "course"
    submitted = course / "submitted" / spec["student"] / spec["assignment"]
    tests = {}
    for path in sorted((course / "source" / spec["assignment"]).glob("*.ipynb")):
        tests |= assignments.exercises(path)
    answered_by(spec["student"])
    seed_of_class(configuration(course).HiddenChecks.get("seed"))
    surroundings.lay_out(folder, submitted)
    BoxedExecute.folder = folder / "run"
    BoxedKernel.asking = asking
    BoxedKernel.box = surroundings.kernel_box(folder, spec["course"], spec["memory"], way)
    environment = surroundings.environment(folder)
    os.environ.clear()
    os.environ.update(environment)
    with Judge(folder / "client" / "judge", {name for _, name in tests.values() if name}) as judge:
        try:
            autograde(course, spec)
        except Failed as failed:
            autograde(course, spec, execute=False)  # so that a person can open it
            why = _why(str(failed))
            outcome = _outcome(
                course, spec, {}, {}, "the notebook did not run to its end" + (f": {why}" if why else "")
            )
            outcome.detail = None if why in THEIRS.values() else str(failed)[-2000:]
            return outcome
    return _outcome(course, spec, tests, judge.verdicts, None)


def _why(failed):
    """In words, why a notebook did not run to its end; None if nbgrader's own words do not tell."""
    return next((words for sign, words in (OURS | THEIRS).items() if sign in failed), None)


def _outcome(course, spec, tests, verdicts, reason):
    outcome = Outcome(reason)
    folder, release = course / "autograded" / spec["student"] / spec["assignment"], course / "release"
    with gradebook.opened(course) as book:
        submission = book.find_submission(spec["assignment"], spec["student"])
        for notebook in submission.notebooks:
            text = (folder / f"{notebook.name}.ipynb").read_text(encoding="utf-8")
            outcome.notebooks[notebook.name] = {"text": text}
            released = nbformat.read(release / spec["assignment"] / f"{notebook.name}.ipynb", as_version=4)
            executed = doubts.Executed(nbformat.reads(text, as_version=4), released, spec["missing"])
            for grade in notebook.grades:
                row = {"notebook": notebook.name, "cell": grade.name, "score": grade.auto_score}
                row |= {"points": grade.max_score, "manual": grade.auto_score is None, "said": None, "reason": reason}
                if not reason:
                    row |= _confirmed(row, tests[grade.name], verdicts, executed)
                outcome.grades.append(row)
            outcome.comments += [
                {"notebook": notebook.name, "cell": comment.name, "text": comment.auto_comment}
                for comment in notebook.comments
            ]
    return outcome


def _confirmed(row, test, verdicts, executed):
    """What the cell said, and a reason to doubt its mark, if there is one."""
    verdict = verdicts.get(test[1], [])
    if row["manual"] or test[0] == row["cell"]:
        return {"said": None, "reason": doubts.of_written(row, executed)}
    errors = doubts.errors(executed.cells[row["cell"]])
    said = f"{errors[0].ename}: {errors[0].evalue}" if errors else None
    said = next(filter(None, verdict), said)
    return {"said": said, "reason": doubts.of_tested(row, test, verdict, said, executed)}


def main(folder, way, asking):
    if sys.platform.startswith("linux"):
        resource.setrlimit(resource.RLIMIT_AS, (OWN_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    folder = Path(folder)
    try:
        outcome = grade(folder, way, asking)
    except NeedsPerson as needs:
        outcome = Outcome(reason=str(needs))
    write_whole(folder / "outcome.json", outcome.to_json())
