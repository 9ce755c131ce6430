// The first page: a cloud that folds into a cross, its correlation and its information.
const clouds = (() => {
  const A = 0.97; // the correlation within the cross
  const SECONDS = 1.2;

  /** I(X; Y) in nats of the cross y = ±a x + √(1 - a²) e: the mean of its log density ratio, by the trapezoidal rule. */
  function information(a) {
    const rest = 1 - a * a, step = 0.1, ends = 6.5;
    let sum = 0, whole = 0;
    for (let x = step / 2; x < ends; x += step) // (-x, -e) says the same
      for (let e = -ends; e <= ends; e += step) {
        const y = a * x + Math.sqrt(rest) * e;
        const weight = Math.exp(-(x * x + e * e) / 2);
        const slope = Math.abs((a * x * y) / rest);
        // log r = -½ log(1 - a²) - a² (x² + y²) / 2(1 - a²) + log cosh(a x y / (1 - a²))
        const cosh = slope + Math.log1p(Math.exp(-2 * slope)) - Math.LN2;
        sum += weight * (cosh - (a * a * (x * x + y * y)) / (2 * rest) - Math.log(rest) / 2);
        whole += weight;
      }
    return sum / whole;
  }

  function correlation(x, y) {
    const mean = (v) => v.reduce((sum, one) => sum + one, 0) / v.length;
    const [mx, my] = [mean(x), mean(y)];
    const product = (u, mu, v, mv) => u.reduce((sum, one, i) => sum + (one - mu) * (v[i] - mv), 0);
    return product(x, mx, y, my) / Math.sqrt(product(x, mx, x, mx) * product(y, my, y, my));
  }

  /** The cloud on its way from the round one to the cross: at every a a draw of the law with that a. */
  const between = (round, cross, a) =>
    round.map((y, i) => (a * (cross[i] - Math.sqrt(1 - A * A) * y)) / A + Math.sqrt(1 - a * a) * y);

  const points = (path) => {
    const found = [...path.getAttribute("d").matchAll(/M(-?\d+) (-?\d+)/g)];
    return [found.map((one) => Number(one[1])), found.map((one) => Number(one[2]))];
  };
  const written = (value) => (Math.round(100 * value) / 100 || 0).toFixed(2); // no minus before a zero

  function begin(box) {
    const find = (name) => box.querySelector(name);
    const svg = find("svg"), path = find(".round path"), button = find("button");
    const [[x, round], [, cross]] = [points(path), points(find(".cross path"))];
    const end = Math.asin(A); // the fold is a turn, y = a (±x) + √(1 - a²) e with a the sine of its angle
    let angle = 0, turn = 0;

    const show = () => {
      const a = Math.sin(angle), y = between(round, cross, a);
      path.setAttribute("d", x.map((one, i) => `M${one} ${Math.round(y[i])}h0`).join(""));
      find(".clouds-correlation").textContent = written(correlation(x, y));
      find(".clouds-information").textContent = written(information(a));
    };
    const tell = (on) => {
      const numbers = `correlation ${written(correlation(x, between(round, cross, Math.sin(angle))))}, ` +
        `information ${written(information(Math.sin(angle)))} nats.`;
      const words = `${on ? "A cross" : "A round cloud"}: ${numbers}`;
      svg.setAttribute("aria-label", words);
      return words;
    };
    const fold = (on) => {
      const [from, to, start] = [angle, on ? end : 0, performance.now()];
      const seconds = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : SECONDS;
      const mine = ++turn; // a new click ends the turn before it
      button.setAttribute("aria-checked", on);
      box.parentElement.classList.toggle("crossed", on);
      const step = (now) => {
        if (mine !== turn) return;
        const share = seconds ? Math.min(1, Math.max(0, now - start) / 1000 / seconds) : 1;
        angle = from + (to - from) * share * share * (3 - 2 * share);
        show();
        if (share < 1) requestAnimationFrame(step);
        else find(".clouds-news").textContent = tell(on);
      };
      step(start);
    };

    svg.setAttribute("viewBox", "0 0 200 200");
    find(".clouds-live").hidden = false;
    box.parentElement.classList.add("live");
    show();
    tell(false);
    button.addEventListener("click", () => fold(button.getAttribute("aria-checked") === "false"));
  }

  return { information, correlation, between, begin };
})();
