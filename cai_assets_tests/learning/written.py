"""Tables of a small upload with routines whose complexity is known to follow from their names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.schema import TABLES
from cai_assets.learning.features.routines.reading import READS
from cai_assets.learning.model import Inputs

_EMPTY: dict[str, Any] = {
    "function": False,
    "export": False,
    "asynchronous": False,
    "directive": "",
    "annotations": [],
    "region": "",
    "preprocessor": "",
    "parameters": 0,
    "optional_parameters": 0,
    "doc": "",
    "description": "",
    "returns": "",
    "return_types": [],
    "examples": "",
    "deprecated": False,
}


@dataclass
class Code:
    """Rows of the tables that `read_routines` needs, added one by one."""

    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in READS["parsed_configuration"]}
    )

    def module(self, object_: str, kind: str = "CommonModule") -> str:
        """An object with a module."""
        id_ = f"{object_}.Module"
        self.rows["objects"].append(
            {"project": "P", "object": object_, "type": object_.partition(".")[0]}
        )
        self.rows["modules"].append(
            {
                "project": "P",
                "module": id_,
                "object": object_,
                "owner": object_,
                "kind": kind,
                "client": False,
                "server": True,
            }
        )
        return id_

    def routine(
        self, module: str, name: str, cognitive: int, parameters: tuple[str, ...] = (), **more: Any
    ) -> str:
        """A routine of a module; `more` replaces what is empty otherwise."""
        object_ = module.rpartition(".")[0]
        id_ = f"{object_}.{name}"
        line = 10 * (1 + len(self.rows["routines"]))
        row = {
            **_EMPTY,
            "project": "P",
            "routine": id_,
            "module": module,
            "object": object_,
            "name": name,
            "line": line,
            "cognitive": cognitive,
            "parameters": len(parameters),
            "body_digest": f"{id_}:{line}",
            "file": f"{module}.bsl",
        }
        self.rows["routines"].append({**row, **more})
        for order, parameter in enumerate(parameters):
            self.rows["parameters"].append(
                {
                    "routine": id_,
                    "routine_line": line,
                    "order": order,
                    "name": parameter,
                    "by_value": False,
                    "types": [],
                    "description": "",
                }
            )
        return id_

    def call(self, caller: str, callee: str) -> None:
        """A call site."""
        self.rows["calls"].append(
            {
                "caller": caller,
                "callee": callee,
                "arguments": 1,
                "statement": True,
                "in_loop": False,
            }
        )

    def edge(self, kind: str, source: str, target: str, note: str, extractor: str) -> None:
        """A reference to a routine."""
        self.rows["references"].append(
            {
                "kind": kind,
                "source": source,
                "target": target,
                "note": note,
                "extractor": extractor,
                "resolved": True,
            }
        )

    def inputs(self) -> Inputs:
        """What the model reads."""
        return {
            "parsed_configuration": {
                name: _table(rows, TABLES[name].arrow_schema, READS["parsed_configuration"][name])
                for name, rows in self.rows.items()
            }
        }


def _table(rows: list[dict[str, Any]], schema: pa.Schema, names: tuple[str, ...]) -> pa.Table:
    wanted = pa.schema([schema.field(name) for name in names])
    plain = pa.schema(
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
        for f in wanted
    )
    return pa.Table.from_pylist(rows, plain).cast(wanted)


SIMPLE, COMPLEX = ("Получить", "Вернуть", "GetCopy"), ("Проверить", "Распределить", "Allocate")
_THINGS = ("Товары", "Цены", "Склады", "Долги", "Order", "Stock")


def names_that_tell(modules: int = 80) -> Code:
    """Modules whose routines are simple or complex by their first word, with a little noise."""
    code = Code()
    noise = np.random.default_rng(11)
    for number in range(modules):
        module = code.module(f"CommonModule.Модуль{number}")
        for place, thing in enumerate(_THINGS):
            simple = SIMPLE[(number + place) % len(SIMPLE)]
            complex_ = COMPLEX[(number + place) % len(COMPLEX)]
            code.routine(module, f"{simple}{thing}", int(noise.integers(0, 2)), ("Ссылка",))
            code.routine(module, f"{complex_}{thing}", int(noise.integers(15, 25)), ("Ссылка",))
    return code
