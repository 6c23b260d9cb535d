"""What a chapter shows: glued numbers, exhibits, receipts, in one bundle each."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from lxml import html

from thesisbook.data import Dataset
from thesisbook.exhibits import Report, charts
from thesisbook.exhibits.report import EXHIBIT_MIME, NUMBERS_MIME, ExhibitError
from thesisbook.exhibits.tables import Traced
from thesisbook.model import ParameterError

Shown = list[tuple[dict[str, Any], dict[str, Any]]]


def test_glue_brings_every_number_and_its_receipts(dataset: Dataset, shown: Shown) -> None:
    report = Report.open("base", dataset=dataset)
    report.glue("06_valuation")
    *glued, (last, _) = shown
    names = {meta["scrapbook"]["name"] for _, meta in glued}
    expected = {
        row.name for chapter in ("common", "06_valuation") for row in dataset.numbers[chapter]
    }
    assert names == expected
    for bundle, meta in glued:
        prefix = meta["scrapbook"]["mime_prefix"]
        assert set(bundle) == {f"{prefix}text/html", f"{prefix}text/plain"}
    assert set(last[NUMBERS_MIME]["numbers"]) == expected
    assert last["text/html"] == ""


def test_a_figure_is_one_bundle(fresh: Report, shown: Shown) -> None:
    frame = fresh.frame({"EBIT": "base.dcf_ebit"}, range(2026, 2030))
    fresh.figure("dcf", charts.bars(frame.T, unit="RMB mn"))
    ((bundle, _),) = shown
    root = html.fromstring(bundle["text/html"])
    record = bundle[EXHIBIT_MIME]
    place = [row.id for row in fresh.dataset.captions["06_valuation"]].index("dcf") + 1
    assert root.get("id") == "ex-dcf"
    assert root.get("class") == "exhibit exhibit-figure"
    assert root.xpath("string(.//span[@class='exhibit-number'])") == f"Exhibit 6.{place}"
    svg = root.xpath(".//svg")[0]
    assert svg.get("aria-label") == record["alt"]
    assert record["number"] == f"6.{place}"
    assert record["faults"] == []
    assert record["csv"].splitlines()[0] == ",EBIT"
    assert "base.dcf_ebit.2026" in record["references"]
    assert "base.dcf_ebit.2026" in bundle[NUMBERS_MIME]["receipts"]
    assert "Source: " in root.xpath("string(.//p[@class='exhibit-source'])")


def test_a_table_is_one_bundle_and_its_cells_have_receipts(fresh: Report, shown: Shown) -> None:
    frame = fresh.frame({"Revenue": "model.revenue"}, [2025, 2026])
    fresh.table("valuation_summary", frame, unit="RMB mn")
    ((bundle, _),) = shown
    root = html.fromstring(bundle["text/html"])
    references = root.xpath(".//td/@data-receipt")
    assert references == ["model.revenue.2025", "model.revenue.2026"]
    assert set(references) <= set(bundle[NUMBERS_MIME]["receipts"])
    assert root.xpath(".//div[@class='table-scroll']/@aria-label")
    assert float(bundle[EXHIBIT_MIME]["csv"].splitlines()[1].split(",")[1]) == pytest.approx(
        1034.614
    )


def test_numbers_in_captions_come_with_their_receipts(fresh: Report, shown: Shown) -> None:
    fresh.table("valuation_summary", pd.DataFrame({"a": [1.0]}, ["row"]))
    bundle = shown[0][0]
    asked = html.fromstring(bundle["text/html"]).xpath(".//*[@class='num']/@data-receipt")
    assert asked
    assert set(asked) <= set(bundle[NUMBERS_MIME]["numbers"])
    assert "{" not in bundle[EXHIBIT_MIME]["title"] + bundle[EXHIBIT_MIME]["alt"]


def test_a_notebook_holds_each_receipt_once(fresh: Report, shown: Shown) -> None:
    frame = fresh.frame({"Revenue": "model.revenue"}, [2026])
    for exhibit in ("valuation_summary", "bridge_steps"):
        fresh.table(exhibit, frame)
    first, second = (bundle[NUMBERS_MIME]["receipts"] for bundle, _ in shown)
    assert "model.revenue.2026" in first
    assert not set(first) & set(second)


def test_an_exhibit_without_caption_is_refused(report: Report) -> None:
    with pytest.raises(ExhibitError, match="no row 'nothing'"):
        report.table("nothing", pd.DataFrame({"a": [1.0]}))


@pytest.mark.filterwarnings("ignore:Glyph")
def test_a_figure_with_a_missing_glyph_is_refused(report: Report) -> None:
    chart = charts.bars(pd.Series([1.0], ["\U0001f600"]))
    with pytest.raises(ExhibitError, match="no glyph"):
        report.figure("valuation_summary", chart)


def test_frames_name_forecast_years_and_trace_cells(report: Report) -> None:
    frame = report.frame(
        {"Revenue": "model.revenue", "Growth": "{model.revenue.PERIOD} / {model.revenue.2025} - 1"},
        [2025, 2026],
    )
    assert list(frame.columns) == ["2025", "2026E"]
    cell = frame.at["Growth", "2026E"]
    assert isinstance(cell, Traced)
    assert cell.reference == "{model.revenue.2026} / {model.revenue.2025} - 1"
    revenue = report.value("model.revenue")
    assert cell == pytest.approx(revenue[2026] / revenue[2025] - 1)


def test_an_expression_of_one_reference_is_that_reference(report: Report) -> None:
    assert report.value("{model.price}").reference == "model.price"


def test_across_leaves_blanks_only_where_asked(report: Report) -> None:
    columns = {"P/S": "ENTITY.forward_ps.2027", "Nothing": "ENTITY.no_such_metric.2027"}
    frame = report.across(["hygon"], columns, missing="blank")
    assert frame.at["Hygon", "P/S"] == pytest.approx(21.4)
    assert frame.at["Hygon", "Nothing"] is None
    with pytest.raises(KeyError):
        report.across(["hygon"], columns)


def test_axes_keep_the_run_and_stay_within_the_allowed(report: Report, dataset: Dataset) -> None:
    axis = report.axis("wacc", (-0.9, -0.01, 0.01, 0.9))
    assert len(axis.values) == 3
    assert report.value("model.wacc") in axis.values
    edge = Report.open("base", {"gross_margin": 0.9}, dataset=dataset)
    assert edge.axis("gross_margin", (-0.1, 0.1), how="shift").values == (-0.1, 0.0)
    growth = dataset.scenarios["base"]["terminal_growth"]["value"]
    assert edge.axis("terminal_growth", (0.01,), below=0.0).values == (growth,)


def test_a_wrong_parameter_is_said_on_opening(dataset: Dataset) -> None:
    with pytest.raises(ParameterError, match="nearest"):
        Report.open("base", {"gros_margin.2027": 0.5}, dataset=dataset)
    with pytest.raises(ValueError, match="language"):
        Report.open("base", language="fr", dataset=dataset)


def test_chinese_captions_and_words(dataset: Dataset, shown: Shown) -> None:
    report = Report.open("base", language="zh", dataset=dataset)
    report.numbers.open_chapter("06_valuation")
    report.chapter = "06_valuation"
    report.table("valuation_summary", pd.DataFrame({"a": [1.0]}, ["行"]))
    assert "图表 6.1" in shown[0][0]["text/html"]
    assert "来源" in shown[0][0]["text/html"]


def test_a_run_beside_another_shares_its_data(report: Report) -> None:
    beside = report.beside({"wacc_method": "given", "wacc": 0.14})
    assert beside.dataset is report.dataset
    assert beside.value("model.wacc") == 0.14
    assert report.value("model.wacc") != 0.14
    twice = beside.beside({"terminal_growth": 0.01})
    assert twice.value("model.wacc") == 0.14  # a change goes on top of what is set
    assert twice.beside({}, "bear").value("model.wacc") == report.value("bear.wacc")
