"""Release notes: what each upload kept changed since the one before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cai_assets.site.change_words import Note, is_exported, note
from cai_assets.site.derived import GROUP as SITE
from cai_assets.site.model import Context, Input, Page, Row, Rows, Section, Source
from cai_assets.site.names import type_heading

_ROLES = frozenset({"right", "restriction", "role_setting", "restriction_template"})
_ORDER = (
    "object", "type", "list", "content", "member", "schedule", "signature", "routine",
    "form_attribute", "form_command", "form_item", "form_handler",
)  # fmt: skip
_MOST_PLACES = 1000
"""Findings told one by one; the others are counted."""
_MOST_NOTES = 6000
"""Changes told one by one; of objects behind them the number of changes is told."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many changes of a sort; `breaking` ones of them."""

    what: str
    change: str
    count: int
    breaking: int


@dataclass(frozen=True, slots=True)
class Group:
    """Notes under a heading."""

    heading: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Breaking:
    """A change that breaks what relied on the old, and whose it is."""

    object: str
    note: Note


@dataclass(frozen=True, slots=True)
class ObjectNotes:
    """What changed of an object.

    `code` are routines whose code changed, `added` and `removed` internal ones. `left` changes are
    not told because there are too many in all.
    """

    object: str
    notes: tuple[Note, ...]
    code: tuple[Note, ...]
    added: tuple[Note, ...]
    removed: tuple[Note, ...]
    left: int = 0

    @property
    def count(self) -> int:
        """All of its changes."""
        told = len(self.notes) + len(self.code) + len(self.added) + len(self.removed)
        return told + self.left


@dataclass(frozen=True, slots=True)
class Area:
    """The changed objects of a subsystem; that of objects in none is empty."""

    subsystem: str
    objects: tuple[ObjectNotes, ...]

    @property
    def count(self) -> int:
        """All changes in it."""
        return sum(one.count for one in self.objects)


@dataclass(frozen=True, slots=True)
class RuleNotes:
    """Findings of a rule that came and went."""

    rule: str
    added: tuple[Note, ...]
    removed: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """An upload kept. `compared` tells whether what changed is known.

    `commit`, `author` and the first line of the `message` are empty if it did not come from git.
    """

    upload: str
    published: str
    before: str
    version: str
    version_before: str
    compatibility: str
    compatibility_before: str
    objects: int | None
    lines: int | None
    compared: bool
    commit: str = ""
    author: str = ""
    message: str = ""

    def day(self, say: Callable[[str, str], str]) -> str:
        """The day of publication: `25.11.2026`, `2026-11-25`."""
        year, _, rest = self.published[:10].partition("-")
        month, _, day = rest.partition("-")
        return say(f"{day}.{month}.{year}", self.published[:10]) if day else self.published

    def name(self, say: Callable[[str, str], str]) -> str:
        """Version and day, or the day alone where the version says nothing new."""
        day = self.day(say)
        if self.version and self.version != self.version_before:
            return f"{self.version} · {day}" if day else self.version
        return say(f"Выгрузка {self.number}", f"Upload {self.number}") + (
            f" · {day}" if day else ""
        )

    @property
    def number(self) -> str:
        """The number of the upload, without zeros before it."""
        return self.upload.partition("-")[0].lstrip("0") or self.upload


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """What an upload changed."""

    release: ReleaseLine
    counts: tuple[Counted, ...]
    breaking: tuple[Breaking, ...]
    added: tuple[Group, ...]
    removed: tuple[Group, ...]
    areas: tuple[Area, ...]
    roles: tuple[Group, ...]
    findings: tuple[RuleNotes, ...]
    places_left: int

    def count(self, what: str, change: str) -> int:
        """How many changes of a sort there are."""
        return sum(one.count for one in self.counts if (one.what, one.change) == (what, change))


@dataclass(frozen=True, slots=True)
class ReleasesView:
    """The uploads kept, newest first, with their counts."""

    releases: tuple[tuple[ReleaseLine, tuple[Counted, ...]], ...]

    @property
    def compared(self) -> bool:
        """Whether any of them was compared with one before."""
        return any(release.compared for release, _ in self.releases)


RELEASE = (
    "upload", "published", "before", "version", "version_before", "compatibility",
    "compatibility_before", "objects", "lines", "compared", "commit", "author", "message",
)  # fmt: skip
_COUNTED = ("upload", "what", "change", "breaking")


class Release(Section):
    """A page per upload whose changes are known."""

    name = "releases"
    template = "release.html"
    markdown = "release.md"
    json = True
    inputs = {
        "releases": Input("releases", RELEASE, "upload", SITE),
        "changes": Input(
            "release_changes",
            (
                "what", "change", "project", "object", "id", "old", "new", "breaking",
                "public_api", "why", "text_ru", "text_en", "users", "file", "line", "subsystem",
                "synonym", "types",
            ),
            "upload",
            SITE,
        ),
    }  # fmt: skip

    def pages(self, source: Source) -> Iterable[Page]:
        table = source.table(SITE, "releases", ["upload", "compared"])
        assert table is not None
        return [
            Page(row["upload"], f"release:{row['upload']}", "releases", row["upload"])
            for row in table.to_pylist()
            if row["compared"]
        ]

    def view(self, page: Page, rows: Rows, context: Context) -> ReleaseView:
        changes = sorted(rows["changes"], key=_place)
        told = [(row, note(row, context.language)) for row in changes]
        left, places = [], 0
        for row, one in told:
            if row.what == "finding":
                places += 1
                if places > _MOST_PLACES:
                    continue
            left.append((row, one))
        return ReleaseView(
            ReleaseLine(*rows["releases"][0]),
            counted(changes),
            _breaking(told),
            _by_type(told, "added", context),
            _by_type(told, "removed", context),
            _areas(told),
            _roles(told),
            _rules(left),
            max(places - _MOST_PLACES, 0),
        )

    def title(self, view: ReleaseView, context: Context) -> str:
        return context.say("Что изменилось: ", "What changed: ") + view.release.name(context.say)

    def weight(self, page: Page) -> float:
        return 20.0


