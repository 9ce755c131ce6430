"""Time the first paint of the first page and of a chapter on a slow line, and count what has come by then.

Run ``PYTHONPATH=tests/browser python -m benchmarks.paint`` after ``make book``. The browser itself holds the line
to 1.6 Mbit/s and answers back by 150 ms (the devtools' emulation); pages come compressed,
as every host of pages sends them. Each page is opened with an empty cache, `RUNS` times;
printed are the median and the extremes.
"""

import contextlib
import functools
import gzip
import statistics
import sys
from pathlib import Path
from unittest import mock

import conftest
from dv_course.repository import root
from executable import WHAT_TO_DO, find_browser
from playwright.sync_api import sync_playwright

BUILT = root() / "_build" / "html"
PAGES = ("book/intro.html", "book/information.html")
RUNS = 3
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
TEXT = (".html", ".css", ".js", ".svg", ".json")
FIRST = """new Promise((tell) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName('first-contentful-paint')[0];
  if (paint) tell([performance.timeOrigin / 1000, paint.startTime / 1000]);
}).observe({ type: 'paint', buffered: true }))"""


@functools.cache
def compressed(path):
    return gzip.compress(path.read_bytes(), 6)


class Compressed(conftest.Quiet):
    """Sends text compressed, and keeps the connection, as hosts do."""

    protocol_version = "HTTP/1.1"

    def handle(self):
        with contextlib.suppress(ConnectionError):  # the browser leaves once it has painted
            super().handle()

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in TEXT or not path.is_file():
            return super().do_GET()
        sent = compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)
        return None


def first_paint(browser, address, **options):
    """Seconds to the first contentful paint, and the bytes that had come by then, whole files or parts."""
    context = browser.new_context(**options)
    page = context.new_page()
    line = context.new_cdp_session(page)
    starts, pieces = [], []
    line.on("Network.requestWillBeSent", lambda sent: starts.append((sent["timestamp"], sent["wallTime"])))
    line.on("Network.dataReceived", lambda piece: pieces.append((piece["timestamp"], piece["encodedDataLength"])))
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    page.goto(address, wait_until="commit")
    origin, paint = page.evaluate(FIRST)
    timestamp, wall = starts[0]
    painted = timestamp + origin + paint - wall
    context.close()
    return paint, sum(size for at, size in pieces if at <= painted)


def main():
    program = find_browser()
    if not program:
        sys.exit(WHAT_TO_DO)
    with (
        mock.patch.object(conftest, "Quiet", Compressed),
        conftest.serving(BUILT) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for path in PAGES:
            seconds, sizes = zip(*[first_paint(browser, f"{address}/{path}") for _ in range(RUNS)], strict=True)
            low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
            size = statistics.median(sizes) / 1e3
            print(f"{path:24} first paint {middle:.2f} s ({low:.2f} to {high:.2f}), after {size:.0f} kB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
