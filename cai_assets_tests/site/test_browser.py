"""The browser of the tests opens files and runs their scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_page_opens_from_a_folder_and_its_script_runs(page: Page, tmp_path: Path) -> None:
    (tmp_path / "said.js").write_text("document.title = 'Сказано'", encoding="utf-8")
    (tmp_path / "стр.html").write_text(
        "<!doctype html><meta charset=utf-8><title>t</title><script src='said.js'></script>",
        encoding="utf-8",
    )
    page.goto((tmp_path / "стр.html").as_uri())
    assert page.title() == "Сказано"
