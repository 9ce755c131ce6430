// A critic that trains under the reader's eyes. Data, first weights and minibatches come from
// one seed, and points of the reader's own are kept with the step at which they came: the same
// settings, step and points are the same picture.

import { announcer, element, makeControl, minus, nextView } from "./controls.js";
import { Panel, follow } from "./panel.js";
import { address } from "./address.js";
import { generator, information, logMeanExp, normals } from "./resampling.js";
import { contour } from "./density.js";
import { Critic, bound, firstWeights, parts, pushes, rowsAt } from "./critic.js";

export const OFFERS = { n: [10, 30, 100, 300, 1000], width: [8, 16, 32, 64], batch: [10, 30, 100, 300], rate: [0.0003, 0.001, 0.003, 0.01] };
const MOST = 5000; // steps
const EVERY = 10; // steps from one place of the curves to the next
const PACE = 5; // steps a frame
const SLICE = 10; // ms at work before the page may answer
const FRESH = 1000; // samples held out, and as many references
const EDGE = 4; // of the map
const CELLS = 40; // of the map, in each direction
const STRONG = 4; // nats, where the colours of the map are at their strongest
const STREAMS = 6; // seeds that one draw takes

const KINDS = { j: "joint sample", r: "reference sample" };
const middle = (k) => EDGE * ((2 * k + 1) / CELLS - 1);
const MAP = Float64Array.from({ length: 2 * CELLS * CELLS }, (_, k) => middle(k % 2 ? Math.floor(k / 2 / CELLS) : (k >> 1) % CELLS));

// Rows x, y, x, y, …; the first of many are those of few.
export function sample(next, rho, n) {
  const rows = normals(next, 2 * n), slope = Math.sqrt(1 - rho * rho);
  for (let k = 0; k < n; k++) rows[2 * k + 1] = rho * rows[2 * k] + slope * rows[2 * k + 1];
  return rows;
}

export class Run {
  constructor({ rho, seed, sigma }, settings, own) {
    const { n, width, draw } = settings, stream = (k) => generator(seed + STREAMS * draw + k);
    this.settings = settings;
    this.own = own;
    this.drawn = { j: sample(stream(0), rho, n), r: sample(stream(1), 0, n) };
    this.fresh = { j: sample(stream(2), rho, FRESH), r: sample(stream(3), 0, FRESH) };
    this.critic = new Critic(width, firstWeights(stream(4), width, sigma));
    this.next = stream(5);
    this.curves = { steps: [], training: [], heldOut: [] };
    this.take();
    this.look();
  }

  get steps() {
    return this.critic.steps;
  }

  // The samples: those drawn, and the reader's own whose step has come. They are split anew.
  take() {
    const come = this.own.filter((point) => point.step <= this.steps);
    if (come.length === this.taken) return;
    const rows = (kind) => Float64Array.from([...this.drawn[kind], ...come.filter((p) => p.kind === kind).flatMap((p) => [p.x, p.y])]);
    [this.z, this.zRef, this.taken, this.minibatches] = [rows("j"), rows("r"), come.length, []];
  }

  step() {
    const { z, zRef, next } = this, { n, batch, rate } = this.settings;
    if (!this.minibatches.length) {
      const count = Math.max(1, Math.floor(n / batch)), [joint, reference] = [z, zRef].map((rows) => parts(next, rows.length / 2, count));
      this.minibatches = joint.map((index, k) => [index, reference[k]]);
    }
    const [index, indexRef] = this.minibatches.shift();
    this.critic.climb(rowsAt(z, index), rowsAt(zRef, indexRef), rate);
    this.take();
    if (this.steps % EVERY === 0) this.look();
  }

  // The values after this step, and a place of the curves where one is due.
  look() {
    if (this.found?.steps === this.steps && this.found.taken === this.taken) return this.found;
    const { critic, curves } = this, [t, tRef, fresh, freshRef] = [this.z, this.zRef, this.fresh.j, this.fresh.r].map((rows) => critic.values(rows));
    const found = { training: bound(t, tRef), heldOut: bound(fresh, freshRef), level: logMeanExp(tRef), weights: pushes(tRef) };
    this.found = { ...found, steps: this.steps, taken: this.taken };
    if (this.steps % EVERY === 0 && curves.steps.at(-1) !== this.steps) {
      curves.steps.push(this.steps);
      for (const name of ["training", "heldOut"]) curves[name].push(found[name]);
    }
    return found;
  }
}

