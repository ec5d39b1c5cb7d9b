"""What counts as unused, case by case, and what speaks against it."""

from __future__ import annotations

from typing import Any

import pytest

from cai_assets.analysis.dependencies import analyse
from cai_assets_tests.analysis.dependencies.crafting import (
    edge,
    object_,
    routine,
    subsystem,
    tables,
)

GOODS, ORDER, PRICES = "Catalog.Товары", "Document.Заказ", "CommonModule.Цены"
GOODS_MODULE = f"{GOODS}.ObjectModule"
FORM = f"{GOODS}.Form.ФормаЭлемента"
SECTION = "Subsystem.Склад"


def found(**rows: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Kind and reason by id."""
    rows.setdefault("objects", [object_(GOODS), object_(ORDER), object_(PRICES)])
    unused = analyse(tables(**rows))["unused"].to_pylist()
    return {row["id"]: (row["kind"], row["reason"]) for row in unused}


def names(module: str, **columns: list[str]) -> dict[str, Any]:
    """A row of `module_names`."""
    return {"module": module, **columns}


def member(id_: str, kind: str = "Attribute", **columns: Any) -> dict[str, Any]:
    """A row of `members`."""
    owner = ".".join(id_.split(".")[:2])
    own = {"object": owner, "parent": owner, "name": id_.rpartition(".")[2], "belonging": "Own"}
    return {"member": id_, "kind": kind, **own, **columns}


def test_a_finding_says_where_and_why_in_both_languages() -> None:
    (row,) = analyse(tables(objects=[object_(GOODS, file="Т.mdo", line=2)]))["unused"].to_pylist()
    assert row["kind"] == "object"
    assert (row["project"], row["file"], row["line"]) == ("Торговля", "Т.mdo", 2)
    assert row["confidence"] == "certain"
    assert row["reason_ru"].startswith("Ни один другой объект")
    assert row["reason_en"].startswith("No other object")


# --- objects ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["type", "call", "manager", "query_table", "based_on", "handler"])
def test_an_object_that_another_needs_is_used(kind: str) -> None:
    assert GOODS not in found(references=[edge(f"{ORDER}.Attribute.А", GOODS, kind)])


@pytest.mark.parametrize(
    "kind", ["right", "subsystem", "contains", "common_attribute", "exchange_content"]
)
def test_a_list_or_a_right_is_no_need(kind: str) -> None:
    assert GOODS in found(references=[edge("Role.Все", GOODS, kind)])


def test_an_object_that_only_itself_names_is_unused() -> None:
    assert GOODS in found(references=[edge(f"{GOODS}.Attribute.Родитель", GOODS, "type")])


def test_an_unresolved_reference_is_no_need() -> None:
    assert GOODS in found(references=[edge(ORDER, GOODS, "type", resolved=False)])


@pytest.mark.parametrize("column", ["members", "words", "texts"])
def test_an_object_whose_name_is_written_is_only_likely_unused(column: str) -> None:
    written = names("CommonModule.Цены.Module", **{column: ["товары"]})
    assert found(module_names=[written])[GOODS] == ("object", "object_name_written")


def test_a_name_that_code_puts_together_may_be_meant() -> None:
    written = names("CommonModule.Цены.Module", parts=["тов*"])
    assert found(module_names=[written])[GOODS][1] == "object_not_referenced", "too short"
    written = names("CommonModule.Цены.Module", parts=["това*"])
    assert found(module_names=[written])[GOODS][1] == "object_name_written"


def test_what_the_platform_starts_or_lists_is_never_unused() -> None:
    started = ["Role.Все", "ScheduledJob.А", "EventSubscription.Б", "CommonAttribute.В"]
    started += ["Subsystem.Г", "HTTPService.Д", "ExchangePlan.Е", "Language.Ж"]
    assert found(objects=[object_(id_) for id_ in started]) == {}


def test_a_report_is_unused_only_where_no_section_offers_it() -> None:
    report = "Report.Продажи"
    offered = [subsystem(SECTION), object_(report, SECTION)]
    assert found(objects=offered) == {}
    hidden = [subsystem(SECTION, section=False), object_(report, SECTION)]
    assert found(objects=hidden) == {report: ("object", "object_not_in_sections")}
    no_commands = [("UseStandardCommands", "false")]
    silent = [subsystem(SECTION), object_(report, SECTION, properties=no_commands)]
    assert found(objects=silent) == {report: ("object", "object_not_in_sections")}


def test_an_adopted_object_is_the_base_s_matter() -> None:
    assert found(objects=[object_(GOODS, belonging="Adopted")]) == {}


def test_a_defined_type_is_there_to_be_listed() -> None:
    listed = [edge("EventSubscription.А", "DefinedType.Владелец", "subscription_source")]
    objects = [object_("DefinedType.Владелец"), object_("EventSubscription.А")]
    assert found(objects=objects, references=listed) == {}
    assert "DefinedType.Владелец" in found(objects=objects)


def test_an_idle_handler_in_a_global_module_names_the_module() -> None:
    module = object_("CommonModule.Глобальный", properties=[("Global", "true")])
    rows: dict[str, Any] = {
        "objects": [module],
        "routines": [routine("CommonModule.Глобальный.Напомнить", export=True)],
    }
    assert found(**rows)["CommonModule.Глобальный"][1] == "object_not_referenced"
    rows["module_names"] = [names(FORM, texts=["напомнить"])]
    assert found(**rows)["CommonModule.Глобальный"][1] == "object_name_written"


# --- exported routines ------------------------------------------------------------------

PRICE = f"{PRICES}.Цена"


def exported(**rows: Any) -> tuple[str, str] | None:
    """What is said about the exported `CommonModule.Цены.Цена`."""
    rows.setdefault("routines", [routine(PRICE, export=True), routine(f"{GOODS_MODULE}.А")])
    return found(**rows).get(PRICE)


def test_an_export_that_nobody_calls() -> None:
    assert exported() == ("exported_routine", "export_not_called")


def test_an_export_that_only_calls_itself_is_not_called() -> None:
    assert exported(references=[edge(PRICE, PRICE)]) == ("exported_routine", "export_not_called")


@pytest.mark.parametrize("kind", ["call", "handler", "notification"])
def test_an_export_is_used_by_calls_handlers_and_notifications(kind: str) -> None:
    assert exported(references=[edge(f"{GOODS_MODULE}.А", PRICE, kind)]) is None
    assert exported(references=[edge("ScheduledJob.Обмен", PRICE, kind)]) is None


def test_a_call_on_a_value_of_unknown_type_may_mean_the_export() -> None:
    call = {"receiver": "Менеджер", "name": "ЦЕНА", "callee": None, "resolution": "value"}
    assert exported(calls=[call]) == ("exported_routine", "export_name_called")
    other = {**call, "callee": f"{ORDER}.ObjectModule.Цена", "resolution": "local"}
    assert exported(calls=[other]) == ("exported_routine", "export_not_called")
    platform = {**call, "resolution": "platform_type"}
    assert exported(calls=[platform]) == ("exported_routine", "export_not_called")


def test_a_text_literal_may_mean_the_export() -> None:
    written = names(FORM, texts=["цена"])
    assert exported(module_names=[written]) == ("exported_routine", "export_name_in_text")


@pytest.mark.parametrize("region", ["ПрограммныйИнтерфейс", "Public", "public/Цены"])
def test_an_export_of_the_public_interface_is_told_so(region: str) -> None:
    rows = tables(objects=[object_(PRICES)], routines=[routine(PRICE, export=True, region=region)])
    found_rows = {row["id"]: row for row in analyse(rows)["unused"].to_pylist()}
    assert found_rows[PRICE]["public_api"]
    assert "other configurations may call it" in found_rows[PRICE]["reason_en"]
    assert found_rows[PRICES]["public_api"], "its module too"


def test_an_internal_interface_is_not_public() -> None:
    region = "СлужебныйПрограммныйИнтерфейс"
    rows = tables(routines=[routine(PRICE, export=True, region=region)])
    (row,) = analyse(rows)["unused"].to_pylist()
    assert not row["public_api"]


# --- local routines ---------------------------------------------------------------------

LOCAL = f"{GOODS_MODULE}.Пересчитать"


def local(id_: str = LOCAL, **rows: Any) -> tuple[str, str] | None:
    """What is said about a routine that is not exported."""
    rows.setdefault("routines", [routine(id_)])
    return found(**rows).get(id_)


def test_a_local_routine_that_nobody_calls() -> None:
    assert local() == ("routine", "routine_not_called")
    assert local(references=[edge(LOCAL, LOCAL)]) == ("routine", "routine_not_called")


def test_a_routine_that_the_body_of_the_module_calls_is_used() -> None:
    assert local(references=[edge(GOODS_MODULE, LOCAL)]) is None


def test_routines_that_only_unused_ones_call() -> None:
    caller = f"{GOODS_MODULE}.Ничей"
    said = found(
        routines=[routine(caller), routine(LOCAL)],
        references=[edge(caller, LOCAL), edge(LOCAL, caller)],
    )
    assert said[LOCAL] == said[caller] == ("routine", "routine_called_by_unused")


def test_what_an_exported_or_named_routine_leads_to_is_used() -> None:
    caller = f"{GOODS_MODULE}.Ничей"
    call = [edge(caller, LOCAL)]
    assert local(routines=[routine(caller, export=True), routine(LOCAL)], references=call) is None
    said = found(
        routines=[routine(caller), routine(LOCAL)],
        references=call,
        module_names=[names(FORM, texts=["ничей"])],
    )
    assert said[caller] == ("routine", "routine_name_in_text")
    assert LOCAL not in said


@pytest.mark.parametrize("word", ["вычислить", "eval", "выполнить", "execute"])
def test_a_module_that_runs_texts_as_code_may_call_anything(word: str) -> None:
    said = local(module_names=[names(GOODS_MODULE, words=[word])])
    assert said == ("routine", "routine_may_be_computed")
    other = local(module_names=[names(FORM, words=[word])])
    assert other == ("routine", "routine_not_called")


@pytest.mark.parametrize(
    "id_",
    [
        f"{GOODS_MODULE}.ПередЗаписью",
        f"{GOODS_MODULE}.BeforeWrite",
        f"{FORM}.Подключаемый_ВыполнитьКоманду",
        f"{FORM}.Attachable_ExecuteCommand",
    ],
)
def test_the_platform_and_forms_start_some_by_their_names(id_: str) -> None:
    assert local(id_) is None


def test_the_name_of_an_event_says_nothing_in_a_form() -> None:
    said = local(f"{FORM}.ПриСозданииНаСервере")
    assert said == ("routine", "routine_not_called")
    handled = [edge(FORM, f"{FORM}.ПриСозданииНаСервере", "handler")]
    assert local(f"{FORM}.ПриСозданииНаСервере", references=handled) is None


def test_what_an_extension_weaves_in_is_started_by_the_platform() -> None:
    assert local(routines=[routine(LOCAL, annotations=['&Вместо("Пересчитать")'])]) is None


def test_an_ordinary_form_does_not_tell_its_handlers() -> None:
    handler = f"{FORM}.КнопкаНажатие"
    ordinary = [{"form": FORM, "object": GOODS, "kind": "Ordinary"}]
    module = {"module": FORM, "object": GOODS, "owner": FORM, "kind": "FormModule"}
    rows: dict[str, Any] = {"routines": [routine(handler)], "modules": [module]}
    assert local(handler, forms=ordinary, **rows) is None
    assert local(handler, **rows) == ("routine", "routine_not_called")


# --- attributes and forms ---------------------------------------------------------------

WEIGHT = f"{GOODS}.Attribute.Вес"
DEFAULT_FORM = edge(GOODS, FORM, "default_form", note="DefaultObjectForm")


def attribute(**rows: Any) -> str | None:
    """The reason that is said about the attribute, on an object with a form of its own."""
    rows["references"] = [DEFAULT_FORM, *rows.get("references", [])]
    rows.setdefault("members", [member(WEIGHT)])
    said = found(**rows).get(WEIGHT)
    return said[1] if said else None


def test_an_attribute_that_nothing_names() -> None:
    assert attribute() == "attribute_not_named"


def test_without_a_form_of_its_own_the_automatic_one_shows_the_attribute() -> None:
    assert found(members=[member(WEIGHT)])[WEIGHT][1] == "attribute_on_automatic_form"
    register = "AccumulationRegister.Остатки"
    resource = f"{register}.Resource.Вес"
    said = found(objects=[object_(register)], members=[member(resource, "Resource")])
    assert said[resource] == ("attribute", "attribute_not_named")


@pytest.mark.parametrize(
    "rows",
    [
        {"module_names": [{"module": GOODS_MODULE, "words": ["вес"]}]},
        {"module_names": [{"module": GOODS_MODULE, "members": ["вес"]}]},
        {"module_names": [{"module": GOODS_MODULE, "texts": ["вес"]}]},
        {"queries": [{"text": "ВЫБРАТЬ Т.Вес ИЗ Справочник.Товары КАК Т"}]},
        {"form_items": [{"form": FORM, "name": "Вес", "data_path": "Объект.ВЕС"}]},
        {"rights": [{"restriction": "ГДЕ Вес > 0"}]},
        {"restriction_templates": [{"condition": "ГДЕ Вес > 0"}]},
        {"references": [edge(f"{GOODS}.Attribute.Объём", WEIGHT, "choice_link")]},
        {"references": [edge(ORDER, WEIGHT, "query_field")]},
    ],
)
def test_an_attribute_is_used_where_its_name_is_written(rows: Any) -> None:
    modules = [{"module": GOODS_MODULE, "object": GOODS, "owner": GOODS, "kind": "ObjectModule"}]
    assert attribute(modules=modules, **rows) is None


def test_a_name_in_an_object_that_has_nothing_to_do_with_the_owner() -> None:
    module = f"{ORDER}.ObjectModule"
    rows: dict[str, Any] = {
        "modules": [{"module": module, "object": ORDER, "owner": ORDER, "kind": "ObjectModule"}],
        "module_names": [names(module, members=["вес"])],
    }
    assert attribute(**rows) == "attribute_named_elsewhere"
    assert attribute(references=[edge(ORDER, GOODS, "type")], **rows) is None


def test_a_tabular_section_is_used_by_its_columns() -> None:
    rows, column = f"{GOODS}.TabularSection.Цены", f"{GOODS}.TabularSection.Цены.Attribute.Цена"
    members = [member(rows, "TabularSection"), member(column, parent=rows)]
    said = found(members=members, references=[edge(ORDER, column, "query_field")])
    assert rows not in said
    assert column not in said


def test_parts_that_are_no_attributes_are_left_alone() -> None:
    members = [member(f"{GOODS}.StandardAttribute.Code", "StandardAttribute")]
    members += [member(f"{GOODS}.Attribute.Чужой", belonging="Adopted")]
    assert set(found(members=members)) <= {GOODS, ORDER, PRICES}


def form(**rows: Any) -> str | None:
    """The reason that is said about the form."""
    said = found(members=[member(FORM, "Form")], **rows).get(FORM)
    return said[1] if said else None


def test_a_form_that_nobody_opens() -> None:
    assert form() == "form_not_opened"


def test_a_form_is_used_by_default_or_if_it_is_opened() -> None:
    assert form(references=[DEFAULT_FORM]) is None
    assert form(references=[edge(f"{ORDER}.ObjectModule.А", FORM, "open_form")]) is None
    own = edge(f"{FORM}.Item.Кнопка", f"{FORM}.Нажатие", "handler")
    assert form(references=[own]) == "form_not_opened"


@pytest.mark.parametrize("column", ["members", "texts"])
def test_a_form_whose_name_is_written_may_be_opened(column: str) -> None:
    written = names(GOODS_MODULE, **{column: ["формаэлемента"]})
    assert form(module_names=[written]) == "form_name_written"
