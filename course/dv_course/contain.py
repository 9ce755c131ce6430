"""A process in a box: limits everywhere, and on Linux namespaces of its own.

With namespaces the process has no network and no other process in sight, can write
to one folder only, and finds the course's folder empty. Where the system does not
allow them (macOS, many containers), the limits remain.

Run as a script it is the first process in the box: it shuts the door behind itself
and becomes the command.
"""

import functools
import json
import os
import shutil
import subprocess
import sys

UNSHARE = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--ipc", "--mount", "--fork", "--kill-child"]
NO_CAPABILITIES = ["setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
DIES_WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"]
KEPT = {"proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "mqueue"}


@functools.cache
def namespaces_work():
    """Whether this system lets an ordinary user make namespaces."""
    if not (shutil.which("unshare") and shutil.which("setpriv")):
        return False
    probe = [*UNSHARE, "sh", "-c", "mount -t proc proc /proc && mount -t tmpfs tmpfs /dev/shm"]
    return subprocess.run([*probe], capture_output=True, check=False).returncode == 0


def leashed(command):
    """The command, killed when the thread that starts it ends (where the system can do that)."""
    return [*DIES_WITH_PARENT, *command] if shutil.which("setpriv") else list(command)


def boxed(command, *, writable, hidden=(), memory, file_size=1 << 28, processes=256):
    """The command that runs `command` in a box; `memory` in bytes for each process."""
    box = {"memory": memory, "file_size": file_size, "processes": processes}
    box |= {"writable": str(writable), "hidden": [str(path) for path in hidden], "namespaces": namespaces_work()}
    enter = UNSHARE if box["namespaces"] else []
    return leashed([*enter, sys.executable, "-I", os.path.abspath(__file__), json.dumps(box), *command])


def _limit(box):
    import resource

    limits = {"RLIMIT_AS": box["memory"], "RLIMIT_FSIZE": box["file_size"], "RLIMIT_CORE": 0}
    if box["namespaces"]:  # elsewhere it would count the user's other processes
        limits["RLIMIT_NPROC"] = box["processes"]
    for name, value in limits.items():
        hard = resource.getrlimit(getattr(resource, name))[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(getattr(resource, name), (value, value))


def _mount(*arguments):
    return subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)


def _shut_doors(box):
    """Make every file system read-only but the writable folder and a small /dev/shm."""
    with open("/proc/self/mounts") as mounts:
        points = [line.split()[:4] for line in mounts]
    _mount("-t", "proc", "proc", "/proc")
    _mount("--bind", box["writable"], box["writable"])
    for _, point, kind, options in points:
        flags = {"nosuid", "nodev", "noexec"} & set(options.split(","))
        if kind not in KEPT and point != "/dev/shm":
            failed = _mount("-o", ",".join(["remount", "bind", "ro", *flags]), point.replace("\\040", " "))
            if failed.returncode and point == "/":
                sys.exit(f"the box could not be shut: {failed.stderr}")
    for path in ("/dev/shm", *filter(os.path.isdir, box["hidden"])):
        _mount("-t", "tmpfs", "-o", "size=64m,mode=1777", "tmpfs", path)
    os.chdir(os.getcwd())  # the folder as it now is, not as it was before it was mounted


def main(box, *command):
    box = json.loads(box)
    if box["namespaces"]:
        _shut_doors(box)
        command = (*NO_CAPABILITIES, *command)
    _limit(box)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
