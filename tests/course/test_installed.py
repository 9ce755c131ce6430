"""`dv_course` as a wheel installs it, far from the clone, which it then has to be told of."""

import os
import shutil
import subprocess
import sys

import pytest
from boxes import OPTION
from dv_course import repository

MADE = shutil.ignore_patterns("*.egg-info", "build", "source", "release", "submitted", "autograded")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that holds the installed package and nothing else; its dependencies are this environment's."""
    pytest.importorskip("setuptools", reason="the wheel is built offline, by the setuptools of this environment")
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    shutil.copytree(repository.root() / "course", source, ignore=MADE)
    target = folder / "site"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", target]
    made = subprocess.run([*command, source], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    shutil.rmtree(source)
    return target


@pytest.fixture
def run(installed, tmp_path):
    """Run ``dv-course`` from there; returns the finished process."""

    def run(*arguments, **more):
        named = {key: value for key, value in os.environ.items() if key not in ("DV_COURSE", "DV_BOOK")}
        environment = named | {"PYTHONPATH": str(installed), "PATH": os.defpath} | more
        command = [sys.executable, "-m", "dv_course", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return run


def test_all_modules_are_installed(installed):
    def modules(package):
        return {path.relative_to(package) for path in package.rglob("*.py")}

    assert modules(installed / "dv_course") == modules(repository.PACKAGE)


def test_it_makes_assignments_of_the_clone_it_is_told_of(run, tmp_path):
    done = run("--course", "made", "assignments", "divergence", DV_BOOK=str(repository.root()))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "made" / "release" / "divergence" / "divergence.ipynb").exists()
    assert (tmp_path / "made" / "nbgrader_config.py").exists()


def test_it_grades_and_reports_without_a_clone(run, small_class):
    small_class.hand_in("ada")
    for command in (["grade", *OPTION], ["feedback"], ["report"]):
        done = run("--course", str(small_class.folder), *command, "small")
        assert done.returncode == 0, done.stderr
    assert "ada,2.0,,2.0,2.0," in (small_class.folder / "reports" / "small.csv").read_text()
    assert (small_class.folder / "feedback" / "ada" / "small" / "small.html").exists()


@pytest.mark.parametrize(
    ("arguments", "variables", "word"),
    [
        (["--course", "made", "assignments"], {}, "no clone of the book here"),
        (["--course", "made", "assignments"], {"DV_BOOK": "/nowhere"}, "DV_BOOK=/nowhere is not a clone"),
        (["report", "small"], {}, "no clone of the book here"),
    ],
)
def test_it_says_what_it_misses(run, arguments, variables, word):
    done = run(*arguments, **variables)
    assert done.returncode == 1 and word in done.stderr and "Traceback" not in done.stderr


def test_a_clone_is_found_around_the_course_and_around_the_working_directory(monkeypatch, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name / "book").mkdir(parents=True)
        (tmp_path / name / "_toc.yml").touch()
        (tmp_path / name / "course").mkdir()
    monkeypatch.delenv("DV_BOOK", raising=False)
    monkeypatch.setattr(repository, "_NEARBY", [tmp_path / "elsewhere"])
    monkeypatch.chdir(tmp_path / "one" / "book")
    assert repository.root() == tmp_path / "one"
    repository.look_near(tmp_path / "two" / "course")
    assert repository.root() == tmp_path / "two"
    monkeypatch.setenv("DV_BOOK", str(tmp_path / "one"))
    assert repository.root() == tmp_path / "one"
