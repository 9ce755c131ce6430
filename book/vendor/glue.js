// Between require.js and the widgets' html-manager: where the page's own copies lie.
(function () {
  const script = document.currentScript;
  const base = new URL(".", script.src).href;
  // Custom widgets ask for `anywidget`, the html-manager takes its fonts from beside
  // itself, and nothing is ever looked up on another host.
  window.requirejs.config({
    paths: {
      anywidget: base + "anywidget",
      "@jupyter-widgets/html-manager/dist": base.slice(0, -1),
      "@jupyter-widgets": base.slice(0, -1),
    },
  });
  script.setAttribute("data-jupyter-widgets-cdn", base);
  // The html-manager speaks to MathJax 2, the pages carry MathJax 3.
  window.addEventListener("load", () => {
    if (!window.MathJax || window.MathJax.Hub) return;
    window.MathJax.Hub = {
      Queue: ([, , element]) =>
        window.MathJax.startup.promise.then(() => window.MathJax.typesetPromise([element])),
    };
  });
})();
