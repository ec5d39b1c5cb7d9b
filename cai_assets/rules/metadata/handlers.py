"""Rules about procedures that metadata names: subscriptions, jobs, services, forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.rules.metadata.lookup import (
    Item,
    Routine,
    Routines,
    Tables,
    full_objects,
    half_read,
    members,
    objects,
    rows,
    rows_where,
    whole_projects,
)
from cai_assets.rules.model import FoundAt, Kind, Severity, Text, table_rule

_TABLES = ("projects", "source_files", "objects", "routines")
_MODULE = "CommonModule."


class _CommonModules:
    """Common modules and their routines, as handlers name them."""

    def __init__(self, tables: Tables) -> None:
        self._modules = full_objects(tables, "CommonModule")
        self._adopted = {
            item.id.casefold() for item in objects(tables, "CommonModule") if item.adopted
        }
        self._half_read = half_read(tables)
        self._routines = Routines(tables, lambda module: module.startswith(_MODULE))

    def look(self, handler: str, project: str) -> tuple[Item | None, Routine | None, bool]:
        """The module, the routine, and whether all of the module is known."""
        module = handler.rpartition(".")[0].casefold()
        known = module not in self._half_read
        known = known and (module in self._modules or module not in self._adopted)
        return self._modules.get(module), self._routines.find(handler, project), known


def _handler(item: Item, name: str) -> str:
    return item.properties.get(name, "")


def _short(handler: str) -> str:
    """`Module.Routine` of `CommonModule.Module.Routine`."""
    return handler.removeprefix(_MODULE)


_NO_HANDLER = Text(
    "Для «{name}» не задан обработчик",
    "{name} has no handler",
)
_NO_MODULE = Text(
    "Обработчик «{name}» указывает на общий модуль «{module}», которого нет",
    "The handler of {name} names the common module {module}, which does not exist",
)
_NOT_SERVER = Text(
    "Обработчик «{name}» находится в модуле «{module}», который не выполняется на сервере",
    "The handler of {name} is in the module {module}, which does not run on the server",
)
_NO_ROUTINE = Text(
    "Обработчика «{handler}» для «{name}» нет в модуле",
    "The module has no routine {handler}, which handles {name}",
)
_NOT_EXPORTED = Text(
    "Обработчик «{handler}» для «{name}» не экспортный",
    "{handler}, which handles {name}, is not exported",
)


@table_rule(
    "MissingEventSubscriptionHandler",
    severity=Severity.BLOCKER,
    kind=Kind.BUG,
    title=Text("Нет обработчика подписки на событие", "Event subscription without its handler"),
    description=Text(
        "Подписка на событие вызывает экспортную процедуру общего модуля, который выполняется на "
        "сервере. Если процедуры нет, она не экспортная или модуль не серверный, запись и "
        "удаление объектов-источников завершаются ошибкой.\n\nСоздайте процедуру, добавьте "
        "`Экспорт` или исправьте обработчик подписки.",
        "An event subscription calls an exported procedure of a common module that runs on the "
        "server. If the procedure is missing, not exported or not on the server, writing and "
        "deleting the source objects fails.\n\nCreate the procedure, export it, or correct the "
        "subscription.",
    ),
    message=_NO_ROUTINE,
    needs=_TABLES,
)
def missing_event_subscription_handler(
    tables: Tables, options: Mapping[str, Any]
) -> Iterator[FoundAt]:
    """Every subscription, against the common module and the routine that it names."""
    modules, whole = _CommonModules(tables), whole_projects(tables)
    for item in objects(tables, "EventSubscription"):
        handler = _handler(item, "Handler")
        if item.adopted and not handler:
            continue
        values = {"name": item.id, "handler": _short(handler)}
        if handler.count(".") < 2:
            yield item.found(_NO_ROUTINE if handler else _NO_HANDLER, **values)
            continue
        if item.project not in whole:
            continue
        module, routine, known = modules.look(handler, item.project)
        if not known and routine is None:
            continue
        if module is not None and not module.flag("Server"):
            yield item.found(_NOT_SERVER, module=module.name, **values)
        if module is None and known:
            yield item.found(_NO_MODULE, module=handler.split(".")[1], **values)
        elif routine is None:
            yield item.found(_NO_ROUTINE, **values)
        elif not routine.export:
            yield item.found(_NOT_EXPORTED, **values)


@table_rule(
    "ScheduledJobHandler",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    title=Text("Ошибка в обработчике регламентного задания", "Scheduled job with a wrong handler"),
    description=Text(
        "Регламентное задание вызывает экспортный метод серверного общего модуля. У "
        "предопределенного задания параметров нет, поэтому у метода не должно быть обязательных. "
        "Пустой метод выполняется впустую, а один метод у нескольких заданий — вероятная ошибка "
        "копирования.\n\nИсправьте метод задания или сам метод.",
        "A scheduled job calls an exported routine of a common module that runs on the server. A "
        "predefined job passes no parameters, so the routine must not require any. An empty "
        "routine does nothing, and one routine for several jobs is probably a slip of copying.\n\n"
        "Correct the job's routine, or the routine itself.",
    ),
    message=_NO_ROUTINE,
    needs=_TABLES,
)
def scheduled_job_handler(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Every job, against the common module and the routine that it names."""
    modules, whole = _CommonModules(tables), whole_projects(tables)
    by_handler: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in objects(tables, "ScheduledJob"):
        handler = _handler(item, "MethodName")
        if item.adopted and not handler:
            continue
        values = {"name": item.id, "handler": _short(handler)}
        if handler.count(".") < 2:
            yield item.found(_NO_ROUTINE if handler else _NO_HANDLER, **values)
            continue
        module, routine, known = modules.look(handler, item.project)
        if item.project not in whole or (not known and routine is None):
            continue
        if module is None and known:
            yield item.found(_NO_MODULE, module=handler.split(".")[1], **values)
            continue
        if module is not None and not module.flag("Server"):
            yield item.found(_NOT_SERVER, module=module.name, **values)
            continue
        by_handler[item.project, handler.casefold()].append(item)
        if routine is None:
            yield item.found(_NO_ROUTINE, **values)
            continue
        for message in _faults_of_job_routine(item, routine, known):
            yield item.found(message, **values)
    for items in by_handler.values():
        if len(items) > 1:
            yield _shared_job_routine(items)


