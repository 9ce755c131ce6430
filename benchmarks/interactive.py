"""Time the controls of the built book, in the page and with a kernel, and weigh its pages.

Run ``python -m benchmarks.interactive`` after ``make book``. In the page the clock runs
from the move to the next painted frame (`paint`), and to the end of the handler that
puts the new picture in place (`handler`). With a kernel it is the call alone that
draws and packs a picture, without the way to the browser and back.
"""

import re
import statistics
import time
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

import dv
from tests.browser.executable import find_browser

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"

MOVE = """async ([field, index]) => {
  const start = performance.now();
  field.value = index;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const handler = performance.now() - start;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return { handler, paint: performance.now() - start };
}"""


def told(name, times):
    median, high = statistics.median(times), np.quantile(times, 0.95)
    print(f"{name:58} {median:8.1f} {high:8.1f} {len(times):6d}")


def time_sliders(page, name):
    for k, field in enumerate(page.locator(".dv-interact:not(.dv-machine) input[type=range]").element_handles()):
        last = int(field.get_attribute("max"))
        moves = [page.evaluate(MOVE, [field, index]) for _ in range(5) for index in range(last + 1)]
        for part in "handler", "paint":
            told(f"{name}, slider {k + 1}, {part}", [move[part] for move in moves])


def time_machine(page, name):
    """The machine at n = 1000 and n' = 10 000."""
    machine = page.locator(".dv-machine")
    if not machine.count():
        return
    machine.locator("input[type=checkbox]").check()
    machine.locator("input[type=range]").nth(1).press("End")
    for _ in range(30):
        machine.locator("button").click()
        page.wait_for_timeout(150)
    for part in "pairs", "rest":
        entries = page.evaluate(f"performance.getEntriesByName('dv-machine-{part}').map((e) => e.duration)")
        told(f"{name}, machine at n' = 10 000, {part}", entries[-30:])


def time_brush(page, name):
    """Weights changed one by one, from a block mean and from 512 different values."""
    brush = page.locator(".dv-brush")
    if not brush.count():
        return
    for k, block, start in ((2, "2 × 2", "equal weights: the block mean"), (3, "3 × 3", "nine different weights")):
        brush.get_by_label("block").select_option(block)
        brush.get_by_label("filter").and_(page.locator(":visible")).select_option(start)
        for _ in range(15):
            brush.get_by_role("gridcell").first.press("+")
            brush.get_by_role("gridcell").first.press("-")
        entries = page.evaluate("performance.getEntriesByName('dv-brush').map((e) => e.duration)")
        told(f"{name}, brush of {k} × {k}", entries[-30:])


def time_training(page, name):
    """Steps one by one, points by click, and frames while it plays."""
    machine = page.locator(".dv-training")
    if not machine.count():
        return
    machine.scroll_into_view_if_needed()
    machine.and_(page.locator("[data-state]")).wait_for()
    times = (
        "() => ['dv-training-steps', 'dv-training'].map((n) => performance.getEntriesByName(n).map((e) => e.duration))"
    )
    page.evaluate("performance.clearMeasures()")
    for _ in range(30):
        machine.get_by_role("button", name="One step").click()
    steps, pictures = page.evaluate(times)
    told(f"{name}, one step of training", steps)
    told(f"{name}, values and picture after it", pictures)
    page.evaluate("performance.clearMeasures()")
    for _ in range(30):
        machine.get_by_role("button", name="Add one at").click()
    told(f"{name}, a point of one's own", page.evaluate(times)[1])
    page.evaluate("performance.clearMeasures()")
    machine.get_by_role("button", name="Play").click()
    page.wait_for_timeout(2000)
    machine.get_by_role("button", name="Pause").click()
    told(f"{name}, a frame of playing", [sum(both) for both in zip(*page.evaluate(times), strict=False)])


def time_kernel():
    rng, data = np.random.default_rng(0), dv.BivariateGaussian.running_example().sample(1000, rng=1)

    @dv.interact(n_ref=dv.slider(2, 10_000, log=True))
    def show(n_ref):
        """The reference sample."""
        columns = (dv.resample(column, n_ref, replace=True, rng=rng) for column in data.T)
        return dv.plot_samples_with_kde(pd.DataFrame(np.column_stack(list(columns)), columns=["x", "y"]))

    widget, times = show.widget, []
    for index in np.linspace(0, len(widget.controls[0]["texts"]) - 1, 30).astype(int).tolist():
        start = time.perf_counter()
        widget.draw([index])
        times.append(1000 * (time.perf_counter() - start))
    told("kernel: plot_samples_with_kde drawn and packed", times)


def weigh_pages():
    print(f"\n{'page with its pictures':58} {'kB':>8}")
    for path in sorted(HTML.rglob("*.html")):
        if "_static" not in path.parts:
            sources = re.findall(r'<img[^>]* src="([^":]+)"', path.read_text())
            files = {path, *((path.parent / source).resolve() for source in sources)}
            print(f"{path.relative_to(HTML).as_posix():58} {sum(f.stat().st_size for f in files) / 1000:8.0f}")


def main():
    print(f"{'update times in ms':58} {'median':>8} {'p95':>8} {'moves':>6}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        for path in sorted(HTML.rglob("*.html")):
            if "dv-here" in path.read_text():
                page = browser.new_page(viewport={"width": 1200, "height": 900}, device_scale_factor=2)
                page.goto(path.as_uri())
                page.locator(".dv-interact").first.wait_for()
                page.wait_for_timeout(1000)
                time_sliders(page, path.stem)
                time_machine(page, path.stem)
                time_brush(page, path.stem)
                time_training(page, path.stem)
                page.close()
        browser.close()
    time_kernel()
    weigh_pages()


if __name__ == "__main__":
    main()
