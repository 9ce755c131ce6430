"""Mend what the theme and docutils leave hard to see, or tell a screen reader wrongly."""

from pathlib import Path

STYLE = Path(__file__).parents[1] / "style"


def add_style(app, config):
    config.html_static_path.append(str(STYLE))
    config.html_css_files.append("accessible.css")


def mend_roles(app, pagename, templatename, context, doctree):
    """Docutils calls the bibliography a list, but its entries no items of one."""
    if "body" in context:
        wrong, right = '<div role="list" class="citation-list">', '<div class="citation-list">'
        context["body"] = context["body"].replace(wrong, right)


def setup(app):
    app.connect("config-inited", add_style)
    app.connect("html-page-context", mend_roles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
