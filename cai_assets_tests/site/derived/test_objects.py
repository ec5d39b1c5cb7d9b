"""Relations stand at both ends, subscriptions at every source, rights at the object's page."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from cai_assets.site.derived.objects import TABLES
from cai_assets.site.model import Source
from cai_assets_tests.site.tables import Given

_EDGE = ("source", "target", "kind", "note", "extractor", "source_object", "target_object")


def _edges(*rows: tuple[str, ...]) -> pa.Table:
    return pa.table(
        {
            name: pa.array([row[i] or None for row in rows], pa.string())
            for i, name in enumerate(_EDGE)
        }
    )


def _rows(name: str, source: Source) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = TABLES[name](source).to_pylist()
    return rows


def _relations(*rows: tuple[str, ...]) -> list[dict[str, Any]]:
    return _rows("object_relations", Given(references=_edges(*rows)))


def _subscription(name: str, event: str) -> dict[str, Any]:
    properties = [("Event", event), ("Handler", f"CommonModule.События.{name}")]
    return {
        "object": f"EventSubscription.{name}",
        "type": "EventSubscription",
        "properties": properties,
    }


def _objects(*rows: dict[str, Any]) -> pa.Table:
    schema = pa.schema(
        [
            ("object", pa.string()),
            ("type", pa.string()),
            ("properties", pa.map_(pa.string(), pa.string())),
        ]
    )
    return pa.Table.from_pylist(list(rows), schema)


def test_a_relation_stands_at_both_objects_once() -> None:
    owner = ("Catalog.Б", "Catalog.А", "owner", "", "object", "Catalog.Б", "Catalog.А")
    found = {(row["object"], row["way"]) for row in _relations(owner, owner)}
    assert found == {("Catalog.Б", "out"), ("Catalog.А", "in")}
    assert len(_relations(owner, owner)) == 2


def test_a_relation_within_an_object_stands_once_and_only_where_it_says_something() -> None:
    inside = ("Catalog.А", "Catalog.А.Form.Ф", "default_form", "DefaultListForm", "object")
    itself = ("Catalog.А", "Catalog.А", "owner", "", "object")
    found = _relations((*inside, "Catalog.А", "Catalog.А"), (*itself, "Catalog.А", "Catalog.А"))
    assert [(row["kind"], row["way"]) for row in found] == [("default_form", "out")]


def test_what_code_says_is_no_relation_of_metadata() -> None:
    asked = ("CommonModule.М.Р", "FunctionalOption.О", "functional_option", "", "module")
    button = ("Catalog.А.Form.Ф.Item.К", "FunctionalOption.О", "functional_option", "", "form")
    found = _relations(
        (*asked, "CommonModule.М", "FunctionalOption.О"),
        (*button, "Catalog.А", "FunctionalOption.О"),
    )
    assert {row["source_object"] for row in found} == {"Catalog.А"}


def test_a_subscription_stands_at_each_source_with_the_type_that_names_it() -> None:
    source = Given(
        objects=_objects(
            {"object": "Catalog.А", "type": "Catalog", "properties": []},
            {"object": "Catalog.Б", "type": "Catalog", "properties": []},
            {"object": "Document.Д", "type": "Document", "properties": []},
            _subscription("Сам", "OnWrite"),
            _subscription("Любой", "BeforeDelete"),
            _subscription("ПоТипу", "BeforeWrite"),
        ),
        references=pa.table(
            {
                "source": [f"EventSubscription.{name}" for name in ("Сам", "Любой", "ПоТипу")],
                "target": ["Catalog.А", "CatalogObject", "DefinedType.Т"],
                "kind": ["subscription_source"] * 3,
                "note": ["CatalogObject.А", "CatalogObject", "DefinedType.Т"],
            }
        ),
        types=pa.table(
            {
                "owner": ["DefinedType.Т", "DefinedType.Другой"],
                "type": ["DocumentObject.Д", "CatalogObject.Б"],
                "target": ["Document.Д", "Catalog.Б"],
            }
        ),
    )
    found = _rows("object_subscriptions", source)
    assert [
        (row["object"], row["subscription"].partition(".")[2], row["via"]) for row in found
    ] == [
        ("Catalog.А", "Любой", "CatalogObject"),
        ("Catalog.А", "Сам", ""),
        ("Catalog.Б", "Любой", "CatalogObject"),
        ("Document.Д", "ПоТипу", "DefinedType.Т"),
    ]
    assert found[3]["event"] == "BeforeWrite"
    assert found[3]["handler"] == "CommonModule.События.ПоТипу"


def test_rights_on_parts_stand_on_the_page_of_the_object() -> None:
    ids = ["Catalog.А", "Catalog.А.Attribute.Цена", "Subsystem.П.Subsystem.В", "Catalog.Нет"]
    source = Given(
        objects=_objects(
            {"object": "Catalog.А", "type": "Catalog", "properties": []},
            {"object": "Subsystem.П", "type": "Subsystem", "properties": []},
            {"object": "Subsystem.П.Subsystem.В", "type": "Subsystem", "properties": []},
        ),
        rights=pa.table(
            {
                "role": ["Role.Р"] * 4,
                "object": ids,
                "right": ["View"] * 4,
                "value": [True] * 4,
                "restriction": [""] * 4,
                "fields": [""] * 4,
            }
        ),
    )
    pages = [row["page"] for row in _rows("object_rights", source)]
    assert pages == ["Catalog.А", "Catalog.А", "Subsystem.П.Subsystem.В", None]
