"""What the checks of two languages find: at least 200 defects in eight classes, and clean pairs."""

from __future__ import annotations

import pytest
from language_faults import CLASSES, EACH, alarms, injected

# a lost negation has no number and no name: a second reader finds it (`thesisbook pairs`)
LEAST = {"万 for 亿": 0.95, "year": 0.9, "missing sentence": 0.8, "negation lost": 0.2}


@pytest.mark.parametrize("kind", CLASSES)
def test_defects_are_found(kind: str) -> None:
    done = list(injected(kind))
    lived = [text for text, found in done if not found]
    assert len(done) >= 25
    assert len(lived) <= (1 - LEAST.get(kind, 1.0)) * len(done), lived[:3]


def test_there_are_defects_enough() -> None:
    assert len(CLASSES) == 8
    assert sum(len(list(injected(kind))) for kind in CLASSES) >= 200
    assert EACH >= 25


def test_clean_pairs_pass() -> None:
    wrong, count = alarms()
    assert count >= 50
    assert wrong == 0
