"""An executed chapter as anyone's Jupyter shows it: numbers in the prose, tables that stand right.

The chapters of the book name their numbers in the prose, and only Jupyter Book puts these in. A
reading copy has the numbers themselves, boxes as quotations, and alignment in the table itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from thesisbook.outputs.site.notebooks import EXHIBIT_MIME, GLUE_PREFIX, NUMBERS_MIME

PLAIN = f"{GLUE_PREFIX}text/plain"
GLUE = re.compile(r"\{glue:\w*\}`([^`]+)`")
CITE = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
BOX = re.compile(r"^(`{3,}|:{3,})\{[\w-]+\}[ ]*(?P<title>.*)\n(?P<body>(?:.*\n)*?)\1[ ]*$", re.M)
OPTION = re.compile(r"^:[\w-]+:.*\n", re.MULTILINE)
CELL = re.compile(r"<(?P<tag>t[hd])(?P<rest>[^>]*)>(?P<text>[^<]*)")
FIGURE = re.compile(r"[^\w]*(?:[A-Z]{3})?[^\w]*\d")
LEFT, RIGHT = ' style="text-align: left"', ' style="text-align: right"'


def reading_copy(executed: bytes) -> bytes:
    """The executed notebook to be read, and run, outside the book.

    Raises KeyError for a number in the prose that no cell has put out.
    """
    notebook = json.loads(executed)
    numbers = dict(_numbers(notebook))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = _prose("".join(cell["source"]), numbers)
        elif cell["cell_type"] == "code":
            cell["outputs"] = [shown for o in cell["outputs"] if (shown := _output(o))]
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode("utf-8")


def _numbers(notebook: Mapping[str, Any]) -> Any:
    """Name and text of every number that a cell has put out for the prose."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name and PLAIN in output.get("data", {}):
                yield name, "".join(output["data"][PLAIN])


def _prose(text: str, numbers: Mapping[str, str]) -> str:
    text = GLUE.sub(lambda match: numbers[match[1]].strip("'"), text)
    return BOX.sub(_quoted, CITE.sub(r"[\1]", text))


def _quoted(match: re.Match[str]) -> str:
    """A box as a quotation under its title."""
    body = OPTION.sub("", match["body"]).strip("\n")
    lines = (
        [f"**{match['title']}**", "", *body.splitlines()] if match["title"] else body.splitlines()
    )
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _output(output: dict[str, Any]) -> dict[str, Any] | None:
    """What a reader sees of an output, or None where that is nothing."""
    if "data" not in output:
        return output
    own = (NUMBERS_MIME, EXHIBIT_MIME)
    data = {
        kind: content
        for kind, content in output["data"].items()
        if kind not in own and not kind.startswith(GLUE_PREFIX)
    }
    if not any("".join(content).strip() for content in data.values() if content):
        return None
    if "text/html" in data:
        data["text/html"] = CELL.sub(_aligned, "".join(data["text/html"]))
    return {**output, "data": data}


def _aligned(match: re.Match[str]) -> str:
    """A cell of a table: figures and the heads of their columns to the right, words to the left."""
    head = match["tag"] == "th"
    right = 'scope="col"' in match["rest"] if head else FIGURE.match(match["text"]) is not None
    return f"<{match['tag']}{match['rest']}{RIGHT if right else LEFT}>{match['text']}"
