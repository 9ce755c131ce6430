"""A process in a box: limits everywhere, and walls where the system can build them.

Inside, a process has no network, sees no other process, can write to one folder only,
finds other folders empty and can gain no privilege. There are two ways to build that:
by bubblewrap (``bwrap``), or by ``unshare`` and the mounts of `walls.build`. Either way
the last step before the command is `walls.look`, which goes on only if every wall is there.
"""

import ctypes
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

WAYS = ("bwrap", "unshare")
NAMESPACES = ("user", "mnt", "pid", "net", "ipc")
DEVICES = ("/dev", "/dev/shm", "/dev/pts")
UNSHARE = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child"]
BWRAP = [
    *("bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc"),
    *("--die-with-parent", "--as-pid-1", "--cap-drop", "ALL", "--ro-bind", "/", "/"),
    *("--dev", "/dev", "--perms", "1777", "--size", str(64 << 20), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),
    *("--proc", "/proc", "--remount-ro", "/proc"),
]
NO_PRIVILEGES = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
DIES_WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"]
KILLED_WHEN_PARENT_ENDS = (1, 9)  # prctl's PR_SET_PDEATHSIG
# Run from its text, since the box may hide its file.
WALLS = Path(__file__).with_name("walls.py").read_text(encoding="utf-8")


class NoBox(RuntimeError):
    """No box can be closed here. The message says why."""


@dataclass(frozen=True)
class Box:
    """What a process may do; sizes in bytes, `memory` for each process.

    The `hidden` folders are empty but for those in `kept`, and for the one `writable`.
    `way` is one of `WAYS`, or None: limits only.
    """

    writable: str
    memory: int
    hidden: tuple = ()
    kept: tuple = ()
    way: str | None = None
    file_size: int = 1 << 28
    processes: int = 256

    def plan(self):
        """What is done to which folder, the outer ones first: [("hide" | "keep" | "write", path)]."""
        asked = [("hide", path) for path in self.hidden] + [("keep", path) for path in self.kept]
        asked = [(kind, os.path.realpath(path)) for kind, path in [*asked, ("write", self.writable)]]
        steps = []
        for kind, path in sorted(set(asked), key=lambda step: (len(Path(step[1]).parts), *step)):
            around = next((step for step, place in reversed(steps) if Path(path).is_relative_to(place)), None)
            needed = {"hide": around != "hide", "keep": around == "hide", "write": True}[kind]
            if needed and os.path.isdir(path):
                steps.append((kind, path))
        return steps


def dying_with_parent(command):
    """The command, killed when the thread that starts it ends (where the system can do that)."""
    return [*DIES_WITH_PARENT, *command] if shutil.which("setpriv") else list(command)


def die_with_parent():
    """The same for the calling process, a fork."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(*KILLED_WHEN_PARENT_ENDS)


def described(box):
    """What `walls` is told of the box, and of what lies outside of it."""
    outside = {name: os.readlink(f"/proc/self/ns/{name}") for name in NAMESPACES} if box.way else {}
    devices = {path: os.stat(path).st_dev for path in DEVICES if os.path.exists(path)} if box.way else {}
    given = asdict(box) | {"writable": os.path.realpath(box.writable), "plan": box.plan()}
    return given | {"outside": outside, "devices": devices}


def boxed(command, box):
    """The command that runs `command` in the box."""
    given = json.dumps(described(box))
    script = [sys.executable, "-I", "-S", "-c", WALLS]
    last = [*script, "look", given, *command]
    if box.way == "bwrap":
        last = [*BWRAP, *_bwrap_folders(box), "--", *last]
    elif box.way == "unshare":
        last = [*UNSHARE, *script, "build", given, *NO_PRIVILEGES, *last]
    return dying_with_parent(last)


def _bwrap_folders(box):
    options = {
        "hide": lambda path: ["--perms", "0755", "--size", str(1 << 20), "--tmpfs", path],
        "keep": lambda path: ["--ro-bind", path, path],
        "write": lambda path: ["--bind", path, path],
    }
    made = [option for kind, path in box.plan() for option in options[kind](path)]
    shut = [option for kind, path in box.plan() if kind == "hide" for option in ("--remount-ro", path)]
    return [*made, *shut, "--chdir", os.path.realpath(box.writable)]


def rehearse(box):
    """Close the box around nothing; `NoBox` if a wall is missing."""
    if not shutil.which(box.way):
        raise NoBox("is not installed")
    command = boxed(["true"], box)
    done = subprocess.run(command, cwd=box.writable, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoBox((done.stderr.strip().splitlines() or [f"ends with {done.returncode}"])[-1])


def find_way(box):
    """The first of `WAYS` by which this box can be closed here, or `NoBox`."""
    reasons = []
    for way in WAYS:
        try:
            rehearse(replace(box, way=way))
        except NoBox as reason:
            reasons.append(f"{way}: {reason}")
        else:
            return way
    raise NoBox(f"no box can be closed around students' code here ({'; '.join(reasons)})")
