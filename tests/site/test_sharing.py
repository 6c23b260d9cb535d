"""What others read of a page: whole addresses where the site's own is known, else none at all."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from lxml import html as lxml_html
from site_browsing import reader_pages
from site_sample import BOOKS, SCENARIOS

from thesisbook.outputs.site.pages import Edition, json_ld
from thesisbook.outputs.site.site_parts import complete_site

ADDRESS = "https://example.org/report/"
FRONT = "book/index.html"
VALUATION = "book/chapters/06_valuation.html"
MAP = "sitemap.xml"


@pytest.fixture(scope="module")
def published(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site as it is put together for its address."""
    site = shutil.copytree(sample, tmp_path_factory.mktemp("published") / "site")
    complete_site(site, sample.parent / "source", BOOKS, base_url=ADDRESS)
    return site


def head(page: Path) -> Iterator[tuple[str, str]]:
    """What the head of a page says to others: name of the tag, content."""
    for element in lxml_html.document_fromstring(page.read_text("utf-8")).find("head"):
        if element.tag == "link" and element.get("rel") == "canonical":
            yield "canonical", element.get("href")
        elif element.tag == "meta":
            yield element.get("property") or element.get("name") or "", element.get("content")


def every_page(site: Path) -> list[str]:
    folders = ["", *(f"{name}/" for name in SCENARIOS[1:])]
    return [f"{below}{name}" for below in folders for name in reader_pages(site / below)]


def test_with_an_address_every_page_names_itself_its_card_and_its_canonical_page(
    published: Path,
) -> None:
    names = every_page(published)
    assert len(names) == 16
    for name in names:
        said = dict(head(published / name))
        assert said["og:url"] == ADDRESS + name
        assert said["canonical"] == ADDRESS + re.sub(rf"^({'|'.join(SCENARIOS)})/", "", name)
        for tag in ("og:image", "twitter:image"):
            assert said[tag].startswith(ADDRESS)
            assert (published / said[tag].removeprefix(ADDRESS)).is_file(), name
        assert said["twitter:card"] == "summary_large_image"
        assert said["og:title"] and said["og:description"]
    assert dict(head(published / VALUATION))["og:image"] == f"{ADDRESS}cards/06_valuation.png"
    assert dict(head(published / FRONT))["og:image"] == f"{ADDRESS}cards/00_summary.png"


def test_the_first_address_of_each_scenario_can_be_shared(published: Path) -> None:
    for below in ("", "bear/"):
        said = dict(head(published / below / "index.html"))
        assert said["canonical"] == ADDRESS + FRONT
        assert said["og:url"] == f"{ADDRESS}{below}{FRONT}"


def test_without_an_address_nothing_names_one(sample: Path) -> None:
    for name in every_page(sample):
        said = dict(head(sample / name))
        assert not {"canonical", "og:url", "og:image", "twitter:card"} & set(said), name
    assert not (sample / MAP).exists()
    assert (sample / "robots.txt").read_text() == "User-agent: *\nAllow: /\n"


def test_putting_it_together_again_changes_nothing_and_an_address_can_be_taken_back(
    published: Path, sample: Path, tmp_path: Path
) -> None:
    site = shutil.copytree(published, tmp_path / "site")
    complete_site(site, sample.parent / "source", BOOKS, base_url=ADDRESS)
    assert (site / VALUATION).read_bytes() == (published / VALUATION).read_bytes()
    complete_site(site, sample.parent / "source", BOOKS)
    assert dict(head(site / VALUATION)) == dict(head(sample / VALUATION))
    assert not (site / MAP).exists()


def test_the_map_lists_each_readers_page_of_each_scenario(published: Path) -> None:
    root = etree.parse(published / MAP).getroot()
    listed = {element.text for element in root.iter("{*}loc")}
    wanted = (VALUATION, f"bear/{VALUATION}", "book/method.html")
    assert {ADDRESS + name for name in wanted} <= listed
    assert not any("search" in name or "genindex" in name for name in listed)
    assert f"Sitemap: {ADDRESS}{MAP}\n" in (published / "robots.txt").read_text()


def data_of(site: Path, name: str) -> dict[str, Any]:
    page = lxml_html.document_fromstring((site / name).read_text("utf-8"))
    return json.loads(page.xpath("//script[@type='application/ld+json']")[0].text)


def test_the_front_page_tells_machines_the_numbers_of_its_card(sample: Path) -> None:
    data = data_of(sample, FRONT)
    assert (data["@type"], data["author"]["name"]) == ("Report", "Example")
    told = {one["name"]: one for one in data["mainEntity"]["variableMeasured"]}
    assert told["Target price"]["value"] == 48.2137
    assert told["Target price"]["description"] == "HKD 48.2"
    assert (told["Discount rate"]["value"], told["Discount rate"]["unitText"]) == (0.0921, "ratio")
    assert told["Rating, twelve months"]["value"] == "Neutral"
    assert "isPartOf" in data_of(sample, VALUATION)
    assert "mainEntity" not in data_of(sample, VALUATION)


def test_dates_for_machines_are_those_of_the_data() -> None:
    data = json.loads(json_ld(Edition("X", date="2026-06-03", price_date="2026-06-02"), "t", "s"))
    assert data["datePublished"] == "2026-06-03"
    assert data["contentReferenceTime"] == "2026-06-02"
