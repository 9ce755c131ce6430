"""Marks in the forms that registers take: Canvas, Moodle, and any table with a column of ids.

A class list that such a system gave out goes in, and comes out with the marks: its own
columns, ids, delimiter and byte order mark as they were. A mark that is open stays empty,
which these systems take for "no change".
"""

import csv
import io

from . import reports
from .grading.records import write_whole

IDENTITY = {
    "canvas": ("SIS Login ID", "SIS User ID", "ID", "Student"),
    "moodle": ("Username", "ID number", "Email address", "Identifier", "Full name"),
}
NEW = {"canvas": ("Student", "ID", "SIS User ID", "SIS Login ID", "Section"), "moodle": ("Username",)}
POINTS = "Points Possible"  # Canvas's second row, which it indents


class Table:
    """A table of theirs: its `columns`, its `rows` as dicts, and how it is written."""

    def __init__(self, columns, rows=(), delimiter=",", mark=""):
        self.columns, self.rows, self.delimiter, self.mark = list(columns), list(rows), delimiter, mark

    @classmethod
    def read(cls, path):
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            raise ValueError(f"{path} is not in UTF-8: export the class list anew, or save it so") from None
        head = text.lstrip("\ufeff").partition("\n")[0]
        delimiter = max(",;\t", key=head.count)
        reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
        rows = [{name: value or "" for name, value in row.items() if name is not None} for row in reader]
        if not reader.fieldnames:
            raise ValueError(f"{path} has no row of column names")
        return cls(reader.fieldnames, rows, delimiter, "\ufeff" * text.startswith("\ufeff"))

    def column(self, name):
        """The column of this name, or with more behind it (Canvas adds an id, Moodle a unit); made if there is none."""
        for known in self.columns:
            if known == name or known.startswith((f"{name} (", f"Assignment: {name} (")):
                return known
        self.columns.append(name)
        return name

    def number(self, value):
        """A mark as it is written there: lists with semicolons come from where decimals have commas."""
        text = "" if value is None else f"{value:.10g}"
        return text.replace(".", ",") if self.delimiter == ";" else text

    def text(self):
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, self.columns, restval="", delimiter=self.delimiter, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return self.mark + buffer.getvalue()


def export(course, assignment, system, class_list=None):
    """Write reports/ASSIGNMENT-SYSTEM.csv; its path, and the students that the class list does not know."""
    students = reports.by_student(course, assignment)
    if class_list:
        table = Table.read(class_list)
    else:
        first = IDENTITY.get(system, ("student",))[0]
        table = Table(NEW.get(system, (first,)), [{first: name} for name in students])
    if system == "canvas" and not any(_is_points(row) for row in table.rows):
        table.rows.insert(0, {table.columns[0]: f"    {POINTS}"})
    rows = _rows_of(students, table, IDENTITY.get(system, table.columns))
    columns = _columns(table, system, assignment, next(iter(students.values()), []))
    for row in filter(_is_points, table.rows):
        row[columns["total"]] = table.number(sum(cell["points"] for cell in next(iter(students.values()), [])))
    for name, row in rows.items():
        _fill(row, table, columns, students[name])
    path = course / "reports" / f"{assignment}-{system}.csv"
    write_whole(path, table.text(), newline="")
    return path, sorted(set(students) - set(rows))


def _is_points(row):
    return any(value.strip() == POINTS for value in row.values())


def _columns(table, system, assignment, cells):
    """{what: column} of what is written there; a register in which sub-marks have no place gets the total."""
    if system == "canvas":
        return {"total": table.column(assignment)}
    if system == "moodle" and "Grade" in table.columns:  # the worksheet for grading offline
        return {"total": "Grade", "comment": table.column("Feedback comments")}
    names = {"total": assignment, "comment": f"{assignment} feedback"}
    if system == "csv":
        names |= {"late": f"{assignment} late days", "penalty": f"{assignment} late penalty"}
        names |= {"open": f"{assignment} open"}
    names |= {cell["exercise"]: f"{assignment}: {cell['exercise']}" for cell in cells}
    return {what: table.column(name) for what, name in names.items()}


def _rows_of(students, table, identity):
    """{student: row}; each row belongs to one student, by an id or the first part of an address."""
    keys, found = {}, {}
    for row in table.rows:
        for column in identity:
            value = row.get(column, "").strip().casefold()
            for key in {value, value.partition("@")[0]} - {""}:
                keys.setdefault(key, []).append(row)
    for name in students:
        rows = keys.get(name.casefold(), [])
        if len({id(row) for row in rows}) > 1:
            raise ValueError(f"the class list has {len(rows)} rows for {name}")
        if rows:
            found[name] = rows[0]
    if len({id(row) for row in found.values()}) < len(found):
        raise ValueError("the class list has one row for two students of the gradebook")
    return found


def _fill(row, table, columns, cells):
    """One student's marks into one row; of what the table has no column for, nothing."""
    total = reports.total(cells)
    values = {"total": table.number(total), "comment": reports.comment(cells)}
    values |= {"late": table.number(round(cells[0]["days"], 2)), "penalty": table.number(cells[0]["late"])}
    values |= {"open": "; ".join(reports.reasons(cells))}
    values |= {cell["exercise"]: table.number(None if cell["open"] else cell["score"]) for cell in cells}
    for what, column in columns.items():
        row[column] = values[what]
