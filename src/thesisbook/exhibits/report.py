"""What a chapter calls to open a run, glue its numbers and show exhibits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
from IPython.display import display

from thesisbook.data import Dataset, load_dataset
from thesisbook.exhibits import drawing_checks as checks
from thesisbook.exhibits import tables
from thesisbook.exhibits.by_hand import check_injected, check_overrides
from thesisbook.exhibits.charts.canvas import Chart
from thesisbook.exhibits.frames import Frames
from thesisbook.exhibits.grades import Grades, grade_line
from thesisbook.exhibits.numbers import COMMON, Numbers
from thesisbook.exhibits.references import Results
from thesisbook.exhibits.svg import to_svg
from thesisbook.exhibits.tables import Table, Traced

NUMBERS_MIME = "application/vnd.thesisbook.numbers+json"
EXHIBIT_MIME = "application/vnd.thesisbook.exhibit+json"
_GLUE_PREFIX = "application/papermill.record/"  # where myst-nb looks for glued objects
_WORDS = {
    "en": {
        "exhibit": "Exhibit",
        "source": "Source",
        "note": "Note",
        "model": "this report's model",
    },
    "zh": {"exhibit": "图表", "source": "来源", "note": "注", "model": "本报告模型"},
}


class ExhibitError(ValueError):
    """An exhibit that has no caption, or a figure whose words cannot be drawn."""


class Report(Frames):
    """One run of the report: its data, results, named numbers and exhibits."""

    def __init__(self, dataset: Dataset, results: Results, language: str = "en") -> None:
        if language not in _WORDS:
            raise ValueError(f"language is one of {', '.join(_WORDS)}, not {language!r}")
        self.dataset = dataset
        self.results = results
        self.language = language
        self.numbers = Numbers(dataset, results, language)
        self.translation = self.numbers.translation
        self.chapter = COMMON
        self._shown: set[str] = set()
        self._used: dict[str, None] = {}  # references that the chapter shows, in order

    @classmethod
    def open(
        cls,
        scenario: str = "base",
        overrides: Mapping[str, Any] | None = None,
        language: str = "en",
        dataset: Dataset | None = None,
    ) -> Report:
        """Load the data and run the scenario. Errors of data and parameters pass through."""
        check_overrides(overrides)
        dataset = dataset or load_dataset()
        results = Results(dataset, scenario, overrides)
        # fail here for a wrong parameter, not at the first number
        check_injected(results.current.assumptions)
        return cls(dataset, results, language)

    def beside(self, change: Mapping[str, Any], scenario: str | None = None) -> Report:
        """A report of the same data under other parameters, to show beside this run.

        `change` is added to what this run sets, or to `scenario` if one is named.
        """
        settings = dict(change) if scenario else {**self.results.overrides, **change}
        return Report.open(scenario or self.results.scenario, settings, self.language, self.dataset)

    def glue(self, chapter: str) -> None:
        """Make the common numbers and those of `chapter` available to prose, with receipts."""
        self.chapter = chapter
        names = self.numbers.open_chapter(chapter)
        self._use((row.name for row in self.dataset.numbers.get(chapter, ())), ())
        for name in names:
            number = self.numbers[name]
            bundle = {"text/plain": number.text, "text/html": number._repr_html_()}
            display(
                {_GLUE_PREFIX + mime: text for mime, text in bundle.items()},
                raw=True,
                metadata={"scrapbook": {"name": name, "mime_prefix": _GLUE_PREFIX}},
            )
        self._display_hidden(self._fresh(names, ()))

    def _use(self, names: Iterable[str], references: Iterable[str]) -> None:
        """Record named numbers and references for the line of grades."""
        self._used.update(dict.fromkeys([*(f"num.{name}" for name in names), *references]))

    def grades(self) -> None:
        """Close the chapter with the share of its numbers by grade of their sources.

        Counted are the chapter's own named numbers and all that its exhibits and captions show.
        """
        counts = Grades(self.numbers.book).count(self._used)
        if not counts:
            return
        html, numbers = grade_line(counts, self.chapter, self.language)
        told = {"chapter": self.chapter, "scenario": self.scenario}
        payload = {**told, "numbers": numbers, "receipts": {}}
        display({"text/html": html, "text/plain": "", NUMBERS_MIME: payload}, raw=True)

    def explain_runs(self) -> None:
        """Store the receipts of all quantities of all runs, once for the whole book.

        The other chapters' numbers name their quantities and end there: 3,000 receipts in each
        chapter would take longer to write and read than its exhibits to draw.
        """
        self._display_hidden({"numbers": {}, "receipts": self._new(self.numbers.book.of_runs())})

    def _display_hidden(self, payload: Mapping[str, Any]) -> None:
        """Store numbers and receipts in the notebook as an output that shows nothing."""
        told = {**self._about, **payload}
        display({NUMBERS_MIME: told, "text/html": "", "text/plain": ""}, raw=True)

    @property
    def _about(self) -> dict[str, str]:
        """The chapter and run of numbers and exhibits; `run` is its name for readers."""
        run = self.results.label(self.language)
        return {"chapter": self.chapter, "scenario": self.scenario, "run": run}

    def _fresh(self, names: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
        """Numbers with those receipts behind them that this notebook does not have yet."""
        payload = self.numbers.payload(names, references, runs=False)
        self._refuse_later(payload["receipts"])
        return {**payload, "receipts": self._new(payload["receipts"])}

    def _refuse_later(self, receipts: Mapping[str, Mapping[str, Any]]) -> None:
        """Raises ExhibitError if an exhibit uses a fact later than the edition.

        `check` cannot see references that only a notebook names."""
        edition = self.dataset.company["edition"]
        for reference, receipt in receipts.items():
            if receipt["kind"] != "fact":
                continue
            fact = self.dataset.fact(reference.partition("@")[0])
            if fact.public > edition:
                raise ExhibitError(
                    f"{self.chapter}: {reference} was public on {fact.public} "
                    f"({fact.file}:{fact.line}); an edition of {edition} may use what was by then"
                )

    def _new(self, receipts: Mapping[str, Any]) -> dict[str, Any]:
        """Those not stored yet: a notebook holds each receipt once."""
        new = {name: receipt for name, receipt in receipts.items() if name not in self._shown}
        self._shown.update(new)
        return new

    def figure(self, exhibit: str, chart: Chart) -> None:
        """Show `chart` as the exhibit of that id, with caption, source, alternative text, data."""
        alt = self.numbers.fill(self._caption(exhibit).alt)
        name = exhibit.replace("_", "-")
        svg, faults = self._drawn(exhibit, chart, f"svg-{name}", alt)
        narrow, narrow_faults = self._drawn(exhibit, chart.narrow(), f"phone-{name}", alt)
        faults += [f"{fault} (on a phone)" for fault in narrow_faults]
        body = f'<div class="figure-scroll" tabindex="0">{svg}</div>'
        references = tuple(
            dict.fromkeys(
                cell.reference
                for cell in chart.data.to_numpy(dtype=object).ravel()
                if isinstance(cell, Traced)
            )
        )
        self._show(
            exhibit,
            "figure",
            body=body,
            data=chart.data,
            references=references,
            faults=faults,
            narrow=narrow,
        )

    def _drawn(self, exhibit: str, chart: Chart, name: str, alt: str) -> tuple[str, list[str]]:
        """The SVG of a chart and what is wrong with its words. Raises on a missing glyph."""
        self.translation.figure(chart)
        faults = checks.faults(chart)
        chart.set_layout_engine("none")  # so that the drawing saved is the one that was checked
        missing = [fault for fault in faults if fault.startswith("no glyph")]
        if missing:
            raise ExhibitError(f"exhibit {exhibit!r}: {missing[0]}")
        return to_svg(chart, name, alt), faults

    def table(self, exhibit: str, content: Table | pd.DataFrame, **options: Any) -> None:
        """Show a table (made by `tables`, or a frame with the options of `tables.table`)."""
        if isinstance(content, pd.DataFrame):
            content = tables.table(content, **{"language": self.language, **options})
        elif options:
            raise ValueError("options go with a frame; this table is made already")
        label = escape(self.numbers.fill(self._caption(exhibit).alt))
        body = (
            f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}">'
            f"{self.translation.table(content.html)}</div>"
        )
        self._show(
            exhibit, "table", body=body, data=content.data, references=content.references, faults=[]
        )

    def what_if(self, *levers: str) -> None:
        """A panel that moves assumptions on the page: levers of data/studies/what_if.yaml, by id.

        Without ids all of them. Print and Jupyter show a table of their values instead.
        """
        from thesisbook.exhibits.levers import still  # noqa: PLC0415

        html, references = still(self, levers)
        payload = self._about | self._fresh((), references)
        display({"text/html": html, "text/plain": "What if", NUMBERS_MIME: payload}, raw=True)

    def _caption(self, exhibit: str) -> Any:
        """The caption in the report's language (`<chapter>_zh.csv`), or else in English."""
        for file in (f"{self.chapter}_{self.language}", self.chapter):
            for row in self.dataset.captions.get(file, ()):
                if row.id == exhibit:
                    return row
        raise ExhibitError(f"data/captions/{self.chapter}.csv has no row {exhibit!r}")

    def exhibit_number(self, exhibit: str) -> str:
        """`6.3`: the chapter's index and the row's place in its captions."""
        rows = [row.id for row in self.dataset.captions[self.chapter]]
        return f"{int(self.chapter[:2])}.{rows.index(exhibit) + 1}"

    def _show(
        self,
        exhibit: str,
        kind: str,
        *,
        body: str,
        data: pd.DataFrame,
        references: Sequence[str],
        faults: list[str],
        narrow: str = "",
    ) -> None:
        caption = self._caption(exhibit)
        words = _WORDS[self.language]
        number = self.exhibit_number(exhibit)
        identity = f"ex-{exhibit.replace('_', '-')}"
        note = self.numbers.fill(caption.note, html=True)
        html = (
            f'<figure class="exhibit exhibit-{kind}" id="{identity}" data-exhibit="{exhibit}">'
            f'<figcaption><span class="exhibit-number">{words["exhibit"]} {number}</span> '
            f'<span class="exhibit-title">{self.numbers.fill(caption.title, html=True)}</span>'
            f"</figcaption>{body}"
            f'<p class="exhibit-source">{words["source"]}: {self._sources(caption.source)}</p>'
            + (f'<p class="exhibit-note">{note}</p>' if note else "")
            + "</figure>"
        )
        title = self.numbers.fill(caption.title)
        record = {
            "id": exhibit,
            "number": number,
            "kind": kind,
            "title": title,
            "alt": self.numbers.fill(caption.alt),
            "csv": self.translation.csv(data.to_csv(lineterminator="\n")),
            "chapter": self.chapter,
            "scenario": self.scenario,
            "references": list(references),
            "narrow": narrow,
            "faults": faults,
        }
        names = [
            n
            for text in (caption.title, caption.alt, caption.note)
            for n in self.numbers.names_in(text)
        ]
        payload = self._about | self._fresh(list(dict.fromkeys(names)), references)
        self._use(names, references)
        display(
            {
                "text/html": html,
                "text/plain": f"{words['exhibit']} {number} {title}",
                EXHIBIT_MIME: record,
                NUMBERS_MIME: payload,
            },
            raw=True,
        )

    def _behind(self, source: str) -> list[str]:
        """The source itself; for a number in braces, the sources of the facts behind it."""
        names = self.numbers.names_in(source)
        behind = self.numbers.book.gather([f"num.{name}" for name in names]).values()
        found = [receipt["source"]["id"] for receipt in behind if receipt["kind"] == "fact"]
        return list(dict.fromkeys(found)) if names else [source]

    def _sources(self, ids: str) -> str:
        parts = []
        given = [source.strip() for source in ids.split(";")]
        for identity in dict.fromkeys(found for each in given for found in self._behind(each)):
            if identity == "model":
                run = self.results.label(self.language)
                own = _WORDS[self.language]["model"]
                parts.append(f'<span data-source="model">{own} ({escape(run)})</span>')
                continue
            if identity not in self.dataset.sources:
                raise ExhibitError(f"data/captions/{self.chapter}.csv: no source {identity!r}")
            source = self.dataset.sources[identity]
            named = self.dataset.labels.get(f"source_{identity}")
            publisher = named[self.language] if named else source.publisher
            text = escape(f"{publisher}, {source.date} [{source.id}]")
            parts.append(f'<span data-source="{identity}">{text}</span>')
        return "; ".join(parts)
