"""The graph of the model is the model: the same numbers at any allowed values."""

from __future__ import annotations

import subprocess
import sys
from graphlib import CycleError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from random_sets import random_sets, run_of
from thesisbook.data import Dataset
from thesisbook.model import resolve, terms
from thesisbook.model.core import compute
from thesisbook.model.equations import equation
from thesisbook.model.formula_words import formula_words
from thesisbook.model.graph import Graph, Valuation, leaf_values, ordered, trace
from thesisbook.model.quantities import QUANTITIES
from thesisbook.model.symbols import Cells, SymbolLines, Trace
from thesisbook.model.terms import Term
from thesisbook.model.writing import Writer

ROOT = Path(__file__).parents[2]
SETS = 300
# relative to the revenue of its year, or the largest of all years, as a sum may nearly cancel
TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def graph(dataset: Dataset) -> Graph:
    return trace(resolve(dataset))


def test_graph_is_compute_at_random_values(dataset: Dataset, graph: Graph) -> None:
    numbers, chosen = 0, {}
    scenarios = [resolve(dataset, name) for name in dataset.company["scenarios"]]
    for run in (*(run_of(p, {}) for p in scenarios), *random_sets(dataset, SETS)):
        p, computed, found = run.p, run.cells, graph.evaluate(leaf_values(run.p))
        assert computed.keys() == found.keys()
        largest = max(abs(v) for name, v in computed.items() if name.startswith("revenue."))
        for name, value in computed.items():
            # a small difference of large balances is known as well as the balances are
            year = name.rpartition(".")[2]
            size = max(1.0, abs(value), abs(computed.get(f"revenue.{year}", largest)))
            assert abs(found[name] - value) <= TOLERANCE * size, (name, p.overrides)
        numbers += len(computed)
        for key, value in p.values.items():
            if p.parameter(key).kind in ("switch", "choice", "date"):
                chosen.setdefault(key, set()).add(value)
    print(f"{SETS + len(scenarios)} sets, {numbers} numbers, {len(chosen)} switches and choices")
    assert numbers > 300_000
    p = scenarios[0]
    for key, words in chosen.items():
        parameter = p.parameter(key)
        wanted = set(parameter.allowed) or ({True, False} if parameter.kind == "switch" else words)
        assert words == wanted, key


def test_one_graph_serves_every_scenario(dataset: Dataset, graph: Graph) -> None:
    for name in dataset.company["scenarios"]:
        assert trace(resolve(dataset, name)).cells == graph.cells


def test_graph_takes_arrays(dataset: Dataset, graph: Graph) -> None:
    p = resolve(dataset)
    betas = np.array([0.9, 1.1, 1.3])
    one = graph.evaluate({**leaf_values(p), "param.beta": betas, "param.ps_year": 2026.0})
    for beta, target in zip(betas, one["target_price"], strict=True):
        scalars = compute(p.replace({"beta": float(beta), "ps_year": 2026}))[1]
        assert target == pytest.approx(scalars["target_price"], rel=1e-13)


def test_cells_come_after_what_they_need(graph: Graph) -> None:
    known: set[str] = set(graph.leaves)
    for name in graph.cells:
        assert known >= set(graph.inputs(name)), name
        known.add(name)


def test_requirement_is_kept_for_the_views(dataset: Dataset, graph: Graph) -> None:
    condition, message = graph.requirements["terminal_growth"]
    assert Valuation(graph, resolve(dataset)).holds(condition)
    assert "{terminal_growth:.4g} against {wacc:.4g}" in message


def test_live_branch_and_what_chose_it(dataset: Dataset, graph: Graph) -> None:
    base = Valuation(graph, resolve(dataset))
    published = Valuation(graph, resolve(dataset, "published"))
    assert "param.published_ppe.2027" in published.inputs("ppe.2027")
    assert "param.published_ppe.2027" not in base.inputs("ppe.2027")
    for values in (base, published):
        assert "param.statement_basis" in values.inputs("ppe.2027")
    assert base.reach("target_price") < graph.reach("target_price")
    p = resolve(dataset)
    assert {f"{p.entity}.ppe.{p.last_actual}", "param.launch_delay.br20x"} <= base.reach(
        "target_price"
    )


