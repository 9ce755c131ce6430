// A leader board: errors of estimators over tasks whose truth is known, with intervals over
// the tasks, and ranks that are shared where the difference task by task is noise.

import { announcer, element, makeControl, minus, nextView } from "./controls.js";
import { Panel, follow } from "./panel.js";

export const ALL = "all families";
export const EMPTY = ["left out", "counted as 0 nats"];
export const RUNS = ["the mean of its runs", "the best of its runs"];
const FRAME = [-1, 0.5]; // of errors, in nats

const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

// What one estimator did on each task: {task: {error, shift, runs, none, seconds, held, noted}}.
export function byTask(rows, estimator, { n, family, empty, runs }) {
  const tasks = new Map();
  rows.task.forEach((task, k) => {
    if (rows.estimator[k] !== estimator || rows.n[k] !== n || (family !== ALL && rows.family[k] !== family)) return;
    const found = tasks.get(task) ?? { shifts: [], runs: 0, none: 0, seconds: [], held: [], noted: [] };
    const value = rows.value[k] ?? (empty === EMPTY[1] ? 0 : null);
    found.runs++;
    if (rows.value[k] === null) found.none++;
    if (value !== null) found.shifts.push(value - rows.truth[k]);
    if (rows.seconds[k] !== null) found.seconds.push(rows.seconds[k]);
    if (rows.held[k] !== null) found.held.push(Number(rows.held[k]));
    if (rows.noted[k] !== null) found.noted.push(Number(rows.noted[k]));
    tasks.set(task, found);
  });
  for (const found of tasks.values()) {
    const sizes = found.shifts.map(Math.abs);
    found.error = sizes.length === 0 ? null : runs === RUNS[1] ? Math.min(...sizes) : mean(sizes);
  }
  return tasks;
}

// Mean and half the width of its 95% interval, over tasks.
export function over(numbers, quantiles) {
  const centre = mean(numbers), m = numbers.length;
  if (m < 2) return { centre, half: Infinity };
  const spread = Math.sqrt(numbers.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (m - 1));
  return { centre, half: (quantiles[Math.min(m - 1, quantiles.length) - 1] * spread) / Math.sqrt(m) };
}

// Whether `a` is ahead of `b`: the interval of the differences, task by task, lies below 0.
export function ahead(a, b, quantiles) {
  const differences = [];
  for (const [task, { error }] of a) {
    const other = b.get(task)?.error ?? null;
    if (error !== null && other !== null) differences.push(error - other);
  }
  if (differences.length < 2) return false;
  const { centre, half } = over(differences, quantiles);
  return centre + half < 0;
}

// The board of one state: a line for each estimator that has rows, unsorted.
export function board(rows, quantiles, state) {
  const names = [...new Set(rows.estimator.filter((_, k) => rows.n[k] === state.n))];
  const all = names.map((name) => [name, byTask(rows, name, state)]).filter(([, tasks]) => tasks.size);
  return all.map(([name, tasks]) => {
    const found = [...tasks.values()], errors = found.map((one) => one.error).filter((error) => error !== null);
    const share = (what) => {
      const known = found.flatMap((one) => one[what]);
      return known.length ? mean(known) : null;
    };
    const seconds = found.flatMap((one) => one.seconds);
    return {
      name,
      tasks: errors.length,
      shifts: found.flatMap((one) => (one.shifts.length ? [mean(one.shifts)] : [])),
      error: errors.length ? over(errors, quantiles) : null,
      worst: errors.length ? Math.max(...errors) : null,
      held: share("held"),
      noted: share("noted"),
      none: found.reduce((sum, one) => sum + one.none, 0),
      runs: found.reduce((sum, one) => sum + one.runs, 0),
      seconds: seconds.length ? mean(seconds) : null,
      rank: errors.length ? 1 + all.filter(([, other]) => ahead(other, tasks, quantiles)).length : null,
    };
  });
}

const nats = (value) => (value === null ? "–" : value.toFixed(3));
const percent = (share) => (share === null ? "–" : `${Math.round(100 * share)}%`);
export const COLUMNS = [
  { key: "rank", label: "rank", text: ({ rank }) => (rank === null ? "–" : String(rank)), by: ({ rank }) => rank ?? Infinity },
  {
    key: "error",
    label: "mean |error|",
    text: ({ error }) => (error === null ? "–" : `${nats(error.centre)}${Number.isFinite(error.half) ? ` ± ${nats(error.half)}` : ""}`),
    by: ({ error }) => error?.centre ?? Infinity,
  },
  { key: "worst", label: "worst task", text: ({ worst }) => nats(worst), by: ({ worst }) => worst ?? Infinity },
  { key: "held", label: "interval holds", text: ({ held }) => percent(held), by: ({ held }) => (held === null ? Infinity : -held) },
  { key: "noted", label: "warned", text: ({ noted }) => percent(noted), by: ({ noted }) => (noted === null ? Infinity : noted) },
  { key: "none", label: "no value", text: ({ none, runs }) => (none ? `${none} of ${runs}` : "0"), by: ({ none, runs }) => none / runs },
  {
    key: "seconds",
    label: "CPU s",
    text: ({ seconds }) => (seconds === null ? "–" : seconds < 0.095 ? seconds.toPrecision(1) : seconds.toFixed(1)),
    by: ({ seconds }) => seconds ?? Infinity,
  },
];

