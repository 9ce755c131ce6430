// A 2 × 2 table under the reader's hands: four weights, and what follows from them.

import { announcer, element, makeControl, nextView } from "./controls.js";

const MOST = 20; // the largest weight
const CELLS = ["x=0, y=0", "x=0, y=1", "x=1, y=0", "x=1, y=1"];
const EXAMPLES = {
  "a forecast": [8, 2, 2, 8],
  independent: [3, 6, 4, 8],
  "a copy": [10, 0, 0, 10],
  "one empty cell": [8, 0, 4, 8],
  "X certain": [5, 15, 0, 0],
};

const sum = (numbers) => numbers.reduce((total, value) => total + value, 0);

// In nats; an empty cell of p adds nothing, one of q alone makes it infinite.
export const divergence = (p, q) => sum(p.map((value, k) => (value > 0 ? value * Math.log(value / q[k]) : 0)));

export const entropy = (p) => -sum(p.map((value) => (value > 0 ? value * Math.log(value) : 0)));

// All that the page shows of the weights [w00, w01, w10, w11]; null if there are none.
export function measures(weights) {
  const total = sum(weights);
  if (!(total > 0)) return null;
  const p = weights.map((weight) => weight / total);
  const px = [p[0] + p[1], p[2] + p[3]], py = [p[0] + p[2], p[1] + p[3]];
  const q = [px[0] * py[0], px[0] * py[1], px[1] * py[0], px[1] * py[1]];
  const notBelowZero = (value) => (value > 1e-12 ? value : 0); // of rounding
  return {
    p, px, py, q,
    hx: notBelowZero(entropy(px)),
    hy: notBelowZero(entropy(py)),
    hxGivenY: notBelowZero(entropy(p) - entropy(py)),
    information: notBelowZero(divergence(p, q)),
    reverse: notBelowZero(divergence(q, p)),
  };
}

const inNats = (value) => (Number.isFinite(value) ? `${value.toFixed(3)} nats` : "∞");

export function summary({ hx, hxGivenY, information, reverse }) {
  return (
    `Of the ${inNats(hx)} of H(X), Y tells ${inNats(information)} and leaves ${inNats(hxGivenY)}. ` +
    `The divergence the other way round is ${reverse === Infinity ? "infinite" : inNats(reverse)}.`
  );
}

// The joint table with its margins, and in small what independence would give.
function makeGrid() {
  const cell = (tag, text = "", scope) => element(tag, scope ? { scope } : {}, text);
  const body = [0, 1].map(() => [cell("td"), cell("td"), cell("td")]);
  const foot = [cell("td"), cell("td"), cell("td", "1")];
  const rows = body.map((cells, x) => element("tr", {}, cell("th", `x=${x}`, "row"), ...cells));
  const head = ["", "y=0", "y=1", "P(x)"].map((text) => (text ? cell("th", text, "col") : cell("td")));
  const node = element(
    "table",
    { class: "dv-table" },
    element("caption", {}, "Joint probabilities, their margins, and in brackets the product of the margins"),
    element("tr", {}, ...head),
    ...rows,
    element("tr", {}, cell("th", "P(y)", "row"), ...foot),
  );
  const show = ({ p, q, px, py }) => {
    p.forEach((value, k) => {
      body[k >> 1][k & 1].textContent = `${value.toFixed(3)} (${q[k].toFixed(3)})`;
    });
    px.forEach((value, x) => (body[x][2].textContent = value.toFixed(3)));
    py.forEach((value, y) => (foot[y].textContent = value.toFixed(3)));
  };
  return { node, show };
}

// Bars on one scale from 0 to `MAX_BAR` nats; one that starts where another ends says `after`.
const MAX_BAR = 1.5;
const BARS = [
  { name: "hx", label: "H(X)" },
  { name: "information", label: "I(X;Y) = D(joint ‖ product)", kind: "dv-bar-joint" },
  { name: "hxGivenY", label: "H(X|Y)", after: "information" },
  { name: "hy", label: "H(Y)" },
  { name: "reverse", label: "D(product ‖ joint)", kind: "dv-bar-reference" },
];

function makeBars() {
  const rows = BARS.map(({ label, kind = "" }) => {
    const fill = element("div", { class: `dv-bar-fill ${kind}` }), value = element("span", { class: "dv-bar-value" });
    const track = element("div", { class: "dv-bar-track", "aria-hidden": "true" }, fill);
    return { fill, value, node: element("div", { class: "dv-bar", role: "listitem" }, element("span", {}, label), track, value) };
  });
  const show = (all) =>
    BARS.forEach(({ name, after }, k) => {
      const start = after ? all[after] : 0, end = Math.min(start + all[name], MAX_BAR);
      rows[k].fill.style.marginLeft = `${(100 * start) / MAX_BAR}%`;
      rows[k].fill.style.width = `${(100 * (end - start)) / MAX_BAR}%`;
      rows[k].fill.classList.toggle("dv-bar-beyond", start + all[name] > MAX_BAR);
      rows[k].value.textContent = inNats(all[name]);
    });
  return { node: element("div", { class: "dv-bars", role: "list" }, ...rows.map((row) => row.node)), show };
}

function render({ model, el }) {
  const view = nextView(), weights = [...model.get("weights")];
  const texts = Array.from({ length: MOST + 1 }, (_, k) => `${k}`);
  const grid = makeGrid(), bars = makeBars();
  const words = element("p", { class: "dv-summary" }), news = announcer();

  const show = () => {
    const all = measures(weights);
    words.textContent = all ? summary(all) : "Give at least one cell a weight.";
    el.dataset.state = weights.join(",");
    for (const part of [grid, bars]) {
      part.node.style.visibility = all ? "" : "hidden";
      if (all) part.show(all);
    }
    news.tell(() => words.textContent);
  };
  const moved = () => {
    model.set("weights", [...weights]);
    model.save_changes();
    show();
  };
  const sliders = CELLS.map((cell, k) =>
    makeControl({ kind: "slider", label: cell, texts }, weights[k], `${view}-${k}`, true, (at) => {
      weights[k] = at;
      moved();
    }),
  );
  const names = ["as given", ...Object.keys(EXAMPLES)], given = [...weights];
  const example = makeControl({ kind: "choice", label: "example", texts: names }, 0, `${view}-example`, true, (at) => {
    weights.splice(0, 4, ...(EXAMPLES[names[at]] ?? given));
    sliders.forEach((slider, k) => slider.set(weights[k]));
    moved();
  });
  el.classList.add("dv-interact", "dv-information");
  const controls = [...sliders, example].map((control) => control.node);
  el.append(element("div", { class: "dv-controls" }, ...controls), grid.node, bars.node, words, news.node);
  show();
  return news.stop;
}

export default { render };
