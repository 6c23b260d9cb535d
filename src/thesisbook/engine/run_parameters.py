"""Parameters of a book, checked before anything runs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from thesisbook.data.languages import LANGUAGES
from thesisbook.engine.chapters import check_parameters
from thesisbook.engine.errors import DataFault, ParameterFault
from thesisbook.engine.project import Project, Variant


def parse_overrides(items: Iterable[str]) -> dict[str, Any]:
    """`NAME=VALUE` pairs as numbers, booleans or words. Raises ParameterFault."""
    overrides: dict[str, Any] = {}
    for item in items:
        name, equals, text = item.partition("=")
        if not equals or not name.strip():
            raise ParameterFault(f"parameter {item!r} is not of the form NAME=VALUE")
        if name.strip() in overrides:
            raise ParameterFault(f"parameter {name.strip()} is given twice")
        overrides[name.strip()] = parse_value(text.strip())
    return overrides


def parse_value(text: str) -> float | bool | str:
    """A number where it reads as one (never nan or infinity), true/false, else the word itself."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        raise ParameterFault(f"{text!r} is not a finite number")
    return number


def check_variant(project: Project, variant: Variant) -> None:
    """Raises ParameterFault unless scenario, language and overrides are possible."""
    if variant.language not in LANGUAGES:
        raise ParameterFault(
            f"unknown language {variant.language!r} (there are: {', '.join(LANGUAGES)})"
        )
    if variant.scenario not in project.scenarios:
        known = ", ".join(project.scenarios)
        raise ParameterFault(f"unknown scenario {variant.scenario!r} (there are: {known})")
    for chapter in project.chapters:
        if project.notebook(chapter).is_file():  # the one that the build writes is right
            check_parameters(project.notebook(chapter), variant.parameters())
    if variant.overrides:
        _check_overrides(project, variant)


def _check_overrides(project: Project, variant: Variant) -> None:
    from thesisbook.data import DataError, load_dataset  # noqa: PLC0415
    from thesisbook.model import ParameterError, resolve  # noqa: PLC0415

    try:
        dataset = load_dataset(project.root)
        resolve(dataset, variant.scenario, dict(variant.overrides))
    except DataError as error:
        raise DataFault(str(error)) from None
    except ParameterError as error:
        raise ParameterFault(str(error)) from None
