// Between require.js and the widgets' html-manager: where the page's own copies lie.
(function () {
  const script = document.currentScript;
  const base = new URL(".", script.src).href;
  // Custom widgets ask for `anywidget`; nothing is ever looked up on another host.
  window.requirejs.config({ paths: { anywidget: base + "anywidget" } });
  script.setAttribute("data-jupyter-widgets-cdn", base);
  window.__jupyter_widgets_assets_path__ = base;
  // The html-manager speaks to MathJax 2, the pages carry MathJax 3.
  window.addEventListener("load", () => {
    if (!window.MathJax || window.MathJax.Hub) return;
    window.MathJax.Hub = {
      Queue: ([, , element]) =>
        window.MathJax.startup.promise.then(() => window.MathJax.typesetPromise([element])),
    };
  });
})();
