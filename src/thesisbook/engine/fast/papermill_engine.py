"""`papermill --engine thesisbook`: runs the cells in papermill's own process.

It starts no kernel and sends no message, which saves a second a notebook. Outputs are what an
ordinary Python kernel gives. What needs a kernel is not there: widgets, `input()`, and other
languages than Python.
"""

from __future__ import annotations

from typing import Any

from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from papermill.exceptions import PapermillException
from traitlets import Int

from thesisbook.engine.fast.shell import Shell

NAME = "thesisbook"
#: Bytes that one cell may print and display.
OUTPUT_LIMIT = 5_000_000


class ShellClient(PapermillNotebookClient):
    """papermill's client with a shell in this process where it has a kernel."""

    output_limit = Int(OUTPUT_LIMIT, help="Bytes that one cell may print and display.")

    def execute(self, **kwargs: Any) -> NotebookNode:
        """Runs all cells until one fails; papermill reports the fault."""
        self.reset_execution_trackers()
        with Shell(self.output_limit) as self.shell:
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = {"name": "python"}
        return self.nb

    def execute_cell(self, cell: NotebookNode, cell_index: int, **kwargs: Any) -> NotebookNode:  # type: ignore[override]
        """Runs one cell. Raises CellExecutionError unless its tags or this client allow it."""
        if self.on_cell_start:
            self.on_cell_start(cell=cell, cell_index=cell_index)
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        if self.record_timing:
            cell.metadata["execution"] = {}
        cell.outputs = []
        self.clear_before_next_output = False
        error = self.shell.run(
            cell.source,
            lambda message: self.process_message(message, cell, cell_index),
            self._get_timeout(cell),
        )
        allowed = self.allow_errors or "raises-exception" in tags
        if error and (self.force_raise_errors or not allowed):
            raise CellExecutionError.from_cell_and_msg(cell, error)
        return cell


class InProcessEngine(Engine):
    """Executes a notebook of Python in this process. `output_limit` is in bytes a cell."""

    @classmethod
    def execute_managed_notebook(  # noqa: PLR0917 - papermill's signature
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: float | None = None,
        **kwargs: Any,
    ) -> NotebookNode:
        """Runs the cells of `nb_man.nb` and puts their outputs there.

        Raises PapermillException for a notebook in another language; a cell's fault is papermill's
        to raise.
        """
        language = nb_man.nb.metadata.get("kernelspec", {}).get("language", "python")
        if language != "python":
            raise PapermillException(
                f"the engine {NAME} runs Python, the notebook is in {language}"
            )
        names = set(ShellClient.class_trait_names())
        client = ShellClient(
            nb_man,
            timeout=execution_timeout or kwargs.get("timeout"),
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
            **{name: value for name, value in kwargs.items() if name in names - {"timeout"}},
        )
        return client.execute()


def register() -> str:
    """Makes the engine known to papermill, also where the package is not installed; its name."""
    papermill_engines.register(NAME, InProcessEngine)
    return NAME
