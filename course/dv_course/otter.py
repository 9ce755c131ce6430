"""An assignment as an archive of Otter-Grader's, for ``otter grade`` or Gradescope.

Otter's own generator makes the archive: what builds its container, and a test file for each
exercise with its points. In the container the submission is graded as in a class, and the
marks come out as Otter's results.
"""

import json
import re
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import nbformat

from . import bundle, repository
from .grading.records import write_whole

PYTHON = "3.11"
FILES = "files/dv"  # where Otter's container has what comes with an archive
RUN = """\"\"\"Grades a submission by the course's own grader, with the two packages that lie beside this file.\"\"\"

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
packages = os.path.join(here, *"FILES/packages".split("/"))
os.environ["PYTHONPATH"] = os.pathsep.join([packages, os.path.join(packages, "course")])
arguments = [os.path.join(here, *"FILES/course".split("/")), "ASSIGNMENT", os.path.dirname(here)]
os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "dv_course.otter", *arguments])
""".replace("FILES", FILES)
TEST = """from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points!r}


@test_case()
def marked_by_the_course():
    raise AssertionError("not marked yet")
"""


def make(course, assignment):
    """Write bundles/ASSIGNMENT-otter.zip; its path."""
    try:
        from otter.generate import main as generate
    except ModuleNotFoundError:
        raise RuntimeError("Otter-Grader is not installed: pip install './course[otter]'") from None
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for row in _points(course, assignment):
            write_whole(scratch / "tests" / f"{row['name']}.py", TEST.format(**row))
        write_whole(scratch / "requirements.txt", "\n".join(_requirements()))
        write_whole(scratch / "otter_config.json", json.dumps({"show_hidden": True}))
        generate(
            tests_dir=str(scratch / "tests"),
            config=str(scratch / "otter_config.json"),
            requirements=str(scratch / "requirements.txt"),
            output_path=str(scratch / "made.zip"),
            no_environment=True,
            python_version=PYTHON,
        )
        with bundle.archive(course, assignment, "otter", FILES) as (target, archive):
            with zipfile.ZipFile(scratch / "made.zip") as made:
                for entry in made.infolist():
                    entry.external_attr = (0o755 if "." not in entry.filename else 0o644) << 16
                    if entry.filename != "run_otter.py":
                        archive.writestr(entry, made.read(entry))
            archive.writestr("run_otter.py", RUN.replace("ASSIGNMENT", assignment))
    return target


def _points(course, assignment):
    for path in (course / "release" / assignment).glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if (data := cell.metadata.get("nbgrader", {})).get("grade"):
                yield {"name": data["grade_id"].removesuffix("-test"), "points": data["points"]}


def _requirements():
    """What the two packages ask for, at the versions that are known to work together."""
    clone = repository.root()
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", (clone / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
    needs = []
    for folder, extras in ((clone, ("torch", "widgets", "ising")), (clone / "course", ())):
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        needs += project["dependencies"]
        needs += [need for extra in extras for need in project["optional-dependencies"][extra]]
    names = sorted({re.split(r"[^\w.-]", need)[0] for need in needs})
    return [bundle.TORCH, *(f"{name}=={pins[name]}" for name in names)]


def main(course, assignment, top):
    """Grade the submission in the container's folder `top`, and write its results there."""
    import dill
    from otter.run import AutograderConfig
    from otter.test_files import GradingResults

    found = bundle.results(bundle.graded(course, assignment, top / "submission"))
    results = GradingResults([_test(path, found) for path in sorted((top / "source" / "tests").glob("*.py"))])
    if "output" in found:
        results.set_output(found["output"])
    config = AutograderConfig(json.loads((top / "source" / "otter_config.json").read_text(encoding="utf-8")))
    folder = top / "results"
    folder.mkdir(exist_ok=True)
    (folder / "results.pkl").write_bytes(dill.dumps(results))
    write_whole(folder / "results.json", json.dumps(results.to_gradescope_dict(config), indent=1))


def _test(path, found):
    """One exercise's test file as if Otter had run it."""
    from otter.nbmeta_config import NBMetadataConfig
    from otter.test_files import create_test_file
    from otter.test_files.abstract_test import TestCaseResult

    test = create_test_file(str(path), NBMetadataConfig())
    rows = {row["name"]: row for row in found["tests"]}
    row = rows.get(test.name, {"score": 0, "output": found.get("output", "")})
    (case,) = test.test_cases
    test.test_case_results = [TestCaseResult(case, row["output"], row["score"] == test.possible)]
    test.update_score(row["score"])
    return test


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
