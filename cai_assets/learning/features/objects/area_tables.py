"""Areas as tables: what each is called, how it agrees with subsystems, who belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.analysis.dependencies.tabulate import build, named, nullable
from cai_assets.knowledge.schema import FLAG, INT, PROJECT, TEXT, WORD, WORDS, Column, Link, Table
from cai_assets.learning.features.objects.grouping import centres
from cai_assets.learning.features.objects.reading import Objects
from cai_assets.learning.features.objects.spaces import vocabulary
from cai_assets.learning.features.sparse import Sparse, csr, ones, stored_rows
from cai_assets.learning.model import Codes, Floats
from cai_assets.learning.schema import EXPERIMENT

_SHARE = pa.float32()
_WORDS, _IN_NAME = 6, 3
_MAIN = 0.5

AREAS = Table(
    "areas",
    "Functional areas: objects that say the same and depend on each other",
    "Функциональные области: объекты с общими словами и связями между собой",
    (
        EXPERIMENT,
        Column("area", INT, "Number, 0 is the largest"),
        Column("name", TEXT, "Its main subsystem if that holds half of it, and its words"),
        Column("words", WORDS, "Words that set it apart, the weightiest first"),
        Column("objects", INT, "Objects in it"),
        Column("with_subsystem", INT, "Of them with a home subsystem"),
        Column("main_subsystem", WORD, "The commonest home in it; null if none"),
        Column("main_objects", INT, "Objects of it that have this home"),
        Column("purity", _SHARE, "Share of this home among those with one; null if none"),
        Column("coverage", _SHARE, "Share of this home's objects that are in the area"),
        Column("subsystems", INT, "Different homes in it"),
        Column("cohesion", _SHARE, "Mean cosine of its objects to its middle"),
        Column("links_inside", INT, "Pairs of its objects that depend on each other"),
        Column("links_outside", INT, "Pairs of one of its objects and one outside"),
        Column("leader", TEXT, "The object nearest to its middle"),
    ),
    ("experiment", "area"),
)

AREA_MEMBERS = Table(
    "area_members",
    "Which object belongs to which functional area",
    "Какой объект относится к какой функциональной области",
    (
        EXPERIMENT,
        Column("area", INT, "Area of `areas`"),
        PROJECT,
        Column("object", TEXT, "Object id"),
        Column("type", WORD, "Type in English, `Catalog`"),
        Column("subsystem", WORD, "Home subsystem as declared; null if none"),
        Column("agrees", FLAG, "It is the main subsystem of the area; null if none is declared"),
        Column("strength", _SHARE, "Cosine to the middle of the area"),
        Column(
            "next_area", INT, "The area whose middle is next nearest; null if there is one area"
        ),
        Column("next_strength", _SHARE, "Cosine to the middle of that one"),
    ),
    ("experiment", "project", "object"),
    (Link(("project", "object"), "objects", ("project", "object")),),
)


@dataclass(frozen=True)
class Division:
    """Objects `part` (nodes), their rows in `space`, and the area of each.

    An area that has lost all its objects keeps its number.
    """

    objects: Objects
    part: Codes
    space: Floats
    areas: Codes

    @cached_property
    def count(self) -> int:
        """Numbers of areas."""
        return int(self.areas.max(initial=-1)) + 1

    @cached_property
    def members(self) -> Sparse:
        """Areas × rows."""
        rows = np.arange(len(self.areas))
        return csr(self.areas, rows, (self.count, len(self.areas)))

    @cached_property
    def homes(self) -> npt.NDArray[np.int64]:
        """How many objects of each home are in each area: areas × homes."""
        home = self.objects.home[self.part]
        some = home >= 0
        shape = self.count, len(self.objects.homes)
        found = csr(self.areas[some], home[some], shape).toarray()
        return np.asarray(found, dtype=np.int64)

    @cached_property
    def main(self) -> Codes:
        """The commonest home of each area, -1 if none."""
        if not self.homes.shape[1]:
            return np.full(self.count, -1, dtype=np.int64)
        found = np.where(self.homes.max(axis=1) > 0, self.homes.argmax(axis=1), -1)
        return found.astype(np.int64)

    @cached_property
    def words(self) -> list[list[str]]:
        """The words of each area that weigh more in it than in all objects."""
        whole = vocabulary(self.objects)[self.part]
        width = max(len(self.objects.words), 1)
        row, column = stored_rows(whole)
        own = csr(row, column % width, (whole.shape[0], width), whole.data)
        sizes = np.maximum(np.bincount(self.areas, minlength=self.count), 1)
        mean = np.asarray((self.members @ own).todense()) / sizes[:, None]
        apart = mean - np.asarray(own.sum(axis=0)).ravel() / max(own.shape[0], 1)
        often = np.asarray((self.members @ ones(own)).todense())
        apart[often < np.minimum(2, sizes)[:, None]] = 0
        words = self.objects.words
        return [
            [
                str(words[at])
                for at in np.lexsort((np.arange(width), -values))[:_WORDS].tolist()
                if len(words) and values[at] > 0
            ]
            for values in apart
        ]

    @cached_property
    def names(self) -> list[str]:
        """What each area is called."""
        found = []
        with_home = self.homes.sum(axis=1)
        for area, words in enumerate(self.words):
            main = int(self.main[area])
            text = ", ".join(words[:_IN_NAME])
            if main >= 0 and self.homes[area, main] >= _MAIN * with_home[area]:
                subsystem = self.objects.homes[main].rpartition(".")[2]
                text = f"{subsystem}: {text}" if text else subsystem
            found.append(text or f"{area}")
        return found

    @cached_property
    def uses(self) -> npt.NDArray[np.int64]:
        """How many pairs of objects of the one area and the other depend: areas × areas."""
        links = ones(self.objects.linked()[self.part][:, self.part])
        return np.asarray((self.members @ links @ self.members.T).todense(), dtype=np.int64)

    @cached_property
    def strengths(self) -> Floats:
        """The cosine of each row to the middle of each area."""
        found: Floats = np.round(self.space @ centres(self.space, self.areas).T, 6)
        return found


def tables_of(division: Division) -> Mapping[str, pa.Table]:
    """`areas` and `area_members` without the experiment."""
    return {AREAS.name: _areas(division), AREA_MEMBERS.name: _members(division)}


def _areas(division: Division) -> pa.Table:
    objects, areas, count = division.objects, division.areas, division.count
    sizes = np.bincount(areas, minlength=count)
    own = division.strengths[np.arange(len(areas)), areas]
    main, homes = division.main, division.homes
    at_main = homes[np.arange(count), main] if homes.shape[1] else np.zeros(count, dtype=np.int64)
    at_main = np.where(main >= 0, at_main, 0)
    with_home = homes.sum(axis=1)
    whole = homes.sum(axis=0)[main] if homes.shape[1] else np.zeros(count, dtype=np.int64)
    order = np.lexsort((np.arange(len(areas)), -own, areas))
    leaders = order[np.searchsorted(areas[order], np.arange(count))] if count else order
    inside = np.diag(division.uses)
    outside = division.uses.sum(axis=0) + division.uses.sum(axis=1) - 2 * inside
    columns: dict[str, Any] = {
        "area": np.arange(count),
        "name": division.names,
        "words": division.words,
        "objects": sizes,
        "with_subsystem": with_home,
        "main_subsystem": named(main, objects.homes),
        "main_objects": at_main,
        "purity": nullable(at_main / np.maximum(with_home, 1), with_home == 0),
        "coverage": nullable(at_main / np.maximum(whole, 1), with_home == 0),
        "subsystems": (homes > 0).sum(axis=1),
        "cohesion": np.bincount(areas, own, count) / np.maximum(sizes, 1),
        "links_inside": inside,
        "links_outside": outside,
        "leader": [objects.ids[division.part[row]] for row in leaders.tolist()],
    }
    table = build(_without_experiment(AREAS), columns)
    return table.filter(pa.array(sizes > 0))


def _members(division: Division) -> pa.Table:
    objects, areas, part = division.objects, division.areas, division.part
    rows = np.arange(len(areas))
    strengths = division.strengths
    own = strengths[rows, areas]
    others = strengths.copy()
    others[:, np.bincount(areas, minlength=division.count) == 0] = -np.inf
    others[rows, areas] = -np.inf
    following = others.argmax(axis=1) if division.count else areas
    reached = others[rows, following]
    missing = ~np.isfinite(reached)
    home = objects.home[part]
    order = np.lexsort((rows, -own, areas))
    part = part[order]
    columns: dict[str, Any] = {
        "area": areas[order],
        "project": [objects.projects[at] for at in part.tolist()],
        "object": [objects.ids[at] for at in part.tolist()],
        "type": named(objects.type[part], objects.types),
        "subsystem": named(home[order], objects.homes),
        "agrees": nullable((home == division.main[areas])[order], home[order] < 0),
        "strength": own[order],
        "next_area": nullable(following[order], missing[order]),
        "next_strength": nullable(np.where(missing, 0, reached)[order], missing[order]),
    }
    return build(_without_experiment(AREA_MEMBERS), columns)


def _without_experiment(table: Table) -> Table:
    return Table(table.name, "", "", table.columns[1:], table.key[1:])
