"""What a change does to the report, in Markdown: target, numbers and pages against another build.

    python .ci/summarise_changes.py MAIN/_build _build

Both folders are what `thesisbook build` leaves. Numbers come from `thesisbook compare --json`,
pages
from `html/book.md`, the text that each build writes of its own site.
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HEADLINES = ("rating", "target_price", "upside_size", "price")
MOST_NUMBERS = 40
TEXT = "html/book.md"
PAGE = re.compile(r"^---\n\n\[(.*)\]\(.*\)\n", re.MULTILINE)
Row = Sequence[str]


def main(before: Path, after: Path) -> str:
    """The whole summary. Raises SystemExit with one line where a folder holds no build."""
    numbers = [_numbers(folder) for folder in (before, after)]
    found = _compared(before, after)
    lines = ["## The report against main", ""]
    lines += _table(("", "main", "this change"), _headlines(*numbers))
    lines += ["", *_moved(found), "", *_pages(before, after)]
    return "\n".join(lines) + "\n"


def _numbers(folder: Path) -> Mapping[str, Any]:
    try:
        return json.loads((folder / "numbers.json").read_text(encoding="utf-8"))["numbers"]
    except (OSError, ValueError, KeyError):
        sys.exit(f"{folder}: found no whole numbers.json; give the folder of a build")


def _compared(before: Path, after: Path) -> Mapping[str, Any]:
    command = [sys.executable, "-m", "thesisbook", "compare", str(before), str(after), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr.strip() or "thesisbook compare failed without a word")
    return json.loads(done.stdout)


def _headlines(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Row]:
    for name in HEADLINES:
        if name in after:
            label, now = str(after[name].get("label", name)), str(after[name].get("text", ""))
            was = str(before.get(name, {}).get("text", "-"))
            yield label, was, f"**{now}**" if now != was else now


def _moved(found: Mapping[str, Any]) -> list[str]:
    """The numbers that differ, each with what moved it; where they are many, the first of them."""
    numbers = found["numbers"]
    if not numbers:
        lines = ["No number differs."]
    else:
        lines = [f"### Numbers that differ: {len(numbers)}", ""]
        shown = numbers[:MOST_NUMBERS]
        lines += _table(("Number", "main", "this change", "Moved by"), map(_number, shown))
        if len(shown) < len(numbers):
            lines += ["", f"{len(numbers) - len(shown)} more: `thesisbook compare --all`."]
    for side, words in (("only_first", "in main only"), ("only_second", "new")):
        if found[side]:
            lines += ["", f"{len(found[side])} {words}: {', '.join(found[side][:10])}"]
    return lines


def _number(row: Mapping[str, Any]) -> Row:
    causes = [str(cause.get("label", name)) for name, cause in row["causes"].items()]
    more = f" and {len(causes) - 2} more" if len(causes) > 2 else ""
    texts = (str(row[f"{side}_text"] or row[side]) for side in ("first", "second"))
    return str(row["label"]), *texts, ", ".join(causes[:2]) + more


def _pages(before: Path, after: Path) -> list[str]:
    """Pages whose text differs, with the lines that came and went."""
    old, new = (_texts(folder / TEXT) for folder in (before, after))
    if not old:
        return [f"Pages were not compared: main leaves no {TEXT}."]
    rows = []
    for title in dict.fromkeys([*old, *new]):
        was, now = old.get(title, []), new.get(title, [])
        changes = [
            line[0]
            for line in difflib.unified_diff(was, now, n=0, lineterm="")
            if line[0] in "+-" and line[:3] not in ("+++", "---")
        ]
        if changes:
            rows.append((title, str(changes.count("+")), str(changes.count("-"))))
    if not rows:
        return ["No page says anything else."]
    title = f"### Pages that differ: {len(rows)}"
    return [title, "", *_table(("Page", "Lines that came", "went"), rows)]


def _texts(path: Path) -> dict[str, list[str]]:
    """Lines of each page of the text of a book, by its name in the contents."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    parts = PAGE.split(text)[1:]
    return {name: part.splitlines() for name, part in zip(parts[::2], parts[1::2], strict=True)}


def _table(head: Row, rows: Iterator[Row] | Sequence[Row] | map[Row]) -> list[str]:
    cells = [[cell.replace("|", r"\|") for cell in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return [lines[0], f"|{' --- |' * len(head)}", *lines[1:]]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("give two folders of builds: that of main and that of the change")
    sys.stdout.write(main(Path(sys.argv[1]), Path(sys.argv[2])))
