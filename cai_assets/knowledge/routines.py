"""The routines of all modules by name, each module indexed when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded

COMMON = "CommonModule."

Place = tuple[str, str]
"""A module: project and folded module id."""


_NOWHERE: list[Place] = []


class Routines:
    """Where routines are declared. A routine is its position in the table `routines`.

    `modules` and `common` give the places of a module by its folded id, or by the folded name of
    its common module; several projects may have one.
    """

    def __init__(self, stored: Mapping[str, pa.Table]) -> None:
        rows = stored["routines"]
        self.ids: list[str] = rows.column("routine").to_pylist()
        self.exported: list[bool] = rows.column("export").to_pylist()
        self.modules: dict[str, list[Place]] = {}
        self.common: dict[str, list[Place]] = {}
        self.kinds: dict[Place, str] = {}
        self._names = rows.column("name")
        self._runs = _runs_by_module(rows)
        self._indexed: dict[Place, dict[str, int]] = {}
        self._add_modules(stored["modules"])
        self.global_ = self._exports_of(_global_modules(stored["objects"]))
        self.application = self._exports_of(
            [place for place, kind in self.kinds.items() if kind in _APPLICATION]
        )

    def find(self, place: Place, name: str) -> int | None:
        """The routine with this folded name in a module, the first if several."""
        return self.of_module(place).get(name)

    def of_module(self, place: Place) -> dict[str, int]:
        """The routines of a module by folded name."""
        index = self._indexed.get(place)
        if index is None:
            index = self._indexed[place] = {}
            for start, end in self._runs.get(place, ()):
                for position, text in enumerate(self._names[start:end].to_pylist(), start):
                    index.setdefault(text.casefold(), position)
        return index

    def places(self, module: str, project: str) -> list[Place]:
        """The places of a module by its folded id, that of `project` first."""
        found = self.modules.get(module, _NOWHERE)
        if len(found) < 2:
            return found
        return sorted(found, key=lambda place: place[0] != project)

    def _add_modules(self, modules: pa.Table) -> None:
        for project, module, object_, kind in zip(
            Coded.of(modules, "project").texts(),
            modules.column("module").to_pylist(),
            Coded.of(modules, "object").texts(),
            Coded.of(modules, "kind").texts(),
            strict=True,
        ):
            place = (project or "", module.casefold())
            self.modules.setdefault(place[1], []).append(place)
            self.kinds[place] = kind or ""
            if object_ and object_.startswith(COMMON):
                self.common.setdefault(object_[len(COMMON) :].casefold(), []).append(place)

    def _exports_of(self, places: list[Place]) -> dict[str, int]:
        found: dict[str, int] = {}
        for place in places:
            for name, position in self.of_module(place).items():
                if self.exported[position]:
                    found.setdefault(name, position)
        return found


_APPLICATION = frozenset(
    {"ManagedApplicationModule", "OrdinaryApplicationModule", "ExternalConnectionModule"}
)
"""Modules whose exported routines are called without a receiver."""


def _runs_by_module(routines: pa.Table) -> dict[Place, list[tuple[int, int]]]:
    """Where the routines of each module stand: rows of one file are neighbours."""
    project, module = Coded.of(routines, "project"), Coded.of(routines, "module")
    changes = (np.diff(project.codes) != 0) | (np.diff(module.codes) != 0)
    starts = [0, *(np.flatnonzero(changes) + 1).tolist()] if len(routines) else []
    runs: dict[Place, list[tuple[int, int]]] = {}
    for start, end in zip(starts, [*starts[1:], len(routines)], strict=False):
        place = (
            project.values[project.codes[start]],
            module.values[module.codes[start]].casefold(),
        )
        runs.setdefault(place, []).append((start, end))
    return runs


def _global_modules(objects: pa.Table) -> list[Place]:
    """Common modules with the flag Global: their exports are called without a receiver."""
    common = objects.filter(
        pa.compute.equal(objects.column("type").cast(pa.string()), "CommonModule")
    )
    return [
        (row["project"], f"{row['object']}.Module".casefold())
        for row in common.select(["project", "object", "properties"]).to_pylist()
        if ("Global", "true") in row["properties"]
    ]
