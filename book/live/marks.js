// What is solved, beside the links of the side bar and of the introduction's map.
import { solved } from "./answers.js";
import { element } from "./results.js";

/** Renew the marks; `chapters` is `{chapter: {page, checks}}`, each page an address. */
export function mark(answers, chapters) {
  for (const old of document.querySelectorAll(".live-mark")) old.remove();
  for (const link of document.querySelectorAll("nav.bd-links a[href], #the-map .cards a[href]")) {
    const here = Object.entries(chapters).find(([, { page }]) => new URL(page).pathname === link.pathname);
    if (!here) continue;
    const [chapter, { checks }] = here;
    const [count, all] = [solved(answers, chapter, checks), Object.keys(checks).length];
    if (!count) continue;
    const words = `${count === all ? "✓ " : ""}${count} of ${all} solved`;
    link.append(element("span", { className: "live-mark" }, words));
  }
}
