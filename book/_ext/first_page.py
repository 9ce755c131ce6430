"""Sphinx extension: the first page, which is there at once and shows what correlation misses.

What moves stands in the page itself, style and script too, for every file more is a
journey more on a slow line. The still picture has both clouds with their numbers; the
script takes the points from it.
"""

import re
from pathlib import Path

import numpy as np
from docutils import nodes
from docutils.parsers.rst import Directive
from dv_course.repository import root
from pictures import picture
from sphinx.addnodes import pending_xref

from dv import BivariateGaussian

FOLDER = root() / "book" / "first"
A = 0.97  # the correlation within the cross
N = 320
ICON = re.compile(r'(?:\.fa-[\w-]+:before,?)+\{content:"[^"]*"\}')
# What the page has no use for.
ELSEWHERE = ("sphinx-design", "exercise.css", "proof.css", "mystnb", "togglebutton", "design-tabs")


def two_clouds(n=N, rng=4):
    """(x, y, y of the cross): n points of each law, whose correlations with x are 0 like the laws'.

    The cross is y' = s a x + √(1 - a²) y with a fair sign s. Of all draws these are balanced:
    y is made uncorrelated with x, and the signs are dealt out evenly by |x|.
    """
    x, y = np.random.default_rng(rng).standard_normal((2, n))
    x = x[np.argsort(-np.abs(x))]
    x -= x.mean()
    y -= y.mean() + x * (x @ y) / (x @ x)
    sign = np.resize([1, -1, -1, 1], n)
    return x, y, sign * A * x + np.sqrt(1 - A**2) * y


def information():
    """I(X; Y) of the cross in nats: the mean of its log density ratio, by the trapezoidal rule."""
    u = np.linspace(-8, 8, 321)
    weight = np.exp(-(u**2) / 2) / np.exp(-(u**2) / 2).sum()
    x, y = u[:, None], A * u[:, None] + np.sqrt(1 - A**2) * u
    ratios = [BivariateGaussian(rho).log_density_ratio(x, y) for rho in (A, -A)]
    return float(weight @ (np.logaddexp(*ratios) - np.log(2)) @ weight)


def cloud(x, y, correlation, value, kind):
    """One cloud in its frame, the points in hundredths, and beneath it both numbers."""
    points = "".join(f"M{a:.0f} {b:.0f}h0" for a, b in zip(100 * x, 100 * y, strict=True))
    return (
        f'<g class="{kind}"><rect x=".5" y=".5" width="199" height="199" rx="6"/>'
        f'<line x1="1" x2="199" y1="100" y2="100"/><line x1="100" x2="100" y1="1" y2="199"/>'
        f'<path transform="translate(100 100) scale(.29 -.29)" d="{points}"/>'
        f'<text class="axis" x="191" y="96">x</text><text class="axis" x="108" y="14">y</text>'
        f'<text x="100" y="224">correlation {correlation:.2f}</text>'
        f'<text class="value" x="100" y="252">{value:.2f} nats</text></g>'
    )


def clouds():
    """The still picture, and what the script shows in its place."""
    x, y, crossed = two_clouds()
    values = BivariateGaussian(0).mutual_information(), information()
    seen = [abs(np.corrcoef(x, one)[0, 1]) for one in (y, crossed)]
    words = (
        f"Two clouds, both with correlation {seen[0]:.2f}. "
        f"The left one is round, its information {values[0]:.2f} nats; "
        f"the right one is a cross, its information {values[1]:.2f} nats."
    )
    script = (FOLDER / "clouds.js").read_text(encoding="utf-8")
    return f"""<div class="clouds">
<svg viewBox="0 0 420 260" role="img" aria-label="{words}">
{cloud(x, y, seen[0], values[0], "round")}
<g transform="translate(220 0)">{cloud(x, crossed, seen[1], values[1], "cross")}</g>
</svg>
<div class="clouds-live" hidden>
<dl><div><dt>correlation</dt><dd class="clouds-correlation">{seen[0]:.2f}</dd></div>
<div><dt>information</dt><dd><span class="clouds-information">{values[0]:.2f}</span> <small>nats</small></dd></div></dl>
<button type="button" role="switch" aria-checked="false"><span class="clouds-track"></span>Fold it into a cross</button>
<p class="clouds-news visually-hidden" role="status"></p>
</div>
<script>{script}clouds.begin(document.currentScript.parentElement);</script>
</div>"""


class Clouds(Directive):
    """The clouds, then paragraphs: of the still picture, of either end of the switch, and links."""

    has_content = True

    def run(self):
        box = nodes.container(classes=["first"])
        box += nodes.raw("", clouds(), format="html")
        self.state.nested_parse(self.content, self.content_offset, box)
        for paragraph, kind in zip(box.findall(nodes.paragraph), ("still", "round", "cross", "links"), strict=True):
            paragraph["classes"].append(f"first-{kind}")
        return [box]


class Cards(Directive):
    """A list of chapters, each item with its picture."""

    has_content = True

    def run(self):
        box = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, box)
        (cards,) = box.findall(nodes.bullet_list)
        cards["classes"].append("cards")
        for card in cards:
            chapter = next(card.findall(pending_xref))["reftarget"].removeprefix("ch-").replace("-", "_")
            card.insert(0, nodes.raw("", picture(chapter), format="html"))
        return [cards]


def deferred(script):
    """The same script, run when the page is there; lines in the page itself ask for the options at once."""
    if not script.filename or "documentation_options" in script.filename:
        return script
    return type(script)(script.filename, priority=script.priority, **{**script.attributes, "defer": "defer"})


def lighten(app, pagename, templatename, context, doctree):
    """On the first page: its style in the page, nothing that it has no use for, and scripts after the text."""
    if pagename != app.config.root_doc:
        return
    context["metatags"] += f"<style>{(FOLDER / 'first.css').read_text(encoding='utf-8')}</style>"
    for kind in "script_files", "css_files":
        context[kind] = [one for one in context[kind] if not any(name in str(one) for name in ELSEWHERE)]
    context["script_files"] = list(map(deferred, context["script_files"]))


def drop_icons(app, exception):
    """Of the theme's two thousand icons keep those that a page names: the others are a third of its style."""
    pages = Path(app.outdir).rglob("*.html")
    used = {name for page in pages for name in re.findall(r"fa-[\w-]+", page.read_text(encoding="utf-8"))}
    style = Path(app.outdir) / "_static" / "styles" / "pydata-sphinx-theme.css"
    kept = ICON.sub(
        lambda rule: rule[0] * bool(used & set(re.findall(r"fa-[\w-]+", rule[0]))), style.read_text("utf-8")
    )
    style.write_text(kept, encoding="utf-8")


def setup(app):
    app.add_directive("clouds", Clouds)
    app.add_directive("cards", Cards)
    app.connect("html-page-context", lighten, priority=950)
    app.connect("build-finished", drop_icons)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
