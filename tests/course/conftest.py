"""A small class: an assignment, and students who hand it in."""

import chapters
import nbformat
import pytest
from dv_course import assignments, bank

ASSIGNMENT = "resampling"


class Classroom:
    """A course in a folder of its own, and what students hand in."""

    def __init__(self, folder, name, notebook, answers):
        self.folder, self.name, self.answers = folder, name, answers
        assignments.release(folder, name, notebook)

    def notebook(self):
        path = self.folder / "release" / self.name / f"{self.name}.ipynb"
        return nbformat.read(path, as_version=4)

    def hand_in(self, student, answers=None, edit=None):
        """Answer cells (by default all right) and write the notebook; returns its path."""
        notebook = self.notebook()
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = {**self.answers, **(answers or {})}.get(name, cell.source)
        if edit:
            edit(notebook)
        path = self.folder / "submitted" / student / self.name / f"{self.name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path


@pytest.fixture(scope="session")
def chapter_class(tmp_path_factory):
    """The exercises of a chapter, answered right."""
    right = {name: next(iter(kinds["right"].values())) for name, kinds in bank.answers(ASSIGNMENT).items()}
    notebook = chapters.assignment_notebook(chapters.ROOT / "book" / f"{ASSIGNMENT}.md")
    (setup,) = [cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", [])]
    setup.source = "import numpy as np\n\nimport dv"  # no torch, no figures: quick
    return Classroom(tmp_path_factory.mktemp("chapter"), ASSIGNMENT, notebook, right)


@pytest.fixture
def small_class(tmp_path):
    """One exercise of that chapter that needs no import, so that it is quick."""
    right = {"iid": next(iter(bank.answers(ASSIGNMENT)["iid"]["right"].values()))}
    notebook = chapters.assignment_notebook(chapters.ROOT / "book" / f"{ASSIGNMENT}.md")
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id", "x")[:3] == "iid"]
    return Classroom(tmp_path, "small", notebook, right)
