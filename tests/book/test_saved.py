"""A chapter is edited where people edit: opened and saved in JupyterLab, it is as it was."""

import asyncio
import shutil
import subprocess
import sys

import jupytext
import pytest
from dv_course import chapters, reader
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager, LargeFileManager
from jupytext.async_contentsmanager import build_async_jupytext_contents_manager_class
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

ROOT = chapters.root()
CHAPTERS = [path for path in chapters.chapter_paths() if chapters.is_notebook(path)]
COLONS = """```{code-cell} ipython3
:tags: [hide-input]
:mystnb:
:  figure:
:    name: fig-one
:    caption: |
:      A picture.

1 + 1
```
"""


def save(folder, name, asynchronous):
    """Open a file of the folder as a notebook, and save it."""
    if asynchronous:
        manager = build_async_jupytext_contents_manager_class(AsyncLargeFileManager)(root_dir=str(folder))

        async def both():
            model = await manager.get(name, type="notebook")
            await manager.save({"type": "notebook", "format": "json", "content": model["content"]}, name)

        asyncio.run(both())
    else:
        manager = build_sync_jupytext_contents_manager_class(LargeFileManager)(root_dir=str(folder))
        model = manager.get(name, type="notebook")
        manager.save({"type": "notebook", "format": "json", "content": model["content"]}, name)


@pytest.mark.parametrize("asynchronous", [True, False])
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_saved_in_jupyterlab_is_as_it_was(chapter, asynchronous, tmp_path):
    shutil.copy(ROOT / "jupytext.toml", tmp_path)
    (tmp_path / "book").mkdir()
    copy = tmp_path / "book" / chapter.name
    shutil.copy(chapter, copy)
    save(tmp_path, f"book/{chapter.name}", asynchronous)
    assert copy.read_text(encoding="utf-8") == chapter.read_text(encoding="utf-8")


def test_both_spellings_of_a_cells_options_are_read():
    head = "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n---\n\n"
    dashes = jupytext.writes(jupytext.reads(head + COLONS, "md:myst"), "md:myst")
    assert "---\ntags: [hide-input]\n" in dashes and ":mystnb:" not in dashes
    assert reader.labels(COLONS) == {"fig-one": ""} == reader.labels(dashes)
    assert (
        jupytext.reads(dashes, "md:myst").cells[0].metadata
        == jupytext.reads(head + COLONS, "md:myst").cells[0].metadata
    )


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_first_save_by_way_of_an_ipynb_changes_nothing(path, tmp_path):
    """As VS Code's jupytext does it: `.ipynb` files have their keys in order."""
    for name in (path.name, "jupytext.toml"):
        shutil.copy(path if name == path.name else ROOT / name, tmp_path)
    command = [sys.executable, "-m", "jupytext", "--quiet", "--to"]
    made = tmp_path / f"{path.stem}.ipynb"
    subprocess.run([*command, "ipynb", tmp_path / path.name], check=True)
    subprocess.run([*command, "md:myst", made, "-o", tmp_path / "saved.md"], check=True)
    assert (tmp_path / "saved.md").read_text() == path.read_text()
