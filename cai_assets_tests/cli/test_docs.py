"""`cai docs`: the site is brought up to date, and can be opened or looked at over HTTP."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from cai_assets.cli import docs
from cai_assets_tests.cli.conftest import Cai
from cai_assets_tests.edt import EdtProject


def test_it_writes_what_is_missing_and_says_where_the_site_is(
    cai: Cai, project: EdtProject
) -> None:
    assert cai("build", project.root).code == 0
    index = Path(".cai/site/Torgovlya/index.html").absolute()
    assert index.is_file()
    said = cai("docs", "Торговля")
    assert (said.code, said.out) == (0, f"{index}\n")
    assert "of these written 0" in said.err
    index.unlink()
    assert "of these written 1" in cai("docs", "Торговля").err
    assert index.is_file()


def test_it_opens_the_site(cai: Cai, project: EdtProject, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    cai("build", project.root)
    assert cai("docs", "Торговля", "--open").code == 0
    assert opened == [Path(".cai/site/Torgovlya/index.html").absolute().as_uri()]


def test_an_unknown_configuration_is_named(cai: Cai) -> None:
    said = cai("docs", "Нет")
    assert said.code == 2
    assert "Нет" in said.err


def test_tables_that_are_missing_are_named(cai: Cai, project: EdtProject) -> None:
    cai("build", project.root)
    (table,) = Path(".cai/tables").glob("*/*/parsed_configuration/objects.parquet")
    table.unlink()
    said = cai("docs", "Торговля")
    assert said.code == 1
    assert "parsed_configuration/objects" in said.err
    assert "Traceback" not in said.err


def test_a_port_in_use_is_told(cai: Cai, project: EdtProject, tmp_path: Path) -> None:
    cai("build", project.root)
    with docs.server(tmp_path, 0, lambda error: error) as other:
        said = cai("docs", "Торговля", "--serve", "--port", other.server_address[1])
    assert said.code == 1
    assert "--port" in said.err


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A served folder."""
    (tmp_path / "Роль").mkdir()
    (tmp_path / "Роль" / "А.html").write_text("роль", encoding="utf-8")
    (tmp_path / ".cai").mkdir()
    (tmp_path / ".cai" / "pages.parquet").write_text("secret", encoding="utf-8")
    with docs.server(tmp_path, 0, lambda error: error) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield f"http://{docs.HOST}:{served.server_address[1]}/"
        served.shutdown()
        thread.join()


def test_pages_are_served_as_utf_8(address: str) -> None:
    with urllib.request.urlopen(address + quote("Роль/А.html"), timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.read().decode() == "роль"


@pytest.mark.parametrize("path", [".cai/pages.parquet", "%2Ecai/pages.parquet", "Роль/", "../x"])
def test_nothing_else_is_served(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(address + quote(path, safe="/%."), timeout=10)
    assert caught.value.code == 404
