// A chapter's notebook, as nbformat writes it: its exercises, and the answers in their cells.

export const textOf = (cell) => (Array.isArray(cell.source) ? cell.source.join("") : cell.source ?? "");

const label = (cell) => cell.metadata?.nbgrader ?? {};

/** The exercises: `{id, kind, start, test, points}`, a test being the graded cells after an answer. */
export function exercises(notebook) {
  const found = [];
  for (const cell of notebook.cells) {
    const { grade_id: id, solution, grade, points = 0 } = label(cell);
    const last = found.at(-1);
    if (solution) found.push({ id, kind: cell.cell_type, start: textOf(cell), test: "", points });
    else if (grade && last) {
      last.test = last.test ? `${last.test}\n${textOf(cell)}` : textOf(cell);
      last.points += points;
    }
  }
  return found;
}

/** The code of the cells tagged `setup`. */
export const setup = (notebook) =>
  notebook.cells.filter((cell) => cell.metadata?.tags?.includes("setup")).map(textOf);

/** A copy of the notebook with `{id: text}` in the cells of the answers. */
export function filled(notebook, answers) {
  const copy = structuredClone(notebook);
  for (const cell of copy.cells) {
    const { grade_id: id, solution } = label(cell);
    if (solution && typeof answers[id] === "string") {
      cell.source = answers[id].split(/(?<=\n)/);
      if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
    }
  }
  return copy;
}

/** `{id: text}` of the answers in a notebook from anywhere; what is no text is left out. */
export function answersIn(notebook) {
  const found = {};
  for (const cell of Array.isArray(notebook?.cells) ? notebook.cells : []) {
    const { grade_id: id, solution } = (cell && label(cell)) || {};
    const text = cell && textOf(cell);
    if (solution && typeof id === "string" && typeof text === "string") found[id] = text;
  }
  return found;
}
