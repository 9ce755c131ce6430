// The Donsker–Varadhan bound on a table, climbed by hand. One slider for each cell is the
// critic; everything is computed here, in a notebook as in a page.

import { announcer, element, makeControl, minus, nextView } from "./controls.js";

// The bounds of critic `t` (one value a cell, row by row) on a table of joint
// probabilities, in nats. `tilted` is Q_t, the reference reweighted by e^t.
export function evaluate(table, t) {
  const P = table.flat(), sum = (values) => values.reduce((a, b) => a + b, 0);
  const rows = table.map(sum), columns = table[0].map((_, k) => sum(table.map((row) => row[k])));
  const R = rows.flatMap((row) => columns.map((column) => row * column));
  const top = Math.max(...t.filter((_, k) => R[k] > 0));
  const logMean = top + Math.log(sum(R.map((r, k) => (r > 0 ? r * Math.exp(t[k] - top) : 0))));
  const mean = (values) => sum(P.map((p, k) => (p > 0 ? p * values[k] : 0)));
  const logRatio = P.map((p, k) => (p > 0 ? Math.log(p / R[k]) : -Infinity));
  return {
    information: mean(logRatio),
    dv: mean(t) - logMean,
    fdiv: mean(t) - Math.exp(logMean - 1),
    tilted: R.map((r, k) => (r > 0 ? r * Math.exp(t[k] - logMean) : 0)),
    logRatio,
  };
}

const END = 4; // of the sliders
const GRID = Array.from({ length: 161 }, (_, k) => (k - 80) / 20);

const cut = (value) => Math.max(-END, Math.min(END, value));
export const nats = (value) => minus((Math.abs(value) < 0.00005 ? 0 : value).toFixed(4));

// The values of a cell's slider: an even grid, and the best value for each table.
export function valuesOf(best) {
  return [...new Set([...GRID, ...best.map(cut)])].sort((a, b) => a - b);
}

// A bar from `from` to `to` per cent of the width.
function makeBar(kind) {
  const fill = element("span", { class: `dv-fill dv-${kind}` });
  const set = (from, to) => {
    fill.style.left = `${from}%`;
    fill.style.width = `${to - from}%`;
  };
  return { node: element("span", { class: "dv-track", "aria-hidden": "true" }, fill), set };
}

// P and Q_t of one cell, side by side.
function makeCell(slider) {
  const bars = ["given", "tilted"].map((kind) => ({ ...makeBar(kind), text: element("span", { class: "dv-number" }) }));
  const names = ["P", "Qₜ"];
  const lines = bars.map((bar, k) => element("div", { class: "dv-line" }, names[k], bar.node, bar.text));
  const set = (...values) =>
    bars.forEach((bar, k) => {
      bar.set(0, 100 * values[k]);
      bar.text.textContent = values[k].toFixed(3);
    });
  return { node: element("div", { class: "dv-cell" }, slider, ...lines), set };
}

// The value of a bound on an axis that ends a little above I; what is far below leaves it.
function makeBound(kind, name) {
  const bar = makeBar(kind), text = element("span", { class: "dv-number" });
  const mark = element("span", { class: "dv-mark" });
  bar.node.append(element("span", { class: "dv-zero" }), mark);
  const set = (value, information) => {
    const scale = Math.max(information, 0.05), place = (v) => (100 * (v / scale + 1)) / 2.2;
    bar.set(Math.max(0, place(Math.min(value, 0))), Math.max(0, place(Math.max(value, 0))));
    if (value < 0 && place(value) < 0) bar.set(0, place(0));
    mark.style.left = `${place(information)}%`;
    text.textContent = `${place(value) < 0 ? "◀ " : ""}${nats(value)}`;
  };
  return { node: element("div", { class: "dv-bound" }, element("span", {}, name), bar.node, text), set };
}

function render({ model, el }) {
  const tables = Object.entries(model.get("tables")), view = nextView();
  const best = tables.map(([, table]) => evaluate(table, table.flat().map(() => 0)).logRatio);
  let picked = 0, shift = 0;
  const t = best[0].map(() => 0);

  // A slider over `values`, at 0; `moved(value)` is called as the reader moves it.
  const slider = (label, id, values, moved) => {
    const texts = values.map((value) => minus(value.toFixed(2)));
    const act = (at) => {
      moved(values[at]);
      show();
    };
    const { node, set } = makeControl({ kind: "slider", label, texts }, values.indexOf(0), `${view}-${id}`, true, act);
    return { node, put: (value) => set(values.indexOf(value)) };
  };
  const columns = tables[0][1][0].length;
  const cells = t.map((_, k) => {
    const label = `t(${Math.floor(k / columns)}, ${k % columns})`;
    const own = slider(label, k, valuesOf(best.map((values) => values[k])), (value) => (t[k] = value));
    return { ...makeCell(own.node), put: own.put };
  });
  const shifter = slider("shift c", "shift", GRID, (value) => (shift = value));
  const bounds = { dv: makeBound("dv", "DV bound of t + c"), fdiv: makeBound("fdiv", "E t − E eᵗ⁻¹ of t + c") };
  const words = element("p", { class: "dv-words" }), news = announcer();

  function show() {
    const table = tables[picked][1], at = evaluate(table, t.map((value) => value + shift));
    cells.forEach((cell, k) => cell.set(table.flat()[k], at.tilted[k]));
    for (const [name, bound] of Object.entries(bounds)) bound.set(at[name], at.information);
    words.textContent =
      `I(X; Y) = ${nats(at.information)} nats (the upright line). ` +
      `What is missing, D(P‖Qₜ), is ${nats(at.information - at.dv)} nats.`;
    news.tell(() => `DV bound ${nats(at.dv)}, f-divergence form ${nats(at.fdiv)}. ${words.textContent}`);
  }

  const put = (values) => {
    values.forEach((value, k) => cells[k].put((t[k] = cut(value))));
    shifter.put((shift = 0));
    show();
  };
  const button = (label, act) => {
    const node = element("button", { type: "button", "data-lm-suppress-shortcuts": "true" }, label);
    node.addEventListener("click", act);
    return node;
  };
  const names = { kind: "choice", label: "P", texts: tables.map(([name]) => name) };
  const choice = makeControl(names, 0, `${view}-table`, true, (at) => {
    picked = at;
    show();
  });
  const buttons = [button("All to 0", () => put(t.map(() => 0))), button("To the log ratio", () => put(best[picked]))];
  el.classList.add("dv-interact", "dv-explorer");
  el.append(
    element("div", { class: "dv-controls" }, choice.node, element("div", { class: "dv-control" }, ...buttons)),
    element("div", { class: "dv-cells" }, ...cells.map((cell) => cell.node)),
    element("div", { class: "dv-controls" }, shifter.node),
    bounds.dv.node,
    bounds.fdiv.node,
    words,
    news.node,
  );
  show();
  return news.stop;
}

export default { render };
