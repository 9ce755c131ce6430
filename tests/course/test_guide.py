"""Every command of the instructor guide, run in its order by a class of one."""

import contextlib
import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from boxes import WAYS
from classrooms import free_port
from dv_course import bank, chapters

pytestmark = pytest.mark.timeout(3600)  # a whole class, on a machine however busy
GUIDE = chapters.root() / "book" / "instructor.md"
ASSIGNMENT = "resampling"


def blocks():
    return re.findall(r"^```\{code-block\} bash\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)


def run(block, folder, environment):
    """Run a block in a session of its own, and end what it leaves in the background."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            ["bash", "-euc", block],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=1800)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        said = output.read()
    assert code == 0, f"{block}\n{said}"
    return said


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The course after the guide was followed, and what each block said."""
    if not WAYS:
        pytest.skip("the guide's command would refuse to grade without a box")
    home = tmp_path_factory.mktemp("home")
    clone, course, exchange = home / "clone", home / "information-2026", home / "exchange"
    for folder in (clone / "downloads", course, exchange):
        folder.mkdir(parents=True)
    exchange.chmod(0o777)
    shutil.copy(chapters.root() / "course" / "nbgrader_config.py", course)
    everybody = home / "etc-jupyter"  # in place of /etc/jupyter, which the guide names
    everybody.mkdir()
    (everybody / "nbgrader_config.py").write_text(f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DV_", "JUPYTER"))}
    environment |= {
        "HOME": str(home),
        "DV_COURSE": str(course),
        "USER": "student",
        "JUPYTER_CONFIG_PATH": str(everybody),
    }
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])  # as the guide says
    ports, said = {port: str(free_port()) for port in ("8786", "8787")}, {}
    for block in blocks():
        command = block
        for port, free in ports.items():
            command = command.replace(port, free)
        if "cp downloads" in block:
            answer(course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", clone / "downloads" / "ada.ipynb")
        if command.startswith("make "):
            # The real thing installs an environment; that it then runs dv-course is what matters here.
            said[block] = run(command.replace("make", "make -n -C " + str(chapters.root())), clone, environment)
        else:
            said[block] = run(command, clone, environment)
    return course, said


def answer(release, target):
    notebook = nbformat.read(release, as_version=4)
    right = {name: next(iter(kinds["right"].values())) for name, kinds in bank.answers(ASSIGNMENT).items()}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = right.get(name, cell.source)
    nbformat.write(notebook, target)


def test_the_guide_goes_from_nothing_to_marks_and_feedback(followed):
    course, said = followed
    assert any("dv-course assignments" in text for block, text in said.items() if block.startswith("make "))
    rows = {
        row["student"]: row
        for row in csv.DictReader((course / "reports" / f"{ASSIGNMENT}.csv").read_text().splitlines())
    }
    assert rows["ada"]["resample"] == "3.0" and len(rows) == 2
    assert (course / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html").exists()
    assert (course / "reports" / f"{ASSIGNMENT}.html").exists()


def test_the_guide_shows_each_command_of_dv_course():
    from dv_course.cli import parser

    commands = parser()._subparsers._group_actions[0].choices
    assert not [name for name in commands if f"dv-course {name}" not in GUIDE.read_text()]


def test_the_guide_names_every_assignment():
    made = [p.stem for p in chapters.chapter_paths() if chapters.is_notebook(p) and "grade_id" in p.read_text()]
    assert not [name for name in made if f"`{name}`" not in GUIDE.read_text()]


def test_it_needs_no_activated_environment(tmp_path):
    environment = {"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    arguments = ["--course", str(tmp_path / "course"), "assignments", ASSIGNMENT]
    command = [sys.executable, "-m", "dv_course", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{ASSIGNMENT}: made" in done.stdout
