"""Python for the pages is what Pyodide's lock file names, wherever it comes from, or it is left out."""

import io
import json
import zipfile

import pytest
import runtime

DATA = runtime.packed({"one/__init__.py": b"", "one-1.0.dist-info/LICENSE": b"MIT"})
ENTRY = {"file_name": "one-1.0-py3-none-any.whl", "sha256": runtime.sha256(DATA)}


class Source:
    """Has some files, and counts how often it was asked."""

    name = "a source"

    def __init__(self, files=()):
        self.files, self.asked = dict(files), 0

    def read(self, name):
        self.asked += 1
        if name not in self.files:
            raise runtime.Unavailable(name)
        return self.files[name]


def test_sources_are_asked_in_turn_and_the_first_answer_is_kept(tmp_path):
    empty, full = Source(), Source({ENTRY["file_name"]: DATA})
    assert runtime.fetch(ENTRY, [empty, full], tmp_path) == DATA
    assert (empty.asked, full.asked) == (1, 1)
    assert runtime.fetch(ENTRY, [], tmp_path) == DATA


def test_a_file_whose_hash_does_not_agree_is_refused_wherever_it_lies(tmp_path):
    with pytest.raises(runtime.Altered, match="from a source does not have the SHA-256"):
        runtime.fetch(ENTRY, [Source({ENTRY["file_name"]: b"another wheel"})], tmp_path)
    assert not list(tmp_path.rglob("*.whl"))
    runtime.fetch(ENTRY, [Source({ENTRY["file_name"]: DATA})], tmp_path)
    (kept,) = tmp_path.rglob("*.whl")
    kept.write_bytes(b"another wheel")
    with pytest.raises(runtime.Altered, match=ENTRY["file_name"]):
        runtime.fetch(ENTRY, [], tmp_path)


def test_a_cdn_that_does_not_answer_is_asked_once():
    cdn = runtime.Cdn("0", "http://127.0.0.1:9/{version}/{name}")
    for _ in range(2):
        with pytest.raises(runtime.Unavailable):
            cdn.read("one")
    assert not cdn.answers


def test_the_carrier_is_downloaded_once_and_may_have_vanished():
    calls = []
    carrier = runtime.Carrier(lambda: calls.append(1) or {"one": DATA})
    assert carrier.read("one") == carrier.read("one") == DATA
    for source in (carrier, runtime.Carrier(dict)):
        with pytest.raises(runtime.Unavailable):
            source.read("two")
    assert calls == [1]


def test_packages_bring_what_they_depend_on_and_nothing_else():
    packages = {
        "a": {"imports": ["a"], "depends": ["b"]},
        "b": {"imports": [], "depends": ["c"]},
        "c": {"imports": ["c"], "depends": ["a"]},
        "d": {"imports": ["d"], "depends": []},
    }
    cells = ["import a.x as y, torch", "def f():\n    from .near import d\n    from c.z import w"]
    assert runtime.imported(cells) == {"a", "torch", "c"}
    assert runtime.wanted(packages, {"a", "torch"}) == ["a", "b", "c"]


def test_the_own_wheel_has_the_module_and_what_a_wheel_must_have():
    entry, data = runtime.own_wheel("donsker-varadhan", runtime.Path(__file__).parents[2] / "dv")
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert {"dv/__init__.py", "dv/__init__.pyi", "dv/ising/critical_windows.npz"} <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.endswith(".js")]
    assert entry["imports"] == ["dv"] and entry["sha256"] == runtime.sha256(data)
    assert any(name.endswith(".dist-info/WHEEL") for name in names)
    assert runtime.own_wheel("tqdm") == runtime.own_wheel("tqdm")


def pretended(folder, sha256):
    """The runtime of a Pyodide with a single package."""
    numpy = {"name": "numpy", "file_name": ENTRY["file_name"], "sha256": sha256, "imports": ["numpy"], "depends": []}
    other = {**numpy, "name": "other", "imports": ["other"]}
    lock = {"info": {"version": "0"}, "packages": {"numpy": numpy, "other": other}}
    folder.mkdir()
    for name in runtime.RUNTIME:
        (folder / name).write_bytes(name.encode())
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    return folder


def test_what_is_laid_out_is_complete_and_its_name_tells_its_contents(tmp_path):
    source = Source({ENTRY["file_name"]: DATA})
    place = pretended(tmp_path / "pyodide", ENTRY["sha256"])
    files = runtime.assemble(place, None, ["import numpy"], [source], tmp_path / "cache")
    lock = json.loads(files["pyodide-lock.json"])
    assert "other" not in lock["packages"]
    assert b"one-1.0" in files["licences.txt"] and b"Mozilla Public License" in files["licences.txt"]
    for entry in lock["packages"].values():
        data = files[entry["file_name"]]
        assert (entry["sha256"], entry["size"]) == (runtime.sha256(data), len(data))
    assert set(runtime.RUNTIME) <= set(files)


def test_without_any_source_live_code_is_left_out_in_words(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(runtime, "Cdn", lambda version: Source())
    monkeypatch.setattr(runtime, "Carrier", Source)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    place = pretended(tmp_path / "pyodide", ENTRY["sha256"])
    assert runtime.lay_out(place, None, ["import numpy"], tmp_path / "live") is None
    assert "Live code is left out of this build" in capsys.readouterr().out
    assert not (tmp_path / "live").exists()


def test_matplotlibs_fonts_are_listed_for_the_version_that_is_shipped():
    wheel = runtime.packed(
        {
            "matplotlib/font_manager.py": b"class FontManager:\n    __version__ = 330\n",
            "matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf": b"",
        }
    )
    name, listing = runtime.font_list(wheel)
    (font,) = json.loads(listing)["ttflist"]
    assert name == "fontlist-v330.json"
    assert (font["name"], font["fname"]) == ("DejaVu Sans", "fonts/ttf/DejaVuSans.ttf")
