"""Rules that the code of every chapter keeps."""

import ast

import pytest
from dv_course import chapters

CHAPTERS = [path for path in chapters.chapter_paths() if chapters.is_notebook(path)]


def averages(node):
    """Whether an expression sums or averages: by name, or as a product of matrices."""
    return any(
        (isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult))
        or (isinstance(part, ast.Call) and ast.unparse(part.func).rpartition(".")[2] in ("mean", "sum"))
        for part in ast.walk(node)
    )


def exponents(node, made, depth=3):
    """What is exponentiated in an expression, also in the names that it is made of."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and ast.unparse(part.func) == "np.exp":
            yield part.args[0]
        elif isinstance(part, ast.Name) and depth:
            for value in made.get(part.id, []):
                yield from exponents(value, made, depth - 1)


def overflows(exponent):
    """No largest value is taken out, as in t - t.max(), and it is no density, as in -x**2 / 2."""
    taken_out = isinstance(exponent, ast.BinOp) and isinstance(exponent.op, ast.Sub)
    if taken_out and not isinstance(exponent.right, ast.Constant):
        return False
    return not ast.unparse(exponent).startswith("-")


def logs_of_means(cells):
    """The logarithms, in some cells, of a mean or sum of exponentials whose largest was left in."""
    trees, made = [ast.parse(cell) for cell in cells], {}
    for part in (part for tree in trees for part in ast.walk(tree) if isinstance(part, ast.Assign)):
        for name in (name for target in part.targets for name in ast.walk(target) if isinstance(name, ast.Name)):
            made.setdefault(name.id, []).append(part.value)
    return [
        ast.unparse(part)
        for tree in trees
        for part in ast.walk(tree)
        if isinstance(part, ast.Call)
        and ast.unparse(part.func) == "np.log"
        and averages(part)
        and any(map(overflows, exponents(part.args[0], made)))
    ]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_largest_is_taken_out_before_the_logarithm_of_a_mean(path):
    """Means of exponentials are formed by log_mean_exp, or of what the largest was taken out of."""
    assert not logs_of_means([c.source for c in chapters.reader_notebook(path).cells if c.cell_type == "code"])


@pytest.mark.parametrize(
    "cell",
    [
        "ratio = np.exp(t)\nnp.log(ratio[j, k].mean())",
        "np.log(np.mean(np.exp(t)))",
        "np.log(w @ np.exp(t))",
        "np.log((w * np.exp(t)).sum())",
        "np.log(np.exp(t - 1).sum())",
        "top = u.max()\nnp.log(np.exp(t).mean())",  # another one's largest is no excuse
    ],
)
def test_the_rule_sees_what_it_is_for(cell):
    assert logs_of_means([cell])


@pytest.mark.parametrize(
    "cell", ["np.log(p) + x.mean()", "np.log(np.exp(t - t.max()).mean())", "q = np.exp(-x**2 / 2)\nnp.log(q.sum())"]
)
def test_the_rule_leaves_in_peace_what_is_safe(cell):
    assert not logs_of_means([cell])
