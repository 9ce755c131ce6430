"""Check or format the code cells of the chapters: ``python cells.py check | format [--check] [CHAPTER.md …]``.

ruff reads Markdown's own fences and not those of notebooks; here it is given each chapter's
cells as a notebook, and what it finds is told by the lines of the chapter. A formatted
chapter is written as JupyterLab would save it, so that a first save there changes nothing.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
from jupytext.config import load_jupytext_configuration_file
from ruff import find_ruff_bin

BOOK = Path(__file__).resolve().parents[1]
WIDTH = ["--line-length", "72"]  # what a page shows without scrolling
# A cell: its fence, its options (`:name: value`, or YAML between dashes), and its code.
CELL = re.compile(r"^```\{code-cell\}.*\n((?:---\n(?:.*\n)*?---\n|(?::.*\n)*)\n?)((?:.*\n)*?)```$", re.MULTILINE)


def ruff(command, text, *options):
    """The finished process of ruff on the cells of a chapter."""
    cells = [{"cell_type": "code", "source": cell[2], "metadata": {}, "outputs": []} for cell in CELL.finditer(text)]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    options = [*WIDTH, *options, "--stdin-filename", str(BOOK / "chapter.ipynb"), "-"]
    return subprocess.run(
        [find_ruff_bin(), command, *options], input=notebook, capture_output=True, text=True, check=False
    )


def check(path):
    """Print what ruff finds in a chapter; return whether that is anything."""
    text = path.read_text(encoding="utf-8")
    said = ruff("check", text, "--quiet", "--output-format", "json")
    sys.stderr.write(said.stderr)
    first = [1 + text.count("\n", 0, cell.start(2)) for cell in CELL.finditer(text)]
    for found in json.loads(said.stdout or "[]"):
        at = found["location"]
        print(f"{path}:{first[found['cell'] - 1] + at['row'] - 1}:{at['column']}: {found['code']} {found['message']}")
    return said.returncode


def formatted(text):
    """The chapter with its cells as ruff formats those of a notebook."""
    said = ruff("format", text)
    if said.returncode:
        raise SystemExit(said.stderr)
    made = iter("".join(cell["source"]) for cell in json.loads(said.stdout)["cells"])
    text = CELL.sub(lambda cell: cell[0][: cell.start(2) - cell.start()] + next(made).rstrip("\n") + "\n```", text)
    return saved(text) if text.startswith("---\njupytext:") else text


def saved(text):
    """The chapter as JupyterLab saves it, and an editor that goes through an .ipynb, which sorts the keys."""
    config = load_jupytext_configuration_file(str(BOOK.parent / "jupytext.toml"))
    notebook = nbformat.reads(nbformat.writes(jupytext.reads(text, "md:myst", config=config)), as_version=4)
    return jupytext.writes(notebook, "md:myst", config=config)


def format_(path, write):
    """Format the cells of a chapter, or only say that they are not; return whether they were not."""
    text = path.read_text(encoding="utf-8")
    new = formatted(text)
    if new == text:
        return 0
    print(f"{'formatted' if write else 'would format'} the cells of {path}")
    if write:
        path.write_text(new, encoding="utf-8")
    return 1


def main(task, *arguments):
    """Do the task for the chapters that are named, or for all; return whether something was found."""
    paths = [Path(name) for name in arguments if name.endswith(".md")] or sorted(BOOK.glob("*.md"))
    if task == "check":
        return any([check(path) for path in paths])
    only_look = "--check" in arguments
    return any([format_(path, not only_look) for path in paths]) and only_look


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
