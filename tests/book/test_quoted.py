"""Tables that a page quotes are, number by number, those that the benchmarks printed.

`benchmarks/results/NAME.txt` keeps what ``python -m benchmarks.NAME`` printed. That
the command still prints it is checked on one seed in the tests of each chapter.
"""

import re

import chapters

RESULTS = chapters.ROOT / "benchmarks" / "results"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def page(name, command):
    text = (chapters.ROOT / "book" / f"{name}.md").read_text()
    assert f"`python -m benchmarks.{command}`" in text
    return text.replace("−", "-")


def printed(name):
    return (RESULTS / f"{name}.txt").read_text()


def quoted_rows(text):
    """The cells of each row with a ± of the Markdown tables of a page."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|") and "±" in line]


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
    results = [[*row[:2], *row[3:]] for row in printed_rows(printed("variance"))]
    quoted = [row for row in quoted_rows(page("overfitting", "variance")) if len(row) == 7]
    assert quoted == results and len(results) == 6


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
