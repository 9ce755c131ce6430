"""A small class: an assignment, students who hand it in, and the pages on which a person marks."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
from boxes import WITHOUT_BOX
from dv_course import assignments, bank, chapters
from dv_course.grading.grade import grade

ASSIGNMENT = "resampling"


class Classroom:
    """A course in a folder of its own, and what students hand in."""

    def __init__(self, folder, name, notebook, answers):
        self.folder, self.name, self.answers = folder, name, answers
        assignments.release(folder, name, notebook)

    def notebook(self):
        path = self.folder / "release" / self.name / f"{self.name}.ipynb"
        return nbformat.read(path, as_version=4)

    def hand_in(self, student, answers=None, edit=None):
        """Answer cells (by default all right) and write the notebook; returns its path."""
        notebook = self.notebook()
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = {**self.answers, **(answers or {})}.get(name, cell.source)
        if edit:
            edit(notebook)
        path = self.folder / "submitted" / student / self.name / f"{self.name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path

    def grade(self, **options):
        """Grade what is handed in; {student: Outcome}."""
        return grade(self.folder, self.name, without_box=WITHOUT_BOX, **options)


def small(folder):
    """A class in a folder, with one exercise of the chapter that needs no import, so that it is quick."""
    right = {"iid": next(iter(bank.answers(ASSIGNMENT)["iid"]["right"].values()))}
    notebook = chapters.assignment_notebook(chapters.root() / "book" / f"{ASSIGNMENT}.md")
    notebook.cells = [
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id", "x")[:3] == "iid"
    ]
    return Classroom(folder, "small", notebook, right)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextlib.contextmanager
def formgrader(folder):
    """nbgrader's pages for the person who marks; its address."""
    port = free_port()
    extensions = "{'nbgrader.server_extensions.formgrader': True}"
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", f"--port={port}"]
    command += [
        f"--ServerApp.jpserver_extensions={extensions}",
        "--IdentityProvider.token=",
        "--ServerApp.ip=127.0.0.1",
    ]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(folder / ".jupyter"), "JUPYTER_NO_CONFIG": "1"}
    with open(folder / "server.log", "w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            for _ in range(300):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api")
                    break
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}/formgrader"
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
