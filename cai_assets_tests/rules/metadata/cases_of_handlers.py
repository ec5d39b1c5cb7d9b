"""Handlers that metadata names: there, exported, where they must run."""

from __future__ import annotations

from cai_assets_tests.edt import EdtProject
from cai_assets_tests.rules.metadata.case import (
    Build,
    Case,
    Expected,
    common_form,
    function,
    procedure,
)

_CLIENT = "<clientManagedApplication>true</clientManagedApplication>"


def _subscription(handler: str, module: str, flags: str = "<server>true</server>") -> Build:
    def build(project: EdtProject) -> None:
        body = f"  <event>BeforeDelete</event>\n  <handler>{handler}</handler>\n"
        project.object("EventSubscription", "Запрет", body if handler else "")
        project.common_module("События", module, flags)

    return build


def _job(
    handler: str, module: str, flags: str = "<server>true</server>", names: tuple[str, ...] = ("А",)
) -> Build:
    def build(project: EdtProject) -> None:
        for name in names:
            body = f"  <methodName>{handler}</methodName>\n" if handler else ""
            project.object("ScheduledJob", name, f"{body}  <predefined>true</predefined>\n")
        project.common_module("Задания", module, flags)

    return build


def _http(handler: str, module: str) -> Build:
    def build(project: EdtProject) -> None:
        project.object(
            "HTTPService",
            "Магазин",
            "  <urlTemplates>\n    <name>Товары</name>\n    <methods>\n"
            "      <name>Получить</name>\n"
            f"      <handler>{handler}</handler>\n    </methods>\n  </urlTemplates>\n",
        )
        project.module("HTTPService", "Магазин", module)

    return build


def _web(handler: str, module: str) -> Build:
    def build(project: EdtProject) -> None:
        project.object(
            "WebService",
            "Обмен",
            "  <operations>\n    <name>Ping</name>\n"
            f"    <procedureName>{handler}</procedureName>\n"
            "    <parameters>\n      <name>Text</name>\n    </parameters>\n  </operations>\n",
        )
        project.module("WebService", "Обмен", module)

    return build


def _form(module: str) -> Build:
    def build(project: EdtProject) -> None:
        common_form(
            project,
            "  <handlers>\n    <event>OnOpen</event>\n    <name>ПриОткрытии</name>\n  </handlers>\n"
            "  <formCommands>\n    <name>Заполнить</name>\n"
            '    <action xsi:type="form:FormCommandHandlerContainer">\n      <handler>\n'
            "        <name>Заполнить</name>\n      </handler>\n    </action>\n  </formCommands>\n",
            module,
        )

    return build


_DELETE = "CommonModule.События.Запретить"
_SUBSCRIPTION = "EventSubscriptions/Запрет/Запрет.mdo"
_GOOD_SUBSCRIPTION = _subscription(_DELETE, procedure("Запретить", parameters="Источник, Отказ"))
_RUN = "CommonModule.Задания.Обновить"
_JOB = "ScheduledJobs/А/А.mdo"
_GOOD_JOB = _job(_RUN, procedure("Обновить", "Ж();", parameters="Режим = 0"))
_GOOD_HTTP = _http("Получить", function("Получить", parameters="Запрос", export=False))
_GOOD_WEB = _web("Ping", function("Ping", parameters="Text", export=False))


def _subscription_case(about: str, wrong: Build, words: str) -> Case:
    found = (Expected(_SUBSCRIPTION, 2, words),)
    return Case("MissingEventSubscriptionHandler", wrong, found, _GOOD_SUBSCRIPTION, about)


def _job_case(about: str, wrong: Build, words: str) -> Case:
    return Case("ScheduledJobHandler", wrong, (Expected(_JOB, 2, words),), _GOOD_JOB, about)


CASES = [
    _subscription_case("none", _subscription("", ""), "has no handler"),
    _subscription_case(
        "no-module",
        _subscription("CommonModule.Нет.Запретить", procedure("Запретить")),
        "common module Нет",
    ),
    _subscription_case(
        "no-routine", _subscription(_DELETE, procedure("Другая")), "no routine События.Запретить"
    ),
    _subscription_case(
        "not-exported",
        _subscription(_DELETE, procedure("Запретить", export=False)),
        "is not exported",
    ),
    _subscription_case(
        "client", _subscription(_DELETE, procedure("Запретить"), _CLIENT), "does not run on the"
    ),
    _job_case("none", _job("", ""), "has no handler"),
    _job_case("no-module", _job("CommonModule.Нет.А", ""), "common module Нет"),
    _job_case("no-routine", _job(_RUN, procedure("Другая", "Ж();")), "no routine Задания.Обновить"),
    _job_case(
        "not-exported", _job(_RUN, procedure("Обновить", "Ж();", export=False)), "is not exported"
    ),
    _job_case("client", _job(_RUN, procedure("Обновить", "Ж();"), _CLIENT), "does not run on the"),
    _job_case(
        "parameters",
        _job(_RUN, procedure("Обновить", "Ж();", parameters="Режим")),
        "has required parameters",
    ),
    _job_case("empty", _job(_RUN, procedure("Обновить")), "is empty"),
    _job_case(
        "shared",
        _job(_RUN, procedure("Обновить", "Ж();"), names=("А", "Б")),
        "Several jobs have the routine Задания.Обновить: А, Б",
    ),
    Case(
        "WrongHttpServiceHandler",
        _http("Получить", function("Другая", parameters="Запрос")),
        (Expected("Магазин.mdo", 6, "no routine Получить"),),
        _GOOD_HTTP,
        "no-routine",
    ),
    Case(
        "WrongHttpServiceHandler",
        _http("Получить", "\n" + function("Получить")),
        (Expected("Магазин/Module.bsl", 2, "must have one parameter, not 0"),),
        _GOOD_HTTP,
        "parameters",
    ),
    Case(
        "WrongHttpServiceHandler",
        _http("", ""),
        (Expected("Магазин.mdo", 6, "has no handler"),),
        _GOOD_HTTP,
        "none",
    ),
    Case(
        "WrongWebServiceHandler",
        _web("Ping", function("Другая", parameters="Text")),
        (Expected("Обмен.mdo", 4, "no routine Ping"),),
        _GOOD_WEB,
        "no-routine",
    ),
    Case(
        "WrongWebServiceHandler",
        _web("Ping", function("Ping")),
        (Expected("Обмен/Module.bsl", 1, "has 1 parameters, its handler Ping has 0"),),
        _GOOD_WEB,
        "parameters",
    ),
    Case(
        "WrongWebServiceHandler",
        _web("", ""),
        (Expected("Обмен.mdo", 4, "has no handler"),),
        _GOOD_WEB,
        "none",
    ),
    Case(
        "MissingFormHandler",
        _form(procedure("Прочее")),
        (
            Expected("Форма/Form.form", 3, "no procedure ПриОткрытии"),
            Expected("Форма/Form.form", 7, "no procedure Заполнить"),
        ),
        _form(procedure("приоткрытии", parameters="Отказ") + procedure("Заполнить")),
    ),
]
