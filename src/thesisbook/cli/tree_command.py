"""The command `tree`: the house view's branches, their odds and values, the expected value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from thesisbook.cli import json_option, parameter_option, project_of

if TYPE_CHECKING:
    from thesisbook.model.scenario_tree import TreeValue

NAMES = ("dcf_per_share", "relative_per_share", "value_per_share", "target_price")


@click.command()
@parameter_option
@click.option(
    "--odds",
    "given",
    multiple=True,
    metavar="DRIVER=STATE:P,STATE:P",
    help="Other odds of a driver, e.g. launch=timely:0.4,late:0.6; may be repeated.",
)
@click.option(
    "--scale",
    "scales",
    multiple=True,
    metavar="NAME=FACTOR",
    help="Multiply a parameter in every branch and year, e.g. gross_margin=1.1; may be repeated.",
)
@json_option
@click.pass_context
def tree(
    ctx: click.Context,
    parameters: tuple[str, ...],
    given: tuple[str, ...],
    scales: tuple[str, ...],
    as_json: bool,
) -> None:
    """The house view: branches, odds, expected value, grade."""
    from thesisbook.cli.questions import dataset_of, modelled, print_json  # noqa: PLC0415
    from thesisbook.engine.errors import ParameterFault  # noqa: PLC0415
    from thesisbook.engine.run_parameters import parse_overrides  # noqa: PLC0415
    from thesisbook.model.scenario_tree import value_tree  # noqa: PLC0415

    dataset = modelled(lambda: dataset_of(ctx))
    if "tree" not in dataset.studies:
        raise ParameterFault(f"{project_of(ctx).root}/data/studies/tree.yaml: no such file")
    odds, factors = odds_of(given), factors_of(scales)
    valued = modelled(lambda: value_tree(dataset, parse_overrides(parameters), odds, factors))
    if as_json:
        print_json(report(valued))
        return
    names = {g["id"]: g["name"]["en"] for g in dataset.company["rating_scale"]["grades"]}
    for line in table(valued, names):
        click.echo(line)


def odds_of(given: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Odds by driver and state from `DRIVER=STATE:P,...`. Raises click.BadParameter."""
    found: dict[str, dict[str, float]] = {}
    for text in given:
        driver, _, states = text.partition("=")
        try:
            pairs = [state.rsplit(":", 1) for state in states.split(",")]
            found[driver] = {state: float(chance) for state, chance in pairs}
        except ValueError:
            message = f"{text!r} says no odds; write DRIVER=STATE:P,STATE:P"
            raise click.BadParameter(message, param_hint="--odds") from None
    return found


def factors_of(scales: tuple[str, ...]) -> dict[str, float]:
    """Factors by parameter from `NAME=FACTOR`. Raises ParameterFault."""
    from thesisbook.engine.errors import ParameterFault  # noqa: PLC0415
    from thesisbook.engine.run_parameters import parse_overrides  # noqa: PLC0415

    found = parse_overrides(scales)
    for name, factor in found.items():
        if isinstance(factor, bool) or not isinstance(factor, float):
            raise ParameterFault(f"{name}: {factor!r} is not a factor; write a number")
    return found


def report(valued: TreeValue) -> dict[str, Any]:
    """Values, odds and grade of the tree as JSON-ready data, unrounded."""
    return {
        "branches": [
            {
                "states": dict(branch.states),
                "probability": branch.probability,
                **{name: branch.scalars[name] for name in NAMES},
            }
            for branch in valued.branches
        ],
        "expected": {name: valued.expected(name) for name in NAMES},
        "price": float(valued.assumptions("price")),
        "upside": valued.upside,
        "relative_return": valued.relative_return,
        "rating": valued.rating,
    }


def table(valued: TreeValue, grades: dict[str, str]) -> list[str]:
    """The lines that the command prints: one a branch, then the expected values."""
    drivers = list(valued.branches[0].states)
    widths = [max(len(d), *(len(b.states[d]) for b in valued.branches)) for d in drivers]
    heads = ("cash flows", "peers", "today", "12 months")

    def row(states: list[str], odds: str, numbers: list[str]) -> str:
        named = "  ".join(f"{s:<{w}}" for s, w in zip(states, widths, strict=True))
        return f"{named}  {odds:>7}  " + "  ".join(f"{n:>10}" for n in numbers)

    lines = [row(drivers, "odds", list(heads))]
    lines += [
        row(
            [branch.states[driver] for driver in drivers],
            f"{branch.probability:.2%}",
            [f"{branch.scalars[name]:,.2f}" for name in NAMES],
        )
        for branch in valued.branches
    ]
    expected = [f"{valued.expected(name):,.2f}" for name in NAMES]
    lines.append(row(["expected", *[""] * (len(drivers) - 1)], "100.00%", expected))
    price = float(valued.assumptions("price"))
    lines += [
        "",
        f"Price {price:,.2f}; expected return {valued.upside:+.1%}, "
        f"less the index {valued.relative_return:+.1%}: {grades[valued.rating]}",
        f"Chance that the value in 12 months is above the price: {valued.above(price):.0%}",
    ]
    return lines


COMMANDS = (tree,)
