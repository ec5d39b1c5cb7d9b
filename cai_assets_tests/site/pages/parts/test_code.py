"""Exported routines are documented as their comments say; everything else stands in short."""

from __future__ import annotations

import html5lib

from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.parts import code
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, rendered
from cai_assets_tests.site.pages.parts.code_rows import (
    ID,
    PAGE,
    code_view,
    module_row,
    only_module,
    only_routine,
    parameter_row,
    routine_row,
    rows_of,
)
from cai_assets_tests.site.pages.parts.rows import ODD

_DOC = """\
// Оформляет заказ. См. Цены.
//
// Параметры:
//  Заказ - ДокументСсылка.Заказ - что оформить.
//  Поля - Структура:
//   * Цена - Число - цена.
//
// Возвращаемое значение:
//  Булево - удалось.
//
// Пример:
//  Продажи.Оформить(Заказ, <Поля>);
//"""


def test_an_object_without_modules_has_no_code() -> None:
    assert code.read(PAGE, rows_of(code_modules=[]), RUSSIAN) is None


def test_a_header_is_written_in_the_language_of_the_project() -> None:
    row = routine_row("Оформить", function=True, directive="НаСервере")
    parameters = [
        parameter_row("Оформить", 1, "Цена", default="0"),
        parameter_row("Оформить", 0, "Заказ", by_value=True),
    ]
    given = {"code_routines": [row], "code_parameters": parameters}
    assert only_routine(**given).signature == (
        "&НаСервере\nФункция Оформить(Знач Заказ, Цена = 0) Экспорт"
    )
    script = [{"project": "Торговля", "script_variant": "English"}]
    assert only_routine(**given, script=script).signature == (
        "&НаСервере\nFunction Оформить(Val Заказ, Цена = 0) Export"
    )


def test_a_long_header_has_a_line_for_each_parameter() -> None:
    names = ["ОченьДлинноеИмяПервогоПараметра", "ОченьДлинноеИмяВторогоПараметра", "Третий"]
    parameters = [parameter_row("Оформить", place, name) for place, name in enumerate(names)]
    routine = only_routine(code_routines=[routine_row("Оформить")], code_parameters=parameters)
    assert routine.signature.split("\n    ")[1:] == [
        f"{names[0]},",
        f"{names[1]},",
        "Третий) Экспорт",
    ]


def test_annotations_of_extensions_stand_above_the_header_once() -> None:
    row = routine_row("Р_Оформить", directive="НаКлиенте", annotations=["НаКлиенте", 'После("Х")'])
    lines = only_routine(code_routines=[row]).signature.splitlines()
    assert lines[:2] == ["&НаКлиенте", '&После("Х")']


def test_a_comment_is_told_with_its_structure() -> None:
    routine = only_routine(
        code_routines=[routine_row("Оформить", doc=_DOC), routine_row("Цены", export=False)],
        code_parameters=[
            parameter_row("Оформить", 0, "Заказ"),
            parameter_row("Оформить", 1, "Поля"),
        ],
    )
    order, fields = routine.parameters
    assert routine.description == "Оформляет заказ. См. Цены."
    assert routine.summary == "Оформляет заказ"
    assert [(one.name, one.text) for one in order.types] == [
        ("ДокументСсылка.Заказ", "что оформить.")
    ]
    (price,) = fields.types[0].fields
    assert (price.name, price.types[0].name, price.types[0].text) == ("Цена", "Число", "цена.")
    assert routine.returns[0].name == "Булево"
    assert routine.examples == "Продажи.Оформить(Заказ, <Поля>);"
    assert routine.links["ДокументСсылка.Заказ"] == "Document.Заказ"
    assert routine.links["Цены"] == f"{ID}.Цены"