// Heights of the curves: linear from −1 to 1 nats, logarithmic beyond.
export const bent = (value) => (Math.abs(value) <= 1 ? value : Math.sign(value) * (1 + Math.log10(Math.abs(value))));
const unbent = (height) => Math.sign(height) * 10 ** (Math.abs(height) - 1);

// The ends of the heights that hold all values, and their marks.
export function scale(values) {
  const low = bent(Math.min(...values)), high = bent(Math.max(...values));
  const top = Math.max(1, Math.ceil(high)), bottom = low >= -0.1 ? -0.1 : Math.floor(low);
  const whole = Array.from({ length: top - Math.ceil(bottom) + 1 }, (_, k) => k + Math.ceil(bottom));
  const heights = top - bottom < 2 ? [0, 0.2, 0.4, 0.6, 0.8, 1] : whole;
  const text = (height) => minus(Math.abs(height) <= 1 ? String(height) : unbent(height).toLocaleString("en-GB"));
  return { range: [bottom, top], marks: heights.map((height) => [height, text(height)]) };
}

export const nats = (value) => minus(Math.abs(value) < 10 ? value.toFixed(3).replace(/^-(0\.000)$/, "$1") : Math.round(value).toLocaleString("en-GB"));

export function summary(run, found, truth) {
  const { n, batch } = run.settings, size = run.zRef.length / 2, effective = 1 / found.weights.reduce((sum, w) => sum + w * w, 0);
  const epochs = Math.floor(run.steps / Math.max(1, Math.floor(n / batch)));
  const own = run.taken ? ` ${run.taken === 1 ? "One point is" : `${run.taken} points are`} your own.` : "";
  return (
    `Step ${run.steps}, after ${epochs} ${epochs === 1 ? "epoch" : "epochs"} of ${n} samples. ` +
    `Training value ${nats(found.training)} nats, held-out value ${nats(found.heldOut)}, truth ${nats(truth)}. ` +
    `The references count as ${Math.round(effective)} of ${size}.${own}`
  );
}

export const pointsText = (own) => own.map(({ kind, x, y, step }) => `${kind}${x},${y},${step}`).join("_");
export const pointsOf = (text) =>
  [...text.matchAll(/([jr])(-?[\d.]+),(-?[\d.]+),(\d+)/g)].map(([, kind, ...numbers]) => {
    const [x, y, step] = numbers.map(Number);
    return { kind, x, y, step };
  });

// Which dots, rings, colours and dashes mean what.
const keys = (...pairs) => element("div", { class: "dv-keys", "aria-hidden": "true" }, ...pairs.map(([kind, text]) => element("span", { class: `dv-key-${kind}` }, text)));

function drawMap(panel, run, found, cursor, words) {
  const { critic, z, zRef } = run, heights = critic.values(MAP).map((value) => value - found.level), size = zRef.length / 2;
  panel.begin([-EDGE, EDGE], [-EDGE, EDGE], words);
  panel.heat(heights, CELLS, STRONG, 0.4);
  const at = (row, column) => [middle(column), middle(row)];
  panel.segments(contour({ cells: heights, rows: CELLS, columns: CELLS, at }, 0), panel.ink, 1);
  const spread = Math.max(1.2, Math.min(4, 40 / Math.sqrt(size))); // radius of a reference of mean weight
  panel.circles(zRef, (k) => Math.min(16, Math.max(0.4, spread * Math.sqrt(size * found.weights[k]))), panel.reference, false);
  panel.circles(z, () => Math.max(1.2, spread / 1.3), panel.joint, true);
  if (!cursor.shown) return;
  panel.segments([cursor.x - 0.3, cursor.y, cursor.x + 0.3, cursor.y, cursor.x, cursor.y - 0.3, cursor.x, cursor.y + 0.3], panel.ink, 2);
}

