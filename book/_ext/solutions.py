"""Sphinx extension: pages without solutions and marking schemes, and each page's notebook.

Exercises are executed with their solutions, so that what follows them works, and
shown without. A marking scheme is gone before the page is read. Each page offers its
notebook, also without them, for download.
"""

import os

import nbformat
from docutils import nodes
from dv_course.chapters import chapter_paths, clear_cell, clear_marking, is_notebook, reader_notebook
from dv_course.repository import root

ROOT = root()


def hide_marking(app, docname, source):
    """Take the marking schemes out of a page's text."""
    if ROOT / f"{docname}.md" in app.config.chapter_notebooks:
        source[0] = clear_marking(nbformat.v4.new_markdown_cell(source[0])).source + "\n"


def hide_solutions(app, doctree):
    """Replace the shown source of each graded cell by what the reader may see."""
    for container in doctree.findall(nodes.container):
        metadata = container.get("cell_metadata") or {}
        if container.get("nb_element") != "cell_code" or "nbgrader" not in metadata:
            continue
        for block in container.findall(nodes.literal_block):
            if block.parent.get("nb_element") == "cell_code_source":
                cell = nbformat.v4.new_code_cell(block.rawsource, metadata=metadata)
                source = clear_cell(cell).source
                block.rawsource = source
                block[:] = [nodes.Text(source)]


def offer_notebook(app, pagename, templatename, context, doctree):
    source = ROOT / f"{pagename}.md"
    if source in app.config.chapter_notebooks:
        context["header_buttons"].append(
            {
                "type": "link",
                "url": context["pathto"](f"notebooks/{source.stem}.ipynb", 1),
                "tooltip": "Download this chapter as a notebook",
                "icon": "fas fa-download",
                "label": "download-notebook-button",
            }
        )


def write_notebooks(app, exception):
    if exception is None and app.builder.format == "html":
        folder = app.outdir / "notebooks"
        folder.mkdir(exist_ok=True)
        for path in app.config.chapter_notebooks:
            nbformat.write(reader_notebook(path), folder / f"{path.stem}.ipynb")


def setup(app):
    # Kernels inherit this: `dv.interact` computes its grid of states only here.
    os.environ["DV_PRECOMPUTE"] = "1"
    # A page shows results, however slow the machine that made it.
    os.environ["TQDM_DISABLE"] = "1"
    # Small products gain nothing from threads, and sums keep their order without.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    notebooks = [path for path in chapter_paths() if is_notebook(path)]
    app.add_config_value("chapter_notebooks", notebooks, "")
    app.connect("source-read", hide_marking)
    app.connect("doctree-read", hide_solutions)
    app.connect("html-page-context", offer_notebook, priority=900)
    app.connect("build-finished", write_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
