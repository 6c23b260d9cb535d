"""Where a name breaks into lines; Chinese has no blanks, but keeps a number or a word whole."""

from __future__ import annotations

import math
import re
import textwrap

CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
# a number or word, or one character, with the marks that no line begins with
_PIECE = re.compile(r"(?:[A-Za-z0-9.%+\u2212-]+|.)[，。、；：）”%×]*", re.DOTALL)


def wrap(text: object, width: int) -> str:
    """`text` in lines of at most `width` characters; a Chinese character counts as two."""
    text = str(text)
    if CHINESE.search(text):
        return _wrapped(text, width)
    return "\n".join(textwrap.wrap(text, width, break_on_hyphens=False)) or text


def in_lines(text: str, lines: int) -> str:
    """Chinese `text` in at most so many lines of about the same length."""
    return _wrapped(text, math.ceil(_size(text) / lines) + 1)


def _wrapped(text: str, width: int) -> str:
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and _size(lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.strip() for line in lines)


def _size(text: str) -> int:
    """Characters of `text`, of which a Chinese one is as wide as two."""
    return len(text) + len(CHINESE.findall(text))
