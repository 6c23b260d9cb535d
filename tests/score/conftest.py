"""Data sets with facts that are made up, known later than the edition."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import MappingProxyType

import pytest

from thesisbook.data import Dataset, Fact

Later = Callable[..., Dataset]


@pytest.fixture
def later(dataset: Dataset) -> Later:
    """The project's data with further facts: `later({"acme.revenue.2030": 12.0}, public=...)`."""

    def made(
        values: dict[str, float | str], public: str = "2026-10-09", basis: str = "reported"
    ) -> Dataset:
        facts = {name: dataset.fact(name) for name in dataset.ids}
        for name, value in values.items():
            entity, metric, period = name.split(".")
            text = isinstance(value, str)
            facts[name] = Fact(
                id=name,
                entity=entity,
                metric=metric,
                period=period,
                printed=str(value),
                printed_value=None if isinstance(value, str) else value,
                printed_unit="text" if text else "ratio",
                value=None if isinstance(value, str) else value,
                unit="text" if text else "ratio",
                tolerance=0.0,
                basis=basis,
                source="000",
                locator="made up",
                note="",
                grade="D",
                public=public,
                file="data/facts/made_up.csv",
                line=2,
            )
        return dataclasses.replace(dataset, _facts=MappingProxyType(facts))

    return made
