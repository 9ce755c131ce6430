// Mutual information as a difference of three divergences from a reference of any width:
// the data lie on the square from -1 to 1, with even margins. Everything is computed here.

import { announcer, element, makeControl, minus, nextView } from "./controls.js";
import { Panel, follow } from "./panel.js";

const KINDS = ["uniform", "Gaussian"];
const PAIRS = [1, 2, 5, 10];
const REACH = 3; // of the picture
// From narrower than the data to much wider, and some round numbers.
export const WIDTHS = [...new Set([...Array.from({ length: 71 }, (_, k) => +(0.3 * (10 / 0.3) ** (k / 70)).toFixed(2)), 0.5, 1, 2, 4, 5])].sort(
  (a, b) => a - b,
);

// The divergence of one even margin on [-1, 1] from the reference of one coordinate, in nats.
export function marginal(kind, width) {
  if (kind === "uniform") return width < 1 ? Infinity : Math.log(width);
  return Math.log(width) + Math.log(2 * Math.PI) / 2 - Math.LN2 + 1 / (6 * width ** 2);
}

// How much of the reference of one coordinate lies on [-1, 1].
export function landing(kind, width) {
  if (kind === "uniform") return Math.min(1, 1 / width);
  const steps = 400, end = 1 / width; // Simpson's rule
  let sum = 0;
  for (let k = 0; k <= steps; k++) {
    const weight = k === 0 || k === steps ? 1 : k % 2 ? 4 : 2;
    sum += weight * Math.exp(-(((end * k) / steps) ** 2) / 2);
  }
  return ((2 * end) / steps / 3 / Math.sqrt(2 * Math.PI)) * sum;
}

// All that is shown of one state: the three divergences, their difference, and the share
// of reference points that land where the data are; `pairs` coordinates on either side.
export function measures(information, { kind, width, pairs }) {
  const margin = pairs * marginal(kind, width), whole = pairs * information;
  return { joint: whole + 2 * margin, x: margin, y: margin, difference: margin === Infinity ? NaN : whole, share: landing(kind, width) ** (2 * pairs) };
}

const inNats = (value) => (Number.isNaN(value) ? "no value" : Number.isFinite(value) ? `${minus(value.toFixed(3))} nats` : "∞");

export function summary({ kind, width, pairs }, { joint, x, y, difference, share }) {
  const reach = kind === "uniform" ? `uniform, from ${minus((-width).toFixed(2))} to ${width.toFixed(2)}` : `Gaussian, of standard deviation ${width.toFixed(2)}`;
  const start = `The reference is ${reach} in ${pairs === 1 ? "each coordinate" : `each of the ${2 * pairs} coordinates`}. `;
  if (Number.isNaN(difference))
    return `${start}The data go on to ±1, where it has no points. All three divergences are infinite, and their difference says nothing.`;
  const among = share > 5e-4 ? `about ${Math.round(1000 * share)} in 1000` : `about 1 in ${Number((1 / share).toPrecision(2)).toLocaleString("en-GB")}`;
  const land = share > 0.9995 ? "All reference points land" : `Of the reference points ${among} land`;
  return `${start}${joint.toFixed(3)} − ${x.toFixed(3)} − ${y.toFixed(3)} = ${difference.toFixed(3)} nats. ${land} where the data are.`;
}

// Bars on one scale; each of the last three starts where the one above it ends.
const BARS = [
  { name: "joint", label: "D(joint ‖ reference)", kind: "dv-bar-joint" },
  { name: "x", label: "less D(P_X ‖ Q_X)", kind: "dv-bar-reference" },
  { name: "y", label: "less D(P_Y ‖ Q_Y)", kind: "dv-bar-reference", after: ["x"] },
  { name: "difference", label: "leaves I(X;Y)", kind: "dv-bar-joint", after: ["x", "y"] },
];

// A letter after an underscore is set below the line.
const lowered = (text) => text.split(/_(.)/).map((part, k) => (k % 2 ? element("sub", {}, part) : part));

function makeBars() {
  const rows = BARS.map(({ label, kind }) => {
    const fill = element("div", { class: `dv-bar-fill ${kind}` }), value = element("span", { class: "dv-bar-value" });
    const track = element("div", { class: "dv-bar-track", "aria-hidden": "true" }, fill);
    return { fill, value, node: element("div", { class: "dv-bar", role: "listitem" }, element("span", {}, ...lowered(label)), track, value) };
  });
  const show = (all, most) =>
    BARS.forEach(({ name, after = [] }, k) => {
      const lost = Number.isNaN(all.difference);
      const start = lost ? 0 : after.reduce((sum, one) => sum + all[one], 0);
      const length = name === "difference" && lost ? 0 : all[name], end = Math.min(start + length, most);
      rows[k].fill.style.marginLeft = `${(100 * start) / most}%`;
      rows[k].fill.style.width = `${(100 * (end - start)) / most}%`;
      rows[k].fill.classList.toggle("dv-bar-beyond", start + length > most);
      rows[k].value.textContent = inNats(all[name]);
    });
  return { node: element("div", { class: "dv-bars", role: "list" }, ...rows.map((row) => row.node)), show };
}

function render({ model, el }) {
  const view = nextView(), information = model.get("information");
  const state = { kind: model.get("kind"), width: WIDTHS.reduce((a, b) => (Math.abs(b - model.get("width")) < Math.abs(a - model.get("width")) ? b : a)), pairs: 1 };
  const panel = new Panel("Data (blue) and reference (orange), one coordinate of each side", "x", "y");
  const bars = makeBars(), words = element("p", { class: "dv-summary" }), news = announcer();
  const columns = (name) => [model.get(name).filter((_, k) => k % 2 === 0), model.get(name).filter((_, k) => k % 2)];
  const data = columns("sample"), draws = { uniform: columns("uniform"), Gaussian: columns("normal") };

  const draw = () => {
    const all = measures(information, state);
    words.textContent = summary(state, all);
    panel.begin([-REACH, REACH], [-REACH, REACH], words.textContent);
    panel.points(...draws[state.kind].map((column) => column.map((value) => state.width * value)), panel.reference, 3, 0.7);
    panel.points(...data, panel.joint, 3, 0.9);
    panel.segments([-1, -1, 1, -1, 1, -1, 1, 1, 1, 1, -1, 1, -1, 1, -1, -1], panel.ink, 1);
    bars.show(all, 6 * state.pairs);
    el.dataset.state = [state.kind, state.width, state.pairs].join(",");
    news.tell(() => words.textContent);
  };
  const control = (kind, label, texts, index, moved) =>
    makeControl({ kind, label, texts }, index, `${view}-${label.replace(/\W/g, "")}`, true, (at) => {
      moved(at);
      draw();
    }).node;
  const controls = [
    control("slider", "width w", WIDTHS.map((w) => w.toFixed(2)), WIDTHS.indexOf(state.width), (at) => (state.width = WIDTHS[at])),
    control("choice", "reference", KINDS, KINDS.indexOf(state.kind), (at) => (state.kind = KINDS[at])),
    control("choice", "pairs of coordinates", PAIRS.map(String), 0, (at) => (state.pairs = PAIRS[at])),
  ];
  el.classList.add("dv-interact", "dv-reference-width");
  el.append(
    element("div", { class: "dv-controls" }, ...controls),
    element("div", { class: "dv-panels" }, panel.node, bars.node),
    words,
    news.node,
  );
  const stop = follow(panel.canvas, draw);
  return () => {
    stop();
    news.stop();
  };
}

export default { render };
