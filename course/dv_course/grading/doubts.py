"""Reasons to doubt a mark: what the machine cannot tell from an answer that is wrong, a person must see."""

import re

from .judge import CUT_OFF


class Executed:
    """A notebook after it ran, beside the one that was given out.

    Attributes
    ----------
    cells : dict
        {label: cell} of the exercises' cells.
    own : bool
        Whether the student wrote something into cells without a label.
    setup : str or None
        What became of the cells that are to run first, if it is not what should.
    ended : bool
        Whether a cell was interrupted, or waited for one that could not be.
    """

    def __init__(self, notebook, released, missing):
        self.cells = {_label(cell): cell for cell in notebook.cells if _label(cell)}
        self.stubs = {_label(cell): cell.source.strip() for cell in released.cells if _label(cell)}
        self.missing = missing
        loose = [cell for cell in notebook.cells if not _label(cell)]
        given = {cell.source.strip() for cell in released.cells}
        self.setup = _setup(loose, [c for c in released.cells if c.cell_type == "code" and not _label(c)])
        first = {line for c in released.cells if c.cell_type == "code" and not _label(c) for line in _lines(c)}
        self.own = any(cell.source.strip() not in given and not first & _lines(cell) for cell in loose if _lines(cell))
        names = {error.ename for cell in notebook.cells for error in errors(cell)}
        self.ended = bool(names & {"KeyboardInterrupt", "CellTimeoutError"})

    def lost(self, answer):
        """Why a cell may not hold the answer that was given, if so."""
        if answer in self.missing:
            return f"the answer cell {answer} is not there"
        if self.own and self.cells[answer].source.strip() == self.stubs[answer]:
            return f"the answer cell {answer} is as it was given out, but other cells have been written"
        return None


def _label(cell):
    data = cell.metadata.get("nbgrader", {})
    return data.get("grade_id") if data.get("grade") or data.get("solution") else None


def _lines(cell):
    return {line.strip() for line in cell.source.splitlines() if line.strip()}


def _setup(loose, given):
    """In words, what happened to the cells that come first, which share lines with those `given` out."""
    for setup in given:
        here = [cell for cell in loose if _lines(cell) & _lines(setup)]
        if not here:
            return "and the setup cell is not there"
        if any(map(errors, here)):
            return "after a setup cell that failed"
    return None


def errors(cell):
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]


def of_written(row, executed):
    """A reason to doubt that there is no response where a person marks the answer itself."""
    lost = executed.lost(row["cell"])
    return f"to be marked by a person, who must look for the answer: {lost}" if lost else None


def of_tested(row, test, verdict, said, executed):
    """A reason to doubt the mark of a test cell, if there is one."""
    answer, check = test
    full, failed = row["score"] == row["points"], errors(executed.cells[row["cell"]])
    lost = answer and executed.lost(answer)
    doubts = {
        "full marks that the hidden check did not confirm": full and check and verdict != [None],
        "no marks, after a cell that was ended because it took too long": not full and executed.ended,
        f"no marks, {executed.setup}": not full and executed.setup,
        "no marks, as the hidden check was out of reach": not full and re.search("dv_course|Unreachable", str(said)),
        CUT_OFF: not full and CUT_OFF in verdict,
        "no marks, after it ran out of memory": not full and re.search("MemoryError|more memory", str(said)),
        f"no marks, and {lost}": not full and lost,
        "no marks, though no check failed": row["score"] == 0 and not failed,
        "no marks, though the hidden check was content": not full and None in verdict,
    }
    return next((doubt for doubt, holds in doubts.items() if holds), None)
