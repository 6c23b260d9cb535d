"""The runner of mutants makes the changes it says and tells a killed one from one that lives."""

from __future__ import annotations

from pathlib import Path

import mutate
import pytest
from mutants import mutant_at, places_of

TOY = '''"""A toy."""


def larger(a: int, b: int = 3) -> int:
    """The larger of two, never 0."""
    if a > b:
        return a
    return b


def idle(a: int) -> int:
    return a if a > 0 else a
'''
TEST = """
from toy import larger

def test_larger():
    assert larger(4) == 4
    assert larger(1) == 3
    assert larger(2, 5) == 5
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("toy")
    (root / "src").mkdir()
    (root / "src" / "toy.py").write_text(TOY)
    (root / "test_toy.py").write_text(TEST)
    (root / "pytest.ini").write_text("[pytest]\n")
    return root


def changes() -> dict[str, int]:
    return {mutant_at(TOY, place).what: place for place in places_of(TOY)}


def outcome(toy: Path, what: str, folder: Path) -> str:
    mutant = mutant_at(TOY, changes()[what])
    src = mutate.overlay(toy / "src", folder / "src", "toy.py", mutant.source)
    return mutate.run_tests(src, ["test_toy.py"], root=toy, seconds=60)[0]


def test_the_changes_are_these() -> None:
    assert set(changes()) == {
        "if a > b: return a -> if not a > b: return a",
        "a > b -> a >= b",
        "return a -> return None",
        "return b -> return None",
        "3 -> 4",
        "return a if a > 0 else a -> return None",
        "a if a > 0 else a -> a if not a > 0 else a",
        "a > 0 -> a >= 0",
        "0 -> 1",
    }


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("return b -> return None", "failed"),
        ("3 -> 4", "failed"),
        ("a > b -> a >= b", "passed"),  # equivalent: of two that are the same, either
        ("a > 0 -> a >= 0", "passed"),  # equivalent: both branches are the same
    ],
)
def test_a_mutant_is_killed_or_lives(toy: Path, tmp_path: Path, what: str, status: str) -> None:
    assert outcome(toy, what, tmp_path) == status
    assert (toy / "src" / "toy.py").read_text() == TOY


def test_the_toy_passes_and_what_fails_before_is_passed_over(toy: Path) -> None:
    assert mutate.run_tests(toy / "src", ["test_toy.py"], root=toy) == ("passed", [])
    (toy / "test_red.py").write_text("def test_red():\n    assert False\n")
    files = ["test_red.py", "test_toy.py"]
    status, failed = mutate.run_tests(toy / "src", files, root=toy, stop=False)
    assert (status, failed) == ("failed", ["test_red.py::test_red"])
    assert mutate.run_tests(toy / "src", files, failed, root=toy)[0] == "passed"


def test_one_that_never_ends_is_ended(toy: Path, tmp_path: Path) -> None:
    endless = TOY.replace("    if a > b:", "    while True:\n        pass\n    if a > b:")
    src = mutate.overlay(toy / "src", tmp_path / "src", "toy.py", endless)
    assert mutate.run_tests(src, ["test_toy.py"], root=toy, seconds=3)[0] == "timeout"


@pytest.mark.parametrize("room", mutate.ROOMS)
def test_every_room_has_mutants_and_tests(room: str) -> None:
    sample = mutate.drawn(room, 5, seed=1)
    assert len(sample) == 5
    assert sample == mutate.drawn(room, 5, seed=1)
    assert mutate.files_for(room, sample[0][0])


def test_the_tests_that_name_a_module_come_first() -> None:
    assert mutate.files_for("model", "thesisbook/model/scenario_tree.py")[0].endswith(
        "test_scenario_tree.py"
    )


def test_every_equivalent_mutant_has_a_reason() -> None:
    for (module, what), reason in mutate.equivalents().items():
        assert (mutate.SRC / module).is_file()
        assert " -> " in what
        assert len(reason.split()) > 3
