"""The clone of the course that this package is part of: its chapters and its folder."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COURSE = ROOT / "course"

sys.path.insert(0, str(ROOT / "book" / "_ext"))
import chapters  # noqa: E402

# nbgrader starts programs of this environment by their bare names, activated or not.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

__all__ = ["COURSE", "ROOT", "chapters"]
