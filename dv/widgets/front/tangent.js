// A convex function, the highest line of a chosen slope below it, and where this line
// meets the axis: minus the conjugate. Everything is computed here, kernel or not.

import { announcer, element, makeControl, minus, nextView } from "./controls.js";
import { Panel, follow } from "./panel.js";

const LAST = 4; // of the axis of u

// For each function: its formula, f, its slope, where the line of slope t touches and the
// conjugate f*, both for slopes below `end` (at it too if `closed`); then the slopes of
// the slider, and the heights of both panels.
export const FAMILY = {
  "Kullback–Leibler": {
    text: "u log u",
    f: (u) => (u > 0 ? u * Math.log(u) : 0),
    slope: (u) => 1 + Math.log(u),
    touch: (t) => Math.exp(t - 1),
    conjugate: (t) => Math.exp(t - 1),
    end: Infinity,
    slopes: [-3, 2],
    heights: [[-3, 4], [-0.5, 3]],
  },
  "reverse Kullback–Leibler": {
    text: "−log u",
    f: (u) => -Math.log(u),
    slope: (u) => -1 / u,
    touch: (t) => -1 / t,
    conjugate: (t) => -1 - Math.log(-t),
    end: 0,
    slopes: [-4, 0.5],
    heights: [[-2.5, 3.5], [-2.6, 2.6]],
  },
  "χ²": {
    text: "(u − 1)²",
    f: (u) => (u - 1) ** 2,
    slope: (u) => 2 * (u - 1),
    touch: (t) => Math.max(1 + t / 2, 0),
    conjugate: (t) => (t > -2 ? t + t ** 2 / 4 : -1),
    end: Infinity,
    slopes: [-3, 2],
    heights: [[-3.5, 4], [-1.5, 3.5]],
  },
  "Jensen–Shannon": {
    text: "½ u log u − ½ (1 + u) log ((1 + u)/2)",
    f: (u) => ((u > 0 ? u * Math.log(u) : 0) - (1 + u) * Math.log((1 + u) / 2)) / 2,
    slope: (u) => Math.log((2 * u) / (1 + u)) / 2,
    touch: (t) => Math.exp(2 * t) / (2 - Math.exp(2 * t)),
    conjugate: (t) => -Math.log(2 - Math.exp(2 * t)) / 2,
    end: Math.LN2 / 2,
    slopes: [-1.5, 0.5],
    heights: [[-1, 0.8], [-0.6, 1.2]],
  },
  "squared Hellinger": {
    text: "½ (√u − 1)²",
    f: (u) => (Math.sqrt(u) - 1) ** 2 / 2,
    slope: (u) => (1 - 1 / Math.sqrt(u)) / 2,
    touch: (t) => (1 - 2 * t) ** -2,
    conjugate: (t) => t / (1 - 2 * t),
    end: 0.5,
    slopes: [-2, 0.75],
    heights: [[-2, 1], [-0.6, 2]],
  },
  "total variation": {
    text: "½ |u − 1|",
    f: (u) => Math.abs(u - 1) / 2,
    slope: (u) => (u > 1 ? 0.5 : u < 1 ? -0.5 : 0),
    touch: (t) => (t < -0.5 ? 0 : 1),
    conjugate: (t) => Math.max(t, -0.5),
    end: 0.5,
    closed: true,
    slopes: [-1, 1],
    heights: [[-0.8, 1.6], [-0.8, 0.8]],
  },
};

const STEP = 20; // slopes a unit
export const slopesOf = ({ slopes: [low, high] }) =>
  Array.from({ length: Math.round((high - low) * STEP) + 1 }, (_, k) => Math.round(low * STEP + k) / STEP);

export const nearestTo = (values, wanted) =>
  values.reduce((best, value, k) => (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? k : best), 0);

// {u, conjugate} of the line of slope t, or null where every line of this slope crosses f.
export function lineOf(member, t) {
  if (t > member.end || (t === member.end && !member.closed)) return null;
  return { u: member.touch(t), conjugate: member.conjugate(t) };
}

const show3 = (value) => minus((Math.abs(value) < 0.0005 ? 0 : value).toFixed(3));

export function summary({ text, f }, t, line) {
  const start = `f(u) = ${text}. `, slope = minus(t.toFixed(2));
  if (!line) return `${start}Every line of slope t = ${slope} crosses f, however low it begins: f*(t) = ∞.`;
  const beyond = line.u > LAST ? " (beyond the frame)" : "";
  return (
    `${start}The line of slope t = ${slope} touches f at u = ${line.u.toFixed(2)}${beyond}, where f = ${show3(f(line.u))}, ` +
    `and meets the axis at −f*(t) = ${show3(-line.conjugate)}. So f*(t) = ${show3(line.conjugate)}.`
  );
}

