"""The first stage: check data, notebooks and parameters; a fault stops the build."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

from thesisbook.data import Dataset, Fault
from thesisbook.engine.conditions import condition_faults
from thesisbook.engine.errors import BuildError, DataFault, ParameterFault
from thesisbook.engine.notebook_files import read_notebook, unknown_numbers
from thesisbook.engine.pairs import language_faults
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.run_parameters import check_variant


def check_data(project: Project) -> int:
    """Print a summary of data and notebooks and return 0, or print every fault and return 1."""
    from thesisbook.data.check import run_check  # noqa: PLC0415 - only when data changed
    from thesisbook.model.parameters import ParameterError  # noqa: PLC0415

    try:
        return run_check(project.root, lambda dataset: _book_faults(project, dataset))
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


def check_model(project: Project) -> None:
    """Raises ParameterFault where parameters and equations do not name one another."""
    from thesisbook.data import load_dataset  # noqa: PLC0415
    from thesisbook.model import ParameterError  # noqa: PLC0415
    from thesisbook.model.commands import check_parameters  # noqa: PLC0415

    try:
        check_parameters(load_dataset(project.root))
    except ParameterError as error:
        raise ParameterFault(str(error)) from None


def _book_faults(project: Project, dataset: Dataset) -> Iterator[Fault]:
    """Faults between data, model and notebooks; the data must be valid by themselves."""
    from thesisbook.engine.study_values import study_value_faults  # noqa: PLC0415
    from thesisbook.model.number_units import number_faults  # noqa: PLC0415 - loads the model
    from thesisbook.provenance.typed_captions import typed_captions  # noqa: PLC0415
    from thesisbook.score.checks import score_faults  # noqa: PLC0415 - loads the model

    if beyond := list(study_value_faults(dataset, project.root)):
        yield from beyond  # nothing has a value, so that nothing else can be asked
        return
    yield from number_faults(dataset)
    yield from typed_captions(dataset, project.root)
    yield from score_faults(dataset)
    yield from language_faults(project)
    notebooks = [path for c in project.chapters if (path := project.notebook(c)).is_file()]
    yield from condition_faults(notebooks, project.root, dataset, dataset.scenarios)
    for chapter in project.chapters:
        if project.notebook(chapter).is_file():
            yield from unknown_numbers(project.notebook(chapter), project.root, dataset.numbers)
