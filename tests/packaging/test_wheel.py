"""What is built is all of the module, and works where this folder is not."""

import os
import subprocess
import sys
from zipfile import ZipFile

import pytest
from building import built_wheel
from versions import ROOT

import dv


def run(*arguments, folder, **environment):
    """What another Python process prints, in a folder of its own."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel of the module, built without a network."""
    return built_wheel(tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_every_file_of_the_module(wheel):
    assert wheel.name == f"donsker_varadhan-{dv.__version__}-py3-none-any.whl"
    files = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "dv").rglob("*.*") if "__pycache__" not in path.parts
    }
    assert {".css", ".js", ".npz", ".py", ".pyi"} <= {os.path.splitext(name)[1] for name in files}
    with ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if not name.startswith("donsker_varadhan-")}
        licences = [name for name in archive.namelist() if "LICENSE" in name]
    assert inside == files
    assert "dv/py.typed" in inside
    assert len(licences) == 2


def test_the_wheel_passes_the_tests_of_the_core_elsewhere(wheel, tmp_path):
    place = tmp_path / "installed"
    install = ["pip", "install", "-q", "--no-index", "--no-deps", "--target", place, wheel]
    run("-W", "ignore", "-m", *install, folder=tmp_path)
    elsewhere = {"folder": tmp_path, "PYTHONPATH": str(place)}
    assert run("-c", "import dv; print(dv.__file__)", **elsewhere).startswith(str(place))
    options = ["-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT]
    said = run("-P", "-m", "pytest", *options, ROOT / "tests" / "dv" / "test_core.py", **elsewhere)
    assert " passed" in said
