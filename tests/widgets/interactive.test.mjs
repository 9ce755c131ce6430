import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, nextDraw, textOf } from "../../dv/widgets/front/controls.js";
import { keyOf, lastWins } from "../../dv/widgets/front/interactive.js";

const slider = { kind: "slider", label: "n′", texts: ["2", "10", "100"] };
const button = { kind: "redraw", label: "Draw again", texts: ["draw 1", "draw 2"] };

test("a state is told by the labels and texts of its controls", () => {
  assert.equal(describe([slider, button], [2, 1]), "n′: 100, Draw again: draw 2");
  assert.equal(keyOf([2, 1]), "2,1");
});

test("another draw goes round what a page holds, and on with a kernel", () => {
  const presses = (endless) => [0, 1, 2].reduce((all) => [...all, nextDraw(button, all.at(-1), endless)], [0]);
  assert.deepEqual(presses(false), [0, 1, 0, 1]);
  assert.deepEqual(presses(true), [0, 1, 2, 3]);
  assert.equal(textOf(button, 3), "draw 4");
});

test("while one question is under way only the last of the others is kept", () => {
  const asked = [];
  const questions = lastWins((state, id) => asked.push([...state, id]));
  for (const value of [1, 2, 3, 4]) questions.want([value]);
  assert.deepEqual(asked, [[1, 1]]);
  assert.deepEqual(questions.answered(1), [1]);
  assert.deepEqual(asked, [[1, 1], [4, 2]]);
  assert.equal(questions.idle(), false);
  assert.deepEqual(questions.answered(2), [4]);
  assert.equal(questions.idle(), true);
});

test("an answer to another question is not taken for ours", () => {
  const questions = lastWins(() => {});
  questions.want([1]);
  assert.equal(questions.answered(7), undefined);
  assert.equal(questions.idle(), false);
});

test("a state that waits is not changed by later moves of the same array", () => {
  const asked = [], state = [1];
  const questions = lastWins((wanted) => asked.push(wanted));
  questions.want(state);
  state[0] = 2;
  questions.want(state);
  state[0] = 3;
  questions.answered(1);
  assert.deepEqual(asked, [[1], [2]]);
});
