"""Defects put into the Chinese text or the Chinese form of a number, and whether they are found.

Each of eight classes changes one pair; a clean pair must pass. What is asked are the two checks of
a pair: its paragraphs (`pair_faults`) and its numbers read back (`read_back`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from thesisbook.data import load_dataset
from thesisbook.engine.pairs import pairs_of
from thesisbook.engine.project import Project
from thesisbook.exhibits.numbers import Numbers
from thesisbook.exhibits.references import Results
from thesisbook.provenance.paragraph_pairs import ANCHOR, paragraph_faults, paragraphs
from thesisbook.provenance.read_back import read_back

ROOT = Path(__file__).resolve().parents[2]
EACH = 30
CURRENCIES = {"RMB": "CNY", "元": "CNY", "港元": "HKD", "HKD": "HKD", "美元": "USD", "USD": "USD"}
ROLE = re.compile(r"\{glue:\}`\w+`")
NEGATION = re.compile(r"[不未无没非]")
Pair = tuple[str, str]
Defect = Callable[[Pair, random.Random], str | None]


@cache
def texts() -> list[Pair]:
    """Every paragraph of the book with its Chinese twin."""
    return [
        (one, other)
        for pair in pairs_of(Project(ROOT))
        for one, other in zip(
            paragraphs(pair.english), paragraphs(ANCHOR.sub("", pair.other)), strict=True
        )
    ]


@cache
def numbers() -> list[Pair]:
    """Every named number that is read back, as English and as Chinese shows it."""
    dataset = load_dataset(ROOT)
    results = Results(dataset, "base")
    shown = [
        {row["name"]: row["shown"] for row in Numbers(dataset, results, language).kept()}
        for language in ("en", "zh")
    ]
    both = [(text, shown[1][name]) for name, text in shown[0].items()]
    return [pair for pair in both if read_back(pair[0], CURRENCIES)]


def text_agrees(pair: Pair) -> bool:
    return not list(paragraph_faults(*pair))


def number_agrees(pair: Pair) -> bool:
    said = [read_back(text, CURRENCIES) for text in pair]
    return said[0] is not None and said[1] is not None and said[0].agrees(said[1])


def digit(pair: Pair, rng: random.Random) -> str | None:
    """The last digit of a number is another."""
    found = list(re.finditer(r"\d(?!.*\d)", pair[1]))
    if not found or "月" in pair[1]:
        return None
    other = str((int(found[0][0]) + rng.randint(2, 8)) % 10)
    return pair[1][: found[0].start()] + other + pair[1][found[0].end() :]


def sign(pair: Pair, _: random.Random) -> str | None:
    """A minus is lost."""
    return pair[1].removeprefix("\u2212") if pair[1].startswith("\u2212") else None


def scale(pair: Pair, _: random.Random) -> str | None:
    """Ten thousand for a hundred million, or the reverse."""
    swap = {"亿": "万", "万": "亿"}
    said = re.sub("[亿万]", lambda one: swap[one[0]], pair[1])
    return said if said != pair[1] else None


def unit(pair: Pair, _: random.Random) -> str | None:
    """Another unit or currency."""
    for word, other in (("港元", "元"), ("个百分点", "%"), ("%", "个百分点"), ("倍", "%")):
        if pair[1].endswith(word):
            return pair[1].removesuffix(word) + other
    return pair[1].removesuffix("元") + "港元" if pair[1].endswith("元") else None


def year(pair: Pair, rng: random.Random) -> str | None:
    """A typed year is the one beside it."""
    found = list(re.finditer(r"(?<![\w`])20[23]\d(?!\d)", ROLE.sub("", pair[1])))
    if not found:
        return None
    wrong = rng.choice(found)[0]
    return re.sub(rf"(?<![\w`]){wrong}(?!\d)", str(int(wrong) + rng.choice((-1, 1))), pair[1])


def name(pair: Pair, rng: random.Random) -> str | None:
    """A number's name is another's."""
    found = ROLE.findall(pair[1])
    if not found:
        return None
    other = rng.choice([role for _, text in texts() for role in ROLE.findall(text)])
    wrong = rng.choice(found)
    return pair[1].replace(wrong, other, 1) if other != wrong else None


def sentence(pair: Pair, rng: random.Random) -> str | None:
    """A sentence is missing."""
    parts = re.findall(r"[^。]*。", pair[1])
    if len(parts) < 2:
        return None
    return pair[1].replace(rng.choice(parts), "", 1)


def negation(pair: Pair, rng: random.Random) -> str | None:
    """A negation is lost."""
    found = list(NEGATION.finditer(ROLE.sub("", pair[1])))
    if not found or pair[1].startswith("|"):
        return None
    at = rng.choice(list(NEGATION.finditer(pair[1])))
    return pair[1][: at.start()] + pair[1][at.end() :]


OF_NUMBERS: dict[str, Defect] = {"digit": digit, "sign": sign, "万 for 亿": scale, "unit": unit}
OF_TEXTS: dict[str, Defect] = {
    "year": year,
    "name": name,
    "missing sentence": sentence,
    "negation lost": negation,
}
CLASSES = OF_NUMBERS | OF_TEXTS


def injected(kind: str, each: int = EACH) -> Iterator[tuple[str, bool]]:
    """For each defect of a class the text that has it, and whether it was found."""
    rng = random.Random(f"{kind} {each}")
    known, agrees = (numbers(), number_agrees) if kind in OF_NUMBERS else (texts(), text_agrees)
    made = 0
    for pair in rng.sample(known, len(known)):
        wrong = CLASSES[kind](pair, rng)
        if wrong is not None and wrong != pair[1] and made < each:
            made += 1
            yield wrong, not agrees((pair[0], wrong))


def alarms() -> tuple[int, int]:
    """False alarms among the clean pairs, of texts and of numbers, and how many these are."""
    clean = [text_agrees(pair) for pair in texts()] + [number_agrees(pair) for pair in numbers()]
    return clean.count(False), len(clean)
