"""Try the built module at both ends of its ranges: ``python ends.py [PART OF A NAME …]``.

Each trial is a fresh environment with the wheel and nothing of this folder, at the
lowest versions that pyproject.toml lets in or at the newest that resolve, and runs
those tests that need no more than it holds. Python 3.11 has both ends; newer ones that
are found here have the newest. Torch stands at its pin throughout, and only beside the
Python that the pin was made with: another build of it may bring gigabytes for graphics
cards. A whole run takes about 20 minutes on two cores.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from building import built_wheel
from versions import ROOT, group, lowest, pins, requirements

CORE = [
    *("tests/dv/test_core.py", "tests/dv/test_properties.py"),
    *("tests/dv/estimator/test_partitions.py", "tests/dv/estimator/test_ring.py"),
    *("tests/dv/ising/exact", "tests/dv/ising/test_coarse.py", "tests/dv/ising/test_bottleneck.py"),
]
LIGHT = [*CORE, "tests/dv/test_discrete.py", "tests/dv/ising", "tests/dv/test_plots.py", "tests/widgets"]
ALL = ["tests/dv", "tests/widgets"]
# What others deprecate among themselves is not ours to mend.
QUIET = ["-W", "ignore::DeprecationWarning", "-W", "ignore::PendingDeprecationWarning"]


@dataclass(frozen=True)
class Trial:
    """An environment, and the tests that run in it."""

    python: str
    end: str
    extras: tuple
    tests: list

    @property
    def name(self):
        """As it is printed, and chosen by its parts."""
        return f"{self.python}, {self.end}, {' '.join(self.extras) or 'core alone'}"

    def packages(self, wheel):
        """What pip is asked for: the wheel, the ends of its ranges, and pytest with what it needs."""
        pinned = pins()
        wanted = [f"donsker-varadhan[{','.join(self.extras)}] @ {wheel.as_uri()}"]
        wanted += [
            f"{name}=={pinned[name]}" for name in group("unit") if name != "tensorboard" or "torch" in self.extras
        ]
        for name, requirement in requirements(*self.extras).items():
            if name == "torch":
                wanted.append(f"torch=={pinned['torch']}")
            elif self.end == "lowest":
                wanted.append(f"{name}=={lowest(requirement)}")
        return wanted


def trials():
    """All that the Pythons found here allow."""
    everything, light = ("torch", "widgets", "ising"), ("widgets", "ising")
    found = [name for name in ("python3.11", "python3.12", "python3.13", "python3.14") if works(name)]
    for python in found:
        for end in ("lowest", "newest") if python == "python3.11" else ("newest",):
            yield Trial(python, end, (), CORE)
            yield Trial(python, end, *((everything, ALL) if python == "python3.11" else (light, LIGHT)))


def works(python):
    """Whether there is such a Python here, and not only the name of one."""
    return shutil.which(python) and not subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode


def attempt(trial, wheel, folder):
    """Run a trial; return whether all went well."""
    print(f"\n== {trial.name}", flush=True)
    python = folder / "bin" / "python"
    subprocess.run([trial.python, "-m", "venv", folder], check=True)
    pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if subprocess.run([*pip, *trial.packages(wheel)], cwd=folder, check=False).returncode:
        return False
    where = subprocess.run([python, "-c", "import dv; print(dv.__file__)"], cwd=folder, capture_output=True, text=True)
    if not where.stdout.startswith(str(folder)):
        print(f"not the built module: {where.stdout}{where.stderr}")
        return False
    options = ["-q", "-o", "addopts=--strict-markers", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider"]
    place = ["-c", ROOT / "pyproject.toml", "--rootdir", ROOT, *(ROOT / test for test in trial.tests)]
    quiet = QUIET if trial.end == "lowest" else []
    command = [python, "-P", "-m", "pytest", *options, *quiet, *place]
    return not subprocess.run(command, cwd=folder, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=False).returncode


def main(parts):
    """Build the wheel, run the trials that are asked for, and say how they went."""
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        wheel = built_wheel(place)
        chosen = [trial for trial in trials() if all(part in trial.name for part in parts)]
        results = {trial.name: attempt(trial, wheel, place / str(i)) for i, trial in enumerate(chosen)}
    print()
    for name, passed in results.items():
        print(f"{'passed' if passed else 'FAILED'}  {name}")
    return not all(results.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
