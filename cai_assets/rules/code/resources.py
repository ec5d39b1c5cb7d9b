"""What a module takes from outside is given back: connections with timeouts, temporary files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.nodes import (
    Assignment,
    Binary,
    Call,
    Chain,
    Expression,
    MethodCall,
    Name,
    New,
    Node,
    Number,
    Property,
    Return,
    Ternary,
)
from cai_assets.rules.model import Found, Kind, Parameter, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import (
    alternatives,
    argument,
    calls_of,
    statement_of,
    text_of,
    within,
    words,
)

_FTP = words("FTPСоединение", "FTPConnection")
_DEFINITIONS = words("WSОпределения", "WSDefinitions")
_MAIL = words("ИнтернетПочтовыйПрофиль", "InternetMailProfile")
_OTHER = words("HTTPСоединение", "HTTPConnection", "WSПрокси", "WSProxy")
_TIMEOUT = words("Таймаут", "Timeout")
_MAIL_POSITION = 5
_SHORTER_FTP = (8, 3, 9)
_SHORTER_REST = (8, 3, 7)
"""Modes of compatibility up to which the constructors have one parameter less."""

_TEMPORARY = words("ПолучитьИмяВременногоФайла", "GetTempFileName")
_DELETING = (
    "УдалитьФайлы|DeleteFiles|НачатьУдалениеФайлов|BeginDeletingFiles|ПереместитьФайл|MoveFile"
    "|УдалитьФайлыАсинх|DeleteFilesAsync|ПереместитьФайлАсинх|MoveFileAsync"
    "|ФайловаяСистема.УдалитьВременныйФайл|ФайловаяСистема.УдалитьВременныйКаталог"
    "|FileSystem.DeleteTempFile|FileSystem.DeleteTemporaryDirectory"
)


@module_rule(
    "TimeoutsInExternalResources",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    standards=(748,),
    title=Text("Внешний ресурс без таймаута", "External resource without a timeout"),
    description=Text(
        "Соединение создается без таймаута. Если другая сторона не отвечает, сеанс ждет "
        "без конца: пользователь видит зависшее приложение, регламентное задание "
        "не завершается.\n\nПередайте таймаут в конструктор или установите свойство `Таймаут`.",
        "A connection is made without a timeout. If the other side does not answer, the session "
        "waits forever: the user sees a frozen application, a scheduled job never ends.\n\n"
        "Pass a timeout to the constructor or set the property `Timeout`.",
    ),
    message=Text("У «{type}» не задан таймаут", "“{type}” has no timeout"),
    parameters=(
        Parameter(
            "analyzeInternetMailProfileZeroTimeout",
            True,
            Text("Проверять почтовый профиль", "Look at mail profiles, too"),
        ),
    ),
)
def timeouts(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    mail = options["analyzeInternetMailProfileZeroTimeout"]
    for new in module.find(New):
        position = _timeout_position(module, new.type_name.casefold(), mail=mail)
        if position is None:
            continue
        if not _is_given(argument(new.arguments, position)) and not _is_set_later(module, new):
            yield Found(new.start, new.end, {"type": new.type_name})


def _timeout_position(module: ModuleView, type_name: str, *, mail: bool) -> int | None:
    mode = module.context.compatibility
    if type_name in _MAIL:
        return _MAIL_POSITION if mail else None
    if type_name in _FTP:
        return 5 if mode and mode < _SHORTER_FTP else 6
    older = bool(mode) and mode < _SHORTER_REST
    if type_name in _DEFINITIONS:
        return 3 if older else 4
    if type_name in _OTHER:
        return 4 if older else 5
    return None


def _is_given(value: Expression | None) -> bool:
    while isinstance(value, Binary):
        value = value.left
    return isinstance(value, (Number, Name, Chain, Call, New, Ternary))


def _is_set_later(module: ModuleView, new: New) -> bool:
    statement = statement_of(module, new)
    variable = _first_word(module, statement) if isinstance(statement, Assignment) else ""
    routine = module.routine_of(new)
    line = module.tokens.line_of(new.start)
    for assignment in within(routine or module.tree, Assignment):
        if (
            isinstance(assignment.target, Chain)
            and module.tokens.line_of(assignment.start) > line
            and _first_word(module, assignment) == variable
            and _first_property(assignment.target) in _TIMEOUT
            and _is_given(assignment.value)
        ):
            return True
    return False


def _first_word(module: ModuleView, node: Node) -> str:
    return module.tokens.code.values[node.start].casefold()


def _first_property(chain: Chain) -> str:
    return next((x.name.casefold() for x in chain.links if isinstance(x, Property)), "")


@module_rule(
    "MissingTemporaryFileDeletion",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    standards=(542,),
    title=Text("Временный файл не удаляется", "Temporary file is not deleted"),
    description=Text(
        "Имя временного файла получено, а сам файл в том же блоке не удаляется и не "
        "перемещается. Каталог временных файлов сервера переполняется, а данные в нем "
        "доступны другим.\n\nУдаляйте файл через `УдалитьФайлы` сразу, как он не нужен, и в "
        "обработке ошибок.",
        "A temporary file's name is asked for, but the file is neither deleted nor moved in the "
        "same block. The server's temporary folder fills up, and the data in it are open to "
        "others.\n\nDelete the file by `DeleteFiles` as soon as it is done with, and when errors "
        "are handled.",
    ),
    message=Text("Временный файл не удаляется", "The temporary file is not deleted"),
    parameters=(
        Parameter(
            "searchDeleteFileMethod",
            _DELETING,
            Text("Методы, удаляющие файл", "Routines that delete a file"),
        ),
    ),
)
def missing_file_deletion(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    deleting = alternatives(options["searchDeleteFileMethod"])
    for call in calls_of(module, _TEMPORARY):
        assignment = next((x for x in module.ancestors(call) if isinstance(x, Assignment)), None)
        if assignment is None or not _is_deleted(module, assignment, deleting):
            yield Found(call.start, call.end)


def _is_deleted(module: ModuleView, assignment: Assignment, deleting: frozenset[str]) -> bool:
    """Whether the routine deletes the file later on, or gives its name to who called."""
    variable = text_of(module, assignment.target)
    line = module.tokens.line_of(assignment.start)
    routine = module.routine_of(assignment)
    for statement in [routine] if routine else module.tree.body:
        for given in within(statement, Return):
            if given.value is not None and text_of(module, given.value) == variable:
                return True
        calls: list[Call | MethodCall] = [*within(statement, Call), *within(statement, MethodCall)]
        for call in calls:
            if (
                module.tokens.line_of(call.start) > line
                and any(x is not None and text_of(module, x) == variable for x in call.arguments)
                and _full_name(module, call) in deleting
            ):
                return True
    return False


def _full_name(module: ModuleView, call: Call | MethodCall) -> str:
    """`модуль.метод`: what stands before a method's dot belongs to its name."""
    chain = module.parent(call)
    if isinstance(call, Call) or not isinstance(chain, Chain):
        return call.name.casefold()
    values = module.tokens.code.values
    return "".join(values[chain.start : call.start + 1]).casefold()
