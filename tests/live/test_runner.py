"""What runs a reader's cells on the page says what the notebook says, and shows what is the reader's."""

import pytest
import runner
from dv_course.bank import answers, objection
from dv_course.chapters import chapter_paths, check_cells, is_notebook, reader_notebook

CHAPTERS = {path.stem: path for path in chapter_paths() if is_notebook(path)}


def cells(chapter):
    """The setup of a chapter, and its public checks by exercise."""
    notebook = reader_notebook(CHAPTERS[chapter])
    setup = [cell.source for cell in notebook.cells if "setup" in cell.metadata.get("tags", [])]
    found = check_cells(notebook.cells)
    return setup, {exercise: "\n".join(cell.source for cell in cells) for exercise, cells in found.items()}


def run(answer, test="", setup=()):
    shown = []
    return runner.run(setup, answer, test, shown.append), shown


def printed(shown):
    return "".join(piece.get("text", "") for piece in shown)


def said(result):
    error = result["error"]
    return error and f"{error['type']}: {error['message']}"


# In the page itself all chapters are tried: tests/browser/test_live_bank.py.
@pytest.mark.parametrize("chapter", ["divergence", "ising_exact", "resampling"])
def test_every_answer_of_the_bank_is_told_what_the_notebook_tells_it(chapter):
    setup, checks = cells(chapter)
    for exercise, kinds in answers(chapter).items():
        for code in (*kinds["right"].values(), *kinds["wrong"].values()):
            result, _ = run(code, checks[exercise], setup)
            assert said(result) == objection(setup, code, checks[exercise]), (exercise, code)


def test_of_the_setup_only_what_is_needed_is_run():
    setup = [
        "import torch\nfrom dv import discrete, ising\nimport numpy as np\nprint(1)",
        "a = np.ones(3)\nb = a.sum()",
    ]
    assert runner.needed(setup, "c = b") == "import numpy as np\na = np.ones(3)\nb = a.sum()"
    assert runner.needed(setup, "def f(:", "discrete.entropy(1)") == "from dv import discrete"
    assert runner.needed(setup, "x = 1") == ""


def test_a_traceback_has_the_readers_lines_alone():
    result, _ = run("def f(x):\n    return 1 / x", "import warnings\n\ndef g():\n    f(0)\n\ng()")
    lines = result["error"]["lines"]
    assert 'File "your answer", line 2, in f' in lines and "return 1 / x" in lines
    assert "the check" not in lines and "runner.py" not in lines
    assert result["stage"] == "check"


def test_a_syntax_error_is_shown_where_it_is():
    result, _ = run("x = 1\ny = (", "assert False")
    assert result["error"]["type"] == "SyntaxError" and "line 2" in result["error"]["lines"]
    assert runner.program([], "y = (", "import numpy") == ""


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("input('?')", "NoInput"),
        ("import sys\nsys.exit(3)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def f():\n    f()\nf()", "RecursionError"),
        ("import no_such_module", "ModuleNotFoundError"),
    ],
)
def test_whatever_is_raised_is_told(code, kind):
    assert run(code)[0]["error"]["type"] == kind
    assert run("x = 1")[0]["error"] is None


def test_a_missing_module_is_named():
    assert run("import no_such_module")[0]["error"]["missing"] == "no_such_module"


def test_what_is_printed_comes_in_order_and_a_flood_is_cut():
    assert printed(run("print(1, end=' ')\nprint(2)\n3")[1]) == "1 2\n3"
    flood = printed(run("while True:\n    print('x' * 99)\n    n = globals().get('n', 0) + 1\n    assert n < 5000")[1])
    assert len(flood) < runner.MOST + 100 and "which is not shown" in flood


def test_a_cells_last_value_is_shown_as_text_or_as_a_table_without_markup():

    assert run("None")[1] == []
    (piece,) = run("frame", setup=["import pandas as pd\nframe = pd.DataFrame({'<b>': ['<script>x</script>']})"])[1]
    assert piece["table"][0][1] == ["th", "<b>"] and piece["table"][1][1] == ["td", "<script>x</script>"]


def test_figures_are_posted_and_closed():
    import json

    import figures
    from matplotlib import pyplot

    shown = []
    figures.post = shown.append
    pyplot.figure()
    figures.show()
    assert list(json.loads(shown[0])) == ["picture"] and pyplot.get_fignums() == []
