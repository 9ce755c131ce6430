// The one script of live code that every page has: it brings the rest where that can run.
(() => {
  const { src, dataset } = document.currentScript;
  const config = JSON.parse(dataset.live);
  const note = (words) => {
    const cell = document.querySelector("[id^='cell-']");
    const line = Object.assign(document.createElement("p"), { className: "live-note", textContent: words });
    cell?.closest("section").querySelector("h2")?.after(line);
  };
  const left = "Live code was left out of this build: take the notebook to run and check your answers.";
  const serve = `To write and run code on this page, run "python3 -m http.server --bind 127.0.0.1" in the folder of the
    book, the one with index.html, and open http://127.0.0.1:8000/.`;
  if (!config.python) note(left);
  else if (location.protocol === "file:") note(serve);
  if (location.protocol === "file:") return; // where no page may load a module
  import(new URL("page.js", src)).then(({ begin }) => begin(config));
})();
