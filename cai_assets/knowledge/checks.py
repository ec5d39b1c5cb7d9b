"""What must hold of the tables of an upload, whoever runs the checks: Dagster, `cai` or CI.

Keys, links and thresholds come from `schema` and from the caller; a table that is added to the
schema is checked without a line here. Nothing is repaired: a result says what is wrong and
shows the first rows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.schema import TABLES, Link, Table

SHOWN_ROWS = 20
"""Rows of evidence that a result carries at most."""

_FEW_ROWS = 20
"""Below this many rows before, a change of the count says nothing."""

_STATUSES = pa.array(["parsed", "partly", "unsupported", "failed"])
_SHRINKS_RIGHTLY = frozenset({"problems"})
_SKIPPED_FOLDERS = frozenset({".git", ".svn", ".hg"})


@dataclass(frozen=True, slots=True)
class Check:
    """A statement about one table. `error`: its failure is a fault, not a remark.

    `blocking`: nothing may be computed from the tables, and the earlier upload stays current.
    """

    name: str
    table: str
    meaning: str
    meaning_ru: str
    error: bool = True
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How a check came out: one sentence, figures by name, the first offending rows."""

    check: Check
    passed: bool
    message: str
    figures: Mapping[str, int | float] = field(default_factory=dict)
    rows: pa.Table | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares (0 to 1) at which checks begin to warn."""

    min_files_parsed: float = 0.99
    min_routines_parsed: float = 0.99
    max_rows_lost: float = 0.5


LEDGER_COMPLETE = Check(
    "ledger_complete",
    "source_files",
    "Every file of the upload stands in the ledger once, with a status, and with a reason "
    "unless it is parsed.",
    "Каждый файл выгрузки есть в журнале один раз, со статусом, и с причиной, если он не разобран.",
    blocking=True,
)
FILES_PARSED = Check(
    "files_parsed",
    "source_files",
    "Share of supported files that were read without a problem.",
    "Доля поддерживаемых файлов, прочитанных без замечаний.",
    error=False,
)
ROUTINES_PARSED = Check(
    "routines_parsed",
    "routines",
    "Share of procedures and functions without a syntax error.",
    "Доля процедур и функций без синтаксических ошибок.",
    error=False,
)


def _keys_unique(table: Table) -> Check:
    key = ", ".join(table.key)
    return Check(
        "keys_unique",
        table.name,
        f"No two rows have the same key: {key}.",
        f"Нет двух строк с одним ключом: {key}.",
    )


def _links_whole(table: Table) -> Check:
    targets = ", ".join(dict.fromkeys(link.table for link in table.links))
    return Check(
        "links_whole",
        table.name,
        f"What rows refer to exists in {targets}.",
        f"То, на что ссылаются строки, есть в {targets}.",
    )


def _rows_kept(table: Table) -> Check:
    return Check(
        "rows_kept",
        table.name,
        "The number of rows did not collapse against the previous upload.",
        "Число строк не обвалилось по сравнению с предыдущей выгрузкой.",
        error=False,
    )


KEYS_UNIQUE = {name: _keys_unique(table) for name, table in TABLES.items()}
LINKS_WHOLE = {name: _links_whole(table) for name, table in TABLES.items() if table.links}
ROWS_KEPT = {
    name: _rows_kept(table) for name, table in TABLES.items() if name not in _SHRINKS_RIGHTLY
}

CHECKS: tuple[Check, ...] = (
    LEDGER_COMPLETE,
    FILES_PARSED,
    ROUTINES_PARSED,
    *KEYS_UNIQUE.values(),
    *LINKS_WHOLE.values(),
    *ROWS_KEPT.values(),
)


def run_checks(
    tables: Mapping[str, pa.Table],
    *,
    files: AbstractSet[str],
    earlier_rows: Mapping[str, int] | None = None,
    limits: Limits | None = None,
) -> Iterator[CheckResult]:
    """Run `CHECKS` in their order.

    `files` are the paths on disk, see `files_below`; `earlier_rows` are the row counts of the
    previous upload, None if there is none.
    """
    limits = limits or Limits()
    yield ledger_complete(tables["source_files"], files)
    yield files_parsed(tables["source_files"], limits.min_files_parsed)
    yield routines_parsed(tables["routines"], limits.min_routines_parsed)
    for name in KEYS_UNIQUE:
        yield keys_unique(TABLES[name], tables[name])
    for name in LINKS_WHOLE:
        yield links_whole(TABLES[name], tables)
    for name in ROWS_KEPT:
        yield rows_kept(name, tables[name].num_rows, earlier_rows, limits.max_rows_lost)


def files_below(root: Path) -> frozenset[str]:
    """Paths of all files below `root` with forward slashes, version-control folders left out.

    Walks on its own, not with the code that lists sources: it is what the ledger is held against.
    """
    top = os.fspath(root)
    found = []

    def relative(path: str) -> str:
        return os.path.relpath(path, top).replace(os.sep, "/")

    def unlisted(error: OSError) -> None:
        found.append(relative(error.filename))

    for folder, folders, names in os.walk(top, onerror=unlisted):
        prefix = "" if folder == top else relative(folder) + "/"
        # A link to a folder is not followed, and stands in the ledger itself.
        found.extend(prefix + name for name in folders if os.path.islink(f"{folder}/{name}"))
        folders[:] = [name for name in folders if name not in _SKIPPED_FOLDERS]
        found.extend(prefix + name for name in names)
    return frozenset(found)


def ledger_complete(ledger: pa.Table, files: AbstractSet[str]) -> CheckResult:
    """Hold the ledger against the files on disk."""
    paths = ledger.column("path").to_pylist()
    known = frozenset(paths)
    missing = sorted(files - known)
    vanished = sorted(known - files)
    status = _plain(ledger.column("status"))
    silent = ledger.filter(
        pc.or_(
            pc.invert(pc.is_in(status, value_set=_STATUSES)),
            pc.and_(
                pc.not_equal(status, "parsed"),
                pc.equal(pc.fill_null(_plain(ledger.column("reason")), ""), ""),
            ),
        )
    )
    faults = {
        "not in the ledger": missing,
        "not on disk": vanished,
        "without status or reason": silent.column("path").to_pylist(),
        "in the ledger twice": _duplicates(paths) if len(known) < len(paths) else [],
    }
    evidence = [(path, fault) for fault, found in faults.items() for path in found]
    shown = evidence[:SHOWN_ROWS]
    return CheckResult(
        LEDGER_COMPLETE,
        not evidence,
        "; ".join(f"{len(found)} files {fault}" for fault, found in faults.items() if found)
        or f"all {len(files)} files are accounted for",
        {"files": len(files), "missing": len(missing), "silent": silent.num_rows},
        pa.table(
            {
                "path": pa.array([path for path, _ in shown], pa.string()),
                "fault": pa.array([fault for _, fault in shown], pa.string()),
            }
        ),
    )


def files_parsed(ledger: pa.Table, least: float) -> CheckResult:
    """Compare the share of parsed files, unsupported ones left out, with `least`."""
    status = _plain(ledger.column("status"))
    by_status = {item["values"]: item["counts"] for item in pc.value_counts(status).to_pylist()}
    supported = sum(by_status.values()) - by_status.get("unsupported", 0)
    parsed = by_status.get("parsed", 0)
    share = parsed / supported if supported else 1.0
    doubtful = ledger.filter(pc.is_in(status, value_set=pa.array(["partly", "failed"])))
    return CheckResult(
        FILES_PARSED,
        share >= least,
        f"{parsed} of {supported} supported files parsed whole, {share:.2%}",
        {"share": share, "least": least, **{f"files_{key}": n for key, n in by_status.items()}},
        _shown(doubtful, ("path", "status", "reason", "problems", "line")),
    )


def routines_parsed(routines: pa.Table, least: float) -> CheckResult:
    """Compare the share of routines without a syntax error with `least`."""
    broken = routines.filter(routines.column("has_errors"))
    count = routines.num_rows
    share = 1 - broken.num_rows / count if count else 1.0
    return CheckResult(
        ROUTINES_PARSED,
        share >= least,
        f"{count - broken.num_rows} of {count} routines have no syntax error, {share:.2%}",
        {"share": share, "least": least, "routines": count, "broken": broken.num_rows},
        _shown(broken, ("routine", "file", "line")),
    )


def keys_unique(table: Table, rows: pa.Table) -> CheckResult:
    """Find rows that share a key."""
    check = KEYS_UNIQUE[table.name]
    key = list(table.key)
    groups = _distinct(rows, key)
    doubled = rows.num_rows - groups.num_rows
    figures = {"rows": rows.num_rows, "surplus_rows": doubled}
    if not doubled:
        return CheckResult(check, True, f"{rows.num_rows} rows, all keys differ", figures)
    counted = _groups(rows, key).aggregate([([], "count_all")])
    evidence = counted.filter(pc.greater(counted.column("count_all"), 1))
    return CheckResult(
        check,
        False,
        f"{doubled} rows repeat a key of another row",
        figures,
        _shown(evidence, (*key, "count_all")),
    )


def links_whole(table: Table, tables: Mapping[str, pa.Table]) -> CheckResult:
    """Find values that refer to rows which do not exist."""
    check = LINKS_WHOLE[table.name]
    evidence = []
    broken = 0
    for link in table.links:
        dangling = _dangling(tables[table.name], link, tables[link.table])
        broken += dangling.num_rows
        if dangling.num_rows:
            evidence.append(_evidence(dangling.slice(0, SHOWN_ROWS), link))
    return CheckResult(
        check,
        not broken,
        f"{broken} different values refer to nothing"
        if broken
        else f"{len(table.links)} links hold",
        {"links": len(table.links), "broken": broken},
        pa.concat_tables(evidence).slice(0, SHOWN_ROWS) if evidence else None,
    )


def rows_kept(
    name: str, rows: int, earlier_rows: Mapping[str, int] | None, most_lost: float
) -> CheckResult:
    """Compare the number of rows with the previous upload."""
    check = ROWS_KEPT[name]
    earlier = None if earlier_rows is None else earlier_rows.get(name)
    if earlier is None:
        return CheckResult(check, True, "no previous upload to compare with", {"rows": rows})
    lost = max(0, earlier - rows) / earlier if earlier else 0.0
    return CheckResult(
        check,
        earlier < _FEW_ROWS or lost <= most_lost,
        f"{earlier} rows before, {rows} now",
        {"rows": rows, "earlier_rows": earlier, "lost_share": lost, "most_lost": most_lost},
    )


def _dangling(rows: pa.Table, link: Link, target: pa.Table) -> pa.Table:
    """Distinct values of the link's columns, none null, that are no row of `target`."""
    columns = list(link.columns)
    values = _distinct(rows, columns).drop_null()
    # Acero joins no dictionaries, and after `_distinct` the plain texts are few.
    left = _as_plain(values)
    right = _as_plain(_distinct(target, list(link.target)))
    return left.join(right, keys=columns, right_keys=list(link.target), join_type="left anti")


def _evidence(dangling: pa.Table, link: Link) -> pa.Table:
    columns = ", ".join(link.columns)
    texts = [", ".join(str(value) for value in row.values()) for row in dangling.to_pylist()]
    return pa.table(
        {
            "columns": pa.array([columns] * len(texts), pa.string()),
            "value": pa.array(texts, pa.string()),
            "missing_in": pa.array([link.table] * len(texts), pa.string()),
        }
    )


def _groups(rows: pa.Table, columns: list[str]) -> pa.TableGroupBy:
    return rows.select(columns).unify_dictionaries().group_by(columns)


def _distinct(rows: pa.Table, columns: list[str]) -> pa.Table:
    return _groups(rows, columns).aggregate([])


def _as_plain(rows: pa.Table) -> pa.Table:
    return pa.table({name: _plain(rows.column(name)) for name in rows.column_names})


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column


def _shown(rows: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    return rows.select(list(columns)).slice(0, SHOWN_ROWS)


def _duplicates(values: list[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({value for value in values if value in seen or seen.add(value)})  # type: ignore[func-returns-value]
