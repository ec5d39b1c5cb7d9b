"""The OpenAPI 3.1 description of an HTTP service, of what metadata and doc comments say.

Metadata of 1C know the address of a service, its templates, methods and handlers. What a handler
takes and gives is written in code alone, so bodies and responses are described as unknown rather
than guessed. Source of the addresses: the developer's guide of 1C:Enterprise 8.3, «HTTP-сервисы».
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cai_assets.site.model import Context

VERSION = "3.1.0"

OPERATIONS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""Methods that OpenAPI 3.1 has operations for."""
_WITH_BODY = frozenset({"put", "post", "patch"})
_ANY = "any"
_WILDCARD = "wildcard"


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a template. `method` is `GET` or `Any`; `name` is unique in the template."""

    method: str
    name: str
    handler: str
    summary: str = ""
    description: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A template of addresses below the service: `/orders/{number}`, `/*`."""

    name: str
    template: str
    summary: str = ""
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """An HTTP service of a configuration."""

    title: str
    root: str
    description: str = ""
    configuration: str = ""
    version: str = ""
    templates: tuple[Template, ...] = ()


def describe(service: Service, context: Context) -> dict[str, Any]:
    """The description as what JSON takes; keys in an order that does not depend on anything."""
    return {
        "openapi": VERSION,
        "info": _info(service, context),
        "servers": [_server(service, context)],
        "tags": [
            _without_empty({"name": one.name, "description": one.summary})
            for one in _distinct(service.templates)
        ],
        "paths": _paths(service, context),
    }


def path_parts(template: str) -> Iterator[tuple[str, bool]]:
    """A template cut into pieces of text and names of parameters (True); `*` is a parameter."""
    text = ""
    rest = template
    while rest:
        character, rest = rest[0], rest[1:]
        name, closing, behind = rest.partition("}")
        if character == "{" and closing and name:
            if text:
                yield text, False
            yield name, True
            text, rest = "", behind
        elif character == "*":
            if text:
                yield text, False
            yield "*", True
            text = ""
        else:
            text += character
    if text:
        yield text, False


def parameters_of(template: str) -> tuple[str, ...]:
    """Names of the parameters in a template, in order, each once; the rest of the path is `*`."""
    return tuple(dict.fromkeys(name for name, is_name in path_parts(template) if is_name))


def _info(service: Service, context: Context) -> dict[str, Any]:
    unknown = context.say("не указана", "not stated")
    return _without_empty(
        {
            "title": service.title,
            "version": service.version or unknown,
            "summary": context.say(
                f"HTTP-сервис конфигурации «{service.configuration}»",
                f"HTTP service of the configuration {service.configuration}",
            ),
            "description": service.description,
        }
    )


def _server(service: Service, context: Context) -> dict[str, Any]:
    return {
        "url": f"/{{infobase}}/hs/{service.root}",
        "description": context.say(
            "Адрес публикации на веб-сервере", "Where the infobase is published on a web server"
        ),
        "variables": {
            "infobase": {
                "default": "infobase",
                "description": context.say(
                    "Имя, под которым опубликована база", "The name of the published infobase"
                ),
            }
        },
    }


def _paths(service: Service, context: Context) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    shapes: dict[str, tuple[str, dict[str, str]]] = {}
    for template in service.templates:
        # OpenAPI takes templates that differ only in the names of parameters for one path.
        shape = _shape(template.template)
        path, names = shapes.setdefault(shape, _path(template.template))
        item = paths.setdefault(path, {})
        for operation in template.operations:
            for method in _methods(operation.method):
                if method in OPERATIONS:
                    found = _operation(template, operation, method, names, context)
                    item.setdefault(method, found)
                else:
                    others = item.setdefault("x-1c-methods", {})
                    others.setdefault(method.upper(), operation.handler)
    return paths


def _path(template: str) -> tuple[str, dict[str, str]]:
    """The path, and the name of each of its parameters by what the template calls it."""
    parts = list(path_parts(template if template.startswith("/") else f"/{template}"))
    taken = {name for name, is_name in parts if is_name}
    wildcard = _WILDCARD
    while wildcard in taken:
        wildcard += "_"
    names: dict[str, str] = {}
    path = ""
    for text, is_name in parts:
        if not is_name:
            path += text
            continue
        names[text] = wildcard if text == "*" else text
        path += f"{{{names[text]}}}"
    return path, names


def _shape(template: str) -> str:
    parts = path_parts(template if template.startswith("/") else f"/{template}")
    return "".join("{}" if is_name else text for text, is_name in parts)


def _methods(method: str) -> Sequence[str]:
    folded = method.casefold()
    return OPERATIONS if folded == _ANY else (folded,)


def _operation(
    template: Template,
    operation: Operation,
    method: str,
    names: dict[str, str],
    context: Context,
) -> dict[str, Any]:
    of_any = operation.method.casefold() == _ANY
    found = {
        "operationId": f"{template.name}.{operation.name}" + (f".{method}" if of_any else ""),
        "tags": [template.name],
        "summary": operation.summary,
        "description": operation.description,
        "deprecated": operation.deprecated,
        "parameters": [_parameter(name, known, context) for known, name in names.items()],
        "responses": {
            "default": {
                "description": context.say(
                    "Ответ составляет обработчик; метаданные его не описывают",
                    "The handler makes the response; metadata do not describe it",
                )
            }
        },
        "x-1c-handler": operation.handler,
    }
    if method in _WITH_BODY:
        found["requestBody"] = {
            "description": context.say(
                "Тело читает обработчик; метаданные его не описывают",
                "The handler reads the body; metadata do not describe it",
            ),
            "content": {"*/*": {}},
        }
    return _without_empty(found)


def _parameter(name: str, known: str, context: Context) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
    }
    if known == "*":
        found["description"] = context.say(
            "Остаток пути, и пустой, и из нескольких частей: «*» в шаблоне",
            "The rest of the path, empty or of several parts: “*” in the template",
        )
    return found


def _distinct(templates: Sequence[Template]) -> list[Template]:
    return list({template.name: template for template in templates}.values())


def _without_empty(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value not in ("", [], None, False)}
