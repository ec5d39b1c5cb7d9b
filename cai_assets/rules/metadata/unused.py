"""Routines that nobody calls: local ones, and exports outside of the public interface."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.onec.platform.events import is_event_handler
from cai_assets.rules.metadata.lookup import Tables, objects, rows, rows_where, whole_projects
from cai_assets.rules.model import FoundAt, Kind, Parameter, Severity, Text, table_rule

_USES = frozenset({"call", "handler", "notification", "extends"})
"""Kinds of edges by which a routine is used."""

_ANNOTATIONS = (
    "перед", "before", "после", "after", "вместо", "around", "изменениеиконтроль",
    "changeandvalidate",
)  # fmt: skip
_NEEDS = ("modules", "routines", "calls", "references", "module_names", "forms")


class _Uses:
    """Ids of routines that something uses: as tables have them by calls, folded by references."""

    def __init__(self, tables: Tables) -> None:
        calls = tables["calls"]
        self._called = _used_by_others(calls, "caller", "callee")
        edges = rows_where(tables["references"], "extractor", "calls".__ne__)
        edges = rows_where(edges, "kind", _USES.__contains__)
        self._named = {
            target.casefold()
            for source, target in zip(*(_texts_of(edges, end) for end in _ENDS), strict=True)
            if source != target
        }

    def of(self, routine: str) -> bool:
        """Whether something other than itself uses a routine."""
        return routine in self._called or routine.casefold() in self._named


def _used_by_others(table: pa.Table, user: str, used: str) -> set[str]:
    """The values of the column `used` that some row has for another user than itself."""
    from_, to = Coded.of(table, user), Coded.of(table, used)
    numbers = {id_: number for number, id_ in enumerate(to.values)}
    itself = from_.map(lambda id_: numbers.get(id_, -1)) == to.codes
    codes = np.unique(to.codes[(to.codes >= 0) & ~itself])
    return {to.values[code] for code in codes.tolist()}


_ENDS = ("source", "target")


def _texts_of(table: pa.Table, column: str) -> list[str]:
    """The values of few rows, without decoding all that the column's dictionary has."""
    return table.column(column).cast(pa.string()).to_pylist()  # type: ignore[no-any-return]


def _split(text: object) -> tuple[str, ...]:
    return tuple(part.strip().casefold() for part in str(text).split(",") if part.strip())


