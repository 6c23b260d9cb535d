"""`thesisbook set`: edit the data for a new figure; tried on a copy before anything is written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from thesisbook.data import DataError, load_dataset
from thesisbook.data.check import checked
from thesisbook.data.dataset import PUBLISHED
from thesisbook.data.edits import Edits, write
from thesisbook.engine.errors import DataFault, ParameterFault
from thesisbook.model import ParameterError, Result, bridge, resolve, run
from thesisbook.score.revisions import STUDY, Revisions


def apply(
    root: Path, edit: Callable[[Edits], None], dry: bool = False
) -> tuple[Edits, Result, Result]:
    """Edits the data of a project; returns the edits, and base before and after.

    Raises DataFault or ParameterFault, and writes nothing, where the check refuses what would
    stand there, a scenario has no value any more, a bridge leaves a parameter out, or a scenario of
    an earlier day moves.
    """
    try:
        dataset = load_dataset(root)
        edits = Edits(dataset)
        edit(edits)
        with tempfile.TemporaryDirectory(prefix="thesisbook-") as place:
            copy = Path(place)
            shutil.copytree(root / "data", copy / "data")
            write(edits, copy)
            tried = load_dataset(copy)
            checked(tried)
            results = {name: run(resolve(tried, name)) for name in tried.scenarios}
            if PUBLISHED in results and tried.studies.get("bridge"):
                bridge(tried)
            if tried.studies.get(STUDY):
                _ = Revisions(tried).levels
    except DataError as error:
        raise DataFault(f"{error}\nnothing was written") from None
    except ParameterError as error:
        raise ParameterFault(f"{error}; nothing was written") from None
    for name, about in dataset.company["scenarios"].items():
        if name == PUBLISHED or about.get("as_of"):
            _stays(name, run(resolve(dataset, name)), results[name])
    if not dry:
        write(edits, root)
    return edits, run(resolve(dataset)), results["base"]


def _stays(scenario: str, before: Result, after: Result) -> None:
    """Raises DataFault where a headline number of a scenario of an earlier day would move."""
    was = before.headline()
    moved = [name for name, value in after.headline().items() if was[name] != value]
    if moved:
        raise DataFault(
            f"data/assumptions/{scenario}.yaml: {moved[0]} would move, and what was published "
            "stays; give it its own figure there first; nothing was written"
        )
