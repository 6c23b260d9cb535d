"""The command that goes from a number to the line of its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from thesisbook.cli import fail, project_of
from thesisbook.cli.questions import dataset_of, modelled

if TYPE_CHECKING:
    from thesisbook.data import Source
    from thesisbook.data.source_texts import Print

MOST_PRINTS = 12


@click.command()
@click.argument("place", metavar="SOURCE[:LINE]")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Folder with the texts of the sources; else `source_texts` of data/company.yaml.",
)
@click.option("--record", is_flag=True, help="Write which figures stand in its text.")
@click.pass_context
def source(ctx: click.Context, place: str, folder: Path | None, record: bool) -> None:
    """Show a place of a source and the figures read there.

    A copy is found by its checksum, whatever its name. With --record, data/readings.csv says
    afterwards which figures stand on which line, so that `check` knows it without the text.
    """
    from thesisbook.data import source_texts  # noqa: PLC0415

    if record:
        _record(ctx, place, folder)
        return
    dataset = modelled(lambda: dataset_of(ctx))
    set_folder = dataset.company.get("source_texts")
    given = folder or (project_of(ctx).root / set_folder if set_folder else None)
    try:
        found, line = source_texts.split_place(dataset, place)
        lines = source_texts.local_text(found, given) if given else None
    except source_texts.NoSuchPlace as error:
        fail(str(error), 2)
    for words in entry(found, source_texts.prints_at(dataset, found.id, line), line):
        click.echo(words)
    if given is None:
        click.echo("No local copy: give --folder, or set source_texts in data/company.yaml.")
        return
    if lines is None:
        why = f"sha256 {found.sha256[:12]}…" if found.sha256 else "no checksum is recorded for it"
        click.echo(f"No local copy: no file in {given} is the text of {found.id} ({why}).")
        return
    if line is not None and line > len(lines):
        fail(f"{found.id} has {len(lines)} lines, found L{line}", 2)
    for words in around(lines, line):
        click.echo(words)


def _record(ctx: click.Context, name: str, folder: Path | None) -> None:
    """Record what stands in the text of a source; the data need not pass `check` before."""
    from thesisbook.data import source_texts  # noqa: PLC0415
    from thesisbook.data.files import read_files  # noqa: PLC0415

    root = project_of(ctx).root
    files = modelled(lambda: read_files(root))
    known = {row.id: row for row in files.sources.rows}
    set_folder = files.company[1].source_texts
    given = folder or (root / set_folder if set_folder else None)
    if name not in known or given is None:
        fail(f"no source {name!r}, or no folder of texts: give --folder", 2)
    try:
        lines = source_texts.local_text(known[name], given)
    except source_texts.NoSuchPlace as error:
        fail(str(error), 2)
    if lines is None:
        fail(f"no file in {given} is the text of {name}", 2)
    standing, missing = source_texts.record(root, name, lines)
    click.echo(f"data/readings.csv: {standing} figures of {name} stand at their place")
    if missing:
        fail(f"{missing} do not; `thesisbook check` names them", 1)


def entry(found: Source, prints: Sequence[Print], line: int | None) -> Iterator[str]:
    """Who published a source, where it can be read, and which figures were read from the place."""
    yield f"[{found.id}] {found.publisher}: {found.title}, {found.date}"
    yield f"  {found.kind}, grade {found.grade}; {found.url or 'no public address'}"
    for one in prints[:MOST_PRINTS]:
        yield f"  {one.printed or 'derived'}  {one.fact}  ({one.locator})"
    if len(prints) > MOST_PRINTS:
        yield f"  and {len(prints) - MOST_PRINTS} more figures"
    if not prints:
        yield f"  no figure was read from {'it' if line is None else f'line {line}'}"


def around(lines: Sequence[str], line: int | None) -> Iterator[str]:
    """The line asked for between its neighbours, marked; the first lines where none was asked."""
    from thesisbook.data.source_texts import AROUND  # noqa: PLC0415

    middle = line or 1
    first, last = max(middle - AROUND, 1), min(middle + AROUND, len(lines))
    for number in range(first, last + 1):
        mark = ">" if number == line else " "
        yield f"{mark} L{number}  {lines[number - 1]}".rstrip()


COMMANDS = (source,)
