// A widget's state in the address of its page, as `#name.key=value&…`, so that a link leads to
// what was seen. Each widget has its own name and leaves the others' parts as they are; the one
// moved last stands first. The fragment of an ordinary anchor has no `=` and holds no state.

const REST = 300; // ms: browsers refuse many changes of the address in a short time

export const parse = (hash, name) => {
  const own = hash.replace(/^#/, "").split("&").filter((part) => part.startsWith(`${name}.`) && part.includes("="));
  return own.length ? Object.fromEntries(own.map((part) => part.slice(name.length + 1).split("=").map(decodeURIComponent))) : null;
};

// The fragment with this widget's state in place of its old one.
export const join = (hash, name, state) => {
  const others = hash.replace(/^#/, "").split("&").filter((part) => part.includes("=") && !part.startsWith(`${name}.`));
  const own = Object.entries(state).map(([key, value]) => `${name}.${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`);
  return `#${[...own, ...others].join("&")}`;
};

// {arrive(), write(state), stop()} for the widget in `node`. `arrived(state)` is called by
// `arrive`, if the address holds a state, and whenever a link within the page leads to one; the
// widget that stands first is brought into view. Only a page of the book has an address to keep:
// that of a notebook is not the widget's.
export function address(node, name, arrived) {
  let rest = null;
  const here = () => node.closest(".dv-here") !== null;
  const arrive = () => {
    const state = here() && parse(location.hash, name);
    if (!state) return;
    arrived(state);
    if (location.hash.startsWith(`#${name}.`)) node.scrollIntoView({ block: "nearest" });
  };
  window.addEventListener("hashchange", arrive);
  return {
    arrive,
    write(state) {
      clearTimeout(rest);
      if (here()) rest = setTimeout(() => history.replaceState(history.state, "", join(location.hash, name, state)), REST);
    },
    stop() {
      clearTimeout(rest);
      window.removeEventListener("hashchange", arrive);
    },
  };
}
