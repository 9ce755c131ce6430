"""An assignment that changes after marks were given: what would be lost, and what can be kept."""

from nbgrader.api import MissingEntry

from .grading import gradebook


def graded_cells(notebook):
    """{label: (points, or None if it is only an answer; kind of cell)} of a source notebook."""
    cells = {}
    for cell in notebook.cells:
        data = cell.metadata.get("nbgrader", {})
        if data.get("grade") or data.get("solution"):
            points = float(data.get("points", 0)) if data.get("grade") else None
            cells[data["grade_id"]] = (points, cell.cell_type if data.get("grade") else None)
    return cells


def known_cells(book, name):
    """The same, as the gradebook knows them; None if nothing was handed in."""
    try:
        assignment = book.find_assignment(name)
    except MissingEntry:
        return None
    if not assignment.submissions:
        return None
    cells = {}
    for notebook in assignment.notebooks:
        cells |= {cell.name: (None, None) for cell in notebook.solution_cells}
        cells |= {cell.name: (cell.max_score, cell.cell_type) for cell in notebook.grade_cells}
    return cells


def between(old, new):
    """What changed, in words, by exercise."""
    said = {}
    for label in sorted({*old, *new}):
        exercise = label.removesuffix("-test")
        if label not in old:
            said.setdefault(exercise, "is new")
        elif label not in new:
            said.setdefault(exercise, "is gone")
        elif old[label][0] != new[label][0] and None not in (old[label][0], new[label][0]):
            said[exercise] = f"has {new[label][0]:g} points instead of {old[label][0]:g}"
        elif old[label] != new[label]:
            said[exercise] = "is another kind of exercise"
    return [f"{exercise} {what}" for exercise, what in said.items()]


def refuse(course, name, notebook):
    """Refuse a change of an assignment by which marks in the gradebook would be lost or wrong."""
    with gradebook.opened(course) as book:
        old = known_cells(book, name)
    changed = between(old, graded_cells(notebook)) if old is not None else []
    if changed:
        raise ValueError(
            f"{name} is in the gradebook with marks, and its exercises changed: {'; '.join(changed)}. Nothing is "
            f"touched. 'dv-course assignments --migrate {name}' keeps the marks of the others, and a copy of all"
        )


def take_out(book, name):
    """Take all submissions out of a gradebook; returns what `put_back` needs."""
    taken = []
    try:
        assignment = book.find_assignment(name)
    except MissingEntry:
        return taken
    for submission in list(assignment.submissions):
        grades, comments = {}, {}
        for notebook in submission.notebooks:
            grades |= {
                (notebook.name, grade.name): {
                    "auto_score": grade.auto_score,
                    "manual_score": grade.manual_score,
                    "extra_credit": grade.extra_credit,
                    "needs_manual_grade": grade.needs_manual_grade,
                    "cell": (grade.max_score, grade.cell.cell_type),
                }
                for grade in notebook.grades
            }
            comments |= {
                (notebook.name, comment.name): {
                    "auto_comment": comment.auto_comment,
                    "manual_comment": comment.manual_comment,
                }
                for comment in notebook.comments
            }
        penalties = {notebook.name: notebook.late_submission_penalty for notebook in submission.notebooks}
        taken.append((submission.student.id, submission.timestamp, penalties, grades, comments))
        book.remove_submission(name, submission.student.id)
    return taken


def put_back(book, name, taken):
    """Put the submissions back, with the marks of exercises that are as they were.

    Other marks are open. A person's mark stays beside them where it does not exceed the points, to be looked at.
    """
    for student, timestamp, penalties, grades, comments in taken:
        submission = book.add_submission(name, student, timestamp=timestamp)
        for notebook in submission.notebooks:
            notebook.late_submission_penalty = penalties.get(notebook.name)
            for grade in notebook.grades:
                old = grades.get((notebook.name, grade.name), {})
                same = old.pop("cell", None) == (grade.max_score, grade.cell.cell_type)
                if not same:
                    fits = old.get("manual_score") is not None and old["manual_score"] <= grade.max_score
                    old = {"manual_score": old["manual_score"] if fits else None, "needs_manual_grade": True}
                for key, value in old.items():
                    setattr(grade, key, value)
            for comment in notebook.comments:
                for key, value in comments.get((notebook.name, comment.name), {}).items():
                    setattr(comment, key, value)
    book.db.commit()
