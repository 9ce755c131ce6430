"""Hidden checks, one module a chapter, on a small shared core.

A test cell ends with ``check("resampling.reference_pairs", reference_pairs)``: the
function `reference_pairs` of the module `dv_course.checks.resampling` is given the
student's answer and either returns or says what is wrong.
"""

from .core import Answer, Runner, Wrong, array, check, fresh, number, require, variant

__all__ = ["Answer", "Runner", "Wrong", "array", "check", "fresh", "number", "require", "variant"]
