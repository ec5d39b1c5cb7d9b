"""Hot spots, the programming interface, client and server, roles."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cai_assets.analysis.architecture import analyse
from cai_assets.analysis.architecture.code import canonical_directive
from cai_assets_tests.analysis.architecture.sample import (
    project_tables,
    result,
    row,
    rows,
    tables,
)
from cai_assets_tests.edt import EdtProject

_SERVER = (
    "<clientOrdinaryApplication>true</clientOrdinaryApplication><server>true</server>"
    "<externalConnection>true</externalConnection>"
)
_CLIENT = "<clientManagedApplication>true</clientManagedApplication>"
_BRANCHY = "Процедура {}() Экспорт\n{}КонецПроцедуры\n"


def _branchy(name: str, branches: int, tail: str = "") -> str:
    body = "  Если Истина Тогда\n  КонецЕсли;\n" * branches
    return _BRANCHY.format(name, body + tail)


def test_the_hottest_spot_of_the_sample_is_the_deliberate_one() -> None:
    found = row(result(), "hot_spots", what="routine", rank=1)
    assert found["id"] == "CommonModule.ПродажиСервер.РассчитатьСкидку"
    assert (found["cognitive"], found["cyclomatic"], found["callers"]) == (43, 27, 1)
    assert found["score"] == pytest.approx(43 * math.sqrt(found["ncloc"]) * math.log2(3))


def test_callers_count_routines_once_and_weigh_in_the_score(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("Сложный", _branchy("Нужный", 4) + _branchy("Ненужный", 4))
    calls = "  Сложный.Нужный();\n  Сложный.Нужный();\n"
    project.common_module("Первый", _branchy("А", 0, calls) + _branchy("Б", 0, calls))
    analysed = analyse(project_tables(tmp_path))
    needed = row(analysed, "hot_spots", id="CommonModule.Сложный.Нужный")
    unneeded = row(analysed, "hot_spots", id="CommonModule.Сложный.Ненужный")
    assert (needed["callers"], needed["calling_objects"], needed["rank"]) == (2, 1, 1)
    assert (unneeded["callers"], unneeded["rank"]) == (0, 2)
    assert needed["score"] == pytest.approx(unneeded["score"] * math.log2(4) / math.log2(2))
    module = row(analysed, "hot_spots", what="module", rank=1)
    assert (module["id"], module["callers"]) == ("CommonModule.Сложный.Module", 1)


def test_the_interface_is_complete_with_description_and_types(tmp_path: Path) -> None:
    EdtProject(tmp_path).common_module(
        "М",
        "#Область ПрограммныйИнтерфейс\n"
        "// Считает.\n//\n// Параметры:\n//  А - Число - слагаемое\n//\n"
        "// Возвращаемое значение:\n//  Число - сумма\n//\n"
        "Функция Полная(А) Экспорт\nВозврат А;\nКонецФункции\n"
        "// Считает.\nФункция БезТипов(А) Экспорт\nВозврат А;\nКонецФункции\n"
        "#КонецОбласти\n"
        "Процедура Голая() Экспорт\nКонецПроцедуры\n"
        "Процедура Своя()\nКонецПроцедуры\n",
    )
    analysed = analyse(project_tables(tmp_path))
    whole = row(analysed, "api", scope="configuration")
    assert (whole["exported"], whole["described"], whole["complete"]) == (3, 2, 1)
    assert (whole["functions"], whole["typed_functions"]) == (2, 1)
    assert (whole["parameters"], whole["typed_parameters"]) == (2, 1)
    assert whole["share_complete"] == pytest.approx(1 / 3)
    public = row(analysed, "api", scope="public", name="CommonModule.М.Module")
    assert (public["exported"], public["described"]) == (2, 2)
    assert row(analysed, "api", scope="region", name="")["exported"] == 1


def test_without_exports_there_is_no_share(tmp_path: Path) -> None:
    EdtProject(tmp_path).common_module("М", "Процедура А()\nКонецПроцедуры\n")
    whole = row(analyse(project_tables(tmp_path)), "api", scope="configuration")
    assert (whole["exported"], whole["share_complete"]) == (0, None)


@pytest.mark.parametrize(
    ("flags", "context"),
    [
        (_SERVER, "server"),
        (_CLIENT, "client"),
        (_CLIENT + "<server>true</server>", "both"),
        ("<clientOrdinaryApplication>true</clientOrdinaryApplication>", "client"),
        ("", "none"),
    ],
)
def test_a_common_module_runs_where_its_kind_says(tmp_path: Path, flags: str, context: str) -> None:
    EdtProject(tmp_path).common_module("М", "Процедура А()\nКонецПроцедуры\n", flags)
    analysed = analyse(project_tables(tmp_path))
    assert [found["context"] for found in rows(analysed, "execution")] == [context, context]


def test_client_code_that_calls_the_server_is_told_by_what_is_sent(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("Сервер", "Процедура Далеко() Экспорт\nКонецПроцедуры\n")
    project.object("CommonForm", "Форма")
    project.module(
        "CommonForm",
        "Форма",
        "&НаКлиенте\nПроцедура Нажать()\nСФормой();\nСФормой();\nБезФормы();\nСервер.Далеко();\n"
        "КонецПроцедуры\n"
        "&AtServer\nПроцедура СФормой()\nСервер.Далеко();\nКонецПроцедуры\n"
        "&НаСервереБезКонтекста\nПроцедура БезФормы()\nКонецПроцедуры\n",
    )
    found = {
        found["routine"].rpartition(".")[2]: (found["kind"], found["sites"], found["callers"])
        for found in rows(analyse(project_tables(tmp_path)), "server_calls")
    }
    assert found == {
        "СФормой": ("form_context", 2, 1),
        "БезФормы": ("form", 1, 1),
        "Далеко": ("module", 1, 1),
    }


def test_directives_are_known_in_both_languages() -> None:
    assert canonical_directive("наКлиенте") == canonical_directive("ATCLIENT") == "AtClient"
    assert canonical_directive("Перед") == ""


def test_roles_of_the_sample_grant_what_their_files_say() -> None:
    full = row(result(), "roles_summary", role="Role.ПолныеПрава")
    data = result()["object_access"].num_rows
    assert (full["full"], full["set_for_new_objects"], full["read"]) == (True, True, data)
    keeper = row(result(), "roles_summary", role="Role.Кладовщик")
    stated = [right for right in tables()["rights"].to_pylist() if right["role"] == keeper["role"]]
    assert keeper["granted"] == sum(right["value"] for right in stated)
    assert keeper["restricted"] == sum(bool(right["restriction"]) for right in stated)
    assert keeper["full"] is False


def test_a_right_for_new_objects_covers_what_the_file_does_not_mention(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    for name in ("Видимый", "Закрытый"):
        project.object("Catalog", name)
    for role, for_new in (("Полная", "true"), ("Узкая", "false")):
        project.object("Role", role)
        project.write(
            f"src/Roles/{role}/Rights.rights",
            '<Rights xmlns="http://v8.1c.ru/8.2/roles">'
            f"<setForNewObjects>{for_new}</setForNewObjects>"
            "<object><name>Catalog.Закрытый</name>"
            "<right><name>Read</name><value>false</value></right></object></Rights>",
        )
    analysed = analyse(project_tables(tmp_path))
    assert row(analysed, "roles_summary", role="Role.Полная")["read"] == 1
    assert row(analysed, "roles_summary", role="Role.Узкая")["read"] == 0
    assert row(analysed, "object_access", object="Catalog.Видимый")["read"] == 1
    assert row(analysed, "object_access", object="Catalog.Закрытый")["read"] == 0
