"""The addresses of an HTTP service: templates, methods, handlers with what their comments say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Row, Rows, Words
from cai_assets.site.openapi import parameters_of
from cai_assets.site.pages.parts.model import Heading, Part

_MEMBERS = ("member", "parent", "kind", "name", "order", "synonym", "comment", "properties")

INPUTS = {
    "service": Input("objects", ("project", "properties"), "object"),
    "service_members": Input("service_members", _MEMBERS, "object", "site"),
    "service_handlers": Input(
        "object_handlers", ("source", "target", "resolved"), "object", "site"
    ),
    "service_routines": Input(
        "routines",
        ("routine", "description", "returns", "deprecated", "deprecation", "file", "line"),
        "object",
    ),
    "configuration": Input("projects", ("project", "kind", "synonym", "version")),
}


@dataclass(frozen=True, slots=True)
class MethodLine:
    """A method of a template and its handler. `method` is `GET` or `Any`."""

    id: str
    name: str
    synonym: str
    comment: str
    method: str
    handler: str
    handler_found: bool
    description: str
    returns: str
    deprecated: bool
    deprecation: str
    file: str
    line: int

    @property
    def routine(self) -> str:
        """The name of the handler."""
        return self.handler.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template of addresses. `address` is the whole path behind that of the infobase."""

    id: str
    name: str
    synonym: str
    comment: str
    template: str
    address: str
    parameters: tuple[str, ...]
    methods: tuple[MethodLine, ...]


@dataclass(frozen=True, slots=True)
class HttpServiceView:
    """An HTTP service. `version` is that of the configuration."""

    root: str
    reuse_sessions: str
    session_max_age: str
    configuration: str
    version: str
    templates: tuple[TemplateLine, ...]

    @property
    def methods(self) -> int:
        """How many methods its templates have."""
        return sum(len(template.methods) for template in self.templates)

    def headings(self) -> Sequence[Heading]:
        """The templates."""
        return [("http-addresses", Words("Адреса и методы", "Addresses and methods"))]


def read(page: Page, rows: Rows, context: Context) -> HttpServiceView:
    """The view of the service's page."""
    service = sorted(rows["service"], key=lambda row: row.project)
    properties = dict(service[0].properties or ()) if service else {}
    root = properties.get("RootURL", "")
    projects = sorted(rows["configuration"], key=lambda row: row.project)
    base = next((row for row in projects if row.kind == "configuration"), None)
    return HttpServiceView(
        root,
        properties.get("ReuseSessions", ""),
        properties.get("SessionMaxAge", ""),
        (base.synonym or base.project) if base else context.configuration,
        (base.version or "") if base else "",
        templates_of(
            rows["service_members"], rows["service_handlers"], rows["service_routines"], root
        ),
    )


def templates_of(
    members: Sequence[Row], handlers: Sequence[Row], routines: Sequence[Row], root: str
) -> tuple[TemplateLine, ...]:
    """The templates of one service, in its order; extensions' come behind."""
    by_method = {row.source: row for row in sorted(handlers)}
    by_routine = {row.routine.casefold(): row for row in sorted(routines, key=lambda r: r.routine)}
    ordered = sorted(members, key=lambda row: (row.order, row.member, repr(row)))
    found: dict[str, TemplateLine] = {}
    for row in ordered:
        if row.kind != "URLTemplate":
            continue
        template = dict(row.properties or ()).get("Template", "")
        methods = {
            below.member: _method(below, by_method.get(below.member), by_routine)
            for below in ordered
            if below.kind == "Method" and below.parent == row.member
        }
        path = template if template.startswith("/") else f"/{template}"
        found[row.member] = TemplateLine(
            row.member,
            row.name,
            row.synonym or "",
            row.comment or "",
            template,
            f"/hs/{root}{path}",
            parameters_of(template),
            tuple(methods.values()),
        )
    return tuple(found.values())


def _method(row: Row, handler: Row | None, routines: dict[str, Row]) -> MethodLine:
    properties = dict(row.properties or ())
    routine = routines.get(handler.target.casefold()) if handler else None
    return MethodLine(
        row.member,
        row.name,
        row.synonym or "",
        row.comment or "",
        properties.get("HTTPMethod", "GET"),
        handler.target if handler else "",
        bool(handler and handler.resolved),
        (routine.description or "") if routine else "",
        (routine.returns or "") if routine else "",
        bool(routine and routine.deprecated),
        (routine.deprecation or "") if routine else "",
        (routine.file or "") if routine else "",
        (routine.line or 0) if routine else 0,
    )


PART = Part("http_service", INPUTS, read)
