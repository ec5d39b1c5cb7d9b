"""Who writes and reads data is found in metadata, queries and code, and never guessed."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from cai_assets.site.derived.data import data_access
from cai_assets_tests.site.tables import Given

_MODULE = "CommonModule.Обмен.Module"
_MANAGER = "InformationRegister.Курсы.ManagerModule"


def _table(columns: str, *rows: tuple[Any, ...]) -> pa.Table:
    names = columns.split()
    texts = {"line": pa.int64()}
    return pa.table(
        {
            name: pa.array([row[at] for row in rows], texts.get(name, pa.string()))
            for at, name in enumerate(names)
        }
    )


def _found(**tables: pa.Table) -> list[tuple[str, str, str, str]]:
    defaults = {
        "objects": _table(
            "object",
            ("InformationRegister.Курсы",),
            ("AccumulationRegister.Остатки",),
            ("Constant.Ставка",),
            ("Catalog.Товары",),
            ("Document.Заказ",),
        ),
        "modules": _table(
            "module object kind",
            (_MODULE, "CommonModule.Обмен", "Module"),
            (_MANAGER, "InformationRegister.Курсы", "ManagerModule"),
        ),
        "references": _table("kind target_object note source source_object file line"),
        "calls": _table("receiver name resolution caller module file line"),
        "assignments": _table("value routine name line"),
    }
    table = data_access(Given(**{**defaults, **tables}))
    rows = table.select(["object", "way", "how", "source"]).to_pylist()
    return [tuple(row.values()) for row in rows]


def _call(
    receiver: str, name: str, line: int, caller: str = "А", module: str = _MODULE
) -> tuple[str, str, str, str, str, str, int]:
    return (receiver, name, "platform", caller, module, "м.bsl", line)


def _calls(*rows: tuple[str, str, str, str, str, str, int]) -> pa.Table:
    return _table("receiver name resolution caller module file line", *rows)


def test_a_record_set_that_is_written_where_it_is_created_is_a_writing() -> None:
    creating = "РегистрыСведений.Курсы.СоздатьНаборЗаписей()"
    found = _found(
        calls=_calls(
            _call("РегистрыСведений.Курсы", "СоздатьНаборЗаписей", 5, "Пишет"),
            _call("Набор", "Записать", 9, "Пишет"),
            _call("РегистрыСведений.Курсы", "СоздатьНаборЗаписей", 25, "Читает"),
            _call("Набор", "Прочитать", 29, "Читает"),
            _call("РегистрыСведений.Курсы", "СоздатьНаборЗаписей", 45, "Отдаёт"),
        ),
        assignments=_table(
            "value routine name line",
            (creating, "Пишет", "НАБОР", 5),
            (creating, "Читает", "Набор", 25),
            (creating, "Отдаёт", "Набор", 45),
        ),
    )

    register = "InformationRegister.Курсы"
    assert found == [
        (register, "create", "record_set", "Отдаёт"),
        (register, "read", "record_set", "Читает"),
        (register, "write", "record_set", "Пишет"),
    ]


def test_a_manager_module_creates_record_sets_of_its_own_register() -> None:
    found = _found(
        calls=_calls(
            _call("", "CreateRecordSet", 3, "М", _MANAGER),
            _call("", "СоздатьНаборЗаписей", 3, "О"),
        )
    )

    assert found == [("InformationRegister.Курсы", "create", "record_set", "М")]


def test_methods_of_managers_read_registers_and_constants_and_set_constants() -> None:
    found = _found(
        calls=_calls(
            _call("InformationRegisters.Курсы", "SliceLast", 1),
            _call("РегистрыНакопления.Остатки", "Остатки", 2),
            _call("Константы.Ставка", "Получить", 3),
            _call("Константы.Ставка", "Установить", 4, "Б"),
            _call("Справочники.Товары", "Выбрать", 5),
            _call("РегистрыСведений.Нет", "СрезПоследних", 6),
            _call("Константы.Ставка.Поле", "Получить", 7),
        )
    )

    assert found == [
        ("AccumulationRegister.Остатки", "read", "method", "А"),
        ("Constant.Ставка", "read", "method", "А"),
        ("Constant.Ставка", "write", "method", "Б"),
        ("InformationRegister.Курсы", "read", "method", "А"),
    ]


def test_a_routine_of_that_name_in_the_configuration_is_no_method_of_the_platform() -> None:
    own = ("РегистрыСведений.Курсы", "Получить", "manager_module", "А", _MODULE, "м.bsl", 1)

    assert _found(calls=_calls(own)) == []


def test_references_say_who_records_who_asks_and_what_lists_show() -> None:
    register = "AccumulationRegister.Остатки"
    document = "Document.Заказ"
    found = _found(
        references=_table(
            "kind target_object note source source_object file line",
            ("register_record", register, "", document, document, "f", 1),
            ("movement", register, "", f"{document}.М.П", document, "f", 2),
            ("movement", register, "temporary table", f"{document}.М.З", document, "f", 3),
            ("query_table", register, "Balance", "Report.О.Т", "Report.О", "f", 4),
            ("query_table", register, "", "Report.О.Д", "Report.О", "f", 5),
            ("main_table", register, "", "Report.О.Ф", "Report.О", "f", 6),
            ("type", register, "", "Report.О.Р", "Report.О", "f", 7),
            ("query_table", "Catalog.Чужой", "", "Report.О.Т", "Report.О", "f", 8),
        )
    )

    assert {(way, how) for _, way, how, _ in found} == {
        ("write", "recorder"),
        ("write", "movement"),
        ("write", "posting_query"),
        ("read", "virtual"),
        ("read", "query"),
        ("read", "list"),
    }
    assert len(found) == 6
