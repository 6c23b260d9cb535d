"""The workbook of a book, written in a child that notes which data it read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from thesisbook.engine.fast import reads as tracing


def make_workbook(
    root: str, out: str, scenario: str, overrides: dict[str, Any], language: str = "en"
) -> dict[str, Any]:
    """Writes the workbook `out`; returns the trace of what it read."""
    with tracing.recording(Path(root)) as recorder:
        from thesisbook.data import load_dataset  # noqa: PLC0415
        from thesisbook.outputs.workbook import write_workbook  # noqa: PLC0415

        write_workbook(load_dataset(Path(root)), Path(out), scenario, overrides)
        if language != "en":
            from thesisbook.exhibits.translation import translation_of  # noqa: PLC0415
            from thesisbook.outputs.workbook.in_language import put_in_language  # noqa: PLC0415

            put_in_language(Path(out), translation_of(Path(root), language))
    return recorder.trace().as_json()
