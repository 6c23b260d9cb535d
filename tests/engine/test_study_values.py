"""What a state adds, or a case scales, must leave every parameter in its range in every branch."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from thesisbook.data import Dataset, load_dataset
from thesisbook.engine.study_values import study_value_faults

ROOT = Path(__file__).parents[2]


def test_the_branches_of_the_project_are_within_their_ranges(dataset: Dataset) -> None:
    assert list(study_value_faults(dataset, ROOT)) == []


@pytest.mark.parametrize(
    ("study", "pattern", "new"),
    [
        ("tree", r"(?m)^( +)add:\n +(\w+\.2\d{3}): .*$", r"\1add:\n\1  \2: 1000000"),
        ("cases", r"(?m)^  scale: \{(\w+): [\d.]+", r"  scale: {\1: 1000000"),
    ],
)
def test_a_value_that_leaves_its_range_is_named_with_its_line(
    study: str, pattern: str, new: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "data" / "studies" / f"{study}.yaml"
    text = path.read_text(encoding="utf-8")
    place = re.search(pattern, text)
    assert place
    path.write_text(re.sub(pattern, new, text, count=1), encoding="utf-8")
    (fault,) = map(str, study_value_faults(load_dataset(tmp_path), tmp_path))
    assert re.fullmatch(
        rf"data/studies/{study}.yaml:\d+:\S+: found \S+ in a branch; \S+ to \S+ is allowed", fault
    )
    near = text[: place.end()].count("\n") + 1
    assert abs(int(fault.split(":")[1]) - near) < 12
