"""What a site gets when its pages are made; runs in children, which load the site's libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from thesisbook.engine.errors import BuildError

CALENDAR = "calendar.ics"


def complete_pages(**arguments: Any) -> None:
    """Fills the open places of assembled pages: `complete_site`'s own arguments.

    Raises BuildError if a script of the page "What if" is there that the equations do not give.
    """
    from thesisbook.outputs.site.site_parts import complete_site  # noqa: PLC0415
    from thesisbook.outputs.whatif import EditedModel  # noqa: PLC0415

    try:
        complete_site(**arguments)
    except EditedModel as error:
        raise BuildError(str(error)) from None


def refuse_edited_script(site: Path) -> None:
    """Raises BuildError if a published script of the page "What if" was changed by hand."""
    from thesisbook.outputs.whatif import EditedModel, refuse_edited, scripts  # noqa: PLC0415

    try:
        for path in scripts(site / "_static"):
            refuse_edited(path)
    except EditedModel as error:
        raise BuildError(str(error)) from None


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
