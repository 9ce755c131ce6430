// A filter under the reader's brush. X and Y are neighbouring blocks of spins; the weights
// of X are painted, those of Y follow, and what the filter keeps is computed here.

import { announcer, element, makeControl, minus, nextView } from "./controls.js";
import { Panel, follow } from "./panel.js";
import { coarse, information, jointTable } from "./blocks.js";

const LARGEST = 200; // weight, in hundredths, as are all weights here: whole numbers have exact ties
const STEP = 10;
const RING = [40, 60, 71, 77, 0, 80, 82, 83, 84];
export const FILTERS = {
  2: {
    "equal weights: the block mean": [100, 100, 100, 100],
    "the column near Y": [0, 100, 0, 100],
    "(a, b, a, b)": [30, 100, 30, 100],
    "four different weights": [30, 50, 60, 70],
    "one corner: decimation": [100, 0, 0, 0],
  },
  3: {
    "equal weights: the block mean": [100, 100, 100, 100, 100, 100, 100, 100, 100],
    "the ring: no centre": [100, 100, 100, 100, 0, 100, 100, 100, 100],
    "corners twice, no centre": [200, 100, 200, 100, 0, 100, 200, 100, 200],
    "the column near Y": [0, 0, 100, 0, 0, 100, 0, 0, 100],
    "eight different weights, no centre": RING,
    "nine different weights": [77, 117, 137, 148, 154, 157, 159, 160, 161],
    "one corner: decimation": [100, 0, 0, 0, 0, 0, 0, 0, 0],
    "the centre alone": [0, 0, 0, 0, 100, 0, 0, 0, 0],
  },
};
const OWN = "your own";

export const weightText = (weight) => minus(String(weight / 100));
const cut = (weight) => Math.max(-LARGEST, Math.min(LARGEST, weight));

export function summary(found, ceiling) {
  const levels = found.values.length, kept = Math.round((100 * found.value) / ceiling);
  return (
    `The filter keeps ${found.value.toFixed(4)} of ${ceiling.toFixed(4)} nats, ${kept}%. ` +
    `Its block variable takes ${levels === 1 ? "one value" : `${levels} values`}.`
  );
}

// The cells of one block, as a grid that one tab stop enters and arrow keys walk through.
function makeGrid(k, name, act) {
  const cells = Array.from({ length: k * k }, (_, at) => {
    const cell = element("div", { class: "dv-cell", "data-at": `${at}` });
    if (!act) return cell;
    for (const [key, value] of [["role", "gridcell"], ["tabindex", at ? "-1" : "0"], ["data-lm-suppress-shortcuts", "true"]])
      cell.setAttribute(key, value);
    cell.addEventListener("keydown", (event) => onKey(event, at));
    return cell;
  });
  const rows = Array.from({ length: k }, (_, row) =>
    element("div", act ? { role: "row" } : {}, ...cells.slice(row * k, (row + 1) * k)),
  );
  const role = act ? { role: "grid", "aria-label": `weights of ${name}` } : { "aria-hidden": "true" };
  const node = element("div", { class: "dv-weights", ...role }, ...rows);

  const focus = (at) => {
    cells.forEach((cell, k) => cell.setAttribute("tabindex", k === at ? "0" : "-1"));
    cells[at].focus();
  };
  const onKey = (event, at) => {
    const moves = { ArrowLeft: at % k && -1, ArrowRight: (at + 1) % k && 1, ArrowUp: at >= k && -k, ArrowDown: at + k < k * k && k };
    const steps = { "+": STEP, "=": STEP, "-": -STEP, "−": -STEP };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) focus(at + Number(moves[event.key]));
    else if (event.key in steps) act(at, (weight) => weight + steps[event.key]);
    else if (/^[0-2]$/.test(event.key)) act(at, () => 100 * Number(event.key));
    else if (event.key === " " || event.key === "Enter") act(at, null);
    else return;
    event.preventDefault();
  };
  const paint = (event) => {
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest(".dv-cell");
    if (cell && node.contains(cell)) act(Number(cell.dataset.at), null);
  };
  if (act) {
    node.addEventListener("pointerdown", (event) => {
      node.setPointerCapture(event.pointerId);
      paint(event);
    });
    node.addEventListener("pointermove", (event) => event.buttons && paint(event));
  }
  const show = (weights) =>
    cells.forEach((cell, at) => {
      const sign = Math.sign(weights[at]), strength = Math.round((45 * Math.abs(weights[at])) / LARGEST);
      cell.textContent = weightText(weights[at]);
      cell.style.background = `color-mix(in srgb, var(${sign < 0 ? "--dv-reference" : "--dv-joint"}) ${strength}%, transparent)`;
    });
  return { node: element("figure", {}, element("figcaption", {}, name), node), show };
}

