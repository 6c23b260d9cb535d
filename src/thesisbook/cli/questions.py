"""Commands that show something and build nothing: check, value, params, compare, import."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from thesisbook.cli import (
    json_option,
    only_option,
    parameter_option,
    project_of,
    scenario_option,
    variant_of,
)


@click.command()
@click.option("--fix", is_flag=True, help="First undo what a spreadsheet does to a CSV file.")
@click.pass_context
def check(ctx: click.Context, fix: bool) -> None:
    """Validate data, errata and the parameters of the model.

    One line for each fault: FILE:ROW:COLUMN: what was found, what is allowed.
    """
    from thesisbook.engine.checking import check_data  # noqa: PLC0415

    project = project_of(ctx)
    if fix:
        from thesisbook.data.spreadsheets import put_right  # noqa: PLC0415

        for name in put_right(project.root):
            click.echo(f"{name}: written anew", err=True)
    sys.exit(check_data(project, model=True))


@click.command()
@scenario_option
@parameter_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Every headline number and year.")
@click.pass_context
def value(
    ctx: click.Context,
    scenario: str,
    parameters: tuple[str, ...],
    as_json: bool,
    everything: bool,
) -> None:
    """Target, rating and what they come from.

    What was changed stands beside the scenario as it is, another scenario beside base.
    """
    from thesisbook.cli import headlines  # noqa: PLC0415
    from thesisbook.engine.project import DEFAULT_SCENARIO  # noqa: PLC0415
    from thesisbook.exhibits.run_labels import run_label  # noqa: PLC0415
    from thesisbook.model import resolve, run  # noqa: PLC0415

    variant = variant_of(scenario, parameters)
    dataset = modelled(lambda: dataset_of(ctx))
    result = modelled(lambda: run(resolve(dataset, variant.scenario, variant.overrides)))
    label = run_label(result.assumptions, dataset)
    if as_json:
        print_json({"label": label, **result.headline()})
        return
    beside = variant.scenario if variant.overrides else DEFAULT_SCENARIO
    reference = modelled(lambda: run(resolve(dataset, beside)))
    against = run_label(reference.assumptions, dataset)
    click.echo(label if label == against else f"{label} (against {against})")
    grades = headlines.grade_names(dataset.company)
    click.echo("\n".join(headlines.lines(result, reference, grades, everything)))


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@scenario_option
@json_option
@click.pass_context
def params(ctx: click.Context, names: tuple[str, ...], scenario: str, as_json: bool) -> None:
    """What can be set: value, unit and range.

    With names, parts of names or words of labels: those alone, each with its values by year,
    reason, origin, and the equations and chapters that use it. A star marks what is not as in base.
    """
    from thesisbook.cli import parameter_list  # noqa: PLC0415
    from thesisbook.model.commands import parameter_table  # noqa: PLC0415

    dataset = modelled(lambda: dataset_of(ctx))
    rows = modelled(lambda: parameter_list.chosen(parameter_table(dataset, scenario), names))
    if as_json:
        print_json(rows)
        return
    base = {row["name"]: row["value"] for row in parameter_table(dataset)}
    if names:
        from thesisbook.model import resolve  # noqa: PLC0415
        from thesisbook.model.graph import graph_of  # noqa: PLC0415

        graph = graph_of(resolve(dataset, scenario))
        click.echo("\n".join(parameter_list.lines(rows, base, dataset.numbers, graph)))
    else:
        click.echo("\n".join(parameter_list.lines(rows, base)))


@click.command()
@click.argument("first")
@click.argument("second", required=False, default="base")
@json_option
@click.option("--all", "everything", is_flag=True, help="Every row, with the reasons.")
@click.pass_context
def compare(ctx: click.Context, first: str, second: str, as_json: bool, everything: bool) -> None:
    """Two scenarios, editions or builds: what moved the target.

    A scenario may carry overrides: bear,price=40. A kept edition is its day, 2025-12-31, or
    2025-12-31:bear; alone it is compared with base. A build is its folder or its numbers.json.
    """
    from thesisbook.cli import differences  # noqa: PLC0415
    from thesisbook.engine.comparison import compare as difference  # noqa: PLC0415

    found = modelled(lambda: difference(lambda: dataset_of(ctx), first, second))
    if as_json:
        print_json(found)
        return
    base = None
    if "parameters" in found:
        from thesisbook.model import resolve  # noqa: PLC0415

        base = resolve(dataset_of(ctx))
    click.echo("\n".join(differences.lines(found, base, everything)))


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--build", "building", is_flag=True, help="Build the book from them.")
@only_option
@json_option
@click.pass_context
def import_(
    ctx: click.Context, file: Path, building: bool, only: tuple[str, ...], as_json: bool
) -> None:
    """Read back a workbook, or a file of the page "What if".

    Shows what differs, validated, or builds the book that they make.
    """
    scenario, overrides, told, lines = modelled(lambda: _read_back(dataset_of(ctx), file))
    if as_json:
        print_json({"scenario": scenario, "parameters": overrides, "told": told})
    else:
        click.echo("\n".join(lines))
    if building:
        from thesisbook.engine import command  # noqa: PLC0415
        from thesisbook.engine.progress import Progress  # noqa: PLC0415
        from thesisbook.engine.project import Variant  # noqa: PLC0415

        order = command.Order(variant=Variant(scenario, overrides), outputs=only or command.OUTPUTS)
        built = command.build(project_of(ctx), order, Progress(verbose=ctx.obj["verbose"]))
        click.echo(command.summary(built), err=True)


def _read_back(dataset: Any, file: Path) -> tuple[str, dict[str, Any], list[str], list[str]]:
    """Scenario, overrides, what is told besides, and lines for a reader."""
    from thesisbook.model.commands import value_report  # noqa: PLC0415
    from thesisbook.outputs.workbook.edits_text import change_lines, edits_lines  # noqa: PLC0415

    if file.suffix == ".json":
        from thesisbook.outputs.whatif.parameter_file import read_parameter_file  # noqa: PLC0415

        wanted = read_parameter_file(dataset, file)
        reports = [value_report(dataset, wanted.scenario, o) for o in (None, wanted.overrides)]
        told = wanted.told(dataset)
        lines = change_lines(wanted.scenario, wanted.differences, dataset, reports)
        return wanted.scenario, dict(wanted.overrides), told, [*told, *lines]
    from thesisbook.outputs.workbook.edited_workbook import read_assumptions  # noqa: PLC0415

    edited = read_assumptions(dataset, file)
    reports = [value_report(dataset, edited.scenario, o) for o in (None, edited.overrides)]
    lines = edits_lines(edited, dataset, file, reports)
    return edited.scenario, edited.overrides, edited.untaken.lines(), lines


def print_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))


def dataset_of(ctx: click.Context) -> Any:
    from thesisbook.data import load_dataset  # noqa: PLC0415

    return load_dataset(project_of(ctx).root)


def modelled(work: Callable[[], Any]) -> Any:
    """The result of `work`; errors of data and model become errors of the command."""
    from thesisbook.data import DataError  # noqa: PLC0415
    from thesisbook.engine.errors import DataFault, ParameterFault  # noqa: PLC0415
    from thesisbook.model import ParameterError  # noqa: PLC0415

    try:
        return work()
    except DataError as error:
        raise DataFault(str(error)) from None
    except ParameterError as error:
        raise ParameterFault(str(error)) from None


COMMANDS = (check, value, params, compare, import_)
