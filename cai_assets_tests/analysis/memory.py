"""Tables of a small shop in memory: the least rows that show each question and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from cai_assets.knowledge.schema import TABLES
from cai_assets.knowledge.store import write_table

_DEFAULTS = {"project": "Торговля", "file": "Товары.mdo", "line": 1}


class Memory:
    """Tables given as rows; a column that a row leaves out has a plain value of its type."""

    def __init__(self, rows: Mapping[str, list[dict[str, Any]]]) -> None:
        self._tables = {name: self._table(name, rows.get(name, [])) for name in TABLES}

    @staticmethod
    def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
        schema = TABLES[name].arrow_schema
        unknown = {key for row in rows for key in row} - set(schema.names)
        assert not unknown, f"{name} has no columns {unknown}"
        filled = [
            {
                field.name: row.get(field.name, _DEFAULTS.get(field.name, _plain(field.type)))
                for field in schema
            }
            for row in rows
        ]
        return pa.Table.from_pylist(filled, schema=schema)

    def read(
        self, table: str, columns: list[str] | None = None, where: pc.Expression | None = None
    ) -> pa.Table:
        """The named columns of the rows for which `where` holds."""
        return ds.dataset(self._tables[table]).to_table(columns=columns, filter=where)

    def write(self, folder: Path) -> None:
        """Write all tables as Parquet files."""
        for name, table in self._tables.items():
            write_table(table, folder / f"{name}.parquet")


def _plain(kind: pa.DataType) -> Any:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_string(kind):
        return ""
    if pa.types.is_boolean(kind):
        return False
    return 0 if pa.types.is_integer(kind) else []


def small_shop() -> Memory:
    """A configuration with a catalog that an extension adopts, and what refers to it."""
    return Memory({**_objects(), **_members(), **_code(), **_edges()})


def _objects() -> dict[str, list[dict[str, Any]]]:
    return {
        "projects": [
            {"project": "Торговля", "kind": "configuration"},
            {"project": "Доработки", "kind": "extension"},
        ],
        "objects": [
            {
                "object": "Catalog.Товары",
                "type": "Catalog",
                "name": "Товары",
                "synonym": "Товары и услуги",
                "belonging": "Own",
                "properties": [("CodeLength", "9"), ("Empty", "")],
                "subsystems": ["Subsystem.Склад"],
            },
            {
                "object": "Catalog.Товары",
                "type": "Catalog",
                "name": "Товары",
                "project": "Доработки",
                "belonging": "Adopted",
            },
            {"object": "Catalog.Склады", "type": "Catalog", "name": "Склады"},
            {"object": "Document.Склады", "type": "Document", "name": "Склады"},
            {"object": "Document.Заказ", "type": "Document", "name": "Заказ"},
            {"object": "CommonModule.Цены", "type": "CommonModule", "name": "Цены"},
            {"object": "ScheduledJob.Обмен", "type": "ScheduledJob", "name": "Обмен"},
        ],
        "schedules": [{"job": "ScheduledJob.Обмен", "begin_time": "01:00:00"}],
    }


def _members() -> dict[str, list[dict[str, Any]]]:
    goods = "Catalog.Товары"
    barcodes = f"{goods}.TabularSection.Штрихкоды"

    def member(id_: str, kind: str, order: int = 0, parent: str = goods) -> dict[str, Any]:
        name = id_.rpartition(".")[2]
        place = {"object": goods, "parent": parent, "order": order}
        return {"member": id_, "kind": kind, "name": name, **place}

    return {
        "members": [
            member(f"{goods}.StandardAttribute.Code", "StandardAttribute"),
            member(barcodes, "TabularSection"),
            member(f"{barcodes}.Attribute.Код", "Attribute", parent=barcodes),
            member(f"{goods}.Attribute.Цена", "Attribute", 1),
            member(f"{goods}.Attribute.Артикул", "Attribute", 0),
        ],
        "types": [
            {
                "owner": f"{goods}.Attribute.Цена",
                "object": goods,
                "type": "Number",
                "number_precision": 15,
                "number_scale": 2,
            },
            {
                "owner": f"{goods}.Attribute.Артикул",
                "object": goods,
                "order": 1,
                "type": "CatalogRef.Склады",
                "target": "Catalog.Склады",
            },
            {
                "owner": f"{goods}.Attribute.Артикул",
                "object": goods,
                "order": 0,
                "type": "String",
                "string_length": 25,
            },
        ],
        "forms": [
            {
                "form": f"{goods}.Form.ФормаЭлемента",
                "object": goods,
                "name": "ФормаЭлемента",
                "kind": "Managed",
                "items": 12,
            }
        ],
    }


def _code() -> dict[str, list[dict[str, Any]]]:
    goods, order = "Catalog.Товары.ObjectModule", "Document.Заказ.ObjectModule"
    routine = {"object": "Catalog.Товары", "module": goods}
    return {
        "modules": [
            {"module": goods, "object": "Catalog.Товары", "ncloc": 9},
            {"module": "CommonModule.Цены.Module", "object": "CommonModule.Цены"},
            {"module": order, "object": "Document.Заказ"},
        ],
        "routines": [
            {"routine": f"{goods}.Вторая", "name": "Вторая", "line": 20, **routine},
            {"routine": f"{goods}.Первая", "name": "Первая", "line": 5, "export": True, **routine},
        ],
        "calls": [
            {"module": goods, "name": "Вторая", "callee": f"{goods}.Вторая"},
            {"module": order, "name": "Первая", "callee": f"{goods}.Первая", "line": 1},
            {"module": order, "name": "Первая", "callee": f"{goods}.Первая", "line": 2},
        ],
    }


def _edges() -> dict[str, list[dict[str, Any]]]:
    goods, order = "Catalog.Товары", "Document.Заказ"
    keeper = {"role": "Role.Кладовщик", "object": goods, "value": True}

    def edge(source: str, target: str, kind: str, reason: str = "") -> dict[str, Any]:
        return {"source": source, "target": target, "kind": kind, "reason": reason}

    return {
        "rights": [
            {"right": "Read", "restriction": "ГДЕ ИСТИНА", **keeper},
            {"right": "View", **keeper},
            {"right": "Read", "role": "Role.Гость", "object": goods},
        ],
        "references": [
            edge(f"{goods}.Attribute.Артикул", "Catalog.Склады", "type"),
            edge(goods, "Catalog.Нет", "owner", "not in this upload"),
            edge(f"{goods}.Attribute.Цена", "Number", "type", "a type of the platform"),
            edge("Document.Заказ.Attribute.Товар", goods, "type"),
            edge("Catalog.ТоварыПрочие", "Catalog.ТоварыПрочие.Form.Ф", "default_form"),
            edge("Role.Кладовщик", goods, "right"),
            *(
                {
                    **edge(f"{order}.ObjectModule.П", f"{goods}.ManagerModule.Первая", "call"),
                    "extractor": "calls",
                    "source_object": order,
                    "target_object": goods,
                    "line": line,
                }
                for line in (1, 2)
            ),
        ],
    }
