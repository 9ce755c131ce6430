"""Matplotlib's list of its own fonts, ready for the page, where making it takes many seconds."""

import io
import json
import re
import zipfile
from pathlib import Path

FIELDS = ("name", "style", "variant", "weight", "stretch", "size")
VERSION = re.compile(r"^    __version__ = (\d+)$", re.MULTILINE)


def font_list(wheel):
    """(name, bytes) of the cache that the Matplotlib in a wheel looks for; another version makes its own."""
    from matplotlib import font_manager, get_data_path

    archive = zipfile.ZipFile(io.BytesIO(wheel))
    version = int(VERSION.search(archive.read("matplotlib/font_manager.py").decode())[1])
    shipped = {Path(name).name for name in archive.namelist() if name.endswith(".ttf")}
    own = Path(get_data_path())
    entries = [
        {
            "fname": Path(font.fname).relative_to(own).as_posix(),
            **{field: getattr(font, field) for field in FIELDS},
            "__class__": "FontEntry",
        }
        for font in font_manager.fontManager.ttflist
        if own in Path(font.fname).parents and Path(font.fname).name in shipped
    ]
    listing = {
        "_version": version,
        "_FontManager__default_weight": "normal",
        "default_size": None,
        "defaultFamily": {"ttf": "DejaVu Sans", "afm": "Helvetica"},
        "afmlist": [],
        "ttflist": sorted(entries, key=lambda entry: entry["fname"]),
        "__class__": "FontManager",
    }
    return f"fontlist-v{version}.json", json.dumps(listing).encode()
