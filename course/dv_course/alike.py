"""Answers that are nearly the same, for an instructor's eye. That two are alike says nothing of why."""

import ast
import collections
import io
import itertools
import tokenize

import nbformat
from rapidfuzz import fuzz

from . import bank

ALIKE = 95  # percent of two answers' words that stand in the same order
SHORTEST = 25  # words: of fewer, many are the same by chance


def words(code):
    """The words of an answer that are its own: no comments, no layout; any text for what is no Python."""
    try:
        code = ast.unparse(ast.parse(code))
        tokens = tokenize.generate_tokens(io.StringIO(code).readline)
        return [token.string for token in tokens if token.string.strip()]
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError):
        return code.split()


def groups(course, assignment):
    """{exercise: [(students, percent)]} of answers that are alike, and like neither stub nor bank."""
    known, given = _known(course, assignment), collections.defaultdict(dict)
    for path in sorted((course / "autograded").glob(f"*/{assignment}/*.ipynb")):
        for label, source in _answers(path).items():
            mine = words(source)
            if len(mine) >= SHORTEST and not any(_percent(mine, other) >= ALIKE for other in known[label]):
                given[label][path.parents[1].name] = mine
    found = {}
    for label, answers in given.items():
        pairs = [((a, b), _percent(answers[a], answers[b])) for a, b in itertools.combinations(answers, 2)]
        if pairs := sorted((pair for pair in pairs if pair[1] >= ALIKE), key=lambda pair: -pair[1]):
            found[label] = pairs
    return found


def _percent(one, other):
    return fuzz.ratio(one, other, score_cutoff=ALIKE)


def _answers(path):
    """{label: source} of the answers in a notebook."""
    cells = nbformat.read(path, as_version=4).cells
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def _known(course, assignment):
    """{label: words of the stub, of the solution and of the bank's right answers}."""
    known = collections.defaultdict(list)
    for step in ("source", "release"):
        for path in (course / step / assignment).glob("*.ipynb"):
            for label, source in _answers(path).items():
                known[label].append(words(source))
    try:
        for label, kinds in bank.answers(assignment).items():
            known[label] += [words(code) for code in kinds["right"].values()]
    except FileNotFoundError:
        pass  # no clone, or no bank of this assignment
    return known
