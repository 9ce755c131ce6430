// What the reader wrote, kept in this browser: for each chapter and exercise its text, and
// the digest of the check that this text has passed.

export const PREFIX = "dv-course/answers/";
const FORMAT = "dv-course answers";

/** The browser's storage; where it may not be used, one that lasts as long as the page. */
export function storage(place = () => globalThis.localStorage) {
  try {
    const found = place();
    found.setItem(`${PREFIX}probe`, "");
    found.removeItem(`${PREFIX}probe`);
    return found;
  } catch {
    const kept = new Map();
    return {
      passing: true,
      get length() {
        return kept.size;
      },
      key: (at) => [...kept.keys()][at] ?? null,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    };
  }
}

const sound = (entry) =>
  typeof entry?.text === "string" && (entry.passed === null || typeof entry.passed === "string");

export class Answers {
  constructor(store) {
    this.store = store;
  }

  /** `{text, passed}`, or null. */
  get(chapter, id) {
    try {
      const entry = JSON.parse(this.store.getItem(`${PREFIX}${chapter}/${id}`));
      return sound(entry) ? entry : null;
    } catch {
      return null;
    }
  }

  /** Keep an answer; false if there is no room for it. */
  set(chapter, id, { text, passed = null }) {
    try {
      this.store.setItem(`${PREFIX}${chapter}/${id}`, JSON.stringify({ text, passed }));
      return true;
    } catch {
      return false;
    }
  }

  remove(chapter, id) {
    this.store.removeItem(`${PREFIX}${chapter}/${id}`);
  }

  /** The `[chapter, id]` of all that is kept. */
  keys() {
    const found = Array.from({ length: this.store.length }, (_, at) => this.store.key(at));
    return found
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length).split("/"))
      .sort();
  }

  erase() {
    for (const [chapter, id] of this.keys()) this.remove(chapter, id);
  }

  /** All answers as the text of one file. */
  exported() {
    const answers = this.keys().map(([chapter, id]) => [`${chapter}/${id}`, this.get(chapter, id)]);
    return JSON.stringify({ format: FORMAT, version: 1, answers: Object.fromEntries(answers) }, null, 1);
  }

  /** Take in such a file's text; returns how many answers it held. What passed elsewhere passes here. */
  imported(text) {
    const { format, answers } = JSON.parse(text);
    if (format !== FORMAT || typeof answers !== "object") throw new Error("not a file of answers");
    const found = Object.entries(answers ?? {}).filter(
      ([key, entry]) => /^[\w-]+\/[\w-]+$/.test(key) && sound(entry),
    );
    for (const [key, entry] of found) this.set(...key.split("/"), entry);
    return found.length;
  }
}

/** How many of a chapter's checks, `{id: digest}`, the answers that are kept have passed. */
export const solved = (answers, chapter, checks) =>
  Object.entries(checks).filter(([id, digest]) => answers.get(chapter, id)?.passed === digest).length;
