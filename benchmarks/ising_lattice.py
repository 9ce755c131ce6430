"""Time the Ising lattice that is played in the page, and make the table that it brings.

``python -m benchmarks.ising_lattice`` prints milliseconds of a sweep and of counting its
blocks in Node, and, after ``make book``, of the page's work for a frame in the browser,
with the frames that come in a second. ``--table`` remakes the exact information of
neighbouring blocks, ``dv/ising/block_information.npz``, in about three minutes.
"""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

from dv import discrete, ising
from dv.widgets.lattice import ALGORITHMS, TABLE
from tests.browser.executable import find_browser
from tests.conftest import FRONT, NODE, ROOT

PAGE = ROOT / "_build" / "html" / "book" / "ising_exact.html"
TEMPERATURES = [1.5, ising.T_C, 3.5]
SWEEPS = """
const { Averages, Lattice } = await import(process.argv[1]), { HELD, sweep } = await import(process.argv[2]);
const clock = (act) => {
  const times = Array.from({ length: 200 }, () => {
    const start = performance.now();
    act();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[100];
};
const rows = [];
for (const T of JSON.parse(process.argv[3])) {
  const torus = new Lattice(128, 1), row = { T };
  for (let k = 0; k < 60; k++) torus.clusters(T);
  for (const name of JSON.parse(process.argv[4])) row[name] = clock(() => sweep(torus, name, T, HELD.large));
  for (const k of [1, 2, 3]) {
    const averages = new Averages(k);
    row[`count ${k} × ${k}`] = clock(() => averages.add(torus));
  }
  rows.push(row);
}
console.log(JSON.stringify(rows));
"""
# Frames are asked for as usual, and the time that each takes is kept.
WATCH = """
const ask = requestAnimationFrame, times = (window.frameTimes = []);
window.requestAnimationFrame = (act) => ask((now) => {
  const start = performance.now();
  act(now);
  times.push([now, performance.now() - start]);
});"""


def time_sweeps():
    command = [NODE, "--no-warnings", "--input-type=module", "--eval", SWEEPS, "--"]
    command += [(FRONT / f"{name}.js").as_uri() for name in ("ising", "lattice")]
    command += [json.dumps(TEMPERATURES), json.dumps(ALGORITHMS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    print("128 × 128 spins in Node, median ms a sweep, and to count the blocks of a lattice")
    print(pd.DataFrame(json.loads(done.stdout)).round({"T": 3}).set_index("T").round(2))


def time_frames(page, temperature, algorithm, size):
    lattice = page.locator(".dv-lattice")
    lattice.scroll_into_view_if_needed()
    lattice.get_by_label("sampler", exact=True).select_option(algorithm)
    lattice.get_by_label("blocks", exact=True).select_option(size)
    slider = lattice.get_by_role("slider")
    slider.fill(str(round(int(slider.get_attribute("max")) * (temperature - 1) / 3)))
    page.evaluate("frameTimes.length = 0")
    lattice.get_by_role("button", name="Play").click()
    page.wait_for_timeout(5000)
    lattice.get_by_role("button", name="Pause").click()
    now, work = np.array(page.evaluate("frameTimes")).T
    row = {"T": float(lattice.get_attribute("data-state").split(",")[0]), "sampler": algorithm, "blocks": size}
    return row | {
        "frames a second": (len(now) - 1) / (now[-1] - now[0]) * 1000,
        "median ms": np.median(work),
        "p95 ms": np.quantile(work, 0.95),
    }


def time_pages():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(WATCH)
        page.goto(PAGE.as_uri())
        page.locator(".dv-lattice").wait_for()
        states = [(2.0, "2 × 2"), (ising.T_C, "2 × 2"), (ising.T_C, "3 × 3"), (3.5, "2 × 2")]
        rows = [time_frames(page, T, algorithm, size) for algorithm in ALGORITHMS for T, size in states]
        browser.close()
    print("\nPlayed for 5 s in the browser: frames, and the page's own work for one (a sweep, the count, the drawing)")
    print(pd.DataFrame(rows).round(2).to_string(index=False))


def make_table():
    temperatures = sorted([*np.round(np.linspace(1, 4, 151), 2), ising.T_C])
    table = {"temperature": np.array(temperatures)}
    for k in (1, 2, 3):
        for phase in ("symmetric", "plus"):
            blocks = (ising.neighbouring_blocks(k, k, T, phase=phase) for T in temperatures)
            table[f"{k} {phase}"] = np.round([discrete.mutual_information(block) for block in blocks], 6)
    np.savez_compressed(TABLE, **table)


def main():
    if "--table" in sys.argv:
        make_table()
        return
    time_sweeps()
    if PAGE.exists():
        time_pages()


if __name__ == "__main__":
    main()
