"""Sphinx extension: the book on the web, what a link to a page shows and where the page lives.

Each page says what it is about, for searches and for the cards of shared links. The book's
address has one home, `html.baseurl` in `_config.yml`: with it every page names its lasting
address and has a picture for its card, and there are a sitemap and a page for addresses
that lead nowhere.
"""

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from dv_course.repository import root
from sphinx.errors import ConfigError

MARK = root() / "book" / "figures" / "mark.png"  # favicon.svg, for cards
NOWHERE = """<h1>There is no such page</h1>
<p>The book has moved on, or the address has a slip of the pen. It begins <a href="{}">here</a>, and the search \
looks through all of it.</p>"""
NO_CONTENT = ["404.html", "search.html", "genindex.html"]


def lead(doctree):
    """The sentences in italics that a page begins with, or else its first paragraph, or its title."""
    title, *rest = next(doctree.findall(nodes.section)).children
    paragraphs = [node for node in rest if isinstance(node, nodes.paragraph)]
    leads = [p for p in paragraphs if len(p) == 1 and isinstance(p[0], nodes.emphasis)]
    return " ".join([*leads, *paragraphs, title][0].astext().split())


def describe(app, pagename, templatename, context, doctree):
    """Say what a page is about, ahead of the cards."""
    if doctree is not None:
        said = escape(lead(doctree))
        context["metatags"] += f'<meta name="description" content="{said}">\n'
        context["meta"] = {**(context["meta"] or {}), "og:description": said}


def leave_out_the_address(app, pagename, templatename, context, doctree):
    """A card that names an address is of use only when the address is known."""
    lines = context.get("metatags", "").split("\n")
    context["metatags"] = "\n".join(line for line in lines if 'property="og:url"' not in line)


def let_any_host_serve(app, exception):
    """GitHub's pages leave out folders whose names begin with an underscore, unless told not to."""
    (Path(app.outdir) / ".nojekyll").touch()


def setup(app):
    address = app.config.html_baseurl
    parts = urlsplit(address)
    if address and not (parts.scheme in {"http", "https"} and parts.netloc and parts.path.endswith("/")):
        raise ConfigError(f"html.baseurl: {address} must be like https://name.example/book/, with a slash at its end")
    app.connect("html-page-context", describe, priority=400)
    app.setup_extension("sphinxext.opengraph")
    app.config.ogp_site_url, app.config.ogp_site_name = address, app.config.html_title
    app.config.ogp_social_cards = {"enable": bool(address), "font": "DejaVu Sans", "image_mini": str(MARK)}
    if not address:
        app.connect("html-page-context", leave_out_the_address, priority=900)
    else:
        for extension in "sphinx_sitemap", "notfound.extension":
            app.setup_extension(extension)
        app.config.sitemap_url_scheme, app.config.sitemap_excludes = "{link}", NO_CONTENT
        app.config.notfound_urls_prefix = parts.path
        app.config.notfound_context = {"title": "No such page", "body": NOWHERE.format(parts.path)}
    app.connect("build-finished", let_any_host_serve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
