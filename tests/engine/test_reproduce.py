"""The same bytes whatever folder, time zone, locale, hash seed and number of workers."""

from __future__ import annotations

from pathlib import Path

from toy_project import edit, thesisbook


def test_two_clean_builds_agree(toy: Path) -> None:
    done = thesisbook(toy, "reproduce", "--only", "html")
    assert done.returncode == 0, done.stderr
    counted, _, told = done.stdout.strip().partition(" files compared, ")
    assert int(counted) > 60
    assert told == "0 differ"


def test_chance_is_found_out(toy: Path) -> None:
    edit(
        toy / "notebooks/01_sales.ipynb", "sales = data", "import uuid; uuid.uuid4()\\nsales = data"
    )
    edit(toy / "notebooks/01_sales.ipynb", "print(scenario", "print(uuid.uuid4(), scenario")
    done = thesisbook(toy, "reproduce", "--only", "html", "--base-only")
    assert done.returncode == 1
    assert "differs: ../book/chapters/01_sales.ipynb" in done.stderr
    assert "differs: html/book/chapters/01_sales.html" in done.stderr
