"""Columns that need more than one file: subsystems, support, contexts, callees, targets.

Names are compared case-folded, as the platform does. An extension sees the objects of the
other projects of the upload after its own.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from cai_assets.knowledge.call_edges import call_edges
from cai_assets.knowledge.calls import fresh_files, infer_types, resolve_calls
from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.doc_edges import doc_edges
from cai_assets.knowledge.edge_rows import COLUMNS
from cai_assets.knowledge.extension_edges import extension_edges
from cai_assets.knowledge.fields import LINKS, RECORDS
from cai_assets.knowledge.known import Known
from cai_assets.knowledge.mention_edges import mention_edges
from cai_assets.knowledge.movement_edges import movement_edges
from cai_assets.knowledge.owners import object_columns
from cai_assets.knowledge.schema import TABLES
from cai_assets.knowledge.targets import resolve_references
from cai_assets.knowledge.types import Tables as TypeTables
from cai_assets.onec.sources import Project

Tables = Mapping[str, pa.Table]


def derive(
    stored: Tables, projects: Sequence[Project], previous: Tables | None = None
) -> dict[str, pa.Table]:
    """Fill the derived columns; returns all tables with the columns of the schema, in order.

    What reused rows carry from `previous` stays where no name that could change it has changed.
    """
    with _without_collection():
        return _derive(stored, projects, previous)


def _derive(
    stored: Tables, projects: Sequence[Project], previous: Tables | None
) -> dict[str, pa.Table]:
    modules = {**stored, "modules": _with(stored["modules"], _contexts(stored))}
    derived: dict[str, dict[str, Any]] = {
        "objects": {
            "subsystems": _subsystems(stored),
            "support": _support(stored),
        },
    }
    tables = {**_with_calls(modules, previous), "projects": _projects(stored, projects)}
    for name, columns in derived.items():
        tables[name] = _with(tables[name], columns)
    carried = _unchanged(_NAMES_REFERRED_TO, stored, previous) and _same_links(stored, previous)
    tables["references"] = _references(stored, tables["calls"], carried=carried)
    return {name: tables[name].select(table.column_names) for name, table in TABLES.items()}


def _with_calls(stored: Tables, previous: Tables | None) -> dict[str, pa.Table]:
    """All tables, with what functions return and which routine each call site calls.

    Another module is known by what its functions return: while that is the same, and so is
    every name and declared type, the calls of an unchanged module are what they were.
    """
    same = _unchanged(_NAMES_CALLED, stored, previous)
    routines = stored["routines"]
    if not same and _INFERRED in routines.column_names:
        routines = routines.drop_columns([_INFERRED])
    tables = {**stored, "routines": routines}
    evaluated = TypeTables(tables, fresh_files(tables) if same else None)
    tables["routines"] = _with(routines, {_INFERRED: infer_types(tables, evaluated)})
    if same and previous is not None:
        same = _same_values(tables["routines"], previous["routines"], _INFERRED)
        evaluated = evaluated if same else TypeTables(tables)
    calls = resolve_calls(tables, evaluated, carried=same)
    return {**tables, "calls": _with(stored["calls"], calls)}


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for cycles meanwhile: there are none, and it costs a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _references(stored: Tables, calls: pa.Table, *, carried: bool) -> pa.Table:
    """The edges that files state, resolved, and behind them those derived from other tables."""
    known = Known(stored)
    stated = _with(stored["references"], resolve_references(stored, known, carried=carried))
    schema = pa.schema([TABLES["references"].arrow_schema.field(name) for name in COLUMNS])
    pieces = [
        stated,
        call_edges(calls),
        mention_edges(known),
        movement_edges(known),
        *doc_edges(known),
        *extension_edges(known),
    ]
    edges = pa.concat_tables([piece.select(COLUMNS).cast(schema) for piece in pieces])
    edges = edges.unify_dictionaries().combine_chunks()
    return _with(edges, object_columns(edges, stored))


def _with(table: pa.Table, columns: Mapping[str, Any]) -> pa.Table:
    for name, values in columns.items():
        if name in table.column_names:
            table = table.drop_columns([name])
        table = table.append_column(name, values)
    return table


_NAMES_CALLED = {
    "routines": ("project", "module", "routine", "name", "export", "return_types", "returns"),
    "parameters": ("routine", "name", "types"),
    "modules": ("project", "module", "object"),
    "objects": ("project", "object", "properties"),
    "members": ("member", "kind"),
    "types": ("owner", "type"),
    "forms": ("form",),
    "form_attributes": ("form", "parent", "name", "types", "main"),
    "form_items": ("form", "name", "kind"),
}
"""What decides whether a name is a routine and which, and what type a value has; see `calls`."""

_INFERRED = "inferred_types"

_NAMES_REFERRED_TO = {
    "objects": ("object",),
    "members": ("member",),
    "routines": ("routine",),
    "forms": ("form",),
    "form_commands": ("form", "name"),
    "modules": ("module",),
    "types": ("owner", "type"),
}
"""What decides whether a target exists; see `targets` and `fields`."""


def _unchanged(
    names: Mapping[str, tuple[str, ...]], stored: Tables, previous: Tables | None
) -> bool:
    """Whether these columns are the same, row by row, as they were."""
    return previous is not None and all(
        _same_values(stored[table], previous[table], column)
        for table, columns in names.items()
        for column in columns
    )


def _same_links(stored: Tables, previous: Tables | None) -> bool:
    """Whether paths of fields lead where they led."""
    return previous is not None and _links(stored["references"]) == _links(previous["references"])


def _links(references: pa.Table) -> list[tuple[str | None, str | None]]:
    kinds = Coded.of(references, "kind")
    wanted = kinds.map(lambda text: int(text in LINKS or text == RECORDS)) == 1
    rows = references.filter(pa.array(wanted))
    return list(
        zip(Coded.of(rows, "source").texts(), Coded.of(rows, "target").texts(), strict=True)
    )


def _same_values(table: pa.Table, previous: pa.Table, column: str) -> bool:
    left, right = table.column(column), previous.column(column)
    if len(left) != len(right):
        return False
    if pa.types.is_dictionary(left.type):  # Arrow takes equal texts by other codes for unequal
        left, right = left.cast(pa.string()), right.cast(pa.string())
    return bool(left.equals(right))


def _configuration_properties(stored: Tables) -> dict[str, dict[str, str]]:
    """By project: the properties of its configuration object, with its synonym."""
    objects = stored["objects"]
    rows = objects.filter(
        pa.compute.equal(objects.column("type").cast(pa.string()), "Configuration")
    )
    return {
        row["project"]: {**dict(row["properties"]), "synonym": row["synonym"]}
        for row in rows.select(["project", "synonym", "properties"]).to_pylist()
    }


def _projects(stored: Tables, projects: Sequence[Project]) -> pa.Table:
    table = TABLES["projects"]
    properties = _configuration_properties(stored)
    stated = {
        "synonym": "synonym",
        "version": "Version",
        "vendor": "Vendor",
        "script_variant": "ScriptVariant",
        "compatibility_mode": "CompatibilityMode",
        "name_prefix": "NamePrefix",
        "purpose": "ConfigurationExtensionPurpose",
    }
    rows = [
        {
            "project": project.name,
            "kind": str(project.kind),
            "layout": str(project.layout),
            "path": project.path,
            **{
                column: properties.get(project.name, {}).get(name)
                for column, name in stated.items()
            },
        }
        for project in projects
    ]
    return pa.Table.from_pylist(rows, schema=table.arrow_schema)


def _subsystems(stored: Tables) -> pa.Array:
    """For each object the subsystems that list it, sorted."""
    references = stored["references"]
    rows = references.filter(
        pa.compute.equal(references.column("kind").cast(pa.string()), "subsystem")
    )
    of: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for project, source, target in zip(
        Coded.of(rows, "project").texts(),
        Coded.of(rows, "source").texts(),
        Coded.of(rows, "target").texts(),
        strict=True,
    ):
        if source is not None and target is not None:
            of[project, target.casefold()].add(source)
    objects = stored["objects"]
    values = [
        sorted(of.get((project, (name or "").casefold()), ()))
        for project, name in zip(
            Coded.of(objects, "project").texts(), objects.column("object").to_pylist(), strict=True
        )
    ]
    return pa.array(values, type=pa.list_(pa.string()))


def _support(stored: Tables) -> pa.Array:
    support = stored["support"]
    state = {
        (project, uuid): value
        for project, uuid, value in zip(
            Coded.of(support, "project").texts(),
            support.column("uuid").to_pylist(),
            Coded.of(support, "state").texts(),
            strict=True,
        )
    }
    objects = stored["objects"]
    return pa.array(
        [
            state.get((project, uuid))
            for project, uuid in zip(
                Coded.of(objects, "project").texts(),
                objects.column("uuid").to_pylist(),
                strict=True,
            )
        ],
        type=pa.dictionary(pa.int32(), pa.string()),
    )


_CLIENT_AND_SERVER = {
    "FormModule": (True, True),
    "CommandModule": (True, True),
    "ManagedApplicationModule": (True, False),
    "OrdinaryApplicationModule": (True, False),
}
"""(client, server) by kind of module; every kind that is not listed runs on the server only."""


def _contexts(stored: Tables) -> dict[str, pa.Array]:
    """Where modules may run: by kind, for common modules by their flags."""
    objects = stored["objects"]
    common = objects.filter(
        pa.compute.equal(objects.column("type").cast(pa.string()), "CommonModule")
    )
    flags = {
        (row["project"], row["object"]): dict(row["properties"])
        for row in common.select(["project", "object", "properties"]).to_pylist()
    }
    modules = stored["modules"]
    client, server = [], []
    for project, object_, kind in zip(
        Coded.of(modules, "project").texts(),
        Coded.of(modules, "object").texts(),
        Coded.of(modules, "kind").texts(),
        strict=True,
    ):
        own = flags.get((project or "", object_ or "")) if kind == "CommonModule" else None
        if kind == "CommonModule":
            stated = own or {}
            on_client = "true" in (
                stated.get("ClientManagedApplication"),
                stated.get("ClientOrdinaryApplication"),
            )
            on_server = "true" in (stated.get("Server"), stated.get("ExternalConnection"))
        else:
            on_client, on_server = _CLIENT_AND_SERVER.get(kind or "", (False, True))
        client.append(on_client)
        server.append(on_server)
    return {"client": pa.array(client, pa.bool_()), "server": pa.array(server, pa.bool_())}
