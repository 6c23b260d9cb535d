"""Links under each exhibit: its data, its picture, its code, and its address."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from thesisbook.exhibits import theme
from thesisbook.outputs.site.notebooks import Chapter, Exhibit
from thesisbook.provenance.kept import Kept

FOLDER = "exhibits"
MADE = '<details class="made"><summary>How this was made</summary>'
SOURCE = '<p class="exhibit-source">'
META = '<details class="exhibit-meta"><summary>Source, notes, data</summary>'
TABLE = re.compile(r'<div class="table-scroll.*?</table></div>', re.DOTALL)
LONG = 40
"""Rows of a register from which on it shows its first ones until a reader asks for all."""
SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
BETWEEN = re.compile(r">\s+<")
FIGURE = re.compile(
    r'<figure class="exhibit[^"]*" id="(?P<anchor>ex-[^"]+)" data-exhibit="(?P<id>[^"]+)"[^>]*>'
    r".*?</figure>",
    re.DOTALL,
)
CODE = (
    r'<details class="[^"]*\babove-input\b[^"]*">\s*<summary(?:(?!</summary>).)*</summary>'
    r"(?P<code>(?:(?!</details>).)*)</details>\s*"
)
OPENING = (
    r'(?P<opening><div class="cell_output docutils container">\s*<div class="output text_html">)'
)
FOLDED = re.compile(CODE + OPENING + r'(?P<figure><figure class="exhibit.*?</figure>)', re.DOTALL)


def picture(exhibit: Exhibit) -> str | None:
    """The exhibit's drawing as a file of its own (light colours), or None for a table."""
    match = SVG.search(exhibit.html)
    if match is None:
        return None
    drawing = match[0]
    if "xmlns=" not in drawing[: drawing.index(">")]:
        drawing = drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return tight(drawing) + "\n"


def tight(drawing: str) -> str:
    """A drawing without the white space between its elements."""
    return BETWEEN.sub("><", drawing)


def write_downloads(chapters: Iterable[Chapter], outdir: Path, kept: Kept) -> list[Path]:
    """`exhibits/<id>.csv` for every exhibit and `.svg`, `.png` for every figure."""
    folder = outdir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, bytes] = {}
    drawings: dict[str, str] = {}
    for exhibit in (exhibit for chapter in chapters for exhibit in chapter.exhibits):
        contents[f"{exhibit.id}.csv"] = exhibit.csv.encode("utf-8")
        drawing = picture(exhibit)
        if drawing is not None:
            contents[f"{exhibit.id}.svg"] = drawing.encode("utf-8")
            drawings[f"{exhibit.id}.png"] = drawing
    images = kept.each("picture", [*drawings.values()], rasterize)
    contents |= dict(zip(drawings, images, strict=True))
    for path in folder.iterdir():
        if path.name not in contents:
            path.unlink()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def rasterize(drawings: Sequence[str]) -> list[bytes]:
    """A PNG of each SVG drawing, made by Typst with the shipped typefaces (no browser needed)."""
    import typst  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as place:
        names = [f"{number}.svg" for number in range(len(drawings))]
        for name, drawing in zip(names, drawings, strict=True):
            (Path(place) / name).write_text(drawing, encoding="utf-8", newline="\n")
        pages = "\n#pagebreak()\n".join(f'#image("/{name}", width: 504pt)' for name in names)
        source = "#set page(width: auto, height: auto, margin: 12pt, fill: white)\n" + pages
        images = typst.compile(  # type: ignore[call-overload]  # its stub wants one type for both
            source.encode("utf-8"),
            root=place,
            font_paths=[str(theme.FONT_FOLDER)],
            ignore_system_fonts=True,
            format="png",
            ppi=144,
        )
    return [slim(image) for image in ([images] if isinstance(images, bytes) else images)]


def slim(png: bytes) -> bytes:
    """The PNG with a palette: a chart has few colours, so the file is a third of the size."""
    from PIL import Image  # noqa: PLC0415

    out = io.BytesIO()
    drawn = Image.open(io.BytesIO(png)).convert("RGB")
    few = drawn.quantize(colors=128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(out, format="PNG", compress_level=6)
    return out.getvalue()


def _links(
    exhibit_id: str, anchor: str, label: str, *, drawn: bool, to_root: str, as_of: str
) -> str:
    def link(kind: str, words: str) -> str:
        name = f"{words}, {label}"
        return (
            f'<a href="{to_root}{FOLDER}/{exhibit_id}.{kind}" download="{exhibit_id}.{kind}" '
            f'aria-label="{name}">{words}</a>'
        )

    links = [link("csv", "Data (CSV)")]
    if drawn:
        links += [link("svg", "Picture (SVG)"), link("png", "Picture (PNG)")]
    here = f"Link to {label}"
    links.append(f'<a class="exhibit-permalink" href="#{anchor}" aria-label="{here}">Link</a>')
    day = f"<span>As of {as_of}</span>" if as_of else ""
    return f'<p class="exhibit-links">{day}{"".join(links)}</p>'


def folded(body: str) -> str:
    """`body` with its long tables folded to their first rows, each with a button that shows all."""

    def fold(match: re.Match[str]) -> str:
        rows = match[0].count("<tr") - 1
        if rows < LONG:
            return match[0]
        words = f"Show all {rows} rows"
        button = f'<button type="button" class="show-all js-only">{words}</button>'
        return f'<div class="is-folded">{match[0]}{button}</div>'

    return TABLE.sub(fold, body)


def with_links(
    body: str, to_root: str, as_of: str = "", narrow: Mapping[str, str] | None = None
) -> str:
    """`body` with a row of links at the foot of every exhibit, behind one control with its source,
    its notes and the code that made it; long tables are folded.

    `to_root` is the way from the page to the site's folder (`""`, `"../"`, ...), `as_of` the day
    whose knowledge the exhibits show, `narrow` the drawing of each figure for a phone: the page
    holds both, and the style sheet shows the one that fits its place.
    """

    def add(match: re.Match[str]) -> str:
        figure = match[0]
        if 'class="exhibit-links"' in figure:
            return figure
        anchor = match["anchor"]
        number = re.search(r'<span class="exhibit-number">([^<]*)</span>', figure)
        label = number[1] if number else match["id"]
        figure = figure.replace(
            '<div class="figure-scroll" tabindex="0">',
            f'<div class="figure-scroll" tabindex="0" role="group" aria-label="{label}">',
        )
        drawn = "<svg" in figure
        phone = (narrow or {}).get(match["id"])
        if drawn and phone:
            both = tight(phone).replace("<svg", '<svg class="phone"', 1)
            figure = figure.replace("</svg>", f"</svg>{both}", 1)
            figure = figure.replace("<svg", '<svg class="page"', 1)
        row = _links(match["id"], anchor, label, drawn=drawn, to_root=to_root, as_of=as_of)
        inside, made, code = figure.removesuffix("</figure>").partition(MADE)
        shown, source, told = inside.partition(SOURCE)
        meta = f"{META}{source}{told}{row}{made}{code}</details>"
        return f"{shown}{meta}</figure>"

    def move(match: re.Match[str]) -> str:
        figure = match["figure"].removesuffix("</figure>")
        return f"{match['opening']}{figure}{MADE}{match['code'].strip()}</details></figure>"

    body = SVG.sub(lambda drawing: tight(drawing[0]), body)
    return folded(FIGURE.sub(add, FOLDED.sub(move, body)))
