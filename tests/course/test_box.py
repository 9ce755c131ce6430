"""The walls around students' code hold, and where one cannot be built nothing is graded."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from boxes import WAYS
from dv_course import repository
from dv_course.cli import main
from dv_course.grading import box, surroundings
from dv_course.grading.records import records

MEMORY = 2 << 30


@pytest.fixture
def place(tmp_path):
    """A clone and a folder of work, and a box that hides both but for three folders."""
    for name in (
        "clone/dv",
        "clone/.venv",
        "clone/.venv/site/dv_course",
        "clone/book",
        "work/run",
        "work/client",
        "work/other",
    ):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "here.txt").write_text(name)
    (tmp_path / "clone" / "notes.txt").write_text("of the teacher")
    hidden = ("clone", "clone/.venv/site/dv_course", "work", "nowhere")
    kept = ("clone/dv", "clone/.venv", "work/client")
    paths = [tuple(str(tmp_path / name) for name in names) for names in (hidden, kept)]
    return box.Box(str(tmp_path / "work" / "run"), MEMORY, *paths)


@pytest.fixture(params=WAYS)
def closed(place, request):
    return replace(place, way=request.param)


def run(closed, code):
    command = box.boxed([sys.executable, "-c", code], closed)
    return subprocess.run(command, cwd=closed.writable, capture_output=True, text=True, check=False)


def test_it_sees_what_is_kept_and_nothing_else_of_what_is_hidden(closed, tmp_path):
    done = run(
        closed, f"import json, pathlib; print(json.dumps([*map(str, pathlib.Path({str(tmp_path)!r}).rglob('*.txt'))]))"
    )
    seen = {str(Path(path).relative_to(tmp_path).parent) for path in json.loads(done.stdout)}
    assert seen == {"clone/dv", "clone/.venv", "work/client", "work/run"}, done.stderr


def test_it_writes_to_its_folder_and_to_no_other(closed, tmp_path):
    places = [
        *(closed.writable, "/dev/shm", "/", "/tmp", "/dev", "/proc/sys/kernel", "/sys/fs/cgroup", str(tmp_path)),
        *(str(tmp_path / name) for name in ("clone", "clone/dv", "clone/book", "work", "work/client", "work/other")),
        *(sys.prefix, str(Path.home()), str(repository.PACKAGE)),
    ]
    code = f"""
import os
for place in {places!r}:
    try:
        os.close(os.open(os.path.join(place, "mine.txt"), os.O_WRONLY | os.O_CREAT))
        print(place)
    except OSError:
        pass
for name in ("core_pattern", "hostname"):
    try:
        os.close(os.open("/proc/sys/kernel/" + name, os.O_WRONLY))
        print(name)
    except OSError:
        pass
