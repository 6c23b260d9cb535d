"""Turn drawings of the page into plain SVG: no CSS variables, no script, no outside file."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from bs4 import Tag

from thesisbook.outputs.pdf.glyphs import CJK, visible
from thesisbook.outputs.pdf.markup import PdfError, call, string

__all__ = ["Drawings", "plain_svg"]

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
VARIABLE = re.compile(r"var\(\s*--[\w-]+\s*,\s*([^()]+|[^()]*\([^()]*\)[^()]*)\)")
LENGTH = re.compile(r"^([\d.]+)(pt|px|mm|cm|in)?$")
POINTS = {"pt": 1.0, None: 1.0, "px": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0}
CHINESE_RUN = re.compile(rf"((?:{CJK.pattern})+)")
UNSAFE = {
    "script",
    "foreignObject",
    "iframe",
    "audio",
    "video",
    "animate",
    "set",
    "animateTransform",
}

ET.register_namespace("", SVG)
ET.register_namespace("xlink", XLINK)


def plain_svg(source: str) -> tuple[bytes, float]:
    """The drawing as SVG for Typst, and its natural width in points.

    Raises PdfError on what print cannot show.
    """
    try:
        root = ET.fromstring(with_namespaces(source))
    except ET.ParseError as error:
        raise PdfError(f"a drawing that is not well formed ({error}): {source[:80]!r}") from error
    for parent in root.iter():
        for child in list(parent):
            name = child.tag.split("}")[-1] if isinstance(child.tag, str) else ""
            if name in UNSAFE:
                raise PdfError(f"<{name}> in a drawing cannot be printed")
            if name in {"metadata", "title", "desc"}:
                parent.remove(child)
    for element in root.iter():
        clean(element)
    for element in list(root.iter()):
        if element.tag in {f"{{{SVG}}}text", f"{{{SVG}}}tspan"}:
            split_scripts(element)
    return ET.tostring(root, encoding="utf-8"), size_of(root)[0]


def with_namespaces(source: str) -> str:
    """Add the namespaces that HTML lets an inline drawing leave out and XML requires."""
    head, rest = source[: source.index(">")], source[source.index(">") :]
    if "xmlns=" not in head:
        head = head.replace("<svg", f'<svg xmlns="{SVG}"', 1)
    if "xlink:" in source and "xmlns:xlink" not in head:
        head = head.replace("<svg", f'<svg xmlns:xlink="{XLINK}"', 1)
    return head + rest


def clean(element: ET.Element) -> None:
    for name, value in list(element.attrib.items()):
        if name.startswith(("on", "data-", "aria-")) or name in {"role", "tabindex"}:
            del element.attrib[name]
            continue
        if name.endswith("href") and not value.startswith(("#", "data:image/")):
            raise PdfError(f"a drawing refers to an outside file: {value[:80]}")
        if "var(" in value:
            element.attrib[name] = without_variables(value)
    if element.text and "var(" in element.text and element.tag == f"{{{SVG}}}style":
        element.text = without_variables(element.text)


def without_variables(css: str) -> str:
    """Replace `var(--ink, #222)` by `#222`. Raises PdfError for one without a fallback."""
    while True:
        plain = VARIABLE.sub(lambda match: match[1].strip(), css)
        if plain == css:
            break
        css = plain
    if "var(" in css:
        raise PdfError(f"a CSS variable without a value for print: {css[:80]}")
    return css


def split_scripts(element: ET.Element) -> None:
    """Give runs of Chinese a face of their own, so that Latin beside them keeps its face and width.

    Otherwise the renderer sets the whole line in a face that has all of its characters.
    """
    for child in element:
        child.tail = child.tail and visible(child.tail)
    parts = CHINESE_RUN.split(visible(element.text or ""))
    if len(parts) == 1:
        element.text = parts[0] or element.text
        return
    element.text = parts[0]
    for index, (run, after) in enumerate(zip(parts[1::2], parts[2::2], strict=True)):
        span = ET.Element(f"{{{SVG}}}tspan", {"style": "font-family: 'Noto Sans SC'"})
        span.text, span.tail = run, after
        element.insert(index, span)


def natural_size(source: str) -> tuple[float, float]:
    """Width and height of a drawing in points."""
    return size_of(ET.fromstring(with_namespaces(source)))


def size_of(root: ET.Element) -> tuple[float, float]:
    sides = [LENGTH.match(root.get(name, "")) for name in ("width", "height")]
    box = [float(part) for part in root.get("viewBox", "").split()[2:]]
    found = [
        float(side[1]) * POINTS[side[2]] if side else box[k] if len(box) == 2 else None
        for k, side in enumerate(sides)
    ]
    if None in found:
        raise PdfError("a drawing without size or viewBox")
    return found[0], found[1]  # type: ignore[return-value]


@dataclass
class Drawings:
    """All drawings of the page, with the file names under which Typst finds them."""

    sources: tuple[str, ...]
    folder: Path
    files: dict[str, bytes] = field(default_factory=dict)

    def source(self, tag: Tag) -> str:
        return self.sources[int(str(tag["data-drawing"]))]

    def drawing(self, tag: Tag, alt: str, name: str) -> str:
        """The Typst expression of an inline drawing with its text for those who cannot see it."""
        if not alt.strip():
            raise PdfError(f"the figure {name} has no alt text")
        return self.placed(self.source(tag), alt, name)

    def narrow(self, source: str, alt: str, name: str) -> str:
        """The same for the drawing of an exhibit that was made for half the width."""
        return self.placed(source, alt, f"{name}-half")

    def placed(self, source: str, alt: str, name: str) -> str:
        data, width = plain_svg(source)
        path = f"drawings/{name}.svg"
        if self.files.setdefault(path, data) != data:
            raise PdfError(f"two different drawings are called {name}")
        return call(
            "drawing", string("/" + path), alt=string(visible(alt)), natural=f"{width:.2f}pt"
        )

    def alt(self, tag: Tag) -> str:
        match = re.match(
            r"<svg\b[^>]*?\baria-label=(\"[^\"]*\"|'[^']*')", self.source(tag), re.DOTALL
        )
        if not match:
            return ""
        return ET.fromstring(f"<a b={match[1]}/>").get("b", "")

    def inline(self, tag: Tag) -> str:
        if tag.name == "img":
            return self.image(str(tag.get("src", "")), str(tag.get("alt", "")))
        return self.drawing(tag, self.alt(tag), f"drawing-{tag['data-drawing']}")

    def image(self, src: str, alt: str) -> str:
        """A picture file beside the page; only files below the page's folder are read."""
        path = (self.folder / src).resolve()
        if not path.is_relative_to(self.folder.resolve()) or not path.is_file():
            raise PdfError(f"the picture {src[:80]!r} is not a file beside the page")
        if not alt.strip():
            raise PdfError(f"the picture {src} has no alt text")
        if path.suffix == ".svg":
            data, width = plain_svg(path.read_text(encoding="utf-8"))
        else:
            data, width = path.read_bytes(), 0.0
        name = f"drawings/{path.name}"
        self.files[name] = data
        natural = f"{width:.2f}pt" if width else None
        return call("drawing", string("/" + name), alt=string(visible(alt)), natural=natural)
