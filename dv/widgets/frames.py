"""What a function drew or returned, made ready for a page: a *frame*.

A frame is a dict of plain values: ``mime``, ``data`` (bytes of a picture, or text),
``alt`` (what a reader who cannot see it is told) and, for pictures, the
size in CSS pixels.
"""

import contextlib
import html
import io
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

_DENSITY = 2  # pixels of the picture to a CSS pixel, for sharp screens
_DOTS = 100  # CSS pixels to an inch
_ALPHAS = 15  # steps of opacity kept: a third smaller, and no eye tells

TRANSPARENT: Any = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.facecolor": "none",
}


def make_frame(function, values, alt):
    """Call ``function(**values)`` and return its output as a frame.

    A picture is what was returned, or what holds it (axes, the artists of
    ``plt.plot``, pandas' arrays of axes), or else what was drawn by a function
    that returns nothing. Otherwise the frame is what the function printed and
    returned. ``alt`` is the text for a picture whose function does not return its own.
    """
    printed = io.StringIO()
    with plt.rc_context(TRANSPARENT), _off_screen() as drawn:
        with contextlib.redirect_stdout(printed):
            output = function(**values)
        if isinstance(output, tuple) and len(output) == 2 and isinstance(output[1], str):
            output, alt = output
        figure = _figure_of(output)
        if figure is None and (output is None or type(output).__module__.startswith("matplotlib.")):
            figure = drawn()
        if figure is not None:
            print(printed.getvalue(), end="")  # a picture has no room for it: it goes where prints go
            return _picture(figure, alt)
    html_of = getattr(output, "_repr_html_", None)
    if html_of is not None:
        said = f"<pre>{html.escape(printed.getvalue())}</pre>" if printed.getvalue() else ""
        return {"mime": "text/html", "data": said + html_of(), "alt": alt}
    if output is None and printed.getvalue():
        return {"mime": "text/plain", "data": printed.getvalue().removesuffix("\n"), "alt": ""}
    return {"mime": "text/plain", "data": f"{printed.getvalue()}{output}", "alt": ""}


@contextlib.contextmanager
def _off_screen():
    """Keep new figures off the notebook, and close them in the end.

    Yields a function that returns the figure drawn last, or None. A new sheet lies on
    top of the figures that are open, so that ``plt.plot`` does not draw into those; and
    ``plt.show``, which in a notebook shows and closes all figures, does nothing.
    """
    before = set(plt.get_fignums())
    opened = lambda: sorted(set(plt.get_fignums()) - before)  # noqa: E731

    def drawn():
        figures = [plt.figure(number) for number in opened()]
        used = [figure for figure in figures if figure is not sheet or len(figure.get_children()) > 1]
        return used[-1] if used else None

    show = plt.show
    with plt.ioff():
        try:
            plt.show = lambda *args, **kwargs: None
            sheet = plt.figure() if before else None
            yield drawn
        finally:
            plt.show = show
            for number in opened():
                plt.close(number)


def _figure_of(output, depth=3):
    """Return the figure of what a plotting function returns: its own, or that of what it holds."""
    canvas = getattr(getattr(output, "figure", None), "canvas", None)
    if canvas is not None:
        return canvas.figure  # that of a part of a figure, too
    if isinstance(output, dict):
        output = output.values()  # plt.boxplot
    elif getattr(output, "dtype", None) == np.dtype(object):
        output = np.ravel(output)  # plots of a data frame or of its groups
    elif not isinstance(output, (list, tuple)):
        return None
    parts = (_figure_of(part, depth - 1) for part in output) if depth else ()
    return next((figure for figure in parts if figure is not None), None)


def _picture(figure, alt):
    if not alt:
        raise ValueError(
            "a picture needs words for those who cannot see it: give the function a docstring, "
            "return (figure, words), or write interact(..., alt=words)"
        )
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=_DENSITY * _DOTS, pil_kwargs={"compress_level": 0})
    pixels = np.asarray(Image.open(raw).convert("RGBA")).copy()
    pixels[..., 3] = (pixels[..., 3] / 255 * _ALPHAS).round() * (255 // _ALPHAS)
    image = Image.fromarray(pixels)
    packed = io.BytesIO()
    image.save(packed, format="webp", lossless=True)
    width, height = (side / _DENSITY for side in image.size)
    return {"mime": "image/webp", "data": packed.getvalue(), "alt": alt, "width": width, "height": height}
