"""Commands that build, show and prove books."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from thesisbook.cli import (
    jobs_option,
    only_option,
    parameter_option,
    port_option,
    project_of,
    scenario_option,
    variant_of,
)


@click.command()
@scenario_option
@parameter_option
@click.option("--lang", "language", default="en", help="Language: en, zh or all.")
@only_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the outputs: empty, or made by a build.",
)
@jobs_option
@click.option("--all", "all_scenarios", is_flag=True, help="The site with every scenario.")
@click.option("--dry-run", is_flag=True, help="Say what would run, and why.")
@click.option("--build-folder", type=click.Path(path_type=Path), help="Instead of _build.")
@click.option("--partial", is_flag=True, help="Leave out pages that are not written yet.")
@click.option("--no-wait", is_flag=True, help="Refuse while another build is at work.")
@click.option("--kernel", is_flag=True, help="Ordinary kernels and processes: slow, same bytes.")
@click.option("--address", default="", help="Address the site will have: sharing tags, site map.")
@click.option("--cell-seconds", type=click.FloatRange(min=1), help="Time a cell may take [300].")
@click.pass_context
def build(
    ctx: click.Context,
    *,
    scenario: str,
    parameters: tuple[str, ...],
    language: str,
    only: tuple[str, ...],
    out: Path | None,
    jobs: int,
    all_scenarios: bool,
    dry_run: bool,
    build_folder: Path | None,
    partial: bool,
    no_wait: bool,
    kernel: bool,
    cell_seconds: float | None,
    address: str,
) -> None:
    """Build the book: site, print edition and workbook.

    Only what is touched runs again; what is published is replaced whole or not at all. A book
    with another scenario or with parameters stands beside the others, in _build/books/.
    """
    from thesisbook.engine import command  # noqa: PLC0415
    from thesisbook.engine.progress import Progress  # noqa: PLC0415

    project = project_of(ctx, partial, build_folder)
    order = command.Order(
        variant=variant_of(scenario, parameters, "en" if language == "all" else language),
        outputs=only or command.OUTPUTS,
        out=out,
        jobs=jobs,
        all_scenarios=all_scenarios,
        all_languages=language == "all",
        wait=not no_wait,
        kernel=kernel,
        cell_seconds=cell_seconds or command.CELL_SECONDS,
        address=address,
    )
    if dry_run:
        for stage in command.dry_run(project, order):
            click.echo(f"{stage.name}: {stage.reason}")
        return
    built = command.build(project, order, Progress(verbose=ctx.obj["verbose"]))
    click.echo(command.summary(built), err=True)


@click.command()
@click.argument("grid", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path), help="Default: _build/sweeps/<name>.")
@jobs_option
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler, e.g. tcp://host:8786.")
@click.pass_context
def sweep(
    ctx: click.Context, grid: Path, out: Path | None, jobs: int, scheduler: str | None
) -> None:
    """Values or whole books over many parameter sets.

    GRID is a YAML file (examples/grid.yaml shows every key):

    \b
    what: values              # or books: a whole book for each set
    outputs: [html]           # of books: html, pdf, xlsx
    scenarios: [base, bear]   # default: base
    parameters:               # every combination, in every scenario
      wacc: [0.10, 0.12]
      terminal_growth: {from: 0.01, to: 0.03, steps: 3}
    sets:                     # besides: each as it stands
      - {scenario: bear, gross_margin.2027: 0.5}

    The results stand in a folder, with one table of all sets; what is done is not done again.
    """
    from thesisbook.engine.placing import mark, refuse_foreign  # noqa: PLC0415
    from thesisbook.engine.progress import Progress  # noqa: PLC0415
    from thesisbook.fleet.grid import read_grid  # noqa: PLC0415
    from thesisbook.fleet.sweep import sweep as run_sweep  # noqa: PLC0415

    project = project_of(ctx)
    if out is not None:
        refuse_foreign(out, project.root)
        mark(out)
    place = (out or project.build / "sweeps" / grid.stem).resolve()
    progress = Progress(verbose=ctx.obj["verbose"])
    done = run_sweep(
        project, read_grid(grid, project.root), place, progress, jobs=jobs, scheduler=scheduler
    )
    ran = f"{done.done} {'set' if done.done == 1 else 'sets'} run"
    click.echo(f"{ran}, {done.kept} kept, {len(done.faults)} failed; {done.table}", err=True)
    sys.exit(1 if done.faults else 0)


@click.command()
@port_option
@click.pass_context
def serve(ctx: click.Context, port: int) -> None:
    """Show the built site on this machine."""
    from thesisbook.engine.serving import serve as run_server  # noqa: PLC0415

    run_server(project_of(ctx).build / "html", port, click.echo)


@click.command()
@scenario_option
@parameter_option
@port_option
@only_option
@click.option("--partial", is_flag=True, help="Leave out pages that are not written yet.")
@click.pass_context
def watch(
    ctx: click.Context,
    *,
    scenario: str,
    parameters: tuple[str, ...],
    port: int,
    only: tuple[str, ...],
    partial: bool,
) -> None:
    """Build, serve, and build again on every change.

    The page in the browser follows.
    """
    from thesisbook.engine.command import Order  # noqa: PLC0415
    from thesisbook.engine.progress import Progress  # noqa: PLC0415
    from thesisbook.engine.serving import watch as run_watch  # noqa: PLC0415

    order = Order(variant=variant_of(scenario, parameters), outputs=only or ("html",))
    run_watch(project_of(ctx, partial), order, port, Progress(verbose=ctx.obj["verbose"]))


@click.command()
@click.option("--all/--base-only", "all_scenarios", default=True, help="The whole site, or base.")
@only_option
@click.pass_context
def reproduce(ctx: click.Context, all_scenarios: bool, only: tuple[str, ...]) -> None:
    """Build twice from clean copies and compare bytes."""
    from thesisbook.engine.progress import Progress  # noqa: PLC0415
    from thesisbook.engine.reproduce import reproduce as prove  # noqa: PLC0415

    options = (["--all"] if all_scenarios else []) + [f"--only={name}" for name in only]
    proof = prove(project_of(ctx), options, Progress(verbose=ctx.obj["verbose"]))
    for name in proof.different:
        click.echo(f"differs: {name}", err=True)
    click.echo(f"{proof.compared} files compared, {len(proof.different)} differ")
    sys.exit(1 if proof.different else 0)


COMMANDS = (build, sweep, serve, watch, reproduce)
