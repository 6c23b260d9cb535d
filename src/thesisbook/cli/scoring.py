"""The commands `score` and `verify`: the ledger of forecasts, and a published bundle."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from thesisbook.cli import json_option
from thesisbook.cli.questions import dataset_of, modelled, print_json


@click.command()
@click.option(
    "--on", "day", metavar="DAY", help="As of this day, as 2025-12-31; else the edition's."
)
@click.option("--calendar", "calendar", type=click.Path(path_type=Path), help="Write the events.")
@json_option
@click.pass_context
def score(ctx: click.Context, day: str | None, calendar: Path | None, as_json: bool) -> None:
    """The ledger: what is open, due or settled, by which fact, and the scores."""
    from thesisbook.cli import score_text  # noqa: PLC0415
    from thesisbook.data.fields import is_day  # noqa: PLC0415
    from thesisbook.score.actions import Effects  # noqa: PLC0415
    from thesisbook.score.events import calendar_of  # noqa: PLC0415
    from thesisbook.score.ledger import Ledger  # noqa: PLC0415

    if day is not None and not is_day(day):
        raise click.BadParameter(f"{day!r} is no day; year, month and day are", param_hint="--on")
    dataset = modelled(lambda: dataset_of(ctx))
    if not dataset.forecasts:
        click.echo("data/forecasts.csv holds no forecasts: nothing to score")
        return
    ledger = Ledger(dataset, day)
    effects = Effects(ledger)
    report = modelled(lambda: score_text.report(ledger, effects))
    if calendar:
        text = modelled(lambda: calendar_of(dataset, day))
        calendar.write_bytes(text.encode())
        click.echo(f"{calendar}: {text.count('BEGIN:VEVENT')} events", err=True)
    if as_json:
        print_json(report)
        return
    click.echo("\n".join(score_text.lines(report)))


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path, exists=True))
@click.pass_context
def verify(ctx: click.Context, bundle: Path) -> None:
    """Check a published folder or zip: sums, ledger and headline numbers, without a build.

    Every file against SHA256SUMS, the ledger against the digest that its edition published, and the
    headline numbers of pages, print edition, workbook and JSON against one another.
    """
    from thesisbook.score.verifying import verified  # noqa: PLC0415

    found = verified(bundle)
    for fault in found.faults:
        click.echo(fault, err=True)
    if found.faults:
        count = len(found.faults)
        click.echo(f"{bundle}: {count} fault{'s' if count > 1 else ''}", err=True)
        sys.exit(1)
    click.echo(f"{bundle}: {found.files} files as published; {', '.join(found.agree)}")


COMMANDS = (score, verify)
