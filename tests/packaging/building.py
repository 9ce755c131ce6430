"""The built module, made without a network and without leaving anything in this folder."""

import subprocess
import sys

from versions import ROOT

SOURCES = ("dv", "LICENSE", "LICENSE-CONTENT", "README.md", "pyproject.toml")


def built_wheel(folder):
    """Build the wheel of the module in an empty folder; return its path."""
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        (source / name).symlink_to(ROOT / name)
    options = ["-q", "--no-index", "--no-build-isolation", "--no-deps", "-w", folder]
    subprocess.run([sys.executable, "-W", "ignore", "-m", "pip", "wheel", *options, source], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel
