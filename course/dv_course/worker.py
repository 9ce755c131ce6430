"""Grade one submission, in a process of its own.

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
from .judge import CUT_OFF, Judge
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
        if msg["msg_type"] in ("stream", "display_data", "execute_result"):
            before = self.room.get(cell_index, OUTPUT)
            size = len(str(msg["content"]))
            self.room[cell_index] = before - size
            if before < 0 or (size > before and msg["msg_type"] != "stream"):
                return None
            if size > before:
                msg["content"]["text"] = msg["content"]["text"][:before] + "\n[the rest of the output was cut]\n"
        return super().process_message(msg, cell, cell_index)


def environment(run, desk):
    """What the kernel inherits: no more than it needs, and homes in its own folder."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LD_LIBRARY_PATH") if key in os.environ}
    path = [str(desk), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    own = {name: str(run) for name in ("HOME", "IPYTHONDIR", "TMPDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")}
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    # nbgrader takes any word on stderr for a failure: no warnings, no progress bars.
    quiet = {"PYTHONWARNINGS": "ignore", "TQDM_DISABLE": "1", "NBGRADER_EXECUTION": "autograde"}
    python = {"PYTHONPATH": os.pathsep.join(filter(None, path)), "PYTHONHASHSEED": "0"}
    python |= {"PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return kept | own | threads | quiet | python | {"DV_COURSE_JUDGE": str(desk / "judge")}


def hidden():
    """What a student's code has no business with: all of this clone but what it imports."""
    return [path for path in ROOT.iterdir() if path.is_dir() and path.name not in ("dv", ".venv")]


def furnish(run, desk, submitted):
    """The kernel's folder, with the student's files, and beside it what it may only read."""
    shutil.copytree(submitted, run, dirs_exist_ok=True)
    here, client = Path(__file__).parent, desk / "dv_course"
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
    course, run, desk = folder / "course", folder / "run", folder / "desk"
    submitted = course / "submitted" / spec["student"] / spec["assignment"]
    source = course / "source" / spec["assignment"]
    tests = {}
    for path in sorted(source.glob("*.ipynb")):
        tests |= assignments.exercises(path)
    missing = intake.inspect(submitted, source)
    furnish(run, desk, submitted)
    BoxedExecute.folder = run
    BoxedKernel.box = {"writable": run, "hidden": [course, spec["course"], *hidden()], "memory": spec["memory"]}
    kernel_environment = environment(run, desk)
    os.environ.clear()
    os.environ.update(kernel_environment)
    with Judge(desk / "judge", {name for _, name in tests.values() if name}) as judge:
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
            cells = nbformat.reads(text, as_version=4).cells
            named = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in cells}
            for grade in notebook.grades:
                row = {"notebook": notebook.name, "cell": grade.name, "score": grade.auto_score}
                row |= {"points": grade.max_score, "manual": grade.auto_score is None, "said": None, "reason": reason}
                if not reason:
                    row |= _confirmed(row, named[grade.name], tests[grade.name], verdicts, missing, _ended(cells))
                outcome["grades"].append(row)
            outcome["comments"] += [
                {"notebook": notebook.name, "cell": comment.name, "text": comment.auto_comment}
                for comment in notebook.comments
            ]
    return outcome


def _confirmed(row, cell, test, verdicts, missing, ended):
    """What the cell said, and a reason to doubt its mark, if there is one."""
    (answer, check), verdict = test, verdicts.get(test[1], [])
    if row["manual"] or answer == row["cell"]:
        return {"said": None, "reason": None}  # a person marks it anyway, or there is no response
    errors = _errors(cell)
    said = f"{errors[0].ename}: {errors[0].evalue}" if errors else None
    said = next(filter(None, verdict), said)
    full = row["score"] == row["points"]
    doubts = {
        "full marks that the hidden check did not confirm": full and check and verdict != [None],
        "no marks, after a cell that was ended because it took too long": not full and ended,
        "no marks, as the hidden check was out of reach": not full and re.search("dv_course|Unreachable", str(said)),
        CUT_OFF: not full and CUT_OFF in verdict,
        "no marks, after it ran out of memory": not full and re.search("MemoryError|more memory", str(said)),
        f"no marks, and the answer cell {answer} is not there": not full and answer in missing,
        "no marks, though no check failed": row["score"] == 0 and not errors,
        "no marks, though the hidden check was content": not full and None in verdict,
    }
    return {"said": said, "reason": next((doubt for doubt, holds in doubts.items() if holds), None)}


def _errors(cell):
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]


def _ended(cells):
    """Whether a cell was interrupted, or waited for one that could not be."""
    names = {error.ename for cell in cells for error in _errors(cell)}
    return bool(names & {"KeyboardInterrupt", "CellTimeoutError"})


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
