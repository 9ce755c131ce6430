"""The chapters as notebooks, and what a reader may see of them.

A chapter holds its exercises whole: the stub, the solution between
``### BEGIN SOLUTION`` and ``### END SOLUTION``, the hidden tests. nbgrader's own
preprocessors take solutions and hidden tests out, here for the page and for the
reader's notebook, later for the released assignment.
"""

from pathlib import Path

import jupytext
import nbformat
import yaml
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

ROOT = Path(__file__).resolve().parents[2]


def chapter_paths(root=ROOT):
    """Every page that `_toc.yml` names, in order, as paths to its `.md` source."""

    def files(node):
        if isinstance(node, dict):
            yield from (node[key] for key in ("root", "file") if key in node)
            for value in node.values():
                yield from files(value)
        elif isinstance(node, list):
            for item in node:
                yield from files(item)

    toc = yaml.safe_load((root / "_toc.yml").read_text())
    return [root / f"{name}.md" for name in files(toc)]


def is_notebook(path):
    return path.read_text().startswith("---\njupytext:")


def read_chapter(path):
    """The chapter as a notebook; cell ids depend on name and place only."""
    notebook = jupytext.read(path)
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{path.stem}-{number}"
    nbformat.validate(notebook)
    return notebook


def clear_cell(cell):
    """Take the solution and the hidden tests out of one cell, in place."""
    if cell.metadata.get("nbgrader", {}).get("solution"):
        ClearSolutions()._replace_solution_region(cell, "python")
    if cell.metadata.get("nbgrader", {}).get("grade"):
        ClearHiddenTests()._remove_hidden_test_region(cell)
    return cell


def reader_notebook(path):
    """The chapter as the reader's notebook: no solution, no hidden test."""
    notebook = read_chapter(path)
    for cell in notebook.cells:
        clear_cell(cell)
    return notebook
