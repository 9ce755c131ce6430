"""Sphinx extension: the reader writes, runs and is marked on the page itself.

The page's scripts (`book/live`) know cells, not chapters. Each page has a small script
which says where its notebook and Python lie; the notebook that is offered for download
has the starting texts, the setup and the public checks, so these are the same in both.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path

from docutils import nodes
from dv_course.chapters import chapter_paths, check_cells, is_notebook, read_chapter, reader_notebook
from dv_course.repository import root
from offline import PARTS, fetch_scripts
from runtime import lay_out

ROOT = root()
SOURCE = ROOT / "book" / "live"
LIVE = ROOT / "_build" / "live"
EMPTY = "Your answer here."  # how an answer in words begins
PREDICTED = re.compile(r"(?:answer(?: to the prediction)?(?: is)?|:) \(([abc])\)")  # what a prediction is held against


def digest(data):
    return hashlib.sha256(data).hexdigest()[:12]


def checks(notebook):
    """{exercise: digest of its public check} of a chapter."""
    return {
        name: digest("\n".join(c.source for c in cells).encode()) for name, cells in check_cells(notebook.cells).items()
    }


def lay_out_scripts(target):
    """Make `target`/live-DIGEST of the page's scripts and the editor; return its name."""
    bundled = [PARTS / "codemirror.js", PARTS / "licences.txt"]
    files = {path.name: path.read_bytes() for path in [*SOURCE.iterdir(), *bundled] if path.is_file()}
    name = f"live-{digest(b''.join(files[name] for name in sorted(files)))}"
    shutil.rmtree(target, ignore_errors=True)
    (target / name).mkdir(parents=True)
    for file, data in files.items():
        (target / name / file).write_bytes(data)
    return name


def prepare(app, config):
    """Lay out what the pages need."""
    fetch_scripts()
    notebooks = {path.stem: reader_notebook(path) for path in chapter_paths() if is_notebook(path)}
    code = [cell.source for notebook in notebooks.values() for cell in notebook.cells if cell.cell_type == "code"]
    config.live_scripts = lay_out_scripts(LIVE / "scripts")
    config.live_python = lay_out(PARTS / "pyodide", ROOT / "dv", code, LIVE / "python")
    config.live_pages = {path.stem: path.relative_to(ROOT).with_suffix("").as_posix() for path in chapter_paths()}
    config.live_checks = {name: found for name, notebook in notebooks.items() if (found := checks(notebook))}
    config.html_static_path += [str(LIVE / "scripts")] + [str(LIVE / "python")] * bool(config.live_python)


def remove_old(app):
    """No script of an earlier build stays beside those of this one."""
    current = {app.config.live_scripts, app.config.live_python}
    for pattern in ("live-*", "python-*"):
        for folder in (Path(app.outdir) / "_static").glob(pattern):
            if folder.name not in current:
                shutil.rmtree(folder)


def name_cells(app, doctree):
    """Give the cell of each answer an id: of code, and of words."""
    for container in doctree.findall(nodes.container):
        label = (container.get("cell_metadata") or {}).get("nbgrader", {})
        if container.get("nb_element") == "cell_code" and label.get("solution"):
            container["ids"].append(f"cell-{label['grade_id']}")
    source = ROOT / f"{app.env.docname}.md"
    if source in app.config.chapter_notebooks:
        empty = [p for p in doctree.findall(nodes.paragraph) if p.astext() == EMPTY]
        cells = [c for c in read_chapter(source).cells if c.cell_type == "markdown" and "nbgrader" in c.metadata]
        for paragraph, cell in zip(empty, cells, strict=True):
            paragraph["ids"].append(f"cell-{cell.metadata.nbgrader.grade_id}")


def _title(node):
    return node[0].astext() if len(node) and isinstance(node[0], nodes.title) else None


def find_prediction(app, doctree):
    """Tell the page which letter answers the prediction that a chapter asks for, and where that stands."""
    for box in list(
        doctree.findall(lambda node: isinstance(node, nodes.admonition) and _title(node) == "Predict first")
    ):
        answers = (p for p in doctree.findall(nodes.paragraph) if p.parent is not box and PREDICTED.search(p.astext()))
        answer = next(p for p in answers if isinstance(p.parent, nodes.section))
        answer["ids"].append("the-answer-to-the-prediction")
        (letter,) = PREDICTED.search(answer.astext()).groups()
        data = f'data-answer="{letter}" data-place="{answer["ids"][-1]}"'
        box += nodes.raw("", f'<div class="live-prediction" {data}></div>', format="html")


def add_loader(app, pagename, templatename, context, doctree):
    """Tell the page where its notebook, Python and the other chapters are."""
    path, stem = context["pathto"], pagename.rpartition("/")[2]
    python = app.config.live_python
    given = {
        "chapter": stem,
        "notebook": path(f"notebooks/{stem}.ipynb", 1) if stem in app.config.live_checks else None,
        "python": python and path(f"_static/{python}/", 1),
        "chapters": {
            name: {"page": path(f"{app.config.live_pages[name]}.html", 1), "checks": found}
            for name, found in app.config.live_checks.items()
        },
    }
    app.add_css_file(f"{app.config.live_scripts}/live.css")
    app.add_js_file(f"{app.config.live_scripts}/loader.js", defer="defer", **{"data-live": json.dumps(given)})


def setup(app):
    for name in ("live_scripts", "live_python", "live_checks", "live_pages"):
        app.add_config_value(name, None, "html")  # other scripts, other pages
    app.connect("config-inited", prepare, priority=900)
    app.connect("builder-inited", remove_old)
    app.connect("doctree-read", name_cells)
    app.connect("doctree-read", find_prediction)
    app.connect("html-page-context", add_loader)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
