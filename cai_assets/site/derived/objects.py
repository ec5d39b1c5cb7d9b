"""Derived tables about an object's place in the configuration: relations, subscriptions, rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.owners import Owners
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.onec.metadata.kinds import kind_by_type_head
from cai_assets.site.model import Source

OUT, IN = "out", "in"
"""Whether a relation of an object names another thing, or is named by it."""

RELATIONS = frozenset(
    {
        "accounting_flag",
        "addressing",
        "based_on",
        "base_calculation_types",
        "characteristic",
        "chart_of_accounts",
        "chart_of_calculation_types",
        "choice_link",
        "choice_parameter",
        "command_parameter",
        "common_attribute",
        "data_separation",
        "default_form",
        "exchange_content",
        "ext_dimension_types",
        "filter_criterion",
        "functional_option",
        "functional_option_location",
        "functional_option_parameter",
        "handler",
        "input_by_string",
        "journal_column",
        "main_schema",
        "movement",
        "numerator",
        "owner",
        "register_record",
        "registered_document",
        "schedule",
        "sequence_document",
        "settings_storage",
        "subscription_source",
        "task",
        "transition",
        "type_link",
        "xdto_package",
    }
)
"""Kinds of references that say what metadata an object belongs together with."""

_INNER = frozenset(
    {"choice_link", "default_form", "handler", "input_by_string", "transition", "type_link"}
)
"""Kinds that matter within one object, too."""

_NO_EVIDENCE = frozenset({"module", "form"})
"""Who says a relation: code and forms say it only where nothing else could."""


def _object_relations(source: Source) -> pa.Table:
    """Relations of metadata, a row at each of the two objects: `way` says which end `object` is.

    Equal rows stand once. A relation within an object stands at it once, as `out`.
    """
    table = source.needed(
        PARSED,
        "references",
        ["source", "target", "kind", "note", "extractor", "source_object", "target_object"],
    )
    kinds = Coded.of(table, "kind").map(lambda kind: kind in RELATIONS) > 0
    said = Coded.of(table, "extractor").map(lambda by: by not in _NO_EVIDENCE) > 0
    options = Coded.of(table, "kind").map(lambda kind: kind == "functional_option") > 0
    by_form = Coded.of(table, "extractor").map(lambda by: by == "form") > 0
    table = table.filter(pa.array(kinds & (said | (options & by_form))))
    origins, targets = Coded.of(table, "source_object"), Coded.of(table, "target_object")
    position = {value: code for code, value in enumerate(origins.values)}
    same = targets.map(lambda value: position.get(value, -2)) == origins.codes
    inner = Coded.of(table, "kind").map(lambda kind: kind in _INNER) > 0
    out = (origins.codes >= 0) & (inner | ~same)
    into = (targets.codes >= 0) & ~same
    columns = ["source", "target", "kind", "note", "source_object", "target_object"]
    parts = []
    for way, chosen, owner in ((OUT, out, "source_object"), (IN, into, "target_object")):
        rows = table.filter(pa.array(chosen))
        cells = {name: pa.array(Coded.of(rows, name).texts(), pa.string()) for name in columns}
        cells["object"] = cells[owner]
        cells["way"] = pa.array([way] * rows.num_rows, pa.string())
        parts.append(pa.table(cells))
    both = pa.concat_tables(parts)
    return both.group_by(both.column_names, use_threads=False).aggregate([])


def _object_subscriptions(source: Source) -> pa.Table:
    """Event subscriptions with each object that is a source: itself, by a type, or as any.

    `via` is the defined type or the type of any object that names it; empty if it is named itself.
    """
    ids = sorted(set(source.needed(PARSED, "objects", ["object"]).column("object").to_pylist()))
    by_type: dict[str, list[str]] = defaultdict(list)
    for id_ in ids:
        by_type[id_.partition(".")[0]].append(id_)
    content = _defined_types(source)
    events, handlers = _settings_of_subscriptions(source)
    found: set[tuple[str, str, str]] = set()
    for subscription, target, type_ in _sources(source):
        if "." not in type_:
            found |= {(id_, subscription, type_) for id_ in by_type[_kind_of(type_)]}
        elif target.startswith("DefinedType."):
            for inner, inner_type in content.get(target, ()):
                named = [inner] if inner else by_type[_kind_of(inner_type)]
                found |= {(id_, subscription, target) for id_ in named}
        else:
            found.add((target, subscription, ""))
    rows = sorted(found)
    return pa.table(
        {
            "object": pa.array([row[0] for row in rows], pa.string()),
            "subscription": pa.array([row[1] for row in rows], pa.string()),
            "via": pa.array([row[2] for row in rows], pa.string()),
            "event": pa.array([events.get(row[1], "") for row in rows], pa.string()),
            "handler": pa.array([handlers.get(row[1], "") for row in rows], pa.string()),
        }
    )


def _kind_of(type_: str) -> str:
    return kind_by_type_head(type_) or ""


def _sources(source: Source) -> list[tuple[str, str, str]]:
    """Subscription, target and type of each source of a subscription."""
    table = source.needed(PARSED, "references", ["source", "target", "kind", "note"])
    kinds = Coded.of(table, "kind").map(lambda kind: kind == "subscription_source") > 0
    rows = table.filter(pa.array(kinds)).select(["source", "target", "note"]).to_pylist()
    return sorted({(row["source"], row["target"], row["note"]) for row in rows})


def _defined_types(source: Source) -> Mapping[str, list[tuple[str, str]]]:
    """Object (empty if any) and type of what each defined type allows."""
    table = source.needed(PARSED, "types", ["owner", "type", "target"])
    chosen = Coded.of(table, "owner").map(lambda id_: id_.startswith("DefinedType.")) > 0
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in table.filter(pa.array(chosen)).to_pylist():
        found[row["owner"]].append((row["target"] or "", row["type"]))
    return found


def _settings_of_subscriptions(source: Source) -> tuple[dict[str, str], dict[str, str]]:
    """The event and the handler of each subscription."""
    table = source.needed(PARSED, "objects", ["object", "type", "properties"])
    chosen = Coded.of(table, "type").map(lambda type_: type_ == "EventSubscription") > 0
    events: dict[str, str] = {}
    handlers: dict[str, str] = {}
    for row in table.filter(pa.array(chosen)).to_pylist():
        properties = dict(row["properties"] or ())
        if "Event" in properties:
            events[row["object"]] = properties["Event"]
            handlers[row["object"]] = properties.get("Handler", "")
    return events, handlers


def _object_rights(source: Source) -> pa.Table:
    """Rights with the object whose page they stand on: `page`."""
    owners = Owners(source.needed(PARSED, "objects", ["object"]).column("object").to_pylist())
    table = source.needed(
        PARSED,
        "rights",
        ["role", "object", "right", "value", "restriction", "fields"],
    )
    codes = Coded.of(table, "object").map(owners.find).astype(np.int64)
    return table.append_column("page", Coded(codes, owners.ids).column())


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "object_relations": _object_relations,
    "object_rights": _object_rights,
    "object_subscriptions": _object_subscriptions,
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {PARSED: ("objects", "references", "rights", "types")}
"""What the tables are made from, by group."""
