"""A way to call `cai` as a user does: in a folder of its own, with nothing set from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cai_assets.cli import run
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject


@dataclass(frozen=True)
class Said:
    """What a call printed and its exit code."""

    code: int
    out: str
    err: str


Cai = Callable[..., Said]


def unfolded(text: str) -> str:
    """A text without its white space: long paths are folded where the terminal ends."""
    return "".join(text.split())


@pytest.fixture
def cai(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cai:
    """Call `cai` in English in an empty folder."""
    for name in (*Settings.model_fields, "lang"):
        monkeypatch.delenv(f"CAI_{name.upper()}", raising=False)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return call


@pytest.fixture
def project(tmp_path: Path) -> EdtProject:
    """A configuration of a catalog and a common module."""
    project = EdtProject(tmp_path / "upload", "Торговля")
    project.object("Catalog", "Товары", "  <codeLength>9</codeLength>\n")
    project.common_module("Цены", "Функция Цена(Товар) Экспорт\n    Возврат 1;\nКонецФункции\n")
    return project