class Toy:
    """The parts of assumptions that an equation under test needs, as symbols."""

    def __init__(self) -> None:
        self.trace = Trace({})
        self.scalars = Cells(self.trace)

    def __call__(self, name: str) -> Any:
        return self.trace.leaf(name)

    def call(self, function: Any) -> Any:
        return self.trace.call(function)


def test_a_number_has_no_truth_outside_an_equation() -> None:
    p = Toy()
    with pytest.raises(TypeError, match="outside a function marked equation"):
        bool(p("beta") > 1)
    with pytest.raises(TypeError, match="has no value yet"):
        float(p("beta"))


def test_a_line_has_one_equation_in_every_branch() -> None:
    p = Toy()

    @equation
    def twice(p: Any) -> None:
        p.scalars["x"] = p("a")
        p.scalars["x"] = p("b")

    @equation
    def one_sided(p: Any) -> None:
        if p("switch"):
            p.scalars["y"] = p("a")

    with pytest.raises(ValueError, match="x: assigned twice"):
        twice(p)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="y: assigned in one branch and not in the other"):
        one_sided(p)  # type: ignore[arg-type]


def test_numpy_without_a_term_is_refused() -> None:
    p = Toy()
    with pytest.raises(TypeError, match="numpy's exp has no term"):
        np.exp(p("beta"))
    assert SymbolLines(p.trace)["revenue"].get(2026, 0.0) == 0.0


def test_a_value_needs_no_graph() -> None:
    """`thesisbook value` answers in a second: it runs the equations and does not trace them."""
    code = (
        "import sys; from pathlib import Path; from thesisbook.data import load_dataset;"
        "from thesisbook.model.commands import value_report;"
        f"value_report(load_dataset(Path({str(ROOT)!r})));"
        "print([name for name in sys.modules if name == 'thesisbook.model.graph'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


A, B, C = terms.cell("a"), terms.cell("b"), terms.leaf("c")


def num(value: float) -> Term:
    return terms.constant(float(value))


@pytest.mark.parametrize(
    ("op", "parts", "made"),
    [
        ("+", (A, num(0)), A),
        ("+", (num(0), A), A),
        ("-", (A, num(0)), A),
        ("-", (num(0), A), Term("neg", (A,))),
        ("*", (A, num(1)), A),
        ("*", (num(1), A), A),
        ("*", (num(-1), A), Term("neg", (A,))),
        ("/", (A, num(1)), A),
        ("/", (num(1), A), Term("/", (num(1), A))),
        ("/", (num(6), num(3)), Term("/", (num(6), num(3)))),  # 1 / 3 is no exact number
        ("+", (num(6), num(3)), num(9)),
        ("-", (num(6), num(3)), num(3)),
        ("*", (num(6), num(3)), num(18)),
        ("*", (A, num(0)), Term("*", (A, num(0)))),
        ("+", (A, num(1)), Term("+", (A, num(1)))),
        ("*", (A, num(-1)), Term("*", (A, num(-1)))),
        ("+", (A, Term("neg", (B,))), Term("-", (A, B))),
        ("-", (A, Term("neg", (B,))), Term("+", (A, B))),
        ("*", (A, Term("neg", (B,))), Term("*", (A, Term("neg", (B,))))),
        ("neg", (Term("neg", (A,)),), A),
        ("neg", (num(3),), num(-3)),
        ("neg", (A,), Term("neg", (A,))),
        ("if", (C, A, A), A),
        ("if", (C, A, B), Term("if", (C, A, B))),
        ("max", (A, num(0)), Term("max", (A, num(0)))),
        ("^", (A, num(1)), Term("^", (A, num(1)))),
    ],
)
def test_steps_that_change_nothing_are_left_out(
    op: str, parts: tuple[Term, ...], made: Term
) -> None:
    assert terms.combine(op, *parts) == made


def test_a_constant_with_a_name_or_a_word_is_never_worked_out() -> None:
    named = terms.constant(terms.Constant("days", 365.0))
    assert named.name == "days" and named.args == (365.0, "days")
    assert terms.combine("+", named, num(1)) == Term("+", (named, num(1)))
    one = terms.constant(terms.Constant("unit", 1.0))
    assert terms.combine("*", A, one) == Term("*", (A, one))
    for value in ("word", True):
        assert terms.constant(value).args == (value, "")
        assert terms.combine("neg", terms.constant(value)).op == "neg"


def test_the_parts_of_a_term_are_walked_and_those_of_a_name_are_none() -> None:
    term = Term("+", (A, Term("*", (num(2), C))))
    assert [part.op for part in term.walk()] == ["+", "cell", "*", "constant", "leaf"]
    assert A.parts == C.parts == num(2).parts == ()
    assert (A.name, C.name) == ("a", "c")


def binary(op: str, left: Term, right: Term) -> Term:
    return Term(op, (left, right))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (binary("*", binary("+", A, B), C), "(a+b)*c"),
        (binary("+", binary("*", A, B), C), "a*b+c"),
        (binary("-", A, binary("-", B, C)), "a-(b-c)"),
        (binary("-", A, binary("+", B, C)), "a-(b+c)"),
        (binary("-", binary("-", A, B), C), "a-b-c"),
        (binary("+", A, binary("-", B, C)), "a+b-c"),
        (binary("/", A, binary("*", B, C)), "a/(b*c)"),
        (binary("/", A, binary("/", B, C)), "a/(b/c)"),
        (binary("*", A, binary("/", B, C)), "a*b/c"),
        (binary("^", binary("^", A, B), C), "(a^b)^c"),
        (binary("^", A, binary("^", B, C)), "a^(b^c)"),
        (Term("neg", (binary("+", A, B),)), "-(a+b)"),
        (Term("neg", (binary("*", A, B),)), "-(a*b)"),
        (Term("neg", (binary("^", A, B),)), "-a^b"),
        (binary("^", Term("neg", (A,)), B), "(-a)^b"),
        (binary("^", num(-2), B), "(-2)^b"),
        (binary("*", num(-2), B), "-2*b"),
        (binary(">", binary("+", A, B), C), "a+b>c"),
        (binary("+", A, binary(">", B, C)), "a+(b>c)"),
        (binary("+", A, num(2.5)), "a+2.5"),
        (binary("+", A, num(2)), "a+2"),
    ],
)
def test_brackets_stand_where_a_reader_would_miss_them(term: Term, text: str) -> None:
    assert Writer().write(term) == text


