"""The command line. Every command imports what it needs when it runs, so that each starts fast.

Exit codes: 0 done, 1 faulty data or a build that failed, 2 faulty parameters or usage.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from thesisbook.build.project import Project, Variant

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Commands(click.Group):
    """Turns the package's own faults into one line on stderr and the right exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        from thesisbook.build.errors import BuildError, DataFault, explain_os_error  # noqa: PLC0415

        try:
            return super().invoke(ctx)
        except DataFault as error:
            click.echo(str(error), err=True)
            sys.exit(error.exit_code)
        except BuildError as error:
            fail(str(error), error.exit_code)
        except KeyboardInterrupt:
            fail("stopped; the last good outputs are untouched", 130)
        except OSError as error:
            fail(explain_os_error(error, Path.cwd()), 1)


def fail(message: str, code: int) -> None:
    click.echo(f"thesisbook: {message}", err=True)
    sys.exit(code)


@click.group(cls=Commands, context_settings=CONTEXT)
@click.option("-C", "--project", "folder", type=click.Path(path_type=Path), help="Project folder.")
@click.option("-v", "--verbose", is_flag=True, help="Say why each step runs; log more.")
@click.version_option(package_name="thesisbook")
@click.pass_context
def main(ctx: click.Context, folder: Path | None, verbose: bool) -> None:
    """Executable equity research: check, value, build, compare."""
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING)
    ctx.obj = {"folder": folder, "verbose": verbose}


def project_of(ctx: click.Context, partial: bool = False) -> Project:
    from thesisbook.build.project import Project  # noqa: PLC0415

    return Project.find(ctx.obj["folder"], partial)


def variant_of(scenario: str, parameters: tuple[str, ...], language: str = "en") -> Variant:
    from thesisbook.build.parameters import parse_overrides  # noqa: PLC0415
    from thesisbook.build.project import Variant  # noqa: PLC0415

    return Variant(scenario, parse_overrides(parameters), language)


scenario_option = click.option("--scenario", "-s", default="base", help="Scenario of the model.")
parameter_option = click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE",
    help="Override a parameter, e.g. wacc=0.1 or gross_margin.2027=0.5; may be repeated.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable, unrounded.")


@main.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Validate data, identities and errata; FILE:ROW:COLUMN: message for each fault."""
    from thesisbook.data.check import run_check  # noqa: PLC0415

    sys.exit(run_check(project_of(ctx).root))


@main.command()
@scenario_option
@parameter_option
@click.option("--lang", "language", default="en", help="Language of the book: en or zh.")
@click.option("--only", type=click.Choice(["html", "pdf", "xlsx"]), multiple=True)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the outputs.")
@click.option("-j", "--jobs", default=2, type=click.IntRange(1), show_default=True)
@click.option("--all", "all_scenarios", is_flag=True, help="The site with every scenario.")
@click.option("--dry-run", is_flag=True, help="Say what would run, and why.")
@click.option("--partial", is_flag=True, help="Leave out pages that are not written yet.")
@click.option("--no-wait", is_flag=True, help="Refuse while another build is at work.")
@click.option("--plain-kernels", is_flag=True, help="Fresh interpreters instead of forks.")
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
    partial: bool,
    no_wait: bool,
    plain_kernels: bool,
) -> None:
    """Build the book: site, print edition and workbook; only what is touched runs again."""
    from thesisbook.build import command  # noqa: PLC0415
    from thesisbook.build.progress import Progress  # noqa: PLC0415

    project = project_of(ctx, partial)
    order = command.Order(
        variant=variant_of(scenario, parameters, language),
        outputs=only or command.OUTPUTS,
        out=out,
        jobs=jobs,
        all_scenarios=all_scenarios,
        wait=not no_wait,
        forking=not plain_kernels,
    )
    if dry_run:
        for stage in command.dry_run(project, order):
            click.echo(f"{stage.name}: {stage.reason}")
        return
    built = command.build(project, order, Progress(verbose=ctx.obj["verbose"]))
    click.echo(command.summary(built), err=True)


def print_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))
