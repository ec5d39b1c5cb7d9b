"""Rules about single calls: to routines that are missing, obsolete, or better left alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from cai_assets.knowledge.coded import Coded
from cai_assets.rules.metadata.lookup import (
    Routines,
    Tables,
    call_places,
    full_objects,
    half_read,
    rows,
    rows_where,
    whole_projects,
)
from cai_assets.rules.model import FoundAt, Kind, Severity, Text, table_rule

_MISSING, _HIDDEN = "missing_routine", "not_exported"
_CALLS = ("projects", "source_files", "objects", "modules", "routines", "calls")


@table_rule(
    "MissingCommonModuleMethod",
    severity=Severity.BLOCKER,
    kind=Kind.BUG,
    title=Text("Вызов несуществующего метода общего модуля", "Call of a routine that is missing"),
    description=Text(
        "Код вызывает метод общего модуля, которого в модуле нет или который не экспортный. "
        "Платформа заметит это только при выполнении строки, и пользователь получит "
        "ошибку.\n\nИсправьте имя, добавьте метод или `Экспорт`.",
        "Code calls a routine of a common module that the module does not have or does not "
        "export. The platform notices only when the line runs, and the user gets the error.\n\n"
        "Correct the name, add the routine, or export it.",
    ),
    message=Text("В модуле «{module}» нет метода «{name}»", "{module} has no routine {name}"),
    needs=(*_CALLS, "parameters", "variables", "members", "form_attributes"),
)
def missing_common_module_method(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Calls `Module.Routine` without such an export.

    Left out: a receiver that is a variable, a parameter or an attribute of the same name, a
    module that could not be read whole, and one that an extension only adopts.
    """
    resolution = Coded.of(tables["calls"], "resolution")
    hidden = resolution.map(lambda text: int(text == _HIDDEN)) == 1
    missing = resolution.map(lambda text: int(text == _MISSING)) == 1
    chosen = np.flatnonzero(hidden | missing)
    if not len(chosen):
        return
    whole, modules = whole_projects(tables), _known_whole(tables)
    values, routines = _Values(tables, chosen), Routines(tables, _in_common_module)
    for (found, receiver, _), row in zip(call_places(tables, chosen), chosen.tolist(), strict=True):
        folded = receiver.casefold()
        module = _module_asked_for(receiver)
        known = module.casefold() in modules
        there = routines.find(f"CommonModule.{module}.{found.values['name']}", found.project)
        if there is not None and there.export:
            continue
        if found.project in whole and known and not values.named(row, folded):
            yield found._replace(
                values={**found.values, "module": module},
                message=_NOT_EXPORTED if hidden[row] else None,
            )


_NOT_EXPORTED = Text(
    "Метод «{name}» модуля «{module}» не экспортный", "{module} does not export {name}"
)


def _in_common_module(module: str) -> bool:
    return module.startswith("CommonModule.")


_BY_NAME = ("общиймодуль", "commonmodule")


def _module_asked_for(receiver: str) -> str:
    """`X` of a chain that ends in `ОбщийМодуль("X")`; any other receiver as it is."""
    asked, quote, rest = receiver.rpartition('("')
    if quote and rest.endswith('")') and asked.casefold().endswith(_BY_NAME):
        return rest.removesuffix('")')
    return receiver


def _known_whole(tables: Tables) -> frozenset[str]:
    """Folded names of common modules whose routines the tables know all of."""
    broken = half_read(tables)
    return frozenset(
        item.name.casefold()
        for id_, item in full_objects(tables, "CommonModule").items()
        if id_ not in broken
    )


class _Values:
    """Names that stand for a value where a call is written: they hide a common module."""

    def __init__(self, tables: Tables, chosen: np.ndarray[Any, Any]) -> None:
        calls = tables["calls"].take(chosen)
        places = list(rows(calls, "module", "caller"))
        self._places = dict(zip(chosen.tolist(), places, strict=True))
        callers = {caller for _, caller in places if caller}
        modules = {module for module, _ in places}
        self._names: dict[str, set[str]] = {}
        self._add(tables["parameters"], "routine", callers)
        self._add(tables["variables"], "routine", callers)
        of_modules = rows_where(tables["variables"], "kind", "module".__eq__)
        self._add(of_modules, "module", modules)
        owned = rows_where(tables["modules"], "module", modules.__contains__)
        self._owners = {
            module: owner if kind == "FormModule" else object_
            for module, owner, object_, kind in rows(owned, "module", "owner", "object", "kind")
            if kind not in {"CommonModule", "ManagerModule"}
        }
        owners = set(self._owners.values())
        self._add(tables["form_attributes"], "form", owners)
        self._add(tables["members"], "parent", owners)

    def named(self, row: int, folded: str) -> bool:
        """Whether the name is that of a value for the call in `row`."""
        module, caller = self._places[row]
        scopes = (caller or "", module, self._owners.get(module, ""))
        return any(folded in self._names.get(scope, ()) for scope in scopes)

    def _add(self, table: Any, scope: str, wanted: Iterable[str]) -> None:
        chosen = rows_where(table, scope, frozenset(wanted).__contains__)
        for owner, name in rows(chosen, scope, "name"):
            self._names.setdefault(owner, set()).add(name.casefold())


