"""The sample's deliberate faults are found, in both layouts alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cai_assets.knowledge.extract import extract
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.engine import check_tables
from cai_assets.rules.found import RawFinding
from cai_assets.rules.model import Rule, Scope

_TRADE = Path(__file__).parents[3] / "examples" / "trade"
_LAYOUTS = ("edt", "designer")
_ALL = {"UnusedExportMethod": {"publicRegions": ""}}
"""The sample's dead export stands in the public interface."""


@cache
def _found(folder: str) -> tuple[RawFinding, ...]:
    tables = extract(_TRADE / folder, workers=1).tables
    return tuple(check_tables(tables, _rules(), _ALL))


def _rules() -> list[Rule]:
    package = "cai_assets.rules.metadata."
    return [
        rule
        for rule in all_rules().values()
        if rule.scope is Scope.TABLES and rule.check.__module__.startswith(package)
    ]


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize(
    ("key", "owner", "words"),
    [
        (
            "MissingEventSubscriptionHandler",
            "EventSubscription.ЗапретУдаленияКонтрагентов",
            "no routine ОбработчикиСобытий.ЗапретитьУдалениеПередУдалением",
        ),
        (
            "DeprecatedMethodCall",
            "Document.ЗаказПокупателя.ManagerModule.ПечатьЗаказа",
            "ПолучитьРеквизит is obsolete",
        ),
        (
            "UnusedExportMethod",
            "CommonModule.Ценообразование.НаценкаПоВидуНоменклатуры",
            "НаценкаПоВидуНоменклатуры is not used anywhere",
        ),
    ],
)
def test_a_deliberate_fault_is_found(layout: str, key: str, owner: str, words: str) -> None:
    found = [raw for raw in _found(layout) if (raw.routine or raw.object) == owner]
    assert [raw.rule for raw in found if words in raw.message.en] == [key]


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_the_deliberate_fault_is_the_only_one_of_its_kind(layout: str) -> None:
    faults = {"MissingEventSubscriptionHandler", "DeprecatedMethodCall"}
    assert sorted(raw.rule for raw in _found(layout) if raw.rule in faults) == sorted(faults)


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_the_query_in_a_loop_is_seen_by_its_callers_in_loops(layout: str) -> None:
    paths = [
        raw.message.en.partition("calls: ")[2]
        for raw in _found(layout)
        if raw.rule == "QueryInCycleAcrossCalls"
    ]
    assert "ЗапасыСервер.ЗаполнитьОстаткиПоСтрокам" in paths


def test_both_layouts_have_the_same_findings() -> None:
    edt, designer = (
        sorted((raw.rule, raw.object, raw.routine, raw.message) for raw in _found(layout))
        for layout in _LAYOUTS
    )
    assert edt == designer


def test_two_configurations_in_one_upload_are_no_duplicates_of_each_other() -> None:
    together = {raw.rule for raw in _found(".")}
    alone = {raw.rule for layout in _LAYOUTS for raw in _found(layout)}
    assert together <= alone
