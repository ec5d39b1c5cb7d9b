"""`cai show`: the card of an object, from the store or from a folder of `cai parse`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.knowledge.snapshots import GROUP, Snapshots
from cai_assets_tests.analysis.memory import small_shop
from cai_assets_tests.cli.conftest import Cai


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    small_shop().write(tmp_path / "tables")
    return tmp_path / "tables"


def test_the_card_shows_every_part(cai: Cai, shop: Path) -> None:
    said = cai("show", shop, "Справочник.Товары")
    assert (said.code, said.err) == (0, "")
    for text in (
        "Catalog.Товары",
        "Товары и услуги",
        "CodeLength",
        "Штрихкоды",
        "Number(15,2)",
        "ФормаЭлемента",
        "ObjectModule",
        "Первая",
        "Кладовщик",
        "Catalog.Склады",
        "[not in this upload]",
        "Document.Заказ ×2",
        "adopted by the extension",
    ):
        assert text in said.out, text


def test_it_speaks_russian(cai: Cai, shop: Path) -> None:
    said = cai("--lang", "ru", "show", shop, "catalog.товары")
    for text in ("Свойства", "табличная часть", "Кто ссылается", "вызов", "Права ролей"):
        assert text in said.out, text


def test_long_lists_are_cut_and_say_so_unless_all_is_asked_for(
    cai: Cai, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cai_assets.cli.show.SHOWN_ROWS", 2)
    assert "… and 3 more (see --full)" in cai("show", shop, "Catalog.Товары").out
    assert "more" not in cai("show", shop, "Catalog.Товары", "--full").out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Catalog.Товра", "no object Catalog.Товра; close to it: Catalog.Товары"),
        ("Склады", "name one of: Catalog.Склады, Document.Склады"),
    ],
)
def test_an_object_that_is_not_clear_brings_candidates(
    cai: Cai, shop: Path, name: str, text: str
) -> None:
    said = cai("show", shop, name)
    assert (said.code, said.out) == (2, "")
    assert text in said.err


def test_a_configuration_is_found_by_its_slug_and_by_its_name(cai: Cai) -> None:
    snapshots = Snapshots(Path(".cai/tables").absolute())
    small_shop().write(Path(str(snapshots.folder("Torgovlya", "000001"))) / GROUP)
    snapshots.publish("Torgovlya", "000001", {"rows": {"objects": 7}})
    for name in ("Torgovlya", "torgovlya", "Торговля"):
        assert cai("show", name, "Catalog.Товары").code == 0, name
    said = cai("show", "Торговли", "Catalog.Товары")
    assert said.code == 2
    assert "close to it: Torgovlya" in said.err
    assert "Torgovlya" in cai("list").out
