"""The receipts of a site, each stored once, in parts that a page loads when a reader asks.

Scripts, since a page opened from disk may not fetch data. `receipts.js` beside the pages is the
index; the parts lie in `receipts/` and are named by the digest of what they hold, so that the
books of several scenarios share every part that is the same in all of them.

| part | holds | found by |
|---|---|---|
| `pages` | the numbers a page names, and those behind them | the page |
| `facts`, `studies` | facts; results of studies, counts, words | first two words, in order |
| `shapes` | what all runs share: label, unit, formula, inputs | quantity or parameter, in order |
| `runs` | values of one run, and where it differs from the shape | run, then as the shapes |
| `sources` | publisher, title, address of every source named | - |

In a shape the inputs from the same run stand without the name of the run, after a dot.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

INDEX = "receipts.js"
FOLDER = "receipts"
PART_SIZE = 9_000
"""Bytes of a part of facts or shapes, before compression; one entity or quantity is never cut."""
DIGITS = 12
OPENING = "thesisReceipts("
Receipt = Mapping[str, Any]
Receipts = Mapping[str, Receipt]

RUN = ("quantity", "parameter")
_FACTS = ("fact", "list", "recomputation")
LINKS = ("inputs", "used")
VALUE = "="  # the value, in an entry of a run that differs from the shape otherwise too
_OWN = ("value", "scenario")  # what each run says for itself


def write(
    receipts: Receipts,
    pages: Mapping[str, Iterable[str]],
    outdir: Path,
    about: Mapping[str, Any] | None = None,
) -> None:
    """Write index and parts into `outdir`.

    `pages` has the names that each page shows, `about` what the index says beside its parts.
    """
    receipts = {_bare(name): _slim(receipt) for name, receipt in receipts.items()}
    sources, receipts = _without_sources(receipts)
    runs = {name: one for name, one in receipts.items() if one["kind"] in RUN}
    facts = {name: one for name, one in receipts.items() if one["kind"] in _FACTS}
    numbers = {n: one for n, one in receipts.items() if "{" in n or one["kind"] == "number"}
    others = {**runs, **facts, **numbers}
    studies = {n: one for n, one in receipts.items() if n not in others}
    folder = outdir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written: set[str] = set()

    def part(content: Any) -> str:
        text = json_text(content)
        name = hashlib.sha256(text.encode()).hexdigest()[:12]
        script = f'{OPENING}"{name}",{text});\n'
        (folder / f"{name}.js").write_text(script, encoding="utf-8", newline="\n")
        written.add(f"{name}.js")
        return name

    shapes, values = _shapes_and_values(runs)
    shown = {page: _behind(names, numbers) for page, names in pages.items()}
    unshown = set(numbers).difference(*shown.values())
    shown[""] = {name: numbers[name] for name in sorted(unshown)}
    index = {
        **(about or {}),
        "pages": {page: part(held) for page, held in shown.items() if held},
        "facts": [[first, part(held)] for first, held in _cut(facts, _first_words)],
        "studies": [[first, part(held)] for first, held in _cut(studies, _first_words)],
        "shapes": [[first, part(held)] for first, held in _cut(shapes, _line)],
        "runs": {
            run: [
                [first, part({"scenario": held["scenario"], "values": some})]
                for first, some in _cut(held["values"], _line)
            ]
            for run, held in values.items()
        },
        "sources": part(sources),
    }
    for path in folder.glob("*.js"):
        if path.name not in written:
            path.unlink()
    text = f"window.RECEIPT_INDEX={json_text(index)};\n"
    (outdir / INDEX).write_text(text, encoding="utf-8", newline="\n")


def read(outdir: Path) -> dict[str, dict[str, Any]]:
    """All receipts that travel with the pages of `outdir`, by name; empty where there are none."""
    path = outdir / INDEX
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    index = json.loads(text.partition("=")[2].rstrip().rstrip(";"))
    above = [folder / FOLDER for folder in (outdir, *outdir.parents)]
    store = next(folder for folder in above if folder.is_dir())

    def part(name: str) -> dict[str, Any]:
        script = (store / f"{name}.js").read_text(encoding="utf-8")
        return json.loads(script.partition(",")[2].rstrip().removesuffix(");"))

    parts = [*index["pages"].values()]
    parts += [name for kind in ("facts", "studies") for _, name in index[kind]]
    found = {name: one for each in parts for name, one in part(each).items()}
    shapes = {name: one for _, each in index["shapes"] for name, one in part(each).items()}
    for run, name in ((run, name) for run, cut in index["runs"].items() for _, name in cut):
        held = part(name)
        for key, own in held["values"].items():
            differs = own if isinstance(own, dict) and VALUE in own else {VALUE: own}
            told = {**shapes[key], "scenario": held["scenario"], **differs}
            told = {kind: each for kind, each in told.items() if each is not None}
            if VALUE in told:
                told["value"] = told.pop(VALUE)
            links = {kind: told[kind] for kind in LINKS if kind in told}
            for kind, names in links.items():
                links[kind] = [_name_in(run, n[1:]) if n.startswith(".") else n for n in names]
            found[_name_in(run, key)] = {**told, **links}
    sources = part(index["sources"])
    return {name: _with_sources(one, sources) for name, one in found.items()}


def _with_sources(receipt: Receipt, sources: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(receipt)
    if told.get("source") in sources:
        told["source"] = sources[told["source"]]
    if "also" in told:
        told["also"] = [_with_sources(place, sources) for place in told["also"]]
    return told


def json_text(data: Any) -> str:
    """`data` as JSON that may stand in a script."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _bare(name: str) -> str:
    """A named number has one receipt, whether prose names it or another number."""
    return name.removeprefix("num.")


