"""What the page "What if" works out equals Python: the tree, the bridge, the line and the file."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from thesisbook.cli import main
from thesisbook.data import Dataset
from thesisbook.engine.errors import BuildError
from thesisbook.engine.finishing_stage import complete_pages, refuse_edited_script
from thesisbook.model import ParameterError, resolve
from thesisbook.model.scenario_tree import value_tree
from thesisbook.model.valuation import rating
from thesisbook.outputs.whatif import EditedModel, bundle, script, write_script
from thesisbook.outputs.whatif.bundle import FILE, PAGE, modules
from thesisbook.outputs.whatif.parameter_file import read_parameter_file

ROOT = Path(__file__).parents[2]
FOLDER = Path(bundle.__file__).parent / "page"
TREES = 60
TOLERANCE = 1e-9
ANSWER = """([scenario, moves]) => {
  const { moves: m, answers: a } = thesisWhatIf;
  let state = m.opening(scenario);
  for (const move of moves) state = m.moved(state, ...move);
  try {
    const { runs, ...found } = a.expected(state);
    const cells = runs.map(({ states, chance, c }) => [states, chance, a.at(c, a.TARGET)]);
    return { ...found, runs: cells };
  } catch (error) { return { error: error.message }; }
}"""
TAKEN = """([scenario, moves]) => {
  const { moves: m, answers: a, model } = thesisWhatIf;
  let state = m.opening(scenario);
  for (const move of moves) state = m.moved(state, ...move);
  const again = m.fromAddress(m.toAddress(state), m.opening("base"));
  return {
    target: a.at(model.computed(m.valuesOf(state)), a.TARGET),
    expected: a.expected(state)?.target_price,
    build: m.buildLine(state), tree: m.treeLine(state), file: m.parameterFile(state),
    same: m.toAddress(again) === m.toAddress(state), bridge: a.bridge(state),
  };
}"""


@pytest.fixture(scope="module")
def page(browser: Any, dataset: Dataset) -> Iterator[Any]:
    opened = browser.new_page()
    opened.evaluate(script(dataset))
    yield opened
    opened.close()


def likeliest(dataset: Dataset) -> dict[str, str]:
    return dict(value_tree(dataset).most_likely.states)


def moves_of(dataset: Dataset, random: np.random.Generator) -> tuple[list[Any], dict[str, Any]]:
    """Random moves of every kind, and the same as arguments of `value_tree`."""
    p = resolve(dataset)
    moves: list[Any] = []
    asked: dict[str, Any] = {"overrides": {}, "odds": {}, "scale": {}}
    for key in random.permutation(list(p.values)):
        parameter = p.parameter(key)
        if parameter.kind == "number" and parameter.unit != "year" and random.random() < 0.01:
            value = float(random.uniform(parameter.low, parameter.high))
            asked["overrides"][str(key)] = value
            moves.append(["set", str(key), value])
    for lever in dataset.studies["what_if"]:
        if lever.tree and random.random() < 0.5:
            tree: Any = dataset.studies["tree"]
            driver = next(one for one in tree.drivers if one.id == lever.tree)
            chances = random.dirichlet(np.ones(len(driver.states)))
            odds = {s.id: float(c) for s, c in zip(driver.states, chances, strict=True)}
            asked["odds"][lever.tree] = odds
            moves.append(["odds", lever.tree, odds])
        elif lever.how == "scale" and random.random() < 0.5:
            factor = float(random.uniform(lever.low, lever.high))
            asked["scale"] |= dict.fromkeys(lever.parameters, factor)
            moves.append(["scale", lever.id, factor])
        elif lever.parameters and lever.how == "set" and random.random() < 0.3:
            value = float(random.uniform(lever.low, lever.high))
            asked["overrides"][lever.parameters[0]] = value
            moves.append(["set", lever.parameters[0], value])
    return moves, asked


@pytest.mark.browser
def test_the_tree_equals_python_at_random_moves(page: Any, dataset: Dataset) -> None:
    """Overrides, factors and odds: every branch, the expected value, its return and its grade."""
    random = np.random.default_rng(16)
    names = {g["id"]: g["name"]["en"] for g in dataset.company["rating_scale"]["grades"]}
    taken = refused = 0
    cases: list[Any] = [([], {"overrides": {}, "odds": {}, "scale": {}})]
    cases += [moves_of(dataset, random) for _ in range(TREES)]
    for moves, asked in cases:
        found = page.evaluate(ANSWER, ["base", moves])
        try:
            wanted = value_tree(dataset, **asked)
        except ParameterError:
            refused += 1
            assert "error" in found, (moves, found)
            continue
        assert "error" not in found, (moves, found)
        taken += 1
        assert found["target_price"] == pytest.approx(
            wanted.expected("target_price"), rel=TOLERANCE
        )
        assert found["value_per_share"] == pytest.approx(
            wanted.expected("value_per_share"), rel=TOLERANCE
        )
        assert found["relative_return"] == pytest.approx(wanted.relative_return, rel=TOLERANCE)
        assert found["grade"] == names[wanted.rating]
        assert len(found["runs"]) == len(wanted.branches)
        for (states, chance, target), branch in zip(found["runs"], wanted.branches, strict=True):
            assert states == branch.states
            assert chance == pytest.approx(branch.probability, abs=1e-12)
            assert target == pytest.approx(branch.scalars["target_price"], rel=TOLERANCE)
    print(f"{taken} trees equal, {refused} refused by both")
    assert taken > TREES / 2


@pytest.mark.browser
def test_the_grade_is_pythons_at_and_around_every_border(page: Any, dataset: Dataset) -> None:
    p = resolve(dataset)
    names = {g["id"]: g["name"]["en"] for g in dataset.company["rating_scale"]["grades"]}
    borders = [grade.above for grade in p.grades if np.isfinite(grade.above)]
    returns = [border + step for border in borders for step in (-1e-12, 0.0, 1e-12)] + [-1.0, 2.0]
    found = page.evaluate("all => all.map(thesisWhatIf.answers.grade)", returns)
    assert found == [names[rating(p.grades, one)] for one in returns]


def cases(dataset: Dataset) -> list[Any]:
    """States of a page: a scenario or a branch, with moves of every kind."""
    branch = likeliest(dataset)
    tree: Any = dataset.studies["tree"]
    driver = tree.drivers[0]
    other = next(s.id for s in driver.states if s.id != branch[driver.id])
    odds = {s.id: 1 / len(driver.states) for s in driver.states[:-1]}
    odds[driver.states[-1].id] = 1 - sum(odds.values())
    scale = next(one for one in dataset.studies["what_if"] if one.how == "scale")
    moves = [
        ["set", "beta", 1.37],
        ["scale", scale.id, 1.123456789],
        ["set", "gross_margin", 0.41],
        ["set", "gross_margin.2028", 0.47],
        ["set", "dcf_timing", "year_end"],
        ["set", "valuation_date", "2026-08-15"],
        ["odds", driver.id, odds],
    ]
    scenarios = dataset.company["scenarios"]
    june = next(name for name, one in scenarios.items() if not one.get("branch"))
    return [
        ["base", []],
        [list(scenarios)[-1], [*moves, ["set", "wacc", 0.137]]],
        ["base", [["state", driver.id, other], *moves]],
        ["base", [["set", "wacc", 0.12]]],
        [june, moves[1:-1]],
    ]


@pytest.mark.browser
@pytest.mark.parametrize("number", range(5))
def test_line_and_file_make_the_same_target(
    number: int, page: Any, dataset: Dataset, tmp_path: Path
) -> None:
    """What the page offers, given to the command line: the same to far below a cent."""
    given = cases(dataset)[number]
    found = page.evaluate(TAKEN, given)
    assert found["same"]
    run = CliRunner().invoke

    def command(line: str) -> Any:
        done = run(main, ["-C", str(ROOT), *shlex.split(line)])
        assert done.exit_code == 0, done.output
        return json.loads(done.output)

    build = found["build"].removeprefix("thesisbook build")
    assert command(f"value --json {build}")["target_price"] == pytest.approx(
        found["target"], rel=TOLERANCE
    )
    path = tmp_path / "what-if.json"
    path.write_text(found["file"], encoding="utf-8")
    wanted = command(f"import --json {path}")
    again = resolve(dataset, wanted["scenario"], wanted["parameters"])
    assert value_of(again) == pytest.approx(found["target"], rel=TOLERANCE)
    if "branch" not in dataset.company["scenarios"][given[0]]:
        assert found.get("expected") is None, "a start of earlier days has no tree"
        return
    tree = command(found["tree"].removeprefix("thesisbook ") + " --json")
    assert tree["expected"]["target_price"] == pytest.approx(found["expected"], rel=TOLERANCE)


def value_of(p: Any) -> float:
    from thesisbook.model.core import target  # noqa: PLC0415

    return float(target(p))


@pytest.mark.browser
def test_the_bridge_is_exact_in_the_order_moved(page: Any, dataset: Dataset) -> None:
    """Each step equals the value with the moves up to it; the last is the reader's."""
    scenario, moves = cases(dataset)[2]
    steps = page.evaluate(TAKEN, [scenario, moves])["bridge"]
    assert len(steps) == len(moves) + 1
    for count, step in enumerate(steps):
        part = page.evaluate(TAKEN, [scenario, moves[:count]])
        assert (step["target"], step["expected"]) == (part["target"], part["expected"])
    turned = page.evaluate(TAKEN, [scenario, moves[::-1]])["bridge"]
    assert turned[1]["target"] != steps[1]["target"]


