"""Commands that answer a question and build nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from thesisbook.cli import json_option, parameter_option, project_of, scenario_option, variant_of


@click.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Validate data, errata and the parameters of the model; one line for each fault."""
    from thesisbook.data.check import run_check  # noqa: PLC0415
    from thesisbook.model.commands import check_parameters  # noqa: PLC0415

    status = run_check(project_of(ctx).root)
    if status == 0:
        modelled(lambda: check_parameters(dataset_of(ctx)))
    sys.exit(status)


@click.command()
@scenario_option
@parameter_option
@json_option
@click.pass_context
def value(ctx: click.Context, scenario: str, parameters: tuple[str, ...], as_json: bool) -> None:
    """The headline outputs of the model, without notebooks."""
    from thesisbook.model.commands import value_report  # noqa: PLC0415

    variant = variant_of(scenario, parameters)
    report = modelled(
        lambda: value_report(dataset_of(ctx), variant.scenario, dict(variant.overrides))
    )
    if as_json:
        print_json(report)
        return
    for name, shown in report.items():
        for year, number in shown.items() if isinstance(shown, dict) else [("", shown)]:
            click.echo(f"{f'{name}.{year}' if year else name:<32} {readable(number)}")


@click.command()
@scenario_option
@json_option
@click.pass_context
def params(ctx: click.Context, scenario: str, as_json: bool) -> None:
    """Every parameter: unit, range, value, reason."""
    from thesisbook.model.commands import parameter_table  # noqa: PLC0415

    rows = modelled(lambda: parameter_table(dataset_of(ctx), scenario))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        low, high = row["low"], row["high"]
        allowed = ", ".join(row["allowed"]) if row["allowed"] else f"{low} to {high}"
        held = row["value"]
        shown = (
            " ".join(f"{year}:{readable(number)}" for year, number in held.items())
            if isinstance(held, dict)
            else readable(held)
        )
        click.echo(f"{row['name']} = {shown} {row['unit']}  [{allowed}]\n    {row['reason']}")


@click.command()
@click.argument("first")
@click.argument("second")
@json_option
@click.pass_context
def compare(ctx: click.Context, first: str, second: str, as_json: bool) -> None:
    """Two scenarios, or two builds (their folders or numbers.json), number by number.

    A scenario may carry overrides: bear,price=40.
    """
    from thesisbook.engine.comparison import compare as difference  # noqa: PLC0415
    from thesisbook.engine.comparison import readable_lines  # noqa: PLC0415

    found = modelled(lambda: difference(lambda: dataset_of(ctx), first, second))
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(readable_lines(found)))


@click.command("import")
@click.argument("workbook", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--build", "building", is_flag=True, help="Build the book from them.")
@click.option("--only", type=click.Choice(["html", "pdf", "xlsx"]), multiple=True)
@json_option
@click.pass_context
def import_(
    ctx: click.Context, workbook: Path, building: bool, only: tuple[str, ...], as_json: bool
) -> None:
    """An edited workbook's assumptions, validated: what differs, or the book they make."""
    from thesisbook.model.commands import value_report  # noqa: PLC0415
    from thesisbook.outputs.workbook.edited_workbook import read_assumptions  # noqa: PLC0415
    from thesisbook.outputs.workbook.edits_text import edits_lines  # noqa: PLC0415

    dataset = dataset_of(ctx)
    edited = modelled(lambda: read_assumptions(dataset, workbook))
    reports = [value_report(dataset, edited.scenario, o) for o in (None, edited.overrides)]
    if as_json:
        told = edited.untaken.lines()
        print_json({"scenario": edited.scenario, "parameters": edited.overrides, "told": told})
    else:
        click.echo("\n".join(edits_lines(edited, dataset, workbook, reports)))
    if building:
        from thesisbook.engine import command  # noqa: PLC0415
        from thesisbook.engine.progress import Progress  # noqa: PLC0415
        from thesisbook.engine.project import Variant  # noqa: PLC0415

        variant = Variant(edited.scenario, edited.overrides)
        order = command.Order(variant=variant, outputs=only or command.OUTPUTS)
        built = command.build(project_of(ctx), order, Progress(verbose=ctx.obj["verbose"]))
        click.echo(command.summary(built), err=True)


def print_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))


def dataset_of(ctx: click.Context) -> Any:
    from thesisbook.data import load_dataset  # noqa: PLC0415

    return load_dataset(project_of(ctx).root)


def modelled(work: Callable[[], Any]) -> Any:
    """The result of some work with data and model, their errors as faults of the command."""
    from thesisbook.data import DataError  # noqa: PLC0415
    from thesisbook.engine.errors import DataFault, ParameterFault  # noqa: PLC0415
    from thesisbook.model import ParameterError  # noqa: PLC0415

    try:
        return work()
    except DataError as error:
        raise DataFault(str(error)) from None
    except ParameterError as error:
        raise ParameterFault(str(error)) from None


def readable(shown: Any) -> str:
    return f"{shown:,.4f}" if isinstance(shown, float) else str(shown)


COMMANDS = (check, value, params, compare, import_)
