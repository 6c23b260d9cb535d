"""Many sets through one executor interface: processes here, or workers of a Dask scheduler."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from toy_project import environment_of, thesisbook

from thesisbook.engine.errors import ParameterFault
from thesisbook.fleet.grid import read_grid

ROOT = Path(__file__).parents[2]
PATIENCE = 240  # seconds until what should come long before is given up on


def rows(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def grid_file(folder: Path, text: str) -> Path:
    path = folder / "grid.yaml"
    path.write_text(text, encoding="utf-8")
    return path


VALUES = """\
what: values
scenarios: [base, bear]
parameters:
  wacc: {from: 0.10, to: 0.12, steps: 3}
sets:
  - {scenario: base, wacc: 0.05, terminal_growth: 0.05}
"""


def test_values_with_a_failing_set_and_resumed(tmp_path: Path) -> None:
    grid, out = grid_file(tmp_path, VALUES), tmp_path / "out"
    done = thesisbook(ROOT, "sweep", str(grid), "--out", str(out))
    assert done.returncode == 1
    assert "6 sets run, 0 kept, 1 failed" in done.stderr
    found = rows(out)
    failed = [row for row in found.values() if row["error"]]
    assert len(found) == 7
    assert [row["set.terminal_growth"] for row in failed] == ["0.05"]
    targets = {
        (row["scenario"], row["set.wacc"]): float(row["target_price"])
        for row in found.values()
        if not row["error"]
    }
    assert targets["base", "0.1"] > targets["base", "0.11"] > targets["base", "0.12"]
    assert targets["base", "0.1"] > targets["bear", "0.1"]
    assert float(next(iter(found.values()))["revenue.2027"]) > 0
    again = thesisbook(ROOT, "sweep", str(grid), "--out", str(out))
    assert "0 sets run, 6 kept, 1 failed" in again.stderr
    alone = thesisbook(ROOT, "value", "-p", "wacc=0.11", "--json")
    assert f'"target_price": {targets["base", "0.11"]!r}' in alone.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what: pages\n", "1:what: found 'pages'; allowed: 'values' or 'books'"),
        ("scenario: base\n", "1:scenario: found an unknown key"),
        ("parameters: {wacc: 0.1}\n", "1:parameters.wacc: found '0.1'; a list, or from, to and"),
        ("- a\n", "1:-: found ['a']; keys with values are allowed"),
        ("what: [\n", "found no YAML"),
        ("", "1:-: found nothing"),
        ("parameters: {dso: [0100]}\n", "1:parameters.dso.0: found '0100'; a plain number"),
        ("parameters: {wacc: [0.11], wacc: [0.12]}\n", "1:wacc: found the key twice"),
        ("parameters: {wacc: {from: 10%, to: 0.12, steps: 3}}\n", "found '10%'; a plain number"),
        ("parameters: {wacc: {from: 0.1, to: 0.12}}\n", "1:parameters.wacc"),
        ("sets: {wacc: 0.1}\n", "1:sets: found {'wacc': '0.1'}; a list is allowed"),
        ("scenarios: bull\n", "1:scenarios: found 'bull'; a list is allowed"),
        ("outputs: [htm]\n", "1:outputs.0: found 'htm'"),
        ("parameters: {wac: [0.11]}\n", "1:parameters.wac.0: found 'wac', an unknown parameter"),
        ("parameters: {wacc: [50]}\n", "1:parameters.wacc.0: found 50.0; 0.05 to 0.3 is allowed"),
        ("parameters: {dso.2036: [50]}\n", "found dso of 2036; 2026 to 2035 are allowed"),
        ("parameters: {include_ipo_proceeds: [no]}\n", "found 'no'; true or false is allowed"),
        ("sets: [{scenario: bul}]\n", "1:sets.0.scenario: found 'bul', an unknown scenario"),
    ],
)
def test_faulty_grid(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ParameterFault, match=re.escape(said)) as refused:
        read_grid(grid_file(tmp_path, text), ROOT)
    assert str(refused.value).startswith("grid.yaml:")


def test_a_grid_in_another_encoding_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "grid.yaml"
    path.write_bytes("# 折现率\nparameters: {wacc: [0.11]}\n".encode("gbk"))
    with pytest.raises(ParameterFault, match="found byte 0xd5, which is not UTF-8"):
        read_grid(path, ROOT)


def test_a_day_in_a_grid_is_a_day(tmp_path: Path) -> None:
    grid = read_grid(grid_file(tmp_path, "parameters: {valuation_date: [2026-06-30]}\n"), ROOT)
    assert [dict(v.overrides) for v in grid.variants] == [{"valuation_date": "2026-06-30"}]


def test_grid_is_product_and_sets_each_once(tmp_path: Path) -> None:
    text = "parameters: {a: [1, 2], b: [true, x]}\nsets: [{a: 1, b: true, scenario: base}]\n"
    grid = read_grid(grid_file(tmp_path, "scenarios: [base]\n" + text))
    given = [dict(variant.overrides) for variant in grid.variants]
    assert given == [
        {"a": 1.0, "b": True},
        {"a": 1.0, "b": "x"},
        {"a": 2.0, "b": True},
        {"a": 2.0, "b": "x"},
    ]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """A Dask scheduler and two worker processes on this machine, ready for work."""
    distributed = pytest.importorskip("distributed")
    contact = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli"]
    quiet = {"env": environment_of(), "cwd": tmp_path, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen(
        [
            *dask[:-1],
            "distributed.cli.dask_scheduler",
            "--port",
            "0",
            "--host",
            "127.0.0.1",
            "--no-dashboard",
            "--scheduler-file",
            str(contact),
        ],
        **quiet,
    )
    workers = [
        subprocess.Popen(
            [
                *dask[:-1],
                "distributed.cli.dask_worker",
                "--scheduler-file",
                str(contact),
                "--nthreads",
                "1",
                "--nworkers",
                "1",
                "--no-dashboard",
                "--no-nanny",
                "--local-directory",
                str(tmp_path / f"worker-{n}"),
            ],
            **quiet,
        )
        for n in range(2)
    ]
    try:
        with distributed.Client(scheduler_file=str(contact), timeout=PATIENCE) as client:
            client.wait_for_workers(len(workers), timeout=PATIENCE)
            address = client.scheduler.address
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def test_dask_with_a_worker_killed_half_way(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen]]
) -> None:
    address, workers = cluster
    text = "scenarios: [base, bull, bear]\nparameters:\n  wacc: {from: 0.09, to: 0.14, steps: 5}\n"
    grid, out = grid_file(tmp_path, text), tmp_path / "out"
    command = [sys.executable, "-m", "thesisbook", "-C", str(ROOT), "sweep", str(grid)]
    sweep = subprocess.Popen(
        [*command, "--out", str(out), "--scheduler", address],
        env=environment_of(),
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + PATIENCE
    while len(list((out / "sets").glob("*.json"))) < 3:
        assert time.monotonic() < until
        assert sweep.poll() is None, sweep.stderr
        time.sleep(0.02)
    os.kill(workers[0].pid, signal.SIGKILL)
    _, said = sweep.communicate(timeout=PATIENCE)
    assert sweep.returncode == 0, said
    assert "15 sets run, 0 kept, 0 failed" in said
    found = rows(out)
    assert len(found) == 15
    assert not [row for row in found.values() if row["error"]]


def test_no_scheduler_is_told(tmp_path: Path) -> None:
    grid = grid_file(tmp_path, "scenarios: [base]\n")
    done = thesisbook(
        ROOT, "sweep", str(grid), "--out", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:9"
    )
    assert done.returncode == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr


def test_killed_local_task_is_run_again(tmp_path: Path) -> None:
    sys.path.insert(0, str(tmp_path))
    (tmp_path / "dying.py").write_text(
        "import os, pathlib, signal\n"
        "def once(mark):\n"
        "    if not pathlib.Path(mark).exists():\n"
        "        pathlib.Path(mark).touch()\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return 'done'\n"
        "def always():\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n",
        encoding="ascii",
    )
    import dying  # noqa: PLC0415

    from thesisbook.engine.fast.processes import ChildDied  # noqa: PLC0415
    from thesisbook.fleet.executors import LocalExecutor  # noqa: PLC0415

    with LocalExecutor(2) as pool:
        lost = pool.submit(dying.always)
        assert pool.submit(dying.once, str(tmp_path / "mark")).result(PATIENCE) == "done"
        with pytest.raises(ChildDied, match=r"was killed \(SIGKILL"):
            lost.result(PATIENCE)
