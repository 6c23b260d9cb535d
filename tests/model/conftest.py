"""The real data set, loaded once: the model is tested on what the book is made of."""

from collections.abc import Callable, Mapping

import pytest

from thesisbook.data import Dataset
from thesisbook.model import Assumptions, Result, resolve, run
from this_project import SCENARIOS


@pytest.fixture(scope="session")
def results(dataset: Dataset) -> dict[str, Result]:
    return {scenario: run(resolve(dataset, scenario)) for scenario in SCENARIOS}


@pytest.fixture(scope="session")
def published(results: dict[str, Result]) -> Result:
    return results["published"]


@pytest.fixture(scope="session")
def audited(results: dict[str, Result]) -> Result:
    return results["audited"]


@pytest.fixture(scope="session")
def base(results: dict[str, Result]) -> Result:
    return results["base"]


@pytest.fixture(scope="session")
def resolved(dataset: Dataset) -> Callable[..., Assumptions]:
    """`resolve` on the data set, with a short repr for hypothesis."""

    def resolve_scenario(scenario: str, overrides: Mapping | None = None) -> Assumptions:
        return resolve(dataset, scenario, overrides)

    return resolve_scenario
