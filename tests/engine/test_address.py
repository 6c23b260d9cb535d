"""The address of a site: one line where it is none, nothing built, and a slash at its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_project import thesisbook

from thesisbook.engine.address import address_of
from thesisbook.engine.errors import DataFault, ParameterFault

CONFIG = 'title: T\nhtml:\n  baseurl: "{}"\n'


def project(folder: Path, address: str) -> Path:
    (folder / "_config.yml").write_text(CONFIG.format(address), encoding="utf-8")
    return folder


def test_it_is_the_one_given_or_else_that_of_the_configuration(tmp_path: Path) -> None:
    assert address_of("", project(tmp_path, "")) == ""
    assert address_of("", project(tmp_path, "https://a.org/b")) == "https://a.org/b/"
    assert address_of("http://c.org/", tmp_path) == "http://c.org/"


@pytest.mark.parametrize(
    "bad", ["a.org", "ftp://a.org/", "https://", "https://a.org/?q", "http://[a"]
)
def test_what_is_no_address_is_refused_with_its_place(tmp_path: Path, bad: str) -> None:
    project(tmp_path, bad)
    with pytest.raises(DataFault, match=r"^_config.yml:3:html.baseurl: found "):
        address_of("", tmp_path)
    with pytest.raises(ParameterFault, match=r"^--address: found .*; an address like"):
        address_of(bad, tmp_path)


def test_a_build_for_no_address_writes_nothing(toy: Path) -> None:
    done = thesisbook(toy, "build", "--only", "html", "--address", "example")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "found 'example'" in done.stderr
    assert not (toy / "_build").exists()
