// Python for one page: a worker that is started when it is first asked for, does one thing
// at a time, and is ended when it must be.

export const LIMIT = 60; // seconds that a run may take

export class Python {
  /**
   * `spawn` makes a worker, `base` is where Pyodide lies. `tell(state, details)` hears of
   * "loading", "ready", "running" and "idle".
   */
  constructor({ spawn, base, tell = () => {}, limit = LIMIT }) {
    Object.assign(this, { spawn, base, tell, limit });
    this.worker = this.current = null;
  }

  get busy() {
    return this.current !== null;
  }

  /** Run `{setup, answer, test}`; `show` is given each piece of output. Resolves to what came of it. */
  run(request, show) {
    if (this.busy) return Promise.resolve({ refused: true });
    return new Promise((resolve) => {
      this.current = { resolve, show };
      this.tell("loading", { loaded: 0, expected: 0 });
      this.worker ??= this.start();
      this.worker.postMessage({ base: this.base, request });
    });
  }

  /** End what runs, and Python with it; the next run starts it anew. */
  stop(why = "stopped") {
    this.worker?.terminate();
    this.worker = null;
    this.settle({ [why]: true });
  }

  start() {
    const worker = this.spawn();
    worker.onmessage = ({ data }) => worker === this.worker && this.hear(data);
    worker.onerror = (event) => worker === this.worker && this.fail(event.message);
    return worker;
  }

  hear({ kind, ...content }) {
    if (kind === "progress") this.tell("loading", content);
    else if (kind === "ready") this.tell("ready");
    else if (kind === "again") clearTimeout(this.timer);
    else if (kind === "running") {
      this.tell("running");
      this.timer = setTimeout(() => this.stop("late"), 1000 * this.limit);
    } else if (kind === "output") this.current?.show(content.piece);
    else if (kind === "done") this.settle(content.result);
    else if (kind === "failed") this.fail(content.message);
  }

  fail(message) {
    this.worker?.terminate();
    this.worker = null;
    this.settle({ failed: message ?? "the worker ended" });
  }

  settle(result) {
    clearTimeout(this.timer);
    const { current } = this;
    this.current = null;
    this.tell("idle");
    current?.resolve(result);
  }
}
