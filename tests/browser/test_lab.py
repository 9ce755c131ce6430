"""The chapter's sliders in JupyterLab and Notebook: with their kernel, and after the kernel is gone."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from conftest import OWN, PATIENCE
from dv_course.chapters import read_chapter
from dv_course.repository import root

ROOT = root()
NOTEBOOK, WIDGETS = "resampling.ipynb", "widgets.ipynb"
CELLS = [
    "import dv",
    "dv.InformationTable([[0.4, 0.1], [0.1, 0.4]])",
    "dv.BoundExplorer({'two coins': [[0.4, 0.1], [0.1, 0.4]]})",
    "dv.ResamplingMachine(dv.BivariateGaussian.running_example())",
    "dv.FilterBrush()",
    "dv.TangentExplorer('total variation')",
    "dv.ReferenceExplorer()",
    "dv.FeaturePicker({'coins': ({'a': [0, 0, 1, 1], 'b': [0, 1, 0, 1]}, ('differ', [0, 1, 1, 0]))})",
    "dv.IsingLattice(2.0, side=18)",
    "dv.TrainingMachine(n=30, width=8, steps=20)",
    "dv.LeaderBoard(dict.fromkeys('task family n truth estimator value seconds held noted'.split(), [1]))",
]
OWN_FOLDERS = [
    *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"),
    *("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"),
]


def lab_command(port, folder):
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"),
        *("--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True"),
        *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab that holds the chapter up to its last slider, and one of each other widget."""
    notebook = read_chapter(ROOT / "book" / "resampling.md")
    sliders = [k for k, cell in enumerate(notebook.cells) if "@dv.interact" in cell.source]
    notebook.cells = notebook.cells[: sliders[-1] + 1]
    folder = tmp_path / "chapters"
    folder.mkdir()
    nbformat.write(notebook, folder / NOTEBOOK)
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata), folder / WIDGETS)
    with serving_lab(folder, tmp_path) as address:
        yield address


