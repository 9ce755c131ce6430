import io

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

import dv
from dv.widgets.controls import as_control
from dv.widgets.frames import make_frame


@pytest.fixture(autouse=True)
def drawn_off_screen():
    with plt.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


@pytest.fixture
def in_the_book(monkeypatch):
    monkeypatch.setenv("DV_PRECOMPUTE", "1")


def ask(widget, state):
    """Ask as the page does, and return what it is sent."""
    sent = []
    widget.send = lambda content, buffers=None: sent.append((content, buffers))
    widget._handle_custom_msg({"id": "view/1", "state": state}, [])
    (answer,) = sent
    return answer


# --- controls ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("control", "stops", "default"),
    [
        (dv.slider(0, 10, stops=3), (0, 5, 10), 5),
        (dv.slider(1, 10, 3), (1, 4, 7, 10), 7),
        (dv.slider(0, 10, 3), (0, 3, 6, 9, 10), 6),
        (dv.slider(0.0, 1.0, 0.4), (0.0, 0.4, 0.8, 1.0), 0.8),
        (dv.slider(-0.3, 0.3, 0.1), (-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3), 0.0),
        (dv.slider(0.0, 1.0, 0.1, stops=3, value=0.3), (0.0, 0.3, 0.5, 1.0), 0.3),
        (dv.slider(1, 1000, log=True, stops=4), (1, 10, 100, 1000), 100),
        (dv.slider(0.01, 1.0, log=True, stops=3, value=0.1), (0.01, 0.1, 1.0), 0.1),
        (dv.slider(stops=[2, 50, 1000], value=2), (2, 50, 1000), 2),
        (dv.checkbox(True), (False, True), True),
        (dv.choice(["a", "b"], value="b"), ("a", "b"), "b"),
        (dv.choice({"one": 1, "two": 2}), (1, 2), 1),
        (dv.redraw(2, seed=7), (7, 8), 7),
    ],
)
def test_a_page_offers_the_stops_and_starts_at_the_default(control, stops, default):
    page = control.at_stops()
    assert page.values == stops
    assert page.value(page.default) == control.value(control.default) == default
    assert len(page.texts) == len(stops)


@pytest.mark.parametrize(
    "control",
    [dv.slider(2, 1000), dv.slider(2, 10_000, log=True), dv.slider(stops=[2, 50, 1000]), dv.slider(0.0, 1.0)],
)
def test_a_notebook_offers_values_between_the_stops_in_rising_order(control):
    assert set(control.at_stops().values) < set(control.values)
    assert list(control.values) == sorted(set(control.values))
    assert {type(v) for v in control.values} == {type(control.values[0])}


@pytest.mark.parametrize(
    ("control", "first"),
    [
        (dv.slider(100000.0, 100010.0, 1.0), ("100000", "100001")),
        (dv.slider(1000.0, 1002.0, 0.25), ("1000", "1000.25")),
        (dv.slider(273.15, 283.15, 0.01), ("273.15", "273.16")),
        (dv.slider(1.76e9, 1.76e9 + 1), ("1760000000", "1760000000.01")),
        (dv.slider(0.01, 1.0, log=True), ("0.01", "0.01023")),
        (dv.slider(0.0, 6.283185307, 6.283185307 / 8), ("0", "0.7854")),
        (dv.slider(1000, 3000), ("1,000", "1,001")),
        (dv.slider(1, 5, value=2.5), ("1", "2")),
    ],
)
def test_different_values_read_differently(control, first):
    assert len(set(control.texts)) == len(control.values)
    assert control.texts[:2] == first


def test_equal_moves_of_a_logarithmic_slider_are_equal_factors():
    stops = np.array(dv.slider(0.01, 100.0, log=True).at_stops().values)
    assert stops[1:] / stops[:-1] == pytest.approx(stops[1] / stops[0])


def test_a_button_for_another_draw_goes_on_beyond_its_stops():
    assert [dv.redraw(2, seed=5).value(k) for k in range(4)] == [5, 6, 7, 8]


@pytest.mark.parametrize(
    ("short", "kind", "values"),
    [
        ((1, 3), "slider", (1, 2, 3)),
        ((0.0, 1.0, 0.5), "slider", (0.0, 0.5, 1.0)),
        ([1, 2], "slider", (1, 2)),
        (True, "checkbox", (False, True)),
        (["x", "y"], "choice", ("x", "y")),
        ({"x": 3}, "choice", (3,)),
    ],
)
def test_controls_can_be_written_short(short, kind, values):
    control = as_control(short, "n")
    assert (control.kind, control.at_stops().values) == (kind, values)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: dv.slider(3, 2), "must rise"),
        (lambda: dv.slider(0, 10, log=True), "starts above 0, not at 0"),
        (lambda: dv.slider(0, 10, stops=1), "stops=1 is too few"),
        (lambda: dv.slider(0, 10, 20), "step=20 must be"),
        (lambda: dv.slider(0, 10, stops=[1, 2]), "not both"),
        (lambda: dv.slider(stops=[1, 2], value=5), "value=5 is not between 1 and 2"),
        (lambda: dv.slider(0, float("nan")), "finite numbers"),
        (lambda: dv.choice([]), "at least one option"),
        (lambda: dv.choice(["a"], value="b"), "none of the options"),
        (lambda: dv.redraw(0), "draws=0"),
        (lambda: as_control("n", "size"), "size='n' is no control"),
    ],
)
def test_wrong_controls_are_refused_with_words(make, words):
    with pytest.raises((ValueError, TypeError), match=words):
        make()


