// The resampling machine: moves of n, n′, replacement and the draw are answered by
// drawing, smoothing and estimating in the page itself.

import { announcer, element, makeControl, nextView } from "./controls.js";
import { contour, kde1d, kde2d, massLevels } from "./density.js";
import { Panel, follow, tidy } from "./panel.js";
import { dataSets, estimate, estimates, generator, information } from "./resampling.js";
import { meanAndSpread, multiplicities, optimalCritic, resample } from "./resampling.js";

const SETS = 64; // data sets for the spread
const STEPS = 120; // of the logarithmic sliders
const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95];
const LIMIT = 4; // of the axes, in standard deviations

// Whole numbers from low to high, spread evenly in their logarithm, and those of `also`.
export function logarithmic(low, high, also) {
  const all = Array.from({ length: STEPS + 1 }, (_, k) => Math.round(low * (high / low) ** (k / STEPS)));
  const wanted = also.filter((value) => low <= value && value <= high);
  return [...new Set([...all, ...wanted])].sort((a, b) => a - b);
}

export const nearest = (values, wanted) =>
  values.reduce((best, value, k) => (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? k : best), 0);

const grouped = (number) => number.toLocaleString("en-GB");

// What one state gives, in numbers: the draw, and what it makes of the data.
export function run({ x, y, rho }, { n, nRef, replace, draw }) {
  const next = generator(draw + 1);
  const J = resample(next, n, nRef, replace), K = resample(next, n, nRef, replace);
  const xRef = Float64Array.from(J, (k) => x[k]), yRef = Float64Array.from(K, (k) => y[k]);
  return { J, K, xRef, yRef, value: estimate(optimalCritic(rho), x, y, n, J, K) };
}

export function summary({ n, nRef, replace }, { J, value }, { mean, spread }, truth) {
  const counts = multiplicities(J, n), drawn = Math.round(100 * (1 - counts[0] / n));
  const often = counts.length > 2 ? `the most often drawn ${counts.length - 1} times` : "none twice";
  return (
    `${grouped(nRef)} reference pairs from ${grouped(n)} samples, ${replace ? "with" : "without"} replacement: ` +
    `${drawn}% of the x are drawn, ${often}. DV estimate ${value.toFixed(3)} nats. ` +
    `Over ${SETS} data sets: mean ${mean.toFixed(3)}, standard deviation ${spread.toFixed(3)}; ` +
    `truth ${truth.toFixed(3)}.`
  );
}

function drawPairs(panel, x, y, n, { xRef, yRef }) {
  panel.begin([-LIMIT, LIMIT], [-LIMIT, LIMIT], "the samples, and the reference pairs drawn from them");
  panel.points(x.subarray(0, n), y.subarray(0, n), panel.joint, 2, 0.6);
  const within = (low, value, high) => Math.max(low, Math.min(value, high));
  const crowd = Math.sqrt(xRef.length);
  panel.points(xRef, yRef, panel.reference, within(1.5, 90 / crowd, 5), within(0.25, 25 / crowd, 0.9));
}

// Contours of the samples and of the pairs; along the edges the margins of the pairs.
function drawDensities(panel, x, y, n, { xRef, yRef }) {
  panel.begin([-LIMIT, LIMIT], [-LIMIT, LIMIT], "contours of both, and the margins of the pairs along the edges");
  const rings = (surface, shares, colour, width) => {
    const heights = surface ? massLevels(surface.cells, shares) : [];
    for (const height of heights) panel.segments(contour(surface, height), colour, width);
  };
  rings(kde2d(x.subarray(0, n), y.subarray(0, n)), [0.5, 0.95], panel.joint, 1);
  rings(kde2d(xRef, yRef), SHARES, panel.reference, 1.5);
  const along = (curve, place) => {
    if (!curve) return;
    const ends = [];
    for (let k = 0; k + 1 < curve.x.length; k++) ends.push(...place(curve, k), ...place(curve, k + 1));
    panel.segments(ends, panel.ink, 1.5);
  };
  const height = (curve, k) => LIMIT - 1.1 + 2 * curve.density[k];
  along(kde1d(xRef), (curve, k) => [curve.x[k], height(curve, k)]);
  along(kde1d(yRef), (curve, k) => [height(curve, k), curve.x[k]]);
}

function drawMultiplicities(panel, { n, nRef, replace }, { J }) {
  const counts = multiplicities(J, n), last = Math.max(4, counts.length - 1);
  const shares = counts.map((count) => count / n);
  const edges = Array.from({ length: counts.length + 1 }, (_, k) => k - 0.5);
  let chance = Math.exp(nRef * Math.log1p(-1 / n)); // binomial
  const expected = [];
  for (let k = 0; replace && k <= last; k++) {
    expected.push(chance);
    chance *= (nRef - k) / (k + 1) / (n - 1);
  }
  const top = 1.1 * Math.max(...shares, ...expected);
  panel.begin([-0.7, last + 0.7], [0, top], `${Math.round(100 * shares[0])}% of the samples are never drawn`);
  panel.bars(edges, shares, panel.reference);
  panel.points(expected.map((_, k) => k), expected, panel.ink, 6, 1);
}