function drawCurves(panel, run, found, truth, last, words) {
  const { steps, training, heldOut } = run.curves, end = Math.max(last, 500 * Math.ceil(run.steps / 500)), logN = Math.log(run.settings.n);
  const { range, marks } = scale([...training, ...heldOut, found.training, found.heldOut, truth]);
  panel.begin([0, end], range, words, marks);
  panel.line([0, end], [0, 0], panel.ink, 0.5);
  panel.line([0, end], [bent(truth), bent(truth)], panel.ink, 1.5, [2, 3]);
  if (bent(logN) < range[1]) {
    panel.line([0, end], [bent(logN), bent(logN)], panel.ink, 0.5);
    panel.pen.textAlign = "left";
    panel.pen.fillStyle = panel.ink;
    panel.pen.fillText(`log n = ${logN.toFixed(1)}`, panel.box.left + 6, panel.y(bent(logN)) - 4);
  }
  for (const [values, now, colour, dash] of [[heldOut, found.heldOut, panel.reference, [7, 4]], [training, found.training, panel.joint, []]])
    panel.line([...steps, run.steps], [...values, now].map(bent), colour, 2, dash);
}

// The controls of the settings, by name; each is a choice among what is offered.
function makeSettings(settings, view, changed) {
  const labels = { n: "samples n", width: "width", batch: "minibatch", rate: "learning rate" };
  const control = (kind, name, label, texts, index, values) =>
    makeControl({ kind, label, texts }, index, `${view}-${name}`, true, (at) => {
      settings[name] = values ? values[at] : at;
      changed();
    });
  const choices = Object.entries(labels).map(([name, label]) => {
    const values = OFFERS[name];
    return [name, control("choice", name, label, values.map((value) => value.toLocaleString("en-GB", { maximumFractionDigits: 4 })), values.indexOf(settings[name]), values)];
  });
  const draw = control("redraw", "draw", "Other samples", ["draw 1"], 0, null);
  return {
    nodes: [...choices.map(([, { node }]) => node), draw.node],
    show() {
      for (const [name, { set }] of choices) set(OFFERS[name].indexOf(settings[name]));
      draw.set(settings.draw);
    },
  };
}

function makeButton(text, act) {
  const button = element("button", { type: "button", "data-lm-suppress-shortcuts": "true" }, text);
  button.addEventListener("click", act);
  return { button, node: element("div", { class: "dv-control" }, button) };
}