# --- frames -----------------------------------------------------------------


def draw_line(k=1):
    figure, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, k])
    return figure


@pytest.mark.parametrize(
    "function",
    [draw_line, lambda: draw_line().axes[0], lambda: draw_line() and None, lambda: (draw_line(), "alt")],
    ids=["figure", "axes", "drawn only", "with words"],
)
def test_what_is_drawn_becomes_a_sharp_picture_on_no_background(function):
    frame = make_frame(function, {}, "alt")
    assert (frame["alt"], frame["width"], frame["height"]) == ("alt", 300, 200)
    image = Image.open(io.BytesIO(frame["data"]))
    assert image.size == (600, 400)
    assert image.getpixel((0, 0))[3] == 0
    assert not plt.get_fignums()


def test_the_picture_is_the_figure_but_for_fifteen_steps_of_opacity():
    packed = Image.open(io.BytesIO(make_frame(draw_line, {}, "alt")["data"]))
    raw = io.BytesIO()
    draw_line().savefig(raw, dpi=200, transparent=True)
    for paper in "white", "black":
        sheets = [Image.new("RGBA", packed.size, paper) for _ in range(2)]
        sheets[0].alpha_composite(packed)
        sheets[1].alpha_composite(Image.open(raw).convert("RGBA"))
        assert np.abs(np.subtract(*[np.asarray(s, dtype=int) for s in sheets])).max() <= 255 / 15 / 2 + 1


def test_text_and_tables_stay_text():
    assert make_frame(lambda: "I = 0.74", {}, "")["data"] == "I = 0.74"
    table = make_frame(lambda: pd.DataFrame({"n": [1]}), {}, "a table")
    assert table["mime"] == "text/html" and "<table" in table["data"]


TABLE = pd.DataFrame({"x": np.arange(6.0), "y": np.arange(6.0) ** 2, "kind": list("ababab")})


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside an open figure"])
@pytest.mark.parametrize(
    "function",
    [
        lambda: plt.plot([0, 1]),
        lambda: plt.hist(TABLE["x"]),
        lambda: plt.bar([0, 1], [1, 2]),
        lambda: plt.boxplot(TABLE["x"]),
        lambda: plt.pie([1, 2]),
        lambda: plt.contour(np.eye(3)),
        plt.subplots,
        lambda: [plt.figure().subfigures(1, 2)[1].subplots()],
        lambda: (plt.plot([0, 1]), "words"),
        lambda: plt.plot([0, 1]) and plt.show(),
        TABLE.plot,
        TABLE["x"].plot,
        TABLE.hist,
        lambda: TABLE[["x", "y"]].plot(subplots=True),
        TABLE.groupby("kind")["x"].plot,
        lambda: TABLE.boxplot(return_type="both"),
    ],
)
def test_what_a_plotting_function_returns_is_drawn(function, beside):
    mine = plt.figure() if beside else None
    frame = make_frame(function, {}, "alt")
    assert frame["mime"] == "image/webp"
    assert np.asarray(Image.open(io.BytesIO(frame["data"])))[..., 3].any()
    assert [plt.figure(number) for number in plt.get_fignums()] == ([mine] if beside else [])
    assert not beside or not mine.axes


def test_showing_works_again_when_the_frame_is_made():
    show = plt.show
    make_frame(draw_line, {}, "alt")
    with pytest.raises(ZeroDivisionError):
        make_frame(lambda: 1 / 0, {}, "alt")
    assert plt.show is show


def test_what_is_printed_is_text_before_what_is_returned(capsys):
    assert make_frame(lambda: print("n is", 3), {}, "")["data"] == "n is 3"
    assert make_frame(lambda: print("n is 3") or 4, {}, "")["data"] == "n is 3\n4"
    table = make_frame(lambda: print("n < 3") or TABLE, {}, "a table")
    assert table["data"].startswith("<pre>n &lt; 3\n</pre>")
    assert capsys.readouterr().out == ""


def test_what_is_printed_beside_a_picture_is_not_lost(capsys):
    assert make_frame(lambda: print("n is 3") or draw_line(), {}, "alt")["mime"] == "image/webp"
    assert capsys.readouterr().out == "n is 3\n"


def test_a_picture_without_words_is_refused():
    with pytest.raises(ValueError, match="needs words for those who cannot see it"):
        make_frame(draw_line, {}, "")


def test_a_figure_that_was_open_before_stays_open_and_untouched():
    mine = plt.figure()
    make_frame(draw_line, {}, "alt")
    assert plt.get_fignums() == [mine.number]


# --- with a kernel ----------------------------------------------------------


