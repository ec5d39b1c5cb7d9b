"""Tables of what stands in objects: parameters of routines, rows of forms, by their object."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.model import Source


def _object_parameters(source: Source) -> pa.Table:
    """Parameters with the object of their routine."""
    routines = source.needed(PARSED, "routines", ["routine", "object"])
    owners = Coded.of(routines, "object")
    by_routine = dict(
        zip(routines.column("routine").to_pylist(), owners.codes.tolist(), strict=True)
    )
    parameters = source.needed(
        PARSED,
        "parameters",
        ["routine", "routine_line", "order", "name", "by_value", "default", "types", "description"],
    )
    codes = Coded.of(parameters, "routine").map(lambda routine: by_routine.get(routine, -1))
    return parameters.append_column("object", Coded(codes, owners.values).column())


def _object_form_rows(name: str, columns: list[str]) -> Callable[[Source], pa.Table]:
    """Rows of forms with the object of the form."""

    def make(source: Source) -> pa.Table:
        forms = source.needed(PARSED, "forms", ["form", "object"])
        owners = Coded.of(forms, "object")
        by_form = dict(zip(forms.column("form").to_pylist(), owners.codes.tolist(), strict=True))
        table = source.needed(PARSED, name, ["form", *columns])
        codes = Coded.of(table, "form").map(lambda form: by_form.get(form, -1))
        return table.append_column("object", Coded(codes, owners.values).column())

    return make


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
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
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {
    PARSED: (
        "form_attributes",
        "form_commands",
        "form_handlers",
        "form_items",
        "forms",
        "parameters",
        "routines",
    ),
}
"""Tables by group that they are made from."""
