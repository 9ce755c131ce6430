"""nbgrader's settings for this course; its own commands, run in this folder, use them too."""

from pathlib import Path

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "dv"
# A test cell that a student deleted comes back before the marks are made.
c.OverwriteCells.add_missing_cells = True
# A marking scheme stands below its question, in a cell without marks; in what is released it is not.
c.ClearMarkScheme.enforce_metadata = False
# Where students fetch and hand in, if you use nbgrader's exchange: a folder that all can write to. Say the
# same in /etc/jupyter/nbgrader_config.py: students' commands do not read this file.
# c.Exchange.root = "/srv/nbgrader/exchange"
# The hidden checks of another year, or of another group, draw other inputs:
# c.HiddenChecks.seed = 2027
