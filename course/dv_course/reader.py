"""A chapter's text for readers outside the book, with what only the book knows spelt out.

The book knows the macros of `_config.yml`, the bibliography, the glossary and all
chapters; a notebook that is opened anywhere else knows none of them but itself.
"""

import re
from collections import Counter
from functools import cache

import yaml
from pybtex.database import parse_file

from .repository import root


@cache
def macros():
    """{name: (text, number of arguments)} from `_config.yml`."""
    config = yaml.safe_load((root() / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    given = config["mathjax3_config"]["tex"]["macros"]
    return {name: tuple(m) if isinstance(m, list) else (m, 0) for name, m in given.items()}


def expand_macros(text):
    """Replace every macro by its text, innermost arguments included."""
    for name, (body, n_arguments) in macros().items():
        pattern = re.compile(rf"\\{name}(?![A-Za-z])")
        while match := pattern.search(text):
            arguments, end = _arguments(text, match.end(), n_arguments)
            new = re.sub(r"#(\d)", lambda m, a=arguments: a[int(m[1]) - 1], body)
            text = text[: match.start()] + new + text[end:]
    return text


def _arguments(text, start, count):
    """Read `count` groups in balanced braces."""
    groups = []
    for _ in range(count):
        depth, end = 0, start
        while True:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
            if depth == 0:
                break
        groups.append(text[start + 1 : end - 1])
        start = end
    return groups, start


@cache
def references():
    """{key: (authors, year, DOI)} of the bibliography."""
    entries = parse_file(root() / "book" / "references.bib").entries
    return {key: (_names(e.persons["author"]), e.fields["year"], e.fields.get("doi")) for key, e in entries.items()}


def _names(persons):
    names = [" ".join(person.prelast_names + person.last_names).strip("{}") for person in persons]
    return names[0] + " et al." if len(names) > 2 else " and ".join(names)


def cite(text):
    """Replace ``{cite:p}`` and ``{cite:t}`` by names, years and links."""

    def link(key, textual):
        names, year, doi = references()[key.strip()]
        label = f"{names} ({year})" if textual else f"{names}, {year}"
        return f"[{label}](https://doi.org/{doi})" if doi else label

    def replace(match):
        textual = match[1] == "t"
        links = [link(key, textual) for key in match[2].split(",")]
        return ", ".join(links) if textual else f"({'; '.join(links)})"

    return re.sub(r"\{cite:([pt])\}`([^`]+)`", replace, text)


TERM = re.compile(r"\{term\}`([^`<]+?)(?: <[^`]*>)?`")
CROSS = re.compile(r"\{(?:prf:ref|ref|eq|numref)\}`(?:[^`<]* <)?([\w-]+)>?`")
LABEL = re.compile(
    r"^\((?P<heading>[\w-]+)\)=\n#+ (?P<title>.*)$"
    r"|^`{3,}\{(?:prf:)?\w+\} ?(?P<name>.*)\n:label: *(?P<label>[\w-]+)$"
    r"|^:?    name: (?P<figure>[\w-]+)$",  # options of a cell, after colons or between dashes
    re.MULTILINE,
)


def labels(text):
    """{label: title} of the headings, statements, equations and figures in a text."""
    found = [match.groupdict() for match in LABEL.finditer(text)]
    return {g["heading"] or g["label"] or g["figure"]: g["title"] or g["name"] or "" for g in found}


@cache
def numbers():
    """{page: its number} of the numbered chapters."""
    parts = yaml.safe_load((root() / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    files = [chapter["file"] for part in parts if part.get("numbered") for chapter in part["chapters"]]
    return {file.rpartition("/")[2]: number for number, file in enumerate(files, start=1)}


@cache
def places():
    """{label: (page, section, what stands there, in words)} for every label of the book.

    What has a title is named by it, an equation or a figure by the number that the book gives it.
    """
    found = {}
    for path in sorted((root() / "book").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        page, counts = re.findall(r"^# (.*)$", text, re.MULTILINE)[0], Counter()
        for match in LABEL.finditer(text):
            label, title = match["heading"] or match["label"] or match["figure"], match["title"] or match["name"]
            section = (re.findall(r"^##+ (.*)$", text[: match.start()], re.MULTILINE) or [page])[-1]
            kind = "equation" if label.startswith("eq-") else "Fig."
            if not title:
                counts[kind] += 1
            what = f"*{title}*" if title else f"{kind} {numbers().get(path.stem)}.{counts[kind]}"
            found[label] = page, section, what if title == page else f"{what} of *{page}*"
    return found


# Where a sentence begins, and after which words an equation is a part of it.
BEGINNING = re.compile(r"(?:\A|[.!?][*\"”)]*\s|\n\s*\n|\n *(?:[-*+>]|\d+\.) )\s*\Z")
GOVERNS = re.compile(r"(?:[(,]|\b(?:about|and|as|by|from|in|is|of|report|see|with))\s?\Z", re.IGNORECASE)


def name_places(text, here, page=None):
    """Name the terms, and the places that are not `here` in the notebook itself, which is that of `page`."""

    def place(match):
        label, before = match[1], match.string[: match.start()]
        if label in here:
            return match[0]
        its_page, section, what = places()[label]
        if what.startswith("Fig.") and its_page == page:  # its caption stays in the book, and so does its number
            what = f"the {'table' if label.startswith('tab-') else 'figure'} in *{section}*"
        if BEGINNING.search(before):
            return what[0].upper() + what[1:]
        return f"({what})" if what.startswith("equation") and not GOVERNS.search(before) else what

    text = CROSS.sub(place, TERM.sub(lambda match: match[1], text))
    return re.sub(r"( of (\*[^*\n]+\*)) (?:of \2|\(\2\))", r"\1", text)


def spell_out(text, here=(), page=None):
    return cite(expand_macros(name_places(text, here, page)))
