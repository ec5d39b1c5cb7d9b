"""Calls of the platform that have a better successor or need care."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.nodes import Call, Chain, MethodCall, Name, Property
from cai_assets.rules.conditions import runs_on_client
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import calls_of, directive_of, words

_MODAL = {
    "Вопрос": "ПоказатьВопрос",
    "DoQueryBox": "ShowQueryBox",
    "ОткрытьФормуМодально": "ОткрытьФорму",
    "OpenFormModal": "OpenForm",
    "ОткрытьЗначение": "ПоказатьЗначение",
    "OpenValue": "ShowValue",
    "Предупреждение": "ПоказатьПредупреждение",
    "DoMessageBox": "ShowMessageBox",
    "ВвестиДату": "ПоказатьВводДаты",
    "InputDate": "ShowInputDate",
    "ВвестиЗначение": "ПоказатьВводЗначения",
    "InputValue": "ShowInputValue",
    "ВвестиСтроку": "ПоказатьВводСтроки",
    "InputString": "ShowInputString",
    "ВвестиЧисло": "ПоказатьВводЧисла",
    "InputNumber": "ShowInputNumber",
    "УстановитьВнешнююКомпоненту": "НачатьУстановкуВнешнейКомпоненты",
    "InstallAddIn": "BeginInstallAddIn",
    "УстановитьРасширениеРаботыСФайлами": "НачатьУстановкуРасширенияРаботыСФайлами",
    "InstallFileSystemExtension": "BeginInstallFileSystemExtension",
    "УстановитьРасширениеРаботыСКриптографией": "НачатьУстановкуРасширенияРаботыСКриптографией",
    "InstallCryptoExtension": "BeginInstallCryptoExtension",
    "ПоместитьФайл": "НачатьПомещениеФайла",
    "PutFile": "BeginPutFile",
}
"""Modal calls and what replaces them."""

_SYNCHRONOUS = _MODAL | {
    "ПодключитьРасширениеРаботыСКриптографией": "НачатьПодключениеРасширенияРаботыСКриптографией",
    "AttachCryptoExtension": "BeginAttachingCryptoExtension",
    "ПодключитьРасширениеРаботыСФайлами": "НачатьПодключениеРасширенияРаботыСФайлами",
    "AttachFileSystemExtension": "BeginAttachingFileSystemExtension",
    "КопироватьФайл": "НачатьКопированиеФайла",
    "FileCopy": "BeginCopyingFile",
    "ПереместитьФайл": "НачатьПеремещениеФайла",
    "MoveFile": "BeginMovingFile",
    "НайтиФайлы": "НачатьПоискФайлов",
    "FindFiles": "BeginFindingFiles",
    "УдалитьФайлы": "НачатьУдалениеФайлов",
    "DeleteFiles": "BeginDeletingFiles",
    "СоздатьКаталог": "НачатьСозданиеКаталога",
    "CreateDirectory": "BeginCreatingDirectory",
    "КаталогВременныхФайлов": "НачатьПолучениеКаталогаВременныхФайлов",
    "TempFilesDir": "BeginGettingTempFilesDir",
    "КаталогДокументов": "НачатьПолучениеКаталогаДокументов",
    "DocumentsDir": "BeginGettingDocumentsDir",
    "РабочийКаталогДанныхПользователя": "НачатьПолучениеРабочегоКаталогаДанныхПользователя",
    "UserDataWorkDir": "BeginGettingUserDataWorkDir",
    "ПолучитьФайлы": "НачатьПолучениеФайлов",
    "GetFiles": "BeginGettingFiles",
    "ПоместитьФайлы": "НачатьПомещениеФайлов",
    "PutFiles": "BeginPuttingFiles",
    "ЗапроситьРазрешениеПользователя": "НачатьЗапросРазрешенияПользователя",
    "RequestUserPermission": "BeginRequestingUserPermission",
    "ЗапуститьПриложение": "НачатьЗапускПриложения",
    "RunApp": "BeginRunningApplication",
}
"""Calls that wait for the client's file system or the user, and what replaces them."""

_MODAL_BY_NAME = {name.casefold(): instead for name, instead in _MODAL.items()}
_SYNCHRONOUS_BY_NAME = {name.casefold(): instead for name, instead in _SYNCHRONOUS.items()}
_CLIENT_MODULES = frozenset({"CommandModule", "FormModule", "ManagedApplicationModule"})
_ON_SERVER = words("НаСервере", "AtServer", "НаСервереБезКонтекста", "AtServerNoContext")
_CURRENT_DATE = words("ТекущаяДата", "CurrentDate")
_MESSAGE = words("Сообщить", "Message")
_FIND_BY_CODE = words("НайтиПоКоду", "FindByCode")
_INSTEAD = Text(
    "Замените «{call}» на «{instead}»", "Replace “{call}” by “{instead}”"
)  # fmt: skip


