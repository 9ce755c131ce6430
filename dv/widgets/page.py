"""What all widgets share: how they stand in a notebook with a kernel, and in a page without one."""

import json
import os

import anywidget


def in_book():
    """Tell whether the book is being built, whose pages have no kernel."""
    return os.environ.get("DV_PRECOMPUTE") == "1"


class PageWidget(anywidget.AnyWidget):
    """A widget that a page of the book can hold: with HTML to show until its script takes over, or for good."""

    without_scripts = "This figure runs in the browser and needs its scripts."

    def still(self):
        """Return the HTML that stands in the page without scripts."""
        return f"<p>{self.without_scripts}</p>"

    def _repr_mimebundle_(self, **kwargs):
        if not in_book():
            return super()._repr_mimebundle_(**kwargs)
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        page = (
            f'<div class="dv-here"><div class="dv-still">{self.still()}</div>'
            f'<script type="application/vnd.jupyter.widget-view+json">{json.dumps(view)}</script></div>'
        )
        return {"text/html": page, "text/plain": "(a figure with controls)"}, {}
