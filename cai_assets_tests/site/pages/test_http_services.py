"""Pages of services: addresses, methods, handlers, and the OpenAPI file beside the page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from cai_assets.site.model import Page, Rows
from cai_assets.site.pages.http_services import HttpServicePages, Services
from cai_assets.site.pages.parts import http_service
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered

_ID = "HTTPService.Заказы"
_PAGE = Page(_ID, _ID, "HTTPService", "Заказы")
_LIST = Page("", "http_services", "", "http_services")
_ODD = "<script>alert(1)</script>"


def _template(name: str, template: str, order: int = 0) -> dict[str, Any]:
    return {
        "member": f"{_ID}.URLTemplate.{name}",
        "parent": _ID,
        "kind": "URLTemplate",
        "name": name,
        "order": order,
        "synonym": _ODD,
        "properties": [("Template", template)],
    }


def _method(template: str, name: str, method: str = "GET") -> dict[str, Any]:
    parent = f"{_ID}.URLTemplate.{template}"
    return {
        "member": f"{parent}.Method.{name}",
        "parent": parent,
        "kind": "Method",
        "name": name,
        "order": 0,
        "properties": [("HTTPMethod", method), ("Handler", f"{template}{name}")],
    }


def _handler(template: str, name: str, found: bool = True) -> dict[str, Any]:
    return {
        "source": f"{_ID}.URLTemplate.{template}.Method.{name}",
        "target": f"{_ID}.{template}{name}",
        "resolved": found,
    }


@pytest.fixture
def rows() -> Rows:
    """A service of two templates; the handler of one method is missing."""
    return given(
        HttpServicePages(),
        objects=[
            {
                "project": "П",
                "type": "HTTPService",
                "synonym": "API",
                "properties": [],
                "subsystems": [],
            }
        ],
        service=[{"project": "П", "properties": [("RootURL", "shop"), ("SessionMaxAge", "20")]}],
        projects=[{"project": "П", "kind": "configuration"}],
        configuration=[{"project": "П", "kind": "configuration", "version": "1.0"}],
        service_members=[
            _template("Все", "/*", 1),
            _template("Заказ", "orders/{Номер}"),
            _method("Заказ", "Дать"),
            _method("Все", "Прочее", "Any"),
        ],
        service_handlers=[_handler("Заказ", "Дать"), _handler("Все", "Прочее", found=False)],
        service_routines=[
            {
                "routine": f"{_ID}.ЗаказДать",
                "description": f"Отдаёт заказ {_ODD}",
                "returns": "HTTPСервисОтвет",
                "line": 7,
            }
        ],
    )


def test_templates_stand_in_order_with_their_whole_address(rows: Rows) -> None:
    view = http_service.read(_PAGE, rows, RUSSIAN)

    assert [line.address for line in view.templates] == ["/hs/shop/orders/{Номер}", "/hs/shop/*"]
    assert [line.parameters for line in view.templates] == [("Номер",), ("*",)]
    first = view.templates[0].methods[0]
    assert (first.routine, first.handler_found, first.line) == ("ЗаказДать", True, 7)
    assert not view.templates[1].methods[0].handler_found


def test_the_file_beside_the_page_is_valid_openapi(rows: Rows) -> None:
    found = rendered(HttpServicePages(), _PAGE, rows)

    described = json.loads(found.files["Заказы.openapi.json"])
    validate(described)
    assert list(described["paths"]) == ["/orders/{Номер}", "/{wildcard}"]
    assert described["info"]["version"] == "1.0"
    get = described["paths"]["/orders/{Номер}"]["get"]
    assert get["description"].startswith("Отдаёт заказ")
    assert 'href="Заказы.openapi.json"' in found.files["Заказы.html"]


def test_methods_and_templates_are_anchored_and_texts_escaped(rows: Rows) -> None:
    html = rendered(HttpServicePages(), _PAGE, rows).files["Заказы.html"]

    assert 'id="URLTemplate.Заказ"' in html
    assert 'id="URLTemplate.Заказ.Method.Дать"' in html
    assert "нет такой функции" in html
    assert "<script>alert" not in html


def test_web_services_list_operations_with_parameters() -> None:
    id_ = "WebService.Обмен"
    operation = f"{id_}.Operation.Ping"
    rows = given(
        Services(),
        services=[
            {"project": "П", "object": id_, "name": "Обмен", "properties": [("Namespace", "urn:x")]}
        ],
        members=[
            {"object": id_, "member": operation, "parent": id_, "kind": "Operation", "name": "Ping",
             "order": 0, "comment": _ODD, "properties": [("XDTOReturningValueType", "{x}string")]},
            {"object": id_, "member": f"{operation}.Parameter.Текст", "parent": operation,
             "kind": "Parameter", "name": "Текст", "order": 0,
             "properties": [("XDTOValueType", "{x}int"), ("TransferDirection", "Out")]},
        ],
        handlers=[
            {"object": id_, "source": operation, "target": f"{id_}.Пинг", "resolved": False}
        ],
    )  # fmt: skip

    view = Services().view(_LIST, rows, RUSSIAN)
    html = rendered(Services(), _LIST, rows, ENGLISH).files["http_services.html"]

    assert view.http == ()
    (one,) = view.web[0].operations
    assert [(p.name, p.direction) for p in one.parameters] == [("Текст", "Out")]
    assert view.missing == 1
    assert "no such procedure" in html
    assert "<script>alert" not in html
