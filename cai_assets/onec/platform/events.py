"""Procedures that the platform calls by their names, with no mention of them anywhere.

Forms, subscriptions, jobs, commands of forms and services name their procedures in metadata: the
table `references` has those. Source: the syntax assistant of 1C:Enterprise 8.3.
"""

from __future__ import annotations

from typing import Final

_WRITTEN = "ПередЗаписью BeforeWrite ПриЗаписи OnWrite"
_CHECKED = "ОбработкаПроверкиЗаполнения FillCheckProcessing"
_FILLED = "ОбработкаЗаполнения Filling"
_DATA = f"""{_WRITTEN} {_CHECKED} {_FILLED}
ПередУдалением BeforeDelete
ПриКопировании OnCopy
ПриЧтенииПредставленийНаСервере OnReadPresentationsAtServer"""
_WITH_CODE = f"{_DATA} ПриУстановкеНовогоКода OnSetNewCode"
_WITH_NUMBER = f"{_DATA} ПриУстановкеНовогоНомера OnSetNewNumber"
_HISTORY = """ОбработкаПослеЗаписиВерсийИсторииДанных AfterWriteDataHistoryVersionsProcessing
ОбработкаФормированияПоВерсииИсторииДанных FillingFromDataHistoryVersionProcessing"""
_APPLICATION = """ПередНачаломРаботыСистемы BeforeStart
ПриНачалеРаботыСистемы OnStart
ПередЗавершениемРаботыСистемы BeforeExit
ПриЗавершенииРаботыСистемы OnExit
ОбработкаВнешнегоСобытия ExternEventProcessing
ПриИзмененииПараметровЭкрана OnChangeDisplaySettings
ПриГлобальномПоиске OnGlobalSearch
ОбработкаВыбораГлобальногоПоиска GlobalSearchChoiceProcessing
ОбработкаПолученияФормыВыбораПользователейСистемыВзаимодействия
CollaborationSystemUsersChoiceFormGetProcessing
ПриПоискеПользователейСистемыВзаимодействия OnSearchCollaborationSystemUsers
ОбработкаНажатияГлобальнойКоманды GlobalCommandProcessing
ОбработкаОтображенияОшибки ErrorDisplayProcessing"""
_CREATED = "ПриСозданииОбъекта OnObjectCreate"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


_OBJECT_EVENTS: Final = {
    "Catalog": _WITH_CODE,
    "ChartOfAccounts": _WITH_CODE,
    "ChartOfCharacteristicTypes": _WITH_CODE,
    "ChartOfCalculationTypes": _WITH_CODE,
    "ExchangePlan": f"""{_WITH_CODE}
        ПриОтправкеДанныхПодчиненному OnSendDataToSlave
        ПриОтправкеДанныхГлавному OnSendDataToMaster
        ПриПолученииДанныхОтПодчиненного OnReceiveDataFromSlave
        ПриПолученииДанныхОтГлавного OnReceiveDataFromMaster""",
    "Document": f"""{_WITH_NUMBER}
        ОбработкаПроведения Posting ОбработкаУдаленияПроведения UndoPosting""",
    "BusinessProcess": f"""{_WITH_NUMBER}
        ПередСтартом BeforeStart ПриСтарте OnStart ПриЗавершении OnComplete
        ПередСозданиемЗадач BeforeCreateTasks ПриСозданииЗадач OnCreateTasks
        ОбработкаИнтерактивнойАктивации InteractiveActivationProcessing""",
    "Task": f"""{_WITH_NUMBER}
        ПередВыполнением BeforeExecute ПриВыполнении OnExecute
        ПередИнтерактивнымВыполнением BeforeExecuteInteractively
        ОбработкаИнтерактивнойАктивации InteractiveActivationProcessing
        ОбработкаПроверкиВыполнения ExecutionCheckProcessing""",
    "Report": f"{_CHECKED} ПриКомпоновкеРезультата OnComposeResult",
    "ExternalReport": f"{_CHECKED} ПриКомпоновкеРезультата OnComposeResult",
    "DataProcessor": _CHECKED,
    "ExternalDataProcessor": _CHECKED,
}
_MODULE_EVENTS: Final = {
    "ManagerModule": f"""{_HISTORY}
        ОбработкаПолученияДанныхВыбора ChoiceDataGetProcessing
        ОбработкаПолученияФормы FormGetProcessing
        ОбработкаПолученияПолейПредставления PresentationFieldsGetProcessing
        ОбработкаПолученияПредставления PresentationGetProcessing
        ОбработкаЗагрузки LoadProcessing ОбработкаСохранения SaveProcessing
        ОбработкаПолученияОписания GetDescriptionProcessing
        ОбработкаУстановкиОписания SetDescriptionProcessing""",
    "RecordSetModule": f"{_WRITTEN} {_CHECKED} {_FILLED}",
    "ValueManagerModule": f"{_WRITTEN} {_CHECKED}",
    "CommandModule": "ОбработкаКоманды CommandProcessing",
    "SessionModule": "УстановкаПараметровСеанса SessionParametersSetting",
    "ManagedApplicationModule": _APPLICATION,
    "OrdinaryApplicationModule": _APPLICATION,
    "ExternalConnectionModule": """ПриНачалеРаботыСистемы OnStart
        ПриЗавершенииРаботыСистемы OnExit""",
    "CommonModule": _CREATED,
    "FormModule": _CREATED,
}

EVENT_NAMES: Final = {
    english: russian
    for events in (*_MODULE_EVENTS.values(), *_OBJECT_EVENTS.values())
    for russian, english in zip(events.split()[::2], events.split()[1::2], strict=True)
}
"""The Russian name of each event by its English one; of a name twice, that of objects."""

_OF_OBJECTS: Final = {type_: _names(events) for type_, events in _OBJECT_EVENTS.items()}
"""Events of modules of objects by the object's type."""

_OF_MODULES: Final = {kind: _names(events) for kind, events in _MODULE_EVENTS.items()}
"""Events of other modules by the kind of module, as the table `modules` names it."""

_OF_ANY_OBJECT: Final = frozenset[str]().union(*_OF_OBJECTS.values())


def is_event_handler(module_kind: str, name: str, object_type: str = "") -> bool:
    """Whether the platform calls a procedure of this name, in any letter case, in such a module.

    `module_kind` is that of the table `modules`; `object_type` the type of the module's object,
    without which the events of all types count. Procedures of forms are named by metadata.
    """
    folded = name.casefold()
    if module_kind == "ObjectModule":
        events = _OF_OBJECTS.get(object_type, frozenset()) if object_type else _OF_ANY_OBJECT
        return folded in events
    return folded in _OF_MODULES.get(module_kind, frozenset())
