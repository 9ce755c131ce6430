"""How often the intervals of the feature picker hold the truth.

``python -m benchmarks.features`` prints the table of the chapter *What is it good for?* Each of
its three tables is taken for the law that birds, or rows, are drawn from: so what its features
tell is known exactly, for every choice of them. From each 200 tables of the same size are drawn,
and the widget's intervals are counted that hold the truth: by the number of features, in per cent
of the draws, on average over the choices and in the worst of them. It takes 2 minutes of one core.
"""

import numpy as np
from dv_course import chapters
from tqdm import trange

import dv
from dv.widgets.features import _informations

CHAPTER = chapters.root() / "book" / "uses.md"
DRAWS = 200


def tables():
    """What the chapter's cells before the widget make: {name: (features, (label name, label))}."""
    names = {}
    for cell in chapters.read_chapter(CHAPTER).cells:
        if {"setup", "penguins"} & set(cell.metadata.get("tags", [])):
            exec(cell.source, names)
    return names["tables"]


def truths(features, label):
    """Exact information of every choice, and its excess over the sum, of the table taken as a law."""
    columns = [np.unique(values, return_inverse=True)[1] for values in (*features.values(), label)]
    *columns, label = columns
    together = np.zeros(2 ** len(columns))
    for k in range(1, len(together)):
        together[k] = dv.discrete.plug_in(np.column_stack([c for j, c in enumerate(columns) if k >> j & 1]), label)
    bits = np.arange(len(together))[:, None] >> np.arange(len(columns)) & 1
    return together, together - bits @ together[2 ** np.arange(len(columns))]


def held(features, label, exact, rng):
    """Which intervals hold the truth on one drawn table: two rows of booleans, together and extra."""
    n = len(label)
    rows = rng.integers(n, size=n)
    drawn = _informations("", {k: np.asarray(v)[rows] for k, v in features.items()}, "", np.asarray(label)[rows])
    return np.array(
        [
            np.abs(np.array(drawn[name]) - truth) <= 1.96 * np.array(drawn[f"{name}_error"]) + 1e-6
            for name, truth in zip(("together", "extra"), exact, strict=True)
        ]
    )


def line(name, features, label, draws=DRAWS, progress=True):
    """One line for each number of features."""
    streams, exact = np.random.default_rng(0).spawn(draws), truths(features, label)
    hits = np.mean([held(features, label, exact, streams[k]) for k in trange(draws, disable=not progress)], axis=0)
    size = np.array([k.bit_count() for k in range(hits.shape[1])])
    for d in range(1, len(features) + 1):
        (t, e), first = 100 * hits[:, size == d], f"{name}, {d}"
        extra = f"{e.mean():8.0f} {e.min():8.0f}" if d > 1 else ""
        yield f"{first:24} {t.mean():8.0f} {t.min():8.0f} {extra}".rstrip()


def main():
    print(f"{'table, features':24} {'together':>8} {'worst':>8} {'extra':>8} {'worst':>8}")
    for name, (features, (_, label)) in tables().items():
        print("\n".join(line(name, features, label)), flush=True)


if __name__ == "__main__":
    main()
