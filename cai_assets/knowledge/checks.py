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
from cai_assets.knowledge.snapshots import GROUP

SHOWN_ROWS = 20
"""Rows of evidence that a result carries at most."""

_FEW_ROWS = 20
"""Below this many rows before, a change of the count says nothing."""

_STATUSES = ("parsed", "partly", "unsupported", "failed")
_SHRINKS_RIGHTLY = frozenset({"problems"})
_SKIPPED_FOLDERS = frozenset({".git", ".svn", ".hg", ".cai"})


@dataclass(frozen=True, slots=True)
class Check:
    """A statement about one table of an asset group. `error`: its failure is a fault, not a remark.

    `blocking`: nothing may be computed from the tables, and the earlier upload stays current.
    """

    name: str
    table: str
    meaning: str
    meaning_ru: str
    error: bool = True
    blocking: bool = False
    group: str = GROUP


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


KEYS_UNIQUE = Check(
    "keys_unique",
    "projects",
    "No two rows of a table have the same key; all tables.",
    "Ни в одной таблице нет двух строк с одним ключом.",
)
LINKS_WHOLE = Check(
    "links_whole",
    "projects",
    "What rows of one table refer to in another exists there; all tables.",
    "То, на что строки одной таблицы ссылаются в другой, там есть; все таблицы.",
)
ROWS_KEPT = Check(
    "rows_kept",
    "projects",
    "The number of rows of no table collapsed against the previous upload.",
    "Ни в одной таблице число строк не обвалилось по сравнению с предыдущей выгрузкой.",
    error=False,
)

CHECKS: tuple[Check, ...] = (
    LEDGER_COMPLETE,
    FILES_PARSED,
    ROUTINES_PARSED,
    KEYS_UNIQUE,
    LINKS_WHOLE,
    ROWS_KEPT,
)
"""What is about all tables stands at the first: each check costs an orchestrator some 30 ms."""


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
    yield keys_unique(tables)
    yield links_whole(tables)
    yield rows_kept(
        {name: table.num_rows for name, table in tables.items()},
        earlier_rows,
        limits.max_rows_lost,
    )


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
            pc.invert(pc.is_in(status, value_set=pa.array(_STATUSES))),
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


def keys_unique(tables: Mapping[str, pa.Table]) -> CheckResult:
    """Find rows that share a key."""
    evidence = []
    surplus = 0
    for name, table in TABLES.items():
        rows = tables[name]
        key = list(table.key)
        doubled = rows.num_rows - _distinct(rows, key).num_rows
        if doubled:
            surplus += doubled
            evidence.append(_repeated(table, rows))
    return CheckResult(
        KEYS_UNIQUE,
        not surplus,
        f"{surplus} rows repeat a key of another row, in {len(evidence)} tables"
        if surplus
        else f"all keys differ in {len(TABLES)} tables",
        {"surplus_rows": surplus, "tables_with_repeats": len(evidence)},
        _joined(evidence),
    )


def links_whole(tables: Mapping[str, pa.Table]) -> CheckResult:
    """Find values that refer to rows which do not exist.

    What belongs to a file that could not be read is left out: the ledger tells of that file.
    """
    evidence = []
    links = broken = 0
    unread = _owners_of_unread(tables["source_files"])
    for name, table in TABLES.items():
        for link in table.links:
            links += 1
            dangling = _dangling(tables[name], link, tables[link.table])
            dangling = _not_of(dangling, link, unread)
            if dangling.num_rows:
                broken += dangling.num_rows
                evidence.append(_unfound(table, link, dangling))
    return CheckResult(
        LINKS_WHOLE,
        not broken,
        f"{broken} different values refer to nothing, in {len(evidence)} of {links} links"
        if broken
        else f"all {links} links hold",
        {"links": links, "broken_links": len(evidence), "broken_values": broken},
        _joined(evidence),
    )


