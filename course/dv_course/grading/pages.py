"""What a person sees of a submission that waits: its notebook, headed by the reasons."""

import re

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor

from . import intake

MARK = "dv_course_reasons"  # the metadata of cells that are for the person who marks
SHOWN = 20_000  # characters of a file that could not be read
DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\} *(?P<title>[^\n]*)\n(?P<body>.*?)^(?P=fence) *$",
    re.DOTALL | re.MULTILINE,
)
OPTIONS = re.compile(r"\A(:\w+:[^\n]*\n)+\n*")


class WithoutReasons(NbGraderPreprocessor):
    """Takes what was for the person who marks out of what the student gets."""

    def preprocess(self, nb, resources):
        nb.cells = [cell for cell in nb.cells if MARK not in cell.metadata]
        return nb, resources


class InPlainMarkdown(NbGraderPreprocessor):
    """Writes the book's directives as any Markdown has them."""

    def preprocess(self, nb, resources):
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = in_plain_markdown(cell.source)
        return nb, resources


def in_plain_markdown(text):
    """Each directive as a paragraph with its kind and title in bold; a formula as a formula."""

    def plain(found):
        body = OPTIONS.sub("", found["body"]).strip()
        if found["name"] == "math":
            return f"$$\n{body}\n$$"
        kind = found["name"].rpartition(":")[2].capitalize()
        title = found["title"].strip() if kind == "Admonition" else f"{kind}. {found['title']}".strip()
        return f"**{title}**\n\n{in_plain_markdown(body)}"

    return DIRECTIVE.sub(plain, text)


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
