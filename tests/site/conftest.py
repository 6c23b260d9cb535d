"""The sample book as a built site with four scenarios, the real one if it is there, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest
from site_making import build
from site_sample import BOOKS, FOLDERS, SCENARIOS, write_sample
from site_serving import serve

from thesisbook.outputs.site.site_parts import complete_site


@pytest.fixture(scope="session")
def sample(made_once: Callable[..., Path]) -> Path:
    """A site of the sample book with four scenarios; built once for all workers of a test run."""
    return made_once("sample-site", _write_site) / "site"


def _write_site(place: Path) -> None:
    source = write_sample(place / "source")
    pages = build(source)
    site = shutil.copytree(pages, place / "site")
    for name in SCENARIOS[1:]:
        shutil.copytree(pages, site / name)
    offered = {
        folder: [place / f"sample-{name}.pdf", place / f"sample-{name}-note.pdf"]
        for folder, name in FOLDERS.items()
    }
    model = place / "sample.xlsx"
    for path in (*chain.from_iterable(offered.values()), model):
        path.write_bytes(path.name.encode())
    inputs = {folder: name.encode().hex().rjust(64, "0") for folder, name in FOLDERS.items()}
    complete_site(site, source, BOOKS, [model], reports=offered, inputs=inputs)


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Path:
    """The real book's site with all scenarios, up to date."""
    if given := os.environ.get("THESISBOOK_TEST_SITE"):
        return Path(given)
    return request.getfixturevalue("built_book") / "_build" / "html"


@pytest.fixture(scope="session")
def sample_address(sample: Path) -> Iterator[str]:
    server, address = serve(sample)
    yield address
    server.shutdown()