@pytest.mark.browser
def test_what_must_be_true_is_true(page: Any, dataset: Dataset) -> None:
    """The value found, put back, gives the price; where none exists it says so."""
    found = page.evaluate(
        """() => {
          const { moves: m, answers: a } = thesisWhatIf;
          const state = m.opening("base");
          const price = 0.9 * a.expected(state).target_price;
          return Object.values(m.levers).filter((one) => one.kind !== "state").flatMap((lever) =>
            [true, false].map((ofTree) => {
              const value = a.mustBe(state, lever, price, ofTree);
              if (value === null) return [lever.id, null];
              const next = m.moved(state, lever.kind, lever.target, value);
              const got = ofTree ? a.expected(next).target_price
                : a.at(thesisWhatIf.model.computed(m.valuesOf(next)), a.TARGET);
              return [lever.id, got / price - 1];
            }));
        }"""
    )
    solved = [gap for _, gap in found if gap is not None]
    assert len(solved) > len(found) / 2
    assert max(map(abs, solved)) < 1e-9
    assert ["price", None] in found


@pytest.mark.browser
def test_every_end_of_every_lever_has_a_value(page: Any, dataset: Dataset) -> None:
    """No NaN or infinity inside the controls, from every scenario and every branch."""
    found = page.evaluate(
        """() => {
          const { moves: m, answers: a, model } = thesisWhatIf;
          const starts = model.scenarios.map((one) => m.opening(one));
          for (const { states } of a.combinations())
            starts.push(Object.entries(states).reduce(
              (state, one) => m.moved(state, "state", ...one), starts[0]));
          return starts.flatMap((state) => {
            const bars = a.tornado(state);
            const missing = Object.keys(m.levers).length - bars.length;
            if (missing && m.branchOf(state)) throw new Error(`${missing} levers have no bar`);
            return bars.flatMap(({ lever, ends }) => ends.map(([target]) => [lever.id, target]));
          });
        }"""
    )
    assert len(found) > 500
    assert [lever for lever, target in found if target is None or not np.isfinite(target)] == []


