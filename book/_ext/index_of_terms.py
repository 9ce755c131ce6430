"""Sphinx extension: the index names the chapters that use a term, and where each definition and statement stands."""

from docutils import nodes
from dv_course.repository import root
from notation import apart, glossary, pattern
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx_proof.nodes import NODE_TYPES

STATEMENTS = tuple(NODE_TYPES.values())


class Entries(SphinxTransform):
    """A chapter's entries: terms where they come first, statements by their titles."""

    default_priority = 840  # before Sphinx collects the entries of a page

    def apply(self, **options):
        if self.env.docname not in self.config.notation_chapters:
            return
        title = self.document.next_node(nodes.title)
        chapter, wanted = title.astext(), set(glossary())
        for text in list(self.document.findall(nodes.Text)):
            place = paragraph(text)
            if place is not None and not apart(text):
                for term in {term for term in wanted if pattern(term).search(str(text))}:
                    wanted.remove(term)
                    place["ids"].append(f"index-{nodes.make_id(term)}")
                    mark(place, f"{term}; {chapter}", place["ids"][-1])
        for statement in list(self.document.findall(lambda node: isinstance(node, STATEMENTS))):
            if name := statement.get("title", "").strip(" ()"):
                mark(statement, f"{name}; {statement['realtype']}, {chapter}", statement["ids"][0])


def paragraph(node):
    """The paragraph that a text stands in, if any."""
    while node is not None and not isinstance(node, nodes.paragraph):
        node = node.parent
    return node


def mark(node, entry, name):
    """Have an entry of the index lead to a node."""
    node.parent.insert(node.parent.index(node), addnodes.index(entries=[("single", entry, name, "", None)]))


def setup(app):
    app.connect("config-inited", lambda app, config: config.templates_path.append(str(root() / "book" / "templates")))
    app.add_transform(Entries)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
