"""Typst source built from calls and string literals only.

Text is always written as a string literal, in which only two characters need escaping. So nothing
in the data can run as Typst, and no table of escapes is needed.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["PdfError", "array", "block", "call", "string"]


class PdfError(ValueError):
    """The page holds something that the print edition cannot show; the message names it."""


def string(text: str) -> str:
    """A Typst string literal for `text`."""
    out = []
    for char in text:
        if char in '\\"':
            out.append("\\" + char)
        elif char < " " or char in "\x7f\u2028\u2029":
            out.append(f"\\u{{{ord(char):x}}}")
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def block(pieces: Iterable[str]) -> str:
    """Expressions joined to one piece of content, `[]` for none."""
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return "[]"
    return "{" + "; ".join(pieces) + "}"


def array(items: Iterable[str]) -> str:
    items = list(items)
    return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"


def value(item: object) -> str:
    """Python scalars as Typst ones; a `str` is taken as a Typst expression already."""
    if item is None:
        return "none"
    if isinstance(item, bool):
        return "true" if item else "false"
    return str(item)


def call(name: str, *args: object, **named: object) -> str:
    """`name(args, named)`; underscores in names of arguments become hyphens."""
    parts = [value(arg) for arg in args]
    parts += [f"{key.replace('_', '-')}: {value(item)}" for key, item in named.items()]
    return f"{name}({', '.join(parts)})"
