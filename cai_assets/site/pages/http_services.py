"""HTTP services: the page of each with its OpenAPI description; the list, with web services."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cai_assets.site.model import Context, Input, Page, Row, Rows, Section, Source
from cai_assets.site.openapi import Operation, Service, Template, describe
from cai_assets.site.pages.jobs import by_object, pages_of_types
from cai_assets.site.pages.objects import Objects, ObjectView
from cai_assets.site.pages.parts import access, card, code, findings, http_service, uses
from cai_assets.site.pages.parts.http_service import HttpServiceView, TemplateLine, templates_of
from cai_assets.site.pages.parts.model import Part, inputs_of

HTTP, WEB = "HTTPService", "WebService"
OPENAPI = ".openapi.json"

_PARTS: tuple[Part, ...] = (
    card.PART,
    http_service.PART,
    code.PART,
    access.PART,
    uses.PART,
    findings.PART,
)


class HttpServicePages(Objects):
    """The page of an HTTP service: its addresses, methods, handlers, code."""

    types = frozenset({HTTP})
    parts = _PARTS
    inputs = inputs_of(_PARTS)

    def files(self, view: ObjectView, context: Context) -> Mapping[str, str]:
        found = describe(service_of(view), context)
        return {OPENAPI: json.dumps(found, ensure_ascii=False, indent=1)}


def service_of(view: ObjectView) -> Service:
    """What OpenAPI says of the service on a page."""
    part = view.parts[http_service.PART.name]
    assert isinstance(part, HttpServiceView)
    synonym = getattr(view.parts.get(card.PART.name), "synonym", "")
    comment = getattr(view.parts.get(card.PART.name), "comment", "")
    templates = tuple(_template(line) for line in part.templates)
    return Service(
        synonym or view.name, part.root, comment, part.configuration, part.version, templates
    )


def _template(line: TemplateLine) -> Template:
    operations = tuple(
        Operation(
            method.method,
            method.name,
            method.handler,
            method.synonym or method.comment,
            "\n\n".join(filter(None, (method.description, method.returns))),
            method.deprecated,
        )
        for method in line.methods
    )
    return Template(line.name, line.template, line.synonym or line.comment, operations)


@dataclass(frozen=True, slots=True)
class HttpLine:
    """An HTTP service in the list."""

    service: str
    name: str
    synonym: str
    root: str
    templates: tuple[TemplateLine, ...]


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """A parameter of an operation; types are names of XDTO: `{http://…}string`."""

    name: str
    type: str
    direction: str
    nillable: bool


@dataclass(frozen=True, slots=True)
class OperationLine:
    """An operation of a web service and its procedure."""

    id: str
    name: str
    comment: str
    returns: str
    handler: str
    handler_found: bool
    parameters: tuple[ParameterLine, ...]


@dataclass(frozen=True, slots=True)
class WebLine:
    """A web service in the list."""

    service: str
    name: str
    synonym: str
    namespace: str
    operations: tuple[OperationLine, ...]


@dataclass(frozen=True, slots=True)
class ServicesView:
    """All services of the configuration."""

    http: tuple[HttpLine, ...]
    web: tuple[WebLine, ...]

    @property
    def missing(self) -> int:
        """Methods and operations whose handler is not there."""
        templates = [template for line in self.http for template in line.templates]
        methods = sum(not one.handler_found for line in templates for one in line.methods)
        return methods + sum(not one.handler_found for line in self.web for one in line.operations)


class Services(Section):
    """The list of HTTP services and web services."""

    name = "http_services"
    template = "http_services.html"
    inputs = {
        "services": Input(
            "service_objects", ("project", "object", "name", "synonym", "properties"), None, "site"
        ),
        "members": Input(
            "service_members",
            (
                *("object", "member", "parent", "kind", "name", "order", "synonym", "comment"),
                "properties",
            ),
            None,
            "site",
        ),
        "handlers": Input(
            "service_handlers", ("object", "source", "target", "resolved"), None, "site"
        ),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return pages_of_types(source, {HTTP, WEB}, Page("", "http_services", "", "http_services"))

    def view(self, page: Page, rows: Rows, context: Context) -> ServicesView:
        members, handlers = _by_service(rows["members"]), _by_service(rows["handlers"])
        http, web = [], []
        for row in by_object(rows["services"]):
            properties = dict(row.properties or ())
            synonym = row.synonym or ""
            mine = members.get(row.object, [])
            named = handlers.get(row.object, [])
            if row.object.startswith(f"{HTTP}."):
                root = properties.get("RootURL", "")
                lines = templates_of(mine, named, (), root)
                http.append(HttpLine(row.object, row.name, synonym, root, lines))
            else:
                namespace = properties.get("Namespace", "")
                operations = _operations(mine, named)
                web.append(WebLine(row.object, row.name, synonym, namespace, operations))
        return ServicesView(tuple(http), tuple(web))

    def title(self, view: ServicesView, context: Context) -> str:
        return context.say("HTTP- и веб-сервисы", "HTTP and web services")


def _by_service(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.object].append(row)
    return found


def _operations(members: Iterable[Row], handlers: Iterable[Row]) -> tuple[OperationLine, ...]:
    by_operation = {row.source: row for row in sorted(handlers)}
    ordered = sorted(members, key=lambda row: (row.order, row.member, repr(row)))
    parameters: dict[str, dict[str, ParameterLine]] = defaultdict(dict)
    for row in ordered:
        if row.kind == "Parameter":
            properties = dict(row.properties or ())
            parameters[row.parent][row.member] = ParameterLine(
                row.name,
                properties.get("XDTOValueType", ""),
                properties.get("TransferDirection", ""),
                properties.get("Nillable") == "true",
            )
    found = {}
    for row in ordered:
        if row.kind != "Operation":
            continue
        handler = by_operation.get(row.member)
        found[row.member] = OperationLine(
            row.member,
            row.name,
            row.comment or "",
            dict(row.properties or ()).get("XDTOReturningValueType", ""),
            handler.target if handler else "",
            bool(handler and handler.resolved),
            tuple(parameters[row.member].values()),
        )
    return tuple(found.values())