def _owners_of_unread(ledger: pa.Table) -> frozenset[tuple[str, str]]:
    """Project and owner of the files that failed."""
    failed = ledger.filter(pc.equal(_plain(ledger.column("status")), "failed"))
    projects, owners = _plain(failed.column("project")), failed.column("owner")
    return frozenset(zip(projects.to_pylist(), owners.to_pylist(), strict=True))


def _not_of(dangling: pa.Table, link: Link, owners: AbstractSet[tuple[str, str]]) -> pa.Table:
    """Rows of `dangling` whose value is none of `owners` and no part of one."""
    if not owners or not dangling.num_rows or link.columns[0] != "project":
        return dangling
    projects = dangling.column("project").to_pylist()
    values = dangling.column(link.columns[1]).to_pylist()
    kept = [
        not any((project, ".".join(steps[:end])) in owners for end in range(2, len(steps) + 1))
        for project, steps in zip(projects, (value.split(".") for value in values), strict=True)
    ]
    return dangling.filter(pa.array(kept, pa.bool_()))


def rows_kept(
    rows: Mapping[str, int], earlier_rows: Mapping[str, int] | None, most_lost: float
) -> CheckResult:
    """Compare the numbers of rows with those of the previous upload."""
    if earlier_rows is None:
        return CheckResult(ROWS_KEPT, True, "no previous upload to compare with")
    lost = [
        (name, earlier_rows[name], count)
        for name, count in rows.items()
        if name not in _SHRINKS_RIGHTLY
        and earlier_rows.get(name, 0) >= _FEW_ROWS
        and earlier_rows[name] - count > earlier_rows[name] * most_lost
    ]
    names, before, now = zip(*lost, strict=True) if lost else ((), (), ())
    return CheckResult(
        ROWS_KEPT,
        not lost,
        f"collapsed: {', '.join(f'{name} {was} → {count}' for name, was, count in lost)}"
        if lost
        else "no table collapsed",
        {
            "rows": sum(rows.values()),
            "earlier_rows": sum(earlier_rows.values()),
            "most_lost": most_lost,
        },
        pa.table({"table": names, "rows_before": before, "rows_now": now}) if lost else None,
    )


def _repeated(table: Table, rows: pa.Table) -> pa.Table:
    key = list(table.key)
    counted = _groups(rows, key).aggregate([([], "count_all")])
    several = counted.filter(pc.greater(counted.column("count_all"), 1)).slice(0, SHOWN_ROWS)
    return pa.table(
        {
            "table": pa.array([table.name] * several.num_rows, pa.string()),
            "columns": pa.array([", ".join(key)] * several.num_rows, pa.string()),
            "key": pa.array(_values(several.select(key)), pa.string()),
            "rows": several.column("count_all"),
        }
    )


def _dangling(rows: pa.Table, link: Link, target: pa.Table) -> pa.Table:
    """Distinct values of the link's columns, none null, that are no row of `target`."""
    columns = list(link.columns)
    values = _distinct(rows, columns).drop_null()
    # Acero joins no dictionaries, and after `_distinct` the plain texts are few.
    left = _as_plain(values)
    right = _as_plain(_distinct(target, list(link.target)))
    return left.join(right, keys=columns, right_keys=list(link.target), join_type="left anti")


def _unfound(table: Table, link: Link, dangling: pa.Table) -> pa.Table:
    shown = dangling.slice(0, SHOWN_ROWS)
    return pa.table(
        {
            "table": pa.array([table.name] * shown.num_rows, pa.string()),
            "columns": pa.array([", ".join(link.columns)] * shown.num_rows, pa.string()),
            "value": pa.array(_values(shown.select(list(link.columns))), pa.string()),
            "missing_in": pa.array([link.table] * shown.num_rows, pa.string()),
        }
    )


def _joined(evidence: list[pa.Table]) -> pa.Table | None:
    """The first rows of each finding in turn, so that no table hides behind another."""
    if not evidence:
        return None
    share = max(1, SHOWN_ROWS // len(evidence))
    return pa.concat_tables([rows.slice(0, share) for rows in evidence])


def _values(rows: pa.Table) -> list[str]:
    return [", ".join(str(value) for value in row.values()) for row in rows.to_pylist()]


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
