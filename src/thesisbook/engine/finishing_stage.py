"""What a site gets when its pages are made; runs in children, which load the site's libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CALENDAR = "calendar.ics"


def complete_pages(**arguments: Any) -> None:
    """Fills the open places of assembled pages: `complete_site`'s own arguments."""
    from thesisbook.outputs.site.site_parts import complete_site  # noqa: PLC0415

    complete_site(**arguments)


def write_archives(root: Path, folder: Path) -> None:
    """Puts what a reader may take away into a folder: zips, and the calendar if there is one."""
    from thesisbook.data import is_whole, load_dataset  # noqa: PLC0415
    from thesisbook.outputs.site.archives import write  # noqa: PLC0415

    write(root, folder)
    if is_whole(root):
        from thesisbook.score.events import calendar_of  # noqa: PLC0415 - loads the model

        dataset = load_dataset(root)
        if dataset.calendar:
            (folder / CALENDAR).write_bytes(calendar_of(dataset).encode("utf-8"))