def test_the_function_stays_as_it_was_and_only_the_default_is_drawn():
    calls = []

    @dv.interact(n=(1, 9), squared=False)
    def show(n, squared):
        calls.append((n, squared))
        return n**2 if squared else n

    assert calls == [(5, False)]
    assert show(3, True) == 9
    assert show.widget.live


def test_the_kernel_answers_for_values_between_the_stops():
    @dv.interact(n=dv.slider(1, 100, stops=2))
    def show(n):
        return f"n = {n}"

    content, buffers = ask(show.widget, [41])
    assert content == {"id": "view/1", "frame": {"mime": "text/plain", "data": "n = 42", "alt": ""}}
    assert not buffers


def test_a_picture_is_sent_beside_the_message_with_its_own_words():
    @dv.interact(alt="A line up to {k}.", k=[1, 2, 3])
    def show(k):
        return draw_line(k)

    content, buffers = ask(show.widget, [0])
    assert content["frame"]["alt"] == "A line up to 1."
    assert buffers == [make_frame(draw_line, {"k": 1}, "x")["data"]]


def test_an_exception_is_shown_and_the_next_call_works():
    @dv.interact(n=(0, 2))
    def show(n):
        return 1 // n

    assert ask(show.widget, [0])[0]["frame"]["data"].startswith("ZeroDivisionError: ")
    assert ask(show.widget, [1])[0]["frame"]["data"] == "1"


def test_a_default_that_raises_still_shows_the_controls():
    @dv.interact(n=(0, 2))
    def show(n):
        raise RuntimeError("write this function first")

    assert show.widget.frames["1"] == {
        "mime": "error",
        "data": "RuntimeError: write this function first",
        "alt": "",
    }


# --- in the book ------------------------------------------------------------


def test_the_book_holds_one_frame_for_each_state(in_the_book):
    @dv.interact(n=dv.slider(1, 100, stops=3), squared=False, seed=dv.redraw(2))
    def show(n, squared, seed):
        return f"{n} {squared} {seed}"

    frames = show.widget.frames
    assert len(frames) == 3 * 2 * 2
    assert frames["2,1,1"]["data"] == "100 True 1"
    assert frames[",".join(map(str, show.widget.state))]["data"] == "51 False 0"
    assert not show.widget.live


def test_the_docstring_and_the_values_are_the_words_of_a_picture(in_the_book):
    @dv.interact(n_ref=dv.slider(stops=[1, 2], label="n′"), replace=True)
    def show(n_ref, replace):
        """A line.

        More about it.
        """
        return draw_line(n_ref)

    assert show.widget.frames["1,0"]["alt"] == "A line. (n′ 2, replace off)"


def test_without_scripts_the_page_shows_the_default(in_the_book):
    @dv.interact(n=dv.slider(stops=[1, 2, 3], value=2))
    def show(n):
        return f"<n = {n}>"

    page = show.widget._repr_mimebundle_()[0]["text/html"]
    assert "<pre>&lt;n = 2&gt;</pre><p>n: 2</p>" in page
    assert show.widget.model_id in page


def test_too_many_states_are_refused_before_the_first_is_drawn(in_the_book):
    with pytest.raises(ValueError, match=r"a \(21\) × b \(21\) are 441 states, over the 200"):

        @dv.interact(a=list(range(21)), b=list(range(21)))
        def show(a, b):
            raise AssertionError("drawn")


def test_too_many_bytes_are_refused_with_their_size_and_what_to_do(in_the_book):
    with pytest.raises(ValueError, match=r"10 frames of a \(10\) would take about 10 kB.* 5 kB: give its sliders"):

        @dv.interact(budget=5000, a=list(range(10)))
        def show(a):
            return "x" * 1000


def test_in_the_book_an_exception_is_not_hidden(in_the_book):
    with pytest.raises(ZeroDivisionError):

        @dv.interact(n=(0, 2))
        def show(n):
            return 1 // n


class Torn(Exception):
    def __str__(self):
        return "torn"


@pytest.mark.parametrize("error", [ValueError("no data"), ValueError(), OSError(2, "no such file"), Torn("x", "y")])
def test_in_the_book_an_exception_names_its_state(in_the_book, error):
    with pytest.raises(type(error), match=r"in the state show\(n=2, kind=b, squared=True\)") as caught:

        @dv.interact(n=[1, 2, 3], kind={"a": np.eye(9), "b": None}, squared=True)
        def show(n, kind, squared):
            if n == 2 and kind is None and squared:
                raise error

    assert caught.value is error


def test_in_the_book_each_state_shows_its_own_prints(in_the_book, capsys):
    @dv.interact(n=[1, 2, 3])
    def show(n):
        print("n is", n)

    assert [frame["data"] for frame in show.widget.frames.values()] == ["n is 1", "n is 2", "n is 3"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("controls", "words"),
    [({"n": (1, 2), "m": (1, 2)}, "no parameter m"), ({}, "needs a control for n")],
)
def test_controls_must_fit_the_parameters(controls, words):
    with pytest.raises(TypeError, match=words):

        @dv.interact(**controls)
        def show(n):
            return n
