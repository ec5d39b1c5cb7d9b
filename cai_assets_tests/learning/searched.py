"""Made-up routines to search: rows of `ml_dataset.routines`, and a configuration of many of them.

In `known_configuration` an object stands for a made-up word, and its four routines do different
things with it: `ПолучитьХалум` says «Возвращает …». Every body names everything, so that only who
knows that «возвращает» means «получить» can tell the four apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.tabulate import build
from cai_assets.knowledge.schema import TABLES as PARSED
from cai_assets.learning.dataset.schema import ROUTINES
from cai_assets.learning.model import Inputs, State
from cai_assets.learning.search.features import NAMES
from cai_assets.learning.search.listwise import Linear
from cai_assets.learning.search.ranker import state_of
from cai_assets.learning.search.translation import learn_translation

DOINGS = {
    "Получить": "Возвращает",
    "Удалить": "Стирает",
    "Записать": "Сохраняет",
    "Открыть": "Показывает",
}
_PLAIN: dict[str, Any] = {
    "project": "П",
    "line": 1,
    "end_line": 9,
    "module_kind": "CommonModule",
    "function": False,
    "export": False,
    "signature": "",
    "doc": "",
    "description": "",
    "body_digest": "",
    "parameter_names": [],
    "region": "",
    "lines": 9,
    "statements": 3,
    "parameters": 0,
    "calls": [],
    "callers": 0,
    "identifiers": [],
    "words": [],
    "file": "Module.bsl",
}


def routine(object_: str, name: str, description: str = "", **stated: Any) -> dict[str, Any]:
    """A row of a routine of a common module; the description is its doc comment, too."""
    row = {
        **_PLAIN,
        "routine": f"{object_}.{name}",
        "module": f"{object_}.Module",
        "object": object_,
        "name": name,
        "signature": f"Процедура {name}()",
        "description": description,
        "doc": description,
        "body_digest": f"{object_}.{name}",
        "identifiers": [name],
    }
    return {**row, **stated}


def routines(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The rows as the table; columns that are not stated are null."""
    columns = {name: [row.get(name) for row in rows] for name in ROUTINES.column_names}
    return build(ROUTINES, columns)


def objects(synonyms: Mapping[str, Mapping[str, str]]) -> pa.Table:
    """The table of objects with these synonyms."""
    table = PARSED["objects"]
    columns: dict[str, Any] = {name: [None] * len(synonyms) for name in table.column_names}
    columns["project"] = ["П"] * len(synonyms)
    columns["object"] = list(synonyms)
    columns["synonyms"] = [list(texts.items()) for texts in synonyms.values()]
    return build(table, columns)


def inputs(
    rows: Sequence[Mapping[str, Any]], synonyms: Mapping[str, Mapping[str, str]] | None = None
) -> Inputs:
    """What the model of search reads."""
    return {
        "ml_dataset": {"routines": routines(rows)},
        "parsed_configuration": {"objects": objects(synonyms or {})},
    }


def plain_state() -> State:
    """A state that knows no word and counts how much of question and name is covered."""
    weights = {"cover_all": 1.0, "cover_name": 1.0, "name_said": 1.0}
    size = len(NAMES)
    linear = Linear(
        np.zeros(size), np.ones(size), np.array([weights.get(name, 0.0) for name in NAMES])
    )
    return state_of(learn_translation([]), linear)


def known_configuration(count: int = 60) -> list[dict[str, Any]]:
    """Four routines each of `count` objects, with comments in other words than their names."""
    rows = []
    for number in range(count):
        thing = _made_up(number)
        everything = [f"{doing}{thing}" for doing in DOINGS]
        for doing, said in DOINGS.items():
            rows.append(
                routine(
                    f"CommonModule.Модуль{thing}",
                    f"{doing}{thing}",
                    f"{said} {thing.lower()} вместе с прочим.",
                    function=doing == "Получить",
                    identifiers=everything,
                )
            )
    return rows


def _made_up(number: int) -> str:
    """A word that no other number gives, and no other begins like."""
    syllables = ("ха", "лу", "ми", "гро", "зе", "пны", "тва", "ску", "ро", "ке")
    digits = [number // 100 % 10, number // 10 % 10, number % 10]
    return ("".join(syllables[digit] for digit in digits) + "м").capitalize()
