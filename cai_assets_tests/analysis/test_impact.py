"""What a change reaches, on which way and with which evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cai_assets.analysis.dependencies import analyse
from cai_assets.analysis.impact import Direction, Impact, UnknownObject, find_subject, impact
from cai_assets.cli.stored import StoredTables
from cai_assets.knowledge.store import write_table
from cai_assets_tests.analysis.dependencies.crafting import edge, object_, routine, tables

GOODS, ORDER, PRICES = "Catalog.Товары", "Document.Заказ", "CommonModule.Цены"
REPORT, ROLE = "Report.Продажи", "Role.Все"
CALL = f"{ORDER}.ObjectModule.Записать"


@pytest.fixture
def shop(tmp_path: Path) -> StoredTables:
    """Report → order → prices → goods → prices; order → goods; a role over goods and report."""
    stored = tables(
        objects=[object_(id_) for id_ in (GOODS, ORDER, PRICES, REPORT, ROLE)],
        routines=[routine(f"{PRICES}.Цена", export=True), routine(CALL)],
        references=[
            edge(REPORT, ORDER, "query_table", file="Продажи.dcs", line=4),
            edge(CALL, f"{PRICES}.Цена", file="Заказ.bsl", line=9),
            edge(f"{REPORT}.ManagerModule.А", CALL, file="Продажи.bsl", line=1),
            edge(f"{PRICES}.Цена", GOODS, "manager", file="Цены.bsl", line=2),
            edge(f"{PRICES}.Цена", GOODS, "query_table", file="Цены.bsl", line=5),
            edge(f"{ORDER}.Attribute.А", GOODS, "type", file="Заказ.mdo", line=3),
            edge(f"{GOODS}.ObjectModule.Б", f"{PRICES}.Цена", file="Товары.bsl", line=1),
            edge(ROLE, GOODS, "right", file="Все.rights", line=8),
            edge(REPORT, ROLE, "default_role"),
        ],
    )
    for name, table in {**stored, **analyse(stored)}.items():
        write_table(table, tmp_path / f"{name}.parquet")
    return StoredTables(tmp_path)


def steps(found: Impact) -> list[tuple[str, int, str]]:
    return [(item.id, item.steps, item.via) for item in found.reached]


def test_dependents_by_the_shortest_way(shop: StoredTables) -> None:
    found = impact(shop, GOODS)
    assert steps(found) == [
        (PRICES, 1, GOODS),
        (ORDER, 1, GOODS),
        (ROLE, 1, GOODS),
        (REPORT, 2, ORDER),
    ]
    assert found.by_steps == [3, 1]


def test_each_step_has_its_evidence(shop: StoredTables) -> None:
    found = impact(shop, GOODS)
    way = found.path(found.reached[-1])
    assert [(step.id, step.evidence.kind) for step in way] == [
        (ORDER, "type"),
        (REPORT, "call"),
    ]
    assert [(step.evidence.file, step.evidence.line) for step in way] == [
        ("Заказ.mdo", 3),
        ("Продажи.bsl", 1),
    ]
    prices = found.reached[0].evidence
    assert (prices.kind, prices.file, prices.line, prices.links) == ("manager", "Цены.bsl", 2, 2)


def test_a_change_reaches_a_role_and_ends_there(shop: StoredTables) -> None:
    # The report uses the role; but what the role states on goods is nothing to the report.
    assert ("Report.Продажи", 2, ROLE) not in steps(impact(shop, GOODS))
    assert steps(impact(shop, ROLE)) == [(REPORT, 1, ROLE)]


def test_no_further_than_asked(shop: StoredTables) -> None:
    assert impact(shop, GOODS, steps=1).by_steps == [3]
    assert impact(shop, REPORT, steps=1, direction=Direction.DEPENDENCIES).by_steps == [2]


def test_the_other_direction(shop: StoredTables) -> None:
    found = impact(shop, REPORT, direction=Direction.DEPENDENCIES)
    assert steps(found) == [
        (ORDER, 1, REPORT),
        (ROLE, 1, REPORT),
        (GOODS, 2, ORDER),
        (PRICES, 2, ORDER),
    ]


def test_a_routine_is_followed_through_calls(shop: StoredTables) -> None:
    found = impact(shop, f"{PRICES}.Цена", routine=True)
    assert steps(found) == [
        (f"{GOODS}.ObjectModule.Б", 1, f"{PRICES}.Цена"),
        (CALL, 1, f"{PRICES}.Цена"),
        (f"{REPORT}.ManagerModule.А", 2, CALL),
    ]
    assert (found.reached[1].evidence.file, found.reached[1].evidence.line) == ("Заказ.bsl", 9)


def test_what_nothing_depends_on_reaches_nothing(shop: StoredTables) -> None:
    assert impact(shop, REPORT) == Impact(REPORT, Direction.DEPENDENTS, ())


def test_tables_without_rows(tmp_path: Path) -> None:
    for name, table in analyse(tables()).items():
        write_table(table, tmp_path / f"{name}.parquet")
    empty = StoredTables(tmp_path)
    assert impact(empty, GOODS).by_steps == []
    assert impact(empty, GOODS, routine=True).reached == ()


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("справочник.товары", (GOODS, False)),
        ("CATALOG.ТОВАРЫ", (GOODS, False)),
        ("Заказ", (ORDER, False)),
        ("ОбщийМодуль.Цены.цена", (f"{PRICES}.Цена", True)),
        ("ОбщийМодуль.Цены.Модуль.Цена", (f"{PRICES}.Цена", True)),
        ("Документ.Заказ.МодульОбъекта.Записать", (CALL, True)),
        ("Document.Заказ.ObjectModule.ЗАПИСАТЬ", (CALL, True)),
    ],
)
def test_names_in_both_languages_and_any_case(
    shop: StoredTables, text: str, subject: tuple[str, bool]
) -> None:
    assert find_subject(shop, text) == subject


@pytest.mark.parametrize(
    ("text", "close"),
    [
        ("CommonModule.Цены.Ценна", f"{PRICES}.Цена"),
        ("CommonModule.Ценник.Цена", f"{PRICES}.Цена"),
        ("Catalog.Товар", GOODS),
    ],
)
def test_a_wrong_name_brings_names_like_it(shop: StoredTables, text: str, close: Any) -> None:
    with pytest.raises(UnknownObject) as caught:
        find_subject(shop, text)
    assert close in caught.value.close
