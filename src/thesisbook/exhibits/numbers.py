"""Named numbers: rows of data/numbers/*.csv, evaluated, formatted, with their receipts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from thesisbook.data import Dataset, Expression
from thesisbook.data.currencies import write_as
from thesisbook.data.dimensions import is_ratio, unit_code
from thesisbook.data.faults import nearest
from thesisbook.exhibits import meanings
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.receipts import ReceiptBook
from thesisbook.exhibits.references import Resolver, Results
from thesisbook.exhibits.run_receipts import cell_name, plain
from thesisbook.exhibits.sentences import SENTENCE_FUNCTIONS, sentence_functions
from thesisbook.exhibits.translation import Translation
from thesisbook.exhibits.unit_formats import unit_of_format
from thesisbook.model.number_units import NumberMeasures

COMMON = "common"
_ALONE = re.compile(r"\{(model|param)\.([^{}]+)\}")  # a number that is one cell of the workbook
_SLOT = re.compile(r"\{([a-z0-9_]+)\}")


class UnknownNumber(KeyError):
    """A name that no row of data/numbers gives, with the nearest that exist."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        hint = f"; nearest: {', '.join(known)}" if known else ""
        super().__init__(f"no named number {name!r}{hint}")

    def __str__(self) -> str:
        return str(self.args[0])


class NumberError(ValueError):
    """A named number that cannot be evaluated or formatted; says which and where."""


@dataclass(frozen=True)
class NamedNumber:
    """A number ready for prose. Shown as a span that carries the name of its receipt."""

    name: str
    value: Any
    text: str

    def _repr_html_(self) -> str:
        return (
            f'<span class="num" tabindex="0" data-receipt="{self.name}">{escape(self.text)}</span>'
        )

    def __repr__(self) -> str:
        return self.text


class Numbers:
    """The named numbers of the files `common` and of the chapters asked for."""

    def __init__(self, dataset: Dataset, results: Results, language: str = "en") -> None:
        write_as(dataset.company["currencies"])
        meanings.use(dataset)
        self.dataset = dataset
        self.language = language
        self.translation = Translation(dataset.words.get(language, {}), language)
        self.resolver = Resolver(results, self.value, language)
        self.book = ReceiptBook(self.resolver, self)
        self._rows = {row.name: row for row in dataset.numbers.get(COMMON, ())}
        self.measures = NumberMeasures(dataset)
        self._values: dict[str, Any] = {}
        self._busy: list[str] = []

    def open_chapter(self, chapter: str) -> list[str]:
        """Read the chapter's own numbers; return all names known now, in file order."""
        for row in self.dataset.numbers.get(chapter, ()):
            if row.name in self._rows and self._rows[row.name] is not row:
                raise NumberError(f"data/numbers/{chapter}.csv: {row.name!r} is given twice")
            self._rows[row.name] = row
        return list(self._rows)

    def _row(self, name: str) -> Any:
        if name not in self._rows:
            raise UnknownNumber(name, nearest(name, self._rows))
        return self._rows[name]

    def value(self, name: str) -> Any:
        """The unrounded value of a named number."""
        if name not in self._values:
            row = self._row(name)
            if name in self._busy:
                raise NumberError(f"{' -> '.join((*self._busy, name))}: a circle of numbers")
            self._busy.append(name)
            try:
                expression = Expression(row.expression, sentence_functions(self.language))
                self._values[name] = expression.evaluate(self.resolver)
            except (ValueError, KeyError, TypeError) as error:
                raise NumberError(f"number {name!r}: {error}") from error
            finally:
                self._busy.pop()
        return self._values[name]

    def __getitem__(self, name: str) -> NamedNumber:
        row = self._row(name)
        value = self.value(name)
        # a plain number whose unit is known to be a count is written as one, in 10^4 in Chinese
        plain_count = row.format == "0" and unit_code(self.measures.number(name)) == "count"
        try:
            text = format_value(value, "count0" if plain_count else row.format, self.language)
        except ValueError as error:
            raise NumberError(f"number {name!r}: {error}") from error
        worded = row.format == "text" or row.format.startswith("words:")
        return NamedNumber(name, value, self.translation(text) if worded else text)

    def kept(self) -> list[dict[str, str]]:
        """Every named number of every chapter, unrounded and as shown, to be kept."""
        found = []
        for chapter in self.dataset.numbers:
            self.open_chapter(chapter)
        for name, row in self._rows.items():
            number = self[name]
            numeric = isinstance(number.value, int | float) and not isinstance(number.value, bool)
            value = repr(float(number.value)) if numeric else ""
            row_of = {"name": name, "value": value, "shown": number.text}
            found.append({**row_of, "label_en": row.label_en})
        return found

    def _unit(self, name: str, code: str) -> str:
        """The unit of a named number: that of its format, or else of what it is made of."""
        measure = self.measures.number(name)
        known = unit_of_format(code) or unit_code(measure)
        return known or ("multiple" if is_ratio(measure) else "")

    def receipt(self, name: str) -> dict[str, Any]:
        """The receipt of one named number (not of its inputs)."""
        row, number = self._row(name), self[name]
        label = row.label_zh if self.language == "zh" else row.label_en
        alone = _ALONE.fullmatch(row.expression.strip())
        parameters = self.resolver.results.current.assumptions.parameters
        return {
            "kind": "number",
            "label": label,
            "text": number.text,
            "value": plain(number.value),
            "unit": self._unit(name, row.format),
            "format": row.format,
            "formula": row.expression,
            "inputs": list(Expression(row.expression, SENTENCE_FUNCTIONS).references),
            **(
                {"cell": cell_name(alone[2], parameters if alone[1] == "model" else ())}
                if alone
                else {}
            ),
        }

    def payload(
        self, names: Iterable[str], references: Iterable[str] = (), runs: bool = True
    ) -> dict[str, Any]:
        """Numbers and the receipts behind them, in the form that is stored in a notebook.

        Without `runs` the receipts end at quantities of a run."""
        numbers = {name: self.translation.receipt(self.receipt(name)) for name in names}
        inputs = [reference for number in numbers.values() for reference in number["inputs"]]
        return {"numbers": numbers, "receipts": self.book.gather([*inputs, *references], runs)}

    def fill(self, template: str, html: bool = False) -> str:
        """`template` with every `{name}` replaced by that number; `html` escapes the rest."""
        parts = []
        end = 0
        for match in _SLOT.finditer(template):
            before = template[end : match.start()]
            number = self[match[1]]
            parts.append(escape(before) if html else before)
            parts.append(number._repr_html_() if html else number.text)
            end = match.end()
        rest = template[end:]
        parts.append(escape(rest) if html else rest)
        return "".join(parts)

    @staticmethod
    def names_in(template: str) -> list[str]:
        """The names that a template asks for."""
        return _SLOT.findall(template)
