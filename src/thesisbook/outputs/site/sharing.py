"""What others read of a page: its whole address, its card, and the map of the site.

All of it wants whole addresses. Where the site's own address is not known, nothing is written that
would name one.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from thesisbook.outputs.site.cards import FOLDER
from thesisbook.provenance.built_pages import HELPERS, pages


def tags(site: Path, top: Path, page: str, base_url: str) -> str:
    """Elements for the head of page `page` of the scenario in `top`: canonical address, address,
    card; empty where `base_url`, the site's address, is not known.

    The canonical page is that of the scenario at the top of the site: the others hold the same
    words with other numbers.
    """
    if not base_url:
        return ""
    own = (top / page).relative_to(site).as_posix()
    canonical = page if (site / page).is_file() else own
    found = [
        f'<link rel="canonical" href="{_whole(base_url, canonical)}">',
        f'<meta property="og:url" content="{_whole(base_url, own)}">',
    ]
    card = _card(site, top, Path(page).stem)
    if card:
        address = _whole(base_url, card)
        found.append(f'<meta property="og:image" content="{address}">')
        found.append('<meta name="twitter:card" content="summary_large_image">')
        found.append(f'<meta name="twitter:image" content="{address}">')
    return "\n  ".join(found)


def _whole(base_url: str, page: str) -> str:
    return html.escape(base_url + quote(page))


def _card(site: Path, top: Path, stem: str) -> str:
    """The card of a page, of its own scenario where that has one; a page without a card has that
    of the first chapter."""
    for folder in dict.fromkeys((top / FOLDER, site / FOLDER)):
        cards = {path.stem: path for path in sorted(folder.glob("*.png"))}
        found = cards.get(stem) or next(iter(cards.values()), None)
        if found is not None and (stem in cards or folder == site / FOLDER):
            return found.relative_to(site).as_posix()
    return ""


def write_map(site: Path, base_url: str) -> Sequence[Path]:
    """`robots.txt`, and `sitemap.xml` where the site's address is known."""
    robots = "User-agent: *\nAllow: /\n"
    written = [site / "robots.txt"]
    if base_url:
        robots += f"Sitemap: {base_url}sitemap.xml\n"
        own = [page for page in pages(site) if page.name not in HELPERS]
        listed = [page.relative_to(site).as_posix() for page in own]
        _write_sitemap(site / "sitemap.xml", listed, base_url)
        written.append(site / "sitemap.xml")
    else:
        (site / "sitemap.xml").unlink(missing_ok=True)
    written[0].write_text(robots, encoding="ascii", newline="\n")
    return written


def _write_sitemap(path: Path, listed: Iterable[str], base_url: str) -> None:
    urls = "".join(f"  <url><loc>{_whole(base_url, page)}</loc></url>\n" for page in listed)
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n',
        encoding="utf-8",
        newline="\n",
    )