@pytest.mark.parametrize(
    ("op", "values", "found"),
    [
        ("max", (2.0, 5.0, 3.0), 5.0),
        ("min", (2.0, 5.0, 3.0), 2.0),
        ("abs", (-2.0,), 2.0),
        ("round", (33.75, 1.0), 33.8),
        ("round", (33.74, 1.0), 33.7),
        ("round", (-0.5, 0.0), 0.0),
        ("mean", (1.0, 2.0, 6.0), 3.0),
        ("median", (1.0, 2.0, 6.0), 2.0),
        ("median", (1.0, 2.0, 4.0, 6.0), 3.0),
        ("mean_without_largest", (1.0, 2.0, 6.0), 1.5),
        ("mean_without_largest", (7.0,), 7.0),
        ("^", (2.0, 3.0), 8.0),
        ("=", (2.0, 2.0), True),
        ("<=", (2.0, 2.0), True),
        ("<", (2.0, 2.0), False),
        (">=", (1.0, 2.0), False),
    ],
)
def test_each_operation_is_computed_as_it_is_named(
    op: str, values: tuple[float, ...], found: float
) -> None:
    graph = Graph({"x": Term(op, tuple(map(num, values)))})
    assert graph.evaluate({})["x"] == pytest.approx(found, rel=1e-12)


def test_days_are_counted_from_the_first_date_to_the_second() -> None:
    dates = tuple(terms.constant(day) for day in ("2026-02-27", "2026-03-01"))
    assert Graph({"x": Term("days", dates)}).evaluate({})["x"] == 2
    assert Graph({"x": Term("days", dates[::-1])}).evaluate({})["x"] == -2


