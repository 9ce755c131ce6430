"""What is handed in, before anything runs: read whatever is there, and put right what says nothing about the answers.

Notebooks come back from many programs. What nbformat can read is made a notebook of
today's format with the labels that were given out, so that nbgrader never meets the
rest. What a person must look at is refused in a sentence.
"""

import collections
import contextlib
import copy
import hashlib
import json
import os
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from dateutil.parser import parse
from dateutil.tz import gettz

from .records import NeedsPerson

LARGEST = 20 * 2**20  # bytes of one submission
MOST = 2000  # files of one submission
DEEPEST = 400  # characters of a path in it
LIKE = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell, "raw": nbformat.v4.new_raw_cell}


@dataclass
class Submission:
    """What is sent to be graded: `files` by their path, and the labels that were `missing` among the cells."""

    files: dict = field(default_factory=dict)
    missing: list = field(default_factory=list)


def shown(name):
    """A file's name as it can be printed, whatever its bytes are."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def look(folder):
    """All regular files under a folder, and what is wrong with the rest, in sentences. Links are not followed."""
    found, troubles = [], []

    def cannot(error):
        troubles.append(f"the folder {shown(os.path.relpath(error.filename, folder))} cannot be opened")

    for where, folders, names in os.walk(folder, onerror=cannot):
        inside = os.path.relpath(where, folder)
        if len(inside) > DEEPEST:
            troubles.append(f"its folders lie too deep in each other ({shown(inside)[:60]}…)")
            folders.clear()
            continue
        odd = sorted(shown(name) for name in (*folders, *names) if shown(name) != name)
        troubles += [f"the name {name} of a file cannot be read as UTF-8 text" for name in odd]
        found += [path for path in (Path(where, name) for name in names) if _is_regular(path)]
    if len(found) > MOST:
        troubles.append(f"the submission has {len(found)} files, more than {MOST}")
    return sorted(found), troubles


def _is_regular(path):
    with contextlib.suppress(OSError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def files(folder):
    return look(folder)[0]


def fingerprint(*folders):
    """One hash of the names and contents of all files; of a huge or unreadable file only its name and size."""
    total = hashlib.sha256()
    for folder in folders:
        for path in files(folder):
            if "__pycache__" in path.parts:
                continue
            with contextlib.suppress(OSError):
                size = path.lstat().st_size
                total.update(os.fsencode(path.relative_to(folder)) + f"\0{size}\0".encode())
                total.update(path.read_bytes() if size <= LARGEST else b"")
    return total.hexdigest()


def read(folder, release):
    """The `Submission` in a folder, or `NeedsPerson`; `release` has the notebooks that were given out."""
    _refuse_unless_folder(folder)
    found, troubles = look(folder)
    size = sum(path.lstat().st_size for path in found)
    if size > LARGEST:
        troubles.append(f"the submission has {size / 2**20:.0f} MB, more than {LARGEST >> 20}")
    if troubles:
        raise NeedsPerson(troubles[0])
    submission = Submission({str(path.relative_to(folder)): _contents(path) for path in found})
    if time := timestamp(folder):
        submission.files["timestamp.txt"] = f"{time} UTC\n".encode()
    for path in sorted(release.glob("*.ipynb")):
        _refuse_unless_file(folder / path.name)
        text, missing = _notebook(path.name, submission.files[path.name], nbformat.read(path, as_version=4))
        submission.files[path.name] = text.encode()
        submission.missing += missing
    return submission


def _refuse_unless_folder(folder):
    for path in (folder.parent, folder):
        if path.is_symlink():
            raise NeedsPerson(f"{shown(path.name)} is a link to another place")
    if not folder.is_dir():
        raise NeedsPerson(f"{shown(folder.name)} is not a folder")


def _refuse_unless_file(path):
    if _is_regular(path):
        return
    if path.is_symlink() or path.exists():
        what = "a link" if path.is_symlink() else "a folder" if path.is_dir() else "a device"
        raise NeedsPerson(f"{path.name} is {what}, not a notebook")
    others = sorted(shown(other.name) for other in path.parent.glob("*.ipynb"))
    raise NeedsPerson(f"{path.name} is not there, but {', '.join(others[:5]) or 'no notebook'}")


def _contents(path):
    try:
        return path.read_bytes()
    except OSError:
        raise NeedsPerson(f"the file {shown(path.name)} cannot be opened") from None


def timestamp(folder):
    """When a submission was handed in, in UTC and without a zone; None if nothing says so."""
    path = folder / "timestamp.txt"
    if not path.exists() and not path.is_symlink():
        return None
    text = _decoded(_contents(path)).strip() if _is_regular(path) else "not a file"
    if not text:
        return None
    try:
        # A date that leaves out its day, month or year would be taken for one near today.
        when, other = (parse(text, default=datetime(n, n, n), tzinfos=_zone) for n in (1, 2))
        if when != other:
            raise ValueError
        return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
    except Exception:  # of many kinds, for words as they come
        raise NeedsPerson(f"timestamp.txt says {text[:60]!r}, which is no date that can be read") from None


def _zone(name, offset):
    return offset if offset is not None else gettz(name)


def _decoded(data):
    """Text in UTF-8, -16 or -32, as its first bytes tell; what is no text is replaced."""
    return data.decode(json.detect_encoding(data), "replace").removeprefix("\ufeff")


def _notebook(name, data, released):
    """A notebook's text in today's format, and the labels that are missing in it."""
    if not data.strip(b"\0 \t\r\n"):
        raise NeedsPerson(f"{name} is empty")
    cells = _cells(name, data)
    labels = {cell.metadata.nbgrader.grade_id: cell for cell in released.cells if _label(cell)}
    there = [label for label in map(_label, cells) if label is not None and label in labels]
    counts = collections.Counter(there)
    if twice := [label for label, count in counts.items() if count > 1]:
        raise NeedsPerson(f"{name} has more than one cell {', '.join(twice)}")
    if labels and not counts:
        raise NeedsPerson(f"{name} has lost the labels of its exercises, or it is another notebook")
    tidy = [_like(labels.get(_label(cell), cell), cell, labels) for cell in cells]
    missing = [label for label in labels if label not in counts]
    for label in missing:
        if labels[label].metadata.nbgrader.get("grade"):
            _put_back(label, labels, tidy)
    notebook = nbformat.v4.new_notebook(cells=tidy, metadata=copy.deepcopy(released.metadata))
    for number, cell in enumerate(tidy):
        cell.id = f"cell-{number}"
    try:
        nbformat.validate(notebook)
        return nbformat.writes(notebook) + "\n", missing
    except Exception:
        raise NeedsPerson(f"{name} is a notebook with cells that cannot be read") from None


def _cells(name, data):
    """The cells of a notebook of any age, in the form of today's."""
    try:
        text = data.decode(json.detect_encoding(data), "surrogatepass")
        # Halves of a letter outside the basic plane are no text; a question mark stands for each.
        text = json.dumps(json.loads(text), ensure_ascii=False).encode(errors="replace").decode()
    except (ValueError, RecursionError):
        raise NeedsPerson(f"{name} is not a notebook: it is not in JSON, or not all of it is there") from None
    try:
        notebook = nbformat.convert(nbformat.reader.reads(text), 4)
        return [cell for cell in notebook.cells if cell.cell_type in LIKE and isinstance(cell.source, str)]
    except Exception:  # nbformat lets through whatever went wrong in reading
        raise NeedsPerson(f"{name} is not a notebook that can be read") from None


def _label(cell):
    """The label of an exercise's cell; None for any other, and for what is no label."""
    data = cell.get("metadata") or {}
    data = data.get("nbgrader") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("grade_id"), str):
        return None
    return data["grade_id"] if data.get("grade") or data.get("solution") else None


def _like(pattern, cell, labels):
    """A cell's text in a cell of the kind that was given out: what it was labelled, it is labelled again."""
    new = LIKE[pattern.cell_type](cell.source)
    if _label(cell) in labels:
        new.metadata = copy.deepcopy(pattern.metadata)
    if new.cell_type != "code" and isinstance(cell.get("attachments"), dict):
        new.attachments = cell.attachments  # pictures, of an answer on paper perhaps
    return new


def _put_back(label, labels, cells):
    """Insert a graded cell that is gone behind the last one that stood before it when it was given out."""
    before = set(list(labels)[: list(labels).index(label)])
    places = [place for place, cell in enumerate(cells) if _label(cell) in before]
    cells.insert(places[-1] + 1 if places else 0, _like(labels[label], labels[label], labels))
