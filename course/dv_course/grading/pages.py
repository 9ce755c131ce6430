"""What a person sees of a submission that waits: its notebook, headed by the reasons."""

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor

from . import intake

MARK = "dv_course_reasons"  # the metadata of cells that are for the person who marks
SHOWN = 20_000  # characters of a file that could not be read


class WithoutReasons(NbGraderPreprocessor):
    """Takes what was for the person who marks out of what the student gets."""

    def preprocess(self, nb, resources):
        nb.cells = [cell for cell in nb.cells if MARK not in cell.metadata]
        return nb, resources


def headed(text, people):
    """A graded notebook's text, headed by (exercise, reason) of each mark that a person must give."""
    if not people:
        return text
    notebook = nbformat.reads(text, as_version=4)
    notebook.cells.insert(0, _reasons(people))
    return nbformat.writes(notebook) + "\n"


def in_place(released, handed_in, people):
    """In place of a notebook that could not be graded: its exercises, to be marked, and what was handed in."""
    notebook = nbformat.read(released, as_version=4)
    what = _for_person(f"**Handed in as {released.name}:**\n\n{_indented(_text(handed_in))}", "dv-handed-in")
    notebook.cells = [_reasons(people), what, *notebook.cells]
    return nbformat.writes(notebook) + "\n"


def _reasons(people):
    lines = [f"- {'all exercises' if cell == 'all' else cell.removesuffix('-test')}: {why}" for cell, why in people]
    return _for_person("**A person must mark this.**\n\n" + "\n".join(lines), "dv-reasons")


def _for_person(source, name):
    cell = nbformat.v4.new_markdown_cell(source, id=name)
    cell.metadata[MARK] = True
    return cell


def _text(path):
    """What a file holds, as far as it is text; nothing but a regular file is opened."""
    if path not in intake.files(path.parent):
        return "(nothing that can be shown)"
    try:
        with path.open("rb") as file:
            return file.read(SHOWN).decode("utf-8", "replace")
    except OSError:
        return "(a file that cannot be opened)"


def _indented(text):
    """As a block of code, which nothing in it can end."""
    return "\n".join("    " + "".join(c if c.isprintable() else " " for c in line) for line in text.splitlines())
