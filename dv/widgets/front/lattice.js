// An Ising lattice to play with, and beside it what is exact of the infinite one. The page
// computes all but the information of the blocks, which came with it as a table over T.

import { announcer, element, makeControl, minus, nextView } from "./controls.js";
import { Averages, Lattice, T_C, energy, magnetization } from "./ising.js";
import { Panel, follow } from "./panel.js";

const ALGORITHMS = ["Swendsen–Wang", "Metropolis"];
const SIZES = [1, 2, 3];
export const UP = [253, 231, 55], DOWN = [0, 34, 77]; // the ends of cividis, in light and dark alike
const GLASS = [18, 6]; // columns and rows under the magnifying glass

const FIRST = 60; // sweeps of whole clusters before anything is shown
const SETTLE = 20; // sweeps after each move, which no average counts
const PACE = 15; // at least so many ms from frame to frame, whatever the screen can do
const REFRESH = 6; // frames from one drawing of the curves to the next
const TOSS = 30;

// What a sweep leaves as it is. Below T_c one cluster holds nearly all spins, and turned over
// sixty times a second it would make the page flash: what is larger than a sixty-fourth of
// the lattice waits for every 30th sweep. And while T is dragged the largest one rests.
export const HELD = { none: () => Infinity, large: (_, sites) => sites / 64, largest: (size) => size - 1 };

export function sweep(lattice, algorithm, temperature, most) {
  if (algorithm === "Metropolis") lattice.metropolis(temperature);
  else lattice.clusters(temperature, most);
}

// All the numbers that are shown of one state: averages, and what is exact.
export function measures({ temperature, k }, averages, temperatures, informations) {
  const at = temperatures.indexOf(temperature);
  return {
    seen: { magnetization: averages.magnetization, energy: averages.energy, information: averages.information },
    exact: {
      magnetization: magnetization(temperature),
      energy: energy(temperature),
      symmetric: informations[`${k} symmetric`][at],
      plus: informations[`${k} plus`][at],
    },
  };
}

const show3 = (value) => minus((Math.abs(value) < 0.0005 ? 0 : value).toFixed(3));

export function summary({ temperature, k, algorithm }, lattices, { seen, exact }) {
  const ensembles =
    temperature < T_C ? `${show3(exact.symmetric)} nats in the symmetric ensemble, ${show3(exact.plus)} in the + phase` : `${show3(exact.symmetric)} nats in both ensembles`;
  const mean = lattices === 1 ? "This lattice has" : `The mean of ${lattices} lattices:`;
  return (
    `T = ${temperature.toFixed(3)}, ${algorithm}. ${mean} |m| = ${show3(seen.magnetization)} (infinite lattice: ${show3(exact.magnetization)}), ` +
    `energy a site ${show3(seen.energy)} (${show3(exact.energy)}). ` +
    `I(X;Y) of ${k} × ${k} blocks: exactly ${ensembles}; counted here, ${show3(seen.information)}.`
  );
}

function makeBoard(side) {
  const shades = [DOWN, UP].map((colour) => new Uint32Array(Uint8Array.of(...colour, 255).buffer)[0]);
  const pixels = new ImageData(side, side), words = new Uint32Array(pixels.data.buffer);
  const canvas = element("canvas", { width: side, height: side, role: "img" });
  const glass = element("canvas", { width: GLASS[0], height: GLASS[1], "aria-hidden": "true" });
  const pens = [canvas, glass].map((one) => one.getContext("2d", { alpha: false }));
  const corner = GLASS.map((size) => (side - size) >> 1);
  const place = (node, sizes, [x, y], [width, height]) =>
    Object.assign(node.style, {
      left: `${(100 * x) / sizes[0]}%`,
      top: `${(100 * y) / sizes[1]}%`,
      width: `${(100 * width) / sizes[0]}%`,
      height: `${(100 * height) / sizes[1]}%`,
    });
  const frame = element("div", { class: "dv-frame" }), pair = element("div", { class: "dv-pair" }, ...["X", "Y"].map((name) => element("span", {}, element("b", {}, name))));
  place(frame, [side, side], corner, GLASS);
  const key = (colour, name) => element("span", { class: "dv-key" }, element("i", { style: `background: rgb(${colour})` }), name);
  const caption = element("figcaption", {}, key(UP, "up"), key(DOWN, "down"), element("span", {}, `${side} × ${side} spins`));
  const node = element(
    "div",
    { class: "dv-board" },
    element("figure", {}, caption, element("div", { class: "dv-sites" }, canvas, frame)),
    element("figure", {}, element("figcaption", {}, "The framed part, and two blocks X and Y in it"), element("div", { class: "dv-sites" }, glass, pair)),
  );
  return {
    node,
    lit: (k) => place(pair, GLASS, [GLASS[0] / 2 - k, (GLASS[1] - k) >> 1], [2 * k, k]),
    paint(spins) {
      for (let i = 0; i < spins.length; i++) words[i] = shades[(spins[i] + 1) / 2];
      pens[0].putImageData(pixels, 0, 0);
      pens[1].drawImage(canvas, ...corner, ...GLASS, 0, 0, ...GLASS);
    },
    tell: (m) => canvas.setAttribute("aria-label", `${side} × ${side} spins, ${Math.round(50 * (1 + m))}% of them up`),
  };
}

