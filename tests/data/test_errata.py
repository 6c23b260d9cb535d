"""Every erratum still shows on the data, and stops showing when the data are put right."""

from __future__ import annotations

import dataclasses
import math
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from thesisbook.data import Dataset, Expression, load_dataset
from thesisbook.data.entries import Erratum
from thesisbook.data.errata import errata_faults, shows
from thesisbook.data.expressions import ExpressionError, Value

ROOT = Path(__file__).parents[2]
SOURCES = ROOT.parent / "shared" / "sources"
FINDINGS = [*(f"a{n}" for n in range(1, 32)), *(f"b{n}" for n in range(1, 29))]
FINDINGS += [f"c{n}" for n in range(1, 11)]
DATASET = load_dataset(ROOT)

# What the fact would have to be for the finding to go away.
PUT_RIGHT: dict[str, dict[str, Value]] = {
    "a1": {"biren.pv_free_cash_flow.2026": 60262.0, "biren.pv_terminal_value.2026": 141304.0},
    "a2": {"biren.beta.2026": 1.053},
    "a3": {"biren.cost_of_debt.2026": 0.023},
    "a4": {"biren.debt_to_equity.2026": 0.0006},
    "a5": {"biren.dcf_depreciation_amortisation.2026": 141.523},
    "a6": {"biren.dcf_capital_expenditure.2026": -162.672},
    "a7": {"biren.disposal_proceeds.2028": 0.0},
    "a9": {"biren.lockup_shares_printed.2026-07-02": 147.9},
    "a10": {"metax.stock_code.2026-06-02": "688802. SH"},
    "a11": {"baidu.stock_code.2026-06-02": "9888. HK/BIDU. US"},
    "a13": {"biren.revenue.2025@004:L360": 1030.0},
    "a17": {"hohhot_centre.fp16_compute.2024-07": 6.7e-12},
    "a21": {"br20x.forecast_name.2026": "BR20X"},
    "a22": {"biren.name_on_cover.2026-06-03": "壁仞科技"},
    "a26": {"biren.inventories.2026": 1800.0},
    "b1": {"biren.fortune_china_500_customers.2026-06": 9.0},
    "b2": {"biren.adjusted_profit.2023": -1051.365},
    "b3": {"biren.financing_cash_flow.2026": 5631.0},
    "b6": {"moore_threads.first_day_gain.2025-12-05": 4.2546},
    "b7": {"biren.rnd_expense.2024": -900.0},
    "b8": {"biren.gross_margin.2025H1": 0.538},
    "b17": {"biren.net_loss_cumulative.2022-2024": 4756.0},
    "b24": {"biren.unlisted_shares.2026-02-02": 0.0},
    "c3": {"peer_average.forward_ps.2027": 33.75},
    "c4": {"biren.share_price.2026-06-02": 50.0},
    "c5": {"biren.revenue.2027": 5000.0},
    "c6": {"cloud_china3.capex.2026": 310000.0},
    "n1": {"biren.net_cash.2026": 2800.0},
    "n2": {"biren.adjusted_profit.2027": 1529.6},
    "n4": {"biren.relative_implied_ps.2027": 18.3},
    "n6": {"biren.risk_free_rate.2026": 0.025},
    "n7": {"biren.ppe.2026": 513.177},
}


def _with(changes: dict[str, Value]) -> Dataset:
    """The data set with some facts or corroborations changed."""

    class Changed(Dataset):
        def lookup(self, reference: str) -> Value:
            return changes[reference] if reference in changes else super().lookup(reference)

    return Changed(**{f.name: getattr(DATASET, f.name) for f in dataclasses.fields(Dataset)})


def _read(expect: Expression) -> dict[str, Value]:
    """The facts that an expression reads, also inside the named recomputations."""
    read: dict[str, Value] = {}

    def recording(name: str) -> Value:
        read[name] = DATASET.lookup(name)
        return read[name]

    expect.evaluate(lambda name: DATASET.resolve(name, recording))
    return read


