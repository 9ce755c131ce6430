import assert from "node:assert/strict";
import { test } from "node:test";

import { answersIn, exercises, filled, setup } from "../../book/live/notebook.js";

const cell = (source, metadata = {}, cell_type = "code") => ({ cell_type, source, metadata });
const graded = (grade_id, options) => ({ nbgrader: { grade_id, schema_version: 3, ...options } });
const notebook = {
  nbformat: 4,
  cells: [
    cell("import numpy as np", { tags: ["setup"] }),
    cell("Text", {}, "markdown"),
    cell(["def f():\n", "    pass"], graded("f", { solution: true, grade: false })),
    cell("assert f()", graded("f-test", { solution: false, grade: true, points: 2 })),
    cell("assert g()", graded("f-more-test", { solution: false, grade: true, points: 1 })),
    cell("In words", graded("words", { solution: true, grade: true, points: 3 }), "markdown"),
  ],
};

test("an exercise has its starting text and its check", () => {
  assert.deepEqual(exercises(notebook), [
    { id: "f", kind: "code", start: "def f():\n    pass", test: "assert f()\nassert g()", points: 3 },
    { id: "words", kind: "markdown", start: "In words", test: "", points: 3 },
  ]);
  assert.deepEqual(setup(notebook), ["import numpy as np"]);
});

test("answers are put into their cells and nothing else is changed", () => {
  const given = filled(notebook, { f: "a\n\nb", words: "" });
  assert.deepEqual(given.cells[2].source, ["a\n", "\n", "b"]);
  assert.deepEqual(given.cells.map((one) => one.metadata), notebook.cells.map((one) => one.metadata));
  assert.deepEqual(given.cells.slice(0, 2), notebook.cells.slice(0, 2));
  assert.deepEqual(notebook.cells[2].source.length, 2, "the notebook itself stays");
  assert.deepEqual(answersIn(given), { f: "a\n\nb", words: "" });
});

test("of a notebook from anywhere only texts are taken", () => {
  for (const odd of [null, {}, { cells: 3 }, { cells: [null, {}, cell(3, graded("f", { solution: true }))] }])
    assert.deepEqual(answersIn(odd), {});
});
