"""Procedures that the platform calls by name."""

from __future__ import annotations

import pytest

from cai_assets.onec.platform.events import is_event_handler


@pytest.mark.parametrize(
    ("kind", "type_", "name"),
    [
        ("ObjectModule", "Catalog", "ПередЗаписью"),
        ("ObjectModule", "Catalog", "onsetnewcode"),
        ("ObjectModule", "Document", "ОбработкаПроведения"),
        ("ObjectModule", "Document", "UndoPosting"),
        ("ObjectModule", "Report", "ПриКомпоновкеРезультата"),
        ("ObjectModule", "Task", "BeforeExecute"),
        ("ObjectModule", "", "Posting"),
        ("RecordSetModule", "InformationRegister", "ПриЗаписи"),
        ("ValueManagerModule", "Constant", "BeforeWrite"),
        ("ManagerModule", "Catalog", "ОбработкаПолученияПредставления"),
        ("ManagerModule", "SettingsStorage", "LoadProcessing"),
        ("CommandModule", "CommonCommand", "CommandProcessing"),
        ("SessionModule", "Configuration", "УстановкаПараметровСеанса"),
        ("ManagedApplicationModule", "Configuration", "ПриНачалеРаботыСистемы"),
        ("ExternalConnectionModule", "Configuration", "OnExit"),
    ],
)
def test_the_platform_calls_handlers_of_events(kind: str, type_: str, name: str) -> None:
    assert is_event_handler(kind, name, type_)


@pytest.mark.parametrize(
    ("kind", "type_", "name"),
    [
        ("ObjectModule", "Catalog", "ОбработкаПроведения"),
        ("ObjectModule", "DataProcessor", "ПередЗаписью"),
        ("ManagerModule", "Document", "Posting"),
        ("RecordSetModule", "InformationRegister", "ПередУдалением"),
        ("CommonModule", "CommonModule", "ПередЗаписью"),
        ("FormModule", "Catalog", "ПриОткрытии"),
        ("CommandModule", "CommonCommand", "Печать"),
        ("HTTPServiceModule", "HTTPService", "OnStart"),
    ],
)
def test_a_procedure_in_another_module_is_called_by_code_alone(
    kind: str, type_: str, name: str
) -> None:
    assert not is_event_handler(kind, name, type_)
