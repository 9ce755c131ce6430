// The prediction that a chapter asks for: said by a button, kept, and recalled where the answer stands.
import { element } from "./results.js";

const NAME = "prediction"; // among what is kept of the chapter
const LETTERS = ["a", "b", "c"];

export class Prediction {
  /** `node` says in `data-answer` which letter is right and in `data-place` the id of what says so. */
  constructor(node, chapter, answers) {
    Object.assign(this, { chapter, answers, right: node.dataset.answer });
    const place = document.getElementById(node.dataset.place);
    const heading = place.closest("section").querySelector("h1, h2, h3").childNodes;
    const title = [...heading].filter((piece) => !piece.matches?.(".headerlink")).map(({ textContent }) => textContent);
    this.link = element("a", { href: `#${place.id}` }, ...title);
    this.says = element("p", { className: "live-says", role: "status" });
    this.recall = element("span", { className: "live-recall" });
    this.buttons = LETTERS.map((letter) =>
      element("button", { type: "button", onclick: () => this.say(letter) }, `(${letter})`),
    );
    node.append(
      element("div", { className: "live-tools", role: "group", ariaLabel: "Your prediction" }, ...this.buttons),
      this.says,
    );
    place.closest("p").append(" ", this.recall);
    this.refresh();
  }

  /** Choose a letter; chosen again, it is taken back. */
  say(letter) {
    this.said = letter === this.said ? null : letter;
    if (this.said) this.answers.set(this.chapter, NAME, { text: letter });
    else this.answers.remove(this.chapter, NAME);
    this.show();
  }

  /** Take what is kept. */
  refresh() {
    this.said = LETTERS.find((letter) => letter === this.answers.get(this.chapter, NAME)?.text) ?? null;
    this.show();
  }

  show() {
    for (const [at, button] of this.buttons.entries()) button.ariaPressed = String(LETTERS[at] === this.said);
    this.says.replaceChildren(...(this.said ? [`You say (${this.said}). The answer stands in `, this.link, "."] : []));
    const words = this.said === this.right ? "✓ As you predicted." : `You predicted (${this.said}).`;
    this.recall.textContent = this.said ? words : "";
  }
}
