"""Figure to inline SVG: the same bytes every time, text as text, colours as classes."""

from __future__ import annotations

import io
import re

import matplotlib as mpl
from lxml import etree
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.marks import MARK, MARK_CLASS

_NAMESPACE = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_ROLE_OF = {pair[0]: role for role, pair in theme.ROLES.items()}
_FONT = re.compile(r"^(?:(?P<style>italic)\s+)?(?:(?P<weight>bold|\d{3})\s+)?(?P<size>[\d.]+)px\s")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def to_svg(figure: Figure, name: str, alt: str) -> str:
    """`figure` as one `<svg role="img">` for a page.

    `name` prefixes every id, so that many figures can stand on one page. Styles become presentation
    attributes (no inline style: a strict content policy holds) and colours of the theme also a
    class, see `thesisbook.exhibits.theme`. Coordinates keep two decimals.
    """
    buffer = io.BytesIO()
    with mpl.rc_context(theme.RC):
        # Not `savefig`, which draws everything once more to lay it out.
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    root = etree.fromstring(buffer.getvalue())
    _drop_furniture(root)
    _own_ids(root, name)
    for element in root.iter():
        if isinstance(element.tag, str):
            _attributes_for_style(element)
            for key in ("d", "x", "y", "width", "height", "transform", "points"):
                if element.get(key):
                    element.set(key, _shorter(element.get(key)))
    out = etree.Element(f"{{{_NAMESPACE}}}svg", nsmap={None: _NAMESPACE})
    marked = root.find(".//*[@data-receipt]") is not None
    width, height = (_shorter(root.get(key).removesuffix("pt")) for key in ("width", "height"))
    for key, value in {
        "role": "group" if marked else "img",  # what is in an image cannot be reached
        "aria-label": alt,
        "viewBox": root.get("viewBox"),
        "width": width,
        "height": height,
        "font-family": f"'{theme.LATIN}', '{theme.CHINESE}', sans-serif",
        "stroke-linejoin": "round",
    }.items():
        out.set(key, value)
    out.extend(list(root))
    etree.cleanup_namespaces(out)
    return etree.tostring(out, encoding="unicode")


def _shorter(text: str) -> str:
    return _NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), text)


def _drop_furniture(root: etree._Element) -> None:
    """Metadata, and the `*{}` style that would reach the whole page."""
    for tag in ("metadata", "style"):
        for element in list(root.iter(f"{{{_NAMESPACE}}}{tag}")):
            element.getparent().remove(element)
    for comment in list(root.iter(etree.Comment)):
        comment.getparent().remove(comment)


def _own_ids(root: etree._Element, name: str) -> None:
    text = etree.tostring(root, encoding="unicode")
    used = set(_REFERENCE.findall(text)) | set(re.findall(r'href="#([^"]+)"', text))
    new = {old: f"{name}-{index}" for index, old in enumerate(sorted(used))}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        _carry_receipt(element)
        identity = element.get("id")
        if identity is not None:
            if identity in new:
                element.set("id", new[identity])
            else:
                del element.attrib["id"]
        for key, value in list(element.attrib.items()):
            if "url(#" in value:
                element.set(key, _REFERENCE.sub(lambda m: f"url(#{new[m[1]]})", value))
        link = element.attrib.pop(_XLINK, None)
        if link:
            element.set("href", f"#{new[link[1:]]}")


def _carry_receipt(element: etree._Element) -> None:
    """Turn the id of a mark into its receipt and its name, and its group into a target."""
    identity = element.get("id", "")
    if identity.startswith(MARK):
        reference, _, name = identity.removeprefix(MARK).partition(" | ")
        del element.attrib["id"]
        element.set("class", MARK_CLASS)
        element.set("data-receipt", reference)
        element.set("aria-label", name)


def _attributes_for_style(element: etree._Element) -> None:
    style = element.attrib.pop("style", "")
    pairs = dict(part.split(":", 1) for part in style.split(";") if ":" in part)
    pairs = {key.strip(): value.strip() for key, value in pairs.items()}
    if element.tag == f"{{{_NAMESPACE}}}text":
        pairs.setdefault("fill", "#000000")
    font = pairs.pop("font", "")
    if font:
        match = _FONT.match(font)
        if match is None:
            raise ValueError(f"cannot read the SVG font {font!r}")
        pairs["font-size"] = match["size"]
        if match["weight"] not in (None, "400"):
            pairs["font-weight"] = "700" if match["weight"] == "bold" else match["weight"]
        if match["style"]:
            pairs["font-style"] = match["style"]
    classes = []
    for key, value in pairs.items():
        element.set(key, value)
        role = _ROLE_OF.get(value.lower())
        if key in ("fill", "stroke") and role:
            classes.append(f"{key[0]}-{role}")
    if classes:
        element.set("class", " ".join(classes))
