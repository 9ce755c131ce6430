"""The one gradebook: a copy that knows no student goes out, outcomes come back."""

import warnings
from typing import Any

from alembic.script import ScriptDirectory
from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import SAWarning

from ..settings import configuration

STUDENTS = {"student", "submitted_assignment", "submitted_notebook", "grade", "comment"}


def directory(course):
    return CourseDirectory(config=configuration(course))


def prepare(course):
    """Make the gradebook if there is none.

    nbgrader would, but starts ``alembic`` by its bare name to learn the version of the tables.
    """
    make_tables(directory(course).db_url).dispose()


def make_tables(url):
    """An engine of the database at `url`, with nbgrader's tables."""
    engine = create_engine(url)
    if not inspect(engine).get_table_names():
        api.Base.metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
            connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
    return engine


def opened(course):
    prepare(course)
    where = directory(course)
    return Gradebook(where.db_url, where.course_id)


def write_template(course, path):
    """Copy the gradebook's assignments, and none of its students, to a new file."""
    target = make_tables(f"sqlite:///{path}")
    with opened(course) as gradebook, target.begin() as connection:
        for table in api.Base.metadata.sorted_tables:
            rows = [] if table.name in STUDENTS else gradebook.db.execute(select(table)).mappings().all()
            if rows:
                connection.execute(table.insert(), [dict(row) for row in rows])
    target.dispose()


def merge(course, gradebook, assignment, student, timestamp, outcome):
    """Write one student's outcome, all marks in one transaction.

    Until then nbgrader's own row for a new submission says *needs manual grading*.
    A person's marks and comments stay; marks that were made anew are to be looked at.
    """
    gradebook.update_or_create_student(student)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own way with SQLAlchemy
        gradebook.update_or_create_submission(assignment, student, timestamp=timestamp)
    rows = {(row["notebook"], row["cell"]): row for row in outcome.grades}
    comments = {(row["notebook"], row["cell"]): row["text"] for row in outcome.comments}
    submission = gradebook.find_submission(assignment, student)
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            row = rows.get((notebook.name, grade.name))
            grade.auto_score = None if row is None or row["reason"] else row["score"]
            grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
        for comment in notebook.comments:
            comment.auto_comment = comments.get((notebook.name, comment.name))
    gradebook.db.flush()
    _penalize(configuration(course), submission)
    gradebook.db.commit()


def _penalize(config, submission):
    """What lateness costs, by the plugin that the course's configuration names: of all marks, those of people too."""
    late = AssignLatePenalties(config=config)
    late.init_plugin()
    for notebook in submission.notebooks:
        penalty = None
        if submission.total_seconds_late > 0:
            seconds = submission.total_seconds_late
            plugin: Any = late.plugin_inst  # named by the course's configuration
            penalty = plugin.late_submission_penalty(submission.student.id, notebook.score, seconds)
        notebook.late_submission_penalty = None if penalty is None else min(max(penalty, 0), notebook.score)
