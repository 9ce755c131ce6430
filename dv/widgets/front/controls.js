// Controls with a visible label and value, for mouse, touch and keys.
//
// A control is {kind, label, texts}: what it is, what stands before it, and a text for
// each of its values. Its state is an index.

// Numbers with a minus sign, which is as wide as a plus and no hyphen.
export const minus = (text) => text.replace("-", "−");

export const textOf = (control, index) => control.texts[index] ?? `draw ${index + 1}`;

export const describe = (controls, state) =>
  controls.map((control, k) => `${control.label}: ${textOf(control, state[k])}`).join(", ");

// The next index of a button for another draw: round and round what the page holds,
// on and on where draws are made.
export const nextDraw = (control, index, endless) => (endless ? index + 1 : (index + 1) % control.texts.length);

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// A control as {node, set(index, texts)}; `moved(index)` is called as the reader moves
// it. JupyterLab's command mode leaves the keys of marked inputs alone.
export function makeControl(control, index, id, endless, moved) {
  const kinds = { slider: makeSlider, checkbox: makeCheckbox, choice: makeChoice, redraw: makeRedraw };
  const shared = { id, "data-lm-suppress-shortcuts": "true" };
  const value = element("output", { for: id });
  const label = element("label", { for: id }, control.label);
  const { input, set } = kinds[control.kind](control, shared, (at) => moved(tell(at)), index, endless);
  const tell = (at) => {
    value.textContent = textOf(control, at);
    if (control.kind === "slider") input.setAttribute("aria-valuetext", value.textContent);
    return at;
  };
  tell(index);
  const parts = { redraw: [input, value], choice: [label, input] }[control.kind] ?? [label, input, value];
  const node = element("div", { class: `dv-control dv-${control.kind}` }, ...parts);
  return {
    node,
    set(at, texts = control.texts) {
      control = { ...control, texts };
      set(at, texts);
      tell(at);
    },
  };
}

function makeSlider({ texts }, shared, moved, index) {
  const input = element("input", { ...shared, type: "range", min: "0", step: "1" });
  input.addEventListener("input", () => moved(input.valueAsNumber));
  const set = (at, all) => {
    input.max = all.length - 1;
    input.value = at;
  };
  set(index, texts);
  return { input, set };
}

function makeCheckbox(control, shared, moved, index) {
  const input = element("input", { ...shared, type: "checkbox", checked: index === 1 });
  input.addEventListener("change", () => moved(Number(input.checked)));
  return { input, set: (at) => (input.checked = at === 1) };
}

function makeChoice({ texts }, shared, moved, index) {
  const input = element("select", shared, ...texts.map((text) => element("option", {}, text)));
  input.selectedIndex = index;
  input.addEventListener("change", () => moved(input.selectedIndex));
  return { input, set: (at) => (input.selectedIndex = at) };
}

function makeRedraw(control, shared, moved, index, endless) {
  const input = element("button", { ...shared, type: "button" }, control.label);
  input.addEventListener("click", () => moved((index = nextDraw(control, index, endless))));
  return { input, set: (at) => (index = at) };
}

// Tells readers who do not see the change what is shown, once they rest: not at each step
// of a drag. `tell(words)` calls `words` then, and the last one wins.
export function announcer() {
  const node = element("p", { class: "dv-news", role: "status" });
  let rest = null;
  const stop = () => clearTimeout(rest);
  const tell = (words) => {
    stop();
    rest = setTimeout(() => (node.textContent = words()), 300);
  };
  return { node, tell, stop };
}

// A name for one view, so that its labels find its own controls: each widget may have a
// copy of this module to itself.
export const nextView = () => `dv-${Math.random().toString(36).slice(2, 10)}`;
