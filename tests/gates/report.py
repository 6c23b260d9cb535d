"""Write `benchmarks/GATES.md` from what the two runs kept: of the content and of the package."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import catalogue
import harmless
import language_faults as languages
import mutate
from catalogue import FAULTS, HARDER, ROOT, Copy, Done, interval

TARGET = ROOT / "benchmarks" / "GATES.md"
WHOLE = 1000
NOTES = Path(__file__).parent / "notes.md"


def rate(hits: int, count: int) -> str:
    low, high = interval(hits, count)
    return f"{hits} of {count} | {hits / count:.1%} | {low:.1%} to {high:.1%}"


def table(heads: str, rows: Iterable[str]) -> Iterator[str]:
    names = heads.split(" | ")
    yield f"| {heads} |"
    yield "|" + "---|" * len(names)
    yield from (f"| {row} |" for row in rows)
    yield ""


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def by_kind(kinds: Mapping[str, Callable[[Copy], None]], done: list[Done]) -> Iterator[str]:
    """A table of what was killed, one row a kind."""
    yield from table(
        "Kind | What is done | Killed | Rate | 95% interval | By",
        (
            f"{kind} | {cell(str(make.__doc__))} | "
            f"{rate(sum(d.killed for d in found), len(found))} | {by(found)}"
            for kind, make in kinds.items()
            if (found := [d for d in done if d.kind == kind])
        ),
    )


def content(done: list[Done]) -> Iterator[str]:
    """The part on faults of data, prose and outputs."""
    faults = [d for d in done if d.kind in FAULTS]
    killed = sum(d.killed for d in faults)
    yield "## Faults of the content\n"
    share, percent, between = rate(killed, len(faults)).split(" | ")
    kinds = len({d.kind for d in faults})
    yield f"Killed: {share}, {percent} (95% interval {between}), in {kinds} kinds."
    yield "The goal is 99%.\n"
    if len(faults) < WHOLE:
        yield f"This run was stopped early: a whole one has at least {WHOLE:,} faults.\n"
    yield from by_kind(FAULTS, faults)
    yield "### Survivors\n"
    yield from survivors(faults)
    yield "### Faults without a second account\n"
    yield "Of these the project holds no second account that could contradict them, or only for"
    yield "part of its figures. They are measured apart and are no part of the rate above.\n"
    harder = [d for d in done if d.kind in HARDER]
    yield from by_kind(HARDER, harder)
    yield from survivors(harder)
    yield "### Harmless edits\n"
    edits = [d for d in done if d.kind in harmless.KINDS]
    alarms = [d for d in edits if d.killed]
    yield from table(
        "Kind | What is done | False alarms | Rate | 95% interval",
        (
            f"{kind} | {cell(str(make.__doc__))} | {rate(sum(d.killed for d in found), len(found))}"
            for kind, make in {**harmless.KINDS, "all": harmless}.items()
            if (found := [d for d in edits if kind in (d.kind, "all")])
        ),
    )
    yield from (f"* {d.kind}: {cell(d.fault)}. {cell(d.told)}" for d in alarms)
    yield ""


def second_language() -> Iterator[str]:
    """The part on defects of the Chinese text; fast, so it is measured as it is written."""
    yield "## Defects of the second language\n"
    yield "Put into the Chinese text of a pair, or into the Chinese form of a number. A lost"
    yield "negation leaves no trace in the structure: every pair was read by a second reader, and"
    yield "the texts as he passed them are kept by their digest.\n"
    done = {kind: [found for _, found in languages.injected(kind)] for kind in languages.CLASSES}
    whole = [found for each in done.values() for found in each]
    yield from table(
        "Class | What is done | Found | Rate | 95% interval",
        (
            f"{kind} | {cell(str(made.__doc__))} | {rate(sum(done[kind]), len(done[kind]))}"
            for kind, made in languages.CLASSES.items()
        ),
    )
    yield from table("All | Rate | 95% interval", [rate(sum(whole), len(whole))])
    alarms = " | ".join(rate(*languages.alarms()).split(" | "))
    yield "False alarms on all clean pairs of the book, paragraphs and numbers:\n"
    yield from table("Alarms | Rate | 95% interval", [alarms])


def by(found: list[Done]) -> str:
    return ", ".join(
        f"{name} {n}" for name, n in Counter(d.by for d in found if d.by).most_common()
    )


def survivors(found: list[Done]) -> Iterator[str]:
    lived = [d for d in found if not d.killed]
    yield from (f"* {d.kind}: {cell(d.fault)}" for d in lived)
    yield "" if lived else "None.\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faults", type=Path, default=catalogue.kept())
    parser.add_argument("--mutants", type=Path, default=mutate.KEPT)
    given = parser.parse_args()
    done = list(catalogue.read_kept(given.faults).values())
    mutants = mutate.read_kept(given.mutants)
    if not done and not mutants:
        print(f"neither {given.faults} nor {given.mutants} holds a result", file=sys.stderr)
        return 1
    head = "# What the gates refuse\n\nWritten by `make gates` and `make mutate`; not by hand.\n"
    parts = [head, *content(done), *second_language(), *mutate.chapter(mutants)]
    parts.append(NOTES.read_text("utf-8"))
    TARGET.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
    print(f"{TARGET}: {len(done)} edits of the content, {len(mutants)} of the package")
    return 0


if __name__ == "__main__":
    sys.exit(main())
