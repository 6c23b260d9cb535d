"""Words in figures and tables in another language, looked up in data/labels.csv.

A notebook names rows, series and axes in English. For another language each such word is looked up
by its English form; one that the labels do not have stays English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape

from matplotlib.figure import Figure
from matplotlib.text import Text

# a value written behind a name, as in `Price 61.65`
_NAMED_VALUE = re.compile(r"(?P<name>.+?)(?P<value>\s+[+\u2212]?[\d.,]+(?:%|x)?)", re.DOTALL)

_CELL = re.compile(r"(<t[hd][^>]*>)([^<]+)<")


class Translation:
    """Looks up words by their English form; for English it returns them as they are."""

    def __init__(self, labels: Mapping[str, Mapping[str, str]], language: str) -> None:
        self._words: dict[str, str] = {}
        if language != "en":
            self._words = {label["en"]: label[language] for label in labels.values()}

    def __call__(self, text: str) -> str:
        if not self._words or not text:
            return text
        plain = " ".join(text.split())
        if plain in self._words:
            return self._words[plain]
        match = _NAMED_VALUE.fullmatch(plain)
        if match and match["name"] in self._words:
            return self._words[match["name"]] + match["value"]
        return text

    def figure(self, figure: Figure) -> None:
        """Replace the drawn words of a figure, where the labels have them."""
        if self._words:
            for text in figure.findobj(Text):
                text.set_text(self(text.get_text()))
            for axes in figure.axes:
                for axis in (axes.xaxis, axes.yaxis):
                    names = [self(label.get_text()) for label in axis.get_ticklabels()]
                    if names != [label.get_text() for label in axis.get_ticklabels()]:
                        axis.set_ticks(axis.get_ticklocs(), names)

    def table(self, html: str) -> str:
        """Replace the words in the cells of a table, where the labels have them."""
        if not self._words:
            return html
        return _CELL.sub(lambda cell: cell[1] + escape(self(unescape(cell[2]))) + "<", html)
