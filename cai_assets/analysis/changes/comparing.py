"""Which rows of two uploads are the same thing, and the changes that come of it.

Facts are those of one file, so rows of files whose digest is the same are not looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.changes.schema import BREAKING, CHANGES
from cai_assets.knowledge.coded import Coded

Tables = Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two uploads, with the files in which it differs from the other."""

    tables: Tables
    differing: frozenset[str]

    def rows(self, table: str, columns: Sequence[str]) -> dict[str, list[Any]]:
        """The columns of the rows in differing files, as lists."""
        data = self.tables[table]
        inside = Coded.of(data, "file").map(lambda path: int(path in self.differing)) == 1
        chosen = data.select(list(columns)).filter(pa.array(inside))
        return {name: _list(chosen, name) for name in columns}


def _list(table: pa.Table, column: str) -> list[Any]:
    if pa.types.is_dictionary(table.schema.field(column).type):
        return Coded.of(table, column).texts()
    values: list[Any] = table.column(column).to_pylist()
    return values


def sides(before: Tables, after: Tables) -> tuple[Side, Side]:
    """Both uploads with their differing files."""
    old, new = _digests(before), _digests(after)
    same = {path for path, digest in new.items() if digest and old.get(path) == digest}
    return Side(before, frozenset(old.keys() - same)), Side(after, frozenset(new.keys() - same))


def _digests(tables: Tables) -> dict[str, str]:
    files = tables["source_files"]
    return dict(
        zip(files.column("path").to_pylist(), files.column("digest").to_pylist(), strict=True)
    )


@dataclass(slots=True)
class Pairing:
    """Positions on both sides: `both` are pairs of the same key, the rest has no partner."""

    both: list[tuple[int, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)


def pair(before: Sequence[Any], after: Sequence[Any]) -> Pairing:
    """Positions of equal keys; of equal keys on one side the first counts."""
    old: dict[Any, int] = {}
    new: dict[Any, int] = {}
    for known, keys in ((old, before), (new, after)):
        for position, key in enumerate(keys):
            known.setdefault(key, position)
    return Pairing(
        [(position, new[key]) for key, position in old.items() if key in new],
        [position for key, position in old.items() if key not in new],
        [position for key, position in new.items() if key not in old],
    )


def matched(
    removed: Iterable[int], added: Iterable[int], old: Sequence[Any], new: Sequence[Any]
) -> list[tuple[int, int]]:
    """Pairs of removed and added whose marks (`old[r]`, `new[a]`) are equal and unique.

    A mark of None never matches.
    """
    removed, added = list(removed), list(added)
    left = Counter(old[position] for position in removed)
    right = Counter(new[position] for position in added)
    place = {new[position]: position for position in added}
    return [
        (position, place[old[position]])
        for position in removed
        if old[position] is not None and left[old[position]] == 1 and right.get(old[position]) == 1
    ]


class Changes:
    """Rows of the table `changes`, column by column."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in CHANGES.column_names}

    def add(
        self,
        what: str,
        change: str,
        row: Mapping[str, Any],
        id_: str,
        *,
        old: str | None = None,
        new: str | None = None,
        why: Sequence[str] = (),
        texts: tuple[str, str] | None = None,
        users: int | None = None,
        public: bool = False,
    ) -> None:
        """Add a change. `row` gives project, object, file and line; `why` keys of `BREAKING`."""
        russian, english = texts or (
            "; ".join(BREAKING[key][0] for key in why),
            "; ".join(BREAKING[key][1] for key in why),
        )
        values = {
            "what": what,
            "change": change,
            **{name: row[name] for name in ("project", "object", "file", "line")},
            "id": id_,
            "old": old,
            "new": new,
            "breaking": bool(why),
            "public_api": public,
            "why": ", ".join(why),
            "text_ru": russian,
            "text_en": english,
            "users": users,
        }
        for name, column in self._columns.items():
            column.append(values[name])

    def table(self) -> pa.Table:
        """All rows: breaking ones first, public interface and most users before the others."""
        columns = self._columns
        whats = ("object", "member", "signature", "routine", "finding")
        order = sorted(
            range(len(columns["id"])),
            key=lambda row: (
                not columns["breaking"][row],
                not columns["public_api"][row],
                -(columns["users"][row] or 0),
                whats.index(columns["what"][row]),
                columns["id"][row] or "",
                columns["line"][row] or 0,
            ),
        )
        whole = pa.Table.from_pydict(columns, schema=CHANGES.arrow_schema)
        return whole.take(pa.array(order, type=pa.int64()))


class Users:
    """Who used what in the upload before: counted when first asked for."""

    def __init__(self, before: Tables) -> None:
        self._before = before
        self._of_routine: dict[str, int] | None = None
        self._of_target: dict[str, int] | None = None
        self._of_object: dict[str, int] | None = None

    def of_routine(self, routine: str) -> int:
        """Routines, or modules in their body, that call it."""
        if self._of_routine is None:
            calls = self._before["calls"]
            callers = Coded.of(calls, "caller")
            modules = Coded.of(calls, "module")
            source = np.where(
                callers.codes >= 0, callers.codes, len(callers.values) + modules.codes
            )
            self._of_routine = _distinct(Coded.of(calls, "callee"), source)
        return self._of_routine.get(routine.casefold(), 0)

    def of_target(self, target: str) -> int:
        """What names it in metadata, queries and code, itself left out."""
        if self._of_target is None:
            references = self._uses()
            source = Coded.of(references, "source").codes
            self._of_target = _distinct(Coded.of(references, "target"), source)
        return self._of_target.get(target.casefold(), 0)

    def of_object(self, object_: str) -> int:
        """Other objects that refer to it or to a part of it."""
        if self._of_object is None:
            references = self._uses()
            source = Coded.of(references, "source_object")
            target = Coded.of(references, "target_object")
            known = {name: code for code, name in enumerate(source.values)}
            own = target.map(lambda name: known.get(name, -1))
            codes = np.where(own == source.codes, -1, target.codes)
            self._of_object = _distinct(Coded(codes, target.values), source.codes)
        return self._of_object.get(object_.casefold(), 0)

    def _uses(self) -> pa.Table:
        from cai_assets.knowledge.edges import EDGE_KIND

        references = self._before["references"]
        counted = Coded.of(references, "kind").map(
            lambda kind: int(kind not in EDGE_KIND or EDGE_KIND[kind].usage)
        )
        return references.filter(pa.array(counted == 1))


def _distinct(target: Coded, source: Any) -> dict[str, int]:
    """By folded target how many different sources it has."""
    known = (target.codes >= 0) & (source >= 0)
    pairs = np.unique(np.stack([target.codes[known], source[known]]), axis=1)
    numbers = np.bincount(pairs[0].astype(np.int64), minlength=len(target.values)).tolist()
    counted: dict[str, int] = {}
    for name, count in zip(target.values, numbers, strict=True):
        counted[name.casefold()] = counted.get(name.casefold(), 0) + count
    return counted
