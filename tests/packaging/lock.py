"""Remake constraints.txt from the ranges: ``python lock.py [--new]``. Nothing is installed.

Pins that are there are kept, and what is missing is added; with ``--new`` every
package goes to its newest version that resolves.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {"donsker-varadhan", "dv-course"}
# Brought by torch where it is built for a graphics card, at versions that it pins itself.
OF_TORCH = ("cuda-", "nvidia-", "triton")
HEAD = "# Made by 'make lock' from the ranges in pyproject.toml and course/pyproject.toml: the one list of pins."


def resolved(new):
    """{name: version} of all packages that are asked for and all beneath them."""
    kept = [] if new else ["-c", "constraints.txt"]
    wanted = ["-e", ".[course]", "-e", "./course[cluster]", "--group", "dev"]
    command = [sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed", "--report", "-"]
    report = subprocess.run([*command, *kept, *wanted], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    metadata = [item["metadata"] for item in json.loads(report.stdout)["install"]]
    # '+cpu' and the like say where a wheel was built: any build of the version will do
    return {re.sub(r"[-_.]+", "-", m["name"]).lower(): m["version"].partition("+")[0] for m in metadata}


def main():
    """Resolve, then write the file as a whole."""
    versions = resolved("--new" in sys.argv[1:])
    listed = sorted(name for name in versions if name not in OURS and not name.startswith(OF_TORCH))
    lines = [HEAD, *(f"{name}=={versions[name]}" for name in listed)]
    (ROOT / "constraints.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
