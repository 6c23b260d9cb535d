"""Every chapter runs, in every scenario and at the ends of what parameters allow."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from book_copies import CHAPTERS, ROOT, Executed, read_chapter

from thesisbook.data import load_dataset

DATASET = load_dataset(ROOT)

#: Scenario and overrides; each is allowed, together they reach the ends of what a reader may set.
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "published": ("published", {}),
    "bull": ("bull", {}),
    "bear": ("bear", {}),
    "price_low": ("base", {"price": 1.0}),
    "price_high_many_shares": ("bear", {"price": 1000.0, "shares_mn": 10000.0}),
    "no_margin": ("base", {"gross_margin": 0.0}),
    "dear_capital": ("base", {"wacc": 0.3, "terminal_growth": 0.0}),
    "cheap_capital": ("bull", {"wacc": 0.05, "terminal_growth": 0.03}),
    "no_volume": ("base", {"volume_factor": 0.2}),
    "only_peers": ("published", {"dcf_weight": 0.0, "ps_discount": 0.9, "ps_basis": "mean"}),
    "only_flows": ("base", {"dcf_weight": 1.0, "dcf_timing": "mid_year", "ps_year": 2026}),
    "end_of_year": ("bear", {"valuation_date": "2026-12-30", "roll_forward_years": 1.0}),
}


def faults(chapter: str, executed: Executed) -> list[str]:
    """What a reader would stumble over."""
    found = []
    expected = [row.id for row in DATASET.captions[chapter]]
    if list(executed.exhibits) != expected:
        found.append(f"exhibits {list(executed.exhibits)} are not those of the captions")
    for name, exhibit in executed.exhibits.items():
        found += [f"{name}: {fault}" for fault in exhibit["faults"]]
        found += [f"{name}: no {part}" for part in ("title", "alt", "csv") if not exhibit[part]]
        if 'class="exhibit-source">' not in exhibit["html"]:
            found.append(f"{name}: no source line")
        if len(list(csv.reader(io.StringIO(exhibit["csv"])))) < 2:
            found.append(f"{name}: its data have no row")
        for text in (exhibit["title"], exhibit["alt"]):
            if re.search(r"\{|\}|\bnan\b|\binf\b", text):
                found.append(f"{name}: {text}")
        cells = re.findall(r"<t[dh][^>]*>(?:<[^>]+>)*([^<]*)", exhibit["html"])
        found += [f"{name}: cell {cell!r}" for cell in cells if cell in ("nan", "inf", "None")]
    for name, text in executed.shown.items():
        if not text.strip() or re.search(r"\bnan\b|\binf\b|\bNone\b", text):
            found.append(f"number {name}: {text!r}")
    for cell in json.loads(executed.notebook.read_text(encoding="utf-8"))["cells"]:
        outputs = cell.get("outputs", ())
        found += [o["text"] for o in outputs if o["output_type"] == "stream"]  # warnings too
    return found


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_base(base: dict[str, Executed], chapter: str) -> None:
    assert faults(chapter, base[chapter]) == []


def test_no_exhibit_of_any_book_has_a_fault(both_languages: Path) -> None:
    """In every scenario, and in Chinese: what the build kept of each chapter it ran."""
    kept = ROOT / "_build" / ".cache"
    books = ["base", "bull", "bear", "closed", "base-zh"]
    found = {
        (book, chapter, name): exhibit["faults"]
        for book in books
        for chapter in CHAPTERS
        for name, exhibit in read_chapter(kept / book / f"{chapter}.ipynb").exhibits.items()
    }
    assert len(found) > 500
    assert {place: faults for place, faults in found.items() if faults} == {}


def sampled() -> list[tuple[str, str]]:
    """Every second chapter, each in another variant; the rest is for the long run."""
    names = list(VARIANTS)[1::2]  # one of them leaves no gross profit to divide by
    return [(chapter, names[k % len(names)]) for k, chapter in enumerate(CHAPTERS[::2])]


def check(run: Callable[..., Executed], project: Path, chapter: str, variant: str) -> None:
    scenario, overrides = VARIANTS[variant]
    executed = run(project, chapter, scenario, overrides)
    assert faults(chapter, executed) == []


@pytest.mark.parametrize(("chapter", "variant"), sampled())
def test_a_sample_of_others(
    run: Callable[..., Executed], unchanged: Path, chapter: str, variant: str
) -> None:
    check(run, unchanged, chapter, variant)


@pytest.mark.soak
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_all_others(
    run: Callable[..., Executed], unchanged: Path, chapter: str, variant: str
) -> None:
    if (chapter, variant) not in sampled():
        check(run, unchanged, chapter, variant)


def same_in_a_kernel(run: Callable[..., Executed], project: Path, *what: str) -> None:
    """An ordinary kernel gives the same bytes of a chapter, and reads the same."""
    ours, kernels = run(project, *what), run(project, *what, kernel=True)
    assert ours.notebook.read_bytes() == kernels.notebook.read_bytes()
    assert json.loads(json.dumps(ours.trace)) == kernels.trace


def test_an_ordinary_kernel_gives_the_same(run: Callable[..., Executed], unchanged: Path) -> None:
    same_in_a_kernel(run, unchanged, "06_valuation", "bear")


@pytest.mark.soak
@pytest.mark.parametrize("scenario", DATASET.scenarios)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_ordinary_kernels_give_the_same_of_all(
    run: Callable[..., Executed], unchanged: Path, chapter: str, scenario: str
) -> None:
    same_in_a_kernel(run, unchanged, chapter, scenario)
