"""Grade one submission: ``python -m dv_course.worker FOLDER``, a process of its own.

The folder holds a course of one assignment and one submission, with a gradebook that
knows no other student. nbgrader grades it as it always does. Only its kernel runs
elsewhere: in a box, with the judge at its side.
"""

import json
import logging
import os
import re
import resource
import shutil
import sys
from pathlib import Path

import matplotlib
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbgrader import preprocessors as steps
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from . import assignments, contain, intake
from .judge import Judge
from .repository import ROOT

OUTPUT = 100_000  # characters of a cell's output that are kept
OWN_MEMORY = 4 << 30
ERROR_LINE = re.compile(r"[\w.]*(Error|Exception|Died)\b")


class BoxedKernel(AsyncKernelManager):
    box = {}

    def format_kernel_cmd(self, extra_arguments=None):
        return contain.boxed(super().format_kernel_cmd(extra_arguments), **self.box)


class BoxedExecute(steps.Execute):
    """nbgrader's execution in a boxed kernel, in a folder of its own, with output cut to size."""

    folder = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, kernel_manager_class=BoxedKernel, **kwargs)

    def preprocess(self, nb, resources, km=None):
        self.room = {}
        resources["metadata"]["path"] = str(self.folder)
        return super().preprocess(nb, resources, km)

    def process_message(self, msg, cell, cell_index):
        size = len(str(msg["content"])) if msg["msg_type"] in ("stream", "display_data", "execute_result") else 0
        before = self.room.get(cell_index, OUTPUT)
        self.room[cell_index] = before - size
        if before < 0:
            return None
        if size > before and msg["msg_type"] == "stream":
            msg["content"]["text"] = msg["content"]["text"][:before] + "\n[the rest of the output was cut]\n"
        elif size > before:
            return None
        return super().process_message(msg, cell, cell_index)


def environment(run):
    """What the kernel inherits: no more than it needs, and homes in its own folder."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LD_LIBRARY_PATH") if key in os.environ}
    python = [str(run / "client"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    own = {name: str(run) for name in ("HOME", "IPYTHONDIR", "TMPDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")}
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    quiet = {"PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1", "NBGRADER_EXECUTION": "autograde"}
    return kept | own | threads | quiet | {
        "PYTHONPATH": os.pathsep.join(filter(None, python)),
        "DV_COURSE_JUDGE": str(run / "judge"),
        "PYTHONHASHSEED": "0",
    }


def hidden():
    """What a student's code has no business with: all of this clone but what it imports."""
    return [path for path in ROOT.iterdir() if path.is_dir() and path.name not in ("dv", ".venv")]


def furnish(run, submitted):
    """The kernel's folder: the student's files, the client of the judge, a list of fonts."""
    shutil.copytree(submitted, run, dirs_exist_ok=True)
    here = Path(__file__).parent
    client = run / "client" / "dv_course"
    (client / "checks").mkdir(parents=True)
    for name in ("__init__.py", *(f"checks/{part}.py" for part in ("__init__", "core", "plain", "wire"))):
        shutil.copy(here / name, client / name)
    for fonts in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
        shutil.copy(fonts, run)


def autograde(course, spec, execute=True):
    config = assignments.configuration(course)
    config.BoxedExecute.timeout = spec["cell_seconds"]
    config.BoxedExecute.iopub_timeout = 30
    if os.name == "posix":
        config.BoxedKernel.transport = "ipc"
        config.BoxedKernel.ip = str(BoxedExecute.folder / "kernel")
    config.CourseDirectory.assignment_id = spec["assignment"]
    config.CourseDirectory.student_id = spec["student"]
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config, force=True)
    converter.log.setLevel(logging.ERROR)
    kept = [step for step in converter.autograde_preprocessors if step is not steps.Execute]
    converter.autograde_preprocessors = [BoxedExecute] * execute + kept
    errors = Errors()
    converter.log.addHandler(errors)
    try:
        converter.start()
    except Exception as error:
        raise Failed(errors.last or f"{type(error).__name__}: {error}") from error


class Failed(Exception):
    """nbgrader could not bring a submission to its end."""


