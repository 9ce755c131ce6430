"""Tables that a page quotes are, number by number, those that the benchmarks printed.

`benchmarks/results/NAME.txt` keeps what ``python -m benchmarks.NAME`` printed. That
the command still prints it is checked on one seed in the tests of each chapter.
"""

import re

import numpy as np
from dv_course import chapters

RESULTS = chapters.root() / "benchmarks" / "results"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def page(name, command):
    text = (chapters.root() / "book" / f"{name}.md").read_text()
    assert f"`python -m benchmarks.{command}`" in text
    return text.replace("−", "-")


def printed(name):
    return (RESULTS / f"{name}.txt").read_text()


def quoted_rows(text):
    """The cells of each row with a ± of the Markdown tables of a page."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|") and "±" in line
    ]


def printed_rows(text):
    """The cells of each row with a ± of a printed table."""
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if "±" in line]


def test_training_quotes_its_table_whole():
    block = re.search(r"```text\n(.*?)```", page("training", "trainer"), re.DOTALL)[1]
    assert [line.rstrip() for line in block.splitlines()] == [
        line.rstrip() for line in printed("trainer").splitlines() if line in block.splitlines()
    ]
    assert len(block.splitlines()) == 11


def test_mine_quotes_mean_and_spread_of_every_batch_size_and_loss():
    results = [[re.sub(r" \(.*", "", cell) for cell in row] for row in printed_rows(printed("mine"))]
    text = page("mine", "mine")
    assert quoted_rows(text) == results and len(results) == 3
    worst = min(map(float, re.findall(r"worst (\S+)\)", printed("mine"))))
    assert f"go down to {worst:.1f}" in text


def test_overfitting_quotes_the_scatter_at_the_optimal_critic():
    results = printed_rows(printed("variance"))
    quoted = [row for row in quoted_rows(page("overfitting", "variance")) if len(row) == 8]
    assert quoted == results and len(results) == 6
    biased = np.array([[float(cell.split()[0]) for cell in row[:3]] for row in results])
    truth, independent, permuted = biased[2:].T  # from 4 nats on
    assert (independent > truth).all() and (permuted < truth).all()
    text = page("overfitting", "variance")
    assert f"at $I = 10$, in {results[-1][-1]} of the cases" in text
    assert "1000 samples then do at $I = 8$ what 1000 references could not do at $I = 4$" in text
    of_all_pairs, of_references = (
        next([float(part) for part in row[column].split(" ± ")] for row in results if row[0] == information)
        for information, column in (("8", 3), ("4", 1))
    )
    assert abs(of_all_pairs[0] - 8) < abs(of_references[0] - 4) and of_all_pairs[1] < of_references[1]


def test_resampling_quotes_trained_critics_with_and_without_replacement():
    results = printed_rows(printed("replacement"))
    text = page("resampling", "replacement")
    assert quoted_rows(text) == results and len(results) == 4
    gains = [[float(n) for n in pair] for pair in re.findall(r"without (\S+), error (\S+)", printed("replacement"))]
    (one, its), (other, error) = gains
    assert f"differ by {one:.3f} and {other:.3f} on average, with standard errors of {its:.3f} and {error:.3f}" in text
    assert all(abs(gain) < 2 * error for gain, error in gains)  # eight seeds do not tell
    once, anew = (np.array([row[2].split(" ± ") for row in rows], float) for rows in (results[:2], results[2:]))
    assert anew[:, 0].min() > once[:, 0].max() and anew[:, 1].max() < once[:, 1].min()


def test_overfitting_quotes_the_three_remedies():
    names = ("one fixed reference", "the same, stopped early", "a fresh reference each step")
    results = [
        [float(number) for number in NUMBER.findall(line.removeprefix(name))]
        for name in names
        for line in printed("overfitting").splitlines()
        if line.startswith(name)
    ]
    quoted = [row for row in quoted_rows(page("overfitting", "overfitting")) if len(row) == 4]
    assert len(quoted) == len(results) == 3
    for (_, steps, training, held_out), (t, t_spread, h, h_spread, s, s_spread) in zip(quoted, results, strict=True):
        expected = (t, t_spread, h, h_spread, s, s_spread)
        said = NUMBER.findall(f"{training} {held_out} {steps}")
        for text, value in zip(said, expected, strict=False):  # a fixed number of steps has no spread
            decimals = len(text.partition(".")[2])
            assert float(text) == round(value, decimals)


def test_training_says_of_its_table_what_stands_there():
    block = re.search(r"```text\n(.*?)```", page("training", "trainer"), re.DOTALL)[1]
    rows = np.array([line.split()[1:5] for line in block.splitlines() if line[:1].isdigit()], float)
    training, held_out = rows[:, :2], rows[:, 2:]
    assert np.round(training.std(axis=0, ddof=1), 2).tolist() == [0.07, 0.04]
    assert ((training > 0.741).any(axis=0) & (training < 0.741).any(axis=0)).all()
    assert (held_out < 0.731).sum() == 14
    assert (held_out <= 0.681).sum() == 8  # half of the sixteen, by 0.06 or more
    assert training[:, 0].argmax() == training.max(axis=1).argmax()  # the highest training value of all
    assert held_out.min() == held_out[training[:, 0].argmax(), 0] == -1.018