@table_rule(
    "DeprecatedMethodCall",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    title=Text("Вызов устаревшего метода", "Call of an obsolete routine"),
    description=Text(
        "Описание метода начинается со слова «Устарела»: автор оставил его для совместимости и "
        "уберет. Вызовы из других устаревших методов не считаются.\n\nВызовите то, что советует "
        "описание.",
        "The description of the routine begins with “Устарела” (obsolete): it is kept for "
        "compatibility and will go. Calls from other obsolete routines do not count.\n\nCall "
        "what the description advises.",
    ),
    message=Text("Метод «{name}» устарел. {advice}", "{name} is obsolete. {advice}"),
    needs=("modules", "routines", "calls"),
    standards=(453,),
)
def deprecated_method_call(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Calls whose callee is deprecated and whose caller is not."""
    advice = {
        routine: text or ""
        for routine, deprecated, text in rows(
            tables["routines"], "routine", "deprecated", "deprecation"
        )
        if deprecated
    }
    if not advice:
        return
    calls = tables["calls"]
    to = Coded.of(calls, "callee").map(lambda routine: int(routine in advice)) == 1
    from_ = Coded.of(calls, "caller").map(lambda routine: int(routine in advice)) == 1
    for found, _, callee in call_places(tables, np.flatnonzero(to & ~from_)):
        yield found._replace(values={**found.values, "advice": advice[callee]})


_EVENTS = frozenset({"OnActivateRow", "StartChoice"})
_SUFFIXES = ("приактивизациистроки", "onactivaterow", "началовыбора", "onstartchoice")
_AT_SERVER = frozenset({"насервере", "atserver"})


@table_rule(
    "ServerCallsInFormEvents",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    title=Text(
        "Вызов сервера в частом событии формы", "Server call in an event that happens often"
    ),
    description=Text(
        "Активизация строки и начало выбора случаются при каждом движении по списку. Серверный "
        "вызов с контекстом передает туда и обратно данные всей формы, и список «тормозит».\n\n"
        "Вынесите вызов в обработчик ожидания или в процедуру `&НаСервереБезКонтекста`.",
        "Activating a row and starting a choice happen with every move in a list. A server call "
        "with context sends the data of the whole form there and back, and the list becomes "
        "slow.\n\nMove the call to an idle handler or to a routine without context.",
    ),
    message=Text(
        "В обработчике «{handler}» вызывается серверная «{name}» с контекстом формы",
        "{handler} calls {name}, which runs on the server with the form's context",
    ),
    needs=("modules", "routines", "calls", "form_handlers", "references"),
)
def server_calls_in_form_events(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Direct calls from handlers of the two events to routines of the form `&НаСервере`.

    Handlers are those that the form names, and routines named as such, except idle handlers.
    """
    modules = rows_where(tables["modules"], "kind", "FormModule".__eq__)
    prefixes = {
        module: module.removesuffix(".Module") for module in modules.column("module").to_pylist()
    }
    routines = rows_where(tables["routines"], "module", prefixes.__contains__)
    server = {
        routine
        for routine, directive in rows(routines, "routine", "directive")
        if (directive or "").casefold() in _AT_SERVER
    }
    assigned = rows_where(tables["form_handlers"], "event", _EVENTS.__contains__)
    handlers = {
        f"{form}.{procedure}".casefold() for form, procedure in rows(assigned, "form", "procedure")
    }

    later = _called_later(tables)

    def is_handler(routine: str) -> int:
        folded = routine.casefold()
        return int(folded in handlers or (folded.endswith(_SUFFIXES) and folded not in later))

    calls = tables["calls"]
    from_ = Coded.of(calls, "caller").map(is_handler) == 1
    to = Coded.of(calls, "callee").map(lambda routine: int(routine in server)) == 1
    local = Coded.of(calls, "module").map(lambda module: int(module in prefixes)) == 1
    for found, _, _ in call_places(tables, np.flatnonzero(from_ & to & local)):
        handler = found.routine.rpartition(".")[2]
        yield found._replace(values={**found.values, "handler": handler})


def _called_later(tables: Tables) -> frozenset[str]:
    """Folded ids of routines that code passes by name: idle handlers and notifications."""
    edges = rows_where(tables["references"], "kind", "notification".__eq__)
    return frozenset(target.casefold() for target in edges.column("target").to_pylist())