def rounded(value: Any) -> Any:
    """Floats to 12 significant digits: beyond that, processors differ."""
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Mapping):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value


def _slim(receipt: Receipt) -> dict[str, Any]:
    return {key: rounded(one) for key, one in receipt.items() if one not in ("", None, [])}


def _without_sources(receipts: Receipts) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Every source once, and the receipts with the id of theirs."""
    sources: dict[str, Any] = {}

    def named(told: Receipt) -> dict[str, Any]:
        source = told.get("source")
        if not isinstance(source, Mapping):
            return dict(told)
        sources[source["id"]] = source
        return {**told, "source": source["id"]}

    found = {}
    for name, receipt in receipts.items():
        found[name] = named(receipt)
        if "also" in receipt:
            found[name]["also"] = [named(place) for place in receipt["also"]]
    return sources, found


def _first_words(name: str) -> str:
    """What a fact or study is of, without its period: its first two words."""
    return ".".join(name.split(".")[:2])


def _line(key: str) -> str:
    """The quantity or parameter that a key of a run is of, without its year."""
    return key.removeprefix("param.").partition(".")[0]


def run_and_key(name: str) -> tuple[str, str]:
    """`base.revenue.2027` is `revenue.2027` of the run `base`; `param.wacc` is of `model`."""
    run, _, key = name.partition(".")
    return ("model", name) if run == "param" else (run, key)


def _name_in(run: str, key: str) -> str:
    return key if run == "model" and key.startswith("param.") else f"{run}.{key}"


def _behind(names: Iterable[str], numbers: Receipts) -> dict[str, Receipt]:
    """The numbers named and those that they are made of."""
    found: dict[str, Receipt] = {}
    waiting = list(names)
    while waiting:
        name = _bare(waiting.pop())
        if name in numbers and name not in found:
            found[name] = numbers[name]
            waiting.extend(numbers[name].get("inputs", ()))
    return found


def _cut(receipts: Mapping[str, Any], group: Any) -> list[tuple[str, dict[str, Any]]]:
    """Receipts in order of their group, in parts of about `PART_SIZE`; each with its first group.

    A group that is large itself has a part of its own.
    """
    groups: dict[str, dict[str, Any]] = defaultdict(dict)
    for name in sorted(receipts):
        groups[group(name)][name] = receipts[name]
    parts: list[tuple[str, dict[str, Any]]] = []
    size = PART_SIZE
    for first in sorted(groups):
        added = len(json_text(groups[first]).encode())
        if size + added > PART_SIZE:
            parts.append((first, {}))
            size = 0
        parts[-1][1].update(groups[first])
        size += added
    return parts


def _shapes_and_values(runs: Receipts) -> tuple[dict[str, Receipt], dict[str, dict[str, Any]]]:
    """What the runs share by key, and of each run its values.

    The shape is that of the first run by name that has the key, except the run of the reader's own
    parameters, so that it is the same in the books of all scenarios. A value of another shape
    says what differs.
    """
    by_run: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for name, receipt in runs.items():
        run, key = run_and_key(name)
        told = {kind: receipt[kind] for kind in LINKS if kind in receipt}
        by_run[run][key] = {
            **receipt,
            **{kind: [_within(run, name, runs) for name in names] for kind, names in told.items()},
        }
    shapes: dict[str, Receipt] = {}
    for run in sorted(by_run, key=lambda run: (run == "model", run)):
        for key, receipt in by_run[run].items():
            shapes.setdefault(key, _shape(receipt))
    values = {}
    for run, held in sorted(by_run.items()):
        scenario = next(iter(held.values())).get("scenario", run)
        values[run] = {
            "scenario": scenario,
            "values": {
                key: _own(receipt, {**shapes[key], "scenario": scenario})
                for key, receipt in held.items()
            },
        }
    return shapes, values


def _own(receipt: Receipt, shape: Receipt) -> Any:
    """The value of a receipt, with what differs from the shape; null where the receipt lacks it."""
    fields = (receipt.keys() | shape.keys()) - {"value"}
    differs = {key: receipt.get(key) for key in fields if receipt.get(key) != shape.get(key)}
    value = receipt.get("value")
    return {VALUE: value, **differs} if differs else value


def _within(run: str, name: str, runs: Receipts) -> str:
    """`name` without the run's own name where it is of the same run."""
    of, key = run_and_key(name)
    return f".{key}" if of == run and name in runs else name


def _shape(receipt: Receipt) -> dict[str, Any]:
    return {key: value for key, value in receipt.items() if key not in _OWN}
