// The controls of `dv.interact` and the frame that belongs to them. One module for
// JupyterLab, Notebook and the pages of the book.
//
// `controls` is a list of {kind, label, texts}; a state is one index for each, and its
// key joins them by commas. `frames` holds frames by key: all of them in a page, where
// `live` is false. With a kernel the frame of each state is asked for.

import { announcer, describe, element, makeControl, nextView } from "./controls.js";

const PATIENCE = 1500; // ms without an answer before the reader is told

export const keyOf = (state) => state.join(",");

// At most one question is on its way and one waits: the last. `ask(state, id)` sends.
export function lastWins(ask) {
  let id = 0, underway = null, waiting = null;
  const send = (state) => {
    underway = { id: ++id, state };
    waiting = null;
    ask(state, id);
  };
  return {
    want: (state) => (underway ? (waiting = [...state]) : send([...state])),
    // The state that an answer belongs to; undefined if it is not ours.
    answered(answer) {
      if (underway?.id !== answer) return undefined;
      const { state } = underway;
      underway = null;
      if (waiting) send(waiting);
      return state;
    },
    idle: () => underway === null,
  };
}

function makeFrame(frame) {
  if (frame.mime === "text/plain") return element("pre", {}, frame.data);
  if (frame.mime === "error") return element("p", { class: "dv-error" }, frame.data);
  if (frame.mime === "text/html") {
    const box = element("div");
    box.innerHTML = frame.data;
    return box;
  }
  const src = URL.createObjectURL(new Blob([frame.data], { type: frame.mime }));
  // Decoded with the paint that shows it, so that a move never flashes.
  const size = { width: Math.round(frame.width), height: Math.round(frame.height) };
  return element("img", { src, alt: frame.alt, decoding: "sync", ...size });
}

// The frames, one visible at a time. In a page all of them lie in one cell of a grid,
// so its height is that of the tallest; with a kernel they come and go, and the height
// never falls.
class Stage {
  constructor(frames, live) {
    this.live = live;
    this.node = element("div", { class: "dv-stage" });
    this.seen = new Map();
    for (const [key, frame] of Object.entries(frames)) this.add(key, frame);
  }

  add(key, frame) {
    const old = this.seen.get(key);
    if (old?.src) URL.revokeObjectURL(old.src);
    const node = makeFrame(frame);
    this.seen.set(key, node);
    if (!this.live) this.node.append(node);
    return node;
  }

  async show(key) {
    const node = this.seen.get(key);
    this.node.dataset.state = key;
    if (this.live) {
      await node.decode?.().catch(() => {});
      if (this.node.dataset.state !== key || this.seen.get(key) !== node) return node;
      this.node.style.minHeight = `${this.node.offsetHeight}px`;
      this.node.replaceChildren(node);
    }
    for (const other of this.node.children) other.classList.toggle("dv-now", other === node);
    return node;
  }

  clear() {
    for (const node of this.seen.values()) if (node.src) URL.revokeObjectURL(node.src);
  }
}

function render({ model, el }) {
  const controls = model.get("controls"), live = model.get("live");
  const state = [...model.get("state")], view = nextView();
  const stage = new Stage(model.get("frames"), live);
  const note = element("p", { class: "dv-note" });
  const news = announcer();
  let overdue = false, patience = null;

  const show = (shown) => {
    stage.show(keyOf(shown)).then((node) => {
      news.tell(() => `${describe(controls, shown)}. ${node.alt ?? node.textContent}`);
    });
  };

  // No kernel answers: show what was drawn before, or say what is still shown.
  const manage = () => {
    overdue = true;
    const known = stage.seen.has(keyOf(state));
    if (known) show(state);
    const shown = describe(controls, stage.node.dataset.state.split(",").map(Number));
    note.textContent = `Python does not answer: it is busy, or was stopped (then run the cell again). Shown: ${shown}.`;
  };

  const questions = lastWins((asked, id) => {
    clearTimeout(patience);
    patience = setTimeout(manage, PATIENCE);
    stage.node.setAttribute("aria-busy", "true");
    model.send({ id: `${view}/${id}`, state: asked });
  });

  const answered = (message, buffers) => {
    const [from, id] = String(message.id).split("/");
    const shown = from === view ? questions.answered(Number(id)) : undefined;
    if (!shown) return;
    overdue = false;
    note.textContent = "";
    const frame = buffers?.length ? { ...message.frame, data: buffers[0] } : message.frame;
    stage.add(keyOf(shown), frame);
    show(shown);
    if (questions.idle()) {
      clearTimeout(patience);
      stage.node.removeAttribute("aria-busy");
    }
  };

  const rows = controls.map((control, k) =>
    makeControl(control, state[k], `${view}-${control.name}`, live, (index) => {
      state[k] = index;
      if (!live) return show(state);
      questions.want(state);
      if (overdue) manage();
    }),
  );

  el.classList.add("dv-interact");
  el.append(element("div", { class: "dv-controls" }, ...rows.map((row) => row.node)), stage.node, note, news.node);
  stage.show(keyOf(state));
  model.on("msg:custom", answered);
  return () => {
    model.off("msg:custom", answered);
    clearTimeout(patience);
    news.stop();
    stage.clear();
  };
}

export default { render };
