"""What all tests share: where things are, and the built book."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))
# Many small products side by side: threads would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# The instructor's side, for the tests and for the kernels that they start.
sys.path.insert(0, str(ROOT / "course"))
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(ROOT / "course"), os.environ.get("PYTHONPATH")])
)
# nbgrader and Jupyter start programs of this environment by their bare names.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


@pytest.fixture(scope="session")
def html():
    """The folder of the built pages."""
    folder = ROOT / "_build" / "html"
    assert (folder / "index.html").exists(), "build the book first: make book"
    return folder
