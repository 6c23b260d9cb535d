"""The languages of a book: English, and those that stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Language(NamedTuple):
    """What a language calls itself, its tag on pages (BCP 47), and its name in Sphinx."""

    name: str
    tag: str
    sphinx: str


ENGLISH = "en"
LANGUAGES = {
    ENGLISH: Language("English", "en", "en"),
    "zh": Language("中文", "zh-CN", "zh_CN"),
}


def speaks(cell: Mapping[str, Any], language: str | None) -> bool:
    """Whether a cell of a notebook belongs to a book in `language`: it is tagged with it, or with
    none. Every cell does where no language is given."""
    spoken = LANGUAGES.keys() & set((cell.get("metadata") or {}).get("tags", ()))
    return language is None or not spoken or language in spoken
