"""Submissions as they come back from other programs, places and languages: {name: change of what is handed in}.

Each takes the path of a notebook that is answered right, and leaves in its folder what
such a student hands in.
"""

import json
import os

SETUP = "import numpy as np\n\nimport dv"


def edited(change):
    """A change of the notebook as JSON."""

    def apply(path):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        change(notebook)
        path.write_text(json.dumps(notebook), encoding="utf-8")

    return apply


def beside(name, contents=b"x"):
    return lambda path: (path.parent / os.fsdecode(name)).write_bytes(contents)


def recoded(encoding):
    """The notebook in another encoding, with a letter that shows it."""

    def apply(path):
        text = path.read_text(encoding="utf-8").replace("A derangement", "Öh: a derangement")
        path.write_bytes(text.encode(encoding, "replace"))

    return apply


def instead(make):
    def apply(path):
        path.unlink()
        make(path)

    return apply


def label(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def find(notebook, name):
    return next(cell for cell in notebook["cells"] if label(cell) == name)


def unlabelled(*names):
    def change(notebook):
        for cell in notebook["cells"]:
            if not names or label(cell) in names:
                cell["metadata"].pop("nbgrader", None)

    return edited(change)


def old_format(notebook):
    notebook["nbformat_minor"] = 4  # and the ids stay


def outputs_on_text(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell |= {"outputs": [], "execution_count": None}


def odd_metadata(notebook):
    notebook["metadata"] = {"kernelspec": 3, "language_info": "Python"}
    for cell in notebook["cells"]:
        cell["metadata"] |= {"tags": None, "collapsed": "yes", "name": 3}


def half_a_letter(notebook):
    find(notebook, "resample")["source"] += "\n# \ud83d"


def without_setup(notebook):
    notebook["cells"] = [cell for cell in notebook["cells"] if "".join(cell["source"]) != SETUP]


def before_setup(line):
    def change(notebook):
        cell = next(cell for cell in notebook["cells"] if "".join(cell["source"]) == SETUP)
        cell["source"] = f"{line}\n{SETUP}"

    return edited(change)


def written_below(name, kind):
    """The answer stands in a new cell below its own, which is as it was given out."""

    def change(notebook):
        cell = find(notebook, name)
        below = {"cell_type": kind, "metadata": {}, "id": "below", "source": cell["source"]}
        below |= {"outputs": [], "execution_count": None} if kind == "code" else {}
        cell["source"] = STUBS[name]
        notebook["cells"].append(below)

    return edited(change)


STUBS = {"derangement": "YOUR ANSWER HERE"}  # and those of code, which the tests fill in


def malformed_labels(notebook):
    for cell in notebook["cells"]:
        if label(cell) == "resample":
            cell["metadata"]["nbgrader"] = "resample"
        elif label(cell):
            cell["metadata"]["nbgrader"] = {"grade_id": label(cell), "grade": True, "points": -3}


def deep(path):
    where = path.parent
    for _ in range(150):
        where = where / "deep"
    where.mkdir(parents=True)


FULL = {
    "intact": lambda path: None,
    "a byte order mark": recoded("utf-8-sig"),
    "UTF-16": recoded("utf-16"),
    "format 4.4 with ids": edited(old_format),
    "outputs on text": edited(outputs_on_text),
    "odd metadata": edited(odd_metadata),
    "half a letter": edited(half_a_letter),
    "malformed labels": edited(malformed_labels),
    "time with a byte order mark": beside("timestamp.txt", b"\xef\xbb\xbf2026-11-20 12:00:00.000000 UTC\n"),
    "time as PowerShell writes": beside("timestamp.txt", "2026-11-20 12:00:00 CET\n".encode("utf-16")),
    "empty time": beside("timestamp.txt", b"\n"),
    "a link beside it": lambda path: (path.parent / "data").symlink_to("/"),
    "a dangling link beside it": lambda path: (path.parent / "data").symlink_to("/nowhere"),
    "a pipe beside it": lambda path: os.mkfifo(path.parent / "pipe"),
    "a folder called as a notebook": lambda path: (path.parent / "more.ipynb").mkdir(),
    "a name in another script": beside("解答 – Lösung.txt".encode()),
    "id[1]": lambda path: None,
    "*": lambda path: None,
}
# {name: (the change, a part of the reason)}: a person must see all of it
PERSON = {
    "a name in Latin-1": (beside(b"L\xf6sung.txt"), r"L\xf6sung.txt"),
    "a name with a line break": (beside(b"a\nb.txt"), r"a\nb.txt"),
    "folders too deep": (deep, "too deep"),
    "a time in words": (beside("timestamp.txt", b"Donnerstag, 26. November 2026, 23:59 Uhr"), "Donnerstag"),
    "a time without its year": (beside("timestamp.txt", b"26 November"), "no date"),
    "a time that is a folder": (lambda path: (path.parent / "timestamp.txt").mkdir(), "no date"),
    "a link for the notebook": (instead(lambda path: path.symlink_to("/etc/passwd")), "is a link"),
    "a folder for the notebook": (instead(lambda path: path.mkdir()), "is a folder"),
    "a pipe for the notebook": (instead(os.mkfifo), "is a device"),
    "a huge file": (beside("data.bin"), "MB, more than 20"),
    "a file for the folder": (lambda path: None, "is not a folder"),
    "a link for the folder": (lambda path: None, "is a link"),
    "Latin-1 inside": (recoded("latin-1"), "is not a notebook"),
    "all labels lost": (unlabelled(), "has lost the labels"),
    "too many files": (lambda path: [beside(f"{n}")(path) for n in range(2001)], "more than 2000"),
}
# {name: (the change, {exercise: a part of the reason})}: a person must see some of it
DOUBTS = {
    "setup deleted": (edited(without_setup), {"resample": "the setup cell is not there"}),
    "setup of Colab": (before_setup("from google.colab import drive"), {"resample": "a setup cell that failed"}),
    "setup with widgets": (before_setup("%matplotlib nowhere"), {"resample": "a setup cell that failed"}),
    "one label lost": (unlabelled("resample", "resample-test"), {"resample": "resample is not there"}),
    "the label in words lost": (unlabelled("derangement"), {"derangement": "is not there"}),
    "words below": (written_below("derangement", "markdown"), {"derangement": "as it was given out"}),
    "code below": (written_below("resample", "code"), {"resample": "as it was given out"}),
}