// I beside its ceiling, on one scale.
function makeBar() {
  const fill = element("span", { class: "dv-fill" }), text = element("span", { class: "dv-number" });
  const track = element("span", { class: "dv-track", "aria-hidden": "true" }, fill);
  const set = (value, ceiling) => {
    fill.style.width = `${(100 * value) / ceiling}%`;
    text.textContent = `${value.toFixed(4)} of ${ceiling.toFixed(4)} nats`;
  };
  return { node: element("div", { class: "dv-kept" }, element("span", {}, "I(w·X; w·Y)"), track, text), set };
}

const ends = (values) => {
  const edge = values.length > 1 ? (values.at(-1) - values[0]) / (values.length - 1) / 2 : 0.5;
  return [values[0] - edge, values.at(-1) + edge];
};

// How likely each value is, as a stick at its place.
function drawLaw(panel, values, p) {
  const top = 1.08 * Math.max(...p), likeliest = p.indexOf(Math.max(...p));
  panel.begin(ends(values), [0, top], `${values.length} values, the likeliest ${minus(values[likeliest].toFixed(2))}`);
  panel.segments(values.flatMap((value, k) => [value, 0, value, p[k]]), panel.joint, values.length > 60 ? 1.5 : 5);
}

// The joint table over the values: each pixel shows the cell of the values nearest to it.
function drawTable(panel, values, table) {
  const [low, high] = ends(values), top = table.reduce((a, b) => Math.max(a, b));
  panel.begin([low, high], [low, high], `${values.length} by ${values.length} cells`);
  const { pen, box } = panel, width = Math.ceil(box.right - box.left), height = Math.ceil(box.bottom - box.top);
  const nearest = (value) => {
    let at = 0;
    while (at + 1 < values.length && values[at + 1] + values[at] < 2 * value) at++;
    return at;
  };
  const columns = Array.from({ length: width }, (_, i) => nearest(low + ((i + 0.5) / width) * (high - low)));
  const rows = Array.from({ length: height }, (_, j) => nearest(high - ((j + 0.5) / height) * (high - low)));
  pen.fillStyle = panel.joint;
  pen.fillRect(box.left, box.top, width, height);
  const shade = element("canvas", { width, height }), ink = shade.getContext("2d"), picture = ink.createImageData(width, height);
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++)
      picture.data[4 * (j * width + i) + 3] = 255 * Math.sqrt(table[columns[i] * values.length + rows[j]] / top);
  ink.putImageData(picture, 0, 0);
  pen.globalCompositeOperation = "destination-in";
  pen.drawImage(shade, box.left, box.top);
  pen.globalCompositeOperation = "source-over";
}