def _damages(facts: dict[str, Value]) -> Iterator[dict[str, Value]]:
    """Each fact in turn replaced: scaled, turned, emptied, or equal to another of them."""
    for name, value in facts.items():
        others = [v for v in facts.values() if isinstance(v, str) == isinstance(value, str)]
        if isinstance(value, str):
            yield from ({name: v} for v in ("another", *others))
        else:
            yield from ({name: v} for v in (0.0, -value, value * 5, value / 5, *others))


def _ended(data: Dataset, erratum: Erratum) -> bool:
    try:
        return not shows(data, erratum)
    except ExpressionError:
        return True


def test_every_erratum_shows() -> None:
    assert not errata_faults(DATASET)
    assert len(DATASET.errata) > len(FINDINGS)


def test_all_findings_of_the_first_reading_are_accounted_for() -> None:
    own = {erratum.id for erratum in DATASET.errata.values() if erratum.verdict == "found"}
    assert set(DATASET.errata) - own == set(FINDINGS)
    assert all(re.fullmatch(r"n\d+", name) for name in own)
    assert own


@pytest.mark.parametrize("name", DATASET.errata)
def test_a_damaged_fact_ends_it(name: str) -> None:
    erratum = DATASET.errata[name]
    facts = _read(Expression(erratum.expect))
    damaged = [_with(change) for change in _damages(facts)]
    damaged.append(dataclasses.replace(DATASET, patents=DATASET.patents[:1]))
    assert not _ended(DATASET, erratum)
    assert any(_ended(data, erratum) for data in damaged)


@pytest.mark.parametrize("name", PUT_RIGHT)
def test_it_ends_when_the_fact_is_put_right(name: str) -> None:
    changed = _with(PUT_RIGHT[name])
    assert not shows(changed, changed.errata[name])
    assert name in {fault.column.split(".")[0] for fault in errata_faults(changed)}


def test_a_patent_less_ends_the_double_entry() -> None:
    single = {patent.registration: patent for patent in DATASET.patents}
    changed = dataclasses.replace(DATASET, patents=tuple(single.values()))
    assert not shows(changed, changed.errata["a24"])


def test_effects_are_computed_and_in_the_range_of_the_target() -> None:
    effects = {e.id: Expression(e.effect) for e in DATASET.errata.values() if e.effect}
    assert len(effects) >= 10
    for name, effect in effects.items():
        assert effect.references, name
        value = effect.evaluate(DATASET.resolve)
        assert isinstance(value, float), name
        assert math.isfinite(value), name
        assert abs(value) < 20, name


def test_effect_of_the_proceeds_is_the_weighted_amount_over_all_shares() -> None:
    effect = DATASET.errata["b3"].effect
    assert effect
    assert Expression(effect).evaluate(DATASET.resolve) == pytest.approx(0.5 * 6196.4 / 2438.8585)


def test_prose_is_our_own() -> None:
    for erratum in DATASET.errata.values():
        for text in (erratum.title, erratum.right, erratum.why):
            foreign = re.findall(r"[\u4e00-\u9fff]", text)
            assert len(foreign) <= 4, erratum.id


def test_rejected_ones_say_so() -> None:
    for erratum in DATASET.errata.values():
        says = erratum.right.startswith("No fault")
        assert says == (erratum.verdict == "rejected"), erratum.id
        assert not (erratum.verdict == "rejected" and erratum.effect), erratum.id


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the source texts are not here")
def test_what_is_printed_stands_at_its_place() -> None:
    lines = {path.name[:3]: path.read_text("utf-8").split("\n") for path in SOURCES.glob("*.txt")}
    missing = []
    looked = 0
    for erratum in DATASET.errata.values():
        for place in erratum.where:
            if place.source not in lines:
                continue
            looked += 1
            number = int(re.match(r"L(\d+)", place.locator)[1])
            if _plain(place.printed) not in _plain(lines[place.source][number - 1]):
                missing.append((erratum.id, place.locator, place.printed))
    assert not missing
    assert looked > 100