def test_a_condition_chooses_for_each_place_of_an_array() -> None:
    term = Term("if", (Term(">", (C, num(1))), num(10), num(20)))
    graph = Graph({"x": term})
    assert graph.evaluate({"c": np.array([0.0, 1.0, 2.0])})["x"].tolist() == [20, 20, 10]
    assert graph.evaluate({"c": 2.0})["x"] == 10


def test_symbols_write_down_what_is_done_with_them() -> None:
    p = Toy()
    a, b = p("a"), p("b")
    la, lb = a.term, b.term
    two = num(2)
    for made, term in (
        (a + 2, binary("+", la, two)),
        (2 + a, binary("+", two, la)),
        (2 - a, binary("-", two, la)),
        (a - b, binary("-", la, lb)),
        (2 * a, binary("*", two, la)),
        (2 / a, binary("/", two, la)),
        (a / 2, binary("/", la, two)),
        (2**a, binary("^", two, la)),
        (a**2, binary("^", la, two)),
        (-a, Term("neg", (la,))),
        (abs(a), Term("abs", (la,))),
        (a > 2, binary(">", la, two)),
        (a <= b, binary("<=", la, lb)),
        (np.maximum(a, 2.0), binary("max", la, two)),
        (np.minimum(2.0, a), binary("min", two, la)),
        (np.where(a > b, a, 2.0), Term("if", (binary(">", la, lb), la, two))),
    ):
        assert made.term == term
    assert np.ndim(a) == 0
    with pytest.raises(TypeError, match="numpy's mean has no term"):
        np.mean(a)
    with pytest.raises(TypeError, match="only a cell can be told in a message"):
        f"{a:.2f}"
    p.scalars["x"] = a
    assert f"{p.scalars['x']:.2f}" == "{x:.2f}"


def branched(p: Toy, choose: Any) -> Term:
    """The term of `x` where an equation assigns what `choose` returns."""

    @equation
    def assign(p: Any) -> None:
        p.scalars["x"] = choose(p)

    assign(p)  # type: ignore[arg-type]
    return p.trace.cells["x"]


def test_each_branch_of_an_equation_is_followed() -> None:
    def choose(p: Any) -> Any:
        if p("a") > 1:
            return p("b")
        return p("c") if p("a") < 0 else 0.0

    leaf = terms.leaf
    inner = Term("if", (binary("<", leaf("a"), num(0)), leaf("c"), num(0)))
    outer = Term("if", (binary(">", leaf("a"), num(1)), leaf("b"), inner))
    assert branched(Toy(), choose) == outer


def test_a_condition_asked_again_has_the_answer_it_had() -> None:
    def choose(p: Any) -> Any:
        first = 1.0 if p("a") > 1 else 2.0
        return first + (10.0 if p("a") > 1 else 20.0)

    found = branched(Toy(), choose)
    assert found == Term("if", (binary(">", terms.leaf("a"), num(1)), num(11), num(22)))


def test_a_word_that_is_chosen_leaves_no_other() -> None:
    def choose(p: Any) -> Any:
        if p("method") == "one":
            return 1.0 if p("method") == "two" else 2.0
        return 3.0 if p("method") == "two" else 4.0

    def word(text: str) -> Term:
        return Term("=", (terms.leaf("method"), terms.constant(text)))

    p = Toy()
    inner = Term("if", (word("two"), num(3), num(4)))
    assert branched(p, choose) == Term("if", (word("one"), num(2), inner))
    p.trace = Trace({}, {"method": ("one",)})  # the only allowed word, and one that is not
    p.scalars = Cells(p.trace)
    assert branched(p, choose) == num(2)
    p.trace = Trace({}, {"method": ("three", "two")})
    p.scalars = Cells(p.trace)
    assert branched(p, choose) == inner


def test_a_whole_number_has_a_branch_for_each_that_is_allowed() -> None:
    p = Toy()
    p.trace = Trace({"year": (2026, 2027, 2028)})
    p.scalars = Cells(p.trace)
    found = branched(p, lambda p: float(10 * int(p("year"))))

    def year(value: int) -> Term:
        return Term("=", (terms.leaf("year"), num(value)))

    inner = Term("if", (year(2027), num(20270), num(20280)))
    assert found == Term("if", (year(2026), num(20260), inner))
    with pytest.raises(TypeError, match="only a leaf with few allowed values is a whole number"):
        int(p("other"))


