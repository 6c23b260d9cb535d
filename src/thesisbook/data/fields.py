"""The types of single cells and entries: identifiers, closed lists, numbers, periods, dates."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from thesisbook.data.expressions import arithmetic, references
from thesisbook.data.faults import nearest
from thesisbook.data.periods import ALLOWED, FORMS, is_period
from thesisbook.data.units import DIMENSIONS, UNITS, codes_beside, is_currency

Basis = Literal["reported", "consensus", "forecast", "estimate", "derived", "assumption"]
SourceKind = Literal["primary", "research", "press"]
#: How figures came to a source: they are its own (`origin`), an editor saw where they come from
#: (`edited`), it quotes such an editor (`relayed`), or nobody edits it, as a forum (`unedited`).
#: Empty where that is not known.
SourceChain = Literal["", "origin", "edited", "relayed", "unedited"]
SourceGrade = Literal["A", "B", "C", "D"]
EntityKind = Literal[
    "company",
    "peer",
    "product",
    "group",
    "market",
    "person",
    "supplier",
    "investor",
    "institution",
    "rule",
    "technology",
    "project",
    "language_model_china",
    "language_model_us",
    "language_model_other",
]
ExhibitStatus = Literal["rebuilt", "derived", "replaced", "impossible"]
Severity = Literal["H", "M", "L"]
Verdict = Literal["confirmed", "corrected", "rejected", "found"]
BASES: tuple[str, ...] = get_args(Basis)
NUMBER_ALLOWED = "a plain number like -1234.5 is allowed"
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,18})?", re.ASCII)
_ORDINARY_YEAR = 1999  # any year that is no leap year
_FULL_WIDTH = re.compile(r"[０-９，．]")
SPREADSHEET_DATE = re.compile(
    r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-\d{2}"
)


class Closed(BaseModel):
    """Base of every row and entry: unknown fields and NaN are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def in_column(column: str, found: str, allowed: str) -> PydanticCustomError:
    """A validation error that is found on a whole row but shown at one column."""
    context = {"column": column, "found": found, "allowed": allowed}
    return PydanticCustomError("column", "{allowed}", context)


def number_hint(text: str) -> str:
    """What is wrong with a cell that holds no plain number, and what is allowed."""
    if _FULL_WIDTH.search(text):
        return f"full-width digits or separators; {NUMBER_ALLOWED}"
    if "," in text:
        return f"thousands separators belong in `printed`; {NUMBER_ALLOWED}"
    if re.fullmatch(r"[+-]?(nan|inf|infinity)", text, re.IGNORECASE):
        return f"not a finite number; {NUMBER_ALLOWED}"
    if re.fullmatch(r"[+-]?[\d.]+[eE][+-]?\d+", text, re.ASCII):
        return f"a spreadsheet's scientific notation; {NUMBER_ALLOWED}"
    if SPREADSHEET_DATE.fullmatch(text):
        return f"a spreadsheet's date; {NUMBER_ALLOWED}"
    return NUMBER_ALLOWED


def plain_number(text: object) -> object:
    """A number from its text, in the one form allowed: ASCII digits, point, minus."""
    if isinstance(text, str):
        if not _NUMBER.fullmatch(text):
            raise ValueError(number_hint(text))
        return float(text)
    return text


def is_plain_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Whether `text` is a day that exists, as 2025-12-31."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _unit(code: str) -> str:
    if code not in UNITS:
        raise ValueError(
            f"not a unit of data/README.md; nearest: {', '.join(nearest(code, codes_beside(code)))}"
        )
    return code


def _currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError("a currency code of ISO 4217 is allowed")
    return code


def _year_end(text: str) -> str:
    """A month and day that exists in every year: 29 February is refused."""
    if not is_day(f"{_ORDINARY_YEAR}-{text}"):
        raise ValueError("a month and day like 12-31 or 06-30 is allowed")
    return text


def _dimension(name: str) -> str:
    if name not in DIMENSIONS:
        raise ValueError(f"not a dimension; allowed: {', '.join(DIMENSIONS)}")
    return name


def _form(pattern: str, allowed: str) -> AfterValidator:
    compiled = re.compile(pattern, re.ASCII)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"{allowed} is allowed")
        return text

    return AfterValidator(check)


def _period(text: str) -> str:
    if SPREADSHEET_DATE.fullmatch(text):
        raise ValueError(f"a spreadsheet's date; allowed: {ALLOWED}")
    if not is_period(text):
        raise ValueError(f"not a period; allowed: {ALLOWED}")
    return text


def _expression(text: str) -> str:
    arithmetic(text)
    return text


def _sentence(text: str) -> str:
    references(text)
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression ({error})") from None
    return text


def _day(text: str) -> str:
    if not is_day(text):
        raise ValueError("a day like 2025-12-31 is allowed")
    return text


def _published(text: str) -> str:
    if not re.fullmatch(r"\d{4}", text, re.ASCII) and not (
        is_period(text) and len(text) in (7, 10)
    ):
        raise ValueError("a year, month or day like 2025, 2025-12 or 2025-12-31 is allowed")
    return text


