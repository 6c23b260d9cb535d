"""The command line. Each command imports its modules when it runs, so that all start fast.

Exit codes: 0 done, 1 faulty data or a build that failed, 2 faulty parameters or usage.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from thesisbook.engine.project import Project, Variant

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Commands(click.Group):
    """A group that turns the package's own errors into one line on stderr and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        from thesisbook.engine.errors import BuildError, DataFault, explain_os_error  # noqa: PLC0415

        try:
            return super().invoke(ctx)
        except DataFault as error:
            click.echo(str(error), err=True)
            sys.exit(error.exit_code)
        except BuildError as error:
            fail(str(error), error.exit_code)
        except KeyboardInterrupt:
            fail("stopped; the last good outputs are untouched", 130)
        except BrokenPipeError:
            raise  # who read the output has closed it, as `head` does: click leaves without a word
        except OSError as error:
            fail(explain_os_error(error, Path()), 1)


def fail(message: str, code: int) -> NoReturn:
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
    logging.getLogger("pikepdf").setLevel(logging.WARNING)  # else it greets whoever imports it
    ctx.obj = {"folder": folder, "verbose": verbose}


def project_of(
    ctx: click.Context, partial: bool = False, build_folder: Path | None = None
) -> Project:
    from thesisbook.engine.project import Project  # noqa: PLC0415

    return Project.find(ctx.obj["folder"], partial, build_folder and build_folder.resolve())


def variant_of(scenario: str, parameters: tuple[str, ...], language: str = "en") -> Variant:
    from thesisbook.engine.project import Variant  # noqa: PLC0415
    from thesisbook.engine.run_parameters import parse_overrides  # noqa: PLC0415

    return Variant(scenario, parse_overrides(parameters), language)


scenario_option = click.option("--scenario", "-s", default="base", help="Scenario of the model.")
parameter_option = click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter, e.g. wacc=10% or gross_margin.2027=0.5; may be repeated.",
)
only_option = click.option(
    "--only",
    type=click.Choice(["html", "pdf", "xlsx"]),
    multiple=True,
    help="This output alone; may be repeated.",
)
jobs_option = click.option(
    "-j", "--jobs", default=2, type=click.IntRange(1), show_default=True, help="Processes at once."
)
port_option = click.option(
    "--port",
    default=8000,
    type=click.IntRange(0, 65535),
    show_default=True,
    help="Port on this machine; 0 takes a free one.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable, unrounded.")


def register() -> None:
    """Adds the commands, which import this module, to the group."""
    from thesisbook.cli import (  # noqa: PLC0415
        building,
        changing,
        language_pairs,
        questions,
        scoring,
        source_lookup,
        tree_command,
    )

    for module in (
        questions,
        source_lookup,
        tree_command,
        scoring,
        changing,
        language_pairs,
        building,
    ):
        for command in module.COMMANDS:
            main.add_command(command)


register()
