"""Find a browser for the tests: Chrome, Edge or Chromium, or say what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chrome",
    "msedge",
]
PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
]
WHAT_TO_DO = """\
The tests click through the built pages and found no browser. Install one of
  Chromium:  apt install chromium        (Debian)
             snap install chromium       (Ubuntu)
  Google Chrome or Microsoft Edge, from their makers
or set BROWSER_PATH to the program of one that you have."""


def find_browser():
    """Path of the browser's program, or None."""
    if given := os.environ.get("BROWSER_PATH"):
        return given if shutil.which(given) else None
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


def install_browser():
    """Install Debian's Chromium where we may: as root, with apt, and one to be had."""
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]:
        subprocess.run(["apt-get", "-qq", *command], env=environment, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if not find_browser() and "--install" in sys.argv:
        print("No browser found: installing Chromium …")
        install_browser()
    sys.exit(None if find_browser() else WHAT_TO_DO)
