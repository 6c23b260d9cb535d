"""The command `pairs`: texts in two languages, what does not agree, and who has read them."""

from __future__ import annotations

import sys

import click

from thesisbook.cli import project_of


@click.command()
@click.option("--confirm", is_flag=True, help="Mark every pair as saying what its English says.")
@click.option("--read", is_flag=True, help="Set the second reader's mark too.")
@click.pass_context
def pairs(ctx: click.Context, confirm: bool, read: bool) -> None:
    """The texts of two languages: do they agree?

    Each English paragraph must have its twin, with the same named numbers, links and typed
    figures; exit status 1 if one has not. Texts whose English has changed, or that were not read
    by a second reader as they stand, are named too.
    """
    from thesisbook.engine import pairs as found  # noqa: PLC0415

    project = project_of(ctx)
    faults = list(found.language_faults(project))
    for fault in faults:
        click.echo(fault, err=True)
    if confirm or read:
        if faults:
            sys.exit(1)
        click.echo(f"{found.confirm(project, read=read)} marks set")
    every = list(found.pairs_of(project))
    for pair in every:
        if not pair.confirmed:
            click.echo(f"{pair.name}: its English has changed since it was confirmed")
        elif not pair.read:
            click.echo(f"{pair.name}: not read by a second reader as it stands")
    click.echo(f"{len(every)} pairs, {sum(pair.read for pair in every)} read twice")
    sys.exit(1 if faults else 0)


COMMANDS = (pairs,)
