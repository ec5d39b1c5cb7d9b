"""What extensions change: routines that theirs stand before, after or in place of; objects."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.edge_rows import EdgeRows
from cai_assets.knowledge.known import Known
from cai_assets.knowledge.reasons import NO_ROUTINE, NOT_HERE

WAYS: Final = {
    "перед": "Before",
    "before": "Before",
    "после": "After",
    "after": "After",
    "вместо": "Around",
    "around": "Around",
    "изменениеиконтроль": "ChangeAndValidate",
    "changeandvalidate": "ChangeAndValidate",
}
"""Folded annotations of an extension's routine → how it changes the routine that it names."""


def extension_edges(known: Known) -> list[pa.Table]:
    """The edges `extends` of all extensions of the upload.

    A routine points at the routine that it changes; the extension's configuration at each object
    that it adopts, for the adopted object and the adopted one have the same id.
    """
    return [_routines(known), _objects(known)]


def extended(annotation: str) -> tuple[str, str] | None:
    """How and which routine: `Перед("Имя")` → (`Before`, `Имя`)."""
    word, _, rest = annotation.partition("(")
    way = WAYS.get(word.strip().casefold())
    name = rest.strip().removesuffix(")").strip().strip('"')
    return (way, name) if way and name.isidentifier() else None


def _routines(known: Known) -> pa.Table:
    rows = EdgeRows("routines")
    routines = known.stored["routines"]
    annotated = np.flatnonzero(
        pa.compute.list_value_length(routines.column("annotations")).fill_null(0).to_numpy() > 0
    )
    chosen = routines.take(pa.array(annotated))
    here: dict[str, dict[str | None, str]] | None = None
    for project, routine, name, changes, file, line in zip(
        Coded.of(chosen, "project").texts(),
        chosen.column("routine").to_pylist(),
        chosen.column("name").to_pylist(),
        chosen.column("annotations").to_pylist(),
        Coded.of(chosen, "file").texts(),
        chosen.column("line").to_pylist(),
        strict=True,
    ):
        for annotation in changes:
            change = extended(annotation)
            if change is None:
                continue
            way, base = change
            target = f"{routine[: len(routine) - len(name)]}{base}"
            here = _by_project(known) if here is None else here
            others = here.get(target.casefold(), {})
            found = next((text for owner, text in others.items() if owner != project), None)
            rows.add(
                project,
                routine,
                found or target,
                "extends",
                file,
                line,
                note=way,
                reason="" if found else NO_ROUTINE,
            )
    return rows.table()


def _by_project(known: Known) -> dict[str, dict[str | None, str]]:
    """By folded id of a routine: how each project that has it spells it."""
    routines = known.stored["routines"]
    found: dict[str, dict[str | None, str]] = {}
    for project, routine in zip(
        Coded.of(routines, "project").texts(), routines.column("routine").to_pylist(), strict=True
    ):
        found.setdefault(routine.casefold(), {})[project] = routine
    return found


def _objects(known: Known) -> pa.Table:
    rows = EdgeRows("objects")
    objects = known.stored["objects"]
    belonging = Coded.of(objects, "belonging")
    adopted = np.flatnonzero(belonging.map(lambda text: int(text == "Adopted")) == 1)
    chosen = objects.take(pa.array(adopted))
    configuration = {
        project: object_
        for project, object_, type_ in zip(
            Coded.of(objects, "project").texts(),
            objects.column("object").to_pylist(),
            Coded.of(objects, "type").texts(),
            strict=True,
        )
        if type_ == "Configuration"
    }
    for project, object_, type_, file, line in zip(
        Coded.of(chosen, "project").texts(),
        chosen.column("object").to_pylist(),
        Coded.of(chosen, "type").texts(),
        Coded.of(chosen, "file").texts(),
        chosen.column("line").to_pylist(),
        strict=True,
    ):
        source = configuration.get(project)
        if source is None or type_ == "Configuration":
            continue
        reason = "" if object_.casefold() in known.own_objects else NOT_HERE
        rows.add(project, source, object_, "extends", file, line, note="Adopted", reason=reason)
    return rows.table()
