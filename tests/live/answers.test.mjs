import assert from "node:assert/strict";
import { test } from "node:test";

import { Answers, solved, storage } from "../../book/live/answers.js";

const fresh = () => new Answers(storage(() => undefined));

test("an answer comes back as it was kept, for its chapter alone", () => {
  const answers = fresh();
  answers.set("one", "sum", { text: "x = 1\n", passed: "abc" });
  assert.deepEqual(answers.get("one", "sum"), { text: "x = 1\n", passed: "abc" });
  assert.equal(answers.get("two", "sum"), null);
  answers.remove("one", "sum");
  assert.equal(answers.get("one", "sum"), null);
});

test("without storage answers last as long as the page, and it is known", () => {
  const refusing = storage(() => {
    throw new Error("SecurityError");
  });
  assert.equal(refusing.passing, true);
  const answers = new Answers(refusing);
  assert.equal(answers.set("one", "sum", { text: "x" }), true);
  assert.equal(answers.get("one", "sum").text, "x");
});

test("a full storage is told, and what is no answer counts as none", () => {
  const full = { setItem: () => { throw new Error("QuotaExceededError"); }, getItem: () => '{"text": 3}' };
  assert.equal(new Answers(full).set("one", "sum", { text: "x" }), false);
  assert.equal(new Answers(full).get("one", "sum"), null);
  assert.equal(new Answers({ getItem: () => "{" }).get("one", "sum"), null);
});

test("solved counts the checks of today alone", () => {
  const answers = fresh();
  answers.set("one", "a", { text: "x", passed: "new" });
  answers.set("one", "b", { text: "x", passed: "old" });
  answers.set("one", "c", { text: "x" });
  assert.equal(solved(answers, "one", { a: "new", b: "new", c: "new", d: "new" }), 1);
});

test("what is exported can be imported elsewhere, and erased", () => {
  const [here, there] = [fresh(), fresh()];
  here.set("one", "a", { text: "x", passed: "new" });
  here.set("two", "b-c", { text: "é\n" });
  there.set("two", "b-c", { text: "older" });
  assert.equal(there.imported(here.exported()), 2);
  assert.deepEqual(there.keys(), here.keys());
  assert.equal(there.exported(), here.exported());
  there.erase();
  assert.deepEqual(there.keys(), []);
});

test("of a malicious file only texts under proper names are taken", () => {
  const answers = fresh();
  const good = { text: "ok", passed: null };
  const entries = { "../x/y": good, "one/a": { text: 3 }, "one/b": "text", "one/c": good };
  assert.equal(answers.imported(JSON.stringify({ format: "dv-course answers", answers: entries })), 1);
  assert.deepEqual(answers.keys(), [["one", "c"]]);
  assert.throws(() => answers.imported("{}"), /not a file of answers/);
  assert.throws(() => answers.imported("<script>"));
});
