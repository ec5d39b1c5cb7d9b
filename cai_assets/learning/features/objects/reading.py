"""Objects as models see them: words, links, home subsystem; in one place for all that ask of them.

The rows of every matrix are the nodes of the dependency graph, in their order: one row per object,
whatever number of projects hold it. Content of subsystems is no link here, since it is what models
are asked for; `graph_edges` has dependencies alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.analysis.dependencies.schema import LINK_FAMILIES
from cai_assets.knowledge.coded import Coded
from cai_assets.learning.features.sparse import Sparse, csr
from cai_assets.learning.model import Codes, Inputs
from cai_assets.learning.words import STOP_WORDS, parts, stem

PARSED, GRAPH = "parsed_configuration", "dependency_analysis"

READS: Mapping[str, Mapping[str, Collection[str]]] = {
    PARSED: {
        "objects": ("object", "name", "synonym", "comment"),
        "members": ("object", "name", "synonym"),
        "forms": ("form", "object"),
        "form_attributes": ("form", "name"),
        "form_commands": ("form", "name"),
        "form_items": ("form", "name"),
        "modules": ("module", "object"),
        "routines": ("object", "name", "description"),
        "calls": ("module", "receiver", "name"),
        "variables": ("module", "name"),
    },
    GRAPH: {
        "graph_nodes": ("project", "object", "type", "subsystem", "community"),
        "graph_edges": ("source", "target", *LINK_FAMILIES),
    },
}
"""What `read_objects` reads."""

NAMES, PARTS, CODE = "names", "parts", "code"
FIELDS = (NAMES, PARTS, CODE)
"""Where words come from: the object's own names, its members and forms, its modules."""

NESTED = ".Subsystem."
"""What stands between the id of a subsystem and the name of one inside it."""

OUTSIDE = frozenset({"Configuration", "Language", "Subsystem"})
"""Types of objects that stand in no subsystem by their nature."""


@dataclass(frozen=True, slots=True)
class Objects:
    """All objects of a configuration.

    `home[object]` is a position in `homes`, -1 without a home subsystem; `community` that of the
    graph, -1 for an object without links. `bags[field]` counts words, objects × words; `words` are
    their commonest spellings. `links[family]` holds 1 + ln n for n references from row to column.
    """

    ids: list[str]
    projects: list[str]
    type: Codes
    types: list[str]
    home: Codes
    homes: list[str]
    community: Codes
    words: npt.NDArray[np.str_]
    bags: Mapping[str, Sparse]
    links: Mapping[str, Sparse]

    def __len__(self) -> int:
        return len(self.ids)

    def linked(self) -> Sparse:
        """Links of all families together."""
        found = csr([], [], (len(self), len(self)))
        for links in self.links.values():
            found = found + links
        return found

    def of_types(self, types: Collection[str]) -> npt.NDArray[np.bool_]:
        """Which objects have one of the types."""
        chosen = np.array([name in types for name in self.types] + [False])
        found: npt.NDArray[np.bool_] = chosen[self.type]
        return found


def read_objects(inputs: Inputs) -> Objects:
    """The objects of the tables of `READS`."""
    nodes = inputs[GRAPH]["graph_nodes"]
    ids = nodes.column("object").to_pylist()
    position = {name.casefold(): at for at, name in enumerate(ids)}
    bags = _Bags(position)
    bags.read(inputs[PARSED])
    type_, home = Coded.of(nodes, "type"), Coded.of(nodes, "subsystem")
    names = sorted(set(home.values), key=str.casefold)
    place = {name: at for at, name in enumerate(names)}
    return Objects(
        ids,
        [project or "" for project in Coded.of(nodes, "project").texts()],
        type_.codes,
        type_.values,
        home.map(place.__getitem__),
        names,
        np.asarray(nodes.column("community").cast(pa.int64()).fill_null(-1), dtype=np.int64),
        *bags.matrices(),
        _links(inputs[GRAPH]["graph_edges"], position),
    )


