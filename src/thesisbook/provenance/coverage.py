"""Receipt coverage: check that every number on the rendered pages is bound to its origin.

A *token* is a word with a digit in it. It is bound by the first of
1. the receipt of the `span.num` it stands in: it must exist and say the figure, in its words or as
   its value rounded; a year also by a receipt or an exhibit of the same section whose period it is,
2. the source it cites (`[data-source]`, a bibliography entry),
3. the data of the exhibit it stands in (`figure[data-exhibit]` with its CSV; a number in a table
   must agree with one in the CSV to its last digit, a word must be in the CSV),
4. the data that name it (`data/entities.csv`: a product, a model),
5. a row of the allow-list: `pattern,kind,reason`, a regular expression that covers the token.

    python -m thesisbook.provenance.coverage SITE_OR_PAGE [--root PROJECT] [--minimum N]
"""

from __future__ import annotations

import hashlib
import pickle
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from thesisbook.data import is_whole, load_dataset, read_allowances
from thesisbook.provenance import csvnumbers, receipt_store, shown_exhibits, tokens
from thesisbook.provenance import page_reading as reading
from thesisbook.provenance.built_pages import book_pages
from thesisbook.provenance.kept import Kept
from thesisbook.provenance.page_reading import MINIMUM, Allowed, Coverage, Names, Reader
from thesisbook.provenance.receipt_store import INDEX


def allowances(root: Path) -> list[Allowed]:
    """The rows of data/receipt_allowlist.csv under `root`."""
    rows = read_allowances(root)  # ASCII: a word ends where Chinese characters begin
    return [Allowed(re.compile(row.pattern, re.ASCII), row.kind, row.reason) for row in rows]


def names_of(root: Path) -> Names:
    """Names, in English and Chinese, of all entities in the data under `root`."""
    if not is_whole(root):
        return Names(())
    entities = load_dataset(root).entities.values()
    return Names(row[column] for row in entities for column in ("name_en", "name_zh"))


def measure(
    folder: Path,
    pages: Iterable[Path],
    allowed: Sequence[Allowed],
    names: Names,
    kept: Kept | None = None,
) -> Coverage:
    """Coverage of all `pages` together; see `by_page`."""
    return sum(by_page(folder, pages, allowed, names, kept).values(), Coverage())


def by_page(
    folder: Path,
    pages: Iterable[Path],
    allowed: Sequence[Allowed],
    names: Names,
    kept: Kept | None = None,
) -> dict[str, Coverage]:
    """Coverage of each of `pages`, whose receipts and exhibits lie in `folder`, by its name.

    With `kept`, a page is not read again if it, the receipts and the data have not changed.
    """
    reader = Reader(receipt_store.read(folder), folder / "exhibits", allowed, names)
    texts = [(page.relative_to(folder).as_posix(), page.read_text("utf-8")) for page in pages]
    if kept is None:
        return {name: reader.page(name, text) for name, text in texts}
    code = [Path(str(module.__file__)) for module in (reading, shown_exhibits, tokens, csvnumbers)]
    exhibits = sorted((folder / "exhibits").glob("*"))
    beside = [*code, folder / INDEX, *(p for p in exhibits if p.suffix in (".csv", ".svg"))]
    digest = hashlib.sha256(repr([allowed, names]).encode())
    for path in beside:
        digest.update(path.read_bytes() if path.is_file() else b"")
    asked = [(*text, digest.hexdigest()) for text in texts]
    read = kept.each(
        "coverage",
        asked,
        lambda missing: [pickle.dumps(reader.page(name, text)) for name, text, _ in missing],
    )
    return {name: pickle.loads(one) for (name, _), one in zip(texts, read, strict=True)}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 if a number is unbound, the allow-list too wide or too little was read."""
    import argparse  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m thesisbook.provenance.coverage")
    parser.add_argument("site", type=Path, help=f"folder with {INDEX}, or one page below it")
    parser.add_argument("--root", type=Path, default=Path(), help="the project with data/")
    parser.add_argument("--minimum", type=int, default=None)
    given = parser.parse_args(arguments)

    one_page = given.site.is_file()
    folder = given.site
    while one_page and not (folder / INDEX).is_file():
        if folder == folder.parent:
            parser.error(f"no {INDEX} beside or above {given.site}")
        folder = folder.parent
    chosen = [given.site] if one_page else book_pages(folder)
    minimum = given.minimum if given.minimum is not None else (0 if one_page else MINIMUM)
    coverage = measure(folder, chosen, allowances(given.root), names_of(given.root))
    faults = coverage.faults(minimum)
    for fault in faults:
        print(fault)
    print(coverage.summary())
    print(f"allow-list: {coverage.allowed_share:.2%} {dict(coverage.kinds.most_common())}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