@table_rule(
    "UnusedLocalMethod",
    severity=Severity.MAJOR,
    kind=Kind.CODE_SMELL,
    title=Text("Неиспользуемая локальная процедура", "Local routine that nobody calls"),
    description=Text(
        "Процедуру без `Экспорт` никто не вызывает: ни модуль, ни событие, ни обработчик из "
        "метаданных, и имени ее нет в строках модуля. Такой код читают и поддерживают зря.\n\n"
        "Удалите процедуру или добавьте забытый вызов.",
        "Nothing calls this routine, which is not exported: no code of its module, no event, no "
        "handler of metadata, and no text literal has its name. Such code is read and kept for "
        "nothing.\n\nDelete the routine, or add the call that was forgotten.",
    ),
    message=Text("«{name}» нигде не используется", "{name} is not used anywhere"),
    needs=_NEEDS,
    standards=(456,),
    parameters=(
        Parameter(
            "attachableMethodPrefixes",
            "подключаемый_,attachable_",
            Text(
                "Префиксы процедур, которые подключает код, через запятую",
                "Prefixes of routines that code attaches, separated by commas",
            ),
        ),
    ),
)
def unused_local_method(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Routines without export that nothing refers to.

    Left out: handlers of events, attachable routines, names in text literals of the module (of
    any module for forms and where code is made of texts), and names that code puts together there.
    """
    prefixes = _split(options["attachableMethodPrefixes"])
    uses = _Uses(tables)
    kinds = dict(rows(tables["modules"], "module", "kind"))
    texts = _texts(tables)
    anywhere = frozenset().union(*texts.values()) if texts else frozenset()
    dynamic, parts = _dynamic_modules(tables), dict(rows(tables["module_names"], "module", "parts"))
    for found, name, module in _candidates(tables, export=False):
        folded = name.casefold()
        kind = kinds.get(module, "")
        own = texts.get(module, frozenset())
        evaluates = module in dynamic
        spoken = anywhere if evaluates or kind == "FormModule" else own
        if (
            not uses.of(found.routine)
            and not folded.startswith(prefixes)
            and folded not in spoken
            and not (evaluates and _put_together(folded, parts.get(module, ())))
            and not is_event_handler(kind, folded)
        ):
            yield found


@table_rule(
    "UnusedExportMethod",
    severity=Severity.MINOR,
    kind=Kind.CODE_SMELL,
    title=Text("Неиспользуемый экспортный метод", "Export that nobody uses"),
    description=Text(
        "Экспортный метод вне программного интерфейса никто не вызывает, и его имени нет ни в "
        "коде, ни в строках всей выгрузки. Методы областей `ПрограммныйИнтерфейс`, "
        "переопределяемых модулей и обработчики событий не считаются.\n\nУдалите метод, уберите "
        "`Экспорт` или перенесите его в программный интерфейс, если им пользуются извне.",
        "Nobody calls this export, which is outside of the public interface, and its name stands "
        "nowhere in code or texts of the upload. Routines in the regions of the public "
        "interface, in modules made to be overridden, and event handlers do not count.\n\nDelete "
        "the routine, drop the export, or move it to the public interface if others use it.",
    ),
    message=Text(
        "Экспортный метод «{name}» нигде не используется", "The export {name} is not used anywhere"
    ),
    needs=(*_NEEDS, "objects", "projects"),
    parameters=(
        Parameter(
            "publicRegions",
            "программныйинтерфейс,служебныйпрограммныйинтерфейс,public,internal",
            Text("Области, методы которых вызывают извне", "Regions that others may call"),
        ),
        Parameter(
            "overridableModules",
            "переопределяемый,overridable",
            Text("Части имен переопределяемых модулей", "What overridable modules have in names"),
        ),
    ),
)
def unused_export_method(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Exports that no call, handler, name behind a dot or text of any module could mean.

    External data processors and extensions without their configuration are left out: who calls
    them is not in the upload.
    """
    regions = frozenset(_split(options["publicRegions"]))
    overridable = _split(options["overridableModules"])
    uses = _Uses(tables)
    kinds = dict(rows(tables["modules"], "module", "kind"))
    named = _names_in(tables, "members") | _names_in(tables, "texts")
    global_ = {item.id for item in objects(tables, "CommonModule") if item.flag("Global")}
    words = _names_in(tables, "words") if global_ else frozenset()
    public = _public_rows(tables, regions)
    inner = _inner_projects(tables)
    parts = _parts_of_dynamic(tables)
    for found, name, module in _candidates(tables, export=True, without=public):
        folded = name.casefold()
        if (
            found.project in inner
            and not uses.of(found.routine)
            and folded not in named
            and not (found.object in global_ and folded in words)
            and not any(part in module.casefold() for part in overridable)
            and not _put_together(folded, parts)
            and not is_event_handler(kinds.get(module, ""), folded)
        ):
            yield found


def _inner_projects(tables: Tables) -> frozenset[str]:
    """Projects whose callers are all in the upload: what is external is called from outside."""
    kinds = dict(rows(tables["projects"], "project", "kind"))
    whole = whole_projects(tables)
    return frozenset(p for p, kind in kinds.items() if p in whole and kind != "external")


def _parts_of_dynamic(tables: Tables) -> frozenset[str]:
    """What modules that execute text put names together of."""
    dynamic = _dynamic_modules(tables)
    names = rows(tables["module_names"], "module", "parts")
    return frozenset(part for module, parts in names if module in dynamic for part in parts or ())


def _public_rows(tables: Tables, regions: frozenset[str]) -> np.ndarray[Any, Any]:
    """Which rows of `routines` stand in one of the regions, at any depth."""
    region = Coded.of(tables["routines"], "region")
    public = region.map(lambda path: int(not regions.isdisjoint(path.casefold().split("/"))))
    return np.asarray(public == 1)


_APPLICATION = frozenset(
    {
        "ManagedApplicationModule", "OrdinaryApplicationModule", "ExternalConnectionModule",
        "SessionModule", "BotModule", "WebSocketClientModule",
    }
)  # fmt: skip


def _candidates(
    tables: Tables, *, export: bool, without: np.ndarray[Any, Any] | None = None
) -> Iterator[tuple[FoundAt, str, str]]:
    """Routines with their name and module.

    Left out: interceptors of extensions, modules with a syntax error, ordinary forms, whose
    handlers are not read, and modules of the application, in which any procedure may be an event
    of a newer platform.
    """
    ordinary = rows_where(tables["forms"], "kind", "Ordinary".__eq__).column("form").to_pylist()
    broken = {f"{form}.Module" for form in ordinary} | {
        module
        for module, kind, errors in rows(tables["modules"], "module", "kind", "syntax_errors")
        if errors or kind in _APPLICATION
    }
    routines = tables["routines"]
    mask = routines.column("export").to_numpy() == export
    if without is not None:
        mask &= ~without
    columns = (
        "project", "file", "line", "object", "routine", "name", "module", "annotations",
    )  # fmt: skip
    for project, file, line, object_, id_, name, module, notes in rows(
        routines.filter(pa.array(mask)), *columns
    ):
        if module not in broken and not any(
            text.casefold().lstrip("&").startswith(_ANNOTATIONS) for text in notes or ()
        ):
            found = FoundAt(project, file, line, object_ or "", id_, values={"name": name})
            yield found, name, module


_EVALUATE = frozenset({"выполнить", "execute", "вычислить", "eval"})


def _dynamic_modules(tables: Tables) -> frozenset[str]:
    """Modules that execute text as code."""
    return frozenset(
        module
        for module, words in rows(tables["module_names"], "module", "words")
        if not _EVALUATE.isdisjoint(words or ())
    )


def _put_together(folded: str, parts: Iterable[str]) -> bool:
    """Whether the name may be made of one of the parts: `Выполнить("Шаг_" + Номер + "()")`."""
    return any(fnmatchcase(folded, part) for part in parts or ())


def _texts(tables: Tables) -> dict[str, frozenset[str]]:
    """The words of each module's text literals."""
    return {
        module: frozenset(texts or ())
        for module, texts in rows(tables["module_names"], "module", "texts")
    }


def _names_in(tables: Tables, column: str) -> frozenset[str]:
    """All names that one of the columns of `module_names` has for any module."""
    found: set[str] = set()
    for names in tables["module_names"].column(column).to_pylist():
        found.update(names or ())
    return frozenset(found)
