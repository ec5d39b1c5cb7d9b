"""Changes of procedures and functions and of what their callers see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from cai_assets.analysis.architecture.code import PUBLIC_REGIONS, canonical_directive
from cai_assets.analysis.changes.comparing import Changes, Side, Users, matched, pair
from cai_assets.analysis.changes.metadata import Found
from cai_assets.analysis.changes.signatures import Parameter, Signature, breaking_reasons
from cai_assets.knowledge.coded import Coded

API_KINDS = frozenset(
    {"CommonModule", "ManagerModule", "ObjectModule", "RecordSetModule", "ValueManagerModule"}
)
"""Kinds of modules whose exported routines others may call."""

_COLUMNS = (
    "project", "routine", "module", "object", "name", "function", "export", "asynchronous",
    "directive", "region", "statements", "body_digest", "file", "line",
)  # fmt: skip


class _Routines:
    """The routines in differing files of one side, in columns, with their signatures."""

    def __init__(self, side: Side, left_out: set[tuple[str, str]]) -> None:
        rows = side.rows("routines", _COLUMNS)
        kept = [
            position
            for position, (project, name) in enumerate(
                zip(rows["project"], rows["object"], strict=True)
            )
            if (project, (name or "").casefold()) not in left_out
        ]
        self.rows = {name: [values[p] for p in kept] for name, values in rows.items()}
        self._parameters = _parameters(side)
        modules = side.tables["modules"]
        self._kinds = dict(
            zip(
                zip(
                    Coded.of(modules, "project").texts(),
                    modules.column("module").to_pylist(),
                    strict=True,
                ),
                Coded.of(modules, "kind").texts(),
                strict=True,
            )
        )

    def __len__(self) -> int:
        return len(self.rows["routine"])

    def is_api(self, position: int) -> bool:
        """Whether others may call it: exported, in a module that they reach."""
        rows = self.rows
        kind = self._kinds.get((rows["project"][position], rows["module"][position]))
        return bool(rows["export"][position]) and kind in API_KINDS

    def is_public(self, position: int) -> bool:
        """Whether it is part of the interface for others: such a routine in its region."""
        outermost = (self.rows["region"][position] or "").partition("/")[0]
        return self.is_api(position) and outermost.casefold() in PUBLIC_REGIONS

    def signature(self, position: int) -> Signature:
        """What callers see."""
        rows = self.rows
        return Signature(
            rows["name"][position],
            self.parameters(position),
            bool(rows["function"][position]),
            bool(rows["export"][position]),
            bool(rows["asynchronous"][position]),
            canonical_directive(rows["directive"][position] or ""),
        )

    def parameters(self, position: int) -> tuple[Parameter, ...]:
        """Its parameters in order."""
        place = self.rows["file"][position], self.rows["line"][position]
        return tuple(self._parameters.get(place, ()))

    def seen(self, position: int) -> tuple[Any, ...]:
        """What makes two signatures equal; letter case of names does not."""
        signature = self.signature(position)
        return (
            tuple((p.name.casefold(), p.by_value, p.default) for p in signature.parameters),
            signature.function,
            signature.export,
            signature.asynchronous,
            signature.directive,
        )

    def row(self, position: int) -> dict[str, Any]:
        """Project, object, file and line."""
        return {n: self.rows[n][position] for n in ("project", "object", "file", "line")}


def _parameters(side: Side) -> dict[tuple[str, int], list[Parameter]]:
    rows = side.rows("parameters", ("file", "routine_line", "order", "name", "by_value", "default"))
    found: dict[tuple[str, int], list[Parameter]] = {}
    order = sorted(range(len(rows["name"])), key=lambda row: rows["order"][row])
    for row in order:
        found.setdefault((rows["file"][row], rows["routine_line"][row]), []).append(
            Parameter(rows["name"][row], bool(rows["by_value"][row]), rows["default"][row])
        )
    return found


def compare_routines(
    before: Side, after: Side, found: Found, changes: Changes, users: Users
) -> None:
    """Add the changes of routines and signatures.

    A routine without a partner of its name is the same as one elsewhere if the digest of its body
    is, and no other has that digest: renamed within its module, else moved.
    """
    old, new = _Routines(before, found.removed), _Routines(after, found.added)
    old_modules = [
        found.now(project, object_ or "", module)
        for project, object_, module in zip(
            old.rows["project"], old.rows["object"], old.rows["module"], strict=True
        )
    ]
    old_keys = _keys(old.rows, old_modules)
    new_keys = _keys(new.rows, new.rows["module"])
    pairing = pair(old_keys, new_keys)
    again = matched(pairing.removed, pairing.added, _marks(old.rows), _marks(new.rows))
    gone, come = {left for left, _ in again}, {right for _, right in again}
    for left, right in again:
        same_module = old_modules[left].casefold() == new.rows["module"][right].casefold()
        why = ["routine_renamed" if same_module else "routine_moved"] if old.is_api(left) else []
        _add(changes, users, "renamed" if same_module else "moved", old, left, new, right, why)
    for position in pairing.removed:
        if position not in gone:
            name = old.rows["routine"][position]
            api = old.is_api(position)
            changes.add(
                "routine",
                "removed",
                old.row(position),
                name,
                old=str(old.signature(position)),
                why=["routine_removed"] if api else [],
                users=users.of_routine(name) if api else None,
                public=old.is_public(position),
            )
    for position in pairing.added:
        if position not in come:
            changes.add(
                "routine",
                "added",
                new.row(position),
                new.rows["routine"][position],
                new=str(new.signature(position)),
            )
    for left, right in pairing.both:
        _compare(changes, users, old, left, new, right)
    for left, right in again:
        if old.rows["export"][left] != new.rows["export"][right]:
            _compare(changes, users, old, left, new, right)


def _compare(
    changes: Changes, users: Users, old: _Routines, left: int, new: _Routines, right: int
) -> None:
    if old.rows["body_digest"][left] != new.rows["body_digest"][right]:
        _add(changes, users, "changed", old, left, new, right, [])
    if old.seen(left) != new.seen(right):
        was, is_ = old.signature(left), new.signature(right)
        why = breaking_reasons(was, is_) if old.is_api(left) else []
        name = old.rows["routine"][left]
        changes.add(
            "signature",
            "changed",
            new.row(right),
            new.rows["routine"][right],
            old=str(was),
            new=str(is_),
            why=why,
            users=users.of_routine(name) if why else None,
            public=old.is_public(left),
        )


def _add(
    changes: Changes,
    users: Users,
    change: str,
    old: _Routines,
    left: int,
    new: _Routines,
    right: int,
    why: list[str],
) -> None:
    names = old.rows["routine"][left], new.rows["routine"][right]
    changes.add(
        "routine",
        change,
        new.row(right),
        names[1],
        old=names[0],
        new=names[1],
        why=why,
        users=users.of_routine(names[0]) if why else None,
        public=old.is_public(left),
    )


def _keys(rows: Mapping[str, list[Any]], modules: list[str]) -> list[tuple[str, str, str]]:
    return [
        (project, module.casefold(), name.casefold())
        for project, module, name in zip(rows["project"], modules, rows["name"], strict=True)
    ]


def _marks(rows: Mapping[str, list[Any]]) -> list[str | None]:
    """Digests of bodies; None for an empty body, which says nothing."""
    return [
        digest if statements else None
        for digest, statements in zip(rows["body_digest"], rows["statements"], strict=True)
    ]


def changed_findings(before: pa.Table | None, after: pa.Table | None, changes: Changes) -> None:
    """Add findings that came and went, by fingerprint; open ones alone. None for not known."""
    if before is None or after is None:
        return
    old, new = _open(before), _open(after)
    for change, rows, others in (("added", new, old), ("removed", old, new)):
        for fingerprint, row in rows.items():
            if fingerprint not in others:
                texts = row["message_ru"] or "", row["message_en"] or ""
                side = {"new" if change == "added" else "old": row["severity"]}
                changes.add("finding", change, row, row["rule"], texts=texts, **side)


def _open(findings: pa.Table) -> dict[str, dict[str, Any]]:
    opened = Coded.of(findings, "status").map(lambda status: int(status == "open")) == 1
    columns = [
        "fingerprint", "rule", "severity", "message_ru", "message_en", "project", "object",
        "file", "line",
    ]  # fmt: skip
    rows = findings.select(columns).filter(pa.array(opened)).to_pylist()
    return {row["fingerprint"]: row for row in rows}
