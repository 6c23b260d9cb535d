"""LaTeX formulas as Typst ones, by way of MathML: what is set in print is what the page shows."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import NamedTuple
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

from thesisbook.outputs.pdf.markup import PdfError
from thesisbook.outputs.pdf.spoken import spoken_formula

__all__ = ["MathTable", "latex_of", "typst_math"]


class Formula(NamedTuple):
    """A formula for Typst, without dollar signs, and in words."""

    typst: str
    words: str


MathTable = dict[str, Formula]
DELIMITERS = re.compile(r"^\s*(?:\\\((.*)\\\)|\\\[(.*)\\\]|\$\$(.*)\$\$)\s*$", re.DOTALL)
# Sphinx wraps several lines in `split`, in which an alignment of its own is redundant.
SPLIT = re.compile(
    r"\\begin\{split\}\s*(\\begin\{(\w+\*?)\}.*?\\end\{\2\})\s*\\end\{split\}", re.DOTALL
)
ENVIRONMENT = re.compile(r"\\begin\{([^}]*)\}")
ENVIRONMENTS = frozenset({"aligned", "split", "gathered", "cases", "matrix"})
ESCAPED = re.compile(r"""([#$"\\_^&/(),;:'`@\[\]{}|~*])""")
LARGE = frozenset("∑∏∐∫∬∭∮⋃⋂⋁⋀")
ACCENTS = {"^": "hat", "~": "tilde", "˙": "dot", "¨": "dot.double", "→": "arrow", "ˇ": "caron"}
LINES = {"¯": "overline", "―": "overline", "_": "underline", "⏟": "underbrace", "⏞": "overbrace"}


def latex_of(text: str) -> str:
    """The formula between Sphinx's delimiters `\\(...\\)` or `\\[...\\]`."""
    match = DELIMITERS.match(text)
    if match is None:
        raise PdfError(f"a formula without delimiters: {text.strip()[:80]!r}")
    latex = next(group for group in match.groups() if group is not None).strip()
    return SPLIT.sub(r"\1", latex)


def typst_math(formulas: Iterable[str]) -> MathTable:
    """Each LaTeX formula for Typst and in words; raises PdfError on one it cannot read."""
    return {latex: _formula(latex) for latex in formulas}


def _formula(latex: str) -> Formula:
    unknown = set(ENVIRONMENT.findall(latex)) - ENVIRONMENTS
    if unknown:
        raise PdfError(
            f"a formula in an environment {min(unknown)!r}, which print has not: {latex}"
        )
    bare = re.sub(r"\\.", "", latex)
    if bare.count("{") != bare.count("}"):
        raise PdfError(f"a formula with a brace that has no partner: {latex}")
    try:
        element = convert_to_element(latex)
        return Formula(_typst(element), spoken_formula(element))
    except PdfError as error:
        raise PdfError(f"{error}: {latex}") from None
    except Exception as error:  # the library names each fault of LaTeX by a class of its own
        raise PdfError(f"a formula that cannot be read ({type(error).__name__}): {latex}") from None


def _typst(element: Element) -> str:
    write = WRITERS.get(element.tag)
    if write is None:
        raise PdfError(f"a formula with <{element.tag}>, which print has not")
    return write(element)


def _row(element: Element) -> str:
    children = list(element)
    inner = " ".join(
        _words("".join(_text(child) for child in group))
        if upright
        else " ".join(_typst(child) for child in group)
        for upright, group in groupby(children, _is_upright)
    )
    fenced = [child for child in (children[:1] + children[-1:]) if child.get("fence") == "true"]
    return f"lr({inner})" if fenced else inner


def _is_upright(element: Element) -> bool:
    return element.tag == "mi" and element.get("mathvariant") == "normal"


def _identifier(element: Element) -> str:
    text = _text(element)
    if text == "&":  # where lines are aligned
        return text
    if text.startswith("\\") or text == "#":
        raise PdfError(f"a formula with {text}, which print has not")
    return ESCAPED.sub(r"\\\1", text) if len(text) == 1 else _words(text)


def _operator(element: Element) -> str:
    text = _text(element).replace("·", "⋅")  # the sign of a product, not the dot of a text
    if len(text) > 1 and text.isalpha():
        return f"op({_words(text)}, limits: #true)"
    return ESCAPED.sub(r"\\\1", text)


def _words(text: str) -> str:
    quoted = re.sub(r"\\([&%$#_{}])", r"\1", text).replace("\u00a0", " ")
    return '"' + quoted.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _space(element: Element) -> str:
    if element.get("linebreak") == "newline":
        return "\\ "
    return f"#h({element.get('width')})"


def _call(name: str, *parts: Element) -> str:
    return f"{name}({', '.join(_part(part) for part in parts)})"


def _part(element: Element) -> str:
    return _typst(element) or '""'


def _fraction(element: Element) -> str:
    if element.get("linethickness") == "0":
        raise PdfError("a formula with a fraction without a line, which print has not")
    over, under = element
    return _call("frac", over, under)


def _attached(*places: str) -> Callable[[Element], str]:
    """A base with what stands at its `places` (`b` below or after, `t` above)."""

    def write(element: Element) -> str:
        base, *more = element
        mark = _text(more[0]) if len(more) == 1 else ""
        if element.tag == "mover" and mark in ACCENTS:
            return f"accent({_part(base)}, {ACCENTS[mark]})"
        if element.tag in ("mover", "munder") and mark in LINES:
            return _call(LINES[mark], base)
        body = _part(base)
        if element.tag.startswith(("mu", "mo")) and _text(base) not in LARGE:
            body = f"limits({body})"
        given = "".join(f", {p}: {_part(m)}" for p, m in zip(places, more, strict=True))
        return f"attach({body}{given})"

    return write


def _root(element: Element) -> str:
    base, index = element
    return _call("root", index, base)


def _table(element: Element) -> str:
    rows = "; ".join(", ".join(_part(cell) for cell in row) for row in element)
    return f"mat(delim: #none, {rows})"


def _text(element: Element) -> str:
    return html.unescape(element.text or "")


WRITERS: dict[str, Callable[[Element], str]] = {
    "math": _row,
    "mrow": _row,
    "mstyle": _row,
    "mtd": _row,
    "mi": _identifier,
    "mn": _text,
    "mo": _operator,
    "mtext": lambda element: _words(_text(element)),
    "mspace": _space,
    "mfrac": _fraction,
    "msqrt": lambda element: f"sqrt({_row(element)})",
    "mroot": _root,
    "msub": _attached("b"),
    "msup": _attached("t"),
    "msubsup": _attached("b", "t"),
    "munder": _attached("b"),
    "mover": _attached("t"),
    "munderover": _attached("b", "t"),
    "mtable": _table,
}
