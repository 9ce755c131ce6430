"""A book of one page with every kind of control, built by the tests."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "book" / "_ext"))
os.environ["DV_PRECOMPUTE"] = "1"

project = "sample"
extensions = ["myst_nb", "offline", "accessible"]
html_theme = "sphinx_book_theme"
html_favicon = "../../../book/favicon.svg"
html_use_index = False
nb_execution_mode = "force"
nb_execution_raise_on_error = True
myst_enable_extensions = ["dollarmath"]
