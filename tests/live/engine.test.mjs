import assert from "node:assert/strict";
import { test } from "node:test";

import { Python } from "../../book/live/engine.js";
import { counted, megabytes } from "../../book/live/progress.js";
import { verdict } from "../../book/live/results.js";

/** Python with workers that do nothing but remember; each can be made to say something. */
function python(limit = 60) {
  const workers = [];
  const states = [];
  const spawn = () => {
    const worker = { asked: [], postMessage: (m) => worker.asked.push(m), terminate: () => (worker.ended = true) };
    worker.say = (kind, content) => worker.onmessage({ data: { kind, ...content } });
    workers.push(worker);
    return worker;
  };
  return { workers, states, engine: new Python({ spawn, base: "base/", limit, tell: (state) => states.push(state) }) };
}

const request = { setup: [], answer: "x", test: "" };

test("the worker is started by the first run and serves the next", async () => {
  const { engine, workers, states } = python();
  assert.equal(workers.length, 0);
  const shown = [];
  const first = engine.run(request, (piece) => shown.push(piece));
  workers[0].say("ready");
  workers[0].say("running");
  workers[0].say("output", { piece: { text: "1" } });
  workers[0].say("done", { result: { error: null } });
  assert.deepEqual(await first, { error: null });
  assert.deepEqual(shown, [{ text: "1" }]);
  const second = engine.run(request, () => {});
  workers[0].say("done", { result: { error: null } });
  await second;
  assert.equal(workers.length, 1);
  assert.deepEqual(workers[0].asked[0], { base: "base/", request });
  assert.deepEqual(states, ["loading", "ready", "running", "idle", "loading", "idle"]);
});

test("only one thing runs at a time", async () => {
  const { engine, workers } = python();
  const first = engine.run(request, () => {});
  assert.deepEqual(await engine.run(request, () => {}), { refused: true });
  workers[0].say("done", { result: {} });
  await first;
  assert.equal(engine.busy, false);
});

test("stop ends the worker, whose last words count no more, and the next run starts another", async () => {
  const { engine, workers } = python();
  const shown = [];
  const first = engine.run(request, (piece) => shown.push(piece));
  engine.stop();
  assert.deepEqual(await first, { stopped: true });
  assert.equal(workers[0].ended, true);
  const second = engine.run(request, () => {});
  workers[0].say("done", { result: { old: true } });
  workers[1].say("done", { result: { old: false } });
  assert.deepEqual(await second, { old: false });
});

test("a run is ended after its time, which begins when it runs", async () => {
  const { engine, workers } = python(0.02);
  const run = engine.run(request, () => {});
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(engine.busy, true);
  workers[0].say("running");
  assert.deepEqual(await run, { late: true });
});

test("a worker that fails is replaced", async () => {
  const { engine, workers } = python();
  const run = engine.run(request, () => {});
  workers[0].say("failed", { message: "out of memory" });
  assert.deepEqual(await run, { failed: "out of memory" });
  engine.run(request, () => {});
  assert.equal(workers.length, 2);
  engine.stop();
});

test("progress counts the bytes that have come of those that are expected", async () => {
  const heard = [];
  const get = counted(async () => new Response("12345"), { "a.whl": 5 }, (...told) => heard.push(told));
  assert.equal(await (await get("http://here/a.whl?v=1")).text(), "12345");
  assert.equal(await (await get("http://here/other")).text(), "12345");
  assert.deepEqual(heard, [[5, 5]]);
  assert.equal(megabytes(12_345_678), "12.3 MB");
});

test("each end has its words", () => {
  const error = (type, message, missing = null) => ({ type, message, missing, lines: "" });
  const end = { seconds: 0.5, stage: "check", error: null };
  const words = (result, checked = true) => verdict({ ...end, ...result }, checked, 60);
  assert.deepEqual(words({}), ["good", "Right: every check is content (0.50 s)."]);
  assert.equal(words({}, false)[0], "plain");
  assert.deepEqual(words({ error: error("AssertionError", "the sign") }), ["bad", "Not yet: the sign"]);
  assert.deepEqual(words({ stage: "answer", error: error("AssertionError", "mine") }), ["bad", "AssertionError: mine"]);
  assert.deepEqual(words({ error: error("NotImplementedError", "") }), ["bad", "NotImplementedError"]);
  assert.match(words({ error: error("ModuleNotFoundError", "", "torch") })[1], /needs PyTorch.*Hand in/);
  assert.match(words({ error: error("ModuleNotFoundError", "No module named 'foo'", "foo") })[1], /foo/);
  assert.match(words({ late: true })[1], /after 60 seconds/);
  for (const other of [{ refused: true }, { stopped: true }, { failed: "?" }]) assert.ok(words(other)[1].length > 20);
});