def test_an_equation_may_return_several_values_and_nothing() -> None:
    p = Toy()

    @equation
    def pair(p: Any) -> Any:
        return (p("b"), 1.0) if p("a") > 1 else (p("c"), 1.0)

    first, second = pair(p)  # type: ignore[arg-type]
    condition = binary(">", terms.leaf("a"), num(1))
    assert first.term == Term("if", (condition, terms.leaf("b"), terms.leaf("c")))
    assert second.term == num(1)
    assert p.trace.call(lambda: None) is None


def test_an_equation_has_sixty_four_branches_at_most() -> None:
    def choose(count: int) -> Any:
        return lambda p: sum((1.0 if p(f"s{n}") > 0 else 2.0) * 3**n for n in range(count))

    assert branched(Toy(), choose(6)).op == "if"
    with pytest.raises(TypeError, match="more than 64 branches; split the function"):
        branched(Toy(), choose(7))


def test_cells_are_asked_for_by_name_and_stay() -> None:
    p = Toy()
    p.scalars["x"] = 1.0
    with pytest.raises(KeyError):
        p.scalars["y"]
    with pytest.raises(TypeError, match="stays"):
        del p.scalars["x"]
    for ask in (list, len):
        with pytest.raises(TypeError, match="asked for by name"):
            ask(p.scalars)


def test_what_lies_behind_a_cell_is_its_leaves_alone(dataset: Dataset, graph: Graph) -> None:
    small = Graph({"a": binary("+", C, num(1)), "b": binary("*", A, terms.leaf("d")), "z": C})
    assert small.inputs("b") == ("a", "d")
    assert small.reach("b") == {"c", "d"}
    assert small.leaves == ("c", "d")
    p = resolve(dataset)
    assert {f"param.{n}" for n in ("beta", "ps_discount", "price")} & graph.reach("wacc") == {
        "param.beta"
    }
    values = Valuation(graph, p)
    assert values["param.beta"] == p("beta")
    assert values["wacc"] == compute(p)[1]["wacc"]


def test_a_circle_of_cells_is_an_error() -> None:
    assert list(ordered({"b": A, "a": C})) == ["a", "b"]
    with pytest.raises(CycleError):
        ordered({"a": B, "b": A})


def test_formulas_are_said_in_words(dataset: Dataset, graph: Graph) -> None:
    p = resolve(dataset)

    def words(name: str, term: Term) -> str:
        return formula_words(name, term, p)

    revenue, before = terms.cell("revenue.2027"), terms.cell("revenue.2026")
    label = QUANTITIES["revenue"].label
    assert words("x.2027", binary("-", revenue, before)) == f"{label} - {label} of the year before"
    assert words("x.2029", binary("*", revenue, before)) == f"{label} 2027 x {label} 2026"
    assert words("x", revenue) == f"{label} 2027"
    assert words("x.2027", terms.leaf("acme.revenue.2027")) == "As reported"
    beta = p.parameter("beta").label
    assert words("x", terms.leaf("param.beta")) == beta[:1].upper() + beta[1:]
    dso = p.parameter("dso").label
    earlier = words("x.2028", terms.leaf("param.dso.2027"))
    assert earlier.lower() == f"{dso} of the year before".lower()
    assert words("x.2028", terms.leaf("param.dso.2028")).lower() == dso.lower()
    assert words("x", num(0)) == "Nil"
    assert words("x", num(2)) == "2"
    named = terms.constant(terms.Constant("days_per_year", 365.0))
    assert words("x", binary("/", terms.leaf("param.beta"), named)).endswith(" / days per year")
    chosen = Term("if", (binary(">", revenue, num(0)), revenue, num(0)))
    assert words("x.2027", chosen) == f"[{label} if {label} above 0, otherwise 0]"
    assert words("x.2027", Term("max", (revenue, num(5)))) == f"Max({label}, 5)"
