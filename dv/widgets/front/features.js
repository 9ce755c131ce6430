// Features to tick: what each tells of a label alone, the sum of these, and what they tell
// together. The numbers of every choice came with the page.

import { announcer, element, makeControl, minus, nextView } from "./controls.js";

const SURE = 1.96; // standard errors on either side

const show3 = (value) => minus((Math.abs(value) < 0.0005 ? 0 : value).toFixed(3));
const ends = (value, error) => [value - SURE * error, value + SURE * error];
const between = (value, error) => ends(value, error).map(show3).join(" to ");

// All that is shown of one choice of a table; `choice` has bit j if feature j is ticked.
export function measures(table, choice) {
  const of = (name, k = choice) => ({ value: table[name][k], error: table[`${name}_error`][k] });
  return {
    alone: table.features.map((_, j) => of("together", 1 << j)),
    total: of("total"),
    together: of("together"),
    extra: of("extra"),
  };
}

// What the rows can show of the difference: nothing, if its interval holds 0.
export function kindOf({ value, error }) {
  const [low, high] = ends(value, error);
  if (low > 0) return "synergy";
  return high < 0 ? "redundancy" : "no difference that these rows show";
}

export function summary(table, choice) {
  const names = table.features.filter((_, j) => (choice >> j) & 1);
  const all = measures(table, choice), whole = `Of the ${show3(table.entropy)} nats of ${table.label}`;
  if (names.length === 0) return `${whole} nothing is told: tick a feature.`;
  const told = `${whole}, ${names.join(", ")} ${names.length > 1 ? "together tell" : "alone tells"} ${show3(all.together.value)}, from ${table.n} rows`;
  if (names.length === 1) return `${told}.`;
  return `${told}; one by one they tell ${show3(all.total.value)}. The difference, ${show3(all.extra.value)} (${between(all.extra.value, all.extra.error)}): ${kindOf(all.extra)}.`;
}

// The scale of a table's bars: all that is ever drawn of it.
export const most = (table) =>
  Math.max(table.entropy, ...["total", "together"].flatMap((name) => table[name].map((value, k) => value + SURE * table[`${name}_error`][k])));

function makeRow(head, kind) {
  const fill = element("div", { class: `dv-bar-fill ${kind}` }), interval = element("div", { class: "dv-interval" });
  const value = element("span", { class: "dv-bar-value" }), range = element("span", { class: "dv-range" });
  const track = element("div", { class: "dv-bar-track", "aria-hidden": "true" }, fill, interval);
  const node = element("div", { class: "dv-bar", role: "listitem" }, head, track, element("span", { class: "dv-numbers" }, value, " ", range));
  const place = (part, from, to, scale) => {
    const at = (x) => 100 * Math.min(Math.max(x / scale, 0), 1);
    part.style.marginLeft = `${at(from)}%`;
    part.style.width = `${at(to) - at(from)}%`;
  };
  // A bar from `start` to `start` + value, to the right or to the left, and its interval.
  const show = (given, scale, start = 0) => {
    const end = start + given.value, [low, high] = ends(given.value, given.error);
    place(fill, Math.min(start, end), Math.max(start, end), scale);
    place(interval, start + low, start + high, scale);
    value.textContent = show3(given.value);
    range.textContent = `(${between(given.value, given.error)})`;
  };
  return { node, show };
}

function render({ model, el }) {
  const view = nextView(), tables = model.get("tables");
  let table = tables[0], choice = 0;
  for (const name of model.get("ticked")) choice |= 1 << table.features.indexOf(name);
  const features = element("div", { class: "dv-bars dv-features", role: "list" });
  const results = element("div", { class: "dv-bars", role: "list" });
  const words = element("p", { class: "dv-summary" }), news = announcer();
  const extraName = element("span");
  const rows = {
    total: makeRow(element("span", {}, "sum of the ticked"), "dv-bar-reference"),
    together: makeRow(element("span", {}, "the ticked together"), "dv-bar-joint"),
    extra: makeRow(extraName, ""),
  };
  let alone = [];

  const draw = () => {
    const all = measures(table, choice), scale = most(table);
    alone.forEach((row, j) => {
      row.show(all.alone[j], scale);
      row.node.classList.toggle("dv-ticked", Boolean((choice >> j) & 1));
    });
    rows.total.show(all.total, scale);
    rows.together.show(all.together, scale);
    rows.extra.show(all.extra, scale, all.total.value);
    extraName.textContent = `together − sum: ${choice & (choice - 1) ? kindOf(all.extra) : "tick two"}`;
    words.textContent = summary(table, choice);
    el.dataset.state = `${table.name}: ${table.features.filter((_, j) => (choice >> j) & 1).join(", ")}`;
    news.tell(() => words.textContent);
  };
  const tick = (j) => {
    const { node } = makeControl({ kind: "checkbox", label: table.features[j], texts: ["", ""] }, (choice >> j) & 1, `${view}-${table.name}-${j}`.replace(/[^\w-]/g, ""), true, (on) => {
      choice = on ? choice | (1 << j) : choice & ~(1 << j);
      draw();
    });
    return makeRow(node, "dv-bar-reference");
  };
  const open = () => {
    alone = table.features.map((_, j) => tick(j));
    features.replaceChildren(...alone.map((row) => row.node));
    draw();
  };
  const which = makeControl({ kind: "choice", label: "table and label", texts: tables.map(({ name }) => name) }, 0, `${view}-table`, true, (at) => {
    table = tables[at];
    choice = 0;
    open();
  });
  for (const row of Object.values(rows)) results.append(row.node);
  el.classList.add("dv-interact", "dv-picker");
  el.append(element("div", { class: "dv-controls" }, which.node), features, results, words, news.node);
  open();
  return news.stop;
}

export default { render };