@module_rule(
    "UsingSynchronousCalls",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(703,),
    title=Text("Синхронный вызов", "Synchronous call"),
    description=Text(
        "Вызов останавливает клиент до ответа пользователя или файловой системы. Веб-клиент "
        "и браузеры этого не поддерживают: код завершится ошибкой.\n\nИспользуйте асинхронную "
        "замену с описанием оповещения или `Ждать`.",
        "The call stops the client until user or file system answer. The web client and browsers "
        "do not support that: the code fails.\n\nUse the asynchronous successor with a "
        "notification, or `Await`.",
    ),
    message=_INSTEAD,
)
def synchronous_calls(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    context = module.context
    if context.synchronous_calls == "Use" or not _may_run_on_client(module):
        return
    for call in _of_platform(module, _SYNCHRONOUS_BY_NAME):
        routine = module.routine_of(call)
        directive = directive_of(routine) if routine else ""
        on_server = directive in _ON_SERVER or (
            not directive and context.kind == "FormModule" and not context.ordinary_form
        )
        if not on_server and runs_on_client(module, call):
            yield _replace(call, _SYNCHRONOUS_BY_NAME)


def _may_run_on_client(module: ModuleView) -> bool:
    context = module.context
    return context.kind in _CLIENT_MODULES or (context.kind == "CommonModule" and context.client)


@module_rule(
    "UsingModalWindows",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(703,),
    title=Text("Модальное окно", "Modal window"),
    description=Text(
        "Модальное окно блокирует весь интерфейс, а браузеры запрещают всплывающие окна: в "
        "веб-клиенте код не работает.\n\nИспользуйте немодальную замену с описанием оповещения.",
        "A modal window blocks the whole interface, and browsers forbid popups: the code does not "
        "work in the web client.\n\nUse the successor that is not modal, with a notification.",
    ),
    message=_INSTEAD,
    parameters=(
        Parameter(
            "forceModalityMode",
            False,
            Text(
                "Проверять, даже если модальность разрешена", "Check even where modality is allowed"
            ),
        ),
    ),
)
def modal_windows(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    if module.context.modal_windows != "Use" or options["forceModalityMode"]:
        for call in _of_platform(module, _MODAL_BY_NAME):
            yield _replace(call, _MODAL_BY_NAME)


def _replace(call: Call, successors: Mapping[str, str]) -> Found:
    values = {"call": call.name, "instead": successors[call.name.casefold()]}
    return Found(call.start, call.end, values)


def _of_platform(module: ModuleView, names: Iterable[str]) -> list[Call]:
    """Calls of global methods: not of routines that the module names so itself."""
    own = {routine.name.casefold() for routine in module.tree.routines}
    return calls_of(module, [name for name in names if name not in own])


@module_rule(
    "DeprecatedCurrentDate",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    standards=(643,),
    title=Text("Использование «ТекущаяДата»", "Use of CurrentDate"),
    description=Text(
        "`ТекущаяДата()` дает время компьютера, на котором выполняется код: сервера в другом "
        "поясе или клиента с чужими часами.\n\nНа сервере берите `ТекущаяДатаСеанса()`, "
        "на клиенте — `ОбщегоНазначенияКлиент.ДатаСеанса()` из БСП.",
        "`CurrentDate()` gives the time of the computer that runs the code: of a server in another "
        "zone, or of a client with a wrong clock.\n\nTake `CurrentSessionDate()` on the server, "
        "and `CommonClient.SessionDate()` of the standard library on the client.",
    ),
    message=Text(
        "Используйте дату сеанса вместо «{call}»", "Use the date of the session, not “{call}”"
    ),
)
def current_date(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for call in _of_platform(module, _CURRENT_DATE):
        yield Found(call.start, call.start, {"call": call.name})


@module_rule(
    "DeprecatedMessage",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    standards=(418,),
    title=Text("Использование «Сообщить»", "Use of Message"),
    description=Text(
        "`Сообщить()` не привязывает текст ни к полю формы, ни к объекту: по такому сообщению "
        "пользователь не перейдет туда, где ошибся.\n\n"
        "Используйте `СообщениеПользователю` или `ОбщегоНазначения.СообщитьПользователю` из БСП.",
        "`Message()` ties its text neither to a field of the form nor to an object: it does not "
        "lead the user to the mistake.\n\n"
        "Use `UserMessage`, or `Common.MessageToUser` of the standard library.",
    ),
    message=Text(
        "Используйте «СообщениеПользователю» вместо «{call}»", "Use UserMessage, not “{call}”"
    ),
)
def deprecated_message(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for call in _of_platform(module, _MESSAGE):
        yield Found(call.start, call.start, {"call": call.name})


@module_rule(
    "UnsafeFindByCode",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    standards=(456,),
    title=Text("Поиск по неуникальному коду", "Search by a code that is not unique"),
    description=Text(
        "`НайтиПоКоду` вызван для объекта, коды которого не уникальны: не проверяются или "
        "уникальны только в пределах группы или владельца. Метод вернет любой из подходящих "
        "элементов.\n\nИщите по предопределенному имени, по ссылке или включите контроль "
        "уникальности кодов.",
        "`FindByCode` is called for an object whose codes are not unique: they are not checked, "
        "or unique only within a group or an owner. Any matching item may be returned.\n\n"
        "Search by a predefined name or a reference, or switch the check of codes on.",
    ),
    message=Text("Коды «{object}» не уникальны", "The codes of “{object}” are not unique"),
)
def unsafe_find_by_code(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    unsafe = frozenset(module.context.codes_not_unique)
    if not unsafe:
        return
    for call in module.find(MethodCall):
        chain = module.parent(call)
        if call.name.casefold() in _FIND_BY_CODE and isinstance(chain, Chain):
            head, link = chain.head, chain.links[0]
            if isinstance(head, Name) and isinstance(link, Property):
                name = f"{head.name}.{link.name}"
                if chain.links[1] is call and name.casefold() in unsafe:
                    yield Found(call.start, call.start, {"object": name})
