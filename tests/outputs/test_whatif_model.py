"""The JavaScript model equals the Python model in Chromium, at any allowed values, and is small."""

from __future__ import annotations

import base64
import gzip
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from random_sets import Run, random_runs, run_of
from thesisbook.data import Dataset, load_dataset
from thesisbook.model import Assumptions, ParameterError, resolve, terms
from thesisbook.model.core import compute
from thesisbook.model.graph import Graph, graph_of, leaf_values
from thesisbook.model.terms import Term
from thesisbook.outputs.whatif import model_module

ROOT = Path(__file__).parents[2]
BATCH = 500
TOLERANCE = 1e-9
MOST_BYTES = 25_000  # compressed

# Runs of one batch, one row of cells each; an error is told in its place and leaves the row empty.
EVALUATE = """sent => {
  const [runs, names] = JSON.parse(sent);
  const found = new Float64Array(runs.length * names.length);
  const errors = runs.map(([scenario, given], row) => {
    try {
      const cells = model.evaluate(given, scenario);
      names.forEach((name, column) => { found[row * names.length + column] = cells[name]; });
      return "";
    } catch (error) { return error.message; }
  });
  const bytes = new Uint8Array(found.buffer);
  let text = "";
  for (let k = 0; k < bytes.length; k += 8192)
    text += String.fromCharCode(...bytes.subarray(k, k + 8192));
  return [btoa(text), errors];
}"""
LOAD = """async text => {
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  window.model = await import(address);
}"""


@dataclass(frozen=True)
class Page:
    """A page of the browser that holds the module of a data set."""

    dataset: Dataset
    browsed: Any

    def answers(self, runs: Iterable[Run], names: Sequence[str] = ()) -> tuple[Any, list[str]]:
        """What the module makes of runs: an array of the cells named, and the errors."""
        sent = json.dumps([[[run.p.scenario, run.given] for run in runs], names])
        packed, errors = self.browsed.evaluate(EVALUATE, sent)
        cells = np.frombuffer(base64.b64decode(packed))
        return cells.reshape(len(errors), len(names)), errors

    def compare(self, runs: Iterable[Run]) -> tuple[int, int]:
        """Compares every cell of runs, and the message where one is refused; counts both kinds."""
        waiting, taken, refused, worst = iter(runs), 0, 0, 0.0
        while batch := list(islice(waiting, BATCH)):
            good = [run for run in batch if not run.error]
            names = list(good[0].cells)
            found, errors = self.answers(batch, names)
            assert errors == [run.error for run in batch]
            found = found[[not error for error in errors]]
            wanted = np.array([[run.cells[name] for name in names] for run in good])
            assert np.isfinite(wanted).all()
            assert np.isfinite(found).all()
            gaps = np.abs(found - wanted) / _sizes(wanted, names)
            row, column = np.unravel_index(gaps.argmax(), gaps.shape)
            assert gaps.max() <= TOLERANCE, (names[column], good[row].p.scenario, good[row].given)
            worst = max(worst, float(gaps.max()))
            taken, refused = taken + len(good), refused + len(batch) - len(good)
        print(f"{taken} sets equal within {worst:.1e}, {refused} refused in the same words")
        return taken, refused


def _sizes(cells: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """What a gap in each cell is measured against: the cell itself, or a millionth of the revenue.

    A small difference of large balances is known as well as the balances are. The revenue is that
    of the same year; of a scalar, 0.
    """
    place = {name: column for column, name in enumerate(names)}
    own = [place.get(f"revenue.{name.rpartition('.')[2]}") for name in names]
    sales = np.stack([0 * cells[:, 0] if k is None else cells[:, k] for k in own], axis=1)
    sizes: np.ndarray = np.maximum(np.abs(cells), sales * 1e-6)
    return np.where(sizes > 0, sizes, 1.0)


def text_of(dataset: Dataset) -> str:
    scenarios = {name: resolve(dataset, name) for name in dataset.scenarios}
    return model_module(graph_of(scenarios["base"]), scenarios)


@contextmanager
def opened(browser: Any, dataset: Dataset, text: str) -> Iterator[Page]:
    """A page with the text of a module that was made of a data set."""
    browsed = browser.new_page()
    browsed.evaluate(LOAD, text)
    yield Page(dataset, browsed)
    browsed.close()


@pytest.fixture(scope="module")
def page(browser: Any, dataset: Dataset) -> Iterator[Page]:
    with opened(browser, dataset, text_of(dataset)) as found:
        yield found


def extremes(p: Assumptions) -> Iterator[dict[str, Any]]:
    """Nothing; then every bound, word, switch, whole year and last day allowed, one at a time."""
    yield {}
    for key in p.values:
        parameter = p.parameter(key)
        low, high = parameter.low, parameter.high
        if parameter.kind == "number":
            whole = parameter.unit == "year"
            for value in range(int(low), int(high) + 1) if whole else (low, high):
                yield {key: value}
        else:
            others = {
                "switch": (True, False),
                "choice": parameter.allowed,
                "date": p.valuation_dates,
                "published": (),
            }
            for value in others[parameter.kind]:
                yield {key: value}
    for parameter in p.parameters.values():
        if parameter.years and parameter.kind == "number":
            yield {parameter.name: parameter.low}
            yield {parameter.keys[0]: parameter.low, parameter.name: parameter.high}


def test_the_module_is_small(dataset: Dataset) -> None:
    size = len(gzip.compress(text_of(dataset).encode(), mtime=0))
    print(f"{size:,} bytes compressed")
    assert size <= MOST_BYTES


def test_the_module_is_the_same_bytes_in_every_process(dataset: Dataset) -> None:
    code = (
        "import sys; from pathlib import Path; from thesisbook.data import load_dataset;"
        f"sys.path += [{str(Path(__file__).parent)!r}, {str(ROOT / 'tests')!r}];"
        "from test_whatif_model import text_of;"
        f"sys.stdout.buffer.write(text_of(load_dataset(Path({str(ROOT)!r}))).encode())"
    )
    here = text_of(dataset).encode()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=env
        )
        assert done.stdout == here


