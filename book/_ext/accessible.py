"""Mend what the theme and docutils leave hard to see, or tell a screen reader wrongly."""

import re
from pathlib import Path

STYLE = Path(__file__).parents[1] / "style"
# A citation whose link is the year alone, and its authors and title from the tooltip.
YEAR = re.compile(r'<a ([^>]*title="([^"]+?[a-z]{2,}\. [^".]+)[^"]*")>(\d{4}[a-z]?)</a>')
SHARED = re.compile(r' id="(?:proof|proof-content|exercise-content)"')


def add_style(app, config):
    config.html_static_path.append(str(STYLE))
    config.html_css_files.append("accessible.css")
    config.html_js_files.append("accessible.js")


def mend_roles(app, pagename, templatename, context, doctree):
    if "body" in context:
        # Docutils calls the bibliography a list, but its entries no items of one.
        wrong, right = '<div role="list" class="citation-list">', '<div class="citation-list">'
        body = context["body"].replace(wrong, right)
        # The link of "Shannon [1948]" is the year; heard alone it should name the work.
        body = YEAR.sub(r'<a \1 aria-label="\3: \2">\3</a>', body)
        # Every proof and exercise of a page has the same id, to which nothing leads.
        context["body"] = SHARED.sub("", body)


def setup(app):
    app.connect("config-inited", add_style)
    app.connect("html-page-context", mend_roles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
