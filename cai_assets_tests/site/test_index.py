"""What the site has, for tools and language models."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pytest

from cai_assets.knowledge.store import staged
from cai_assets.site.index import FILES, write_listings
from cai_assets.site.manifest import Manifest, PageRecord
from cai_assets.site.model import Context
from cai_assets.site.tables import Place, StoredSource

RUSSIAN, ENGLISH = Context("ru", "Trade", "Торговля"), Context("en", "Trade", "Торговля")
EVIL = "Catalog.<b>](x)"


def record(path: str, id_: str, title: str, *endings: str) -> PageRecord:
    stem = path.removesuffix(".html")
    files = (path, *(stem + ending for ending in endings))
    return PageRecord(path, "s", id_, title, "", files, 1, 1, (), (), (), ())


MANIFEST = Manifest.of(
    [
        record("index.html", "index", "Торговля"),
        record("search.html", "search", "Поиск"),
        record("Catalog/index.html", "type:Catalog", "Справочники"),
        record("Catalog/Товары.html", "Catalog.Товары", "Справочник.Товары", ".md", ".json"),
        record("Catalog/_b~1.html", EVIL, f"Справочник.{EVIL}", ".md"),
        record("findings/UnionAll.html", "rule:UnionAll", "Объединение", ".json"),
    ]
)


@pytest.fixture
def source(tmp_path: Path) -> StoredSource:
    objects = pa.table(
        {
            "object": ["Catalog.Товары", "Catalog.Товары", EVIL],
            "project": ["Торговля", "Аддон", "Торговля"],
            "type": ["Catalog", "Catalog", "Catalog"],
            "synonym": ["Товары и услуги", None, ""],
            "comment": ["", "", "Первая\nвторая <i>"],
        }
    )
    with staged(tmp_path / "upload/parsed_configuration") as files:
        files.tables({"objects": objects})
        files.publish()
    return StoredSource(Place(tmp_path / "upload"))


def written(source: StoredSource, folder: Path, context: Context = RUSSIAN) -> dict[str, str]:
    size = write_listings(source, MANIFEST, folder, context)
    found = {name: (folder / name).read_text(encoding="utf-8") for name in FILES}
    assert size == sum((folder / name).stat().st_size for name in FILES)
    return found


def test_every_page_is_in_the_json_with_its_files(source: StoredSource, tmp_path: Path) -> None:
    data = json.loads(written(source, tmp_path)["index.json"])
    assert (data["format"], data["configuration"], data["name"]) == (1, "Trade", "Торговля")
    pages = {page["id"]: page for page in data["pages"]}
    assert set(pages) == {"index", "type:Catalog", "Catalog.Товары", EVIL, "rule:UnionAll"}
    assert pages["Catalog.Товары"] == {
        "id": "Catalog.Товары",
        "type": "Catalog",
        "title": "Справочник.Товары",
        "synonym": "Товары и услуги",
        "about": "Справочник «Товары и услуги».",
        "html": "Catalog/Товары.html",
        "md": "Catalog/Товары.md",
        "json": "Catalog/Товары.json",
    }
    assert pages[EVIL]["about"] == "Первая вторая <i>"
    assert pages["rule:UnionAll"]["type"] == "rule"
    assert pages["rule:UnionAll"]["about"]


def test_links_lead_to_files_of_the_site(source: StoredSource, tmp_path: Path) -> None:
    texts = written(source, tmp_path)
    files = {file for files in MANIFEST.pages.column("files").to_pylist() for file in files}
    for name in ("index.md", "llms.txt"):
        links = re.findall(r"\]\(<([^>]*)>\)", texts[name])
        assert {unquote(link) for link in links} <= files
    assert "Catalog/Товары.md" in {
        unquote(link) for link in re.findall(r"\]\(<([^>]*)>\)", texts["index.md"])
    }


def test_llms_txt_begins_with_a_title_and_a_summary(source: StoredSource, tmp_path: Path) -> None:
    lines = written(source, tmp_path, ENGLISH)["llms.txt"].splitlines()
    assert lines[0] == "# Торговля"
    assert lines[2].startswith("> Documentation of")
    assert "- [index.json](index.json)" in "\n".join(lines)
    assert any(line.endswith(": 2") for line in lines)


def test_names_are_no_markdown(source: StoredSource, tmp_path: Path) -> None:
    text = written(source, tmp_path)["index.md"]
    assert r"Catalog.\<b\>\](x)" in text
    assert "<i>" not in text.replace(r"\<i\>", "")


def test_what_has_not_changed_is_not_written(source: StoredSource, tmp_path: Path) -> None:
    written(source, tmp_path)
    times = {name: (tmp_path / name).stat().st_mtime_ns for name in FILES}
    written(source, tmp_path)
    assert times == {name: (tmp_path / name).stat().st_mtime_ns for name in FILES}


def test_a_site_without_pages_has_empty_lists(source: StoredSource, tmp_path: Path) -> None:
    write_listings(source, Manifest.empty(), tmp_path, RUSSIAN)
    assert json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))["pages"] == []
