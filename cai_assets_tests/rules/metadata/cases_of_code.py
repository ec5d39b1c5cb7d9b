"""Calls, queries and routines that nobody uses."""

from __future__ import annotations

from cai_assets_tests.edt import EdtProject
from cai_assets_tests.rules.metadata.case import Build, Case, Expected, common_form, procedure

_QUERY = ("Запрос = Новый Запрос;", "Запрос.Выполнить();")


def _modules(*texts: str, flags: str = "<server>true</server>") -> Build:
    """Common modules `М1`, `М2` …"""

    def build(project: EdtProject) -> None:
        for number, text in enumerate(texts, 1):
            project.common_module(f"М{number}", text, flags)

    return build


def _loop(*body: str) -> tuple[str, ...]:
    return ("Для Сч = 1 По 9 Цикл", *body, "КонецЦикла;")


def _cached(*texts: str) -> Build:
    reuse = "<server>true</server><returnValuesReuse>DuringSession</returnValuesReuse>"
    return _modules(*texts, flags=reuse)


def _form_event(body: str, handler: str = "СписокПриАктивизацииСтроки") -> Build:
    def build(project: EdtProject) -> None:
        common_form(
            project,
            '  <items xsi:type="form:Table">\n    <name>Список</name>\n    <handlers>\n'
            f"      <event>OnActivateRow</event>\n      <name>{handler}</name>\n"
            "    </handlers>\n  </items>\n",
            f"&НаКлиенте\nПроцедура {handler}(Элемент)\n    {body}\nКонецПроцедуры\n"
            "&НаКлиенте\nПроцедура Позже()\n    Прочитать();\nКонецПроцедуры\n"
            "&НаСервере\nПроцедура Прочитать()\nКонецПроцедуры\n"
            "&НаСервереБезКонтекста\nПроцедура Быстро()\nКонецПроцедуры\n",
        )

    return build


def _query(table: str) -> Build:
    def build(project: EdtProject) -> None:
        project.object("Catalog", "Товары")
        project.common_module(
            "М1",
            procedure(
                "А",
                "Запрос = Новый Запрос(",
                '"ВЫБРАТЬ',
                "|    Т.Ссылка",
                "|ИЗ",
                f'|    {table} КАК Т");',
            ),
        )

    return build


_M1, _M2 = "М1/Module.bsl", "М2/Module.bsl"
_CALL = procedure("Вызвать", "М1.Готово();")
_OBSOLETE = "// Устарела. Следует использовать М1.Новая.\n" + procedure("Старая")


def _contract(*allowed: str) -> Build:
    """Module М1 calls М2, each in a subsystem of its name; the contract allows those named."""
    calls = _modules(procedure("А", "М2.Б();"), procedure("Б"))

    def build(project: EdtProject) -> None:
        calls(project)
        for name in ("М1", "М2"):
            content = f"  <content>CommonModule.{name}</content>\n"
            project.object("Subsystem", name, content)
        rules = [f'[[rule]]\nfrom = "М1"\nto = "{name}"\naccess = "allow"\n' for name in allowed]
        project.write("architecture.toml", 'mode = "deny"\n' + "".join(rules))

    return build