def test_the_script_is_small_and_the_same_every_time(dataset: Dataset) -> None:
    import gzip  # noqa: PLC0415

    text = script(dataset)
    assert text == script(dataset)
    assert len(gzip.compress(text.encode(), mtime=0)) < 60_000


MOST_LINES, MOST_OF_ONE = 510, 200


def test_the_pages_own_script_is_small() -> None:
    """Lines of code; blank ones and comments, which are for the reader, are not counted."""
    counts = {name: len(code_lines(name)) for name in PAGE}
    print(counts)
    assert sum(counts.values()) < MOST_LINES
    assert max(counts.values()) < MOST_OF_ONE
    assert {path.stem for path in FOLDER.glob("*.js")} == set(PAGE)
    for name in PAGE:
        longest = max(len(line) for line in source(name).splitlines())
        assert longest <= 110, f"{name}.js has a line of {longest} characters"


def source(name: str) -> str:
    return (FOLDER / f"{name}.js").read_text("utf-8")


def code_lines(name: str) -> list[str]:
    text = re.sub(r"^\s*/\*.*?\*/$", "", source(name), flags=re.M | re.S)
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("//")]


TYPES = (
    "--allowJs --checkJs --noEmit --strict false --target esnext --module esnext"
    " --moduleResolution bundler --lib esnext,dom,dom.iterable"
)


