"""Visits to pages in a real browser, and what must be true of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

expect.set_options(timeout=30_000)  # as patient as a page's own waits: a busy machine is no fault
WIDTHS = {1440: 900, 768: 1024, 390: 844}
VALUATION = "book/chapters/06_valuation.html"  # of the sample and of the book
THEMES = ("light", "dark")
# Views in which axe looks at pages: it takes seconds, and these differ in all that a view can.
AXED = ((1440, "light"), (390, "dark"))
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# How far the page can be scrolled sideways, and what sticks out.
OVERFLOW = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > page.clientWidth + 1)
    .slice(0, 5).map((e) => e.outerHTML.slice(0, 120));
}"""
BROKEN_ANCHORS = """() => [...document.querySelectorAll('a[href^="#"]')]
  .map((a) => a.getAttribute("href").slice(1))
  .filter((id) => id && !document.getElementById(decodeURIComponent(id)))"""
# Until fonts and mathematics stand and what they moved is drawn.
SETTLED = """async () => {
  await document.fonts.ready;
  await window.MathJax?.startup?.promise;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 250);
})"""
PAINT = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(null), 10000);
})"""


@cache
def axe_script() -> str:
    import axe_playwright_python  # noqa: PLC0415

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Visit:
    """A page in one width and theme, and what went wrong while it was open."""

    page: Any
    home: str
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, name: str) -> Any:
        self.page.goto(self.home + name, wait_until="load")
        self.page.evaluate(SETTLED)
        return self.page

    def overflow(self) -> list[str]:
        return self.page.evaluate(OVERFLOW)

    def broken_anchors(self) -> list[str]:
        return self.page.evaluate(BROKEN_ANCHORS)

    def axe(self) -> list[str]:
        """Violations, each with its rule, the element and what is wrong with it."""
        self.page.evaluate(axe_script())
        options = {"runOnly": AXE_RULES, "preload": False, "resultTypes": ["violations"]}
        result = self.page.evaluate("options => axe.run(document, options)", options)
        assert len(result["passes"]) > 15, "axe looked at the page"
        return [
            f"{violation['id']}: {node['html'][:160]}: {node['failureSummary'][:200]}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]


@contextmanager
def visiting(
    browser: Any, home: str, width: int = 1440, theme: str = "light", **options: Any
) -> Iterator[Visit]:
    """A fresh context of the browser whose faults and foreign requests are written down."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS.get(width, 900)},
        color_scheme=theme,
        reduced_motion="reduce",
        **options,
    )
    visit = Visit(context.new_page(), home)

    def heard(message: Any) -> None:
        if message.type in ("error", "warning"):
            visit.faults.append(f"console {message.type}: {message.text}")

    def asked(request: Any) -> None:
        visit.requests.append(request.url)
        if not request.url.startswith((home, "data:", "blob:")):
            visit.faults.append(f"request off host: {request.url}")

    visit.page.on("console", heard)
    visit.page.on("pageerror", lambda error: visit.faults.append(f"script error: {error}"))
    visit.page.on("request", asked)

    def failed(request: Any) -> None:
        # a picture still on its way when the next page is opened is no fault of either
        if "ERR_ABORTED" not in str(request.failure):
            visit.faults.append(f"failed request: {request.url}")

    visit.page.on("requestfailed", failed)
    visit.page.on(
        "response",
        lambda response: response.status >= 400 and visit.faults.append(f"broken: {response.url}"),
    )
    yield visit
    context.close()


def receipt_saying(page: Any, *words: str) -> Any:
    """The receipt once it is open and says the words: it opens when its data have come."""
    receipt = page.locator("#receipt")
    expect(receipt).to_be_visible()
    for word in words:
        expect(receipt).to_contain_text(word)
    return receipt


def reader_pages(site: Path) -> list[str]:
    """All pages of the scenario at `site`, as addresses below it."""
    from thesisbook.provenance.built_pages import book_pages  # noqa: PLC0415

    return [page.relative_to(site).as_posix() for page in book_pages(site)]


def broken_links(site: Path, name: str) -> list[str]:
    """Links of a page below `site` that lead nowhere: no file, no anchor, or a bad form."""
    text = (site / name).read_text(encoding="utf-8")
    broken = []
    for address in re.findall(r'(?:href|src)="([^"]*)"', text):
        if address.startswith(("data:", "mailto:")):
            continue
        if re.match(r"[a-z]+:", address):
            if not re.fullmatch(r"https://[\w.-]+\.[a-z]+(?:/[^\s<>]*)?", address):
                broken.append(f"{name}: {address}: not a whole https address")
            continue
        path, _, anchor = address.partition("#")
        target = (site / name).parent / path.partition("?")[0] if path else site / name
        if target.is_dir() or not target.exists():
            broken.append(f"{name}: {address}: no such file")
        elif anchor and target.suffix == ".html" and f'id="{anchor}"' not in _ids(target):
            broken.append(f"{name}: {address}: no such anchor")
    return broken


@cache
def _ids(page: Path) -> frozenset[str]:
    text = page.read_text(encoding="utf-8")
    return frozenset(re.findall(r'id="[^"]+"', text))
