"""A book of one page with every kind of control, built by the tests."""

import os

os.environ["DV_PRECOMPUTE"] = "1"

project = "sample"
extensions = ["myst_nb", "offline", "accessible"]
html_theme = "sphinx_book_theme"
html_favicon = "../../../book/favicon.svg"
html_use_index = False
nb_execution_mode = "force"
nb_execution_raise_on_error = True
myst_enable_extensions = ["dollarmath"]
