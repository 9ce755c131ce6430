"""Runs a reader's cells in the page: an answer, before it what it needs of the setup, after it the public checks.

Nothing here knows the browser: `post` is told each piece of output, a dictionary.
"""

import ast
import builtins
import contextlib
import html.parser
import io
import json
import linecache
import sys
import time
import traceback

ANSWER = "your answer"
MOST = 20_000  # characters of output


class NoInput(RuntimeError):
    """A page has no prompt."""


def _no_input(*_):
    raise NoInput("input() has nobody to ask here: write the value into the code")


class Output(io.TextIOBase):
    """Posts what is printed, a line or more at a time, until it is too much."""

    def __init__(self, post, stream):
        self.post, self.stream, self.waiting, self.left = post, stream, "", MOST

    def write(self, text):
        if self.left > 0:
            self.waiting += text[: self.left]
            self.left -= len(text)
            if "\n" in text or len(self.waiting) > 1000 or self.left <= 0:
                self.flush()
            if self.left <= 0:
                self.post({"stream": self.stream, "text": "\n… and more, which is not shown\n"})
        return len(text)

    def flush(self):
        if self.waiting:
            self.post({"stream": self.stream, "text": self.waiting})
            self.waiting = ""


class Table(html.parser.HTMLParser):
    """The rows of a table in HTML, as lists of (tag, text): all that is taken of what an object calls its HTML."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.cell = [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append([tag, ""])
            self.cell = self.rows[-1][-1]

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        if self.cell:
            self.cell[1] += data


def used(tree):
    """All names that stand in a tree."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def bound(statement):
    """The names that a statement gives a meaning."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def needed(setup, *codes):
    """What of the setup cells some code needs: the statements that bind its names, and theirs in turn."""
    wanted, kept = set(), []
    for code in codes:
        with contextlib.suppress(SyntaxError):  # which is told when it is run
            wanted |= used(ast.parse(code))
    for statement in reversed([s for cell in setup for s in ast.parse(cell).body]):
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            statement.names = [a for a in statement.names if (a.asname or a.name.partition(".")[0]) in wanted]
        if bound(statement) & wanted:
            kept.append(statement)
            wanted |= used(statement)
    return ast.unparse(ast.Module(kept[::-1], []))


def compiled(code, name):
    """The statements of a cell, and apart from them the expression that it ends with."""
    tree = ast.parse(code, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    # A traceback shows the lines of the cell.
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    return compile(tree, name, "exec"), last and compile(ast.Expression(last.value), name, "eval")


def show(value, post):
    """Show what a cell ends with."""
    if value is None:
        return
    if callable(getattr(value, "_repr_html_", None)) and (rows := Table(value._repr_html_() or "").rows):
        post({"table": rows[:60]})
    else:
        text = repr(value)
        post({"stream": "result", "text": text if len(text) <= MOST else f"{text[:MOST]} …"})


def told(error):
    """An error in JSON: its kind, its words, and the reader's own lines that led to it."""
    tree = traceback.TracebackException.from_exception(error)
    one = tree
    while one:
        one.stack = traceback.StackSummary.from_list([f for f in one.stack if f.filename == ANSWER])
        one = one.__cause__ or one.__context__
    lines = "".join(tree.format()) if tree.stack or isinstance(error, SyntaxError) else ""
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    return {"type": type(error).__name__, "message": str(error), "lines": lines[-4000:], "missing": missing}


def program(setup, answer, test):
    """All that a run would execute, as one text; of an answer that is no Python, nothing."""
    try:
        ast.parse(answer)
    except SyntaxError:
        return ""
    return "\n".join([needed(setup, answer, test), answer, test])


def run(setup, answer, test, post):
    """Run an answer, and the public checks unless `test` is empty; return what came of it."""
    names = {"__name__": "__main__"}
    start, stage, error = time.perf_counter(), "answer", None
    before = builtins.input
    out, err = (Output(post, stream) for stream in ("out", "err"))
    builtins.input = _no_input
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code, last = compiled(answer, ANSWER)
            stage = "setup"
            exec(compile(needed(setup, answer, test), "the setup", "exec"), names)
            stage, start = "answer", time.perf_counter()
            exec(code, names)
            if last:
                show(eval(last, names), post)
            if test:
                stage = "check"
                exec(compile(test, "the check", "exec"), names)
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].show()
    except BaseException as raised:  # an answer may also leave by sys.exit()
        error = told(raised)
    finally:
        builtins.input = before
        out.flush()
        err.flush()
    return {"stage": stage, "error": error, "seconds": time.perf_counter() - start}


def run_json(request, post):
    """`run`, for who speaks JSON."""
    given = json.loads(request)
    result = run(given["setup"], given["answer"], given["test"], lambda piece: post(json.dumps(piece)))
    return json.dumps(result)


def program_json(request):
    """`program`, for who speaks JSON."""
    given = json.loads(request)
    return program(given["setup"], given["answer"], given["test"])