function render({ model, el }) {
  const view = nextView(), given = model.get("weights").map((weight) => Math.round(100 * weight));
  const kernels = model.get("kernels"), tables = {}, ceilings = {}, grids = {}, filters = {};
  const state = { k: given.length === 4 ? 2 : 3, oneBit: false, mirror: false, brush: 100 };
  const weights = { 2: [...FILTERS[2]["equal weights: the block mean"]], 3: [...FILTERS[3]["equal weights: the block mean"]] };
  weights[state.k] = given;
  const bar = makeBar();
  const law = new Panel("How likely each value of w·X is", "w·X", "probability");
  const joint = new Panel("Joint table (the stronger the likelier)", "w·X", "w·Y");
  const words = element("p", { class: "dv-summary" }), news = announcer();

  const tableOf = (k) => {
    tables[k] ??= jointTable(Float64Array.from(kernels[k]), k);
    ceilings[k] ??= information(tables[k], 2 ** (k * k)).value;
    return tables[k];
  };
  const show = () => {
    const start = performance.now(), { k } = state, w = weights[k];
    const found = coarse(tableOf(k), w, state);
    const values = found.values.map((value) => (state.oneBit ? value : value / 100));
    grids[k].x.show(w);
    grids[k].y.show(state.mirror ? w.map((_, at) => w[at - (at % k) + (k - 1 - (at % k))]) : w);
    for (const size of [2, 3])
      for (const node of [grids[size].node, filters[size].node]) node.hidden = size !== k;
    bar.set(found.value, ceilings[k]);
    drawLaw(law, values, [...found.p]);
    drawTable(joint, values, found.table);
    words.textContent = summary(found, ceilings[k]);
    el.dataset.state = [k, Number(state.oneBit), Number(state.mirror), ...w].join(",");
    performance.measure("dv-brush", { start });
    news.tell(() => words.textContent);
  };
  const moved = () => {
    model.set("weights", weights[state.k].map((weight) => weight / 100));
    model.save_changes();
    show();
  };
  const put = (at, change) => {
    const w = weights[state.k], next = cut(change ? change(w[at]) : state.brush);
    if (next === w[at]) return;
    w[at] = next;
    filters[state.k].set(0);
    moved();
  };
  const control = (kind, label, index, texts, act) =>
    makeControl({ kind, label, texts }, index, `${view}-${label}-${texts.length}`.replaceAll(" ", "-"), true, act);
  for (const k of [2, 3]) {
    const x = makeGrid(k, "X", put), y = makeGrid(k, "Y", null);
    grids[k] = { x, y, node: element("div", { class: "dv-blocks" }, x.node, y.node) };
    const names = [OWN, ...Object.keys(FILTERS[k])];
    const at = Object.values(FILTERS[k]).findIndex((filter) => filter.join() === weights[k].join()) + 1;
    filters[k] = control("choice", "filter", at, names, (picked) => {
      if (picked) weights[k] = [...FILTERS[k][names[picked]]];
      moved();
    });
  }
  const set = (name, value) => {
    state[name] = value;
    moved();
  };
  const brushes = Array.from({ length: (2 * LARGEST) / STEP + 1 }, (_, k) => k * STEP - LARGEST);
  const controls = [
    control("choice", "block", state.k - 2, ["2 × 2", "3 × 3"], (at) => set("k", at + 2)),
    filters[2],
    filters[3],
    control("choice", "output", 0, ["the value w·x", "one bit, its sign"], (at) => set("oneBit", at === 1)),
    control("checkbox", "Y sees the mirror image of w", 0, ["off", "on"], (at) => set("mirror", at === 1)),
    control("slider", "brush", brushes.indexOf(state.brush), brushes.map(weightText), (at) => (state.brush = brushes[at])),
  ].map(({ node }) => node);
  el.classList.add("dv-interact", "dv-brush");
  const hint = element(
    "p",
    {},
    "Click or drag to paint X. Keys: arrows move, + and − change a weight, 0, 1 and 2 set it, Space paints. " +
      "As one bit, a tie takes the first spin, top left.",
  );
  el.append(
    element("div", { class: "dv-controls" }, ...controls),
    grids[2].node,
    grids[3].node,
    hint,
    bar.node,
    element("div", { class: "dv-panels" }, law.node, joint.node),
    words,
    news.node,
  );
  const stop = follow(law.canvas, show);
  return () => {
    stop();
    news.stop();
  };
}

export default { render };
