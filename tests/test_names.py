"""Tests of many folders share a process, so what they import by its bare name has that name alone."""

import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_no_two_files_that_tests_import_share_a_name():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    folders = {ROOT / folder for folder in options["pythonpath"]}
    folders |= {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    names = Counter(path.stem for folder in folders for path in folder.glob("*.py"))
    assert {name for name, times in names.items() if times > 1} <= {"conftest", "__init__"}
