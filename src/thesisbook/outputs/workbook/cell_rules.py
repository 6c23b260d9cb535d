"""What a cell of an input accepts, as the parameter declares it."""

from __future__ import annotations

from functools import partial
from typing import Any

from thesisbook.model import Parameter
from thesisbook.outputs.workbook.layout import Sheet, serial
from thesisbook.outputs.workbook.styles import number_format
from thesisbook.outputs.workbook.values import Values


def allow(
    sheet: Sheet, at: tuple[int, int], last: int, parameter: Parameter, scenario: str
) -> None:
    """Validates a scenario's cells of a parameter, from `at` to the column `last`."""
    sheet.finishers.append(
        partial(_validate, at=at, last=last, parameter=parameter, scenario=scenario)
    )


def _validate(
    page: Any,
    styles: Any,
    values: Values,
    *,
    at: tuple[int, int],
    last: int,
    parameter: Parameter,
    scenario: str,
) -> None:
    parameter = values.assumptions_of(scenario).parameters[parameter.name]
    rule: dict[str, Any]
    if parameter.kind == "number":
        low, high = parameter.low, parameter.high
        kind = "integer" if parameter.unit == "year" else "decimal"
        rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
        allowed = f"{low:g} to {high:g} {parameter.unit}"
    elif parameter.kind == "date":
        ends = values.assumptions.valuation_dates
        rule = {
            "validate": "integer",
            "criteria": "between",
            "minimum": serial(ends[0]),
            "maximum": serial(ends[1]),
        }
        allowed = " to ".join(ends)
    else:
        source = ["TRUE", "FALSE"] if parameter.kind == "switch" else list(parameter.allowed)
        rule, allowed = {"validate": "list", "source": source}, ", ".join(source)
    message = f"Allowed: {allowed}"[:255]
    rule |= {
        "error_title": "Not allowed",
        "error_message": message,
        "input_title": parameter.name[:32],
        "input_message": message,
    }
    page.data_validation(*at, at[0], last, rule)


def defined_name(parameter: str) -> str:
    """`units.<product>` is the range `units_<product>`."""
    return parameter.replace(".", "_")


def spreadsheet_value(parameter: Parameter, value: Any) -> Any:
    """A parameter as a cell holds it: a date is its serial number."""
    return serial(value) if parameter.kind == "date" else value


def shape_of(parameter: Parameter) -> str:
    """The number format of a parameter's cells, a key of `styles`."""
    shape = number_format(parameter.unit, parameter.low, parameter.high)
    if parameter.name == "wacc":
        return "percent4"
    if parameter.kind == "switch":
        return "switch"
    return "percent2" if shape == "percent" else shape
