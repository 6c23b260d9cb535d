"""How soon a page of the site is painted on a slow phone, and how much it moves while it loads.

    python benchmarks/page_speed.py [--site _build/html] [--times 3]

Chromium at 390 pixels, its processor slowed four times, a line of 1.6 Mb/s with 150 ms to the
server; nothing is cached or compressed, and the server is a plain one of files. Told are the first
paint of text (first-contentful-paint) and the sum of layout shifts until two seconds after loading,
medians. The script fails where a target of this project is missed (TARGETS).
"""

from __future__ import annotations

import argparse
import functools
import shutil
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {"first paint, s": 2.5, "layout shift": 0.05}
SLOWER, BYTES_A_SECOND, MILLISECONDS = 4, 1_600_000 / 8, 150
PAINT = "first-contentful-paint"
FOUND = f"""() => new Promise((done) => {{
  let shift = 0;
  new PerformanceObserver((list) => {{
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }}).observe({{ type: "layout-shift", buffered: true }});
  setTimeout(() => {{
    const paint = performance.getEntriesByName("{PAINT}")[0];
    const loaded = performance.getEntriesByType("resource");
    const bytes = (some) => some.reduce((sum, entry) => sum + entry.transferSize, 0);
    const styles = loaded.filter((entry) => /\\.css/.test(entry.name));
    const page = performance.getEntriesByType("navigation")[0].transferSize;
    done({{ "first paint, s": paint.startTime / 1000, "layout shift": shift,
           "page, kB": page / 1000, "style, kB": bytes(styles) / 1000 }});
  }}, 2000);
}})"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server of the folder."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def visit(browser: Any, address: str) -> dict[str, float]:
    """What one visit with an empty cache finds."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    control = context.new_cdp_session(page)
    control.send("Network.enable")
    control.send("Network.setCacheDisabled", {"cacheDisabled": True})
    limits = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    limits |= {"offline": False, "latency": MILLISECONDS}
    control.send("Network.emulateNetworkConditions", limits)
    control.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load", timeout=120_000)
    found = page.evaluate(FOUND)
    context.close()
    return found


def measured(site: Path, pages: list[str], times: int) -> dict[str, dict[str, float]]:
    """Medians of several visits by page."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        rows = {}
        for page in pages:
            visits = [visit(browser, address + page) for _ in range(times)]
            rows[page] = {what: statistics.median(v[what] for v in visits) for what in visits[0]}
        browser.close()
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    chapters = sorted((options.site / "book" / "chapters").glob("*.html"))
    pages = ["book/index.html", *(f"book/chapters/{path.name}" for path in chapters)]
    if not chapters:
        sys.exit(f"{options.site}: found no chapters; build the site first")
    missed = []
    for page, found in measured(options.site, pages, options.times).items():
        print(page, *(f"{what} {value:.3f}" for what, value in found.items()), sep="  ")
        missed += [f"{page}: {what}" for what, most in TARGETS.items() if found[what] > most]
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
