# nbgrader's own commands, run in this folder, use this too. `c` is nbgrader's.
c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "dv"
c.CourseDirectory.root = __import__("os").path.dirname(__import__("os").path.abspath(__file__))
# A test cell that a student deleted comes back before the marks are made.
c.OverwriteCells.add_missing_cells = True
