"""Grade an assignment: what changed, in parallel, into the one gradebook."""

import ast
import contextlib
import functools
import hashlib
import json
import os
import shutil
import signal
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from tqdm import tqdm

from .. import comments, repository, settings
from ..checks.core import seed_of_class
from . import backup, gradebook, intake, pages, pool, surroundings
from .locking import alone
from .records import NeedsPerson, records, write_record, write_whole


@dataclass
class Limits:
    """What one submission may use."""

    seconds: float = 600  # of processor time, for a notebook
    cell_seconds: float = 60  # of processor time, for a cell
    memory: int = 4 << 30  # bytes, of each process


def submitted(course, assignment):
    """{student: folder} of what is handed in."""
    folders = sorted((course / "submitted").glob(f"*/{assignment}"))
    return {intake.shown(folder.parent.name): folder for folder in folders}


@contextlib.contextmanager
def heeding_interrupts():
    """Ctrl-C raises KeyboardInterrupt and is noted too: if it falls into a callback, Python drops it."""
    noted = threading.Event()

    def note(number, frame):
        noted.set()
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    previous = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, previous)


def pack(course, assignment, student, folder, template, limits, scratch):
    """One submission with all that its grading needs, as bytes; `NeedsPerson` if it cannot be graded."""
    submission = intake.read(folder, course / "release" / assignment)
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        root = Path(name)
        for step in ("source", "release"):
            shutil.copytree(course / step / assignment, root / "course" / step / assignment)
        for path, contents in submission.files.items():
            target = root / "course" / "submitted" / student / assignment / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(contents)
        for path in settings.modules(course):
            shutil.copy(path, root / "course")
        shutil.copy(template, root / "course" / "gradebook.db")
        spec = {"course": str(course), "assignment": assignment, "student": student, "missing": submission.missing}
        write_whole(root / "spec.json", json.dumps(spec | limits))
        return pool.packed(root)


def grade(course, assignment, students=(), force=False, workers=None, scheduler=None, limits=None, without_box=False):
    """Grade what changed of `assignment`; {student: Outcome} of all that is graded.

    `NoBox`, and nothing is graded, where no box can be closed around students' code, unless `without_box`.
    """
    limits = asdict(limits or Limits())
    source = course / "source" / assignment
    for step in ("source", "release"):
        if not list((course / step / assignment).glob("*.ipynb")):
            raise FileNotFoundError(
                f"there is no assignment {assignment} in {course / step}: run 'dv-course assignments' first"
            )
    there = submitted(course, assignment)
    if unknown := sorted(set(students) - set(there)):
        raise ValueError(f"nothing is handed in for {assignment} by {', '.join(unknown)}")
    seed_of_class(settings.configuration(course).HiddenChecks.get("seed"))
    rules = _rules(course, assignment)
    prints = {student: intake.fingerprint(there[student]) + rules for student in students or there}
    known = {student: record.fingerprint for student, record in records(course, assignment).items()}
    todo = [student for student in prints if force or known.get(student) != prints[student]]
    with heeding_interrupts() as interrupted, alone(course) as scratch, gradebook.opened(course) as book:
        way = None if without_box or scheduler else surroundings.find_way(course, limits["memory"])
        if todo:
            backup.save(course, assignment, f"the grading of {assignment}", todo)
        template = scratch / "template.db"
        gradebook.write_template(course, template)

        def enter(student, outcome):
            outcome.fingerprint = None if outcome.detail else prints[student]
            _enter(course, book, assignment, student, there[student], outcome)

        with tqdm(total=len(todo), desc=assignment, unit="submission", smoothing=0.1) as bar:
            packing = functools.partial(pack, template=template, limits=limits, scratch=scratch)
            jobs = [(name, functools.partial(packing, course, assignment, name, there[name])) for name in todo]
            graded = (
                pool.on_cluster(jobs, limits, scheduler, course, without_box, workers)
                if scheduler
                else pool.here(jobs, limits, workers or os.cpu_count(), scratch, _modules_imported(source), way)
            )
            with contextlib.closing(graded):
                for student, outcome in graded:
                    enter(student, outcome)
                    bar.update()
                    if interrupted.is_set():
                        raise KeyboardInterrupt
        comments.enter(course, book, assignment)
    return records(course, assignment)


def _rules(course, assignment):
    """A fingerprint of all that marks depend on beside what is handed in."""
    folders = (course / "source" / assignment, repository.PACKAGE, repository.module())
    total = hashlib.sha256(intake.fingerprint(*filter(None, folders)).encode())
    for path in settings.modules(course):
        total.update(path.read_bytes())
    with gradebook.opened(course) as book:
        total.update(str(book.find_assignment(assignment).duedate).encode())
    return total.hexdigest()


def _modules_imported(source):
    """What the code cells of an assignment's notebooks import, but for the checks."""
    found = set()
    for path in source.glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                with contextlib.suppress(SyntaxError):  # a cell for IPython alone
                    found |= {name for node in ast.walk(ast.parse(cell.source)) for name in _names(node)}
    return sorted(name for name in found if name.partition(".")[0] != "dv_course")


def _names(statement):
    match statement:
        case ast.Import():
            return [alias.name for alias in statement.names]
        case ast.ImportFrom(module=str(name), level=0):
            return [name]
    return []


def _enter(course, book, assignment, student, handed_in, outcome):
    """Into the gradebook, then the notebook, and last the record that this is done."""
    gradebook.merge(course, book, assignment, student, _timestamp(handed_in), outcome)
    folder = course / "autograded" / student / assignment
    for old in (folder, course / "feedback" / student / assignment):  # a page goes with its mark
        shutil.rmtree(old, ignore_errors=True)
    people = outcome.needing_a_person()
    for path in (course / "release" / assignment).glob("*.ipynb"):
        if graded := outcome.notebooks.get(path.stem):
            text = pages.headed(graded["text"], people)
        else:
            text = pages.in_place(path, handed_in / path.name, people)
        write_whole(folder / path.name, text)
    # As nbgrader does: the time stamp and what else came with the notebook.
    for path in intake.files(handed_in) if outcome.notebooks else ():
        if path.suffix != ".ipynb":
            target = folder / path.relative_to(handed_in)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    write_record(course, assignment, student, outcome)


def _timestamp(folder):
    try:
        return intake.timestamp(folder)
    except NeedsPerson:
        return None  # which is its reason already