CASES = [
    Case(
        "ArchitectureContract",
        _contract(),
        (Expected("М1/Module.bsl", 2, "CommonModule.М1.А uses CommonModule.М2.Б (call)"),),
        _contract("М2"),
    ),
    Case(
        "MissingCommonModuleMethod",
        _modules(procedure("Другая"), _CALL),
        (Expected(_M2, 2, "М1 has no routine Готово"),),
        _modules(procedure("Готово"), _CALL),
        "missing",
    ),
    Case(
        "MissingCommonModuleMethod",
        _modules(procedure("Готово", export=False), _CALL),
        (Expected(_M2, 2, "М1 does not export Готово"),),
        _modules(procedure("Другая"), procedure("Вызвать", "М1.Готово();", parameters="М1")),
        "not-exported-or-a-parameter-of-that-name",
    ),
    Case(
        "DeprecatedMethodCall",
        _modules(_OBSOLETE, procedure("Вызвать", "М1.Старая();")),
        (Expected(_M2, 2, "Старая is obsolete. Следует использовать М1.Новая"),),
        _modules(
            _OBSOLETE + procedure("Новая"),
            "// Устарела.\n" + procedure("Вызвать", "М1.Старая();", "М1.Новая();"),
        ),
    ),
    Case(
        "ServerCallsInFormEvents",
        _form_event("Прочитать();"),
        (Expected("Форма/Module.bsl", 3, "calls Прочитать, which runs on the server"),),
        _form_event('Быстро(); ПодключитьОбработчикОжидания("Позже", 0.1, Истина);'),
    ),
    Case(
        "ServerCallsInFormEvents",
        _form_event("Прочитать();", "ВыборСтроки"),
        (Expected("Форма/Module.bsl", 3, "ВыборСтроки calls Прочитать"),),
        _form_event("Сообщить(1);", "ВыборСтроки"),
        "named-otherwise",
    ),
    Case(
        "QueryInCycleAcrossCalls",
        _modules(
            procedure("Найти", *_QUERY),
            procedure("Обойти", *_loop("Через();")) + procedure("Через", "М1.Найти();"),
        ),
        (Expected(_M2, 3, "М2.Через → М1.Найти"),),
        _modules(
            procedure("Найти", *_QUERY),
            procedure("Обойти", "М1.Найти();", *_loop("Через();")) + procedure("Через"),
        ),
        "over-two-calls",
    ),
    Case(
        "QueryInCycleAcrossCalls",
        _modules(
            procedure("Найти", "Выборка = Новый Запрос;", "Выборка.Выполнить();"),
            procedure("Обойти", *_loop("М1.Найти();")),
        ),
        (Expected(_M2, 3, "М1.Найти"),),
        _cached(
            procedure("Найти", *_QUERY) + procedure("Команда", "Команда.Выполнить();"),
            procedure("Обойти", *_loop("М1.Найти();", "М1.Команда();")),
        ),
        "cached-modules-do-not-count",
    ),
    Case(
        "QueryToMissingMetadata",
        _query("Справочник.Склады"),
        (Expected(_M1, 6, "names Catalog.Склады"),),
        _query("Справочник.Товары"),
    ),
    Case(
        "UnusedLocalMethod",
        _modules(procedure("Лишняя", "Лишняя();", export=False)),
        (Expected(_M1, 1, "Лишняя is not used anywhere"),),
        _modules(
            procedure("Нужна", export=False)
            + procedure("Подключаемый_Шаг", export=False)
            + '&После("А")\n'
            + procedure("Расш_А", export=False)
            + procedure("ПослеВопроса", export=False)
            + procedure("Открыть", "НУЖНА();", 'Оповестить = "ПослеВопроса";')
        ),
    ),
    Case(
        "UnusedLocalMethod",
        _modules(procedure("Прочее_1", export=False) + procedure("Ход", 'Выполнить("Шаг_" + 1);')),
        (Expected(_M1, 1, "Прочее_1 is not used anywhere"),),
        _modules(procedure("Шаг_1", export=False) + procedure("Ход", 'Выполнить("Шаг_" + 1);')),
        "names-that-code-makes",
    ),
    Case(
        "UnusedExportMethod",
        _modules(procedure("Лишняя"), _CALL),
        (
            Expected(_M1, 1, "The export Лишняя is not used anywhere"),
            Expected(_M2, 1, "The export Вызвать is not used anywhere"),
        ),
        _modules(
            f"#Область ПрограммныйИнтерфейс\n{procedure('Внешняя')}#КонецОбласти\n"
            + procedure("Готово"),
            procedure("Вызвать", "М1.Готово();", 'ИмяМетода = "М2.Вызвать";'),
        ),
    ),
]
