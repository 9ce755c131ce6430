"""Controls that redraw a picture, live in a notebook and ready-made in a page.

With a kernel each move calls the function. In the book there is no kernel: while it
is built (environment variable ``DV_PRECOMPUTE=1``) the function is called at every
stop of every control, and the page shows the frame that belongs to the move.
"""

import base64
import html
import inspect
import itertools
from collections.abc import Callable
from typing import Any

import traitlets
from IPython import get_ipython
from IPython.display import display

from .controls import as_control
from .frames import make_frame
from .front import bundle
from .page import PageWidget, in_book

MAX_STATES = 200
BUDGET = 700_000  # bytes of all frames of one grid; a third more in the page


def interact(*, alt: str | None = None, budget: int = BUDGET, **controls: Any) -> Callable[[Callable], Callable]:
    """Redraw a function's picture, table or text as its arguments are moved.

    Use as a decorator; the controls appear beneath the cell and the function
    stays as it was. It may return a figure, axes or what a plotting function
    returns, draw and return nothing, return a table or text, or print. In the
    book the frames are drawn ahead, one for each combination of stops.

    Parameters
    ----------
    **controls
        For each parameter of the function a control: ``(low, high)`` or
        ``(low, high, step)``, a list of stops, ``True`` or ``False``, a list or
        dict of options, or one of `slider`, `choice`, `checkbox`, `redraw`.
    alt : str
        What the picture shows, for those who cannot see it; the names of the
        controls in braces stand for their values. Unless told, the first line
        of the function's docstring and the values. A function may return
        ``(figure, words)`` to say more.
    budget : int
        The most bytes that the frames of one grid may take in the book.

    Returns
    -------
    A decorator; the decorated function has the widget as ``.widget``.

    Raises
    ------
    TypeError
        A control that is none, or for which the function has no parameter.
    ValueError
        In the book: a grid of frames over the budget.
    Exception
        In the book: what the function itself raises, with the state that made it.

    Examples
    --------
    >>> @interact(n=[1, 10, 100], squared=False)
    ... def show(n, squared):
    ...     return f"{n**2 if squared else n}"
    >>> show(3, squared=True)
    '9'
    """

    def decorate(function):
        named = {name: as_control(given, name) for name, given in controls.items()}
        _check_parameters(function, named)
        words = alt or (inspect.getdoc(function) or "").split("\n")[0]
        widget = Interactive(function, named, words, alt is not None, budget)
        function.widget = widget
        if get_ipython() is not None:
            display(widget)
        return function

    return decorate


class Interactive(PageWidget):
    """The widget behind `interact`: controls, their state, and frames by state."""

    _esm = bundle("controls.js", "interactive.js")
    _css = bundle("front.css")
    controls = traitlets.List().tag(sync=True)
    state = traitlets.List().tag(sync=True)
    frames = traitlets.Dict().tag(sync=True)
    live = traitlets.Bool().tag(sync=True)

    def __init__(self, function, controls, words, formatted, budget):
        self._function, self._words, self._formatted = function, words, formatted
        live = not in_book()
        self._named = {k: c if live else c.at_stops() for k, c in controls.items()}
        state = [control.default for control in self._named.values()]
        frames = {_key(state): self.draw_safely(state)} if live else self._draw_grid(budget)
        super().__init__(
            controls=[_for_page(name, control) for name, control in self._named.items()],
            state=state,
            frames=frames,
            live=live,
        )
        self.on_msg(self._answer)

    def draw(self, state):
        """Call the function with the values of ``state`` (one index a control)."""
        parts = list(zip(self._named.items(), state, strict=True))
        values = {name: control.value(k) for (name, control), k in parts}
        texts = {name: control.text(k) for (name, control), k in parts}
        if self._formatted:
            words = self._words.format(**texts)
        else:
            told = ", ".join(f"{c.label or _plain(name)} {c.text(k)}" for (name, c), k in parts)
            words = self._words and f"{self._words} ({told})"
        return make_frame(self._function, values, words)

    def _draw_or_name(self, state):
        """As `draw`, with the state named in the words of an exception: the book has no reader to see which."""
        try:
            return self.draw(state)
        except Exception as error:
            parts = zip(self._named.items(), state, strict=True)
            told = ", ".join(f"{n}={c.text(k) if c.kind == 'choice' else c.value(k)}" for (n, c), k in parts)
            where = f"in the state {self._function.__name__}({told})"
            if len(error.args) == 1 and isinstance(error.args[0], str):
                error.args = (f"{error.args[0]} ({where})",)
            else:
                error.add_note(where)
            raise

    def draw_safely(self, state):
        """As `draw`, with an exception as the frame: the reader sees it in place."""
        try:
            return self.draw(state)
        except Exception as error:
            return {"mime": "error", "data": f"{type(error).__name__}: {error}", "alt": ""}

    def _draw_grid(self, budget):
        counts = {name: len(control.values) for name, control in self._named.items()}
        grid = list(itertools.product(*map(range, counts.values())))
        size = " × ".join(f"{name} ({count})" for name, count in counts.items())
        advice = "give its sliders fewer stops, leave a control out, or draw in the browser"
        if len(grid) > MAX_STATES:
            raise ValueError(f"{size} are {len(grid)} states, over the {MAX_STATES} of one page: {advice}")
        frames, spent = {}, 0
        for state in grid:
            frame = frames[_key(state)] = self._draw_or_name(state)
            spent += len(frame["data"])
            if spent > budget:
                whole = spent / len(frames) * len(grid) / 1000
                raise ValueError(
                    f"the {len(grid)} frames of {size} would take about {whole:.0f} kB, over the budget "
                    f"of {budget / 1000:.0f} kB: {advice}, make the figure smaller, or raise budget="
                )
        return frames

    def _answer(self, _, asked, buffers):
        """Draw what the page asks for; it asks again only once it is answered."""
        frame = self.draw_safely(asked["state"])
        picture = isinstance(frame["data"], bytes)
        buffers = [frame.pop("data")] if picture else []
        self.send({"id": asked["id"], "frame": frame}, buffers)

    def still(self):
        """Return the HTML of the default state."""
        frame, named = self.frames[_key(self.state)], zip(self._named.items(), self.state, strict=True)
        told = ", ".join(f"{c.label or _plain(name)}: {c.text(k)}" for (name, c), k in named)
        return f"{_static_html(frame)}<p>{html.escape(told)}</p>"


def _check_parameters(function, controls):
    parameters = inspect.signature(function).parameters.values()
    takes = {p.name for p in parameters if p.kind is not p.VAR_POSITIONAL}
    needs = {p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD}
    strange = set(controls) - takes
    if strange and not any(p.kind is p.VAR_KEYWORD for p in parameters):
        raise TypeError(f"{function.__name__} has no parameter {', '.join(sorted(strange))}")
    if missing := needs - set(controls):
        raise TypeError(f"{function.__name__} needs a control for {', '.join(sorted(missing))}")


def _key(state):
    return ",".join(map(str, state))


def _plain(name):
    return name.replace("_", " ")


def _for_page(name, control):
    label = control.label or _plain(name)
    return {"name": name, "kind": control.kind, "label": label, "texts": list(control.texts)}


def _static_html(frame):
    if frame["mime"] == "text/html":
        return frame["data"]
    if frame["mime"] == "text/plain":
        return f"<pre>{html.escape(frame['data'])}</pre>"
    source = f"data:{frame['mime']};base64,{base64.b64encode(frame['data']).decode()}"
    width, height, alt = frame["width"], frame["height"], html.escape(frame["alt"])
    return f'<img src="{source}" alt="{alt}" width="{width:.0f}" height="{height:.0f}">'
