"""Build the book, also for a static host or for slides, or its notebooks: ``build.py book | site | figures | lab``."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import yaml
from bs4 import BeautifulSoup
from dv_course.chapters import chapter_paths, is_notebook, reader_notebook
from dv_course.grading.records import write_whole
from dv_course.repository import root

ROOT = root()
BUILD = ROOT / "_build"
PAGE = BUILD / "html" / "index.html"
STATE = BUILD / "book.json"
# The address of the whole book leads to its introduction; a page without an icon has browsers ask the site for one.
FRONT = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Mutual information by neural estimation</title>
<meta http-equiv="refresh" content="0; url=book/intro.html">
<link rel="icon" href="data:,">
<a href="book/intro.html">Mutual information by neural estimation</a>
</html>
"""

# A page depends on its own text and on all of these.
SHARED = [
    *("_config.yml", "_toc.yml", "constraints.txt"),
    *("book/_ext", "book/style", "book/templates", "book/vendor", "dv"),
    *("course/dv_course/chapters.py", "course/dv_course/checks", "course/dv_course/reader.py"),
]
# How the pages' figures are drawn: sharp at every size, and the same bytes at every build.
FIGURES = """\
c = get_config()
c.InlineBackend.figure_formats = ["svg"]
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
c.InlineBackend.rc = {"svg.hashsalt": "dv"}
"""
# Each kernel says so; it listens on this machine alone, as any notebook's does.
NO_CONCERN = "Kernel is running over TCP without encryption"


def digest(*paths):
    """One hash of the names and contents of all files under `paths`."""
    total = hashlib.sha256()
    for top in map(ROOT.joinpath, paths):
        for path in sorted(top.rglob("*") if top.is_dir() else [top]):
            if path.is_file() and not {"__pycache__", "node_modules"} & set(path.parts):
                total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def build_book():
    now = {"shared": digest(*SHARED), "book": digest("book")}
    before = json.loads(STATE.read_text(encoding="utf-8")) if STATE.exists() else {}
    if now == before and PAGE.exists():
        print("The book is up to date.")
    else:
        # Outputs are cached by a cell's text alone, so a change of what the cells
        # call drops them; a build that did not end well is never taken for a start.
        stale = now["shared"] != before.get("shared")
        STATE.unlink(missing_ok=True)
        if stale:
            for made in (".jupyter_cache", "html"):  # no page of an earlier layout stays behind
                shutil.rmtree(BUILD / made, ignore_errors=True)
        what = "every chapter is executed, which usually takes 3 to 6 minutes" if stale else "what has changed"
        print(f"Building the book: {what}.", flush=True)
        command = ["jupyter-book", "build", ".", "-W", "-n", "--keep-going", "-q"]
        command += ["--all"] * stale
        command[0] = str(Path(sys.executable).with_name(command[0]))
        profile = BUILD / "ipython" / "profile_default"
        profile.mkdir(parents=True, exist_ok=True)
        write_whole(profile / "ipython_kernel_config.py", FIGURES)
        given = {**os.environ, "IPYTHONDIR": str(profile.parent)}
        with subprocess.Popen(
            command, cwd=ROOT, env=given, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        ) as process:
            for line in process.stderr:
                if NO_CONCERN not in line:
                    print(line, end="", file=sys.stderr)
        if process.returncode:
            for report in sorted((BUILD / "html" / "reports").rglob("*.err.log")):
                print(f"{report.name}:\n{report.read_text(encoding='utf-8')}", file=sys.stderr)
            sys.exit(process.returncode)
        write_whole(PAGE, FRONT)
        write_whole(STATE, json.dumps(now))
    print(f"Open {PAGE.as_uri()} in a browser, or serve it:")
    print("  python3 -m http.server --bind 127.0.0.1 -d _build/html")


def write_site():
    """Lay out in `_build/site` what a static host serves, made for the address that it will stand at."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    address = config["html"]["baseurl"]
    if not address:
        sys.exit(
            "html.baseurl in _config.yml must say where the book will stand: https://name.example/book/, or the like"
        )
    build_book()
    made = BUILD / "site"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(PAGE.parent, made, ignore=shutil.ignore_patterns(".buildinfo", ".doctrees", "reports"))
    print(f"Serve {made} as {address}")


def write_figures(pages=PAGE.parent, folder=BUILD / "figures"):
    """Copy the figures by their numbers and names, and list them with what they say, for slides."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = []
    for page in sorted(pages.glob("book/*.html")):
        for figure in BeautifulSoup(page.read_bytes(), "html.parser").select("figure:has(> img):has(.caption-number)"):
            number = figure.select_one(".caption-number").text.removeprefix("Fig.").strip()
            image = page.parent / figure.img["src"]
            chapter, _, place = number.partition(".")
            name = f"{int(chapter):02}-{place}-{figure['id'].partition('-')[2]}{image.suffix}"
            shutil.copy(image, folder / name)
            said = re.sub(r"\\[()]", "$", figure.select_one(".caption-text").text)
            lines.append(f"## {name}\n\n{said}\n\n{figure.img['alt']}\n")
    write_whole(folder / "figures.md", "\n".join(["# Figures, what each says, and what is seen\n", *sorted(lines)]))
    print(f"{len(lines)} figures are in {folder}, what they say in figures.md")


def text_digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def quieten_lab():
    """Let JupyterLab in this environment ask nobody for news."""
    settings = Path(sys.prefix) / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    notification = {"fetchNews": "false", "checkForUpdates": False}
    overrides = {"@jupyterlab/apputils-extension:notification": notification}
    write_whole(settings / "overrides.json", json.dumps(overrides))


def write_lab(folder=ROOT / "lab"):
    """Write the reader's notebooks; one that the reader has changed is kept."""
    folder.mkdir(exist_ok=True)
    record = folder / ".made.json"
    made = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    for path in filter(is_notebook, chapter_paths()):
        target = folder / f"{path.stem}.ipynb"
        text = nbformat.writes(reader_notebook(path)) + "\n"
        before = made.get(target.name)
        if target.exists() and text_digest(target.read_text(encoding="utf-8")) != before:
            if before != text_digest(text):
                print(f"{target} has your changes and is kept; move it away to get the new version.")
            continue
        write_whole(target, text)
        made[target.name] = text_digest(text)
        write_whole(record, json.dumps(made, indent=1))
    print(f"The chapters are notebooks in {folder}")


if __name__ == "__main__":
    if sys.argv[1] == "lab":
        quieten_lab()
        write_lab()
    elif sys.argv[1] == "site":
        write_site()
    elif sys.argv[1] == "figures":
        build_book()
        write_figures()
    else:
        build_book()
