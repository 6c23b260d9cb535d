"""Figures as inline SVG: the same bytes, nothing that reaches beyond the figure."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest
from lxml import etree

from exhibits.gallery import GALLERY
from thesisbook.exhibits.svg import to_svg

SCRIPT = """
import hashlib
from exhibits.gallery import GALLERY
from thesisbook.exhibits.svg import to_svg
for kind in ("bars", "football_field", "scatter", "histogram", "tree"):
    print(kind, hashlib.sha256(to_svg(GALLERY[kind](), "x", "alt").encode()).hexdigest())
"""


@pytest.mark.parametrize("kind", GALLERY)
def test_self_contained(kind: str) -> None:
    svg = to_svg(GALLERY[kind](), "svg-one", "what it shows")
    root = etree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "what it shows"
    assert root.get("viewBox")
    identities = [e.get("id") for e in root.iter() if e.get("id")]
    assert all(identity.startswith("svg-one-") for identity in identities)
    assert len(set(identities)) == len(identities)
    for element in root.iter():
        assert element.get("style") is None
        assert etree.QName(element).localname not in ("style", "metadata", "script", "image")
        for value in element.attrib.values():
            assert "http" not in value
    references = {
        value.partition("#")[2].rstrip(")")
        for element in root.iter()
        for key, value in element.attrib.items()
        if value.startswith(("#svg", "url(#"))
    }
    assert references <= set(identities)


@pytest.mark.parametrize("kind", GALLERY)
def test_words_are_text_in_the_theme_s_colours(kind: str) -> None:
    root = etree.fromstring(to_svg(GALLERY[kind](), "a", "b"))
    texts = [e for e in root.iter() if etree.QName(e).localname == "text"]
    assert texts
    for text in texts:
        assert text.get("font-size")
        assert text.get("class", "").startswith("f-") or text.get("fill") == "#1d2732"


def test_the_same_bytes_in_another_process() -> None:
    runs = set()
    for seed in ("0", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        runs.add(done.stdout)
    assert len(runs) == 1
    here = hashlib.sha256(to_svg(GALLERY["bars"](), "x", "alt").encode()).hexdigest()
    assert here in runs.pop()


def test_the_alternative_text_is_escaped() -> None:
    svg = to_svg(GALLERY["bars"](), "a", 'less < "more" & so on')
    assert etree.fromstring(svg).get("aria-label") == 'less < "more" & so on'
