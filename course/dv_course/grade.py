"""Grade an assignment: what changed, in parallel, into the one gradebook."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from . import assignments, engine, gradebook, intake
from .repository import ROOT


@dataclass
class Limits:
    """What one submission may use."""

    seconds: float = 600
    cell_seconds: int = 60
    memory: int = 4 << 30  # bytes, of each process


def submitted(course, assignment):
    """{student: folder} of what is handed in."""
    folders = sorted((course / "submitted").glob(f"*/{assignment}"))
    return {folder.parent.name: folder for folder in folders if folder.is_dir()}


def record_path(course, assignment, student):
    return course / "graded" / assignment / f"{student}.json"


def records(course, assignment):
    """{student: record} of what is graded."""
    paths = sorted((course / "graded" / assignment).glob("*.json"))
    return {path.stem: json.loads(path.read_text()) for path in paths}


def write_whole(path, text):
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(text)
    new.replace(path)


@contextlib.contextmanager
def alone(course):
    """Refuse a second grader of the same course at the same time; lend a folder to work in."""
    key = hashlib.sha256(str(course).encode()).hexdigest()[:12]
    scratch = Path(tempfile.gettempdir()) / f"dv-course-{key}"
    with open(course / ".work.lock", "w") as lock:
        if os.name == "posix":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RuntimeError("another dv-course is grading this course") from None
        shutil.rmtree(scratch, ignore_errors=True)  # left by a run that was killed
        scratch.mkdir(mode=0o700)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


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


def pack(course, assignment, student, template, limits, scratch):
    """One submission with all that its grading needs, as bytes."""
    folder = course / "submitted" / student / assignment
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        root = Path(name)
        shutil.copytree(course / "source" / assignment, root / "course" / "source" / assignment)
        target = root / "course" / "submitted" / student / assignment
        for path in intake.files(folder):
            (target / path.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / path.relative_to(folder))
        shutil.copy(template, root / "course" / "gradebook.db")
        spec = {"course": str(course), "assignment": assignment, "student": student, **limits}
        (root / "spec.json").write_text(json.dumps(spec))
        return engine.packed(root)


def grade(course, assignment, students=(), force=False, workers=None, scheduler=None, limits=None):
    """Grade what changed of `assignment`; {student: record} of all that is graded."""
    limits = asdict(limits or Limits())
    source = course / "source" / assignment
    if not source.is_dir():
        raise FileNotFoundError(f"there is no assignment {assignment}: run 'dv-course assignments' first")
    there = submitted(course, assignment)
    if unknown := sorted(set(students) - set(there)):
        raise ValueError(f"nothing is handed in for {assignment} by {', '.join(unknown)}")
    rules = intake.fingerprint(source, ROOT / "course" / "dv_course", ROOT / "dv")
    prints = {student: intake.fingerprint(there[student]) + rules for student in students or there}
    before = records(course, assignment)
    known = {student: record["fingerprint"] for student, record in before.items()}
    todo = [student for student in prints if force or known.get(student) != prints[student]]
    with heeding_interrupts() as interrupted, alone(course) as scratch, gradebook.opened(course) as book:
        template = scratch / "template.db"
        gradebook.write_template(course, template)

        def enter(student, outcome):
            _enter(course, book, assignment, student, outcome, prints[student])

        with tqdm(total=len(todo), desc=assignment, unit="submission", smoothing=0.1) as bar:
            jobs = []
            for student in todo:
                if refused := _refused(there[student], source):
                    enter(student, refused)
                    bar.update()
                else:
                    arguments = (course, assignment, student, template, limits, scratch)
                    jobs.append((student, lambda arguments=arguments: pack(*arguments)))
            graded = (
                engine.on_cluster(jobs, limits, scheduler)
                if scheduler
                else engine.here(jobs, limits, workers or os.cpu_count(), scratch, _checks(source))
            )
            with contextlib.closing(graded):
                for student, outcome in graded:
                    enter(student, outcome)
                    bar.update()
                    if interrupted.is_set():
                        raise KeyboardInterrupt
    return records(course, assignment)


def _checks(source):
    """The chapters whose hidden checks the notebooks of an assignment call."""
    names = [name for path in source.glob("*.ipynb") for _, name in assignments.exercises(path).values()]
    return sorted({name.partition(".")[0] for name in names if name})


def _refused(folder, source):
    """The outcome of a submission that need not be sent anywhere to be refused."""
    try:
        intake.inspect(folder, source)
    except intake.NeedsPerson as needs:
        return {"reason": str(needs), "grades": [], "comments": [], "notebooks": {}}
    return None


def _enter(course, book, assignment, student, outcome, fingerprint):
    """Into the gradebook, then the notebook, and last the record that this is done."""
    gradebook.merge(course, book, assignment, student, outcome)
    folder, handed_in = (course / step / student / assignment for step in ("autograded", "submitted"))
    shutil.rmtree(folder, ignore_errors=True)
    for name, notebook in outcome["notebooks"].items():
        write_whole(folder / f"{name}.ipynb", notebook["text"])
    # As nbgrader does: the time stamp and what else came with the notebook.
    for path in intake.files(handed_in) if outcome["notebooks"] else ():
        if path.suffix != ".ipynb":
            target = folder / path.relative_to(handed_in)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    record = {"fingerprint": fingerprint, "reason": outcome["reason"], "grades": outcome["grades"]}
    record["seconds"] = outcome.get("seconds")
    write_whole(record_path(course, assignment, student), json.dumps(record, indent=1))


def needing_a_person(record):
    """(exercise or the whole, reason) for each mark of a record that a person must give."""
    if record["reason"]:
        return [("all", record["reason"])]
    return [(row["cell"], row["reason"]) for row in record["grades"] if row["reason"]]
