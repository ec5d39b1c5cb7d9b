"""What an object shows to its users: forms with their elements and handlers, commands, templates.

A form that an extension adopts is one form here: what the extension adds bears its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cai_assets.site.model import Context, Input, Page, Row, Rows
from cai_assets.site.names import full_name, told
from cai_assets.site.pages.parts.card import RELATIONS
from cai_assets.site.pages.parts.data import MEMBERS
from cai_assets.site.pages.parts.facts import linked
from cai_assets.site.pages.parts.features import features_of, own_text
from cai_assets.site.pages.parts.form_views import (
    AttributeLine,
    CommandLine,
    FormCommand,
    FormsView,
    FormView,
    Handler,
    ItemLine,
    TemplateLine,
)
from cai_assets.site.pages.parts.merging import PROJECTS, Projects
from cai_assets.site.pages.parts.model import Part
from cai_assets.site.pages.parts.typed import TYPES, Link, Types, types_by_owner
from cai_assets.site.terms import event_name, item_name, property_name, property_value, type_text

INPUTS = {
    "members": MEMBERS,
    "projects": PROJECTS,
    "types": TYPES,
    "relations": RELATIONS,
    "forms": Input("forms", ("project", "form", "name", "kind", "titles"), "object"),
    "form_items": Input(
        "object_form_items",
        (
            "project",
            "form",
            "name",
            "kind",
            "parent",
            "order",
            "data_path",
            "command",
            "titles",
        ),
        "object",
        "site",
    ),
    "form_attributes": Input(
        "object_form_attributes",
        ("project", "form", "name", "parent", "order", "main", "types", "main_table", "titles"),
        "object",
        "site",
    ),
    "form_commands": Input(
        "object_form_commands",
        ("project", "form", "name", "order", "action", "titles"),
        "object",
        "site",
    ),
    "form_handlers": Input(
        "object_form_handlers",
        ("project", "form", "item", "event", "procedure", "call_type"),
        "object",
        "site",
    ),
}

_DEEPEST = 8


def read(page: Page, rows: Rows, context: Context) -> FormsView | None:
    """Forms, commands and templates of the object; None if it has none."""
    reader = _Reader(page, rows, context)
    parts = reader.members()
    view = FormsView(
        page.key,
        tuple(reader.forms(parts["Form"])),
        tuple(reader.command(row) for row in parts["Command"]),
        tuple(reader.template(row) for row in parts["Template"]),
    )
    return view if view.forms or view.commands or view.templates else None


class _Reader:
    """Puts forms together from the rows of a page."""

    def __init__(self, page: Page, rows: Rows, context: Context) -> None:
        self._object = page.key
        self._rows = rows
        self._context = context
        self._language = context.language
        self._projects = Projects(rows["projects"])
        self._types: Types = types_by_owner(rows["types"], context)
        mine = [*rows["members"], *rows["forms"]]
        self._home = min((self._projects.rank(row.project) for row in mine), default=0)
        self._out: dict[str, list[Row]] = defaultdict(list)
        for row in rows["relations"]:
            if row.way == "out":
                self._out[row.source].append(row)

    def members(self) -> Mapping[str, list[Row]]:
        """Forms, commands and templates as the object lists them, by kind."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self._projects.first(self._rows["members"], lambda row: str(row.member)):
            if row.parent == self._object and row.kind in ("Form", "Command", "Template"):
                found[row.kind].append(row)
        for listed in found.values():
            listed.sort(key=lambda row: (row.name.casefold(), row.name))
        return found

    def forms(self, listed: Sequence[Row]) -> Iterable[FormView]:
        """Each form, also one that the object does not list."""
        about = {row.member: row for row in listed}
        bodies = {
            row.form: row
            for row in self._projects.first(self._rows["forms"], lambda row: str(row.form))
        }
        parts = {
            name: self._by_form(name)
            for name in ("form_items", "form_attributes", "form_commands", "form_handlers")
        }
        for id_ in sorted({*about, *bodies}, key=lambda id_: (id_.casefold(), id_)):
            yield self._form(id_, about.get(id_), bodies.get(id_), parts)

    def _by_form(self, table: str) -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self._projects.ordered(self._rows[table]):
            found[row.form].append(row)
        return found

    def _form(
        self,
        id_: str,
        listed: Row | None,
        body: Row | None,
        parts: Mapping[str, Mapping[str, list[Row]]],
    ) -> FormView:
        synonym, about = own_text(listed, self._context) if listed else ("", "")
        handlers = self._handlers(parts["form_handlers"].get(id_, ()))
        return FormView(
            id=id_,
            name=id_.rpartition(".")[2],
            ordinary=body is not None and body.kind == "Ordinary",
            title=(self._title(body) if body else "") or synonym,
            about=about,
            uses=self._uses(id_),
            project=self._badge(listed or body),
            handlers=tuple(handlers.get("", ())),
            attributes=tuple(self._attributes(id_, parts["form_attributes"].get(id_, ()))),
            commands=tuple(self._commands(parts["form_commands"].get(id_, ()))),
            items=tuple(self._items(parts["form_items"].get(id_, ()), handlers)),
        )

    def _uses(self, form: str) -> tuple[str, ...]:
        """Which forms by default the form is."""
        names = {
            row.note
            for row in self._out.get(self._object, ())
            if row.kind == "default_form" and row.target == form
        }
        return tuple(property_name(name, self._language) for name in sorted(names))

    def _handlers(self, rows: Iterable[Row]) -> Mapping[str, list[Handler]]:
        found: dict[str, list[Handler]] = defaultdict(list)
        known = set()
        for row in rows:
            key = (row.item, row.event, row.procedure, row.call_type)
            if key in known:
                continue
            known.add(key)
            found[row.item].append(
                Handler(
                    event_name(row.event, self._language),
                    row.procedure,
                    row.call_type or "",
                    self._badge(row),
                )
            )
        for handlers in found.values():
            handlers.sort(key=lambda one: (one.event, one.project, one.procedure))
        return found

    def _attributes(self, form: str, rows: Iterable[Row]) -> Iterable[AttributeLine]:
        children = _children(rows)

        def below(parent: str, depth: int) -> Iterable[AttributeLine]:
            for row in children.pop(parent, ()):
                path = f"{parent}.{row.name}" if parent else row.name
                owner = f"{form}.Attribute.{path}"
                yield AttributeLine(
                    name=row.name,
                    depth=depth,
                    types=self._types.get((row.project, owner)) or self._plain(row.types),
                    main=bool(row.main),
                    table=row.main_table or "",
                    title=self._title(row),
                    project=self._badge(row),
                )
                yield from below(path, min(depth + 1, _DEEPEST))

        yield from below("", 0)
        # Columns that a form adds to a table of its main attribute: `Объект.Товары`.
        for path in sorted(children):
            if path in children:
                yield AttributeLine(path, 0, (), False, "", "", "")
                yield from below(path, 1)

    def _plain(self, types: Sequence[str] | None) -> tuple[Link, ...]:
        return tuple(Link(type_text(type_, self._language)) for type_ in types or ())

    def _commands(self, rows: Iterable[Row]) -> Iterable[FormCommand]:
        seen = set()
        for row in sorted(rows, key=lambda row: (self._projects.rank(row.project), row.order)):
            if row.name not in seen:
                seen.add(row.name)
                yield FormCommand(
                    row.name,
                    self._title(row),
                    row.action or "",
                    self._badge(row),
                )

    def _items(
        self, rows: Iterable[Row], handlers: Mapping[str, list[Handler]]
    ) -> Iterable[ItemLine]:
        children = _children(rows)

        def below(parent: str, depth: int) -> Iterable[ItemLine]:
            for row in children.pop(parent, ()):
                shown = self._shows(row)
                yield ItemLine(
                    name=row.name,
                    kind=item_name(row.kind, self._language),
                    depth=depth,
                    title=self._title(row),
                    shows=shown.text,
                    target=shown.target,
                    handlers=tuple(handlers.get(row.name, ())),
                    project=self._badge(row),
                )
                yield from below(row.name, min(depth + 1, _DEEPEST))

        yield from below("", 0)

    def _shows(self, row: Row) -> Link:
        if row.data_path:
            return Link(row.data_path)
        command: str = row.command or ""
        if not command or command.startswith("Form."):
            return Link(command.removeprefix("Form.").removeprefix("Command."))
        return Link(full_name(command, self._language), command)

    def command(self, row: Row) -> CommandLine:
        """A command of the object."""
        synonym, about = own_text(row, self._context)
        relations = self._out.get(row.member, ())
        parameters = {
            (row.note, row.target) for row in relations if row.kind == "command_parameter"
        }
        group = dict(row.properties or ()).get("Group", "")
        return CommandLine(
            id=row.member,
            name=row.name,
            synonym=synonym,
            about=about,
            parameters=tuple(
                Link(type_text(type_, self._language), target)
                for type_, target in sorted(parameters)
            ),
            group=linked("Group", group, self._context) if group else (),
            features=features_of(row, (), self._context),
            project=self._badge(row),
        )

    def template(self, row: Row) -> TemplateLine:
        """A template of the object."""
        synonym, about = own_text(row, self._context)
        type_ = dict(row.properties or ()).get("TemplateType", "")
        return TemplateLine(
            id=row.member,
            name=row.name,
            synonym=synonym,
            about=about,
            type=property_value("TemplateType", type_, self._language) if type_ else "",
            project=self._badge(row),
        )

    def _title(self, row: Row) -> str:
        """The title, unless it is the name in words."""
        titles = dict(row.titles or ())
        if not titles:
            return ""
        title = str(titles.get(self._language) or titles[min(titles)])
        return told(title, row.name)

    def _badge(self, row: Row | None) -> str:
        if row is None or self._projects.rank(row.project) == self._home:
            return ""
        return str(row.project)


def _children(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by parent, each name under it once, in order; rows come by project."""
    found: dict[str, list[Row]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.parent, row.name) not in seen:
            seen.add((row.parent, row.name))
            found[row.parent].append(row)
    for children in found.values():
        children.sort(key=lambda row: (row.order, row.name))
    return found


PART = Part("forms", INPUTS, read)
