"""The grid that README and `sweep --help` point to is one that runs."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from thesisbook.fleet.grid import GridFile

ROOT = Path(__file__).parents[2]
GRID = ROOT / "examples/grid.yaml"


def test_example_grid_runs(typed: Callable[..., Result], tmp_path: Path) -> None:
    done = typed("sweep", str(GRID), "--out", str(tmp_path / "out"), "-j", "1")
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader((tmp_path / "out/results.csv").open(encoding="utf-8")))
    assert len(rows) == 2 * 3 * 2 + 2
    assert all(float(row["target_price"]) > 0 and not row["error"] for row in rows)


def test_every_key_of_a_grid_is_explained(typed: Callable[..., Result]) -> None:
    help_text, example = typed("sweep", "--help").output, GRID.read_text(encoding="utf-8")
    for key in GridFile.model_fields:
        assert f"{key}:" in help_text and f"{key}:" in example
    assert "examples/grid.yaml" in (ROOT / "README.md").read_text(encoding="utf-8")
