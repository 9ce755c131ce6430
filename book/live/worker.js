// Python in a worker: Pyodide, started by the first message, then one run after another.
// What a run needs beyond what is there is fetched from beside Pyodide, and from nowhere else.
import { counted } from "./progress.js";

const FONTS = "/tmp/matplotlib";
const get = self.fetch.bind(self);
let ready;
let sizes = {};

const post = (kind, content = {}) => self.postMessage({ kind, ...content });

// A reader's code has no business with these. What JavaScript itself can reach, `import()`
// above all, cannot be taken from it in this way.
const APART = [
  ...["XMLHttpRequest", "WebSocket", "WebSocketStream", "EventSource", "WebTransport", "importScripts"],
  ...["indexedDB", "caches", "BroadcastChannel", "SharedWorker", "Worker", "RTCPeerConnection", "cookieStore"],
];

function confine() {
  for (const name of APART) {
    for (let place = self; place; place = Object.getPrototypeOf(place)) delete place[name];
  }
  for (let place = Object.getPrototypeOf(self); place; place = Object.getPrototypeOf(place)) delete place.fetch;
  for (const name of ["storage", "locks", "serviceWorker", "sendBeacon"]) {
    delete Object.getPrototypeOf(self.navigator)[name];
  }
}

const refuse = () => Promise.reject(new Error("the page lets no code reach the network"));

async function fetching(work) {
  self.fetch = counted(get, sizes, (loaded, expected) => post("progress", { loaded, expected }));
  try {
    return await work();
  } finally {
    self.fetch = refuse;
  }
}

async function start(base) {
  const lockFileURL = new URL("pyodide-lock.json", base).href;
  const lock = await (await get(lockFileURL)).json();
  sizes = Object.fromEntries(Object.values(lock.packages).map((entry) => [entry.file_name, entry.size]));
  Object.assign(sizes, lock.runtime);
  const { loadPyodide } = await import(new URL("pyodide.mjs", base).href);
  const env = { HOME: "/home/pyodide", MPLBACKEND: "module://figures", MPLCONFIGDIR: FONTS, TQDM_DISABLE: "1" };
  const python = await fetching(() => loadPyodide({ indexURL: base, lockFileURL, env, packages: ["numpy"] }));
  for (const name of ["runner.py", "figures.py"]) {
    const source = await (await get(new URL(name, import.meta.url))).text();
    python.FS.writeFile(`/lib/python3.12/site-packages/${name}`, source);
  }
  const runner = python.pyimport("runner");
  python.runPython("import numpy");
  const modules = new Set(Object.values(lock.packages).flatMap((entry) => entry.imports));
  confine();
  post("ready");
  return { python, runner, modules, base, fonts: lock.fonts };
}

/** Matplotlib shows its figures on the page, and need not look for its fonts. */
async function prepareFigures({ python, base, fonts }) {
  const listing = await (await get(new URL(fonts, base))).text();
  python.FS.mkdirTree(FONTS);
  python.FS.writeFile(`${FONTS}/${fonts}`, listing);
  python.pyimport("figures").post = show;
}

async function load(page, code) {
  const { python } = page;
  await fetching(() => python.loadPackagesFromImports(code, { messageCallback() {} }));
  if ("matplotlib" in python.loadedPackages) await (page.figures ??= prepareFigures(page));
}

const show = (piece) => post("output", { piece: JSON.parse(piece) });

async function run(request) {
  const page = await ready;
  const text = JSON.stringify(request);
  await load(page, page.runner.program_json(text));
  for (const asked = new Set(); ; ) {
    post("running");
    const result = JSON.parse(page.runner.run_json(text, show));
    const missing = result.error?.missing?.split(".")[0];
    // A module that `dv` imports only where it is used: fetch it, and begin again.
    if (!page.modules.has(missing) || asked.has(missing)) return post("done", { result });
    asked.add(missing);
    post("again");
    await load(page, `import ${missing}`);
  }
}

self.onmessage = async ({ data }) => {
  try {
    ready ??= start(data.base);
    await (data.request ? run(data.request) : ready);
  } catch (error) {
    post("failed", { message: String(error?.message ?? error) });
  }
};
