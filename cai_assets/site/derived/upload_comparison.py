"""Two uploads compared in what the table `changes` does not look at.

Rights, restrictions and settings of roles, elements of forms, schedules, types of objects, what
objects list, contents of subsystems. What cannot be compared, because an earlier version wrote
other tables, is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from cai_assets.analysis.changes.comparing import Side, sides
from cai_assets.analysis.changes.metadata import types_text
from cai_assets.knowledge.coded import Coded
from cai_assets.onec.metadata.kinds import kind_by_type_head
from cai_assets.site.derived.kept_uploads import CHANGE, QUALIFIERS, Upload
from cai_assets.site.schedule import COLUMNS as SCHEDULE
from cai_assets.site.schedule import DAILY_COLUMNS

LISTS = frozenset(
    {
        "based_on",
        "common_attribute",
        "exchange_content",
        "filter_criterion",
        "functional_option",
        "owner",
        "register_record",
        "registered_document",
        "sequence_document",
        "subscription_source",
    }
)
"""Kinds of references by which an object lists others."""


class Comparison:
    """What changed between two uploads that the table `changes` does not look at."""

    def __init__(self, before: Upload, after: Upload, renamed: Mapping[str, str]) -> None:
        self._before = before
        self._after = after
        self._renamed = renamed
        self._old_objects = self._objects(before, renamed)
        self._new_objects = self._objects(after, {})

    @staticmethod
    def _objects(upload: Upload, renamed: Mapping[str, str]) -> set[str]:
        table = upload.table("objects")
        names = [] if table is None else table.column("object").to_pylist()
        return {renamed.get(name, name) for name in names}

    def rows(self) -> list[dict[str, Any]]:
        """The changes, as rows of `changes`."""
        try:
            old, new = sides(self._before.parsed, self._after.parsed)
        except (OSError, KeyError, pa.ArrowException):
            return []
        parts: tuple[Callable[[Side, Side], Iterable[dict[str, Any]]], ...] = (
            self._rights,
            self._role_settings,
            self._templates,
            self._forms,
            self._schedules,
            self._types,
            self._lists,
            self._contents,
        )
        found: list[dict[str, Any]] = []
        for part in parts:
            try:
                found += part(old, new)
            except (OSError, KeyError, pa.ArrowException):
                continue
        return sorted(found, key=lambda row: (row["what"], row["object"], row["id"], row["change"]))

    def _now(self, id_: str) -> str:
        """What an id of the upload before is called now."""
        parts = id_.split(".")
        object_ = ".".join(parts[:2])
        now = self._renamed.get(object_)
        return now + id_[len(object_) :] if now else id_

    def _both(self, object_: str) -> bool:
        """Whether an object, as it is called now, is in both uploads."""
        return object_ in self._old_objects and object_ in self._new_objects

    def _rights(self, old: Side, new: Side) -> Iterator[dict[str, Any]]:
        """Rights that roles gave or give, and restrictions that changed, by role and object."""
        columns = ("project", "role", "object", "right", "value", "restriction", "file", "line")
        states: list[dict[tuple[str, str, str], dict[str, str | None]]] = []
        places: dict[tuple[str, str, str], tuple[str, int]] = {}
        for side in (old, new):
            state: dict[tuple[str, str, str], dict[str, str | None]] = {}
            for project, role, target, right, value, restriction, file, line in _zipped(
                side.rows("rights", columns)
            ):
                key = project, role, target
                if side is old:
                    key = project, self._now(role), self._now(target)
                state.setdefault(key, {})[right] = (restriction or "") if value else None
                places.setdefault(key, (file, line))
            states.append(state)
        for key in sorted(states[0].keys() | states[1].keys()):
            project, role, target = key
            if not self._both(role) or ".".join(target.split(".")[:2]) not in self._new_objects:
                continue
            was, is_ = (
                {right: text for right, text in state.get(key, {}).items() if text is not None}
                for state in states
            )
            told = {
                ("right", "added"): sorted(is_.keys() - was.keys()),
                ("right", "removed"): sorted(was.keys() - is_.keys()),
                ("restriction", "changed"): sorted(
                    right for right in was.keys() & is_.keys() if was[right] != is_[right]
                ),
            }
            for (what, change), rights in told.items():
                if rights:
                    names, gone = ", ".join(rights), change == "removed"
                    file, line = places[key]
                    yield _row(
                        what, change, project, role, target,
                        names if gone else None, None if gone else names, file, line,
                    )  # fmt: skip

    def _role_settings(self, old: Side, new: Side) -> Iterator[dict[str, Any]]:
        columns = (
            "project", "role", "set_for_new_objects", "set_for_attributes", "independent_rights",
            "file",
        )  # fmt: skip
        was = {
            (project, self._now(role)): settings
            for project, role, *settings, _ in _zipped(old.rows("roles", columns))
        }
        for project, role, *settings, file in _zipped(new.rows("roles", columns)):
            before = was.get((project, role))
            if before is None:
                continue
            for name, left, right in zip(columns[2:5], before, settings, strict=True):
                if bool(left) != bool(right):
                    yield _row(
                        "role_setting", "changed", project, role, name,
                        str(bool(left)).lower(), str(bool(right)).lower(), file, None,
                    )  # fmt: skip

    def _templates(self, old: Side, new: Side) -> Iterator[dict[str, Any]]:
        columns = ("project", "role", "name", "condition", "file", "line")
        was = {
            (project, self._now(role), name): (condition, file, line)
            for project, role, name, condition, file, line in _zipped(
                old.rows("restriction_templates", columns)
            )
        }
        is_ = {
            (project, role, name): (condition, file, line)
            for project, role, name, condition, file, line in _zipped(
                new.rows("restriction_templates", columns)
            )
        }
        for key in sorted(was.keys() | is_.keys()):
            project, role, name = key
            if not self._both(role):
                continue
            change = "removed" if key not in is_ else "added" if key not in was else "changed"
            if change == "changed" and was[key][0] == is_[key][0]:
                continue
            _, file, line = is_.get(key) or was[key]
            yield _row("restriction_template", change, project, role, name, None, None, file, line)

    def _forms(self, old: Side, new: Side) -> Iterator[dict[str, Any]]:
        """Elements, attributes, commands and handlers of forms that are in both uploads."""
        forms = ("project", "form", "object", "file")
        was = {
            (project, self._now(form)) for project, form, _, _ in _zipped(old.rows("forms", forms))
        }
        both = {
            (project, form): (object_, file)
            for project, form, object_, file in _zipped(new.rows("forms", forms))
            if (project, form) in was
        }
        # What a form has, and what it is that may change of it.
        tables: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
            "form_item": ("form_items", ("name",), ("kind", "data_path")),
            "form_attribute": ("form_attributes", ("parent", "name"), ("types",)),
            "form_command": ("form_commands", ("name",), ("action",)),
            "form_handler": ("form_handlers", ("item", "event"), ("procedure",)),
        }
        for what, (table, names, values) in tables.items():
            left, right = (
                self._parts(side, side is old, table, names, values) for side in (old, new)
            )
            for key, (object_, file) in sorted(both.items()):
                mine, theirs = left.get(key, {}), right.get(key, {})
                told = {
                    "added": sorted(theirs.keys() - mine.keys()),
                    "removed": sorted(mine.keys() - theirs.keys()),
                    "changed": sorted(
                        n for n in mine.keys() & theirs.keys() if mine[n] != theirs[n]
                    ),
                }
                for change, found in told.items():
                    if found:
                        texts, gone = "\n".join(found), change == "removed"
                        yield _row(
                            what, change, key[0], object_, key[1],
                            texts if gone else None, None if gone else texts, file, None,
                        )  # fmt: skip

    def _parts(
        self,
        side: Side,
        is_old: bool,
        table: str,
        names: tuple[str, ...],
        values: tuple[str, ...],
    ) -> dict[tuple[str, str], dict[str, tuple[Any, ...]]]:
        """What each form has: by name (joined by a dot) what it is."""
        found: dict[tuple[str, str], dict[str, tuple[Any, ...]]] = {}
        rows = side.rows(table, ("project", "form", *names, *values))
        for project, form, *rest in _zipped(rows):
            name = ".".join(part for part in rest[: len(names)] if part)
            value = tuple(
                tuple(one) if isinstance(one, list) else one for one in rest[len(names) :]
            )
            key = project, self._now(form) if is_old else form
            found.setdefault(key, {})[name] = value
        return found

    def _schedules(self, old: Side, new: Side) -> Iterator[dict[str, Any]]:
        """Schedules as JSON of their rows."""
        texts: list[dict[tuple[str, str], tuple[str, str]]] = []
        for side in (old, new):
            daily: dict[tuple[str, str], list[dict[str, Any]]] = {}
            columns = ("project", *DAILY_COLUMNS)
            for values in _zipped(side.rows("daily_schedules", columns)):
                row = dict(zip(columns, values, strict=True))
                daily.setdefault((row["project"], row["job"]), []).append(row)
            found = {}
            names = ("project", *SCHEDULE, "file")
            for values in _zipped(side.rows("schedules", names)):
                row = dict(zip(names, values, strict=True))
                key = row.pop("project"), row.pop("job")
                file = row.pop("file")
                mine = sorted(daily.get(key, ()), key=lambda one: one["order"])
                text = json.dumps([row, [[one[n] for n in DAILY_COLUMNS] for one in mine]])
                found[key[0], self._now(key[1]) if side is old else key[1]] = (text, file)
            texts.append(found)
        for key in sorted(texts[0].keys() | texts[1].keys()):
            was, is_ = (side_.get(key) for side_ in texts)
            if self._both(key[1]) and (was and was[0]) != (is_ and is_[0]):
                change = "removed" if is_ is None else "added" if was is None else "changed"
                yield _row(
                    "schedule", change, key[0], key[1], key[1],
                    was[0] if was else None, is_[0] if is_ else None,
                    (is_ or was or ("", ""))[1], None,
                )  # fmt: skip

    def _types(self, old: Side, new: Side) -> Iterator[dict[str, Any]]:
        """Types of objects themselves: of constants and defined types, sources of subscriptions."""
        columns = ("project", "owner", "type", *QUALIFIERS, "file")
        found: list[dict[tuple[str, str], dict[str, tuple[Any, ...]]]] = []
        files: dict[str, str] = {}
        for side in (old, new):
            mine: dict[tuple[str, str], dict[str, tuple[Any, ...]]] = {}
            for project, owner, type_, *qualifiers, file in _zipped(side.rows("types", columns)):
                if owner.count(".") == 1:
                    name = self._now(owner) if side is old else owner
                    mine.setdefault((project, name), {})[
                        self._type_now(type_) if side is old else type_
                    ] = tuple(qualifiers)
                    files[name] = file
            found.append(mine)
        for key in sorted(found[0].keys() | found[1].keys()):
            was, is_ = (side_.get(key, {}) for side_ in found)
            if self._both(key[1]) and was != is_:
                yield _row(
                    "type", "changed", key[0], key[1], key[1],
                    types_text({name: was[name] for name in was if was[name] != is_.get(name)}),
                    types_text({name: is_[name] for name in is_ if is_[name] != was.get(name)}),
                    files[key[1]], None,
                )  # fmt: skip

    def _lists(self, old: Side, new: Side) -> Iterator[dict[str, Any]]:
        """What objects list by name: registers that documents write, sources of subscriptions."""
        columns = ("project", "source", "target", "kind", "source_object", "file")
        found: list[dict[tuple[str, str, str], set[str]]] = []
        files: dict[str, str] = {}
        for side in (old, new):
            mine: dict[tuple[str, str, str], set[str]] = {}
            for project, origin, target, kind, object_, file in _zipped(
                side.rows("references", columns)
            ):
                if kind in LISTS and origin == object_:
                    name = self._now(object_) if side is old else object_
                    known = mine.setdefault((project, name, kind), set())
                    known.add(self._now(target) if side is old else target)
                    files[name] = file
            found.append(mine)
        for key in sorted(found[0].keys() | found[1].keys()):
            project, object_, kind = key
            was, is_ = (mine.get(key, set()) for mine in found)
            if not self._both(object_):
                continue
            for change, names in (("added", is_ - was), ("removed", was - is_)):
                if names:
                    texts, gone = "\n".join([kind, *sorted(names)]), change == "removed"
                    yield _row(
                        "list", change, project, object_, object_,
                        texts if gone else None, None if gone else texts, files[object_], None,
                    )  # fmt: skip

    def _type_now(self, type_: str) -> str:
        head, dot, name = type_.partition(".")
        now = self._renamed.get(f"{kind_by_type_head(head)}.{name}") if dot else None
        return f"{head}.{now.partition('.')[2]}" if now else type_

    def _contents(self, _old: Side, _new: Side) -> Iterator[dict[str, Any]]:
        """Objects that were put into subsystems or taken out of them."""
        found: list[dict[tuple[str, str], set[str]]] = []
        for upload in (self._before, self._after):
            table = upload.table("objects")
            if table is None:
                return
            names, lists = (table.column(n).to_pylist() for n in ("object", "subsystems"))
            projects = Coded.of(table, "project").texts()
            is_old = upload is self._before
            found.append(
                {
                    (project or "", self._now(name) if is_old else name): {
                        self._now(one) if is_old else one for one in subsystems or ()
                    }
                    for project, name, subsystems in zip(projects, names, lists, strict=True)
                }
            )
        for key in sorted(found[0].keys() & found[1].keys()):
            was, is_ = found[0][key], found[1][key]
            if was != is_:
                for change, names in (("added", is_ - was), ("removed", was - is_)):
                    for name in sorted(names):
                        if name in self._new_objects:
                            yield _row("content", change, *key, name, None, None, None, None)


def _zipped(columns: Mapping[str, list[Any]]) -> Iterator[tuple[Any, ...]]:
    return zip(*columns.values(), strict=True)


def _row(
    what: str,
    change: str,
    project: str,
    object_: str,
    id_: str,
    old: str | None,
    new: str | None,
    file: str | None,
    line: int | None,
) -> dict[str, Any]:
    return {
        **dict.fromkeys(CHANGE),
        "what": what,
        "change": change,
        "project": project,
        "object": object_,
        "id": id_,
        "old": old,
        "new": new,
        "breaking": False,
        "public_api": False,
        "file": file,
        "line": line,
    }
