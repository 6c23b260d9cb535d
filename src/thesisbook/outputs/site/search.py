"""Search in English and Chinese: a word splitter for the index, and the text behind each hit.

Sphinx's English splitter sees a run of Chinese as one word, and its Chinese one cuts with a
dictionary that the reader's browser does not have. Pairs of neighbouring characters need none: the
index holds every pair, a query is cut the same way, and a page must hold all of its pairs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from lxml import html as lxml_html
from sphinx.search.en import SearchEnglish

from thesisbook.provenance.kept import Kept

LANGUAGE = "en-zh"
TEXT_FILE = "searchtext.js"
TRADE_WORDS = Path(__file__).parent / "trade_words.yaml"
VARIABLE = "window.SEARCH_TEXT="
HAN = "\u3400-\u9fff\uf900-\ufaff"
RUN = re.compile(f"[{HAN}]+|[^\\W{HAN}]+")

# Sphinx's search drops a query word of digits only. A mark in front keeps stock codes in the index.
MARKS = re.compile(r" (?=[,.;:!?)%，。；：！？）、])|(?<=[(（]) ")
GLOSSARY = re.compile(r'<dl class="[^"]*\bglossary\b')
DIGIT_MARK = "#"

JS_SPLITTER = """
function splitQuery(query) {
  const words = [];
  const runs = query.toLowerCase().match(/[HAN]+|(?:(?![HAN])[\\p{L}\\p{N}_])+/gu) || [];
  for (const run of runs) {
    if (/^\\d+$/.test(run)) words.push("MARK" + run);
    else if (/^[HAN]/.test(run) && run.length > 1)
      for (let i = 0; i + 1 < run.length; i++) words.push(run.slice(i, i + 2));
    else words.push(run);
  }
  return words;
}
""".replace("HAN", "\\u3400-\\u9fff\\uf900-\\ufaff").replace("MARK", DIGIT_MARK)


def split_words(text: str) -> list[str]:
    """Latin words, codes and numbers whole; Chinese as overlapping pairs of characters."""
    words: list[str] = []
    for run in RUN.findall(text):
        if run.isdecimal():
            words.append(DIGIT_MARK + run)
        elif re.match(f"[{HAN}]", run) and len(run) > 1:
            words += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            words.append(run)
    return words


class SearchEnglishChinese(SearchEnglish):
    """English stems and Chinese pairs in one index."""

    lang = LANGUAGE
    language_name = "English and Chinese"
    js_splitter_code = JS_SPLITTER

    def init(self, options: dict) -> None:
        super().init(options)
        # words recur from page to page
        self.stem = cache(super().stem)  # type: ignore[method-assign]

    def split(self, input: str) -> list[str]:
        return split_words(input)


_SKIP = {"script", "style", "nav", "button"}
_SKIP_CLASSES = {"headerlink", "exhibit-links", "above-input", "cell_input", "page-footer"}
_HEADINGS = {"h1", "h2", "h3", "h4"}


def sections(page: str) -> Iterator[tuple[str, str, str, str]]:
    """(anchor, heading, text, names) of each section and exhibit of a page, in reading order.

    `names` are further anchors, which the author wrote above the heading: `(reverse-dcf)=`.
    """
    tree = lxml_html.document_fromstring(page)
    articles = tree.xpath('//article[contains(@class, "bd-article")]')
    if not articles:
        return
    out: list[tuple[str, str, list[str], str]] = [("", "", [], "")]

    def walk(element: lxml_html.HtmlElement) -> None:
        if not isinstance(element.tag, str) or element.tag in _SKIP:
            return
        classes = set((element.get("class") or "").split())
        if classes & _SKIP_CLASSES:
            return
        before = out[-1]
        if element.tag in _HEADINGS:
            parent = element.getparent()
            anchor = (parent.get("id") if parent is not None else "") or ""
            above = element.itersiblings("span", preceding=True)
            names = " ".join(span.get("id") for span in above if span.get("id"))
            out.append((anchor, _plain(element), [], names))
            return
        if element.tag == "figure" and "exhibit" in classes:
            caption = element.find("figcaption")
            heading = _plain(caption) if caption is not None else ""
            label = " ".join(node.get("aria-label") or "" for node in element.iter("svg"))
            out.append((element.get("id") or "", heading, [label], ""))
        if element.text and (element.tag != "text" or re.search(r"[^\W\d]", element.text)):
            out[-1][2].append(element.text)  # words of a drawing, without its axes' numbers
        for child in element:
            walk(child)
            if child.tail:
                out[-1][2].append(child.tail)
        if element.tag == "figure" and "exhibit" in classes:
            out.append((before[0], before[1], [], before[3]))

    walk(articles[0])
    for anchor, heading, parts, names in out:
        text = _joined(parts)
        if text or heading:
            yield anchor, heading, text, names


def _plain(element: lxml_html.HtmlElement) -> str:
    return _joined(element.xpath('.//text()[not(ancestor::a[contains(@class, "headerlink")])]'))


def _joined(parts: Iterable[str]) -> str:
    """Pieces of text with one blank between them, and none where a mark closes or opens."""
    return MARKS.sub("", " ".join(" ".join(parts).split()))


def write_text(
    pages: Mapping[str, str], titles: Mapping[str, str], outdir: Path, kept: Kept
) -> Path:
    """`window.SEARCH_TEXT`: per page its title and its sections, for the excerpts under a hit."""
    found = kept.each("named sections", [*pages.values()], _read)
    data = {
        name: {"title": titles.get(name, name), "sections": json.loads(parts)}
        for name, parts in zip(pages, found, strict=True)
    }
    for name, one in data.items():
        if GLOSSARY.search(pages[name]):
            one["glossary"] = True  # what a word means comes after where it is used
    return _write(data, outdir)


def _read(pages: Iterable[str]) -> list[bytes]:
    return [json.dumps(_merged(sections(page))).encode() for page in pages]


def _write(data: Mapping[str, Any], outdir: Path) -> Path:
    body = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path = outdir / TEXT_FILE
    path.write_text(f"{VARIABLE}{body};\n", encoding="utf-8", newline="\n")
    return path


@cache
def trade_words() -> dict[str, str]:
    """What pages say, in small letters, with the words that readers type for it."""
    found: dict[str, set[str]] = {}
    for row in yaml.safe_load(TRADE_WORDS.read_text(encoding="utf-8")):
        for said in row["said"]:
            found.setdefault(said, set()).update(row["typed"])
    return {said: " ".join(sorted(typed)) for said, typed in found.items()}


def add_names(outdir: Path, names: Mapping[str, str]) -> None:
    """Let a section be found by other names of what it speaks of: `names` of the data (English to
    Chinese) and words of the trade. Those of its heading follow those of its text."""
    path = outdir / TEXT_FILE
    if not path.is_file():
        return
    data = json.loads(path.read_text(encoding="utf-8").removeprefix(VARIABLE).rstrip(";\n"))
    for page in data.values():
        page["sections"] = [
            [*part[:4], _also(f"{part[1]} {part[2]}", names), _also(part[1], names)]
            for part in page["sections"]
        ]
    _write(data, outdir)


def _also(text: str, names: Mapping[str, str]) -> str:
    small = text.lower()
    found = {other for name, other in names.items() if name in text}
    found |= {typed for said, typed in trade_words().items() if said in small}
    return " ".join(sorted(found))


def _merged(parts: Iterable[tuple[str, str, str, str]]) -> list[list[str]]:
    """Pieces of one section that an exhibit cut apart, joined again; order of first sight."""
    merged: dict[tuple[str, str, str], list[str]] = {}
    for anchor, heading, text, names in parts:
        merged.setdefault((anchor, heading, names), []).append(text)
    return [[a, h, " ".join(filter(None, texts)), n] for (a, h, n), texts in merged.items()]