@contextlib.contextmanager
def serving_lab(folder, scratch):
    """A JupyterLab that opens in `folder`, with settings of its own in `scratch`; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(scratch / name.lower()) for name in OWN_FOLDERS}
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, **own, "PYTHONPATH": path}
    with open(scratch / "lab.log", "w") as log:
        server = subprocess.Popen(
            lab_command(port, folder),
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            while not answers(f"{address}/api"):
                assert server.poll() is None, (scratch / "lab.log").read_text()
                time.sleep(0.5)
            yield address
        finally:
            # It would wait for kernels that are starting, which may be for ever.
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def answers(address):
    try:
        urllib.request.urlopen(address).close()
    except OSError:
        return False
    return True


def sessions_of(address):
    with urllib.request.urlopen(f"{address}/api/sessions") as answer:
        return json.load(answer)


def kernels_are_ready(address):
    kernels = [session["kernel"] for session in sessions_of(address)]
    return bool(kernels) and all(kernel["execution_state"] == "idle" and kernel["connections"] for kernel in kernels)


def shut_down_kernels(address):
    sessions = sessions_of(address)
    assert sessions
    for session in sessions:
        request = urllib.request.Request(f"{address}/api/sessions/{session['id']}", method="DELETE")
        urllib.request.urlopen(request).close()


def check_shown(widget, words):
    """Wait for the picture with these words in the first widget, told by its label too."""
    widget.locator(f'.dv-stage img.dv-now[alt*="{words}"]').wait_for(timeout=PATIENCE)
    assert not widget.locator(".dv-note").text_content()


@pytest.fixture
def run_all(browser):
    """Open a notebook, run all its cells; in the end fail on whatever it asked elsewhere."""
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    outside = []

    def run_all(address):
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: request.url.startswith(OWN) or outside.append(request.url))
        page.goto(address)
        page.locator(".jp-Notebook .jp-CodeCell").first.click()
        origin = "/".join(address.split("/")[:3])
        while not kernels_are_ready(origin):  # what is sent to a kernel before may be lost
            page.wait_for_timeout(200)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        return page

    yield run_all
    context.close()
    assert not outside


def check_it_answers_between_the_stops(page, widget):
    """With a kernel there is every value, also by key in command mode."""
    slider, label = widget.locator("input[type=range]"), widget.locator("output")
    check_shown(widget, "replacement 200)")
    slider.focus()
    page.keyboard.press("ArrowRight")
    between = label.text_content()
    assert 200 < int(between) < 215
    check_shown(widget, f"replacement {between})")


def test_the_sliders_answer_in_notebook_too(run_all, lab):
    page = run_all(f"{lab}/notebooks/{NOTEBOOK}")
    check_it_answers_between_the_stops(page, page.locator(".dv-interact").first)


def test_the_sliders_answer_with_a_kernel_and_own_up_without(run_all, lab):
    page = run_all(f"{lab}/lab/tree/{NOTEBOOK}")
    widget = page.locator(".dv-interact").first
    slider, label = widget.locator("input[type=range]"), widget.locator("output")
    check_it_answers_between_the_stops(page, widget)
    with_replacement = page.locator(".dv-interact").nth(1)
    with_replacement.locator("input[type=range]").press("End")
    check_shown(with_replacement, "replacement 10,000)")
    assert with_replacement.locator("output").text_content() == "10,000"

    # Without: what was drawn comes back, what was not is owned up to.
    shut_down_kernels(lab)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    widget.locator(".dv-note").filter(has_text="Python does not answer").wait_for()
    widget.locator('.dv-stage img.dv-now[alt*="replacement 200)"]').wait_for()
    assert label.text_content() == "200"
    page.keyboard.press("End")
    assert label.text_content() == "1,000"
    widget.locator(".dv-note").filter(has_text="Shown: n′, without replacement: 200.").wait_for()
    assert slider.is_enabled()


def test_widgets_that_compute_in_the_browser_take_their_keys_from_the_notebook(run_all, lab):
    """In command mode JupyterLab has keys of its own: 1 and 2 would turn a cell into a heading."""
    page = run_all(f"{lab}/lab/tree/{WIDGETS}")

    def check(widget, state):
        widget.and_(page.locator(f'[data-state="{state}"]')).wait_for()

    table, machine, brush = (page.locator(f".dv-{name}") for name in ("information", "machine", "brush"))
    check(table, "8,2,2,8")
    table.locator("input[type=range]").first.press("ArrowRight")
    check(table, "9,2,2,8")
    explorer = page.locator(".dv-explorer")
    explorer.get_by_role("button", name="To the log ratio").press("Enter")
    assert explorer.locator(".dv-bound .dv-number").first.text_content() == "0.1927"
    machine.locator("input[type=range]").nth(1).press("Home")
    check(machine, "1000,2,false,0")
    check(brush, "2,0,0,100,100,100,100")
    brush.get_by_role("gridcell").first.press("2")
    check(brush, "2,0,0,200,100,100,100")
    tangent, reference = (page.locator(f".dv-{name}") for name in ("tangent", "reference-width"))
    tangent.get_by_role("slider").press("ArrowRight")
    check(tangent, "total variation, 0.05")
    reference.get_by_role("slider").press("End")
    check(reference, "uniform,10,1")
    training = page.locator(".dv-training")
    training.scroll_into_view_if_needed()
    check(training, "30,8,100,0.001,0,20,0")
    training.get_by_role("button", name="One step").press("Enter")
    check(training, "30,8,100,0.001,0,21,0")
    assert "train." not in page.url
    picker = page.locator(".dv-picker")
    picker.get_by_role("checkbox").first.press("Space")
    check(picker, "coins: a")
    lattice = page.locator(".dv-lattice")
    lattice.get_by_role("button", name="One sweep").press("Enter")
    check(lattice, "2.000, Swendsen–Wang, 2, 2")
    lattice.get_by_role("slider").press("Home")
    check(lattice, "1.000, Swendsen–Wang, 2, 1")
    assert page.locator(".jp-MarkdownCell").count() == 0
