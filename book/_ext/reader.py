"""A chapter's text for readers outside the book: TeX macros and citations spelt out.

The book knows the macros of `_config.yml` and the bibliography; a notebook that is
opened anywhere else knows neither.
"""

import re
from functools import cache
from pathlib import Path

import yaml
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parents[2]


@cache
def macros():
    """{name: (text, number of arguments)} from `_config.yml`."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]
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
    entries = parse_file(ROOT / "book" / "references.bib").entries
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


def spell_out(text):
    return cite(expand_macros(text))
