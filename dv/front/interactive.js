// The controls of `dv.interact` and the frame that belongs to them. One module for
// JupyterLab, Notebook and the pages of the book.
//
// `controls` is a list of {kind, label, texts}; a state is one index for each, and its
// key joins them by commas. `frames` holds frames by key: all of them in a page, where
// `live` is false. With a kernel the frame of each state is asked for.

const PATIENCE = 1500; // ms without an answer before the reader is told

export const keyOf = (state) => state.join(",");

export const textOf = (control, index) => control.texts[index] ?? `draw ${index + 1}`;

export const describe = (controls, state) =>
  controls.map((control, k) => `${control.label}: ${textOf(control, state[k])}`).join(", ");

// The next index of a button for another draw: round and round the frames of a page,
// on and on with a kernel.
export const nextDraw = (control, index, live) => (live ? index + 1 : (index + 1) % control.texts.length);

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

let views = 0; // so that labels and messages find their own view

function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// A control: its node, and `show(index)` to write its value. JupyterLab's command mode
// leaves the keys of marked inputs alone.
function makeControl(control, index, id, live, moved) {
  const shared = { id, "data-lm-suppress-shortcuts": "true" };
  const value = element("output", { for: id });
  const label = element("label", { for: id }, control.label);
  let input, row;
  if (control.kind === "slider") {
    input = element("input", { ...shared, type: "range", min: "0", max: `${control.texts.length - 1}`, step: "1" });
    input.value = index;
    input.addEventListener("input", () => moved(input.valueAsNumber));
    row = [label, input, value];
  } else if (control.kind === "checkbox") {
    input = element("input", { ...shared, type: "checkbox", checked: index === 1 });
    input.addEventListener("change", () => moved(Number(input.checked)));
    row = [label, input, value];
  } else if (control.kind === "choice") {
    input = element("select", shared, ...control.texts.map((text) => element("option", {}, text)));
    input.selectedIndex = index;
    input.addEventListener("change", () => moved(input.selectedIndex));
    row = [label, input];
  } else {
    input = element("button", { ...shared, type: "button" }, control.label);
    input.addEventListener("click", () => moved((index = nextDraw(control, index, live))));
    row = [input, value];
  }
  const show = (at) => {
    value.textContent = textOf(control, at);
    if (control.kind === "slider") input.setAttribute("aria-valuetext", textOf(control, at));
  };
  show(index);
  return { node: element("div", { class: `dv-control dv-${control.kind}` }, ...row), show };
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
  const state = [...model.get("state")], view = `dv-${++views}`;
  const stage = new Stage(model.get("frames"), live);
  const note = element("p", { class: "dv-note" });
  const news = element("p", { class: "dv-news", role: "status" });
  let overdue = false, patience = null, rest = null;

  const show = (shown) => {
    stage.show(keyOf(shown)).then((node) => {
      // Announced once the reader rests, not at each step of a drag.
      clearTimeout(rest);
      rest = setTimeout(() => {
        news.textContent = `${describe(controls, shown)}. ${node.alt ?? node.textContent}`;
      }, 300);
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

  const rows = controls.map((control, k) => {
    const row = makeControl(control, state[k], `${view}-${control.name}`, live, (index) => {
      state[k] = index;
      row.show(index);
      if (!live) return show(state);
      questions.want(state);
      if (overdue) manage();
    });
    return row;
  });

  el.classList.add("dv-interact");
  el.append(element("div", { class: "dv-controls" }, ...rows.map((row) => row.node)), stage.node, note, news);
  stage.show(keyOf(state));
  model.on("msg:custom", answered);
  return () => {
    model.off("msg:custom", answered);
    clearTimeout(patience);
    clearTimeout(rest);
    stage.clear();
  };
}

export default { render };