_JOB_PARAMETERS = Text(
    "У метода «{handler}» предопределенного задания «{name}» есть обязательные параметры",
    "{handler}, the routine of the predefined job {name}, has required parameters",
)
_JOB_EMPTY = Text(
    "Метод «{handler}» задания «{name}» пуст",
    "{handler}, the routine of {name}, is empty",
)
_JOB_SHARED = Text(
    "Метод «{handler}» назначен нескольким заданиям: {jobs}",
    "Several jobs have the routine {handler}: {jobs}",
)


def _faults_of_job_routine(job: Item, routine: Routine, whole: bool) -> Iterator[Text]:
    """`whole`: the module was read whole, so that an empty routine is empty."""
    if not routine.export:
        yield _NOT_EXPORTED
    if job.flag("Predefined") and routine.parameters > routine.optional_parameters:
        yield _JOB_PARAMETERS
    elif whole and not routine.statements:
        yield _JOB_EMPTY


def _shared_job_routine(jobs: list[Item]) -> FoundAt:
    jobs = sorted(jobs, key=lambda job: job.name.casefold())
    names = ", ".join(job.name for job in jobs)
    return jobs[0].found(_JOB_SHARED, handler=_short(_handler(jobs[0], "MethodName")), jobs=names)


def _service_handlers(
    tables: Tables, kind: str, type_: str, property_: str
) -> Iterator[tuple[Item, str, Routine | None]]:
    """Parts of services with the name of their handler and the routine, None if missing."""
    routines = Routines(tables, lambda module: module.startswith(f"{type_}."))
    unknown = half_read(tables)
    for item in members(tables, kind):
        if not item.owner.startswith(f"{type_}.") or item.owner.casefold() in unknown:
            continue
        if not item.adopted:
            handler = _handler(item, property_)
            found = routines.find(f"{item.owner}.{handler}", item.project) if handler else None
            yield item, handler, found


