"""A chapter before and after it runs: its parameters, and the executed notebook's one form."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thesisbook.data.languages import speaks
from thesisbook.engine.errors import ParameterFault
from thesisbook.engine.pairs import MARKS, mark_changed

INJECTED = "injected-parameters"
ADDRESS = re.compile(r"<([\w.]+(?: object)?) at 0x[0-9a-f]+>")


def check_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Every parameter must be declared, with a default of the same type, by the notebook.

    Raises ParameterFault: papermill by itself would only warn and go on.
    """
    from papermill import inspect_notebook  # noqa: PLC0415

    logging.getLogger("papermill").setLevel(logging.WARNING)
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
    if len(tagged) != 1:
        raise ParameterFault(
            f"{notebook.name}: needs one cell tagged parameters, has {len(tagged)}"
        )
    inspected = inspect_notebook(literal(notebook))
    declared = {p["name"]: p["default"] for p in inspected.values()}
    _refuse_unread(notebook, "".join(tagged[0]["source"]), declared)
    for name, value in parameters.items():
        if name not in declared:
            known = ", ".join(sorted(declared))
            raise ParameterFault(f"{notebook.name}: no parameter {name} (it has: {known})")
        default = _literal(declared[name])
        if default is not None and type(default) is not type(value):
            raise ParameterFault(
                f"{notebook.name}: parameter {name} must be {type(default).__name__}, "
                f"not {type(value).__name__} {value!r}"
            )


def _refuse_unread(notebook: Path, source: str, declared: Mapping[str, Any]) -> None:
    """Raises ParameterFault for a line of the parameters cell that papermill reads otherwise."""
    import ast  # noqa: PLC0415

    try:
        nodes = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterFault(
            f"{notebook.name}: line {error.lineno} of the parameters cell is no Python: "
            f"{(error.text or '').strip()}"
        ) from None
    for node in nodes:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        read = declared.get(target.id, "") if isinstance(target, ast.Name) else ""
        if not read or _literal(ast.unparse(node.value)) != _literal(read):
            line = source.splitlines()[node.lineno - 1].strip()
            raise ParameterFault(
                f"{notebook.name}: papermill cannot read line {node.lineno} of the parameters "
                f"cell: {line} (write a name, = and a plain value on one line, without comment)"
            )


def literal(path: Path) -> str:
    """A path for papermill, which would put parameters in place of braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _literal(source: str) -> Any:
    import ast  # noqa: PLC0415

    with contextlib.suppress(ValueError, SyntaxError):
        return ast.literal_eval(source)
    return None


def normalised(nb: Any, parameters: Mapping[str, Any]) -> bytes:
    """The executed notebook without anything of time, place or chance in it."""
    language = parameters.get("language")
    mark_changed(nb.cells, language)
    cells = [cell for cell in nb.cells if speaks(cell, language)]
    for index, cell in enumerate(cells):
        tags = list(cell.metadata.get("tags", []))
        hidden = {"parameters", INJECTED} & set(tags)
        if hidden and "remove-cell" not in tags:
            tags.append("remove-cell")
        dropped = ("papermill", "execution", "tags", MARKS)
        kept = {k: v for k, v in cell.metadata.items() if k not in dropped}
        cell.metadata = {**kept, **({"tags": tags} if tags else {})}
        seed = f"{index}\0{cell.cell_type}\0{cell.source}"
        cell.id = hashlib.sha256(seed.encode()).hexdigest()[:8] + f"-{index}"
        if cell.cell_type == "code":
            cell.outputs = _merged_streams(cell.outputs)
            for output in cell.outputs:
                _without_addresses(output)
    nb.cells = cells
    nb.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "thesisbook": dict(parameters),
    }
    nb.nbformat, nb.nbformat_minor = 4, 5
    text = json.dumps(nb, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode("utf-8")


def with_prose(source: bytes, executed: bytes, parameters: Mapping[str, Any]) -> bytes:
    """The executed notebook with the text of `source`, whose code cells are those that ran."""
    import nbformat  # noqa: PLC0415

    new = nbformat.reads(source.decode("utf-8"), as_version=4)
    ran = nbformat.reads(executed.decode("utf-8"), as_version=4)
    outputs = [cell for cell in ran.cells if cell.cell_type == "code"]
    cells: list[Any] = []
    for cell in new.cells:
        if cell.cell_type == "code" and speaks(cell, parameters.get("language")):
            cells.append(outputs.pop(0))
            if outputs and INJECTED in outputs[0].metadata.get("tags", []):
                cells.append(outputs.pop(0))
        elif cell.cell_type != "code":
            cells.append(cell)
    new.cells = cells
    return normalised(new, parameters)


def _merged_streams(outputs: list[Any]) -> list[Any]:
    """Text of one stream as one output: how it was cut up depends on timing."""
    merged: list[Any] = []
    for output in outputs:
        last: Any = merged[-1] if merged else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def _without_addresses(output: Any) -> None:
    data = output.get("data", {})
    for mime in ("text/plain", "text/html"):
        if isinstance(data.get(mime), str):
            data[mime] = ADDRESS.sub(r"<\1>", data[mime])
    if isinstance(output.get("text"), str):
        output["text"] = ADDRESS.sub(r"<\1>", output["text"])
