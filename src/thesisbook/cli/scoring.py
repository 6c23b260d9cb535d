"""The commands `score`, `keep` and `verify`: the ledger, an edition kept, a published bundle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from thesisbook.cli import json_option
from thesisbook.cli.questions import dataset_of, modelled, print_json


@click.command()
@click.option(
    "--on", "day", metavar="DAY", help="As of this day; else the edition's."
)
@click.option("--calendar", "calendar", type=click.Path(path_type=Path), help="Write the events.")
@json_option
@click.pass_context
def score(ctx: click.Context, day: str | None, calendar: Path | None, as_json: bool) -> None:
    """The ledger of forecasts: open, due, settled; the scores."""
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
    """Check a published folder or zip, without a build.

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


@click.command()
@click.pass_context
def keep(ctx: click.Context) -> None:
    """Keep the edition in work as it is published.

    Its forecasts, assumptions, numbers and digest go to data/editions/. From then on `check` refuses a changed or missing forecast of it.
    """
    from thesisbook.data.keeping import keep_edition  # noqa: PLC0415
    from thesisbook.exhibits.report import Report  # noqa: PLC0415
    from thesisbook.score.kept_results import edition_results  # noqa: PLC0415

    dataset = modelled(lambda: dataset_of(ctx))
    report = Report.open(dataset=dataset)
    result, headlines = modelled(lambda: edition_results(dataset))
    result["commit"] = _commit(dataset.root)
    folder = modelled(lambda: keep_edition(dataset, result, headlines, report.numbers.kept()))
    click.echo(f"{folder.relative_to(dataset.root)}: kept, with a row in data/editions.csv")


def _commit(root: Path) -> str:
    """The commit that the project stands at; empty outside of a repository."""
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


COMMANDS = (score, verify, keep)
