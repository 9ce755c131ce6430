"""The one gradebook: a copy that knows no student goes out, outcomes come back."""

from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, select

from . import assignments

STUDENTS = {"student", "submitted_assignment", "submitted_notebook", "grade", "comment"}


def directory(course):
    return CourseDirectory(config=assignments.configuration(course))


def opened(course):
    return Gradebook(directory(course).db_url, "dv")


def write_template(course, path):
    """Copy the gradebook's assignments, and none of its students, to a new file."""
    target = create_engine(f"sqlite:///{path}")
    api.Base.metadata.create_all(target)
    with opened(course) as gradebook, target.begin() as connection:
        for table in api.Base.metadata.sorted_tables:
            rows = [] if table.name in STUDENTS else gradebook.db.execute(select(table)).mappings().all()
            if rows:
                connection.execute(table.insert(), [dict(row) for row in rows])
    target.dispose()


def merge(course, gradebook, assignment, student, outcome):
    """Write one student's outcome, all marks in one transaction.

    Until then nbgrader's own row for a new submission says *needs manual grading*.
    A person's marks and comments stay; marks that were made anew are to be looked at.
    """
    gradebook.update_or_create_student(student)
    where = directory(course).format_path("submitted", student, assignment)
    timestamp = directory(course).get_existing_timestamp(where)
    gradebook.update_or_create_submission(assignment, student, **({"timestamp": timestamp} if timestamp else {}))
    rows = {(row["notebook"], row["cell"]): row for row in outcome["grades"]}
    comments = {(row["notebook"], row["cell"]): row["text"] for row in outcome["comments"]}
    for notebook in gradebook.find_submission(assignment, student).notebooks:
        if notebook.name in outcome["notebooks"]:
            notebook.late_submission_penalty = outcome["notebooks"][notebook.name]["penalty"]
        for grade in notebook.grades:
            row = rows.get((notebook.name, grade.name))
            trusted = row is not None and not row["reason"]
            grade.auto_score = row["score"] if trusted else None
            grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
        for comment in notebook.comments:
            comment.auto_comment = comments.get((notebook.name, comment.name))
    gradebook.db.commit()
