"""What is handed in, before anything runs: is it a notebook that can be graded?"""

import collections
import hashlib

import nbformat

LARGEST = 20 * 2**20  # bytes of one submission


class NeedsPerson(Exception):
    """A submission that no machine should mark. The message is the reason."""


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def fingerprint(*folders):
    """One hash of the names and contents of all files; of a huge file only its size."""
    total = hashlib.sha256()
    for folder in folders:
        for path in files(folder):
            size = path.stat().st_size
            if "__pycache__" not in path.parts:
                total.update(f"{path.relative_to(folder)}\0{size}\0".encode())
                total.update(path.read_bytes() if size <= LARGEST else b"")
    return total.hexdigest()


def inspect(folder, source):
    """Refuse what cannot be graded; return the ids of graded cells that are gone."""
    size = sum(path.stat().st_size for path in files(folder))
    if size > LARGEST:
        raise NeedsPerson(f"the submission has {size / 2**20:.0f} MB, more than {LARGEST >> 20}")
    missing = set()
    for path in sorted(source.glob("*.ipynb")):
        handed_in = folder / path.name
        if not handed_in.is_file() or handed_in.is_symlink():
            others = ", ".join(sorted(other.name for other in folder.glob("*.ipynb"))) or "no notebook"
            raise NeedsPerson(f"{path.name} is not there, but {others}")
        missing |= set(_ids(_read(path))) - _unique_ids(_read(handed_in), path.name)
    return missing


def _read(path):
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # nbformat lets through whatever went wrong in reading
        reason = "empty" if not path.stat().st_size else f"not a notebook ({type(error).__name__})"
        raise NeedsPerson(f"{path.name} is {reason}") from None
    return notebook


def _ids(notebook):
    data = (cell.metadata.get("nbgrader", {}) for cell in notebook.cells)
    return [item["grade_id"] for item in data if item.get("grade_id") and (item.get("grade") or item.get("solution"))]


def _unique_ids(notebook, name):
    counts = collections.Counter(_ids(notebook))
    if twice := sorted(key for key, count in counts.items() if count > 1):
        raise NeedsPerson(f"{name} has more than one cell {', '.join(twice)}")
    return set(counts)
