"""Where names are written, and which ids references need: what speaks against being unused."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.edges import EDGE_KIND

_WORD = re.compile(r"[^\W\d]\w*")
_COMPUTES = frozenset({"вычислить", "eval", "выполнить", "execute"})
"""What runs a text as code, where no dot stands before it."""

_STEPS_OF_PART = 3
"""Dots in the id of an attribute or a form, at least: `Catalog.X.Form.F`."""

_LEAST_PART = 4
"""Shorter parts of names would fit anything."""

_OWN_MODULES = frozenset({"ObjectModule", "RecordSetModule", "ValueManagerModule", "ManagerModule"})
"""Modules in which attributes of the object are named without a dot before them."""


class Evidence:
    """Names and ids, folded by letter case. Built when first asked for."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._tables = tables

    @cached_property
    def needed(self) -> frozenset[str]:
        """Ids of parts of objects that a reference from outside them needs, and of those above."""
        references = self._tables["references"]
        usage = Coded.of(references, "kind").map(
            lambda name: int(name in EDGE_KIND and EDGE_KIND[name].usage)
        )
        resolved = np.asarray(references.column("resolved").fill_null(False))
        sources, targets = Coded.of(references, "source"), Coded.of(references, "target")
        part = targets.map(lambda name: int(name.count(".") >= _STEPS_OF_PART)) == 1
        rows = np.flatnonzero((usage == 1) & resolved & part & (sources.codes >= 0))
        size = len(targets.values)
        pairs = np.unique(sources.codes[rows] * size + targets.codes[rows])
        found: set[str] = set()
        for pair in pairs.tolist():
            source = f"{sources.values[pair // size].casefold()}."
            id_ = targets.values[pair % size].casefold()
            while id_.count(".") >= _STEPS_OF_PART and not source.startswith(f"{id_}."):
                found.add(id_)
                id_ = id_.rpartition(".")[0]
        return frozenset(found)

    @cached_property
    def members(self) -> frozenset[str]:
        """Names behind a dot in any module."""
        return self._flat("members")

    @cached_property
    def texts(self) -> frozenset[str]:
        """Words of text literals in any module."""
        return self._flat("texts")

    @cached_property
    def words(self) -> frozenset[str]:
        """Names in any module that stand behind no dot."""
        return self._flat("words")

    @cached_property
    def _begins(self) -> tuple[frozenset[str], list[int]]:
        """Begins of names, `шаг*`, that code puts together, not too short; their lengths."""
        return _with_lengths(
            part[:-1] for part in self._flat("parts") if part[-1] == "*" and _is_long(part)
        )

    @cached_property
    def _ends(self) -> tuple[frozenset[str], list[int]]:
        """Ends of such names, `*клиент`, and their lengths."""
        return _with_lengths(
            part[1:] for part in self._flat("parts") if part[0] == "*" and _is_long(part)
        )

    def in_texts(self, name: str) -> bool:
        """Whether a text literal holds the folded name, or its begin or end that is joined on."""
        if name in self.texts:
            return True
        size = len(name)
        begins, lengths = self._begins
        for length in lengths:
            if length >= size:
                break
            if name[:length] in begins:
                return True
        ends, lengths = self._ends
        for length in lengths:
            if length >= size:
                break
            if name[-length:] in ends:
                return True
        return False

    def is_written(self, name: str) -> bool:
        """Whether code or a query holds the folded name."""
        return (
            name in self.members
            or name in self.words
            or name in self.queries
            or self.in_texts(name)
        )

    @cached_property
    def computing(self) -> frozenset[tuple[str, str]]:
        """Project and folded id of the modules that run texts as code: they may call anything."""
        rows = self._tables["module_names"].select(["project", "module", "words"]).to_pylist()
        return frozenset(
            (row["project"], row["module"].casefold())
            for row in rows
            if not _COMPUTES.isdisjoint(row["words"])
        )

    @cached_property
    def names_of_object(self) -> Mapping[str, frozenset[str]]:
        """Names behind a dot and in texts of all modules of an object, by its folded id."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        owners = self._owners
        rows = self._tables["module_names"].select(["project", "module", "members", "texts"])
        for row in rows.to_pylist():
            owner = owners.get((row["project"], row["module"]))
            if owner is not None:
                found[owner[0]].update(row["members"], row["texts"])
        return {owner: frozenset(names) for owner, names in found.items()}

    @cached_property
    def own_words(self) -> Mapping[str, frozenset[str]]:
        """Names behind no dot in the object, record set and manager modules of an object."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        owners = self._owners
        rows = self._tables["module_names"].select(["project", "module", "words"]).to_pylist()
        for row in rows:
            owner = owners.get((row["project"], row["module"]))
            if owner is not None and owner[1] in _OWN_MODULES:
                found[owner[0]].update(row["words"])
        return {owner: frozenset(names) for owner, names in found.items()}

    @cached_property
    def queries(self) -> frozenset[str]:
        """Words of queries, of row conditions of roles and of their templates."""
        texts = [
            *_distinct(self._tables["queries"], "text"),
            *_distinct(self._tables["rights"], "restriction"),
            *_distinct(self._tables["restriction_templates"], "condition"),
        ]
        return _words(texts)

    @cached_property
    def data_paths(self) -> frozenset[str]:
        """Steps of the data paths of form elements."""
        return _words(_distinct(self._tables["form_items"], "data_path"))

    @cached_property
    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """The objects that refer to an object, with itself; folded ids."""
        references = self._tables["references"]
        source = Coded.of(references, "source_object")
        target = Coded.of(references, "target_object")
        size = len(target.values) + 1
        pairs = np.unique((source.codes + 1) * size + target.codes + 1).tolist()
        found: defaultdict[str, set[str]] = defaultdict(set)
        for pair in pairs:
            left, right = pair // size - 1, pair % size - 1
            if left >= 0 and right >= 0:
                found[target.values[right].casefold()].add(source.values[left].casefold())
        return {id_: frozenset({*near, id_}) for id_, near in found.items()}

    @cached_property
    def _owners(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(folded object, kind) of a module by project and id."""
        rows = self._tables["modules"].select(["project", "module", "object", "kind"]).to_pylist()
        return {
            (row["project"], row["module"]): (row["object"].casefold(), row["kind"]) for row in rows
        }

    def _flat(self, column: str) -> frozenset[str]:
        values = self._tables["module_names"].column(column)
        return frozenset(pc.unique(pc.list_flatten(values)).to_pylist())


def _is_long(part: str) -> bool:
    return len(part) > _LEAST_PART


def _with_lengths(parts: Iterable[str]) -> tuple[frozenset[str], list[int]]:
    """The texts, and how long they are, from the shortest."""
    found = frozenset(parts)
    return found, sorted({len(part) for part in found})


def _distinct(table: pa.Table, column: str) -> list[str]:
    values = table.column(column)
    if pa.types.is_dictionary(values.type):
        values = values.cast(pa.string())
    return [text for text in pc.unique(values).to_pylist() if text]


def _words(texts: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for text in texts:
        found.update(_WORD.findall(text))
    return frozenset(word.casefold() for word in found)
