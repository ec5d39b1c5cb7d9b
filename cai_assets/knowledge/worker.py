"""What a worker process does: read a group of files and return their rows as Arrow streams.

Imported by every worker, so it imports little; the pool preloads it where processes are forked.
"""

from __future__ import annotations

import gc
import hashlib
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from cai_assets.knowledge.columns import Batch
from cai_assets.knowledge.lean import leave_pandas_out
from cai_assets.knowledge.rows import add_rows
from cai_assets.onec.disk import below
from cai_assets.onec.errors import NotSupported, UnreadableFile
from cai_assets.onec.facts import FileFacts, Problem
from cai_assets.onec.readers import reader_for, why_not_read
from cai_assets.onec.sources import SourceFile

PARSED, PARTLY, UNSUPPORTED, FAILED = "parsed", "partly", "unsupported", "failed"

MAX_FILE_BYTES = 512 * 1024 * 1024
"""A larger file is not read: no 1C file is, and one would hold the machine's memory."""

_DIGEST_CHARACTERS = 32


@dataclass(slots=True, frozen=True)
class Fragment:
    """The rows of a group of files: Arrow stream by table, and the worker's peak memory."""

    streams: dict[str, bytes]
    files: int
    process: int
    peak_bytes: int

    def tables(self) -> dict[str, pa.Table]:
        """The tables, without copying."""
        return {
            name: pa.ipc.open_stream(pa.py_buffer(stream)).read_all()
            for name, stream in self.streams.items()
        }


def prepare_worker() -> None:
    """Make a process that only parses fast: no cycle collection, no pandas.

    Parsing makes trees without cycles by the million; collecting them costs a third.
    """
    gc.disable()
    gc.freeze()
    leave_pandas_out()
    # Ctrl+C reaches every process of a terminal; the one that started the workers ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def read_group(root: str, sources: list[SourceFile]) -> Fragment:
    """Read `sources` below `root`, an extended path. Never raises for what a file holds."""
    tables = read_tables(root, sources)
    streams = {}
    for name, table in tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        streams[name] = sink.getvalue().to_pybytes()
    gc.collect(0)  # the few cycles of this group; what survives is not looked at again
    return Fragment(streams, len(sources), os.getpid(), peak_memory())


def read_tables(root: str, sources: list[SourceFile]) -> dict[str, pa.Table]:
    """Read `sources` below `root` in this process."""
    batch = Batch()
    for source in sources:
        _read_file(batch, root, source)
    return batch.finish()


def digest_of(data: bytes) -> str:
    """The digest by which a file is recognised: processors compute SHA-256 themselves."""
    return hashlib.sha256(data).hexdigest()[:_DIGEST_CHARACTERS]


def peak_memory() -> int:
    """The most memory this process has held, in bytes."""
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    else:  # noqa: RET505 - a type checker for one platform must not call this unreachable
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def add_ledger_row(
    batch: Batch,
    source: SourceFile,
    digest: str | None,
    status: str,
    reason: str = "",
    problems: int = 0,
    line: int | None = None,
) -> None:
    """Account for one file."""
    batch["source_files"].extend(
        1,
        {},
        {
            "path": [source.path],
            "project": [source.project],
            "kind": [str(source.kind)],
            "owner": [source.owner],
            "size": [source.size],
            "digest": [digest],
            "status": [status],
            "reason": [reason],
            "problems": [problems],
            "line": [line],
        },
    )


def _read_file(batch: Batch, root: str, source: SourceFile) -> None:
    if source.size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024 // 1024
        add_ledger_row(batch, source, None, FAILED, f"larger than {limit} MiB: split or remove it")
        return
    try:
        data = Path(below(root, source.path)).read_bytes()
    except OSError as error:
        add_ledger_row(batch, source, None, FAILED, f"cannot be read: {error.strerror or error}")
        return
    digest = digest_of(data)
    reader = reader_for(source)
    if reader is None:
        add_ledger_row(batch, source, digest, UNSUPPORTED, why_not_read(source))
        return
    try:
        facts = reader(source, data)
    except NotSupported as error:
        add_ledger_row(batch, source, digest, UNSUPPORTED, error.reason)
    except UnreadableFile as error:
        add_ledger_row(batch, source, digest, FAILED, error.message, 1, error.line)
    except Exception as error:  # a fault of ours must not cost the other files
        place = f"{type(error).__name__}: {error}"[:300]
        add_ledger_row(
            batch, source, digest, FAILED, f"fault in the reader, please report: {place}"
        )
    else:
        _add_facts(batch, source, digest, facts)


def _add_facts(batch: Batch, source: SourceFile, digest: str, facts: FileFacts) -> None:
    facts.problems = sorted(set(facts.problems))
    add_rows(batch, source, facts)
    if not facts.problems:
        add_ledger_row(batch, source, digest, PARSED)
        return
    first: Problem = facts.problems[0]
    count = len(facts.problems)
    reason = first.message if count == 1 else f"{first.message} (and {count - 1} more)"
    add_ledger_row(batch, source, digest, PARTLY, reason, count, first.line)
