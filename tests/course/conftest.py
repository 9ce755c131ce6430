"""The classes that the tests share."""

import pytest
from classrooms import ASSIGNMENT, Classroom, small
from dv_course import bank, chapters


@pytest.fixture(scope="session", autouse=True)
def graders(one_server):
    pass


@pytest.fixture(scope="module")
def chapter_class(tmp_path_factory):
    """The exercises of a chapter, answered right; a class of its own for every file of tests."""
    right = {name: next(iter(kinds["right"].values())) for name, kinds in bank.answers(ASSIGNMENT).items()}
    notebook = chapters.assignment_notebook(chapters.root() / "book" / f"{ASSIGNMENT}.md")
    (setup,) = [cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", [])]
    setup.source = "import numpy as np\n\nimport dv"  # no torch, no figures: quick
    return Classroom(tmp_path_factory.mktemp("chapter"), ASSIGNMENT, notebook, right)


@pytest.fixture
def small_class(tmp_path):
    return small(tmp_path)
