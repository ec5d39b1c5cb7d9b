"""Procedures that the platform calls by their names, with no mention of them anywhere.

Forms, subscriptions, jobs, commands of forms and services name their procedures in metadata: the
table `references` has those. Source: the syntax assistant of 1C:Enterprise 8.3.
"""

from __future__ import annotations

_PAIRS = """
ПередЗаписью BeforeWrite
ПриЗаписи OnWrite
ПередУдалением BeforeDelete
ПриКопировании OnCopy
ПриЧтенииПредставленийНаСервере OnReadPresentationsAtServer
ПриУстановкеНовогоКода OnSetNewCode
ПриУстановкеНовогоНомера OnSetNewNumber
ОбработкаЗаполнения Filling
ОбработкаПроверкиЗаполнения FillCheckProcessing
ОбработкаПроведения Posting
ОбработкаУдаленияПроведения UndoPosting
ПередВыполнением BeforeExecute
ПриВыполнении OnExecute
ПередИнтерактивнымВыполнением BeforeExecuteInteractively
ОбработкаИнтерактивнойАктивации InteractiveActivationProcessing
ОбработкаПроверкиВыполнения ExecutionCheckProcessing
ПередСтартом BeforeStart
ПриСтарте OnStart
ПриЗавершении OnComplete
ПередСозданиемЗадач BeforeCreateTasks
ПриСозданииЗадач OnCreateTasks
ПриОтправкеДанныхПодчиненному OnSendDataToSlave
ПриОтправкеДанныхГлавному OnSendDataToMaster
ПриПолученииДанныхОтПодчиненного OnReceiveDataFromSlave
ПриПолученииДанныхОтГлавного OnReceiveDataFromMaster
ПриКомпоновкеРезультата OnComposeResult
ОбработкаПолученияДанныхВыбора ChoiceDataGetProcessing
ОбработкаПолученияФормы FormGetProcessing
ОбработкаПолученияПолейПредставления PresentationFieldsGetProcessing
ОбработкаПолученияПредставления PresentationGetProcessing
ОбработкаПослеЗаписиВерсийИсторииДанных AfterWriteDataHistoryVersionsProcessing
ОбработкаФормированияПоВерсииИсторииДанных FillingFromDataHistoryVersionProcessing
ОбработкаЗагрузки LoadProcessing
ОбработкаСохранения SaveProcessing
ОбработкаПолученияОписания GetDescriptionProcessing
ОбработкаУстановкиОписания SetDescriptionProcessing
ОбработкаКоманды CommandProcessing
УстановкаПараметровСеанса SessionParametersSetting
ПередНачаломРаботыСистемы BeforeStart
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
ОбработкаОтображенияОшибки ErrorDisplayProcessing
ПриСозданииОбъекта OnObjectCreate
"""
_EVENTS = frozenset(_PAIRS.casefold().split())
_CREATED = frozenset({"присозданииобъекта", "onobjectcreate"})


def is_event_handler(module_kind: str, name: str) -> bool:
    """Whether the platform calls a procedure of this name, in any letter case, in such a module.

    `module_kind` is that of the table `modules`. Names of handlers are the platform's own in
    modules of objects, commands and the application; in those of forms metadata names them.
    """
    folded = name.casefold()
    if module_kind in {"CommonModule", "FormModule"}:
        return folded in _CREATED
    return folded in _EVENTS
