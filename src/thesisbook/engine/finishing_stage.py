"""What a site gets when its pages are made; runs in children, which load the site's libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def complete_pages(**arguments: Any) -> None:
    """Fills the open places of assembled pages: `complete_site`'s own arguments."""
    from thesisbook.outputs.site.site_parts import complete_site  # noqa: PLC0415

    complete_site(**arguments)


def write_archives(root: Path, folder: Path) -> None:
    """Puts the zips that a reader may take away into a folder."""
    from thesisbook.outputs.site.archives import write  # noqa: PLC0415

    write(root, folder)