@pytest.mark.browser
@pytest.mark.parametrize("sets", [1_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_equals_python_at_random_values(page: Page, sets: int) -> None:
    """Also the sets that the model refuses: both say the same."""

    def enough() -> Iterator[Run]:
        taken = 0
        for run in random_runs(page.dataset):
            yield run
            taken += not run.error
            if taken == sets:
                return

    taken, refused = page.compare(enough())
    assert taken == sets
    assert refused > sets / 100


@pytest.mark.browser
def test_equals_python_at_every_bound_of_every_scenario(page: Page) -> None:
    for name in page.dataset.scenarios:
        p = resolve(page.dataset, name)
        numbers = [key for key in p.values if p.parameter(key).kind == "number"]
        taken, refused = page.compare(run_of(p, given) for given in extremes(p))
        assert taken + refused > 2 * len(numbers)


@pytest.mark.browser
def test_rounds_a_half_upwards_however_its_floats_were_added(page: Page) -> None:
    """The mean of six times 1.35 comes out as 1.3499999999999999."""
    p = resolve(page.dataset, "audited")
    run = run_of(p, {f"peer_ps.{peer}": 1.35 for peer in p.peers})
    assert math.floor(run.cells["peer_ps_mean"] * 10 + 0.5) < run.cells["peer_ps_rounded_mean"] * 10
    assert page.compare([run]) == (1, 0)


@pytest.mark.browser
@pytest.mark.parametrize(
    "given",
    [
        {"wacc": 0.05, "terminal_growth": 0.05},
        {"wacc": 0.06, "wacc_method": "built_up", "beta": 0.1, "terminal_growth": 0.05},
        {"volume_factor": 0.0},
        {"volume_factor.2028": 0.0},
        {"betta": 1.0},
        {"betta.2027": 1.0},
        {"toString": 1.0},
        {"beta.2027": 1.0},
        {"gross_margin.1999": 0.4},
        {"beta": -1234567.8},
        {"beta": 1e-7},
        {"beta": 123456789012.0},
        {"beta": 99999.95},
        {"beta": "high"},
        {"beta": True},
        {"ps_year": 2026.5},
        {"wacc_method": "gven"},
        {"wacc_method": 1},
        {"include_lease_additions": "perhaps"},
        {"valuation_date": "2026-02-30"},
        {"valuation_date": "tomorrow"},
        {"valuation_date": "2001-01-01"},
        {"published_ppe": 1.0},
    ],
    ids=str,
)
def test_refuses_in_the_words_of_python(page: Page, given: dict[str, Any]) -> None:
    """Python also says what is nearest to a word that it does not know."""
    for name in page.dataset.scenarios:
        p = resolve(page.dataset, name)
        with pytest.raises(ParameterError) as refused:
            compute(p.replace(given))
        wanted = str(refused.value).partition("; nearest")[0].replace("True", "true")
        assert page.answers([Run(p, given, {})])[1] == [wanted]


@pytest.mark.browser
def test_a_page_can_ask_what_may_be_set(page: Page) -> None:
    for name in page.dataset.scenarios:
        p = resolve(page.dataset, name)
        assert page.browsed.evaluate("s => model.values({}, s)", name) == dict(p.values)
        for parameter in p.parameters.values():
            if parameter.kind == "number":
                found = page.browsed.evaluate(
                    "([n, s]) => model.range(n, s)", [parameter.name, name]
                )
                assert found == [parameter.low, parameter.high]
    assert page.browsed.evaluate("() => model.scenarios[0]") == "base"
    assert set(page.browsed.evaluate("() => model.cells")) == set(
        graph_of(resolve(page.dataset)).cells
    )


@pytest.mark.browser
def test_says_what_the_model_of_another_company_may_say(browser: Any, dataset: Dataset) -> None:
    """Lines with a gap, and operations and signs that the model of this one does not need."""
    five, minus = terms.cell("line.2026"), terms.constant(-2.0)
    toy = Graph(
        {
            "line.2026": terms.constant(5.0),
            "line.2028": Term("-", (five, minus)),
            "minus_minus": Term("-", (five, Term("neg", (five,)))),
            "power": Term("^", (Term("neg", (five,)), terms.constant(3.0))),
            "least": Term("min", (five, terms.constant(9.0), minus)),
            "alone": Term("mean_without_largest", (five,)),
            "odd": Term("median", (five, minus, terms.constant(1.0))),
        }
    )
    p = resolve(dataset)
    text = model_module(toy, {p.scenario: p})
    with opened(browser, dataset, text) as page:
        assert page.browsed.evaluate("() => model.evaluate()") == toy.evaluate(leaf_values(p))


@pytest.mark.browser
def test_the_module_of_another_company(browser: Any) -> None:
    other = load_dataset(ROOT / "tests" / "other_company")
    with opened(browser, other, text_of(other)) as page:
        page.compare(islice(random_runs(other), BATCH))
        for name in other.scenarios:
            p = resolve(other, name)
            page.compare(run_of(p, given) for given in extremes(p))
