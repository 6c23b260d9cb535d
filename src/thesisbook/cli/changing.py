"""The command that changes data."""

from __future__ import annotations

from typing import Any

import click

from thesisbook.cli import project_of

ALIASES = {"shares": "shares_mn"}
# Kinds of sources, and the grade each has where none is given.
KINDS = {"primary": "A", "research": "B", "press": "B"}


@click.command("set")
@click.argument("name")
@click.argument("value")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Day of the figure.")
@click.option("--source", metavar="ID", help="Document that prints it: an id of data/sources.csv.")
@click.option("--locator", default="", help="Where in the document: page, line, exhibit.")
@click.option("--basis", default="reported", show_default=True, help="Basis of the fact.")
@click.option("--unit", help="Unit of VALUE where it is not that of the parameter.")
@click.option("--note", default="", help="Anything a reader needs.")
@click.option("--reason", default="", help="Why base takes it. Default: its day and publisher.")
@click.option("--publisher", help="With a new source: who publishes it,")
@click.option("--title", help="its title,")
@click.option("--published", help="its date (default: that of the figure),")
@click.option("--kind", type=click.Choice([*KINDS]), default="press", help="its kind,")
@click.option("--grade", type=click.Choice("ABCD"), help="its grade (A if primary, otherwise B),")
@click.option("--language", default="en", help="its language, en or zh,")
@click.option("--url", default="", help="its address.")
@click.option("--dry-run", is_flag=True, help="Say what would be written.")
@click.pass_context
def set_(ctx: click.Context, name: str, value: str, dry_run: bool, **given: Any) -> None:
    """Put a new price, share count, rate or date into the data.

    \b
    thesisbook set price 70 --date 2026-06-30 --source hkex-daily --locator "closing prices"
    thesisbook set shares 2,560.8 --date 2026-06-30 --source next-day-return --locator "page 1"
    thesisbook set fx 1.16 --date 2026-06-30 --source hkma-fixing --locator table
    thesisbook set valuation_date 2026-06-30
    thesisbook set edition 2026-07-01

    A figure with its source becomes a fact named in base; a price moves the price date, and the
    valuation date with it. A new source that is later than the edition moves the edition to its
    day, and its forecasts with it unless it is kept. Scenarios of an earlier day keep what they
    had. The data are checked first, and nothing is written where they are refused. Comments and
    form of the files stay. `check` then names the sentences and forecasts that no longer hold.
    """
    from thesisbook.cli import headlines  # noqa: PLC0415
    from thesisbook.engine import set_command  # noqa: PLC0415

    parameter = ALIASES.get(name, name)
    edit = _edit_of(parameter, value, given)
    edits, before, after = set_command.apply(project_of(ctx).root, edit, dry_run)
    if not edits.done:
        click.echo(f"{name} is {value} already; nothing was written")
        return
    click.echo("would write" if dry_run else "written")
    for line in edits.done:
        click.echo(f"  {line}")
    click.echo("")
    grades = headlines.grade_names(edits.dataset.company)
    for line in list(headlines.lines(after, before, grades, everything=False))[:4]:
        click.echo(line)
    click.echo("\nnext: thesisbook check names sentences and forecasts that no longer hold")


def _edit_of(name: str, value: str, given: dict[str, Any]) -> Any:
    """The edit that is asked for. Raises UsageError where a figure lacks its day or source."""
    from thesisbook.data import edits  # noqa: PLC0415

    if name == "price_date":
        raise click.UsageError("the price date is that of the price: set price VALUE --date DAY")
    day, source = given["day"], given["source"]
    if day is None and source is None and name in (*edits.DAYS, "valuation_date"):
        return lambda e: edits.set_value(e, name, value, given["reason"])
    if day is None and source is None and given["reason"]:
        return lambda e: edits.set_value(e, name, value, given["reason"])
    if day is None or source is None or not given["locator"]:
        raise click.UsageError(
            f"{name}: a figure needs --date, --source and --locator; an assumption needs --reason"
        )
    printed = edits.Print(
        value, day, source, given["locator"], given["basis"], given["unit"], given["note"]
    )

    def edit(changes: edits.Edits) -> None:
        if given["publisher"] and source not in changes.dataset.sources:
            edits.add_source(
                changes,
                {
                    "id": source,
                    "publisher": given["publisher"],
                    "title": given["title"] or given["locator"],
                    "date": given["published"] or day,
                    "kind": given["kind"],
                    "grade": given["grade"] or KINDS[given["kind"]],
                    "language": given["language"],
                    "url": given["url"],
                    "chain": "origin" if given["kind"] == "primary" else "",  # the analyst's word
                },
            )
        edits.set_figure(changes, name, printed, given["reason"])

    return edit


COMMANDS = (set_,)
