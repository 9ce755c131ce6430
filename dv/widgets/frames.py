"""What a function drew or returned, made ready for a page: a *frame*.

A frame is a dict of plain values: ``mime``, ``data`` (bytes of a picture, or text),
``alt`` (what a reader who cannot see it is told) and, for pictures, the
size in CSS pixels.
"""

import contextlib
import io

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

_DENSITY = 2  # pixels of the picture to a CSS pixel, for sharp screens
_DOTS = 100  # CSS pixels to an inch
_ALPHAS = 15  # steps of opacity kept: a third smaller, and no eye tells

TRANSPARENT = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.facecolor": "none",
}


def make_frame(function, values, alt):
    """Call ``function(**values)`` and return its output as a frame.

    ``alt`` is the text for a picture whose function does not return its own.
    """
    with _off_screen() as opened, plt.rc_context(TRANSPARENT):
        output = function(**values)
        if isinstance(output, tuple) and len(output) == 2 and isinstance(output[1], str):
            output, alt = output
        figure = _figure_of(output, opened())
        if figure is not None:
            return _picture(figure, alt)
    if hasattr(output, "_repr_html_"):
        return {"mime": "text/html", "data": output._repr_html_(), "alt": alt}
    return {"mime": "text/plain", "data": str(output), "alt": ""}


@contextlib.contextmanager
def _off_screen():
    """Keep new figures off the notebook, and close them in the end."""
    before = set(plt.get_fignums())
    opened = lambda: sorted(set(plt.get_fignums()) - before)  # noqa: E731
    with plt.ioff():
        try:
            yield opened
        finally:
            for number in opened():
                plt.close(number)


def _figure_of(output, opened):
    """Return the figure that was drawn: the output, what holds it, or the last one opened."""
    if output is None:
        return plt.figure(opened[-1]) if opened else None
    if hasattr(output, "savefig") and hasattr(output, "figure"):
        return output.figure
    return getattr(output, "figure", None)


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