class Releases(Section):
    """The list of uploads kept."""

    name = "releases"
    template = "releases.html"
    inputs = {
        "releases": Input("releases", RELEASE, None, SITE),
        "changes": Input("release_changes", _COUNTED, None, SITE),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "releases", "", "releases")]

    def view(self, page: Page, rows: Rows, context: Context) -> ReleasesView:
        by_upload: dict[str, list[Row]] = defaultdict(list)
        for row in rows["changes"]:
            by_upload[row.upload].append(row)
        lines = sorted((ReleaseLine(*row) for row in rows["releases"]), key=lambda r: r.upload)
        return ReleasesView(
            tuple((line, counted(by_upload[line.upload])) for line in reversed(lines))
        )

    def title(self, view: ReleasesView, context: Context) -> str:
        return context.say("История изменений", "Release notes")


def counted(rows: Iterable[Row]) -> tuple[Counted, ...]:
    """Changes by sort."""
    every: Counter[tuple[str, str]] = Counter()
    breaking: Counter[tuple[str, str]] = Counter()
    for row in rows:
        every[row.what, row.change] += 1
        breaking[row.what, row.change] += bool(row.breaking)
    return tuple(Counted(*key, count, breaking[key]) for key, count in sorted(every.items()))


def _place(row: Row) -> tuple[object, ...]:
    what = _ORDER.index(row.what) if row.what in _ORDER else len(_ORDER)
    return (
        row.object or "", not row.breaking, what, row.change, row.id, row.file or "",
        row.line or 0, row.project or "", row.old or "", row.new or "",
    )  # fmt: skip


_Told = Sequence[tuple[Row, Note]]


def _breaking(told: _Told) -> tuple[Breaking, ...]:
    """What breaks others: the public interface first, then what had most users."""
    found = {
        one: Breaking(row.object or "", one) for row, one in told if one.breaking
    }  # an adopted object may be told of for each project
    return tuple(
        sorted(
            found.values(),
            key=lambda breaking: (
                not breaking.note.public,
                -(breaking.note.users or 0),
                breaking.object,
                breaking.note.id,
                breaking.note.before,
                breaking.note.file,
            ),
        )
    )


def _by_type(told: _Told, change: str, context: Context) -> tuple[Group, ...]:
    """Objects that came, or went, by type."""
    groups: dict[str, list[Note]] = defaultdict(list)
    for row, one in told:
        if row.what == "object" and row.change == change:
            groups[row.id.partition(".")[0]].append(one)
    found = [
        Group(type_heading(type_, context.language), tuple(notes))
        for type_, notes in groups.items()
    ]
    return tuple(sorted(found, key=lambda group: group.heading))


def _areas(told: _Told) -> tuple[Area, ...]:
    """What changed of objects that stay, by subsystem and object."""
    objects: dict[tuple[str, str], list[tuple[Row, Note]]] = defaultdict(list)
    for row, one in told:
        whole = row.what == "object" and row.change in ("added", "removed")
        if not whole and row.what not in _ROLES and row.what != "finding":
            objects[row.subsystem or "", row.object or ""].append((row, one))
    areas: dict[str, list[ObjectNotes]] = defaultdict(list)
    told_so_far = 0
    for (subsystem, object_), found in sorted(objects.items()):
        told_so_far += len(found)
        areas[subsystem].append(
            _object_notes(object_, found)
            if told_so_far <= _MOST_NOTES
            else ObjectNotes(object_, (), (), (), (), len(found))
        )
    return tuple(
        Area(subsystem, tuple(areas[subsystem]))
        for subsystem in sorted(areas, key=lambda name: (not name, name))
    )


def _object_notes(object_: str, found: _Told) -> ObjectNotes:
    parts: Mapping[str, list[Note]] = {"notes": [], "code": [], "added": [], "removed": []}
    seen: set[Note] = set()
    for row, one in found:
        same = replace(one, file="", line=0)
        if same in seen:
            continue  # the same of another project, which adopts the object
        seen.add(same)
        internal = row.what == "routine" and not row.breaking and not is_exported(row)
        if row.what == "routine" and row.change == "changed":
            parts["code"].append(one)
        elif internal and row.change in ("added", "removed"):
            parts[row.change].append(one)
        else:
            parts["notes"].append(one)
    told = {name: tuple(notes) for name, notes in parts.items()}
    return ObjectNotes(object_, told["notes"], told["code"], told["added"], told["removed"])


def _roles(told: _Told) -> tuple[Group, ...]:
    """What changed of the rights of each role."""
    groups: dict[str, list[Note]] = defaultdict(list)
    for row, one in told:
        if row.what in _ROLES:
            groups[row.object].append(one)
    return tuple(Group(role, tuple(notes)) for role, notes in sorted(groups.items()))


def _rules(told: _Told) -> tuple[RuleNotes, ...]:
    rules: dict[str, dict[str, list[Note]]] = defaultdict(lambda: {"added": [], "removed": []})
    for row, one in told:
        if row.what == "finding":
            rules[row.id][row.change].append(one)
    return tuple(
        RuleNotes(rule, tuple(found["added"]), tuple(found["removed"]))
        for rule, found in sorted(rules.items(), key=lambda item: (-len(item[1]["added"]), item[0]))
    )
