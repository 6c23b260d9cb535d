"""What an edited workbook changed that is not taken: cells outside the inputs, other scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from thesisbook.model import ParameterError, Result
from thesisbook.outputs.workbook import plan_book
from thesisbook.outputs.workbook.layout import Book
from thesisbook.outputs.workbook.origin import Origin
from thesisbook.outputs.workbook.render import Written, digest, written
from thesisbook.outputs.workbook.saved_cells import Cells, SavedCell, same_formula
from thesisbook.outputs.workbook.values import Values

if TYPE_CHECKING:
    from thesisbook.data import Dataset
    from thesisbook.outputs.workbook.edited_workbook import Inputs

SAME = 1e-12  # spreadsheet programs keep fifteen digits
SHOWN = 12  # of one kind; the rest is counted
NO_CELL = SavedCell(None)


@dataclass(frozen=True)
class Untaken:
    """Sentences for a reader, by kind; each empty where there is nothing to tell.

    `twice`: parameters in two rows. `outside`: cells outside the inputs. `elsewhere`: inputs of
    scenarios that are not selected. `target`: the workbook's own target is not the model's.
    """

    twice: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    target: str = ""

    def lines(self) -> list[str]:
        """All of it, under headings."""
        found = list(self.twice)
        for cells, what in (
            (self.outside, "{} outside the inputs {} changed, which no import can take:"),
            (self.elsewhere, "{} of scenarios that are not selected {} changed, and not taken:"),
        ):
            if cells:
                found.append(what.format(counted(len(cells), "cell"), were(len(cells))))
                found += [f"  {words}" for words in cells[:SHOWN]]
                found += [f"  and {len(cells) - SHOWN} more"] if len(cells) > SHOWN else []
        return [*found, self.target] if self.target else found


def counted(number: int, noun: str) -> str:
    """`1 cell`, `2 cells`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def were(number: int) -> str:
    return "was" if number == 1 else "were"


def same_value(one: Any, other: Any) -> bool:
    """Equality of what cells hold; numbers to the digits that spreadsheet programs keep."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= SAME * max(abs(one), abs(other))
    if isinstance(one, str) or isinstance(other, str):
        return _words(one) == _words(other)
    return bool(one == other)


def _words(held: Any) -> str:
    """Text as every program keeps it; a file knows no empty text."""
    return "" if held is None else " ".join(str(held).split())


@dataclass(frozen=True)
class Comparison:
    """A workbook beside the one that this project would write for the same scenario and inputs."""

    book: Book
    values: Values
    expected: Written
    sheets: Mapping[str, Cells]

    @classmethod
    def of(cls, dataset: Dataset, origin: Origin, sheets: Mapping[str, Cells]) -> Comparison | None:
        """None where the project would write another: its data or its equations have changed."""
        try:
            values = Values(dataset, origin.scenario, origin.parameters)
        except ParameterError:
            return None
        book = plan_book(dataset)
        expected = written(book, values)
        same = digest(expected) == origin.digest
        return cls(book, values, expected, sheets) if same else None

    def untaken(self, inputs: Inputs, scenario: str, result: Result) -> Untaken:
        """What was changed besides the inputs of `scenario`, which make `result`."""
        elsewhere = [
            words
            for name in self.values.scenarios
            if name != scenario
            for words in self._edits(inputs, name)
        ]
        moved = [name for name in self.expected if self._moved(name)]
        if moved:
            outside = [f"{', '.join(moved)}: rows or columns were moved, so no formula is compared"]
        else:
            outside = list(self._outside())
        return Untaken(
            tuple(inputs.twice),
            tuple(outside),
            tuple(elsewhere),
            "" if moved else self._target(result),
        )

    def _cell(self, sheet: str, at: tuple[int, int]) -> SavedCell:
        return self.sheets.get(sheet, {}).get(xl_rowcol_to_cell(*at), NO_CELL)

    def _moved(self, sheet: str) -> bool:
        """Whether most words of the first column stand elsewhere."""
        words = {at: held for at, (_, held) in self.expected[sheet].items() if at[1] <= 1 and held}
        kept = sum(same_value(self._cell(sheet, at).value, held) for at, held in words.items())
        return sheet in self.sheets and kept < len(words) / 2

    def _outside(self) -> Iterator[str]:
        """Sheets that are missing, and cells that hold another formula or constant."""
        inputs = {
            (place.sheet, place.row, place.column)
            for key, place in self.book.places.items()
            if key == "scenario" or key.startswith("input.")
        }
        for sheet, cells in self.expected.items():
            if sheet not in self.sheets:
                yield f"{sheet}: the sheet is missing"
                continue
            for at, (formula, content) in cells.items():
                held = self._cell(sheet, at)
                if (sheet, *at) not in inputs and not _same(held, formula, content):
                    was = formula or _shown(content)
                    yield f"{sheet}!{xl_rowcol_to_cell(*at)}: {_shown(held)} instead of {was[:60]}"

    def _edits(self, inputs: Inputs, scenario: str) -> Iterator[str]:
        p = self.values.assumptions_of(scenario)
        for key, where, _ in inputs.values(p, scenario):
            place = self.book.places[f"input.{scenario}.{key}"]
            formula, content = self.expected[place.sheet][place.row, place.column]
            held = inputs.cells.get(where, NO_CELL)
            if not _same(held, formula, content):
                change = f"{_shown(content)} -> {_shown(held)}"
                yield f"{scenario}: {key} {change} ({place.sheet}!{where})"

    def _target(self, result: Result) -> str:
        """The target as the workbook last calculated it, where it is not the model's."""
        place = self.book.places["target_price"]
        held = self._cell(place.sheet, (place.row, place.column)).value
        model = float(result.scalars["target_price"])
        if isinstance(held, (int, float)) and abs(held - model) <= 1e-6 * abs(model):
            return ""
        return (
            f"The workbook shows a target of {_shown(held)}, the model gives {model:.2f} for the"
            " inputs taken: it was not calculated after the last edit, or a formula was changed."
        )


def _same(held: SavedCell, formula: str, content: Any) -> bool:
    if formula or held.formula:
        return same_formula(held.formula, formula)
    return same_value(held.value, content)


def _shown(held: Any) -> str:
    """A cell or a value for a reader."""
    if isinstance(held, SavedCell):
        return held.formula[:60] or _shown(held.value)
    if held is None or held == "":
        return "nothing"
    return f"{held:g}" if isinstance(held, float) else f"{held!s:.60}"
