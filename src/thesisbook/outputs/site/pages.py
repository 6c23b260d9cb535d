"""Data about a page: title, description, citation, machine-readable metadata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.locale import _

from thesisbook.data import read_company
from thesisbook.outputs.site import style_sheet
from thesisbook.outputs.site.directives import book_root, executed_chapters
from thesisbook.provenance.receipt_store import rounded


@dataclass(frozen=True)
class Edition:
    """The book's identity, from data/company.yaml where there is one."""

    name: str
    ticker: str = ""
    date: str = ""
    price_date: str = ""
    language: str = "en"
    raw: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def title(self) -> str:
        return f"{self.name} ({self.ticker})" if self.ticker else self.name

    def scenario_name(self, scenario: str) -> str:
        """The scenario's name for readers; its id where company.yaml gives none."""
        names = self.raw.get("scenarios", {}).get(scenario, {})
        return str(names.get(self.language) or names.get("en", scenario.capitalize()))

    def run_words(self, scenario: str, changed: str = "") -> str:
        """The run that pages are of: its scenario, or `changed`. A branch of a tree is called one:
        the grade is that of the whole tree."""
        is_branch = "branch" in self.raw.get("scenarios", {}).get(scenario, {})
        run = changed or self.scenario_name(scenario)
        return f"{run} (one branch of the tree, without a grade of its own)" if is_branch else run


def edition(root: Path, fallback: str, language: str = "en") -> Edition:
    """The edition that the data under `root` describe, or one that only has the name `fallback`.

    `language` is a code, or what Sphinx calls it.
    """
    language = language.partition("_")[0]
    company = read_company(root)
    if not company:
        return Edition(fallback)
    name = company.get("name", "")
    return Edition(
        name=str(name.get(language) or name.get("en", "") if isinstance(name, dict) else name),
        language=language,
        ticker=str(company.get("ticker", "")),
        date=str(company.get("edition", "")),
        price_date=str(company.get("price_date", "")),
        raw=company,
    )


def description(body: str) -> str:
    """The page's first sentences, about 160 characters, as plain text."""
    for paragraph in re.findall(r"<p(?:\s[^>]*)?>(.*?)</p>", body, re.DOTALL):
        text = plain(paragraph)
        if len(text) > 60:
            return text if len(text) <= 160 else text[:160].rsplit(" ", 1)[0] + " …"
    return ""


def plain(fragment: str) -> str:
    """`fragment` of HTML without tags, white space folded."""
    import html  # noqa: PLC0415

    text = html.unescape(re.sub(r"<[^>]+>", "", fragment))
    return re.sub(r"\s+", " ", text).strip().rstrip("#¶").strip()


def short_titles(app: Sphinx, names: Iterable[str]) -> dict[str, str]:
    """What the contents call each page: the title given there, or else the page's own."""
    given = getattr(app.env, "external_site_map", {})
    called = {name: given[name].title for name in names if name in given and given[name].title}
    own = {name: plain(app.env.titles[name].astext()) for name in names}
    return {**own, app.config.root_doc: str(_("Overview")), **called}


def context(app: Sphinx, pagename: str, page: dict[str, Any]) -> dict[str, Any]:
    """Values for the templates of one page."""
    named = str(app.config.html_title or app.config.project)
    book = edition(book_root(Path(app.srcdir)), named, str(app.config.language or "en"))
    title = plain(str(page.get("title", ""))) or book.title
    summary = description(str(page.get("body", ""))) or f"{book.title}: {title}"
    changed = changed_run(app, book)
    run = book.run_words(app.config.thesisbook_scenario or "base", changed)
    front = pagename == app.config.root_doc
    figures = front_figures(app, str(page.get("body", ""))) if front else None
    return {
        "title": title,
        "brand": book.name,
        "tagline": book.ticker,
        "description": summary,
        "citation": citation(book, title, pagename, run),
        "bibtex": bibtex(book, title, pagename, run),
        "json_ld": json_ld(book, title, summary, str(app.config.author), figures),
        "changed": f"Edition of {book.date}" if book.date else "This edition",
        "edition": book.date,
        "as_of": book.price_date or book.date,
        "about": [(name, plain(app.env.titles[name].astext())) for name in _about(app)],
        "run": run,
        "changed_run": changed,
    }


def changed_run(app: Sphinx, book: Edition) -> str:
    """The name of the chapters' run if parameters were changed; empty for a plain scenario."""
    runs = (one for one in executed_chapters(app.env) if one.run)
    one = next(runs, None)
    return "" if one is None or one.run == book.scenario_name(one.scenario or "") else one.run


ABOUT = ("method", "sources", "disclosures")


def _about(app: Sphinx) -> list[str]:
    """The pages that every page's foot leads to."""
    names = {name.rsplit("/", 1)[-1]: name for name in sorted(app.env.titles)}
    return [names[last] for last in ABOUT if last in names]