class Errors(logging.Handler):
    """nbgrader logs why it fails and raises only that it does; this keeps the why."""

    last = None

    def emit(self, record):
        for line in record.getMessage().splitlines():
            if ERROR_LINE.match(line):
                self.last = line


def grade(folder):
    """Grade the submission in `folder`; the outcome as plain data."""
    spec = json.loads((folder / "spec.json").read_text())
    course, run = folder / "course", folder / "run"
    submitted = course / "submitted" / spec["student"] / spec["assignment"]
    source = course / "source" / spec["assignment"]
    tests = {}
    for path in sorted(source.glob("*.ipynb")):
        tests |= assignments.exercises(path)
    missing = intake.inspect(submitted, source)
    furnish(run, submitted)
    BoxedExecute.folder = run
    BoxedKernel.box = {"writable": run, "hidden": [course, *hidden()], "memory": spec["memory"]}
    kernel_environment = environment(run)
    os.environ.clear()
    os.environ.update(kernel_environment)
    with Judge(run / "judge", {name for _, name in tests.values() if name}) as judge:
        try:
            autograde(course, spec)
        except Failed as failed:
            reason = f"the notebook did not run to its end ({str(failed)[:200]})"
            autograde(course, spec, execute=False)  # so that a person can open it
            return _outcome(course, spec, {}, {}, reason)
    return _outcome(course, spec, tests, judge.verdicts, None, missing)


def _outcome(course, spec, tests, verdicts, reason, missing=()):
    outcome = {"reason": reason, "grades": [], "comments": [], "notebooks": {}}
    folder = course / "autograded" / spec["student"] / spec["assignment"]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "dv") as gradebook:
        submission = gradebook.find_submission(spec["assignment"], spec["student"])
        for notebook in submission.notebooks:
            text = (folder / f"{notebook.name}.ipynb").read_text()
            outcome["notebooks"][notebook.name] = {"text": text, "penalty": notebook.late_submission_penalty}
            cells = {
                cell.metadata.get("nbgrader", {}).get("grade_id"): cell
                for cell in nbformat.reads(text, as_version=4).cells
            }
            for grade in notebook.grades:
                row = {"notebook": notebook.name, "cell": grade.name, "score": grade.auto_score}
                row |= {"points": grade.max_score, "manual": grade.auto_score is None, "said": None, "reason": reason}
                if not reason:
                    row |= _confirmed(row, cells.get(grade.name), tests[grade.name], verdicts, missing)
                outcome["grades"].append(row)
            outcome["comments"] += [
                {"notebook": notebook.name, "cell": comment.name, "text": comment.auto_comment}
                for comment in notebook.comments
            ]
    return outcome


def _confirmed(row, cell, test, verdicts, missing):
    """What the cell said, and a reason to doubt its mark, if there is one."""
    (answer, check), verdict = test, verdicts.get(test[1], [])
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    said = f"{errors[0].ename}: {errors[0].evalue}" if errors else None
    full = row["score"] == row["points"]
    doubt = None
    if row["manual"] or answer == row["cell"]:
        return {"said": None, "reason": None}  # a person marks it anyway, or there is no response
    if errors and errors[0].ename == "CellTimeoutError":
        doubt = "the kernel no longer answered"
    elif not full and answer in missing:
        doubt = f"the answer cell {answer} is not in the notebook"
    elif full and check and verdict != [None]:
        doubt = "full marks that the hidden check did not confirm"
    elif row["score"] == 0 and not errors:
        doubt = "no marks, though no check failed"
    elif not full and None in verdict:
        doubt = "no marks, though the hidden check was content"
    return {"said": next(filter(None, verdict), said), "reason": doubt}


def main(folder):
    if sys.platform.startswith("linux"):
        resource.setrlimit(resource.RLIMIT_AS, (OWN_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    folder = Path(folder)
    try:
        outcome = grade(folder)
    except intake.NeedsPerson as needs:
        outcome = {"reason": str(needs), "grades": [], "comments": [], "notebooks": {}}
    written = folder / "outcome.new"
    written.write_text(json.dumps(outcome))
    written.rename(folder / "outcome.json")


if __name__ == "__main__":
    main(sys.argv[1])