// By the chosen column; where it does not tell, by the mean error.
export function sorted(lines, key) {
  const by = (name) => COLUMNS.find((column) => column.key === name).by;
  const compare = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
  return [...lines].sort((a, b) => compare(by(key)(a), by(key)(b)) || compare(by("error")(a), by("error")(b)) || compare(a.name, b.name));
}

const listed = (names) => names.join("; "); // there are commas in names

export function summary(lines, { n, family }) {
  const valued = lines.filter(({ error }) => error !== null);
  const most = Math.max(...valued.map(({ tasks }) => tasks));
  const where = `n = ${n.toLocaleString("en-GB")}, ${family === ALL ? "all families" : `family “${family}”`}, ${most} tasks. `;
  const first = valued.filter(({ rank }) => rank === 1).map(({ name }) => name);
  const fewer = valued.filter(({ tasks }) => tasks < most).map(({ name, tasks }) => `${name} (${tasks})`);
  const head = first.length === 1 ? `Nobody is ahead of ${first[0]}. ` : `Nobody is ahead of ${listed(first)}: they share rank 1. `;
  return where + head + (fewer.length ? `On fewer tasks: ${listed(fewer)}.` : "");
}

// A panel whose lines carry names in place of numbers.
class Strips extends Panel {
  axes(xs) {
    super.axes(xs, []);
  }

  name(text, line) {
    this.pen.fillStyle = this.ink;
    this.pen.textAlign = "left";
    this.pen.fillText(text, this.box.left + 5, this.y(line - 0.27));
  }
}

function render({ model, el }) {
  const view = nextView(), rows = model.get("rows"), quantiles = model.get("quantiles");
  const sizes = [...new Set(rows.n)].sort((a, b) => a - b);
  const state = { n: model.get("n"), family: ALL, empty: EMPTY[0], runs: RUNS[0], sort: "error" };
  const panel = new Strips("Mean error on each task, a strip for each line of the table", "error (nats): below 0 too little, above 0 too much");
  const words = element("p", { class: "dv-summary" }), news = announcer();
  const body = element("tbody"), head = element("tr");
  const table = element("table", { class: "dv-table dv-board" }, element("thead", {}, head), body);

  const fill = (lines) => {
    const cell = (column, tag, text, more = {}) =>
      element(tag, { class: `dv-col-${column.key}${[state.sort, "error", "rank"].includes(column.key) ? " dv-col-shown" : ""}`, ...more }, text);
    const [rank, ...others] = COLUMNS;
    const title = (column) => cell(column, "th", column.label, { scope: "col", ...(column.key === state.sort ? { "aria-sort": "ascending" } : {}) });
    head.replaceChildren(title(rank), element("th", { scope: "col" }, "estimator"), ...others.map(title));
    body.replaceChildren(
      ...lines.map((line) =>
        element(
          "tr",
          {},
          cell(rank, "td", rank.text(line)),
          element("th", { scope: "row" }, line.name),
          ...others.map((column) => cell(column, "td", column.text(line))),
        ),
      ),
    );
  };
  const paint = (lines) => {
    const inside = (shift) => Math.min(Math.max(shift, FRAME[0] + 0.01), FRAME[1] - 0.01);
    panel.begin(FRAME, [lines.length + 0.5, 0.5], words.textContent);
    panel.segments([0, 0.5, 0, lines.length + 0.5], panel.ink, 1);
    lines.forEach(({ name, shifts }, k) => {
      const heights = shifts.map((_, j) => k + 1.12 + 0.2 * Math.sin(7 * j));
      panel.points(shifts.map(inside), heights, k % 2 ? panel.reference : panel.joint, 4, 0.75);
      if (k) panel.segments([FRAME[0], k + 0.5, FRAME[1], k + 0.5], panel.ink, 0.3);
      panel.name(name, k + 1);
    });
  };
  const draw = () => {
    const lines = sorted(board(rows, quantiles, state), state.sort);
    words.textContent = summary(lines, state);
    fill(lines);
    paint(lines);
    el.dataset.state = [state.n, state.family, state.sort, state.empty, state.runs].join(";");
    news.tell(() => words.textContent);
  };
  const families = () => [ALL, ...new Set(rows.family.filter((_, k) => rows.n[k] === state.n))];
  const choice = (label, texts, index, moved) =>
    makeControl({ kind: "choice", label, texts }, index, `${view}-${label.replace(/\W/g, "")}`, true, (at) => {
      moved(at);
      draw();
    }).node;
  // The families depend on n, so their list is made anew with it.
  const place = element("div", { style: "display: contents" });
  const offer = () => place.replaceChildren(choice("family", families(), families().indexOf(state.family), (at) => (state.family = families()[at])));
  const controls = [
    choice("samples n", sizes.map((n) => n.toLocaleString("en-GB")), sizes.indexOf(state.n), (at) => {
      state.n = sizes[at];
      if (!families().includes(state.family)) state.family = ALL;
      offer();
    }),
    place,
    choice("sort by", COLUMNS.map(({ label }) => label), 1, (at) => (state.sort = COLUMNS[at].key)),
    choice("no value is", EMPTY, 0, (at) => (state.empty = EMPTY[at])),
    choice("of each task", RUNS, 0, (at) => (state.runs = RUNS[at])),
  ];
  offer();
  el.classList.add("dv-interact", "dv-leaders");
  el.append(element("div", { class: "dv-controls" }, ...controls), table, words, panel.node, news.node);
  const stop = follow(panel.canvas, draw);
  return () => {
    stop();
    news.stop();
  };
}

export default { render };