# Scripts and styles of extensions that the book builder loads and these pages do not use.
UNUSED = re.compile(
    r"thebe|toggle(?:button|Hint|Open)|copybutton|clipboard|translations\.js", re.IGNORECASE
)
DESIGN = re.compile(r"sphinx-design|design-tabs")


def drop_unused(page: dict[str, Any]) -> None:
    """Remove scripts and styles from a page that does not use them."""
    body = str(page.get("body", ""))
    designed = " sd-" in body or '"sd-' in body

    def used(asset: Any) -> bool:
        name = str(getattr(asset, "filename", asset))
        words = f"{name} {getattr(asset, 'attributes', {})}"
        if "mathjax" in words.lower() and 'class="math' not in body:
            return False  # Sphinx adds mathematics also to pages that only list one with equations
        if UNUSED.search(words) or style_sheet.holds(name):
            return False
        return designed or not DESIGN.search(words)

    for kind in ("script_files", "css_files"):
        page[kind] = [asset for asset in page.get(kind, []) if used(asset)]


DISPLAYED = '<div class="math notranslate nohighlight"'
EMPTY_HEAD = re.compile(r"(<th(?=[ >])[^>]*>)(?:<p>\s*</p>)?(</th>)")


def mended(body: str) -> str:
    """`body` with what page makers leave behind that assistive technology stumbles over.

    A role that its standard has since withdrawn, heads of columns without a word, and equations
    that a keyboard cannot scroll.
    """
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    body = body.replace(DISPLAYED, f'{DISPLAYED} tabindex="0" role="group" aria-label="Equation"')
    return EMPTY_HEAD.sub(r'\1<span class="visually-hidden">Line</span>\2', body)


def citation(book: Edition, title: str, pagename: str, run: str) -> str:
    """One line that names the page, the edition and the run."""
    where = f"{book.title}: initiation report"
    edition_words = f", edition of {book.date}" if book.date else ""
    return f"“{title}”, {where}{edition_words}, scenario {run}, page {pagename}."


def bibtex(book: Edition, title: str, pagename: str, run: str) -> str:
    key = re.sub(r"\W+", "_", f"{book.ticker or book.name}_{pagename.rsplit('/', 1)[-1]}").lower()
    year = f"  year = {{{book.date[:4]}}},\n" if book.date else ""
    return (
        f"@techreport{{{key},\n  title = {{{title}}},\n"
        f"  type = {{Initiation report: {book.title}}},\n"
        f"{year}  note = {{Edition of {book.date}, scenario {run}}}\n}}"
    )


CARD = re.compile(r'<div class="rating-card[^"]*">(.*?)</div>', re.DOTALL)
CARD_ITEM = re.compile(r"<li>.*?<strong>(?P<shown>.*?)</strong>(?P<label>.*?)</li>", re.DOTALL)
RECEIPT = re.compile(r'data-receipt="([^"]+)"')


def front_figures(app: Sphinx, body: str) -> list[dict[str, Any]]:
    """The numbers of the card on the front page as schema.org PropertyValue: what it calls them,
    as shown, with exact value and unit where the number is one."""
    known: dict[str, Any] = {}
    for chapter in executed_chapters(app.env):
        known |= chapter.numbers
    found = []
    for card in CARD.findall(body):
        for item in CARD_ITEM.finditer(card):
            shown, name = plain(item["shown"]), RECEIPT.search(item["shown"])
            receipt = known.get(name[1], {}) if name else {}
            value = receipt.get("value", shown)
            figure = {"@type": "PropertyValue", "name": plain(item["label"]), "description": shown}
            figure["value"] = rounded(value) if isinstance(value, float) else shown
            if isinstance(value, float) and receipt.get("unit"):
                figure["unitText"] = str(receipt["unit"])
            found.append(figure)
    return found


def json_ld(
    book: Edition,
    title: str,
    summary: str,
    author: str = "",
    figures: Sequence[Mapping[str, Any]] | None = None,
) -> str:
    """schema.org Report, safe inside a script element.

    `figures` are those of the front page, which is the report as a whole: they are what its data
    set measures. Any other page is a part of the report.
    """
    whole = f"{book.title}: initiation report"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": title,
        "description": summary,
        "about": {"@type": "Corporation", "name": book.name, "tickerSymbol": book.ticker},
        "inLanguage": book.language,
    }
    if author:
        data["author"] = {"@type": "Organization", "name": author}
    if figures is None:
        data["isPartOf"] = {"@type": "Report", "name": whole}
    else:
        data |= {"alternateName": whole, "isAccessibleForFree": True}
        data["mainEntity"] = {
            "@type": "Dataset",
            "name": f"{book.title}: rating, target and price",
            "description": summary,
            "isAccessibleForFree": True,
            "variableMeasured": list(figures),
        }
    if book.date:
        data["datePublished"] = book.date
    if book.price_date:
        data["contentReferenceTime"] = book.price_date
    return json.dumps(data, ensure_ascii=False, sort_keys=True).replace("</", "<\\/")
