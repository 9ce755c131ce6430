"""What each idea of the chapter *From the bound to an estimate* is worth.

``python -m benchmarks.staircase`` prints the record that the chapter holds: its own
``my_estimate``, taken from its cells, with every choice of the five ideas on six tasks, 2000
samples, three data sets each; and ``dv.estimate_mi`` on the same data. A line is a choice (1 for
on, in the order of ``IDEAS``) and for each data set the value and its standard error; for ``dv``
also both ends of the interval. All in thousandths of a nat. It takes 20 minutes of one core.
"""

from concurrent.futures import ProcessPoolExecutor
from itertools import product
from os import cpu_count

import torch
from dv_course import chapters
from tqdm import tqdm

import dv

from .tasks import all_tasks

CHAPTER = chapters.root() / "book" / "estimate.md"
NAMES = (
    "normal 1+1, cubed",
    "Student 1+1, df 1",
    "Student 1+1, df 2, uncorrelated",
    "parabola",
    "dense normal 5+5",
    "independent 5+5",
)
N, SEEDS = 2000, 3


def pieces():
    """What the chapter's cells with the tag "pieces" define."""
    names = {}
    for cell in chapters.read_chapter(CHAPTER).cells:
        if {"setup", "pieces"} & set(cell.metadata.get("tags", [])):
            exec(cell.source, names)
    return names


def data_sets():
    """Each task's name and truth with the data of each seed."""
    tasks = {task.name: task for task in all_tasks()}
    return [(name, tasks[name].truth, *tasks[name].sample(N, seed)) for name in NAMES for seed in range(SEEDS)]


def line(choice):
    """One line of the record."""
    torch.set_num_threads(1)
    if choice == "dv":
        found = [dv.estimate_mi(x, y, rng=0, progress=False) for _, _, x, y in data_sets()]
        numbers = [number for r in found for number in (r.value, r.standard_error, r.low, r.high)]
    else:
        names = pieces()
        ideas = [idea for idea, on in zip(names["IDEAS"], choice, strict=True) if on == "1"]
        numbers = [number for _, _, x, y in data_sets() for number in names["my_estimate"](x, y, ideas, rng=0)]
    return " ".join([choice, *(f"{1000 * number:.0f}" for number in numbers)])


def main():
    choices = ["".join(bits) for bits in product("01", repeat=5)] + ["dv"]
    with ProcessPoolExecutor(cpu_count()) as pool:
        print("\n".join(tqdm(pool.map(line, choices), total=len(choices))))


if __name__ == "__main__":
    main()