def _scalar(text: object) -> object:
    """YAML scalars arrive as text: a plain number, true or false, or a word."""
    if not isinstance(text, str):
        return text
    if text in ("true", "false"):
        return text == "true"
    if is_plain_number(text):
        return float(text)
    if re.match(r"[-+.]?[\d０-９]", text) and not is_day(text):
        raise ValueError(number_hint(text))
    return text


def _period_forms(text: str) -> str:
    if any(word not in FORMS or text.split().count(word) > 1 for word in text.split(" ")):
        raise ValueError(f"some of {', '.join(FORMS)}, separated by blanks, are allowed")
    return text


def _line_currency(text: str) -> str:
    if text in ("", *CURRENCY_WORDS):
        return text
    if not all(map(is_currency, text.split(" "))):
        raise ValueError(f"{' or '.join(CURRENCY_WORDS)} is allowed, or codes of ISO 4217")
    return text


Text = Annotated[str, StringConstraints(min_length=1)]
Id = Annotated[str, _form(r"[a-z0-9][a-z0-9_]*", "lower snake case like gross_margin")]
FactId = Annotated[
    str,
    _form(
        r"[a-z0-9_]+\.[a-z0-9_]+\.[A-Za-z0-9-]+",
        "entity.metric.period like acme.revenue.2025",
    ),
]
SourceId = Annotated[str, _form(r"[a-z0-9][a-z0-9_-]*", "a source id like 004 or hkex-2026-01-28")]
Period = Annotated[str, AfterValidator(_period)]
Published = Annotated[str, AfterValidator(_published)]
Day = Annotated[str, AfterValidator(_day)]
OptionalDay = Annotated[str, AfterValidator(lambda text: text and _day(text))]
OptionalGrade = Literal["", "A", "B", "C", "D"]
UnitCode = Annotated[str, AfterValidator(_unit)]
PeriodForms = Annotated[str, AfterValidator(_period_forms)]
#: When a line is stated: near the day of its source, once its period is over, or at any time.
Dated = Literal["", "source", "over", "any"]
#: The currency of an entity's statements, and that in which its share trades.
CURRENCY_WORDS = ("reporting", "trading")
LineCurrency = Annotated[str, AfterValidator(_line_currency)]
OptionalCurrency = Annotated[str, AfterValidator(lambda text: text and _currency(text))]
Subjects = Annotated[
    str,
    _form(
        r"|(\*|[a-z0-9_*]+(\.[a-z0-9_*]+)?)(;[a-z0-9_*]+(\.[a-z0-9_*]+)?)*",
        "entities, or entity.metric, separated by ; with * for any part,",
    ),
]
UnitCodes = Annotated[str, AfterValidator(lambda text: " ".join(map(_unit, text.split())))]
CurrencyCode = Annotated[str, AfterValidator(_currency)]
AmountPattern = Annotated[str, _form(r"[^{}]*\{\}[^{}]*", "a pattern with {} for the amount")]
YearEnd = Annotated[str, AfterValidator(_year_end)]
Dimension = Annotated[str, AfterValidator(_dimension)]
Formula = Annotated[str, AfterValidator(_expression)]
OptionalFormula = Annotated[str, AfterValidator(lambda text: text and _expression(text))]
Pattern = Annotated[str, StringConstraints(min_length=1), AfterValidator(_pattern)]
Sentence = Annotated[str, AfterValidator(_sentence)]
Number = Annotated[float, BeforeValidator(plain_number)]
Scalar = Annotated[bool | float | str, BeforeValidator(_scalar)]
Year = Annotated[int, BeforeValidator(lambda text: int(text) if is_year(text) else text)]
Count = Annotated[
    int, BeforeValidator(lambda text: int(text) if is_plain_number(str(text)) else text)
]
Language = Annotated[str, _form(r"[a-z]{2}(-[A-Za-z]+)?", "a language code like en or zh")]
Address = Annotated[str, _form(r"|https?://\S+", "an address beginning with https:// or nothing")]
Digest = Annotated[str, _form(r"|[0-9a-f]{64}", "a SHA-256 of 64 hexadecimal digits or nothing")]
Ticker = Annotated[
    str,
    _form(
        r"|\d{4,5}\.HK|\d{6}\.(SH|SZ|BJ|KS)|\d{4}\.TW|[A-Z.]{1,6}\.(US|O|N)|[A-Z]{1,5}\.[A-Z]{2}",
        "a stock code with its leading zeros like 0700.HK, 000063.SZ or NVDA.US, or nothing",
    ),
]
Format = Annotated[
    str,
    _form(
        r"words:.+|year|date|month|text|\+?[a-z_]*\d",
        "a format like 0, pct1 or words:a|b",
    ),
]


def is_year(text: object) -> bool:
    return re.fullmatch(r"(19|20)\d\d", str(text), re.ASCII) is not None