def test_the_public_interface_comes_first_and_the_internal_one_last() -> None:
    rows = [
        routine_row("В", region="СлужебныйПрограммныйИнтерфейс", line=1),
        routine_row("Б", region="Прочее/Внутри", line=5),
        routine_row("А", region="ПрограммныйИнтерфейс/ДляВсех", line=9),
    ]
    module = only_module(code_routines=rows)
    assert [(group.region, group.kind) for group in module.groups] == [
        ("ПрограммныйИнтерфейс", "public"),
        ("Прочее", ""),
        ("СлужебныйПрограммныйИнтерфейс", "internal"),
    ]


def test_a_deprecated_routine_says_what_to_use_instead() -> None:
    doc = "// Устарела. Следует использовать Цены.Новая."
    routine = only_routine(code_routines=[routine_row("Старая", doc=doc)])
    assert routine.deprecated
    assert routine.deprecation == "Следует использовать Цены.Новая."
    assert routine.links == {"Цены.Новая": "CommonModule.Цены.Новая"}


def test_callers_are_counted_and_called_as_code_calls_them() -> None:
    callers = [
        {
            "target": f"{ID}.Оформить",
            "source": source,
            "links": links,
            "rank": rank,
            "callers": 7,
        }
        for rank, (source, links) in enumerate(
            [("CommonModule.Цены.Записать", 3), ("Catalog.Товары.Form.Список.Выбрать", 1)]
        )
    ]
    routine = only_routine(
        code_routines=[routine_row("Оформить")], code_callers=list(reversed(callers))
    )
    assert routine.caller_count == 7
    assert [(caller.label, caller.links) for caller in routine.callers] == [
        ("Цены.Записать", 3),
        ("Справочник.Товары · форма Список · Выбрать", 1),
    ]


def test_two_routines_of_one_name_get_one_anchor() -> None:
    rows = [routine_row("Дважды", line=1), routine_row("Дважды", line=9)]
    (group,) = only_module(code_routines=rows).groups
    assert [routine.anchor for routine in group.routines] == ["Дважды", ""]


def test_modules_of_the_object_come_before_those_of_forms() -> None:
    modules = [
        module_row("Catalog.Т.Form.Ф.Module", kind="FormModule"),
        module_row("Catalog.Т.ObjectModule", kind="ObjectModule"),
    ]
    page = type(PAGE)("Catalog.Т", "Catalog.Т", "Catalog", "Т")
    view = code.read(page, rows_of(code_modules=modules), RUSSIAN)
    assert view is not None
    assert [module.label for module in view.modules] == ["Модуль объекта", "Форма Ф"]


def test_calls_inside_a_module_are_drawn_if_there_are_enough_and_not_too_many() -> None:
    names = [f"П{number}" for number in range(60)]
    rows = [routine_row(name, export=False, line=place) for place, name in enumerate(names)]

    def drawn(count: int) -> int:
        inner = [
            {"source": f"{ID}.{names[place]}", "target": f"{ID}.{names[place + 1]}", "links": 1}
            for place in range(count)
        ]
        view = code_view(code_routines=rows, code_inner=inner)
        return len(code.draw(view, RUSSIAN, lambda id_: ""))

    assert [drawn(count) for count in (0, 3, 4, 23, 24)] == [0, 0, 1, 1, 0]


def test_odd_comments_stay_text_and_every_routine_has_its_anchor() -> None:
    rows = rows_of(
        code_routines=[
            routine_row("Оформить", doc=f"// {ODD}\n//\n// Пример:\n//  ```\n//  {ODD}"),
            routine_row("Внутри", export=False, description=ODD),
        ],
        code_parameters=[parameter_row("Оформить", 0, "А", default='"<b>"')],
    )
    for context in (RUSSIAN, ENGLISH):
        files = rendered(Objects(), PAGE, rows, context).files
        html = files["Продажи.html"]
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(html)
        assert not parser.errors
        assert "<script>alert" not in html
        assert 'id="Оформить"' in html
        assert 'id="Внутри"' in html
        # The fence of the example is longer than the one that the comment writes.
        assert "````bsl" in files["Продажи.md"]
