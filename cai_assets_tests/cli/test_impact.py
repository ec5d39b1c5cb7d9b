"""`cai impact`: what depends on an object, read from the tables of the dependency analysis."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cai_assets.analysis.dependencies import analyse
from cai_assets.cli.impact import DEPENDENCY_GROUP
from cai_assets.knowledge.snapshots import GROUP, Snapshots
from cai_assets.knowledge.store import write_table
from cai_assets_tests.analysis.dependencies.crafting import edge, object_, routine, tables
from cai_assets_tests.cli.conftest import Cai

GOODS, ORDER, REPORT = "Catalog.Товары", "Document.Заказ", "Report.Продажи"
_UPLOAD = "20260101T000000Z-a"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with the configuration `shop`: report → order → goods."""
    stored = tables(
        objects=[object_(GOODS), object_(ORDER), object_(REPORT)],
        routines=[routine(f"{ORDER}.ObjectModule.Записать")],
        references=[
            edge(ORDER, GOODS, "type", file="Заказ.mdo", line=3),
            edge(f"{ORDER}.ObjectModule.А", GOODS, "manager", file="Заказ.bsl", line=3),
            edge(REPORT, f"{ORDER}.ObjectModule.Записать", file="Продажи.bsl", line=4),
        ],
    )
    snapshots = Snapshots(tmp_path / "tables")
    folder = snapshots.folder("shop", _UPLOAD)
    for name, table in stored.items():
        write_table(table, folder / GROUP / f"{name}.parquet")
    for name, table in analyse(stored).items():
        write_table(table, folder / DEPENDENCY_GROUP / f"{name}.parquet")
    snapshots.publish("shop", _UPLOAD, {})
    return tmp_path


def test_it_says_what_depends_and_where_that_is_written(cai: Cai, home: Path) -> None:
    said = cai("--data", home, "impact", "shop", "справочник.товары")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "Depend on Catalog.Товары: 2",
        "By steps: 1: 1, 2: 1",
        "  1  Document.Заказ",
        "     manager ×2  Заказ.bsl:3",
        "  2  Report.Продажи  through Document.Заказ",
        "     call  Продажи.bsl:4",
    ]


def test_it_speaks_russian(cai: Cai, home: Path) -> None:
    out = cai("--data", home, "--lang", "ru", "impact", "shop", REPORT).out
    assert out == "Зависят от Report.Продажи: 0\n"
    way = ("--direction", "dependencies", "--steps", "1")
    assert (
        "зависит от: 1" in cai("--data", home, "--lang", "ru", "impact", "shop", REPORT, *way).out
    )


def test_a_routine_may_be_asked_for(cai: Cai, home: Path) -> None:
    out = cai("--data", home, "impact", "shop", "Документ.Заказ.МодульОбъекта.Записать").out
    assert out.startswith("Depend on Document.Заказ.ObjectModule.Записать: 1\n")


def test_json_has_the_whole_way(cai: Cai, home: Path) -> None:
    said = cai("--data", home, "impact", "shop", GOODS, "--format", "json")
    answer = json.loads(said.out)
    assert (answer["configuration"], answer["upload"]) == ("shop", _UPLOAD)
    assert (answer["subject"], answer["count"], answer["by_steps"]) == (GOODS, 2, [1, 1])
    report = answer["reached"][1]
    assert (report["id"], report["steps"]) == (REPORT, 2)
    assert [(step["id"], step["via"], step["kind"], step["line"]) for step in report["path"]] == [
        (ORDER, GOODS, "manager", 3),
        (REPORT, ORDER, "call", 4),
    ]


def test_long_lists_are_cut_unless_all_is_asked_for(
    cai: Cai, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cai_assets.cli.impact.SHOWN_ROWS", 1)
    assert "… and 1 more (see --full)" in cai("--data", home, "impact", "shop", GOODS).out
    assert "more" not in cai("--data", home, "impact", "shop", GOODS, "--full").out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("shop", "Catalog.Товар"), "no object Catalog.Товар; close to it: Catalog.Товары"),
        (("shopp", GOODS), "close to it: shop"),
        (("shop", GOODS, "--steps", "0"), "wrong value of --steps"),
        (("shop", GOODS, "--direction", "up"), "wrong value of --direction"),
    ],
)
def test_a_wrong_name_or_value_is_wrong_use(
    cai: Cai, home: Path, arguments: tuple[str, ...], text: str
) -> None:
    said = cai("--data", home, "impact", *arguments)
    assert said.code == 2
    assert text in said.err


def test_without_the_tables_it_says_how_to_get_them(cai: Cai, home: Path) -> None:
    folder = Snapshots(home / "tables").folder("shop", _UPLOAD) / DEPENDENCY_GROUP
    for path in folder.iterdir():
        path.unlink()
    said = cai("--data", home, "impact", "shop", GOODS)
    assert said.code == 2
    assert "cai build" in said.err
