"""Matplotlib's backend in the page: each figure is posted as a picture when it is shown, and closed."""

import base64
import io
import json

from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg

FigureCanvas = FigureCanvasAgg
post = None  # set by the worker


def show(*args, **kwargs):
    """Post all open figures."""
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=110, bbox_inches="tight")
        post(json.dumps({"picture": base64.b64encode(picture.getvalue()).decode()}))
    pyplot.close("all")
