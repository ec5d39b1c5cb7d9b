"""Tables of a small configuration in which it is known which object belongs where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from cai_assets.analysis.dependencies.schema import TABLES as GRAPH_TABLES
from cai_assets.knowledge.schema import TABLES
from cai_assets.learning.features.objects.reading import GRAPH, PARSED, READS
from cai_assets.learning.model import Inputs

THEMES = {
    "Склад": ("Остаток", "Партия", "Ячейка", "Инвентаризация"),
    "Зарплата": ("Сотрудник", "Оклад", "Отпуск", "Табель"),
    "Банк": ("Платеж", "Счет", "Выписка", "Чек"),
    "Почта": ("Письмо", "Адресат", "Вложение", "Папка"),
}
_TYPES = ("Catalog", "Document", "InformationRegister", "CommonModule")
_EACH = 12


@dataclass
class Configuration:
    """Objects with a home, links, members and routines, added one by one."""

    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {
            name: [] for tables in READS.values() for name in tables if name != "graph_nodes"
        }
    )
    homes: dict[str, str | None] = field(default_factory=dict)
    communities: dict[str, int] = field(default_factory=dict)

    def object(self, id_: str, home: str | None = None, **more: Any) -> str:
        """An object, at home in a subsystem; names in any case are the object's."""
        name = id_.rpartition(".")[2]
        self.rows["objects"].append({"object": id_, "name": name, "synonym": "", **more})
        self.homes[id_] = home
        return id_

    def links(self, source: str, target: str, family: str = "data") -> None:
        """The one depends on the other."""
        self.rows["graph_edges"].append({"source": source, "target": target, family: 1})

    def member(self, object_: str, name: str) -> None:
        """An attribute."""
        self.rows["members"].append({"object": object_, "name": name})

    def routine(self, object_: str, name: str) -> None:
        """A routine."""
        self.rows["routines"].append({"object": object_, "name": name, "description": ""})

    def inputs(self) -> Inputs:
        """The tables with the columns that are read."""
        ids = sorted(self.homes, key=str.casefold)
        self.rows["graph_nodes"] = [
            {
                "project": "P",
                "object": id_,
                "type": "Subsystem" if ".Subsystem." in id_ else id_.partition(".")[0],
                "subsystem": self.homes[id_],
                "community": self.communities.get(id_),
            }
            for id_ in ids
        ]
        return {
            group: {
                name: _table((TABLES if group == PARSED else GRAPH_TABLES)[name], self.rows[name])
                for name in tables
            }
            for group, tables in READS.items()
        }


def _table(table: Any, rows: list[dict[str, Any]]) -> pa.Table:
    wanted = READS[GRAPH if table.name in READS[GRAPH] else PARSED][table.name]
    schema = pa.schema([table.arrow_schema.field(name) for name in wanted])
    filled = [{**_nothing(schema), **row} for row in rows]
    return pa.Table.from_pylist(filled, schema=schema)


def _nothing(schema: pa.Schema) -> dict[str, Any]:
    return {field.name: 0 if pa.types.is_integer(field.type) else None for field in schema}


def four_areas() -> Configuration:
    """Four subsystems, each with words of its own and a ring of objects that use the next two."""
    made = Configuration()
    for theme, words in THEMES.items():
        made.object(f"Subsystem.{theme}", synonym=theme)
        ids = []
        for number in range(_EACH):
            type_ = _TYPES[number % len(_TYPES)]
            name = f"{words[number % 4]}{words[number // 4]}"
            id_ = made.object(f"{type_}.{name}", f"Subsystem.{theme}", synonym=theme)
            made.member(id_, f"{words[(number + 1) % 4]}Дата")
            ids.append(id_)
        for at, source in enumerate(ids):
            for step in (1, 2):
                made.links(source, ids[(at + step) % _EACH])
    return made