function drawSpread(panel, values, value, truth) {
  const { mean, spread } = meanAndSpread(values);
  const reach = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20].find((size) => size > 3 * spread + Math.abs(mean - truth)) ?? 50;
  const bins = 24, width = (2 * reach) / bins, counts = new Array(bins).fill(0);
  for (const one of values) {
    const bin = Math.floor((one - truth + reach) / width);
    if (bin >= 0 && bin < bins) counts[bin]++;
  }
  const edges = Array.from({ length: bins + 1 }, (_, k) => truth - reach + k * width);
  const top = 1.15 * Math.max(...counts);
  panel.begin([truth - reach, truth + reach], [0, top], `mean ${mean.toFixed(3)}, standard deviation ${spread.toFixed(3)} nats`);
  panel.bars(edges, counts, panel.reference);
  panel.segments([truth, 0, truth, top], panel.ink, 2);
  panel.points([value], [top * 0.04], panel.joint, 8, 1);
  return { mean, spread };
}

// The four controls; each writes to `state` and has it drawn. The range of n′ follows n
// and the replacement, its value stays where it can.
function makeControls(state, most, draw) {
  const ns = logarithmic(50, most, [100, 200, 500, 1000, state.n]), view = nextView();
  let refs = [];
  const range = () => {
    const wanted = [10, 100, state.n, 2 * state.n, 5 * state.n, state.nRef];
    refs = logarithmic(2, state.replace ? 10 * state.n : state.n, wanted);
    const at = nearest(refs, state.nRef);
    state.nRef = refs[at];
    return [at, refs.map(grouped)];
  };
  const control = (kind, label, index, texts, moved) =>
    makeControl({ kind, label, texts }, index, `${view}-${label}`, true, (at) => {
      moved(at);
      draw();
    });
  const size = control("slider", "n′", ...range(), (at) => (state.nRef = refs[at]));
  return [
    control("slider", "n", nearest(ns, state.n), ns.map(grouped), (at) => {
      state.n = ns[at];
      size.set(...range());
    }),
    size,
    control("checkbox", "with replacement", Number(state.replace), ["off", "on"], (at) => {
      state.replace = at === 1;
      size.set(...range());
    }),
    control("redraw", "Draw again", 0, ["draw 1"], (at) => (state.draw = at)),
  ];
}

const makePanels = () => ({
  pairs: new Panel("Samples (small, blue) and reference pairs (orange)", "x", "y"),
  densities: new Panel("Their densities (contours around 5% to 95%)", "x", "y"),
  often: new Panel("How often an x is drawn (dots: expected)", "times drawn", "share of samples"),
  spread: new Panel(`DV estimate on ${SETS} data sets (line: truth; dot: this one)`, "nats", "data sets"),
});

function read(model) {
  const { buffer, byteOffset, byteLength } = model.get("sample");
  const numbers = new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength)), rows = numbers.length / 2;
  return { x: numbers.subarray(0, rows), y: numbers.subarray(rows), rho: model.get("rho"), rows };
}

function render({ model, el }) {
  const data = read(model), { x, y, rho, rows } = data, truth = information(rho);
  const state = { n: model.get("n"), nRef: model.get("n_ref"), replace: model.get("replace"), draw: 0 };
  const panels = makePanels();
  const words = element("p", { class: "dv-summary" }), news = announcer();
  let sets = null, later = null;

  const finish = (result) => {
    const start = performance.now();
    drawDensities(panels.densities, x, y, state.n, result);
    drawMultiplicities(panels.often, state, result);
    sets ??= dataSets(generator(model.get("seed")), rho, SETS, rows);
    const values = estimates(generator(-1 - state.draw), rho, sets, state.n, state.nRef, state.replace);
    words.textContent = summary(state, result, drawSpread(panels.spread, values, result.value, truth), truth);
    el.dataset.state = [state.n, state.nRef, state.replace, state.draw].join(",");
    performance.measure("dv-machine-rest", { start });
    news.tell(() => words.textContent);
  };
  // The pairs at once, the rest after the browser has shown them; the last move wins.
  const draw = () => {
    const start = performance.now(), result = run(data, state);
    drawPairs(panels.pairs, x, y, state.n, result);
    performance.measure("dv-machine-pairs", { start });
    clearTimeout(later);
    later = setTimeout(() => finish(result));
  };

  const controls = makeControls(state, rows, draw).map((control) => control.node);
  el.classList.add("dv-interact", "dv-machine");
  el.append(
    element("div", { class: "dv-controls" }, ...controls),
    element("div", { class: "dv-panels" }, ...Object.values(panels).map((panel) => panel.node)),
    words,
    news.node,
  );
  const stop = follow(panels.pairs.canvas, draw);
  return () => {
    stop();
    clearTimeout(later);
    news.stop();
  };
}

export default { render };
