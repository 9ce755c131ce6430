"""Mend the roles in generated HTML that mislead a screen reader."""


def mend_roles(app, pagename, templatename, context, doctree):
    """Docutils calls the bibliography a list, but its entries no items of one."""
    if "body" in context:
        context["body"] = context["body"].replace('<div role="list" class="citation-list">', '<div class="citation-list">')


def setup(app):
    app.connect("html-page-context", mend_roles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
