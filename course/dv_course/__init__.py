"""The instructor's side of the course: hidden checks, and grading that can be trusted."""

from .checks import check

__all__ = ["check"]