"""
    assert run(closed, code).stdout.split() == [closed.writable, "/dev/shm"]
    assert not (Path("/dev/shm") / "mine.txt").exists()


def test_it_has_no_network_and_no_company(closed):
    processes = "[p for p in os.listdir('/proc') if p.isdigit()]"
    code = f"import os, socket; print([n for _, n in socket.if_nameindex()], {processes})"
    interfaces, pids = run(closed, code).stdout.strip().split("] [")
    assert "'lo'" in interfaces and "," not in interfaces and pids.count(",") <= 1


def test_it_cannot_take_a_wall_down(closed, tmp_path):
    """Root of a namespace of its own might unmount what hides a folder, or mount it writable again."""
    for command in (f"umount {tmp_path}/clone", "mount -o remount,rw,bind /", "mount -t tmpfs tmpfs /mnt"):
        done = run(
            closed,
            f"import subprocess, sys; sys.exit(subprocess.run(['unshare', '-Urm', *{command.split()!r}]).returncode)",
        )
        assert done.returncode != 0, command


def test_its_limits_are_set(closed):
    names = ("RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NPROC")
    done = run(closed, f"import resource as r; print([r.getrlimit(getattr(r, name)) for name in {names!r}])")
    assert eval(done.stdout) == [(value, value) for value in (MEMORY, closed.file_size, 0, closed.processes)]


def test_it_ends_with_the_process_that_started_it(closed):
    inner = box.boxed([sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"], closed)
    starter = f"import subprocess; subprocess.run({inner!r}, cwd={closed.writable!r})"
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True) as outer:
        assert outer.stdout.readline() == "up\n"
        outer.kill()
        assert outer.stdout.read() == "", "the pipe is closed when the last process that holds it has ended"


# Each wall is taken away in turn: by a flag that is missing, or by a step that does nothing.


def without_flag(name, flag, count=1):
    def remove(patch):
        flags = list(getattr(box, name))
        place = flags.index(flag)
        patch.setattr(box, name, flags[:place] + flags[place + count :])

    return remove


def with_step(name, step="lambda *_: None"):
    def replace_step(patch):
        start, end, main = box.WALLS.partition('if __name__ == "__main__":')
        patch.setattr(box, "WALLS", f"{start}{name} = {step}\n{end}{main}")

    return replace_step


def without_folders(kind):
    """The plan is carried out but for one kind of step."""

    def leave_out(patch):
        start, end, main = box.WALLS.partition("def build(box):\n")
        rest = f'    box["plan"] = [step for step in box["plan"] if step[0] != {kind!r}]\n'
        patch.setattr(box, "WALLS", start + end + rest + main)
        folders = box._bwrap_folders

        def fewer(given):
            options = folders(given)
            for path in (path for step, path in given.plan() if step == kind):
                place = options.index("--tmpfs") - 4
                assert options[place + 5] == path
                del options[place : place + 6]
                shut = options.index("--remount-ro")
                del options[shut : shut + 2]
            return options

        patch.setattr(box, "_bwrap_folders", fewer)

    return leave_out


NOT_READ_ONLY = "lambda box: None"
FAULTS = {
    ("unshare", "network"): (without_flag("UNSHARE", "--net"), "net namespace"),
    ("unshare", "processes"): (without_flag("UNSHARE", "--pid"), "proc"),
    ("unshare", "messages"): (without_flag("UNSHARE", "--ipc"), "ipc namespace"),
    ("unshare", "proc"): (
        with_step("mount", "(lambda f: lambda *a, **k: a[0] == 'proc' or f(*a, **k))(mount)"),
        "processes can be seen",
    ),
    ("unshare", "read only"): (with_step("make_read_only"), "can be written to"),
    ("unshare", "devices"): (with_step("build_devices"), "/dev is not its own"),
    ("unshare", "hidden"): (without_folders("hide"), "is not hidden"),
    ("unshare", "remounting fails"): (
        with_step(
            "mount", "(lambda f: lambda *a, **k: f(*a, **k) if a[0] else fail())(mount)\ndef fail(): raise OSError(1)"
        ),
        "can be written to",
    ),
    ("unshare", "hiding fails"): (
        with_step(
            "mount",
            "(lambda f: lambda *a, **k: fail() if k or a[1:2] == ('/dev/shm',) else f(*a, **k))(mount)\n"
            "def fail(): raise OSError(1, 'no such luck')",
        ),
        "no such luck",
    ),
    ("unshare", "new privileges"): (without_flag("NO_PRIVILEGES", "--no-new-privs"), "could gain privileges"),
    ("unshare", "privileges"): (without_flag("NO_PRIVILEGES", "--bounding-set=-all"), "has privileges"),
    ("bwrap", "network"): (without_flag("BWRAP", "--unshare-net"), "net namespace"),
    ("bwrap", "processes"): (
        lambda patch: [without_flag("BWRAP", flag)(patch) for flag in ("--unshare-pid", "--as-pid-1")],
        "pid namespace",
    ),
    ("bwrap", "messages"): (without_flag("BWRAP", "--unshare-ipc"), "ipc namespace"),
    ("bwrap", "user"): (without_flag("BWRAP", "--unshare-user"), "user namespace"),
    ("bwrap", "proc"): (without_flag("BWRAP", "--proc", 4), "processes can be seen"),
    ("bwrap", "settings"): (lambda patch: patch.setattr(box, "BWRAP", box.BWRAP[:-2]), "/proc can be written to"),
    ("bwrap", "read only"): (
        lambda patch: patch.setattr(box, "BWRAP", ["--bind" if flag == "--ro-bind" else flag for flag in box.BWRAP]),
        "can be written to",
    ),
    ("bwrap", "hidden"): (without_folders("hide"), "is not hidden"),
    ("bwrap", "privileges"): (
        lambda patch: patch.setattr(box, "BWRAP", [*box.BWRAP, "--cap-add", "ALL"]),
        "privileges",
    ),
    ("either", "limits"): (with_step("set_limit"), "there is no limit"),
}


@pytest.mark.parametrize(("way", "wall"), FAULTS, ids=map(" ".join, FAULTS))
def test_a_box_without_one_of_its_walls_is_refused(way, wall, place, monkeypatch):
    spoil, reason = FAULTS[way, wall]
    for chosen in WAYS if way == "either" else [way]:
        if chosen not in WAYS:
            pytest.skip(f"{chosen} does not work here")
        box.rehearse(replace(place, way=chosen))
        with monkeypatch.context() as patch:
            spoil(patch)
            with pytest.raises(box.NoBox, match=reason):
                box.rehearse(replace(place, way=chosen))


def test_the_first_way_that_works_is_taken(place, monkeypatch):
    if not WAYS:
        pytest.skip("no box works here")
    assert box.find_way(place) == WAYS[0]
    monkeypatch.setattr(box, "WAYS", ("no-such-program", *box.WAYS))
    assert box.find_way(place) == WAYS[0]


def test_where_no_box_can_be_closed_nothing_is_graded(small_class, monkeypatch, capsys):
    small_class.hand_in("ada")
    grade = ["--course", str(small_class.folder), "grade", "small"]
    with monkeypatch.context() as patch:
        patch.setattr(box, "WAYS", ("unshare",))
        with_step("look", "lambda box: fail()\ndef fail(): raise Open('/ can be written to')")(patch)
        with pytest.raises(SystemExit) as ended:
            main(grade)
        assert "unshare: " in ended.value.code and "Nothing is graded" in ended.value.code
        assert records(small_class.folder, "small") == {} and not (small_class.folder / "autograded").exists()
        with pytest.raises(SystemExit) as ended:
            main([*grade, "--without-box"])
    assert not ended.value.code and "Without a box, students' code can" in capsys.readouterr().err
    assert records(small_class.folder, "small")["ada"].grades[0]["score"] == 2


def test_a_cluster_whose_machines_have_no_box_refuses(monkeypatch):
    from dv_course.grading import pool

    monkeypatch.setattr(box, "WAYS", ())
    pool._server_of_this_process.cache_clear()
    with pytest.raises(box.NoBox):
        pool.grade_on_cluster(b"", {"memory": MEMORY}, "/nowhere", without_box=False)


def test_the_kernel_may_write_numbas_cache_and_finds_the_course_gone(tmp_path):
    environment = surroundings.environment(tmp_path)
    assert environment["NUMBA_CACHE_DIR"] == environment["HOME"] == str(tmp_path / "run")
    planned = surroundings.kernel_box(tmp_path, tmp_path / "course", MEMORY, None)
    assert str(repository.root()) in planned.hidden and str(repository.PACKAGE) in planned.hidden
    assert str(repository.workspace()) in planned.hidden and os.stat(repository.workspace()).st_mode & 0o77 == 0


def test_what_kernels_are_forked_from_has_seen_no_hidden_check():
    code = "import sys, dv_course.grading.nursery, dv_course.grading.worker; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seen = {name for name in done.stdout.split() if name.startswith("dv_course.checks.")}
    assert seen == {f"dv_course.checks.{part}" for part in surroundings.CLIENT} - {"dv_course.checks.__init__"}
