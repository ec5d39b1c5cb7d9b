"""Tables of the site about data: who writes and who reads each object that keeps data.

Evidence is what the metadata or the code says at a file and a line: that a document is a recorder,
a query, `Движения.X`, a record set that code creates. A record set that a routine creates and
neither writes nor reads is `create`: what becomes of it is not to be seen there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.onec.metadata.kinds import kind_by_bsl_name
from cai_assets.site.model import Source

REGISTERS = (
    "AccumulationRegister",
    "AccountingRegister",
    "CalculationRegister",
    "InformationRegister",
)
"""Types of registers, those of movements first."""

WRITE, READ, CREATE = "write", "read", "create"

_CREATES = {
    "record_set": "СоздатьНаборЗаписей CreateRecordSet",
    "record_manager": "СоздатьМенеджерЗаписи CreateRecordManager",
    "item": """СоздатьЭлемент CreateItem СоздатьГруппу CreateFolder СоздатьДокумент CreateDocument
        СоздатьУзел CreateNode СоздатьСчет CreateAccount СоздатьВидРасчета CreateCalculationType
        СоздатьЗадачу CreateTask СоздатьБизнесПроцесс CreateBusinessProcess
        СоздатьМенеджерЗначения CreateValueManager""",
}
"""Methods of managers that make what is written or read by a method of its own."""

_READS = """Получить Get ПолучитьПоследнее GetLast ПолучитьПервое GetFirst
    СрезПоследних SliceLast СрезПервых SliceFirst Остатки Balance Обороты Turnovers
    ОстаткиИОбороты BalanceAndTurnovers ОборотыДтКт DrCrTurnovers
    ДвиженияССубконто RecordsWithExtDimensions Выбрать Select
    ВыбратьПоРегистратору SelectByRecorder"""
"""Methods of managers of registers and constants that read."""
_READ_NAMES = _READS.split()
METHODS_RU = dict(zip(_READ_NAMES[1::2], _READ_NAMES[::2], strict=True))
"""Their Russian names, those of virtual tables too."""
_SETS = "Установить Set"
"""The method of a manager of a constant that writes."""
_WRITES = "Записать Write"
_LOADS = "Прочитать Read Выбран Selected"

_FROM_REFERENCES = {
    "register_record": (WRITE, "recorder"),
    "movement": (WRITE, "movement"),
    "query_table": (READ, "query"),
    "main_table": (READ, "list"),
}
"""Kinds of references that say who writes or reads."""

_COLUMNS = ("object", "way", "how", "detail", "source", "source_object", "file", "line")
_Row = tuple[str, str, str, str, str, str, str, int]


def _folded(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


_CREATING = {name: how for how, names in _CREATES.items() for name in _folded(names)}
_READING, _SETTING = _folded(_READS), _folded(_SETS)
_METHODS = _CREATING.keys() | _READING | _SETTING
_WRITING, _LOADING = _folded(_WRITES), _folded(_LOADS)


def _chosen(table: pa.Table, rows: npt.NDArray[np.bool_]) -> Iterator[tuple[Any, ...]]:
    kept = table.filter(pa.array(rows))
    columns = [
        Coded.of(kept, column).texts()
        if pa.types.is_dictionary(kept.column(column).type)
        else kept.column(column).to_pylist()
        for column in kept.column_names
    ]
    return zip(*columns, strict=True)


def _from_references(source: Source, objects: Mapping[str, str]) -> Iterator[_Row]:
    table = source.needed(
        PARSED,
        "references",
        ("kind", "target_object", "note", "source", "source_object", "file", "line"),
    )
    chosen = Coded.of(table, "kind").map(lambda kind: kind in _FROM_REFERENCES) > 0
    for kind, target, note, origin, owner, file, line in _chosen(table, chosen):
        if target is None or target.casefold() not in objects:
            continue
        way, how = _FROM_REFERENCES[kind]
        if how == "movement" and note:
            how = "posting_query"
        elif how == "query" and note:
            how = "virtual"
        yield target, way, how, note or "", origin, owner or "", file or "", line or 0


def _from_calls(source: Source, objects: Mapping[str, str]) -> Iterator[_Row]:
    """Calls of managers: `РегистрыСведений.X.СоздатьНаборЗаписей()`."""
    table = source.needed(
        PARSED, "calls", ("receiver", "name", "resolution", "caller", "module", "file", "line")
    )
    names = Coded.of(table, "name")
    known = names.map(lambda name: name.casefold() in _METHODS)
    managers = Coded.of(table, "receiver").map(lambda text: not text or _is_manager(text, objects))
    of_platform = Coded.of(table, "resolution").map(lambda text: text.startswith("platform"))
    modules = _modules(source)
    after = _Afterwards(source)
    chosen = (known > 0) & (managers > 0) & (of_platform > 0)
    for receiver, name, _, caller, module, file, line in _chosen(table, chosen):
        own, kind = modules.get(module, ("", ""))
        if receiver:
            object_ = objects[_manager(receiver).casefold()]
        elif kind == "ManagerModule":
            object_ = own
        else:
            continue
        folded = name.casefold()
        origin = caller or module
        how = _CREATING.get(folded, "method")
        if how != "method":
            way = after.way(caller, line)
        elif folded in _SETTING:
            if not object_.startswith("Constant."):
                continue
            way = WRITE
        else:
            if "Register." not in object_ and not object_.startswith("Constant."):
                continue
            way = READ
        yield object_, way, how, name, origin, own, file or "", line or 0


def _manager(receiver: str) -> str:
    """The object that a chain names: `РегистрыСведений.X` → `InformationRegister.X`; else empty."""
    head, _, name = receiver.partition(".")
    kind = kind_by_bsl_name(head)
    return f"{kind}.{name}" if kind and name and "." not in name else ""


def _is_manager(receiver: str, objects: Mapping[str, str]) -> bool:
    return _manager(receiver).casefold() in objects


def _modules(source: Source) -> dict[str, tuple[str, str]]:
    """Object and kind of each module."""
    table = source.needed(PARSED, "modules", ("module", "object", "kind"))
    columns = (Coded.of(table, name).texts() for name in table.column_names)
    return {
        module or "": (own or "", kind or "") for module, own, kind in zip(*columns, strict=True)
    }


class _Afterwards:
    """What a routine does with what it has created."""

    def __init__(self, source: Source) -> None:
        assigned = source.needed(PARSED, "assignments", ("value", "routine", "name", "line"))
        creating = Coded.of(assigned, "value").map(_is_creating) > 0
        self._variables: dict[tuple[str, int], str] = {
            (routine, line): name.casefold()
            for _, routine, name, line in _chosen(assigned, creating)
            if routine
        }
        calls = source.needed(PARSED, "calls", ("name", "caller", "receiver"))
        wanted = Coded.of(calls, "name").map(lambda name: name.casefold() in _WRITING | _LOADING)
        self._done: dict[tuple[str, str], set[str]] = defaultdict(set)
        for name, caller, receiver in _chosen(calls, wanted > 0):
            way = WRITE if name.casefold() in _WRITING else READ
            self._done[caller or "", (receiver or "").casefold()].add(way)

    def way(self, routine: str | None, line: int) -> str:
        """Whether what the routine creates in the line is written, only read, or neither there."""
        if not routine:
            return CREATE
        variable = self._variables.get((routine, line))
        done = self._done.get((routine, variable), set()) if variable else set()
        return WRITE if WRITE in done else READ if done else CREATE


def _is_creating(value: str) -> bool:
    """Whether a value is the result of a creating method: `РегистрыСведений.X.СоздатьНабор…()`."""
    call = value.rpartition(".")[2]
    return call.removesuffix("()").casefold() in _CREATING


def data_access(source: Source) -> pa.Table:
    """Who writes and reads objects: see the docstring of the module. `type` is that of `object`."""
    listed = source.needed(PARSED, "objects", ("object",))
    objects = {id_.casefold(): id_ for id_ in sorted(set(listed.column("object").to_pylist()))}
    rows = {
        (objects[row[0].casefold()], *row[1:])
        for found in (_from_references(source, objects), _from_calls(source, objects))
        for row in found
    }
    ordered = sorted(rows)
    columns = list(zip(*ordered, strict=True)) or [()] * len(_COLUMNS)
    types = [row[0].partition(".")[0] for row in ordered]
    arrays = [pa.array(column, pa.string()).dictionary_encode() for column in columns[:-1]]
    return pa.Table.from_arrays(
        [*arrays, pa.array(columns[-1], pa.int64()), pa.array(types, pa.string())],
        names=[*_COLUMNS, "type"],
    )


def _registers(source: Source) -> pa.Table:
    """The registers of the upload."""
    columns = ["project", "object", "type", "name", "synonym", "properties"]
    table = source.needed(PARSED, "objects", columns)
    chosen = Coded.of(table, "type").map(lambda type_: type_ in REGISTERS) > 0
    return table.filter(pa.array(chosen))


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "data_access": data_access,
    "registers": _registers,
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {
    PARSED: ("assignments", "calls", "modules", "objects", "references"),
}
"""Tables by group that they are made from."""
