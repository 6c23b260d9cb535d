"""The workflow and its scripts: what they say of a change and of links, and what they call."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
BOOK = """# Sample

---

[Overview](index.html)

## Sample

Target {target}.

---

[Market](market.html)

## Market

A | B
"""


def script(name: str, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / ".ci" / name), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def number(text: str, value: float, *inputs: str) -> dict[str, Any]:
    return {
        "kind": "number",
        "label": "Target | now",
        "text": text,
        "value": value,
        "formula": "{model.x}",
        "inputs": list(inputs),
    }


def build(folder: Path, text: str, value: float, beta: float) -> Path:
    """What a build leaves of a book with one number."""
    receipt = {"kind": "parameter", "label": "Beta", "value": beta, "inputs": []}
    found = {
        "scenario": "base",
        "numbers": {"target_price": number(text, value, "param.beta")},
        "receipts": {"param.beta": receipt},
    }
    (folder / "html").mkdir(parents=True)
    (folder / "numbers.json").write_text(json.dumps(found), encoding="utf-8")
    (folder / "html" / "book.md").write_text(BOOK.format(target=text), encoding="utf-8")
    return folder


def test_a_summary_tells_the_target_the_numbers_their_cause_and_the_pages(tmp_path: Path) -> None:
    main = build(tmp_path / "main", "HKD 10.00", 10.0, 1.0)
    change = build(tmp_path / "change", "HKD 12.00", 12.0, 0.9)
    done = script("summarise_changes.py", main, change)
    assert done.returncode == 0, done.stderr
    assert r"| Target \| now | HKD 10.00 | **HKD 12.00** |" in done.stdout
    assert "### Numbers that differ: 1\n" in done.stdout
    assert r"| Target \| now | HKD 10.00 | HKD 12.00 | Beta |" in done.stdout
    assert "### Pages that differ: 1\n" in done.stdout
    assert "| Overview | 1 | 1 |" in done.stdout and "| Market |" not in done.stdout


def test_a_change_that_moves_nothing_is_told_in_two_sentences(tmp_path: Path) -> None:
    main = build(tmp_path / "main", "HKD 10.00", 10.0, 1.0)
    change = build(tmp_path / "change", "HKD 10.00", 10.0, 1.0)
    done = script("summarise_changes.py", main, change)
    assert "No number differs." in done.stdout
    assert "No page says anything else." in done.stdout


def test_a_folder_without_a_build_is_one_line(tmp_path: Path) -> None:
    main = build(tmp_path / "main", "HKD 10.00", 10.0, 1.0)
    done = script("summarise_changes.py", main, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path}: found no whole numbers.json; give the folder of a build\n"
    (main / "html" / "book.md").unlink()
    assert "Pages were not compared" in script("summarise_changes.py", main, main).stdout


class Answers(BaseHTTPRequestHandler):
    """Answers with the number that an address ends with; HEAD is refused at /get/."""

    def do_HEAD(self) -> None:
        refused = self.path.startswith("/get/") and self.command == "HEAD"
        self.send_response(405 if refused else int(self.path.rpartition("/")[2]))
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_address[1]}"
    http.shutdown()


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/200", 0, ""),
        ("/get/200", 0, ""),
        ("/403", 0, "answers 403"),
        ("/404", 1, "gone: 404"),
        ("/410", 1, "gone: 410"),
    ],
)
def test_a_link_that_is_gone_is_a_fault_and_one_that_refuses_is_not(
    tmp_path: Path, server: str, path: str, code: int, said: str
) -> None:
    page = f'<a class="external" rel="noopener" href="{server}{path}#part">x</a>'
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    done = script("check_links.py", tmp_path)
    assert done.returncode == code, done.stderr
    assert f"1 addresses, {code} gone" in done.stdout
    told = f"{server}{path}: {said} (a.html)"
    assert (told in done.stdout) if said else ("a.html" not in done.stdout)


def test_a_site_without_links_is_not_checked_silently(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html">x</a>', encoding="utf-8")
    done = script("check_links.py", tmp_path)
    assert done.returncode == 1 and "no page with an outside address" in done.stderr


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path.name, name, job)
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items()
    ]


@pytest.mark.parametrize(("file", "name", "job"), jobs())
def test_a_job_has_a_limit_and_its_actions_are_pinned(
    file: str, name: str, job: dict[str, Any]
) -> None:
    assert 1 <= job["timeout-minutes"] <= 120
    for step in job["steps"]:
        assert "uses" not in step or PINNED.fullmatch(step["uses"]), step["uses"]


def test_the_workflow_lints_tests_reproduces_checks_links_and_tells_of_a_change() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"]
    assert {"lint", "build", "reproduce", "links", "summary", "publish"} <= set(workflow["jobs"])
    only = {name for name, job in workflow["jobs"].items() if "permissions" in job}
    assert only == {"publish"}, "no other job may write"
    assert "main" in workflow["jobs"]["publish"]["if"]


def test_what_the_workflow_calls_is_there() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        targets = re.findall(r"\bmake (?:-C \S+ )?([a-z]+)\b", text)
        assert targets and all(re.search(rf"^{name}:", rules, re.M) for name in targets)
        assert all((ROOT / name).is_file() for name in re.findall(r"\.ci/[\w.]+", text))
