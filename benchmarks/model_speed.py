"""How fast the model is, against the same model called in a loop.

    python benchmarks/model_speed.py [--draws 100000] [--loop 300] [--runs 3]

Measured, best of the runs in one process with everything imported: a run of `value` (read the data,
resolve, run), a simulation, a 50 x 50 grid. The loop is `run(resolve(...))` point by point on
`--loop` points of the same simulation and grid, scaled to their number: the ratio is what one
evaluation on arrays saves. Both ways must give the same numbers, or the script fails; it also fails
where a target of this project is missed (TARGETS, seconds).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from thesisbook.data import load_dataset
from thesisbook.model import Assumptions, Axis, grid, resolve, run, simulate
from thesisbook.model.commands import value_report
from thesisbook.model.montecarlo import SEED
from thesisbook.model.sensitivity import move

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {"value": 1.0, "simulation": 2.0, "grid": 0.2}
SIDE = 50


def best(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Seconds of the fastest run, and what it returned."""
    fastest, found = float("inf"), None
    for _ in range(runs):
        started = time.perf_counter()
        found = work()
        fastest = min(fastest, time.perf_counter() - started)
    return fastest, found


def simulated_one_by_one(p: Assumptions, draws: Any, count: int, points: int) -> np.ndarray:
    """The first draws of the same simulation, each a run of its own."""
    generator = np.random.default_rng(SEED)
    moves = [generator.triangular(d.low, d.mode, d.high, count) for d in draws]
    targets = []
    for index in range(points):
        overrides: dict[str, Any] = {}
        for draw, by in zip(draws, moves, strict=True):
            overrides |= move(p, draw.parameter, float(by[index]), draw.how, clip=True)
        targets.append(run(p.replace(overrides)).quantity("target_price"))
    return np.array(targets)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--loop", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    dataset = load_dataset(ROOT)
    p, draws = resolve(dataset), dataset.studies["draws"]
    rates, growths = np.linspace(0.09, 0.15, SIDE), np.linspace(0.0, 0.04, SIDE)
    axes = Axis("wacc", tuple(rates)), Axis("terminal_growth", tuple(growths))

    value, _ = best(lambda: value_report(load_dataset(ROOT), "base"), asked.runs)
    vector, simulation = best(lambda: simulate(p, draws, asked.draws), asked.runs)
    started = time.perf_counter()
    singles = simulated_one_by_one(p, draws, asked.draws, asked.loop)
    loop = (time.perf_counter() - started) * asked.draws / asked.loop
    if not np.allclose(singles, simulation.target[: asked.loop], rtol=1e-12):
        print("the simulation and the loop disagree", file=sys.stderr)
        return 1

    cells, frame = best(lambda: grid(p, *axes), asked.runs)
    points = [(r, g) for r in range(SIDE) for g in range(SIDE)][: asked.loop]
    started = time.perf_counter()
    alone = [
        run(p.replace({"wacc": rates[r], "terminal_growth": growths[g]})).quantity("target_price")
        for r, g in points
    ]
    grid_loop = (time.perf_counter() - started) * SIDE**2 / len(points)
    if not np.allclose(alone, [frame.iloc[r, g] for r, g in points], rtol=1e-12):
        print("the grid and the loop disagree", file=sys.stderr)
        return 1

    seconds = {"value": value, "simulation": vector, "grid": cells}
    ratios = {"simulation": loop / vector, "grid": grid_loop / cells}
    missed = [name for name, limit in TARGETS.items() if seconds[name] > limit]
    print(json.dumps({
        "seconds": {name: round(x, 4) for name, x in seconds.items()},
        "targets": TARGETS,
        "times_faster_than_a_loop": {name: round(x, 1) for name, x in ratios.items()},
        "draws": asked.draws,
        "grid": [SIDE, SIDE],
        "missed": missed,
    }, indent=2))  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
