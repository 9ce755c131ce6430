"""What goes back: feedback pages, a table of marks, and what the class did not understand."""

import collections
import csv
import io
import re
import shutil

import jinja2
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades
from traitlets import List

from . import comments, mistakes
from .grading import gradebook, pages
from .grading.records import records, write_whole
from .settings import Literal, configuration

OUTSIDE = re.compile(
    r"<script[^>]*\ssrc=[\"']https?:[^>]*>\s*</script>|<link[^>]*href=[\"']https?:[^>]*>", re.IGNORECASE
)


class Feedback(Literal, GenerateFeedback):
    """nbgrader's pages, without what was for the person who marked, and without what only the book understands."""

    preprocessors = List([pages.WithoutReasons, pages.InPlainMarkdown, GetGrades, CSSHTMLHeaderPreprocessor])


def feedback(course, assignment):
    """Write feedback/STUDENT/ASSIGNMENT/*.html; yields the students who have one.

    A submission with a mark that a person has still to give gets none yet.
    """
    config = configuration(course)
    for name in ("require_js_url", "mathjax_url", "jquery_url", "mermaid_js_url", "mermaid_layout_elk_js_url"):
        setattr(config.HTMLExporter, name, "")
    with gradebook.opened(course) as book:
        comments.enter(course, book, assignment)
    pending = {row["student"] for row in marks(course, assignment) if row["open"]}
    for student in pending:
        shutil.rmtree(course / "feedback" / student / assignment, ignore_errors=True)
    for folder in sorted((course / "autograded").glob(f"*/{assignment}")):
        student = folder.parent.name
        if student in pending:
            continue
        config.CourseDirectory.student_id, config.CourseDirectory.assignment_id = student, assignment
        Feedback(coursedir=CourseDirectory(config=config), config=config, force=True).start()
        for page in (course / "feedback" / student / assignment).glob("*.html"):
            write_whole(page, OUTSIDE.sub("", page.read_text(encoding="utf-8")))
        yield student


def marks(course, assignment):
    """One row for each student and exercise, from the gradebook; `open` says why there is no mark yet."""
    graded = records(course, assignment)
    doubts = {
        (student, cell): reason for student, record in graded.items() for cell, reason in record.needing_a_person()
    }
    said = {
        (student, row["cell"]): row["said"]
        for student, record in graded.items()
        for row in record.grades
        if row["said"]
    }
    rows = []
    with gradebook.opened(course) as book:
        cells = [cell for notebook in book.find_assignment(assignment).notebooks for cell in notebook.grade_cells]
        for student in book.students:
            try:
                submission = book.find_submission(assignment, str(student.id))
            except MissingEntry:
                rows += [_row(student.id, cell, None, "not handed in") for cell in cells]
                continue
            late = {"late": submission.late_submission_penalty or 0, "days": submission.total_seconds_late / 86400}
            words = {c.name: c.comment for notebook in submission.notebooks for c in notebook.comments}
            for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
                known = grade.manual_score is not None or grade.auto_score is not None
                doubt = doubts.get((student.id, grade.name)) or doubts.get((student.id, "all"))
                reason = (doubt or "to be marked by a person") if grade.needs_manual_grade else ""
                row = _row(student.id, grade.cell, grade.score if known else None, reason) | late
                written = next(filter(_tells, (words.get(grade.name), words.get(row["exercise"]))), None)
                heard = said.get((student.id, grade.name)) if grade.manual_score is None else None
                rows.append(row | {"said": written or (heard and heard.strip().splitlines()[0][:200]) or ""})
    return rows


def _tells(comment):
    return comment and comment != "No response."  # what nbgrader says of every empty answer


def _row(student, cell, score, reason):
    row = {"student": student, "exercise": cell.name.removesuffix("-test"), "cell": cell.name}
    return row | {"score": score, "points": cell.max_score, "open": reason, "said": "", "late": 0, "days": 0}


def by_student(course, assignment):
    """{student: their rows of `marks`}."""
    students = collections.defaultdict(list)
    for row in marks(course, assignment):
        students[row["student"]].append(row)
    return dict(sorted(students.items()))


def reasons(rows):
    """Why marks of one student are open, each reason once with its exercises."""
    said = dict.fromkeys(row["open"] for row in rows if row["open"])
    return [f"{reason} ({', '.join(r['exercise'] for r in rows if r['open'] == reason)})" for reason in said]


def total(rows):
    """One student's sum, less what lateness costs; None while a mark is open."""
    if any(row["open"] for row in rows):
        return None
    return max(0.0, sum(row["score"] for row in rows) - rows[0]["late"])


def comment(rows):
    """One student's marks in a sentence each, with what the checks or a person said."""
    lines = [
        f"{row['exercise']}: {row['score']:g} of {row['points']:g}" + (f" ({row['said']})" if row["said"] else "")
        for row in rows
        if not row["open"]
    ]
    lines += [f"{days:.1f} days late: -{rows[0]['late']:g}" for days in [rows[0]["days"]] if rows[0]["late"]]
    return "; ".join(lines)


