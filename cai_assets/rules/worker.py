"""What a worker process does for the rules: look at a group of files, return their findings.

A file is read and parsed once; all module rules see the same view of it, all query rules the same
parsed queries. Nothing is remembered between files.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from cai_assets.knowledge.worker import peak_memory, prepare_worker
from cai_assets.onec.bsl.parser import parse
from cai_assets.onec.disk import below
from cai_assets.onec.errors import NotSupported
from cai_assets.onec.text import decode, decode_module
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.engine import Options, Watch, check_module
from cai_assets.rules.found import RawFinding
from cai_assets.rules.module import ModuleContext, ModuleView
from cai_assets.rules.stored_queries import StoredQuery, check_stored_queries

Problem = tuple[str, str, str]
"""(key of the rule, file, error)"""


@dataclass(frozen=True, slots=True)
class Orders:
    """What is the same for all files: the rules by key, their parameters, the objects there are."""

    keys: tuple[str, ...]
    options: Options
    tables: frozenset[str]
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A file to look at: a module with its context, or a file of metadata with its queries."""

    file: str
    size: int
    context: ModuleContext | None = None
    queries: tuple[StoredQuery, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What was found in a group of files. `rows` is an Arrow stream of `RAW_SCHEMA`."""

    rows: bytes
    units: int
    problems: list[Problem]
    seconds: dict[str, float] = field(default_factory=dict)
    process: int = 0
    peak_bytes: int = 0


_WORD = pa.dictionary(pa.int32(), pa.string())
RAW_SCHEMA = pa.schema(
    [
        ("anchor", pa.string()),
        ("rule", _WORD),
        ("project", _WORD),
        ("object", _WORD),
        ("routine", _WORD),
        ("message_ru", _WORD),
        ("message_en", _WORD),
        ("file", _WORD),
        ("line", pa.int32()),
        ("column", pa.int32()),
        ("end_line", pa.int32()),
        ("end_column", pa.int32()),
    ]
)
"""Findings before fingerprints, severities and statuses."""

_orders: Orders | None = None


def prepare(orders: Orders) -> None:
    """Make a worker ready: what `knowledge.worker` does, and the rules imported."""
    global _orders  # noqa: PLW0603 - a pool hands its initializer's work on in no other way
    prepare_worker()
    all_rules()
    _orders = orders


def check_group(root: str, units: list[Unit]) -> Outcome:
    """Look at `units` below `root`, an extended path, with the orders of `prepare`."""
    assert _orders is not None
    outcome = check_units(root, units, _orders)
    gc.collect(0)
    return outcome


def check_units(root: str, units: Iterable[Unit], orders: Orders) -> Outcome:
    """Look at `units` in this process. What cannot be read is a problem, never raised."""
    known = all_rules()
    rules = [known[key] for key in orders.keys]
    watch = Watch(timed=orders.timed)
    found: list[RawFinding] = []
    problems: list[Problem] = []
    count = 0
    for unit in units:
        count += 1
        try:
            data = Path(below(root, unit.file)).read_bytes()
            if unit.context is not None:
                view = ModuleView(parse(decode_module(data).text), unit.context)
                found += check_module(
                    view, rules, orders.options, file=unit.file, tables=orders.tables, watch=watch
                )
            else:
                text = decode(data).text
                found += check_stored_queries(
                    unit.queries, text, rules, orders.options,
                    file=unit.file, tables=orders.tables, watch=watch,
                )  # fmt: skip
        except (OSError, NotSupported) as error:
            problems.append(("", unit.file, f"{error}"))
        except Exception as error:  # a fault of ours must not cost the other files
            problems.append(("", unit.file, f"{type(error).__name__}: {error}"[:500]))
        problems += ((key, unit.file, message) for key, message in watch.faults)
        watch.faults.clear()
    return Outcome(
        raw_stream(found), count, problems, dict(watch.seconds), os.getpid(), peak_memory()
    )


def raw_table(found: list[RawFinding]) -> pa.Table:
    """Findings as columns of `RAW_SCHEMA`."""
    columns: list[Callable[[RawFinding], object]] = [
        lambda raw: raw.anchor,
        lambda raw: raw.rule,
        lambda raw: raw.project,
        lambda raw: raw.object,
        lambda raw: raw.routine,
        lambda raw: raw.message.ru,
        lambda raw: raw.message.en,
        lambda raw: raw.file,
        lambda raw: raw.place.line,
        lambda raw: raw.place.column,
        lambda raw: raw.place.end_line,
        lambda raw: raw.place.end_column,
    ]
    arrays = []
    for value, column in zip(columns, RAW_SCHEMA, strict=True):
        values = list(map(value, found))
        if pa.types.is_dictionary(column.type):
            arrays.append(pa.array(values, pa.string()).dictionary_encode())
        else:
            arrays.append(pa.array(values, column.type))
    return pa.table(arrays, schema=RAW_SCHEMA)


def raw_stream(found: list[RawFinding]) -> bytes:
    """Findings as an Arrow stream, to be sent to the process that asked."""
    table = raw_table(found)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def read_stream(stream: bytes) -> pa.Table:
    """The table of a stream, without copying."""
    return pa.ipc.open_stream(pa.py_buffer(stream)).read_all()
