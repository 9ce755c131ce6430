// One exercise on the page: its editor, its buttons, and what comes of them.
import { megabytes } from "./progress.js";
import { element, show, verdict } from "./results.js";

const HINT = "Tab leaves the editor; Ctrl+Enter checks, Shift+Enter runs, Ctrl+] indents.";

const follows = (node, other) => Boolean(other.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING);
const boxBefore = (cell) => [...document.querySelectorAll(".exercise")].filter((box) => follows(cell, box)).at(-1);

export class Exercise {
  /** `page` has what exercises share: `chapter`, `answers`, `python`, `setup`, `checks` and `changed()`. */
  constructor(cell, given, page) {
    Object.assign(this, { cell, page, ...given });
    const kept = this.recall();
    this.box = boxBefore(cell);
    this.title = this.box?.querySelector(".admonition-title").innerText.replace(/\s+/g, " ") ?? this.id;
    this.build();
    if (kept) this.open();
  }

  /** Take what is kept; what passed an earlier version of the check has yet to pass this one. */
  recall() {
    const { answers, chapter, checks } = this.page;
    const kept = answers.get(chapter, this.id);
    this.text = kept?.text ?? this.start;
    this.passedText = kept?.passed && kept.passed === checks[this.id] ? kept.text : null;
    return kept;
  }

  build() {
    this.shown = this.cell.querySelector(".cell_input") ?? this.cell;
    this.place = element("div", { className: "live-editor", hidden: true });
    this.hint = element("p", { className: "live-hint", id: `hint-${this.id}`, hidden: true }, HINT);
    this.says = element("p", { className: "live-says", role: "status" });
    this.meter = element("p", { className: "live-meter" });
    this.output = element("div", { className: "live-output" });
    const button = (name, action) => element("button", { type: "button", textContent: name, onclick: action });
    const edit = button("Edit", () => this.open(true));
    const code = [
      button("Check", () => this.run(true)),
      button("Run", () => this.run(false)),
      button("Stop", () => this.page.python.stop()),
    ];
    const tools = element("div", { className: "live-tools", role: "group", ariaLabel: this.title });
    tools.append(edit, ...(this.kind === "code" && this.page.python ? code : []), button("Reset", () => this.reset()));
    Object.assign(this, { edit, stop: code[2] });
    this.stop.disabled = true;
    this.shown.after(this.place, this.hint, tools, this.says, this.meter, this.output);
    this.shown.addEventListener("click", (event) => !event.target.closest("button") && this.open(true));
  }

  /** Put the editor in the place of the cell. */
  async open(focus = false) {
    this.opening ??= this.kind === "code" ? this.openCode() : this.openText();
    await this.opening;
    if (focus) this.editor.focus();
  }

  async openCode() {
    const { editor } = await import("./editor.js");
    const key = (name, checked) => ({ key: name, run: () => (this.page.python && this.run(checked), true) });
    this.editor = editor({
      parent: this.place,
      text: this.text,
      label: `Your answer: ${this.title}`,
      hint: this.hint.id,
      change: (text) => this.changed(text),
      keys: [key("Mod-Enter", true), key("Shift-Enter", false)],
    });
    this.hint.hidden = false;
    this.swap();
  }

  openText() {
    const area = element("textarea", { value: this.text, rows: 8, ariaLabel: `Your answer: ${this.title}` });
    area.oninput = () => this.changed(area.value);
    this.place.append(area);
    this.editor = {
      focus: () => area.focus(),
      set text(value) {
        area.value = value;
      },
    };
    this.swap();
  }

  swap() {
    this.shown.hidden = true;
    this.place.hidden = false;
    this.edit.hidden = true;
  }

  changed(text) {
    this.text = text;
    this.keep();
  }

  keep() {
    const { answers, chapter, checks } = this.page;
    const passed = this.text === this.passedText ? checks[this.id] : null;
    const untouched = this.text === this.start && !passed;
    if (untouched) answers.remove(chapter, this.id);
    else if (!answers.set(chapter, this.id, { text: this.text, passed }))
      this.say("bad", "The browser has no room left: hand in or export your answers.");
    this.page.changed();
  }

  /** Take the text that is kept, of another tab or of a file. */
  refresh() {
    const kept = this.recall();
    if (this.editor) this.editor.text = this.text;
    else if (kept) this.open();
  }

  reset() {
    this.text = this.start;
    if (this.editor) this.editor.text = this.start;
    this.output.replaceChildren();
    this.say("plain", "The starting text is back.");
    this.keep();
  }

  async run(checked) {
    await this.open();
    const { python, setup } = this.page;
    if (python.busy) return this.say(...verdict({ refused: true }));
    this.output.replaceChildren();
    this.page.listener = this;
    const text = this.text;
    const request = { setup, answer: text, test: checked ? this.test : "" };
    const result = await python.run(request, (piece) => show(this.output, piece));
    if (result.error?.lines) show(this.output, { stream: "err", text: result.error.lines });
    if (checked && result.error === null) {
      this.passedText = text;
      this.keep();
    }
    this.say(...verdict(result, checked, python.limit));
    if (checked && result.error === null) this.lead();
    this.result = result;
    return result;
  }

  /** Say which exercise comes next. */
  lead() {
    const open = this.page.exercises.filter(({ kind, passedText }) => kind === "code" && passedText === null);
    const next = open.find(({ cell }) => follows(cell, this.cell)) ?? open[0];
    const link = next && element("a", { href: `#${(next.box ?? next.cell).id}` }, next.title);
    this.says.append(...(link ? [" Next: ", link, "."] : [" Every exercise of this chapter that checks itself is solved."]));
  }

  /** What Python is at, while it works for this exercise. */
  hear(state, { loaded, expected } = {}) {
    this.stop.disabled = state === "idle";
    const running = `Running; it ends by itself after ${this.page.python.limit} s.`;
    const words = { loading: "Loading Python …", running }[state];
    if (words && this.says.textContent !== words) this.say("plain", words);
    if (state === "loading" && expected) this.meter.textContent = `${megabytes(loaded)} of ${megabytes(expected)}`;
    else if (state !== "loading") this.meter.textContent = "";
  }

  say(tone, words) {
    this.says.className = `live-says live-${tone}`;
    this.says.textContent = words;
  }
}
