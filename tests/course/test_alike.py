"""Answers that are nearly the same are listed, those that everybody would write are not."""

import nbformat
from dv_course import alike, bank
from test_classroom import run

MINE = """
def reference_pairs(z, n_ref, rng):
    total = len(z)
    left = np.array([int(rng.random() * total) for _ in range(n_ref)])
    right = np.array([int(rng.random() * total) for _ in range(n_ref)])
    return np.array([[z[i][0], z[j][1]] for i, j in zip(left, right)])
"""
THEIRS = "# all my own work\n" + MINE.replace("    total = len(z)\n", "\n    total = len(z)   # how many\n\n")


def test_copies_are_listed_and_what_the_bank_holds_is_not(chapter_class):
    right = next(iter(bank.answers("resampling")["reference-pairs"]["right"].values()))
    answers = {"ada": MINE, "bea": THEIRS, "cy": right, "dan": right, "eve": "def reference_pairs(z, n_ref, rng): pass"}
    for name, answer in answers.items():
        path = chapter_class.hand_in(name, {"reference-pairs": answer})
        graded = chapter_class.folder / "autograded" / name / chapter_class.name / path.name
        graded.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.read(path, as_version=4), graded)
    found = alike.groups(chapter_class.folder, chapter_class.name)
    assert found == {"reference-pairs": [(("ada", "bea"), 100)]}
    done = run(chapter_class, "alike", chapter_class.name)
    assert done.returncode == 0 and "reference-pairs: ada and bea, 100% of their words" in done.stdout


def test_what_is_no_python_is_compared_by_its_words():
    assert alike.words("if the pairs are") == ["if", "the", "pairs", "are"]
