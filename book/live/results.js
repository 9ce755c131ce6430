// What came of a run, in words and on the page.

const NOT_IN_A_BROWSER = { torch: "PyTorch", numba: "Numba" };

/** `[tone, words]`: the tone is "good", "bad" or "plain". */
export function verdict(result, checked, limit) {
  if (result.refused) return ["plain", "Python is busy with another cell of this page: wait, or stop that one."];
  if (result.stopped) return ["plain", "Stopped. Python starts anew with the next run."];
  if (result.late) return ["bad", `Stopped after ${limit} seconds. Is there a loop that never ends?`];
  if (result.failed) return ["bad", `Python came to an end (${result.failed}). It starts anew with the next run.`];
  const { error, stage, seconds } = result;
  const took = `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  if (!error && checked) return ["good", `Right: every check is content (${took}).`];
  if (!error) return ["plain", `Done (${took}).`];
  const name = NOT_IN_A_BROWSER[error.missing?.split(".")[0]];
  if (name) {
    const instead = "Hand in gives you the notebook, which JupyterLab runs and checks.";
    return ["plain", `This needs ${name}, which does not run in a browser. ${instead}`];
  }
  const refused = stage === "check" && error.type === "AssertionError";
  if (refused) return ["bad", `Not yet: ${error.message || "a check failed"}`];
  return ["bad", error.message ? `${error.type}: ${error.message}` : error.type];
}

/** An element with properties and children. */
export function element(tag, properties = {}, ...children) {
  const { role, ...rest } = properties;
  const made = Object.assign(document.createElement(tag), rest);
  if (role) made.setAttribute("role", role);
  made.append(...children);
  return made;
}

/** Add a piece of output: printed text, a table, a picture. Text stays text. */
export function show(place, { stream, text, table, picture }) {
  if (picture) {
    place.append(element("img", { src: `data:image/png;base64,${picture}`, alt: "The figure that your code draws" }));
  } else if (table) {
    const rows = table.map((row) => element("tr", {}, ...row.map(([tag, words]) => element(tag, {}, words.trim()))));
    const scroll = element("div", { className: "live-table", tabIndex: 0, role: "group", ariaLabel: "Table" });
    scroll.append(element("table", {}, element("tbody", {}, ...rows)));
    place.append(scroll);
  } else {
    const last = place.lastElementChild;
    const same = last?.matches(`pre.live-${stream}`);
    const pre = same ? last : element("pre", { className: `live-${stream}`, tabIndex: 0 });
    pre.append(text);
    if (!same) place.append(pre);
  }
}
