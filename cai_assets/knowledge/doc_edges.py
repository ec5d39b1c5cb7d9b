"""What doc comments name: types of metadata objects, and routines behind `см.` (`see`).

Types stand in the columns `parameters.types` and `routines.return_types` as the comment writes
them: `СправочникСсылка.Товары`, `Массив из ДокументСсылка.Заказ`, `см. Продажи.НовыйЗаказ`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.edge_rows import EdgeRows
from cai_assets.knowledge.known import Known
from cai_assets.knowledge.mention_edges import routine_named
from cai_assets.knowledge.reasons import NO_ROUTINE, NOT_HERE
from cai_assets.onec.metadata.names import full_name_target, type_target

RETURNED = "returned"
"""The note of edges from the types that a function returns."""

_SEE = frozenset({"см.", "см", "see", "see:", "см.:"})


class _Link(NamedTuple):
    target: str
    reason: str = ""


def doc_edges(known: Known) -> list[pa.Table]:
    """The edges from the types of parameters and of returned values."""
    stored = known.stored
    parameters = EdgeRows("parameters")
    routines = EdgeRows("routines")
    links: dict[tuple[str, str], tuple[_Link, ...]] = {}
    for rows, table, column, note in (
        (parameters, stored["parameters"], "types", ""),
        (routines, stored["routines"], "return_types", RETURNED),
    ):
        for text, project, routine, file, line in _texts(table, column):
            module = routine.rpartition(".")[0]
            key = (module if "." not in text.rstrip(".") else "", text)
            if key not in links:
                links[key] = tuple(_links(text, module, known))
            for target, reason in links[key]:
                rows.add(project, routine, target, "doc_type", file, line, note=note, reason=reason)
    return [parameters.table(), routines.table()]


def _texts(table: pa.Table, column: str) -> Iterator[tuple[str, str | None, str, str | None, int]]:
    """The texts that may name metadata, each with project, routine, file and line of its row."""
    lists = table.column(column).combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], lists.type)
    texts = pc.list_flatten(lists)
    parents = pc.list_parent_indices(lists)
    chosen = np.flatnonzero(
        pc.match_substring_regex(texts, r"\S\.\S|(?i)(?:^|\s)(?:см|see)[.:\s]").to_numpy(
            zero_copy_only=False
        )
    )
    rows = table.take(parents.take(pa.array(chosen)))
    yield from zip(
        texts.take(pa.array(chosen)).to_pylist(),
        Coded.of(rows, "project").texts(),
        rows.column("routine").cast(pa.string()).to_pylist(),
        Coded.of(rows, "file").texts(),
        rows.column("line").to_pylist(),
        strict=True,
    )


def _links(text: str, module: str, known: Known) -> Iterator[_Link]:
    """What a type as written names."""
    words = text.replace(",", " ").split()
    for before, raw in zip(["", *words], words, strict=False):
        word = raw.strip(".;:()")
        if before.casefold() in _SEE:
            found = _seen(word, module, known)
            if found:
                yield found
        elif "." in word:
            target = type_target(word)
            if target:
                known_as = known.find(target)
                yield _Link(known_as or target, "" if known_as else NOT_HERE)


def _seen(word: str, module: str, known: Known) -> _Link | None:
    """The routine, form or object that `см.` refers to; None for links to what has no id."""
    steps = word.split(".")
    if len(steps) == 1:
        local = known.routines.get(f"{module}.{word}".casefold())
        return _Link(local) if local else None
    for length in range(len(steps), 1, -1):  # behind the routine a parameter may be named
        routine = routine_named(steps[:length], known)
        if routine:
            return _Link(routine)
    common = known.find(f"CommonModule.{steps[0]}")
    if common:
        return _Link(f"{common}.{steps[1]}", NO_ROUTINE)
    full = full_name_target(word)
    target = known.object_of(full.target) if full else None
    return _Link(target) if target else None
