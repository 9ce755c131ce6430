"""The leader board of the chapter on a benchmark, sorted and filtered in a browser."""

import pytest


@pytest.fixture
def board(open_page, served):
    return open_page(f"{served['book']}/book/benchmark.html").locator(".dv-leaders")


def await_state(board, state):
    board.page.wait_for_function("(s) => document.querySelector('.dv-leaders').dataset.state === s", arg=state)


def column(board, key):
    return board.locator(f"tbody td.dv-col-{key}").all_text_contents()


def scores(board):
    return [float(text.split(" ")[0]) for text in column(board, "error")]


def names(board):
    return board.locator("tbody th").all_text_contents()


def test_it_opens_on_all_families_sorted_by_error_and_says_who_shares_the_first_rank(board):
    await_state(board, "1000;all families;error;left out;the mean of its runs")
    assert scores(board) == sorted(scores(board)) and len(scores(board)) == 7
    first = [name for name, rank in zip(names(board), column(board, "rank"), strict=True) if rank == "1"]
    words = board.locator(".dv-summary").text_content()
    assert first and all(name in words for name in first)
    assert words in board.locator("canvas").get_attribute("aria-label")


def test_by_keyboard_it_is_filtered_and_sorted(board):
    choice = board.get_by_label("sort by")
    choice.focus()
    board.page.keyboard.press("End")
    await_state(board, "1000;all families;seconds;left out;the mean of its runs")
    assert board.locator("th[aria-sort]").all_text_contents() == ["CPU s"]
    seconds = [float(text) for text in column(board, "seconds")]
    assert seconds == sorted(seconds)
    board.get_by_label("family").select_option("labels")
    await_state(board, "1000;labels;seconds;left out;the mean of its runs")
    assert "family “labels”, 3 tasks" in board.locator(".dv-summary").text_content()


def test_what_refuses_pays_when_no_value_counts_as_0(board):
    before = dict(zip(names(board), scores(board), strict=True))
    board.get_by_label("no value is").select_option("counted as 0 nats")
    await_state(board, "1000;all families;error;counted as 0 nats;the mean of its runs")
    after = dict(zip(names(board), scores(board), strict=True))
    assert after["scikit-learn KSG"] > 1.5 * before["scikit-learn KSG"]
    assert after["dv.estimate_mi"] == before["dv.estimate_mi"]


def test_the_best_of_its_runs_helps_nobody_who_had_one(board):
    before = dict(zip(names(board), scores(board), strict=True))
    board.get_by_label("of each task").select_option("the best of its runs")
    await_state(board, "1000;all families;error;left out;the best of its runs")
    after = dict(zip(names(board), scores(board), strict=True))
    assert all(after[name] == before[name] for name in ("MINE, held out", "InfoNCE, held out"))
    assert all(after[name] < before[name] for name in before if "held out" not in name)


def test_a_family_that_the_other_size_lacks_gives_way_to_all(board):
    board.get_by_label("family").select_option("tasks of bmi")
    await_state(board, "1000;tasks of bmi;error;left out;the mean of its runs")
    board.get_by_label("samples n").select_option("10,000")
    await_state(board, "10000;all families;error;left out;the mean of its runs")
    assert board.get_by_label("family").locator("option").all_text_contents()[1:] == [
        *("one column each", "labels", "several columns")
    ]
    assert set(names(board)) == {"dv.estimate_mi", "bmi KSG", "bmi MINE", "npeet+ KSG, ranks"}


def test_a_telephone_shows_rank_error_and_what_the_board_is_sorted_by(open_page, served):
    board = open_page(f"{served['book']}/book/benchmark.html", width=375).locator(".dv-leaders")
    assert board.locator("thead th:visible").all_text_contents() == ["rank", "estimator", "mean |error|"]
    board.get_by_label("sort by").select_option("worst task")
    await_state(board, "1000;all families;worst;left out;the mean of its runs")
    assert board.locator("thead th:visible").all_text_contents() == ["rank", "estimator", "mean |error|", "worst task"]
