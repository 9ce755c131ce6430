"""Sphinx extension: says how far the build is, chapter by chapter, where it would be silent for minutes."""

import sys
import time
from pathlib import PurePath

from myst_nb.sphinx_ import NbMetadataCollector


class Steps:
    """Prints each step with its seconds: as it begins where somebody watches, else a whole line when it has ended."""

    def __init__(self, out=None):
        self.out = out or sys.stdout
        self.words = None

    def begin(self, words):
        """Say what begins; what went before has ended."""
        self.end()
        self.words, self.since = words, time.time()
        if self.out.isatty():
            self._print(f"{words} … ")

    def end(self, remark=""):
        """Say how long the step took."""
        if self.words is None:
            return
        words = "" if self.out.isatty() else f"{self.words} … "
        self._print(f"{words}{time.time() - self.since:.0f} s{remark}\n")
        self.words = None

    def _print(self, text):
        self.out.write(text)
        self.out.flush()


class Chapters:
    """The chapters to be read, in the order in which Sphinx reads them."""

    def __init__(self, steps):
        self.steps, self.names = steps, []

    def count(self, app, env, docnames):
        """Note which of the pages run code."""
        with_code = {path.stem for path in app.config.chapter_notebooks}
        self.names = [name for name in docnames if PurePath(name).name in with_code]

    def begin(self, app, docname, source):
        """A chapter is about to be read, and executed unless its outputs are kept."""
        if docname in self.names:
            place = self.names.index(docname) + 1
            self.steps.begin(f"chapter {place} of {len(self.names)}: {PurePath(docname).name}")

    def end(self, app, doctree):
        """Tell outputs that were made now from those made by an earlier build."""
        if app.env.docname in self.names:
            executed = NbMetadataCollector.get_exec_data(app.env, app.env.docname)
            kept = executed and not self.steps.since <= executed["mtime"] <= time.time()
            self.steps.end(", outputs kept from an earlier build" if kept else "")


def setup(app):
    steps = Steps()
    chapters = Chapters(steps)
    app.connect("env-before-read-docs", chapters.count)
    app.connect("source-read", chapters.begin)
    app.connect("doctree-read", chapters.end, priority=900)
    app.connect("env-updated", lambda app, env: steps.begin("writing the pages"))
    app.connect(
        "build-finished", lambda app, exception: steps.end(" until it failed" if exception else ""), priority=900
    )
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
