"""The inside of a box, in two steps: build it, and look at it. Each then becomes its command.

A script of the standard library alone; `box` says how it is started. `build` is for the
way by ``unshare``. `look` is the last step of either way: whatever was done to build the
walls, it trusts only what it finds. A process may also come in later (`join`, then
`drop_privileges` and `look`).
"""

import ctypes
import json
import os
import resource
import socket
import sys

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
NOT_CLOSED = 96  # how this ends if a wall is missing


class Open(Exception):
    """A wall is missing."""


# The first step: mount what the process is to see.

NOSUID, NODEV, NOEXEC, RDONLY, REMOUNT, BIND, REC = 2, 4, 8, 1, 32, 4096, 16384  # flags of mount(2)


def mount(source, target, kind=None, flags=0, data=None):
    libc = ctypes.CDLL(None, use_errno=True)
    given = [None if value is None else os.fsencode(value) for value in (source, target, kind)]
    if libc.mount(*given, ctypes.c_ulong(flags), None if data is None else data.encode()):
        number = ctypes.get_errno()
        raise OSError(number, f"mount: {os.strerror(number)}", target)


def mounts():
    """[(mount point, its options)] of all that is mounted."""
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as lines:
        fields = [line.split(" ") for line in lines]
    return [(_unescaped(field[4]), field[5].split(",")) for field in fields]


def _unescaped(text):
    for code, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, letter)
    return text


def build(box):
    mount("proc", "/proc", "proc", NOSUID | NODEV | NOEXEC)
    # What lies under a hidden folder is held by a descriptor until it is mounted again.
    held = {path: os.open(path, os.O_PATH) for kind, path in box["plan"] if kind != "hide"}
    build_devices()
    for kind, path in box["plan"]:
        if kind == "hide":
            mount("tmpfs", path, "tmpfs", NOSUID | NODEV, "size=1m,mode=0755")
        else:
            os.makedirs(path, exist_ok=True)
            mount(f"/proc/self/fd/{held[path]}", path, flags=BIND | REC)
    make_read_only(box)
    os.chdir(box["writable"])


def build_devices():
    """A small /dev of its own."""
    held = {name: os.open(f"/dev/{name}", os.O_PATH) for name in DEVICES if os.path.exists(f"/dev/{name}")}
    mount("tmpfs", "/dev", "tmpfs", NOSUID, "size=1m,mode=0755")
    for name, descriptor in held.items():
        os.close(os.open(f"/dev/{name}", os.O_CREAT))
        mount(f"/proc/self/fd/{descriptor}", f"/dev/{name}", flags=BIND)
    for name in ("shm", "pts"):
        os.mkdir(f"/dev/{name}")
    mount("tmpfs", "/dev/shm", "tmpfs", NOSUID | NODEV, "size=64m,mode=1777")
    mount("devpts", "/dev/pts", "devpts", NOSUID | NOEXEC, "newinstance,ptmxmode=0666,mode=0620")
    links = {"ptmx": "pts/ptmx", "fd": "/proc/self/fd"} | {
        name: f"/proc/self/fd/{number}" for number, name in enumerate(("stdin", "stdout", "stderr"))
    }
    for name, target in links.items():
        os.symlink(target, f"/dev/{name}")


def make_read_only(box):
    """Each mount but what may be written to; one that is out of reach fails, and `look` will tell."""
    for point, options in mounts():
        flags = sum({"nosuid": NOSUID, "nodev": NODEV, "noexec": NOEXEC}.get(option, 0) for option in options)
        if not may_be_written(point, box):
            try:
                mount(None, point, flags=REMOUNT | BIND | RDONLY | flags)
            except OSError:
                continue


def may_be_written(path, box):
    return path in ("/dev/shm", "/dev/pts", box["writable"], *(f"/dev/{name}" for name in (*DEVICES, "console")))


# Or: come into a box that is closed already.

DUMPABLE, BOUNDING_SET_DROP, NO_NEW_PRIVILEGES, AMBIENT, CLEAR_ALL = 4, 24, 38, 47, 4  # of prctl(2)
CAPABILITIES_VERSION_3 = 0x20080522


def join(process):
    """Enter the namespaces of a process in a box; forks of the caller are then inside."""
    libc = ctypes.CDLL(None, use_errno=True)
    held = [os.open(f"/proc/{process}/ns/{name}", os.O_RDONLY) for name in ("user", "net", "ipc", "pid", "mnt")]
    for descriptor in held:
        if libc.setns(descriptor, 0):
            raise OSError(ctypes.get_errno(), "setns failed")
        os.close(descriptor)


def drop_privileges():
    """No privilege is left to the process, and none can be gained."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = 0
    while not libc.prctl(BOUNDING_SET_DROP, number, 0, 0, 0):
        number += 1
    libc.prctl(AMBIENT, CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION_3, 0)
    libc.capset(header, (ctypes.c_uint32 * 6)())
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(DUMPABLE, 1, 0, 0, 0)  # else it could not look at itself


# The last step: is every wall there?


def look(box):
    if box["way"]:
        for wall in (namespaces, network, processes, devices, files, hidden, privileges):
            wall(box)
    limits(box)


def namespaces(box):
    for name, outside in box["outside"].items():
        if os.readlink(f"/proc/self/ns/{name}") == outside:
            raise Open(f"the {name} namespace is not its own")


def network(box):
    if others := [name for _, name in socket.if_nameindex() if name != "lo"]:
        raise Open(f"there is a network: {', '.join(others)}")


def processes(box):
    if os.readlink("/proc/self") != str(os.getpid()):
        raise Open("other processes can be seen")


def devices(box):
    for path, outside in box["devices"].items():
        if os.stat(path).st_dev == outside:
            raise Open(f"{path} is not its own")


def files(box):
    for point, _ in mounts():
        try:
            writable = not os.statvfs(point).f_flag & os.ST_RDONLY
        except OSError:
            continue  # out of reach
        if writable and not may_be_written(point, box):
            raise Open(f"{point} can be written to")


def hidden(box):
    places = [path for kind, path in box["plan"] if kind != "hide"]
    for path in (path for kind, path in box["plan"] if kind == "hide"):
        for name in os.listdir(path):
            inner = os.path.join(path, name)
            if not any(os.path.commonpath([inner, place]) == inner for place in places):
                raise Open(f"{path} is not hidden")


def privileges(box):
    with open("/proc/self/status", encoding="utf-8", errors="replace") as lines:
        status = dict(line.split(":", 1) for line in lines)
    if int(status["NoNewPrivs"]) != 1:
        raise Open("it could gain privileges")
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        if int(status[name], 16):
            raise Open(f"it has privileges ({name})")


def limits(box):
    wanted = {"RLIMIT_AS": box["memory"], "RLIMIT_FSIZE": box["file_size"], "RLIMIT_CORE": 0}
    if box["way"]:  # elsewhere it would count the user's other processes
        wanted["RLIMIT_NPROC"] = box["processes"]
    for name, value in wanted.items():
        number = getattr(resource, name)
        try:
            set_limit(number, value)
        except (OSError, ValueError):
            if box["way"]:
                raise
        if box["way"] and resource.getrlimit(number)[1] not in range(value + 1):
            raise Open(f"there is no limit {name}")


def set_limit(number, value):
    hard = resource.getrlimit(number)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(number, (value, value))


def main(step, given, *command):
    try:
        {"build": build, "look": look}[step](json.loads(given))
    except (Open, OSError, ValueError) as error:
        print(f"the box is not closed: {error}", file=sys.stderr)
        sys.exit(NOT_CLOSED)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
