"""Changes of objects and of their members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from cai_assets.analysis.changes.comparing import Changes, Side, Users, matched, pair
from cai_assets.knowledge.coded import Coded
from cai_assets.onec.metadata.kinds import kind_by_type_head

DATA_KINDS = frozenset(
    {
        "AccountingFlag",
        "AddressingAttribute",
        "Attribute",
        "Column",
        "Dimension",
        "EnumValue",
        "ExtDimensionAccountingFlag",
        "Field",
        "Method",
        "Operation",
        "Parameter",
        "Predefined",
        "Resource",
        "TabularSection",
        "URLTemplate",
    }
)
"""Kinds of members that code, queries and other systems name: losing one breaks them."""

_CONTEXT = (
    "Server",
    "ClientManagedApplication",
    "ClientOrdinaryApplication",
    "ExternalConnection",
    "ServerCall",
    "Global",
)
"""Flags of a common module; one that is taken away leaves callers without the module."""

_MOST_TEXT = 1000
_OBJECT = ("project", "object", "type", "uuid", "synonym", "comment", "belonging", "properties")
_MEMBER = (
    "project", "member", "object", "parent", "kind", "uuid", "synonym", "comment", "properties",
)  # fmt: skip
_PLACE = ("file", "line")

Renames = Mapping[tuple[str, str], str]
"""New ids of renamed objects by project and folded old id."""


def compare_objects(before: Side, after: Side, changes: Changes, users: Users) -> Found:
    """Add the changes of objects; tells what was renamed, removed and added."""
    old = before.rows("objects", (*_OBJECT, *_PLACE))
    new = after.rows("objects", (*_OBJECT, *_PLACE))
    keys = [
        [
            (project, name.casefold())
            for project, name in zip(rows["project"], rows["object"], strict=True)
        ]
        for rows in (old, new)
    ]
    pairing = pair(*keys)
    marks = [
        [
            (project, type_, uuid) if uuid else None
            for project, type_, uuid in zip(
                rows["project"], rows["type"], rows["uuid"], strict=True
            )
        ]
        for rows in (old, new)
    ]
    renamed = matched(pairing.removed, pairing.added, *marks)
    found = Found(
        {keys[0][left]: new["object"][right] for left, right in renamed},
        {keys[0][row] for row in pairing.removed} - {keys[0][left] for left, _ in renamed},
        {keys[1][row] for row in pairing.added} - {keys[1][right] for _, right in renamed},
    )
    for left, right in renamed:
        name = old["object"][left]
        changes.add(
            "object",
            "renamed",
            _row(new, right),
            new["object"][right],
            old=name,
            new=new["object"][right],
            why=["object_renamed"],
            users=users.of_object(name),
        )
    for position in pairing.removed:
        if keys[0][position] in found.removed:
            name = old["object"][position]
            changes.add(
                "object",
                "removed",
                _row(old, position),
                name,
                old=name,
                why=["object_removed"],
                users=users.of_object(name),
            )
    for position in pairing.added:
        if keys[1][position] in found.added:
            name = new["object"][position]
            changes.add("object", "added", _row(new, position), name, new=name)
    for left, right in [*pairing.both, *renamed]:
        differences = _differences(old, left, new, right, ("synonym", "comment", "belonging"))
        if differences:
            lost = _lost_contexts(old, left, new, right)
            changes.add(
                "object",
                "changed",
                _row(new, right),
                new["object"][right],
                old=_told(differences, 0),
                new=_told(differences, 1),
                why=["context_lost"] if lost else [],
                users=users.of_object(old["object"][left]) if lost else None,
            )
    return found


class Found:
    """Objects by project and folded id: new ids of the renamed; the removed; the added."""

    def __init__(
        self,
        renamed: Renames,
        removed: set[tuple[str, str]],
        added: set[tuple[str, str]],
    ) -> None:
        self.renamed = renamed
        self.removed = removed
        self.added = added
        self._names = {old: new for (_, old), new in renamed.items()}

    def types_now(self, types: _Type) -> _Type:
        """Types of members with what the renamed objects among them are called now."""
        return {self._type_now(name): qualifiers for name, qualifiers in types.items()}

    def _type_now(self, type_: str) -> str:
        head, _, name = type_.partition(".")
        now = self._names.get(f"{kind_by_type_head(head)}.{name}".casefold())
        return f"{head}.{now.partition('.')[2]}" if now else type_

    def now(self, project: str, object_: str, id_: str) -> str:
        """What the id of an object, or of a part of it, is called now."""
        renamed = self.renamed.get((project, object_.casefold()))
        return id_ if renamed is None else renamed + id_[len(object_) :]


def compare_members(
    before: Side, after: Side, found: Found, changes: Changes, users: Users
) -> None:
    """Add the changes of members; those of removed and added objects go without saying."""
    old = before.rows("members", (*_MEMBER, *_PLACE))
    new = after.rows("members", (*_MEMBER, *_PLACE))
    old = _without(old, found.removed)
    new = _without(new, found.added)
    triples = zip(old["project"], old["object"], old["member"], strict=True)
    now = [found.now(*triple) for triple in triples]
    old_keys = list(zip(old["project"], (name.casefold() for name in now), strict=True))
    new_keys = [
        (project, name.casefold())
        for project, name in zip(new["project"], new["member"], strict=True)
    ]
    pairing = pair(old_keys, new_keys)
    marks = [
        [
            (project, uuid) if uuid else None
            for project, uuid in zip(rows["project"], rows["uuid"], strict=True)
        ]
        for rows in (old, new)
    ]
    renamed = matched(pairing.removed, pairing.added, *marks)
    left_out = {left for left, _ in renamed}, {right for _, right in renamed}
    for left, right in renamed:
        here = found.now(old["project"][left], old["object"][left], old["parent"][left])
        same_parent = here.casefold() == new["parent"][right].casefold()
        data = new["kind"][right] in DATA_KINDS
        changes.add(
            "member",
            "renamed" if same_parent else "moved",
            _row(new, right),
            new["member"][right],
            old=old["member"][left],
            new=new["member"][right],
            why=["member_renamed"] if data else [],
            users=users.of_target(old["member"][left]) if data else None,
        )
    for position in pairing.removed:
        if position not in left_out[0]:
            name = old["member"][position]
            data = old["kind"][position] in DATA_KINDS
            changes.add(
                "member",
                "removed",
                _row(old, position),
                name,
                old=old["kind"][position],
                why=["member_removed"] if data else [],
                users=users.of_target(name) if data else None,
            )
    for position in pairing.added:
        if position not in left_out[1]:
            changes.add(
                "member",
                "added",
                _row(new, position),
                new["member"][position],
                new=new["kind"][position],
            )
    pairs = [*pairing.both, *renamed]
    old_types = _types(before, {old["member"][left].casefold() for left, _ in pairs})
    new_types = _types(after, {new["member"][right].casefold() for _, right in pairs})
    defined = _defined(before), _defined(after)
    for left, right in pairs:
        names = old["member"][left], new["member"][right]
        was = found.types_now(old_types.get((old["project"][left], names[0].casefold()), {}))
        is_ = new_types.get((new["project"][right], names[1].casefold()), {})
        differences = _differences(old, left, new, right, ("kind", "synonym", "comment"))
        if was != is_:
            differences["Type"] = types_text(was), types_text(is_)
        if differences:
            narrowed = bool(was) and _narrowed(
                _expanded(was, defined[0]), _expanded(is_, defined[1])
            )
            changes.add(
                "member",
                "changed",
                _row(new, right),
                names[1],
                old=_told(differences, 0),
                new=_told(differences, 1),
                why=["type_narrowed"] if narrowed else [],
                users=users.of_target(names[0]) if narrowed else None,
            )


def _without(rows: dict[str, list[Any]], objects: set[tuple[str, str]]) -> dict[str, list[Any]]:
    """The rows that belong to none of these objects."""
    kept = [
        position
        for position, (project, name) in enumerate(
            zip(rows["project"], rows["object"], strict=True)
        )
        if (project, name.casefold()) not in objects
    ]
    return {name: [values[position] for position in kept] for name, values in rows.items()}


def _row(rows: Mapping[str, list[Any]], position: int) -> dict[str, Any]:
    return {name: rows[name][position] for name in ("project", "object", *_PLACE)}


def _differences(
    old: Mapping[str, list[Any]],
    left: int,
    new: Mapping[str, list[Any]],
    right: int,
    columns: tuple[str, ...],
) -> dict[str, tuple[str, str]]:
    """By name of column or property: what it was and is."""
    found = {
        name: (str(old[name][left] or ""), str(new[name][right] or ""))
        for name in columns
        if (old[name][left] or "") != (new[name][right] or "")
    }
    if old["properties"][left] != new["properties"][right]:
        was, is_ = dict(old["properties"][left] or ()), dict(new["properties"][right] or ())
        found |= {
            name: (was.get(name) or "", is_.get(name) or "")
            for name in sorted(was.keys() | is_.keys())
            if (was.get(name) or "") != (is_.get(name) or "")
        }
    return found


def _told(differences: Mapping[str, tuple[str, str]], side: int) -> str:
    text = "; ".join(f"{name}: {values[side] or '–'}" for name, values in differences.items())
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"


def _lost_contexts(
    old: Mapping[str, list[Any]], left: int, new: Mapping[str, list[Any]], right: int
) -> list[str]:
    if old["type"][left] != "CommonModule":
        return []
    was, is_ = dict(old["properties"][left] or ()), dict(new["properties"][right] or ())
    return [name for name in _CONTEXT if was.get(name) == "true" and is_.get(name) != "true"]


_Type = dict[str, tuple[Any, ...]]
"""Qualifiers by canonical type: string length, precision, scale, non-negative, date parts."""

_QUALIFIERS = (
    "string_length",
    "number_precision",
    "number_scale",
    "number_nonnegative",
    "date_fractions",
)


def _types(side: Side, members: set[str]) -> dict[tuple[str, str], _Type]:
    """The types of these members (folded) by project and folded id."""
    table = side.tables["types"]
    wanted = Coded.of(table, "owner").map(lambda name: int(name.casefold() in members)) == 1
    columns = ["project", "owner", "type", *_QUALIFIERS]
    found: dict[tuple[str, str], _Type] = {}
    for row in table.select(columns).filter(pa.array(wanted)).to_pylist():
        of = found.setdefault((row["project"], row["owner"].casefold()), {})
        of[row["type"]] = tuple(row[name] for name in _QUALIFIERS)
    return found


def _expanded(types: _Type, defined: Mapping[str, _Type]) -> _Type:
    """With the types that a defined type stands for instead of it."""
    expanded: _Type = {}
    for name, qualifiers in types.items():
        expanded |= defined.get(name.casefold()) or {name: qualifiers}
    return expanded


def _defined(side: Side) -> dict[str, _Type]:
    """Defined types by folded id, over all projects."""
    table = side.tables["types"]
    owners = Coded.of(table, "owner").values
    names = {name.casefold() for name in owners if name.startswith("DefinedType.")}
    return {name: types for (_, name), types in _types(side, names).items()}


def _narrowed(was: _Type, is_: _Type) -> bool:
    """Whether a value of the old type may not fit the new one."""
    return any(
        _tighter(qualifiers, is_[name]) if name in is_ else not _covered(name, is_)
        for name, qualifiers in was.items()
    )


def _covered(name: str, types: _Type) -> bool:
    """Whether a type that is not named is part of one that is: `CatalogRef.X` of `CatalogRef`."""
    family, dot, _ = name.partition(".")
    return bool(dot) and (
        family in types or (family.endswith("Ref") and bool({"AnyRef", "AnyIBRef"} & types.keys()))
    )


def _tighter(was: tuple[Any, ...], is_: tuple[Any, ...]) -> bool:
    length, precision, scale, nonnegative, parts = was
    new_length, new_precision, new_scale, new_nonnegative, new_parts = is_
    whole = (precision or 0) - (scale or 0)
    new_whole = (new_precision or 0) - (new_scale or 0)
    return (
        (new_length not in (None, 0) and (length == 0 or (length or 0) > new_length))
        or new_whole < whole
        or (new_scale or 0) < (scale or 0)
        or (bool(new_nonnegative) and not nonnegative)
        or (parts is not None and new_parts not in (parts, "DateTime"))
    )


def types_text(types: _Type) -> str:
    """Types with their qualifiers: `CatalogRef.X, String(10)`."""
    return ", ".join(_type_text(name, *types[name]) for name in sorted(types))


def _type_text(
    name: str,
    length: int | None,
    precision: int | None,
    scale: int | None,
    nonnegative: bool | None,
    parts: str | None,
) -> str:
    if length:
        return f"{name}({length})"
    if precision:
        return f"{name}({precision}, {scale or 0}{', ≥ 0' if nonnegative else ''})"
    return f"{name}({parts})" if parts and parts != "DateTime" else name