function render({ model, el }) {
  const view = nextView(), law = { rho: model.get("rho"), seed: model.get("seed"), sigma: model.get("sigma") };
  const truth = information(law.rho), last = model.get("steps");
  const given = { n: model.get("n"), width: model.get("width"), batch: model.get("batch_size"), rate: model.get("lr"), draw: 0 };
  const settings = { ...given }, cursor = { x: 0, y: 0, shown: false };
  let own = [], kind = "j", run = null, goal = last, playing = false, hurrying = 0, frame = 0;
  const map = new Panel("The critic and its samples", "x", "y");
  const chart = new Panel("The bound, step by step", "steps", "nats");
  const words = element("p", { class: "dv-summary" }), news = announcer();

  const show = () => {
    if (!run) return;
    const start = performance.now(), found = run.look();
    words.textContent = summary(run, found, truth);
    drawMap(map, run, found, cursor, words.textContent);
    drawCurves(chart, run, found, truth, last, words.textContent);
    el.dataset.state = [...Object.values(settings), run.steps, own.length].join(",");
    performance.measure("dv-training", { start });
    news.tell(() => words.textContent);
  };
  const advance = (until) => {
    const start = performance.now();
    while (run.steps < until && performance.now() - start < SLICE) run.step();
    performance.measure("dv-training-steps", { start });
  };
  // To the goal in slices, without a picture.
  const hurry = () => {
    advance(goal);
    words.textContent = `Training: step ${run.steps} of ${goal}.`;
    if (run.steps < goal) hurrying = setTimeout(hurry);
    else show();
  };
  const tick = () => {
    advance(Math.min(MOST, run.steps + PACE));
    show();
    if (run.steps < MOST) frame = requestAnimationFrame(tick);
    else pause();
  };
  const halt = () => {
    clearTimeout(hurrying);
    cancelAnimationFrame(frame);
  };
  const pause = () => {
    halt();
    playing = false;
    play.button.textContent = "Play";
    goal = run.steps;
    keep();
  };
  const keep = () => {
    const changed = Object.entries(settings).filter(([name, value]) => value !== given[name]);
    place.write({ ...Object.fromEntries(changed), step: playing ? run.steps : goal, ...(own.length && { points: pointsText(own) }) });
  };
  // Another run: on and on if it plays, and else as far as the one before.
  const begin = () => {
    halt();
    run = new Run(law, { ...settings }, own);
    if (playing) frame = requestAnimationFrame(tick);
    else hurry();
  };
  const changed = () => {
    begin();
    keep();
  };
  const add = (x, y) => {
    const [left, up] = [x, y].map((value) => Number(Math.max(-EDGE, Math.min(EDGE, value)).toFixed(2)));
    own.push({ kind, x: left, y: up, step: run.steps });
    run.take();
    show();
    keep();
  };

  const play = makeButton("Play", () => {
    if (playing) return pause();
    halt();
    playing = true;
    play.button.textContent = "Pause";
    tick();
  });
  const one = makeButton("One step", () => {
    pause();
    advance(Math.min(MOST, run.steps + 1));
    goal = run.steps;
    show();
    keep();
  });
  const again = makeButton("Start again", () => {
    own.forEach((point) => (point.step = 0));
    playing = false;
    play.button.textContent = "Play";
    goal = 0;
    changed();
  });
  const clear = makeButton("Remove my points", () => {
    own = [];
    changed();
  });
  const controls = makeSettings(settings, view, changed);
  const chosen = makeControl({ kind: "choice", label: "a click adds a", texts: Object.values(KINDS) }, 0, `${view}-kind`, true, (at) => (kind = Object.keys(KINDS)[at]));

  // Points by click or tap, and by keys: arrows on the button move a cross.
  map.canvas.addEventListener("click", ({ clientX, clientY }) => {
    const { left, right, top, bottom } = map.box, corner = map.canvas.getBoundingClientRect();
    const share = [(clientX - corner.left - left) / (right - left), (bottom - (clientY - corner.top)) / (bottom - top)];
    if (run && share.every((value) => value >= 0 && value <= 1)) add(...share.map((value) => EDGE * (2 * value - 1)));
  });
  const put = makeButton("", () => add(cursor.x, cursor.y));
  const where = () => (put.button.textContent = `Add one at (${[cursor.x, cursor.y].map((value) => minus(value.toFixed(1))).join(", ")})`);
  put.button.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowDown: ["y", -1], ArrowUp: ["y", 1] }[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [axis, sign] = move;
    cursor[axis] = Math.max(-EDGE, Math.min(EDGE, Math.round(10 * cursor[axis] + 2 * sign) / 10));
    where();
    show();
  });
  for (const [event, shown] of [["focus", true], ["blur", false]])
    put.button.addEventListener(event, () => {
      cursor.shown = shown;
      show();
    });
  where();

  const place = address(el, model.get("name"), (state) => {
    for (const [name, values] of Object.entries(OFFERS)) settings[name] = values.find((value) => value === Number(state[name])) ?? given[name];
    settings.draw = Math.max(0, Math.trunc(state.draw) || 0);
    own = pointsOf(state.points ?? "");
    goal = Math.max(0, Math.min(MOST, Math.trunc(state.step ?? last) || 0));
    controls.show();
    playing = false;
    play.button.textContent = "Play";
    if (run) begin();
  });
  // The first run is made once the reader comes near.
  const near = new IntersectionObserver(
    (entries) => {
      place.arrive();
      if (run || !entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      begin();
    },
    { rootMargin: "300px" },
  );

  el.classList.add("dv-interact", "dv-training");
  el.append(
    element("div", { class: "dv-controls" }, play.node, one.node, again.node),
    element("div", { class: "dv-panels" }, map.node, chart.node),
    words,
    element("div", { class: "dv-controls" }, ...controls.nodes),
    element("div", { class: "dv-controls" }, chosen.node, put.node, clear.node),
    element("p", { class: "dv-hint" }, "Click or tap the map to add a point. By keys: the arrows move the cross while its button has the focus."),
    news.node,
  );
  map.node.append(keys(["joint", "joint sample"], ["reference", "reference, by its weight"], ["above", "critic above 0"], ["below", "below 0"]));
  chart.node.append(keys(["training", "training value"], ["held", "held-out value"], ["truth", "truth"]));
  near.observe(map.canvas);
  const stop = follow(map.canvas, show);
  return () => {
    halt();
    stop();
    near.disconnect();
    place.stop();
    news.stop();
  };
}

export default { render };
