"""Sphinx extension: each chapter's first use of a symbol or a term leads to the notation page.

The tables and the glossary of `book/notation.md` are the one list of them. A row of
a table names, in its second column, where the symbol is introduced; in each of those
chapters its first use becomes a link, with the meaning in words as its tooltip. A term of
the glossary is linked from its first use in every chapter that uses it.
"""

import re
from functools import cache
from typing import NamedTuple

from docutils import nodes
from dv_course.chapters import chapter_paths, is_notebook
from dv_course.repository import root
from sphinx.util import logging

ROOT = root()
LOGGER = logging.getLogger(__name__)
PAGE = "book/notation"
TOKEN = re.compile(r"\\(?:begin|end|text|mathrm|operatorname)\{[^}]*\}|\\[A-Za-z]+|\\.|\S")
LABEL = r"(?:^:label: *{0}$|^\({0}\)=$|^\$\$ *\({0}\)$)"
ROLE = re.compile(r"\{(?:prf:ref|ref|eq|numref)\}`([\w-]+)`")
# What is no running text, or has its own link.
APART = (nodes.title, nodes.reference, nodes.literal, nodes.literal_block, nodes.caption, nodes.raw, nodes.math)


class Symbol(NamedTuple):
    spellings: tuple  # in TeX
    words: str
    labels: tuple  # of the statements and sections that introduce it

    @property
    def id(self):
        return "sym-" + nodes.make_id(self.words)


def plain(text):
    """Markdown without roles and signs of emphasis."""
    text = re.sub(r"\{\w+\}`([^`<]*?)(?: <[^>]*>)?`", r"\1", text)
    return re.sub(r"[$*`\\]", "", text).strip()


def source():
    return (ROOT / f"{PAGE}.md").read_text(encoding="utf-8")


def symbols():
    """The rows of the tables."""
    rows = re.findall(r"^\| (\$.*?) +\| (.*?) \|", source(), re.MULTILINE)
    return [
        Symbol(
            tuple(re.findall(r"\$(.+?)\$", here)),
            plain(re.split(r",? \{(?:prf:ref|ref|eq|numref)\}", words)[0]),
            tuple(ROLE.findall(words)),
        )
        for here, words in rows
    ]


def glossary():
    """{term: the first sentence of what it means}."""
    body = re.search(r"^```\{glossary\}\n(.*?)^```$", source(), re.DOTALL | re.MULTILINE)[1]
    return {
        term: plain(re.split(r"(?<=[.;:]) ", meaning)[0]).rstrip(";:")
        for term, meaning in re.findall(r"^(\S.*)\n  (.*)$", body, re.MULTILINE)
    }


@cache
def home(label):
    """The name of the page on which a label stands."""
    (stem,) = [
        p.stem
        for p in chapter_paths()
        if re.search(LABEL.format(re.escape(label)), p.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    return stem


def occurs(spelling, text):
    """Whether a symbol stands in a formula, and not as a mere index or with one."""
    wanted, tokens = TOKEN.findall(spelling), TOKEN.findall(text)
    n = len(wanted)
    return any(
        tokens[i : i + n] == wanted and {*tokens[i - 1 : i], *tokens[i + n : i + n + 1]}.isdisjoint({"_", "^", "'"})
        for i in range(len(tokens) - n + 1)
    )


def pattern(term):
    return re.compile(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", re.IGNORECASE)


def apart(node):
    while node := node.parent:
        if isinstance(node, APART):
            return True
    return False


def link(app, docname, anchor, tip, *children):
    address = f"{app.builder.get_relative_uri(docname, PAGE)}#{anchor}"
    return nodes.reference("", "", *children, refuri=address, internal=True, reftitle=tip, classes=["to-notation"])


def link_symbols(app, doctree, docname):
    """Wrap the first formula with each symbol that this chapter introduces."""
    stem = docname.rpartition("/")[2]
    wanted = [symbol for symbol in symbols() if stem in map(home, symbol.labels)]
    for formula in list(doctree.findall(nodes.math)):
        found = [s for s in wanted if any(occurs(spelling, formula.astext()) for spelling in s.spellings)]
        if found and not apart(formula):
            # The longest spelling says most about a formula that holds several symbols.
            symbol = max(found, key=lambda s: max(map(len, s.spellings)))
            formula.replace_self(link(app, docname, symbol.id, symbol.words, formula.deepcopy()))
            wanted.remove(symbol)
    return wanted


def link_terms(app, doctree, docname):
    """Link the first use of each term of the glossary, unless it is linked already."""
    wanted = glossary()
    for node in list(doctree.findall(lambda n: isinstance(n, (nodes.reference, nodes.Text)))):
        if isinstance(node, nodes.reference):
            anchor = node.get("refuri", "").rpartition("#term-")[2]
            for term in [term for term in wanted if nodes.make_id(term) == anchor]:
                node["reftitle"] = wanted.pop(term)
        elif not apart(node):
            node.parent.replace(node, split(app, docname, node, wanted))


def split(app, docname, node, wanted):
    """The pieces of a text, with links for the terms that come first in it."""
    text, pieces = str(node), []
    while text:
        found = [(match.start(), -len(term), term, match) for term in wanted if (match := pattern(term).search(text))]
        if not found:
            break
        *_, term, match = min(found)
        before, word = text[: match.start()], match[0]
        text = text[match.end() :]
        anchor = f"term-{nodes.make_id(term)}"
        pieces += [nodes.Text(before)] * bool(before) + [link(app, docname, anchor, wanted.pop(term), nodes.Text(word))]
    return [*pieces, nodes.Text(text)] if pieces else node


def resolve(app, doctree, docname):
    if docname in app.config.notation_chapters:
        link_terms(app, doctree, docname)
        for symbol in link_symbols(app, doctree, docname):
            LOGGER.warning("%s introduces %s, but no line of its text holds it", docname, symbol.spellings[0])


def name_rows(app, doctree):
    """Give each row of the tables its anchor."""
    if app.env.docname == PAGE:
        first_cells = [row.children[0] for row in doctree.findall(nodes.row)]
        named = [cell for cell in first_cells if next(cell.findall(nodes.math), None)]
        for cell, symbol in zip(named, symbols(), strict=True):
            cell["ids"].append(symbol.id)


def setup(app):
    pages = [path.relative_to(ROOT).with_suffix("").as_posix() for path in chapter_paths() if is_notebook(path)]
    app.add_config_value("notation_chapters", pages, "")
    app.add_config_value("notation_source", source(), "html")  # a new row may change any page
    app.connect("doctree-read", name_rows)
    app.connect("doctree-resolved", resolve, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
