"""The chapters as notebooks, and what a reader may see of them.

A chapter holds its exercises whole: the stub, the solution between
``### BEGIN SOLUTION`` and ``### END SOLUTION``, the hidden tests; below a question that a
person marks, the marking scheme between ``=== BEGIN MARK SCHEME ===`` and
``=== END MARK SCHEME ===``. nbgrader's own preprocessors take all three out, here for the
page and for the reader's notebook, later for the released assignment.
"""

import functools
import re

import jupytext
import nbformat
import yaml
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

from .reader import labels, spell_out
from .repository import PACKAGE, root


def chapter_paths(clone=None):
    """Every page that `_toc.yml` names, in order, as paths to its `.md` source."""
    clone = clone or root()

    def files(node):
        if isinstance(node, dict):
            yield from (node[key] for key in ("root", "file") if key in node)
            for value in node.values():
                yield from files(value)
        elif isinstance(node, list):
            for item in node:
                yield from files(item)

    toc = yaml.safe_load((clone / "_toc.yml").read_text(encoding="utf-8"))
    return [clone / f"{name}.md" for name in files(toc)]


def is_notebook(path):
    return path.read_text(encoding="utf-8").startswith("---\njupytext:")


def read_chapter(path):
    """The chapter as a notebook; cell ids depend on name and place only."""
    notebook = jupytext.read(path)
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{path.stem}-{number}"
    nbformat.validate(notebook)
    return notebook


# What a page shows otherwise than its source does: formulas, roles, emphasis, quotation marks.
MARKUP = re.compile(r"\$[^$]*\$|\{[\w:]+\}`[^`]*`|[*\"']")


def clear_marking(cell):
    """Take the marking scheme out of one cell, in place."""
    marking = ClearMarkScheme(enforce_metadata=False)
    if marking.begin_mark_scheme_delimeter in cell.source:
        marking.preprocess_cell(cell, ResourcesDict(), 0)
        cell.source = cell.source.rstrip("\n")
    return cell


def marking_scheme(cell):
    """The marking scheme that a cell holds, or None."""
    found = re.search(r"^=== BEGIN MARK SCHEME ===$(.*?)^=== END", cell.source, re.DOTALL | re.MULTILINE)
    return found and found[1].strip()


def clear_cell(cell):
    """Take the solution, the hidden tests and the marking scheme out of one cell, in place."""
    solutions, tests = ClearSolutions(), ClearHiddenTests()
    # Without such a region nbgrader would replace the whole answer, a stub of words too.
    if solutions.begin_solution_delimeter in cell.source:
        solutions.preprocess_cell(cell, ResourcesDict(language="python"), 0)
    if tests.begin_test_delimeter in cell.source:
        tests.preprocess_cell(cell, ResourcesDict(), 0)
    return clear_marking(cell)


def reader_notebook(path):
    """The chapter as the reader's notebook: no solution, no hidden test, no marking scheme."""
    notebook = spelt_out(read_chapter(path))
    for cell in notebook.cells:
        clear_cell(cell)
    return notebook


def spelt_out(notebook):
    """Replace, in place, what only the book understands in the notebook's text cells."""
    text = "\n".join(cell.source for cell in notebook.cells)
    here, page = labels(text), re.search(r"^# (.*)$", text, re.MULTILINE)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = spell_out(cell.source, here, page and page[1])
    return notebook


def assignment_notebook(path):
    """The chapter's exercises alone, whole: graded cells, their texts, and cells tagged `setup`."""
    notebook = read_chapter(path)

    def wanted(cell):
        is_exercise = cell.cell_type == "markdown" and "{exercise}" in cell.source
        return is_exercise or "nbgrader" in cell.metadata or "setup" in cell.metadata.get("tags", [])

    notebook.cells = [cell for cell in notebook.cells if wanted(cell)]
    return spelt_out(notebook)


def check_cells(cells):
    """{exercise: its test cells}: one, or one for each part that has points of its own."""
    found, answer = {}, None
    for cell in cells:
        data = cell.metadata.get("nbgrader", {})
        if data.get("solution"):
            answer = data["grade_id"]
        elif data.get("grade"):
            found.setdefault(answer, []).append(cell)
    return found


def hidden_checks(path):
    """The module of a chapter's hidden checks."""
    return PACKAGE / "checks" / f"{path.stem}.py"


@functools.cache
def shown():
    """All that the readers of the chapters see, as one text."""
    notebooks = map(reader_notebook, filter(is_notebook, chapter_paths()))
    return "\n".join(cell.source for notebook in notebooks for cell in notebook.cells)


def secrets(path):
    """The lines of a chapter's solutions, hidden tests and hidden checks, and the phrases of its
    marking scheme, that tell something."""
    cells = read_chapter(path).cells
    lines = [line.strip() for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    lines += [phrase.strip() for cell in cells for phrase in MARKUP.split(marking_scheme(cell) or "")]
    lines += [line.strip() for line in hidden_checks(path).read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if len(line) >= 20 and line not in shown()]
