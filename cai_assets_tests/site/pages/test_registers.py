"""Pages of registers: who writes, who reads, which nobody reads."""

from __future__ import annotations

from typing import Any

from cai_assets.site.model import Page, Rows
from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.parts import register
from cai_assets.site.pages.registers import Move, Registers, RegisterTypes
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered

_PAGE = Page("", "registers", "", "registers")
_STOCK = "AccumulationRegister.Остатки"
_LOG = "InformationRegister.Журнал"


def _register(id_: str, **properties: str) -> dict[str, Any]:
    type_, _, name = id_.partition(".")
    return {
        "project": "П",
        "object": id_,
        "type": type_,
        "name": name,
        "synonym": "<script>alert(1)</script>",
        "properties": list(properties.items()),
    }


def _access(
    way: str, how: str, owner: str, id_: str = _STOCK, detail: str = "", line: int = 1
) -> dict[str, Any]:
    return {
        "object": id_,
        "way": way,
        "how": how,
        "detail": detail,
        "source": f"{owner}.ObjectModule.Р{line}",
        "source_object": owner,
        "file": "м.bsl",
        "line": line,
    }


_FOUND = [
    _access("write", "recorder", "Document.А"),
    _access("write", "movement", "Document.А", line=7),
    _access("write", "recorder", "Document.Б"),
    _access("create", "record_set", "CommonModule.М"),
    _access("read", "virtual", "Report.О", detail="Balance", line=3),
    _access("read", "query", "Report.О", line=4),
    _access("write", "record_set", "CommonModule.М", _LOG),
]


def _overview() -> Rows:
    columns = Registers().inputs["access"].columns
    access = [
        {name: value for name, value in row.items() if name in columns}
        | {"type": row["object"].partition(".")[0]}
        for row in _FOUND
    ]
    registers = [_register(_STOCK, RegisterType="Balance"), _register(_LOG)]
    return given(Registers(), registers=registers, access=access)


def test_objects_are_counted_not_places() -> None:
    view = Registers().view(_PAGE, _overview(), RUSSIAN)

    stock, log = view.lines
    assert (stock.recorders, stock.writers, stock.creators, stock.readers) == (2, 2, 1, 1)
    assert stock.virtual == ("Остатки",)
    assert [type_ for type_, _ in view.groups] == ["AccumulationRegister", "InformationRegister"]
    assert [line.register for line in view.unread] == [log.register]
    assert view.moves == (Move("Document.А", _STOCK, 2), Move("Document.Б", _STOCK, 1))


def test_the_page_draws_movements_and_escapes_names() -> None:
    html = rendered(Registers(), _PAGE, _overview()).files["registers.html"]

    assert "<svg" in html
    assert "<script>alert" not in html
    assert (
        "Written, never read"
        in rendered(Registers(), _PAGE, _overview(), ENGLISH).files["registers.html"]
    )


def test_places_in_code_come_before_what_a_document_declares() -> None:
    view = register.access_of(
        given(Objects(), data_access=[_without_object(row) for row in _FOUND[:6]])["data_access"],
        "ru",
        shown=1,
    )

    first = view.writers[0]
    assert (first.object, first.total, first.rest) == ("Document.А", 2, 1)
    assert first.places[0].how == "движения в коде"
    assert first.places[0].label == "модуль объекта · Р7"
    assert view.readers[0].places[0].how == "виртуальная таблица Остатки"
    assert [one.object for one in view.creators] == ["CommonModule.М"]


def test_the_page_of_a_type_has_a_heading_for_each_register() -> None:
    page = Page("AccumulationRegister", "registers:AccumulationRegister", "", "type")
    rows = given(
        RegisterTypes(),
        registers=[_register(_STOCK), _register("AccumulationRegister.Пустой")],
        access=_FOUND[:6],
    )

    html = rendered(RegisterTypes(), page, rows).files["type.html"]

    assert 'id="Остатки"' in html
    assert 'id="Пустой"' in html
    assert "не видно" in html


def test_other_objects_have_no_such_part() -> None:
    page = Page("Catalog.Т", "Catalog.Т", "Catalog", "Т")
    rows = given(Objects(), data_access=[_without_object(_FOUND[0])])

    assert register.read(page, rows, RUSSIAN) is None


def _without_object(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "object"}
