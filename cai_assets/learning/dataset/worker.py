"""What a worker process does for the dataset: read modules, return their routines as rows."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.worker import peak_memory
from cai_assets.learning.dataset.bodies import (
    COUNTED,
    NO_BODY,
    Body,
    ModuleBodies,
    Place,
    read_bodies,
)
from cai_assets.onec.disk import below
from cai_assets.onec.errors import NotSupported
from cai_assets.onec.text import decode_module


@dataclass(frozen=True, slots=True)
class Unit:
    """A module: its file, size in bytes and where its routines stand, in order."""

    file: str
    size: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rows of a group as an Arrow stream of `BODY_SCHEMA`, and files that were not read."""

    rows: bytes
    units: int
    problems: tuple[tuple[str, str], ...]
    """(file, what went wrong); their routines have no body."""
    process: int
    peak_bytes: int


_WORD = pa.dictionary(pa.int32(), pa.string())

BODY_SCHEMA = pa.schema(
    [
        ("body", pa.string()),
        ("signature", pa.string()),
        ("identifiers", pa.list_(pa.string())),
        ("words", pa.list_(pa.string())),
        ("masked", pa.int32()),
        ("empty", pa.bool_()),
        ("license", _WORD),
        ("generated", pa.bool_()),
        ("stops", pa.list_(pa.int32())),
        ("shingles", pa.list_(pa.uint32())),
        *((name, pa.int32()) for name in COUNTED),
    ]
)
"""A row per routine, in the order of the units and their places."""


def read_group(root: str, units: list[Unit]) -> Outcome:
    """Read `units` below `root`, an extended path, in a worker."""
    outcome = read_units(root, units)
    gc.collect(0)
    return outcome


def read_units(root: str, units: Iterable[Unit]) -> Outcome:
    """Read `units` in this process. A file that cannot be read is a problem, never raised."""
    read: list[ModuleBodies] = []
    problems: list[tuple[str, str]] = []
    for unit in units:
        try:
            text = decode_module(Path(below(root, unit.file)).read_bytes()).text
            read.append(read_bodies(text, unit.places))
        except (OSError, NotSupported) as error:
            problems.append((unit.file, f"{error}"))
            read.append(ModuleBodies([NO_BODY] * len(unit.places), "", False))
        except Exception as error:  # a fault of ours must not cost the other files
            problems.append((unit.file, f"{type(error).__name__}: {error}"[:500]))
            read.append(ModuleBodies([NO_BODY] * len(unit.places), "", False))
    sink = pa.BufferOutputStream()
    table = _table(read)
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    rows = sink.getvalue().to_pybytes()
    return Outcome(rows, len(read), tuple(problems), os.getpid(), peak_memory())


def _table(read: list[ModuleBodies]) -> pa.Table:
    bodies: list[Body] = [body for module in read for body in module.bodies]
    counts = np.array([body.syntax for body in bodies], dtype=np.int32)
    counts = counts.reshape(len(bodies), len(COUNTED))
    licenses = [module.license for module in read for _ in module.bodies]
    columns = [
        pa.array([body.text for body in bodies], pa.string()),
        pa.array([body.signature for body in bodies], pa.string()),
        pa.array([body.identifiers for body in bodies], pa.list_(pa.string())),
        pa.array([body.words for body in bodies], pa.list_(pa.string())),
        pa.array([body.masked for body in bodies], pa.int32()),
        pa.array([body.empty for body in bodies], pa.bool_()),
        pa.array(licenses, pa.string()).dictionary_encode(),
        pa.array([module.generated for module in read for _ in module.bodies], pa.bool_()),
        _lists([body.stops for body in bodies], pa.int32()),
        _lists([body.shingles for body in bodies], pa.uint32()),
        *(pa.array(np.ascontiguousarray(counts[:, place])) for place in range(len(COUNTED))),
    ]
    return pa.table(columns, schema=BODY_SCHEMA)


def _lists(arrays: list[npt.NDArray[Any]], type_: pa.DataType) -> pa.ListArray:
    ends = np.cumsum([0, *map(len, arrays)], dtype=np.int32)
    joined = np.concatenate(arrays) if arrays else np.empty(0)
    return pa.ListArray.from_arrays(pa.array(ends), pa.array(joined).cast(type_))