// Segments of the graph of `value` between two ends, where it is finite.
export function graph(value, from, to) {
  const ends = [], steps = 240;
  for (let k = 0; k < steps; k++) {
    const a = from + ((to - from) * k) / steps, b = from + ((to - from) * (k + 1)) / steps;
    if (Number.isFinite(value(a)) && Number.isFinite(value(b))) ends.push(a, value(a), b, value(b));
  }
  return ends;
}

// On the side of the line that is free: below where it rises, above where it falls.
function label(panel, text, x, y, slope) {
  panel.pen.fillStyle = panel.ink;
  panel.pen.textAlign = "left";
  panel.pen.fillText(text, panel.x(x) + 10, panel.y(y) + (slope < 0 ? -9 : 17));
}

function drawFunction(panel, member, t, line, words) {
  panel.begin([0, LAST], member.heights[0], words);
  panel.segments([0, 0, LAST, 0], panel.ink, 0.5);
  panel.segments(graph(member.f, 0, LAST), panel.ink, 2);
  if (!line) {
    panel.pen.setLineDash([5, 4]);
    panel.segments([0, -t, LAST, -t + LAST * t], panel.reference, 2); // through u = 1
    panel.pen.setLineDash([]);
    return;
  }
  const low = -line.conjugate;
  panel.segments([0, low, LAST, low + LAST * t], panel.joint, 2);
  panel.points([line.u], [member.f(line.u)], panel.joint, 9, 1);
  panel.points([0], [low], panel.reference, 15, 1); // half of it is cut off by the axis
  label(panel, "−f*(t)", 0, low, t);
}

function drawConjugate(panel, member, t, line) {
  const [low, high] = member.slopes;
  const conjugate = (s) => lineOf(member, s)?.conjugate ?? Infinity;
  panel.begin([low, high], member.heights[1], line ? `f* = ${show3(line.conjugate)} at t = ${minus(t.toFixed(2))}` : "infinite here");
  panel.segments([low, 0, high, 0], panel.ink, 0.5);
  panel.segments(graph(conjugate, low, Math.min(high, member.end)), panel.ink, 2);
  if (line) panel.points([t], [line.conjugate], panel.reference, 9, 1);
}

function render({ model, el }) {
  const names = Object.keys(FAMILY), view = nextView();
  let name = model.get("f"), slopes = slopesOf(FAMILY[name]), at = nearestTo(slopes, model.get("slope"));
  const panels = { f: new Panel("f and the highest line of slope t below it", "u"), star: new Panel("The conjugate f*", "t") };
  const words = element("p", { class: "dv-summary" }), news = announcer();
  const texts = () => slopes.map((t) => minus(t.toFixed(2)));

  const draw = () => {
    const member = FAMILY[name], t = slopes[at], line = lineOf(member, t);
    words.textContent = summary(member, t, line);
    drawFunction(panels.f, member, t, line, words.textContent);
    drawConjugate(panels.star, member, t, line);
    el.dataset.state = `${name}, ${t}`;
    news.tell(() => words.textContent);
  };
  const slider = makeControl({ kind: "slider", label: "slope t", texts: texts() }, at, `${view}-slope`, true, (index) => {
    at = index;
    draw();
  });
  const choice = makeControl({ kind: "choice", label: "f", texts: names }, names.indexOf(name), `${view}-f`, true, (index) => {
    name = names[index];
    slopes = slopesOf(FAMILY[name]);
    at = nearestTo(slopes, FAMILY[name].slope(1));
    slider.set(at, texts());
    draw();
  });
  // The point of contact can be dragged along the graph; keys move the slider.
  const drag = (event) => {
    if (!(event.buttons & 1)) return;
    const { left, right } = panels.f.box, place = event.clientX - panels.f.canvas.getBoundingClientRect().left;
    const u = Math.max(0.02, Math.min(LAST, (LAST * (place - left)) / (right - left)));
    slider.set((at = nearestTo(slopes, FAMILY[name].slope(u))));
    draw();
  };
  for (const kind of ["pointerdown", "pointermove"]) panels.f.canvas.addEventListener(kind, drag);
  panels.f.canvas.style.cursor = "ew-resize";
  panels.f.canvas.style.touchAction = "pan-y";

  el.classList.add("dv-interact", "dv-tangent");
  el.append(
    element("div", { class: "dv-controls" }, choice.node, slider.node),
    element("div", { class: "dv-panels" }, panels.f.node, panels.star.node),
    words,
    news.node,
  );
  const stop = follow(panels.f.canvas, draw);
  return () => {
    stop();
    news.stop();
  };
}

export default { render };
