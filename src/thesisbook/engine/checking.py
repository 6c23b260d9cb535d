"""The first stage: data and parameters are right, or nothing else starts."""

from __future__ import annotations

import contextlib
import io

from thesisbook.engine.errors import BuildError, DataFault
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.run_parameters import check_variant


def check_project(project: Project, variant: Variant) -> None:
    """Raises DataFault with every fault of the data, then ParameterFault for the parameters."""
    missing = project.missing_pages()
    if missing:
        raise BuildError(
            f"_toc.yml names pages that do not exist: {', '.join(missing)} "
            "(--partial leaves them out)"
        )
    if (project.root / "data" / "sources.csv").is_file():
        from thesisbook.data.check import run_check  # noqa: PLC0415 - only when data changed

        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = run_check(project.root)
        if status:
            raise DataFault(said.getvalue().strip() or f"check failed ({status})")
    check_variant(project, variant)
