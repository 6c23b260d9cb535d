"""Check data, notebooks and parameters; a fault stops the build.

A build checks in two stages: first what its chapters need in order, then, beside the chapters, what
the scenarios and the kept editions are worth: `check_worth`.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from thesisbook.data import Dataset, Fault
from thesisbook.engine.conditions import condition_faults
from thesisbook.engine.errors import BuildError, DataFault, ParameterFault
from thesisbook.engine.notebook_files import read_notebook, unknown_numbers
from thesisbook.engine.pairs import language_faults
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.run_parameters import check_variant


def check_data(project: Project, *, model: bool = False) -> int:
    """Print a summary of data and notebooks and return 0, or print every fault and return 1.

    With `model`, parameters and equations must name one another. Raises ParameterFault.
    """
    from thesisbook.data.check import run_check  # noqa: PLC0415 - only when data changed
    from thesisbook.model.parameters import ParameterError  # noqa: PLC0415

    try:
        return run_check(project.root, lambda dataset: _all_faults(project, dataset, model))
    except ParameterError as error:
        raise ParameterFault(str(error)) from None


def check_project(project: Project, variant: Variant) -> None:
    """Raises DataFault with every fault of the data, then ParameterFault for the parameters.

    What takes a run of every scenario is left to `check_worth`.
    """
    missing = project.missing_pages()
    if missing:
        raise BuildError(
            f"_toc.yml names pages that do not exist: {', '.join(missing)} "
            "(--partial leaves them out)"
        )
    broken = [
        str(fault)
        for chapter in project.chapters
        if (path := project.notebook(chapter)).is_file()
        for fault in read_notebook(path, project.root)[1]
    ]
    if broken:
        raise DataFault("\n".join(broken))
    if (project.root / "data" / "sources.csv").is_file():
        _refuse(project, partial(_book_faults, project, model=False))
    check_variant(project, variant)


def check_worth(project: Project) -> None:
    """Raises DataFault where a sentence is false in a scenario, or a kept edition has moved.

    The data must be valid: `check_project` comes first.
    """
    _refuse(project, partial(_worth_faults, project))


def _refuse(project: Project, faults: Callable[[Dataset], Iterable[Fault]]) -> None:
    """Raises DataFault with the faults of the data, or else with those found in them."""
    from thesisbook.data.check import run_check  # noqa: PLC0415

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = run_check(project.root, faults)
    if status:
        raise DataFault(said.getvalue().strip() or f"check failed ({status})")


def _all_faults(project: Project, dataset: Dataset, model: bool) -> Iterable[Fault]:
    return list(_book_faults(project, dataset, model)) or _worth_faults(project, dataset)


def _notebooks(project: Project) -> list[Path]:
    return list(filter(Path.is_file, map(project.notebook, project.chapters)))


def _book_faults(project: Project, dataset: Dataset, model: bool) -> Iterator[Fault]:
    """Faults between data, model and notebooks, of the first class that has some.

    The data must be valid by themselves. Raises ParameterError.
    """
    from thesisbook.engine.study_values import study_value_faults  # noqa: PLC0415
    from thesisbook.model.commands import check_parameters  # noqa: PLC0415
    from thesisbook.model.number_units import number_faults  # noqa: PLC0415 - loads the model
    from thesisbook.provenance.typed_captions import typed_captions  # noqa: PLC0415

    if model:
        check_parameters(dataset)
    # Each needs what the one before has found in order.
    for found in (
        study_value_faults(dataset, project.root),
        chain(
            *(unknown_numbers(p, project.root, dataset.numbers) for p in _notebooks(project)),
            number_faults(dataset),
            typed_captions(dataset, project.root),
            language_faults(project),
        ),
    ):
        if faults := list(found):
            yield from faults
            return


def _worth_faults(project: Project, dataset: Dataset) -> Iterator[Fault]:
    """Faults that only a run of every scenario shows."""
    from thesisbook.score.checks import score_faults  # noqa: PLC0415 - loads the model

    yield from score_faults(dataset)
    yield from condition_faults(_notebooks(project), project.root, dataset, dataset.scenarios)
