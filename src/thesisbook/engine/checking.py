"""The first stage: check data, notebooks and parameters; a fault stops the build."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from itertools import chain

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
        return run_check(project.root, lambda dataset: _book_faults(project, dataset, model))
    except ParameterError as error:
        raise ParameterFault(str(error)) from None


def check_project(project: Project, variant: Variant) -> None:
    """Raises DataFault with every fault of the data, then ParameterFault for the parameters."""
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
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = check_data(project)
        if status:
            raise DataFault(said.getvalue().strip() or f"check failed ({status})")
    check_variant(project, variant)


def _book_faults(project: Project, dataset: Dataset, model: bool) -> Iterator[Fault]:
    """Faults between data, model and notebooks, of the first class that has some.

    The data must be valid by themselves. Raises ParameterError.
    """
    from thesisbook.engine.study_values import study_value_faults  # noqa: PLC0415
    from thesisbook.model.commands import check_parameters  # noqa: PLC0415
    from thesisbook.model.number_units import number_faults  # noqa: PLC0415 - loads the model
    from thesisbook.provenance.typed_captions import typed_captions  # noqa: PLC0415
    from thesisbook.score.checks import score_faults  # noqa: PLC0415 - loads the model

    notebooks = [path for c in project.chapters if (path := project.notebook(c)).is_file()]
    if model:
        check_parameters(dataset)
    # Each needs what the one before has found in order; the slow one values every scenario.
    for found in (
        study_value_faults(dataset, project.root),
        chain(
            *(unknown_numbers(path, project.root, dataset.numbers) for path in notebooks),
            number_faults(dataset),
            typed_captions(dataset, project.root),
            language_faults(project),
        ),
        chain(
            score_faults(dataset),
            condition_faults(notebooks, project.root, dataset, dataset.scenarios),
        ),
    ):
        if faults := list(found):
            yield from faults
            return
