"""The script of the page "What if": model, data and page modules joined into one classic script.

A page opened from disk may not import modules, so each becomes a function of its own; imports and
exports become what the functions take and return. The first line has the digest of all the rest.
"""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path

from thesisbook.data import Dataset
from thesisbook.exhibits.translation import Translation
from thesisbook.model import resolve
from thesisbook.model.graph import graph_of
from thesisbook.outputs.whatif.model_js import model_module
from thesisbook.outputs.whatif.page_data import page_data
from thesisbook.outputs.whatif.page_markup import page_markup

FILE = "whatif.js"  # in another language: `whatif-zh.js`
PAGE = ("moves", "answers", "receipts", "controls", "view")  # each imports those before it only
IMPORT = re.compile(r'^import (?:\* as )?(?P<names>\{[^}]*\}|\w+) from "\./(\w+)\.js";$', re.M)
EXPORT = re.compile(r"^export (?=(?:const|function) (\w+))", re.M)
HEAD = re.compile(r"/\* thesisbook what-if, sha256 ([0-9a-f]{64}) \*/\n")


class EditedModel(ValueError):
    """A script that was changed after it was written. The message is one line."""


def modules(dataset: Dataset, language: str = "en") -> dict[str, str]:
    """The ES modules by name: `model` and `data`, written from the data set, and the page's own."""
    say = Translation(dataset.words.get(language, {}), language)
    scenarios = {name: resolve(dataset, name) for name in dataset.scenarios}
    base = scenarios["base"]
    graph = graph_of(base)
    known = page_data(dataset, base, graph, say)
    benchmark = say(dataset.company["rating_scale"]["benchmark"]["en"])
    told = {**known, "html": say.page(page_markup(known, benchmark, base, graph))}
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    own = files(__package__).joinpath("page")
    return {
        "model": model_module(graph, scenarios, say=say),
        "data": f"/** @type {{any}} */\nexport const book={data};\n",
        **{name: own.joinpath(f"{name}.js").read_text("utf-8") for name in PAGE},
    }


def script(dataset: Dataset, language: str = "en") -> str:
    """The classic script; the same data and code give the same bytes."""
    parts = "".join(_function(name, text) for name, text in modules(dataset, language).items())
    body = f'"use strict";\n(()=>{{\nconst modules=window.thesisWhatIf={{}};\n{parts}}})();\n'
    return f"/* thesisbook what-if, sha256 {_digest(body)} */\n{body}"


def _function(name: str, text: str) -> str:
    exported = ",".join(EXPORT.findall(text))
    inside = EXPORT.sub("", IMPORT.sub(r"const \g<names> = modules.\g<2>;", text))
    return f"modules.{name}=(()=>{{\n{inside}return {{{exported}}};\n}})();\n"


def scripts(static: Path) -> list[Path]:
    """The scripts that are there, one for each language."""
    stem = Path(FILE).stem
    return sorted([*static.glob(FILE), *static.glob(f"{stem}-??.js")])


def write_script(site: Path, dataset: Dataset, language: str = "en") -> None:
    """Write the script below `site`, where pages load it. Raises EditedModel (see `refuse_other`).

    A script that is there already must be the one that would be written.
    """
    name = FILE if language == "en" else f"{Path(FILE).stem}-{language}.js"
    path = site / "_static" / name
    text = script(dataset, language)
    if path.exists():
        refuse_other(path, text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def refuse_other(path: Path, text: str) -> None:
    """Raises EditedModel, with the first line that differs, unless the file holds `text`."""
    found, wanted = path.read_text("utf-8").splitlines(), text.splitlines()
    for line, (one, other) in enumerate(zip([*found, ""], [*wanted, ""], strict=False), start=1):
        if line > 1 and one != other:
            raise EditedModel(f"{path}:{line}: not what the equations give; delete the file")


def refuse_edited(path: Path) -> None:
    """Raises EditedModel if a script that was written earlier has been changed by hand since."""
    if not path.exists():
        return
    head, _, body = path.read_text("utf-8").partition("\n")
    written = HEAD.fullmatch(f"{head}\n")
    if written is None or written[1] != _digest(body):
        raise EditedModel(f"{path}:1: changed by hand since it was written; delete the file")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
