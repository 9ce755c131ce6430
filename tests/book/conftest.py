"""What a built page shows beside its text."""

import json

import nbformat
import pytest


@pytest.fixture(scope="session")
def outputs(html):
    """What the cells of a chapter printed when the book was built, and what its interactive holds, as one text."""

    def read(stem):
        notebook = nbformat.read(html.parent / "jupyter_execute" / "book" / f"{stem}.ipynb", as_version=4)
        made = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in made]
        return "\n".join([*texts, json.dumps(notebook.metadata.get("widgets", {}), ensure_ascii=False)])

    return read
