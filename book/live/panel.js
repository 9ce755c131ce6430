// What can be done with all answers of a chapter: hand in, keep elsewhere, bring back, erase.
import { answersIn, filled } from "./notebook.js";
import { element } from "./results.js";

function download(name, type, text) {
  const href = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

const licences = (name, base) => element("a", { href: new URL("licences.txt", base).href }, name);

export class Panel {
  /** `page` has `chapter`, `answers`, `notebook`, `exercises` and `refresh()`. */
  constructor(page) {
    this.page = page;
    const { python } = page;
    const button = (name, action) => element("button", { type: "button", textContent: name, onclick: action });
    this.says = element("p", { className: "live-says", role: "status" });
    this.file = element("input", { type: "file", accept: ".json,.ipynb", hidden: true });
    this.file.ariaLabel = "A file of answers";
    this.file.onchange = () => this.bring(this.file.files[0]);
    const where = page.answers.store.passing
      ? "This browser lets the page keep nothing: what you write lasts until you leave it. Export it before."
      : "What you write is kept in this browser and sent nowhere.";
    this.node = element(
      "div",
      { className: "live-panel", role: "group", ariaLabel: "Your answers" },
      element("p", {}, `${where} Hand in gives this chapter's notebook with your answers, the file that is graded.`),
      element(
        "div",
        { className: "live-tools" },
        button("Hand in", () => this.handIn()),
        button("Export", () => this.keep()),
        button("Import", () => this.file.click()),
        button("Erase", () => this.erase()),
      ),
      this.file,
      this.says,
      element(
        "p",
        { className: "live-hint" },
        "Your code runs in this browser, apart from the page. Licences: ",
        licences("CodeMirror", import.meta.url),
        ...(python ? [", ", licences("Pyodide and its packages", python.base)] : []),
        ".",
      ),
    );
  }

  handIn() {
    const { chapter, notebook, exercises } = this.page;
    const answers = Object.fromEntries(exercises.map(({ id, text }) => [id, text]));
    download(`${chapter}.ipynb`, "application/x-ipynb+json", `${JSON.stringify(filled(notebook, answers), null, 1)}\n`);
    const open = exercises.filter(({ text, start }) => text === start).map(({ title }) => title);
    this.say(`${chapter}.ipynb has your answers. ${open.length ? `Still as they were: ${open.join("; ")}.` : ""}`);
  }

  keep() {
    download("answers.json", "application/json", this.page.answers.exported());
    this.say("answers.json has the answers of all chapters.");
  }

  /** Take answers from a file: they are text, and nothing of it is run. */
  async bring(file) {
    this.file.value = "";
    try {
      const text = await file.text();
      const found = JSON.parse(text);
      const count = Array.isArray(found.cells) ? this.fromNotebook(found) : this.fromExport(text);
      if (count !== null) this.say(`${count} answers are taken from ${file.name}. Check marks them.`);
      this.page.refresh();
    } catch {
      this.say(`${file.name} is neither a notebook nor a file of answers.`);
    }
  }

  fromNotebook(notebook) {
    const { chapter, answers, exercises } = this.page;
    const found = answersIn(notebook);
    const here = exercises.filter(({ id, text }) => id in found && found[id] !== text);
    if (!exercises.some(({ id }) => id in found)) {
      this.say("This notebook has no exercise of this chapter.");
      return null;
    }
    const lost = here.filter(({ text, start }) => text !== start);
    const names = lost.map(({ title }) => title).join("; ");
    if (lost.length && !confirm(`Replace what you wrote here: ${names}?`)) return null;
    for (const { id } of here) answers.set(chapter, id, { text: found[id] });
    return here.length;
  }

  fromExport(text) {
    const { answers } = this.page;
    if (answers.keys().length && !confirm("Replace what you wrote here by what the file holds?")) return null;
    return answers.imported(text);
  }

  erase() {
    if (!confirm("Erase all that you wrote, in every chapter?")) return;
    this.page.answers.erase();
    this.page.refresh();
    this.say("All answers are erased.");
  }

  say(words) {
    this.says.textContent = words;
  }
}
