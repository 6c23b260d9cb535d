"""The address that a site is published at: sharing tags and the map of the site want it whole."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from thesisbook.engine.errors import DataFault, ParameterFault
from thesisbook.engine.site_stage import configuration


def address_of(given: str, root: Path) -> str:
    """The address with a slash at its end: the one given, or that of _config.yml (html: baseurl);
    empty where there is neither.

    Raises ParameterFault for a given address that is none, DataFault for one of _config.yml.
    """
    configured = str((configuration(root).get("html") or {}).get("baseurl") or "")
    address = given or configured
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        plain = not (parts.query or parts.fragment or set(address) & set(' "<>'))
    except ValueError:
        whole = plain = False
    if not (whole and plain):
        told = f"found {address!r}; an address like https://example.org/report/ is allowed"
        if given:
            raise ParameterFault(f"--address: {told}")
        lines = (root / "_config.yml").read_text(encoding="utf-8").splitlines()
        row = next(number for number, line in enumerate(lines, 1) if "baseurl" in line)
        raise DataFault(f"_config.yml:{row}:html.baseurl: {told}")
    return address.rstrip("/") + "/"
