"""What the parsed tables say of each routine: object, parameters, calls, callers, queries.

Everything is found by the place of the routine, its file and line, which is unique also where an
`#Если` holds two routines of one name. Columns are handled as codes, not row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.learning.dataset.masking import mask_text

_FIELDS = ("StandardAttribute", "Attribute", "Dimension", "Resource", "AddressingAttribute")
"""Kinds of members that are told as attributes, those of tabular sections too."""


class Places:
    """The routines by file and line."""

    def __init__(self, routines: pa.Table) -> None:
        self.count = routines.num_rows
        files = Coded.of(routines, "file")
        self._codes = {file: code for code, file in enumerate(files.values)}
        keys = _keys(files.codes, numbers(routines, "line"))
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        self._ends = _keys(files.codes, numbers(routines, "end_line"))[self._order]

    def at(self, files: Coded, lines: Codes) -> Codes:
        """The routine whose header stands in that line of that file; -1 for none."""
        keys = _keys(self._known(files), lines)
        found, exact = self._search(keys)
        return np.where(exact & (self._keys[found] == keys), self._order[found], -1)

    def around(self, files: Coded, lines: Codes) -> Codes:
        """The routine in which that line of that file stands; -1 for none."""
        keys = _keys(self._known(files), lines)
        found, exact = self._search(keys)
        return np.where(exact & (self._ends[found] >= keys), self._order[found], -1)

    def _known(self, files: Coded) -> Codes:
        return files.map(lambda file: self._codes.get(file, -1))

    def _search(self, keys: Codes) -> tuple[Codes, npt.NDArray[np.bool_]]:
        """The last routine that does not begin behind each key, and whether there is one."""
        if not self.count:
            raise ValueError("there is no routine to find")
        found = np.searchsorted(self._keys, keys, side="right") - 1
        return np.maximum(found, 0), (found >= 0) & (keys >= 0)


def _keys(files: Codes, lines: Codes) -> Codes:
    """One number per place; negative where either is missing."""
    return np.where((files < 0) | (lines < 0), -1, (files << 32) | np.maximum(lines, 0))


def numbers(table: pa.Table, column: str) -> Codes:
    """A column of numbers; -1 for null."""
    data = pc.fill_null(table.column(column), -1)
    return np.asarray(data.to_numpy(), dtype=np.int64)


def flags(table: pa.Table, column: str) -> npt.NDArray[np.bool_]:
    """A column of yes and no; no for null."""
    data = pc.fill_null(table.column(column), False)
    return np.asarray(data.to_numpy(), dtype=bool)


def grouped(owners: Codes, values: pa.Array, count: int) -> pa.ListArray:
    """For each of `count` owners the list of its values, in the order of `values`."""
    order = np.argsort(owners, kind="stable")
    order = order[owners[order] >= 0]
    sizes = np.bincount(owners[order], minlength=count)
    ends = np.cumsum(np.concatenate([[0], sizes]), dtype=np.int64).astype(np.int32)
    taken = values.take(pa.array(order))
    if pa.types.is_dictionary(taken.type):
        taken = taken.cast(pa.string())
    return pa.ListArray.from_arrays(pa.array(ends), taken)


class Context:
    """Columns of the dataset that come from the parsed tables, each as long as `routines`."""

    def __init__(self, parsed: Mapping[str, pa.Table]) -> None:
        self.parsed = parsed
        self._routines = parsed["routines"]
        self.count = self._routines.num_rows
        self.places = Places(self._routines)
        self.modules = _Look(parsed["modules"], ("project", "module"))
        self.objects = _Look(parsed["objects"], ("project", "object"))
        self.module_rows = self.modules.rows(self._routines, ("project", "module"))
        self._object_rows = self.objects.rows(self._routines, ("project", "object"))

    def of_module(self, column: str) -> Coded:
        """A text column of the module of each routine."""
        return _taken(Coded.of(self.parsed["modules"], column), self.module_rows)

    def of_object(self, column: str) -> Coded:
        """A text column of the object of each routine."""
        return _taken(Coded.of(self.parsed["objects"], column), self._object_rows)

    def parameters(self) -> tuple[pa.ListArray, pa.ListArray]:
        """Names of the parameters in order, and notes on those that are documented."""
        table = self.parsed["parameters"]
        owners = self.at(table, "routine_line")
        names = _array(table, "name")
        notes = _notes(table)
        noted = np.array([note is not None for note in notes], dtype=bool)
        return (
            grouped(owners, names, self.count),
            grouped(np.where(noted, owners, -1), pa.array(notes, pa.string()), self.count),
        )

    def calls(self) -> tuple[pa.ListArray, Codes]:
        """Ids of the routines that each calls, sorted; and how many routines call each.

        Several routines of one id, as branches of an `#Если` have, count as one.
        """
        table = self.parsed["calls"]
        callers, callees = self.at(table, "caller_line"), Coded.of(table, "callee")
        ids = Coded.of(self._routines, "routine")
        sorted_ids = sorted(callees.values)
        rank = {value: place for place, value in enumerate(sorted_ids)}
        ranked = callees.map(rank.__getitem__)
        known = (callers >= 0) & (ranked >= 0)
        size = max(len(sorted_ids), 1)
        pairs = np.unique(callers[known] * size + ranked[known])
        owners, ranks = pairs // size, pairs % size
        calls = grouped(owners, pa.array(sorted_ids, pa.string()).take(pa.array(ranks)), self.count)
        by_id = {value: code for code, value in enumerate(ids.values)}
        codes = np.array([by_id.get(value, -1) for value in sorted_ids] or [-1], dtype=np.int64)
        edges = np.unique(np.stack([ids.codes[owners], codes[ranks]], axis=1), axis=0)
        edges = edges[(edges[:, 1] >= 0) & (edges[:, 0] != edges[:, 1])]
        times = np.bincount(edges[:, 1], minlength=max(len(ids.values), 1))
        return calls, times[ids.codes] if self.count else np.empty(0, dtype=np.int64)

    def queries(self) -> tuple[pa.Table, Codes]:
        """The queries that stand in code as literals, and the routine of each (-1: none)."""
        table = self.parsed["queries"]
        table = table.filter(pc.equal(table.column("origin").cast(pa.string()), "literal"))
        return table, self.around(table)

    def attributes(self) -> pa.ListArray:
        """Attributes of the object of each routine with their types, as 1C writes types."""
        members = self.parsed["members"]
        kinds = Coded.of(members, "kind")
        chosen = kinds.map(lambda kind: int(kind in _FIELDS)) > 0
        types = self._types()
        texts: list[str | None] = []
        paths = _array(members, "member").to_pylist()
        owners = Coded.of(members, "object").texts()
        projects = Coded.of(members, "project").texts()
        rows = zip(paths, owners, projects, chosen.tolist(), strict=True)
        for path, owner, project, wanted in rows:
            if not wanted or owner is None:
                texts.append(None)
                continue
            name = ".".join(path[len(owner) + 1 :].split(".")[1::2])
            texts.append(f"{name}: {types.get((project or '', path), '')}".rstrip(": "))
        objects = self.objects.rows(members, ("project", "object"))
        return self._per_object(np.where(chosen, objects, -1), pa.array(texts, pa.string()))

    def forms(self) -> pa.ListArray:
        """Names of the forms of the object of each routine."""
        forms = self.parsed["forms"]
        return self._per_object(
            self.objects.rows(forms, ("project", "object")), _array(forms, "name")
        )

    def around(self, table: pa.Table) -> Codes:
        """The routine in which each row of a table with `file` and `line` stands; -1: none."""
        if not self.count:
            return np.full(table.num_rows, -1, dtype=np.int64)
        return self.places.around(Coded.of(table, "file"), numbers(table, "line"))

    def _types(self) -> dict[tuple[str, str], str]:
        """The types of each member of a project as one text: `CatalogRef.A, String(10)`."""
        table = self.parsed["types"]
        found: dict[tuple[str, str], list[str]] = {}
        columns = (
            "project", "owner", "type", "string_length", "number_precision", "number_scale",
            "date_fractions",
        )  # fmt: skip
        rows = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
        for project, owner, type_, length, precision, scale, fractions in rows:
            text = type_
            if length:
                text = f"{type_}({length})"
            elif precision:
                text = f"{type_}({precision},{scale or 0})"
            elif fractions and fractions != "DateTime":
                text = f"{type_}({fractions})"
            found.setdefault((project, owner), []).append(text)
        return {key: ", ".join(texts) for key, texts in found.items()}

    def _per_object(self, rows: Codes, values: pa.Array) -> pa.ListArray:
        lists = grouped(rows, values, self.objects.count)
        missing = self._object_rows < 0
        taken = lists.take(pa.array(self._object_rows, mask=missing))
        return pc.fill_null(taken, pa.scalar([], pa.list_(pa.string()))) if missing.any() else taken

    def at(self, table: pa.Table, line: str) -> Codes:
        """The routine of each row of a table whose columns `file` and `line` name it; -1: none."""
        if not self.count:
            return np.full(table.num_rows, -1, dtype=np.int64)
        return self.places.at(Coded.of(table, "file"), numbers(table, line))


class _Look:
    """Rows of a table by a key of two columns."""

    def __init__(self, table: pa.Table, key: tuple[str, str]) -> None:
        self.count = table.num_rows
        texts = (Coded.of(table, name).texts() for name in key)
        self._rows = {pair: row for row, pair in enumerate(zip(*texts, strict=True))}

    def rows(self, table: pa.Table, columns: tuple[str, str]) -> Codes:
        """The row for each row of another table; -1 for none."""
        first, second = (Coded.of(table, name) for name in columns)
        size = len(second.values) + 1
        pairs, inverse = np.unique((first.codes + 1) * size + second.codes + 1, return_inverse=True)
        firsts: list[str | None] = [None, *first.values]
        seconds: list[str | None] = [None, *second.values]
        found = [
            self._rows.get((firsts[pair // size], seconds[pair % size]), -1)
            for pair in pairs.tolist()
        ]
        return np.array(found, dtype=np.int64)[inverse]


def _taken(column: Coded, rows: Codes) -> Coded:
    codes = np.append(column.codes, -1)
    return Coded(codes[rows], column.values)


def _array(table: pa.Table, column: str) -> pa.Array:
    data = table.column(column).cast(pa.string())
    return pa.concat_arrays(data.chunks) if data.num_chunks else pa.array([], pa.string())


def _notes(parameters: pa.Table) -> list[str | None]:
    """`Имя: types – description` of documented parameters, secrets masked."""
    columns = ("name", "types", "description")
    rows = zip(*(parameters.column(column).to_pylist() for column in columns), strict=True)
    notes: list[str | None] = []
    for name, types, description in rows:
        if not types and not description:
            notes.append(None)
            continue
        said = " – ".join(filter(None, (", ".join(types or ()), description)))
        notes.append(mask_text(f"{name}: {said}")[0])
    return notes


def masked(values: Sequence[str | None]) -> tuple[list[str], Codes]:
    """Texts with placeholders, and how many each has."""
    done = [mask_text(value or "") for value in values]
    return [text for text, _ in done], np.array([count for _, count in done], dtype=np.int64)