// The curves of three panels, and where this temperature and these lattices stand.
function makeCharts(temperatures, informations) {
  const make = (title, heights) => ({ panel: new Panel(title, "temperature T"), heights });
  const charts = [
    make("I(X;Y) in nats: symmetric ensemble (solid), + phase (dashed), counted here (square)", [0, 0.8]),
    make("|m|: infinite lattice (line), mean here (square)", [0, 1.1]),
    make("Energy a site: infinite lattice (line), mean here (square)", [-2.1, 0]),
  ];
  const ends = [temperatures[0], temperatures.at(-1)];
  const whole = [magnetization, energy].map((of) => temperatures.map(of));
  // `exact` holds curves as [values, value at this temperature, colour, dashes].
  const draw = ({ panel, heights }, temperature, exact, seen) => {
    const exactly = exact.map(([, value]) => show3(value)).join(" and ");
    panel.begin(ends, heights, `at T = ${temperature.toFixed(3)} ${exactly}; here ${show3(seen)}`);
    panel.segments([temperature, heights[0], temperature, heights[1]], panel.ink, 1);
    for (const [values, value, colour, dashes] of exact) {
      panel.line(temperatures, values, panel[colour], 2, dashes);
      panel.points([temperature], [value], panel[colour], 6, 1);
    }
    panel.points([temperature], [Math.min(seen, heights[1])], panel.ink, 10, 1);
  };
  return {
    panels: charts.map(({ panel }) => panel),
    show({ temperature, k }, { seen, exact }) {
      const both = [
        [informations[`${k} symmetric`], exact.symmetric, "joint"],
        [informations[`${k} plus`], exact.plus, "reference", [6, 4]],
      ];
      draw(charts[0], temperature, both, seen.information);
      draw(charts[1], temperature, [[whole[0], exact.magnetization, "joint"]], seen.magnetization);
      draw(charts[2], temperature, [[whole[1], exact.energy, "joint"]], seen.energy);
    },
  };
}

function render({ model, el }) {
  const view = nextView(), temperatures = model.get("temperatures"), informations = model.get("informations");
  const nearest = (wanted) => temperatures.reduce((a, b) => (Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a));
  const state = { temperature: nearest(model.get("temperature")), algorithm: model.get("algorithm"), k: model.get("k") };
  const lattice = new Lattice(model.get("side"), model.get("seed"));
  const board = makeBoard(lattice.side), charts = makeCharts(temperatures, informations);
  const words = element("p", { class: "dv-summary" }), news = announcer();
  let averages, playing = false, seen = true, frame = 0, last = 0;

  const draw = () => {
    const all = measures(state, averages, temperatures, informations);
    words.textContent = summary(state, averages.lattices, all);
    board.paint(lattice.spins);
    board.tell(lattice.measure().magnetization);
    charts.show(state, all);
    el.dataset.state = [state.temperature.toFixed(3), state.algorithm, state.k, averages.lattices].join(", ");
    if (playing) news.stop();
    else news.tell(() => words.textContent);
  };
  const begin = () => {
    averages = new Averages(state.k);
    averages.add(lattice);
    board.lit(state.k);
    draw();
  };
  // The one door to a new state: from a control, or from wherever a state comes.
  const move = (change) => {
    Object.assign(state, change);
    if (!("k" in change)) for (let k = 0; k < SETTLE; k++) sweep(lattice, state.algorithm, state.temperature, HELD.largest);
    begin();
  };
  const step = () => {
    sweep(lattice, state.algorithm, state.temperature, averages.lattices % TOSS ? HELD.large : HELD.none);
    averages.add(lattice);
  };
  const tick = (now) => {
    frame = requestAnimationFrame(tick);
    if (now - last < PACE) return;
    last = now;
    step();
    if (averages.lattices % REFRESH === 0) draw();
    else board.paint(lattice.spins);
  };
  // Out of sight it waits; in a hidden tab there are no frames.
  const go = () => {
    cancelAnimationFrame(frame);
    if (playing && seen) frame = requestAnimationFrame(tick);
  };
  const button = (label, act) => {
    const node = element("button", { type: "button", "data-lm-suppress-shortcuts": "true" }, label);
    node.addEventListener("click", act);
    return node;
  };
  const play = (on) => {
    playing = on;
    player.textContent = playing ? "Pause" : "Play";
    draw();
    go();
  };
  const player = button("Play", () => play(!playing));
  const stepper = button("One sweep", () => {
    if (playing) play(false);
    step();
    draw();
  });
  const control = (kind, label, texts, index, moved) => makeControl({ kind, label, texts }, index, `${view}-${label.split(" ")[0]}`, true, moved).node;
  const slider = control("slider", "temperature T", temperatures.map((T) => T.toFixed(3) + (Math.abs(T - T_C) < 1e-9 ? " (critical)" : "")), temperatures.indexOf(state.temperature), (at) => move({ temperature: temperatures[at] }));
  const choices = [
    control("choice", "sampler", ALGORITHMS, ALGORITHMS.indexOf(state.algorithm), (at) => move({ algorithm: ALGORITHMS[at] })),
    control("choice", "blocks", SIZES.map((k) => `${k} × ${k}`), SIZES.indexOf(state.k), (at) => move({ k: SIZES[at] })),
  ];
  el.classList.add("dv-interact", "dv-lattice");
  el.append(
    element("div", { class: "dv-controls" }, slider, element("div", { class: "dv-control" }, player, stepper), ...choices),
    element("div", { class: "dv-halves" }, board.node, element("div", { class: "dv-panels" }, ...charts.panels.map((panel) => panel.node))),
    words,
    news.node,
  );
  for (let k = 0; k < FIRST; k++) lattice.clusters(state.temperature);
  begin();
  const stop = follow(charts.panels[0].canvas, draw);
  const watcher = new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    go();
  });
  watcher.observe(el);
  return () => {
    play(false);
    watcher.disconnect();
    stop();
    news.stop();
  };
}

export default { render };