def export(course, assignment):
    """Write reports/ASSIGNMENT.csv: a row for each student; no mark where a person has still to give one."""
    students = by_student(course, assignment)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [row["exercise"] for row in next(iter(students.values()), [])]
    writer.writerow(["student", *names, "late", "total", "points", "open"])
    for student, rows in students.items():
        given = {row["exercise"]: "" if row["score"] is None or row["open"] else row["score"] for row in rows}
        late, full = -rows[0]["late"] if rows[0]["late"] else "", total(rows)
        sums = [late, "" if full is None else full, sum(row["points"] for row in rows), "; ".join(reasons(rows))]
        writer.writerow([student, *(given[name] for name in names), *sums])
    path = course / "reports" / f"{assignment}.csv"
    write_whole(path, text.getvalue())
    return path


def summary(course, assignment):
    """Write reports/ASSIGNMENT.html: for each exercise the marks, and what the checks said how often."""
    said, named = mistakes.counted(course, assignment), mistakes.named(course, assignment)
    exercises = collections.defaultdict(list)
    for row in marks(course, assignment):
        exercises[row["cell"]].append(row)
    table = [_line(cell, rows, said[cell], named.get(cell, {})) for cell, rows in exercises.items()]
    page = PAGE.render(assignment=assignment, table=table, plot=_plot(table))
    path = course / "reports" / f"{assignment}.html"
    write_whole(path, page)
    return path


def _line(cell, rows, said, named):
    marked = [row["score"] / row["points"] for row in rows if row["score"] is not None and not row["open"]]
    return {
        "exercise": cell.removesuffix("-test"),
        "points": rows[0]["points"],
        "marked": len(marked),
        "open": sum(bool(row["open"]) for row in rows),
        "mean": sum(marked) / len(marked) if marked else None,
        "full": sum(mark == 1 for mark in marked),
        "none": sum(mark == 0 for mark in marked),
        "said": [
            (_in_words(message), " or ".join(named.get(message, [])), count) for message, count in said.most_common()
        ],
    }


def _in_words(message):
    """What a check said, without the exception's name where the words are its own."""
    if message.startswith("NotImplementedError"):
        return "nothing was written"
    return message.removeprefix("AssertionError: ")


def _plot(table):
    """Bars of full, partial, no and open marks, as SVG text."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(7.5, 0.9 + 0.5 * len(table)), layout="constrained")
    ax, left = figure.subplots(), [0] * len(table)
    parts = {
        "full marks": ("#0173b2", "", [row["full"] for row in table]),
        "some": ("#56b4e9", "..", [row["marked"] - row["full"] - row["none"] for row in table]),
        "none": ("#de8f05", "//", [row["none"] for row in table]),
        "open": ("#d9d9d9", "xx", [row["open"] for row in table]),
    }
    for label, (colour, hatch, counts) in parts.items():
        ax.barh(
            [row["exercise"] for row in table], counts, left=left, color=colour, hatch=hatch, ec="black", label=label
        )
        left = [a + b for a, b in zip(left, counts, strict=True)]
    ax.invert_yaxis()
    ax.set(xlabel="students")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside upper center", ncols=4)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue().partition("<svg")[2]


PAGE = jinja2.Environment(autoescape=True).from_string("""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ assignment }}: what the class understood</title>
<style>
  body { font: 1rem/1.5 sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #999; }
  th:first-child, td:first-child, .said :nth-child(2) { text-align: left; }
  .table { overflow-x: auto; }
  svg { max-width: 100%; height: auto; }
</style>
<h1>{{ assignment }}: what the class understood</h1>
<figure role="img" aria-label="Bars: for each exercise the number of students with full marks, some, none, and marks still open. The table below has the numbers.">
<svg{{ plot | safe }}
</figure>
<div class="table" role="region" aria-label="Marks" tabindex="0">
<table>
<thead><tr><th scope="col">exercise<th scope="col">points<th scope="col">mean<th scope="col">full<th scope="col">none<th scope="col">open</tr></thead>
<tbody>
{%- for row in table %}
<tr><th scope="row">{{ row.exercise }}<td>{{ "%g" | format(row.points) }}
<td>{{ "–" if row.mean is none else "%.0f%%" | format(100 * row.mean) }}<td>{{ row.full }}<td>{{ row.none }}<td>{{ row.open }}</tr>
{%- endfor %}
</tbody>
</table>
</div>
{%- for row in table if row.said %}
<h2>{{ row.exercise }}</h2>
<p>What the checks said, and to how many:</p>
<div class="table" role="region" aria-label="What was said of {{ row.exercise }}" tabindex="0">
<table class="said">
<thead><tr><th scope="col">message<th scope="col">as in the wrong answer<th scope="col">students</tr></thead>
<tbody>
{%- for message, names, count in row.said %}
<tr><td>{{ message }}<td>{{ names }}<td>{{ count }}</tr>
{%- endfor %}
</tbody>
</table>
</div>
{%- endfor %}
</html>
""")
