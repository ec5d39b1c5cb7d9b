"""Descriptions of HTTP services are valid OpenAPI 3.1 and say nothing that metadata do not."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import validate

from cai_assets.site.model import Context
from cai_assets.site.openapi import (
    OPERATIONS,
    Operation,
    Service,
    Template,
    describe,
    parameters_of,
)

_RUSSIAN, _ENGLISH = Context("ru", "Торговля"), Context("en", "Trade")


def _described(*templates: Template, context: Context = _RUSSIAN, **of: str) -> dict[str, Any]:
    service = Service(title="API", root="shop", templates=templates, **of)
    found = describe(service, context)
    validate(found)
    return found


def _one(template: str, method: str = "GET", **of: Any) -> Template:
    return Template("Заказ", template, operations=(Operation(method, "М", "Обработать", **of),))


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("/orders/{number}", ("number",)),
        ("/{Вид}/items/{Номер}", ("Вид", "Номер")),
        ("/files/*", ("*",)),
        ("/{a}/{a}", ("a",)),
        ("/plain", ()),
        ("/open{brace", ()),
        ("/{}", ()),
    ],
)
def test_parameters_come_from_the_template(template: str, names: tuple[str, ...]) -> None:
    assert parameters_of(template) == names


def test_a_template_is_a_path_with_its_parameters() -> None:
    found = _described(_one("/orders/{Номер}"))

    parameters = found["paths"]["/orders/{Номер}"]["get"]["parameters"]
    assert [(one["name"], one["in"], one["required"]) for one in parameters] == [
        ("Номер", "path", True)
    ]
    assert found["servers"][0]["url"] == "/{infobase}/hs/shop"


def test_any_method_stands_for_all_with_ids_of_their_own() -> None:
    operations = _described(_one("/", "Any"))["paths"]["/"]

    assert tuple(operations) == OPERATIONS
    assert len({one["operationId"] for one in operations.values()}) == len(OPERATIONS)


def test_the_rest_of_a_path_is_a_parameter_that_no_other_is_called_like() -> None:
    assert list(_described(_one("/*"))["paths"]) == ["/{wildcard}"]
    assert list(_described(_one("/{wildcard}/*"))["paths"]) == ["/{wildcard}/{wildcard_}"]


def test_methods_that_openapi_does_not_know_are_kept_beside_the_operations() -> None:
    item = _described(_one("/dav", "PROPFIND"))["paths"]["/dav"]

    assert item == {"x-1c-methods": {"PROPFIND": "Обработать"}}


def test_bodies_are_named_only_where_a_method_may_have_one() -> None:
    for method in ("GET", "DELETE", "HEAD"):
        assert "requestBody" not in _described(_one("/", method))["paths"]["/"][method.lower()]
    post = _described(_one("/", "POST"), context=_ENGLISH)["paths"]["/"]["post"]
    assert post["requestBody"]["content"] == {"*/*": {}}
    assert "do not describe" in post["responses"]["default"]["description"]


def test_templates_that_differ_only_in_names_are_one_path() -> None:
    by_id = Template("А", "/x/{id}", operations=(Operation("GET", "Дать", "Дать"),))
    by_code = Template("Б", "/x/{code}", operations=(Operation("PUT", "Взять", "Взять"),))

    found = _described(by_id, by_code)

    assert list(found["paths"]) == ["/x/{id}"]
    item = found["paths"]["/x/{id}"]
    assert [one["name"] for one in item["put"]["parameters"]] == ["id"]


def test_what_doc_comments_say_is_said() -> None:
    found = _described(
        _one("/", summary="Отдать", description="Отдаёт <заказ>.", deprecated=True),
        version="1.2",
        configuration="Торговля",
    )

    get = found["paths"]["/"]["get"]
    assert (get["summary"], get["description"], get["deprecated"]) == (
        "Отдать",
        "Отдаёт <заказ>.",
        True,
    )
    assert found["info"]["version"] == "1.2"


def test_a_service_without_templates_or_version_is_still_valid() -> None:
    found = _described()

    assert found["paths"] == {}
    assert found["info"]["version"]