@table_rule(
    "WrongHttpServiceHandler",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    title=Text("Ошибка в обработчике HTTP-сервиса", "HTTP service with a wrong handler"),
    description=Text(
        "Метод шаблона URL вызывает функцию модуля HTTP-сервиса с одним параметром — запросом. "
        "Если функции нет или параметров не один, вызов сервиса завершится ошибкой 500.\n\n"
        "Создайте функцию, исправьте имя обработчика или число параметров.",
        "A method of a URL template calls a function of the service's module with one parameter, "
        "the request. If it is missing or takes another number of parameters, the call fails with "
        "error 500.\n\nCreate the function, or correct its name or its parameters.",
    ),
    message=_NO_ROUTINE,
    needs=("source_files", "members", "routines"),
)
def wrong_http_service_handler(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Methods of URL templates: handler named, there, with one parameter."""
    for item, handler, routine in _service_handlers(tables, "Method", "HTTPService", "Handler"):
        values = {"name": item.id, "handler": handler}
        if not handler:
            yield item.found(_NO_HANDLER, **values)
        elif routine is None:
            yield item.found(_NO_ROUTINE, **values)
        elif routine.parameters != 1:
            yield FoundAt(
                routine.project, routine.file, routine.line, item.owner, routine.id,
                values={**values, "count": routine.parameters}, message=_HTTP_PARAMETERS,
            )  # fmt: skip


_HTTP_PARAMETERS = Text(
    "У обработчика «{handler}» для «{name}» должен быть один параметр, а их {count}",
    "{handler}, which handles {name}, must have one parameter, not {count}",
)


@table_rule(
    "WrongWebServiceHandler",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    title=Text("Ошибка в обработчике web-сервиса", "Web service with a wrong handler"),
    description=Text(
        "Операция web-сервиса вызывает функцию его модуля; число ее параметров равно числу "
        "параметров операции. Если функции нет или параметров не столько же, вызов операции "
        "завершится ошибкой.\n\nСоздайте функцию, исправьте имя метода операции или параметры.",
        "An operation of a web service calls a function of its module, with as many parameters "
        "as the operation has. If it is missing or takes another number, the call fails.\n\n"
        "Create the function, or correct its name or its parameters.",
    ),
    message=_NO_ROUTINE,
    needs=("source_files", "members", "routines"),
)
def wrong_web_service_handler(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Operations of web services: handler named, there, with the operation's parameters."""
    parameters: dict[tuple[str, str], int] = defaultdict(int)
    for item in members(tables, "Parameter"):
        parameters[item.project, item.id.rpartition(".Parameter.")[0]] += 1
    for item, handler, routine in _service_handlers(
        tables, "Operation", "WebService", "ProcedureName"
    ):
        values = {"name": item.id, "handler": handler}
        if not handler:
            yield item.found(_NO_HANDLER, **values)
        elif routine is None:
            yield item.found(_NO_ROUTINE, **values)
        elif routine.parameters != (expected := parameters[item.project, item.id]):
            yield FoundAt(
                routine.project, routine.file, routine.line, item.owner, routine.id,
                values={**values, "count": routine.parameters, "expected": expected},
                message=_WEB_PARAMETERS,
            )  # fmt: skip


_WEB_PARAMETERS = Text(
    "У операции «{name}» параметров {expected}, а у ее обработчика «{handler}» — {count}",
    "{name} has {expected} parameters, its handler {handler} has {count}",
)


@table_rule(
    "MissingFormHandler",
    severity=Severity.BLOCKER,
    kind=Kind.BUG,
    title=Text("Нет обработчика события или команды формы", "Form without a handler it names"),
    description=Text(
        "Форма назначает событию или команде процедуру, которой нет в модуле формы. При событии "
        "пользователь увидит ошибку, а форма с таким событием открытия не откроется.\n\nСоздайте "
        "процедуру или уберите обработчик из свойств элемента.",
        "The form gives an event or a command a procedure that its module does not have. The "
        "user will see an error at the event, and a form with such an event of opening will not "
        "open.\n\nCreate the procedure, or remove the handler from the element's properties.",
    ),
    message=Text(
        "В модуле формы нет процедуры «{handler}», назначенной в форме «{name}»",
        "The form's module has no procedure {handler}, which the form {name} names",
    ),
    needs=(
        "projects",
        "source_files",
        "forms",
        "modules",
        "routines",
        "form_handlers",
        "form_commands",
    ),
)
def missing_form_handler(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Handlers of forms, their elements and commands, against the procedures of the form.

    Forms whose module was not read whole, and forms of an extension without its configuration,
    are left out: their procedures are not all known.
    """
    known, unknown = _form_procedures(tables), half_read(tables)
    whole = whole_projects(tables)
    objects_ = dict(rows(tables["forms"], "form", "object"))
    managed = {form for form, kind in rows(tables["forms"], "form", "kind") if kind == "Managed"}
    for table, column in (("form_handlers", "procedure"), ("form_commands", "action")):
        columns = ("project", "form", column, "file", "line")
        for project, form, procedure, file, line in rows(tables[table], *columns):
            if not procedure or project not in whole or form not in managed:
                continue
            if form.casefold() in unknown:
                continue
            if procedure.casefold() not in known.get(form.casefold(), frozenset()):
                yield FoundAt(
                    project, file, line, objects_[form] or form,
                    values={"handler": procedure, "name": form},
                )  # fmt: skip


def _form_procedures(tables: Tables) -> dict[str, set[str]]:
    """Folded names of the routines of forms, by folded id of the form, over all projects."""
    modules = rows_where(tables["modules"], "kind", "FormModule".__eq__)
    owners = {module: owner.casefold() for module, owner in rows(modules, "module", "owner")}
    names: dict[str, set[str]] = {owner: set() for owner in owners.values()}
    routines = rows_where(tables["routines"], "module", owners.__contains__)
    for module, name in rows(routines, "module", "name"):
        names[owners[module]].add(name.casefold())
    return names
