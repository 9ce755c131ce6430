"""What came of each submission: one `Outcome`, and its record on disk."""

import json
from dataclasses import asdict, dataclass, field, fields


class NeedsPerson(Exception):
    """A submission that no machine should mark. The message is the reason."""


@dataclass
class Outcome:
    """What came of one submission.

    Attributes
    ----------
    reason : str or None
        Why a person must mark the whole submission.
    grades : list of dict
        A row for each graded cell: `notebook`, `cell`, `score` (None: there is none), `points`,
        `manual` (whether a person marks it anyway), `said` (what the checks said) and `reason`
        (why a person must mark this cell).
    comments : list of dict
        nbgrader's comments: `notebook`, `cell`, `text`.
    notebooks : dict
        {name: {"text": the executed notebook}}; not kept in a record.
    seconds : float or None
        How long it took.
    fingerprint : str or None
        Of all that it depends on; known once it is entered into the gradebook.
    detail : str or None
        What the grader itself stumbled over: for whoever mends it, and reason to try again.
    """

    reason: str | None = None
    grades: list = field(default_factory=list)
    comments: list = field(default_factory=list)
    notebooks: dict = field(default_factory=dict)
    seconds: float | None = None
    fingerprint: str | None = None
    detail: str | None = None

    @classmethod
    def from_json(cls, text):
        known = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in json.loads(text).items() if name in known})

    def to_json(self, without=()):
        return json.dumps({name: value for name, value in asdict(self).items() if name not in without}, indent=1)

    def needing_a_person(self):
        """(cell or "all", reason) for each mark that a person must give."""
        if self.reason:
            return [("all", self.reason)]
        return [(row["cell"], row["reason"]) for row in self.grades if row["reason"]]


def record_path(course, assignment, student):
    return course / "graded" / assignment / f"{student}.json"


def write_record(course, assignment, student, outcome):
    """Keep all of an outcome but what the gradebook and the notebooks themselves hold."""
    write_whole(record_path(course, assignment, student), outcome.to_json(without=("comments", "notebooks")))


def records(course, assignment):
    """{student: Outcome} of what is graded."""
    paths = sorted((course / "graded" / assignment).glob("*.json"))
    return {path.stem: Outcome.from_json(path.read_text(encoding="utf-8")) for path in paths}


def write_whole(path, text, newline=None):
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8", newline=newline)
    new.replace(path)