@pytest.mark.parametrize("checker", [f"tsc {TYPES}", "node --check"])
def test_the_scripts_pass_a_checker(checker: str, dataset: Dataset, tmp_path: Path) -> None:
    """Types by the TypeScript compiler, syntax by node: whichever the machine has."""
    command, *options = checker.split()
    if shutil.which(command) is None:
        pytest.skip(f"{command} is not installed")
    for name, text in modules(dataset).items():
        (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for name in PAGE if command == "node" else PAGE[-1:]:  # which imports all others
        done = subprocess.run(
            [command, *options, str(tmp_path / f"{name}.js")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_script_that_the_equations_do_not_give_is_refused(
    dataset: Dataset, tmp_path: Path
) -> None:
    write_script(tmp_path, dataset)
    write_script(tmp_path, dataset)  # the same is no fault
    path = tmp_path / "_static" / FILE
    refuse_edited_script(tmp_path)
    text = path.read_text("utf-8")
    lines = text.splitlines()
    line = next(k for k, one in enumerate(lines) if one.startswith("c["))
    lines[line] = lines[line] + "*1.5"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(EditedModel, match=rf"{FILE}:{line + 1}: not what the equations give"):
        write_script(tmp_path, dataset)
    with pytest.raises(BuildError, match=rf"{FILE}:1: changed by hand"):
        refuse_edited_script(tmp_path)
    path.write_text(text.partition("\n")[2], encoding="utf-8")
    with pytest.raises(BuildError, match="changed by hand"):
        refuse_edited_script(tmp_path)


def test_pages_that_ask_get_the_script_and_an_edited_one_fails_them(tmp_path: Path) -> None:
    page = tmp_path / "book" / "page.html"
    page.parent.mkdir()
    page.write_text('<article class="bd-article"><div class="whatif" data-whatif="page"></div>')
    told: dict[str, Any] = {"site": tmp_path, "root": ROOT, "archive": False}
    complete_pages(**told)
    path = tmp_path / "_static" / FILE
    path.write_text(path.read_text("utf-8").replace("c[1]=", "c[1]=2*"), encoding="utf-8")
    with pytest.raises(BuildError, match="not what the equations give"):
        complete_pages(**told)
    path.unlink()
    page.write_text('<article class="bd-article"></article>')
    complete_pages(**told)
    assert not path.exists()


GOOD = {"what_if": "", "edition": "", "scenario": "base", "parameters": {"beta": 1.2}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("[1", "what-if.json: is not JSON: "),
        ([], "what-if.json: found list; allowed: what_if, edition, scenario, parameters"),
        ({"more": 1}, "what-if.json: found what_if, edition, scenario, parameters, more; allowed"),
        ({"parameters": [1]}, "what-if.json: parameters: found [1]; a dict"),
        ({"what_if": "Another"}, "what-if.json: is of Another, the project is of "),
        ({"scenario": "bse"}, "what-if.json: bse: no such scenario; nearest: base"),
        ({"parameters": {"betta": 1}}, "what-if.json: betta: no such parameter"),
        ({"parameters": {"beta": 99}}, "what-if.json: beta: 99 is out of range; allowed is"),
        ({"parameters": {"beta": "x"}}, "what-if.json: beta: 'x' is not a number"),
    ],
    ids=str,
)
def test_a_file_is_refused_in_one_line(
    change: Any, message: str, dataset: Dataset, tmp_path: Path
) -> None:
    company = dataset.company
    good = {**GOOD, "what_if": company["name"]["en"], "edition": str(company["edition"])}
    content = {**good, **change} if isinstance(change, dict) else change
    path = tmp_path / "what-if.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    with pytest.raises(ParameterError) as refused:
        read_parameter_file(dataset, path)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_a_file_of_another_edition_says_so(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "what-if.json"
    good = {**GOOD, "what_if": dataset.company["name"]["en"], "edition": "2001-01-01"}
    path.write_text(json.dumps(good), "utf-8")
    found = read_parameter_file(dataset, path)
    assert found.told(dataset)[0].startswith("The file is of the edition of 2001-01-01")
    assert found.differences["beta"][1] == 1.2
