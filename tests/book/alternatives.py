"""The words of a chapter's figures, read where the cells keep them."""

from dv_course import chapters


def alternative(path, label):
    """The alternative text of the figure of that name."""
    heads = [cell.metadata.get("mystnb", {}) for cell in chapters.read_chapter(path).cells]
    (alt,) = [head["image"]["alt"] for head in heads if head.get("figure", {}).get("name") == label]
    return alt
