"""Compute values or whole books over many parameter sets; finished sets are not run again."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thesisbook.engine.errors import BuildError
from thesisbook.engine.manifest import CodeKeys, environment_key, key_of, tree_digests
from thesisbook.engine.placing import put_text
from thesisbook.engine.progress import Progress
from thesisbook.engine.project import Project, Variant
from thesisbook.fleet.executors import executor
from thesisbook.fleet.grid import Grid


@dataclass(frozen=True)
class Swept:
    """Counts of a sweep, its faults by set, and the table it wrote."""

    done: int
    kept: int
    faults: dict[str, str]
    table: Path


def sweep(
    project: Project,
    grid: Grid,
    out: Path,
    progress: Progress,
    *,
    jobs: int = 2,
    scheduler: str | None = None,
) -> Swept:
    """Runs every set of the grid that has no good result in `out` yet, then writes the table.

    A set that fails is noted with its fault and the others go on.
    """
    inputs = _inputs(project, grid)
    places = {v.key: out / "sets" / f"{v.key}.json" for v in grid.variants}
    due = [v for v in grid.variants if not _good(places[v.key], inputs)]
    faults: dict[str, str] = {}
    if due:
        with executor(jobs, scheduler) as pool, progress.counting("sweep", len(due)) as advance:
            waiting: dict[Future, Variant] = {}
            for variant in due:
                work = pool.submit(
                    run_set,
                    root=str(project.root),
                    what=grid.what,
                    scenario=variant.scenario,
                    overrides=dict(variant.overrides),
                    outputs=list(grid.outputs),
                    out=str(out),
                )
                waiting[work] = variant
            for future in as_completed(waiting):
                variant = waiting[future]
                result = _outcome(future)
                if "error" in result:
                    faults[variant.key] = result["error"]
                    progress.say(f"{variant.key}: {result['error'].splitlines()[0]}")
                content = {"inputs": inputs, **_described(variant), **result}
                put_text(json.dumps(content, indent=1, sort_keys=True) + "\n", places[variant.key])
                advance()
    table = out / "results.csv"
    put_text(_table([json.loads(p.read_text(encoding="utf-8")) for p in places.values()]), table)
    _parquet(table)
    return Swept(len(due) - len(faults), len(grid.variants) - len(due), faults, table)


def run_set(
    *, root: str, what: str, scenario: str, overrides: dict[str, Any], outputs: list[str], out: str
) -> dict[str, Any]:
    """Run one set, here or on a worker: its values and, for `what: books`, its book."""
    started = time.perf_counter()
    from thesisbook.data import load_dataset  # noqa: PLC0415
    from thesisbook.model import ParameterError  # noqa: PLC0415
    from thesisbook.model.commands import value_report  # noqa: PLC0415

    try:
        values = value_report(load_dataset(Path(root)), scenario, overrides)
    except ParameterError as error:
        return {"error": str(error)}
    if what == "books":
        fault = _book(Path(root), Variant(scenario, overrides), outputs, Path(out))
        if fault:
            return {"error": fault}
    return {"values": values, "seconds": round(time.perf_counter() - started, 3)}


def _book(root: Path, variant: Variant, outputs: list[str], out: Path) -> str | None:
    """Builds a book by the command line, in a build folder of its own; the fault, if any."""
    scratch = out / "work" / variant.key
    command = [sys.executable, "-m", "thesisbook", "--project", str(root), "build", "-j1"]
    command += ["--scenario", variant.scenario, "--build-folder", str(scratch)]
    command += ["--out", str(out / "books" / variant.key)]
    command += [f"-p{name}={value}" for name, value in variant.overrides.items()]
    command += [f"--only={name}" for name in outputs]
    environment = {**os.environ, "CI": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    shutil.rmtree(scratch, ignore_errors=True)
    return done.stderr.strip() or "failed" if done.returncode else None


def _outcome(future: Future) -> dict[str, Any]:
    """The result of a task, or its error as data, so that one set cannot stop the others."""
    try:
        return future.result()
    except BuildError as error:
        return {"error": str(error)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _described(variant: Variant) -> dict[str, Any]:
    return {"key": variant.key, "scenario": variant.scenario, "parameters": dict(variant.overrides)}


def _inputs(project: Project, grid: Grid) -> str:
    """Digest of everything that a set's result depends on besides the set itself."""
    code = CodeKeys(project.build / ".cache" / "imports.json")
    parts: list[Any] = [
        tree_digests(project.root / "data"),
        code.of_modules("thesisbook.model"),
        grid.what,
    ]
    if grid.what == "books":
        book = [tree_digests(project.root / name) for name in ("notebooks", "book")]
        whole = code.of_modules(
            "thesisbook.exhibits", "thesisbook.outputs.site", "thesisbook.outputs"
        )
        parts += [book, whole, list(grid.outputs), environment_key(project.root)]
    return key_of(*parts)


def _good(place: Path, inputs: str) -> bool:
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return content.get("inputs") == inputs and "values" in content


def _table(results: list[dict[str, Any]]) -> str:
    """One row per set: what was set, what came out (years as `name.year`), and its fault."""
    rows = []
    for result in results:
        row = {"key": result["key"], "scenario": result["scenario"]}
        row |= {f"set.{name}": value for name, value in result["parameters"].items()}
        row |= _flat({k: v for k, v in result.get("values", {}).items() if k not in SHOWN})
        row["error"] = result.get("error", "").partition("\n")[0]
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row if name != "error"))
    text = io.StringIO()
    writer = csv.DictWriter(text, [*names, "error"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


SHOWN = ("scenario", "parameters")


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _parquet(table: Path) -> None:
    """The same table as Parquet where pyarrow is installed."""
    if importlib.util.find_spec("pyarrow") is not None:
        import pandas as pd  # noqa: PLC0415

        pd.read_csv(table).to_parquet(table.with_suffix(".parquet"), index=False)