def folded(name: str) -> str:
    """The id by which an object is found."""
    return name.casefold()


class _Bags:
    """Counts words by field; each distinct text is taken apart once."""

    def __init__(self, position: Mapping[str, int]) -> None:
        self._position = position
        self._place: dict[str, int] = {}
        self._often: dict[str, int] = {}
        self._parts: dict[str, list[tuple[Sparse, Sparse, int]]] = {field: [] for field in FIELDS}
        self._known: dict[str, list[int]] = {}

    def read(self, tables: Mapping[str, pa.Table]) -> None:
        """All words of the tables."""
        own = {
            "objects": (NAMES, ("name", "synonym", "comment")),
            "members": (PARTS, ("name", "synonym")),
            "routines": (CODE, ("name", "description")),
        }
        for name, (field, columns) in own.items():
            self._add(field, tables[name], self._objects(tables[name], "object"), columns)
        for key, owners, held in (
            ("form", "forms", ("form_attributes", "form_commands", "form_items")),
            ("module", "modules", ("calls", "variables")),
        ):
            of = dict(
                zip(
                    tables[owners].column(key).to_pylist(),
                    self._objects(tables[owners], "object").tolist(),
                    strict=True,
                )
            )
            for name in held:
                keys = Coded.of(tables[name], key)
                rows = np.array([*(of.get(owner, -1) for owner in keys.values), -1])[keys.codes]
                texts = [column for column in READS[PARSED][name] if column != key]
                self._add(PARTS if key == "form" else CODE, tables[name], rows, texts)

    def matrices(self) -> tuple[npt.NDArray[np.str_], dict[str, Sparse]]:
        """The words as they are shown, and the counts by field."""
        shape = len(self._position), len(self._place)
        spelt: dict[str, str] = {}
        for word in sorted(self._often, key=lambda word: (-self._often[word], len(word), word)):
            spelt.setdefault(stem(word), word)
        found = {}
        for field, products in self._parts.items():
            total = csr([], [], shape)
            for counts, stems, height in products:
                stems.resize(height, shape[1])
                total = total + counts @ stems
            total.sort_indices()
            found[field] = total
        return np.array([spelt[root] for root in self._place], dtype=np.str_), found

    def _objects(self, table: pa.Table, column: str) -> Codes:
        return Coded.of(table, column).map(lambda name: self._position.get(folded(name), -1))

    def _add(self, field: str, table: pa.Table, rows: Codes, columns: Collection[str]) -> None:
        for column in columns:
            texts = Coded.of(table, column)
            kept = (rows >= 0) & (texts.codes >= 0)
            height = len(texts.values)
            counts = csr(rows[kept], texts.codes[kept], (len(self._position), height))
            stems = [self._stems(text) for text in texts.values]
            lengths = np.array([len(found) for found in stems], dtype=np.int64)
            flat = [at for found in stems for at in found]
            matrix = csr(np.repeat(np.arange(height), lengths), flat, (height, len(self._place)))
            self._parts[field].append((counts, matrix, height))

    def _stems(self, text: str) -> list[int]:
        """The places of the stems of a name or a text; both are taken apart alike."""
        found = self._known.get(text)
        if found is None:
            found = []
            for word in parts(text):
                if word in STOP_WORDS:
                    continue
                self._often[word] = self._often.get(word, 0) + 1
                found.append(self._place.setdefault(stem(word), len(self._place)))
            self._known[text] = found
        return found


def _links(edges: pa.Table, position: Mapping[str, int]) -> dict[str, Sparse]:
    source, target = (
        Coded.of(edges, end).map(lambda name: position.get(folded(name), -1))
        for end in ("source", "target")
    )
    shape = len(position), len(position)
    found = {}
    for family in LINK_FAMILIES:
        count = np.asarray(edges.column(family.value).fill_null(0), dtype=np.float64)
        rows = (count > 0) & (source >= 0) & (target >= 0)
        found[family.value] = csr(source[rows], target[rows], shape, 1 + np.log(count[rows]))
    return found
