"""data/print.yaml: what the print editions show. The site shows everything."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, TypeAdapter, model_validator

from thesisbook.data.entries import Names
from thesisbook.data.fields import Closed, Format, Id, Sentence, Text, Year


class FrontPoint(Closed):
    """A line of the front page's key data: its name, and an expression like a named number's."""

    name: Names
    expression: Sentence
    format: Format


class FrontLine(Closed):
    """A line by year: a quantity of the run (`model`) or of a scenario; `name` replaces its own."""

    quantity: Text
    of: Text = "model"
    name: Names | None = None


class FrontPage(Closed):
    """The front page: whose value is the target, the exhibits to draw, key data, lines by year.

    `target` is `tree` where the expected value over the house's tree is rated, otherwise `run`.
    """

    target: Literal["run", "tree"]
    figures: tuple[Id, ...]
    key_data: dict[Id, FrontPoint]
    years: tuple[Year, ...] = Field(min_length=1)
    lines: tuple[FrontLine, ...] = Field(min_length=1)


class NoteItem(Closed):
    """One thing that the note shows: a title of its own, an exhibit, a section or a whole page."""

    heading: Names | None = None
    exhibit: Id | None = None
    section: Text | None = None
    page: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> NoteItem:
        given = (self.heading, self.exhibit, self.section, self.page)
        if sum(value is not None for value in given) != 1:
            raise ValueError("one of heading, exhibit, section, page is allowed")
        return self


class Note(Closed):
    """The short edition: what follows its front page, in order."""

    items: tuple[NoteItem, ...] = Field(min_length=1)


class Prints(Closed):
    """`left_out`: pages and exhibits of the whole report that are left to the site."""

    left_out: tuple[Text, ...] = ()
    front_page: FrontPage | None = None
    note: Note | None = None


PRINTS: TypeAdapter = TypeAdapter(Prints)
