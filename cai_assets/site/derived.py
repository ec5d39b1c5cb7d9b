"""Tables of the site's own: rows of others with the id of the page that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site import (
    access_tables,
    api_tables,
    data_tables,
    dependency_tables,
    event_tables,
    finding_tables,
    link_tables,
    model_tables,
    object_tables,
    overview_tables,
    query_tables,
    release_tables,
    service_tables,
    subsystem_tables,
)
from cai_assets.site.model import Source

GROUP = "site"


def _needed(source: Source, name: str, columns: list[str], group: str = PARSED) -> pa.Table:
    table = source.table(group, name, columns)
    if table is None:
        raise FileNotFoundError(f"table {group}/{name} is missing; materialize it first")
    return table


def _object_parameters(source: Source) -> pa.Table:
    """Parameters with the object of their routine."""
    routines = _needed(source, "routines", ["routine", "object"])
    owners = Coded.of(routines, "object")
    by_routine = dict(
        zip(routines.column("routine").to_pylist(), owners.codes.tolist(), strict=True)
    )
    parameters = _needed(
        source,
        "parameters",
        ["routine", "routine_line", "order", "name", "by_value", "default", "types", "description"],
    )
    codes = Coded.of(parameters, "routine").map(lambda routine: by_routine.get(routine, -1))
    return parameters.append_column("object", Coded(codes, owners.values).column())


def _object_form_rows(name: str, columns: list[str]) -> Callable[[Source], pa.Table]:
    """Rows of forms with the object of the form."""

    def make(source: Source) -> pa.Table:
        forms = _needed(source, "forms", ["form", "object"])
        owners = Coded.of(forms, "object")
        by_form = dict(zip(forms.column("form").to_pylist(), owners.codes.tolist(), strict=True))
        table = _needed(source, name, ["form", *columns])
        codes = Coded.of(table, "form").map(lambda form: by_form.get(form, -1))
        return table.append_column("object", Coded(codes, owners.values).column())

    return make


def _uses(source: Source) -> pa.Table:
    """References from one object to another, without rights of roles."""
    table = _needed(
        source,
        "references",
        [
            "project",
            "source",
            "target",
            "kind",
            "note",
            "resolved",
            "reason",
            "source_object",
            "target_object",
            "file",
            "line",
        ],
    )
    origins, targets = Coded.of(table, "source_object"), Coded.of(table, "target_object")
    position = {value: code for code, value in enumerate(origins.values)}
    same = targets.map(lambda value: position.get(value, -2)) == origins.codes
    rights = Coded.of(table, "kind").map(lambda kind: kind == "right") > 0
    return table.filter(pa.array(np.logical_not(same | rights)))


_MODULES = (
    access_tables,
    api_tables,
    data_tables,
    dependency_tables,
    event_tables,
    finding_tables,
    link_tables,
    model_tables,
    object_tables,
    overview_tables,
    query_tables,
    release_tables,
    service_tables,
    subsystem_tables,
)
"""Modules with derived tables: their `TABLES`, and in `READS` what these are made from."""

DERIVED: Mapping[str, Callable[[Source], pa.Table]] = {
    "object_parameters": _object_parameters,
    "object_form_items": _object_form_rows(
        "form_items",
        ["project", "name", "kind", "parent", "order", "data_path", "command", "titles"],
    ),
    "object_form_attributes": _object_form_rows(
        "form_attributes",
        ["project", "name", "parent", "order", "main", "types", "dynamic", "main_table", "titles"],
    ),
    "object_form_commands": _object_form_rows(
        "form_commands", ["project", "name", "order", "action", "titles"]
    ),
    "object_form_handlers": _object_form_rows(
        "form_handlers", ["project", "item", "event", "procedure", "call_type"]
    ),
    "uses": _uses,
    **{name: make for module in _MODULES for name, make in module.TABLES.items()},
}
"""How each table is made. Group `site` in `Input`."""

_READS: Mapping[str, tuple[str, ...]] = {
    PARSED: (
        "form_attributes",
        "form_commands",
        "form_handlers",
        "form_items",
        "forms",
        "members",
        "modules",
        "objects",
        "parameters",
        "references",
        "routines",
        "types",
    ),
}


def _joined(*parts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for part in parts:
        for group, names in part.items():
            found.setdefault(group, set()).update(names)
    return {group: tuple(sorted(names)) for group, names in sorted(found.items())}


READS: Mapping[str, tuple[str, ...]] = _joined(_READS, *(module.READS for module in _MODULES))
"""Tables by group that derived tables and the list of anchors are made from."""
