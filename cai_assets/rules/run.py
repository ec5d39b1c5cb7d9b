"""All rules over a whole configuration: in parallel, and only where something has changed.

A file is looked at again if its content, what the tables say of its module, the rules or their
parameters are not those of the earlier run. Findings of the other files are taken from the
earlier table. Table rules, which see everything, run each time, while workers read modules.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa

from cai_assets.knowledge.pool import worker_count
from cai_assets.knowledge.worker import peak_memory
from cai_assets.knowledge.working import Laps, Working, grouped, without_collection
from cai_assets.onec.disk import extended
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.config import RuleConfig
from cai_assets.rules.contexts import context_digest, module_contexts, object_ids
from cai_assets.rules.engine import Watch, check_tables
from cai_assets.rules.model import Rule, Scope
from cai_assets.rules.schema import CHECKED_MODULES, RULE_PROBLEMS
from cai_assets.rules.settling import earlier_rows, settle
from cai_assets.rules.stored_queries import StoredQuery
from cai_assets.rules.worker import (
    RAW_SCHEMA,
    Orders,
    Outcome,
    Problem,
    Unit,
    check_group,
    check_units,
    prepare,
    raw_table,
    read_stream,
)

Progress = Callable[[int, int], None]
"""Called with the number of files done and the number of all files."""

_INLINE_BYTES = 1_000_000
"""Below this a pool costs more than it saves."""
_GROUP_BYTES = 2_000_000
_PER_FILE = 2_000
"""What a file costs beside its bytes, in bytes."""
_QUERY_FACTOR = 4
"""A byte of a query costs so many times what a byte of a module does."""


_READS = frozenset({
    "projects", "source_files", "objects", "modules", "forms", "form_handlers", "form_commands",
    "queries", "suppressions",
})  # fmt: skip
"""Tables that tell what to look at, where it stands and whether a finding counts."""


def tables_read(rules: Iterable[Rule]) -> list[str]:
    """The tables that `check_configuration` reads to run `rules`, sorted by name."""
    return sorted(_READS.union(*(rule.needs for rule in rules)))


@dataclass(slots=True)
class RunStats:
    """What a run did. `seconds` by stage; `rule_seconds` are CPU seconds, if asked for."""

    rules: int = 0
    files: int = 0
    checked: int = 0
    reused: int = 0
    workers: int = 1
    seconds: dict[str, float] = field(default_factory=dict)
    rule_seconds: dict[str, float] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    problems: int = 0
    peak_bytes: int = 0


@dataclass(frozen=True, slots=True)
class RuleRun:
    """Tables of `rules.schema.TABLES`, and what making them took."""

    findings: pa.Table
    modules: pa.Table
    problems: pa.Table
    stats: RunStats

    def tables(self) -> dict[str, pa.Table]:
        """The tables by name: the `previous` of the next run."""
        return {
            "findings": self.findings,
            "checked_modules": self.modules,
            "rule_problems": self.problems,
        }


def check_configuration(
    root: Path,
    tables: Mapping[str, pa.Table],
    *,
    config: RuleConfig | None = None,
    previous: Mapping[str, pa.Table] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    timed: bool = False,
) -> RuleRun:
    """Run the rules over the upload at `root`, whose tables are `tables`.

    `tables` are those of `knowledge.extract`, and those that table rules need beside. `previous`
    are `RuleRun.tables()` of an earlier run; missing or foreign ones count as none. With
    `timed`, CPU seconds are told per rule, and every file is looked at again.
    No fault of a rule or in a file raises: it becomes a row of `rule_problems`.
    """
    lap = Laps()
    settings = config or RuleConfig()
    rules = settings.chosen(all_rules())
    plan = _Plan(tables, rules, settings, timed)
    stats = RunStats(rules=len(rules), files=len(plan.units))
    kept, known = (frozenset(), None) if timed else plan.unchanged(previous)
    changed = [unit for unit in plan.units if unit.file not in kept]
    stats.checked, stats.reused = len(changed), len(kept)
    lap("plan")
    watch = Watch(timed=timed)
    with _Looking(os.fspath(root), changed, plan.orders, workers, stats) as looking:
        with without_collection():
            of_tables = raw_table(check_tables(tables, rules, settings.options, watch=watch))
        lap("tables")
        outcomes = looking.outcomes(progress, len(kept), len(plan.units))
    lap("modules")
    problems = [(key, "", error) for key, error in watch.faults]
    problems += (problem for outcome in outcomes for problem in outcome.problems)
    fresh = [read_stream(outcome.rows) for outcome in outcomes]
    raw = pa.concat_tables([*fresh, of_tables], promote_options="default").unify_dictionaries()
    earlier = earlier_rows(known, kept, rules) if known is not None else None
    findings = settle(raw.cast(RAW_SCHEMA), earlier, tables, settings)
    lap("settle")
    for seconds in (watch.seconds, *(outcome.seconds for outcome in outcomes)):
        for key, value in seconds.items():
            stats.rule_seconds[key] = stats.rule_seconds.get(key, 0.0) + value
    stats.statuses = _counts(findings.column("status"))
    stats.problems = len(problems)
    stats.seconds = lap.seconds
    stats.peak_bytes = looking.peak_bytes + peak_memory()
    failed = {file for _, file, _ in problems}
    return RuleRun(findings, plan.checked(failed), _problem_table(problems), stats)


class _Plan:
    """Which files there are to look at, and what the findings of each depend on."""

    def __init__(
        self, tables: Mapping[str, pa.Table], rules: list[Rule], config: RuleConfig, timed: bool
    ) -> None:
        ids = object_ids(tables)
        self._shared = _digest(
            code_digest(),
            *(f"{r.key} {r.options(config.options.get(r.key))}" for r in rules
              if r.scope is not Scope.TABLES),
        )  # fmt: skip
        self._ids = _digest(*sorted(ids))
        self.orders = Orders(tuple(r.key for r in rules), config.options, ids, timed)
        self._looks = any(r.scope is not Scope.TABLES for r in rules)
        self.units = list(self._units(tables)) if self._looks else []
        ledger = tables["source_files"]
        self._digests = dict(
            zip(ledger.column("path").to_pylist(), ledger.column("digest").to_pylist(), strict=True)
        )
        with_queries = set(tables["queries"].column("file").unique().to_pylist())
        self._keys = {unit.file: self._key(unit, unit.file in with_queries) for unit in self.units}

    def unchanged(
        self, previous: Mapping[str, pa.Table] | None
    ) -> tuple[frozenset[str], pa.Table | None]:
        """Files of which the earlier findings hold, and the table of those."""
        if previous is None:
            return frozenset(), None
        try:
            modules, findings = previous["checked_modules"], previous["findings"]
            files, keys = (modules.column(name).to_pylist() for name in ("file", "key"))
        except KeyError:  # a cache that is damaged or of another version is none
            return frozenset(), None
        same = zip(files, keys, strict=True)
        return frozenset(file for file, key in same if self._keys.get(file) == key), findings

    def checked(self, failed: set[str]) -> pa.Table:
        """The table of files looked at; what failed is looked at again."""
        files = sorted(file for file in self._keys if file not in failed)
        keys = [self._keys[file] for file in files]
        return pa.table([files, keys], names=["file", "key"]).cast(CHECKED_MODULES.arrow_schema)

    def _key(self, unit: Unit, has_queries: bool) -> str:
        context = context_digest(unit.context) if unit.context else repr(unit.queries)
        ids = self._ids if has_queries else ""
        return _digest(self._digests.get(unit.file) or "", context, self._shared, ids)

    def _units(self, tables: Mapping[str, pa.Table]) -> Iterator[Unit]:
        ledger = tables["source_files"]
        sizes = dict(
            zip(ledger.column("path").to_pylist(), ledger.column("size").to_pylist(), strict=True)
        )
        for file, context in module_contexts(tables).items():
            yield Unit(file, sizes.get(file, 0), context)
        by_file: dict[str, list[StoredQuery]] = defaultdict(list)
        for file, query in _stored_queries(tables["queries"]):
            by_file[file].append(query)
        for file, queries in by_file.items():
            size = sum(len(query.text) for query in queries) * _QUERY_FACTOR
            yield Unit(file, size + sizes.get(file, 0) // 10, None, tuple(queries))


def _stored_queries(queries: pa.Table) -> Iterator[tuple[str, StoredQuery]]:
    """Queries that stand outside modules, with their files."""
    names = ["file", "project", "object", "owner", "origin", "name", "line", "column", "text"]
    outside = queries.filter(pa.compute.not_equal(queries.column("origin"), "literal"))
    forms = outside.column("form").to_pylist() if "form" in queries.column_names else None
    columns = (outside.column(name).to_pylist() for name in names)
    for at, (file, project, object_, owner, origin, name, line, column, text) in enumerate(
        zip(*columns, strict=True)
    ):
        form = (forms[at] if forms else None) or "whole"
        yield (
            file,
            StoredQuery(
                project, object_ or "", owner, origin, name or "", form, line, column, text
            ),
        )


class _Looking:
    """Files being looked at by other processes, while this one does something else."""

    def __init__(
        self, root: str, units: list[Unit], orders: Orders, workers: int | None, stats: RunStats
    ) -> None:
        base = extended(root)
        count = worker_count(workers)
        if count > 1 and sum(map(_weight, units)) >= _INLINE_BYTES:
            stats.workers = count
        self._working: Working[Unit, Outcome] = Working(
            grouped(units, _weight, _GROUP_BYTES),
            partial(check_group, base),
            workers=stats.workers,
            weigh=_weight,
            here=partial(check_units, base, orders=orders),
            initializer=prepare,
            arguments=(orders,),
        )
        self.peak_bytes = 0

    def __enter__(self) -> _Looking:
        self._working.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._working.__exit__(*raised)

    def outcomes(self, progress: Progress | None, done: int, total: int) -> list[Outcome]:
        """What was found; the order is that of finishing."""
        found: list[Outcome] = []
        peaks: dict[int, int] = {}
        for _, outcome in self._working.results():
            found.append(outcome)
            done += outcome.units
            peaks[outcome.process] = max(peaks.get(outcome.process, 0), outcome.peak_bytes)
            if progress:
                progress(done, total)
        peaks.pop(os.getpid(), None)
        self.peak_bytes = sum(peaks.values())
        return found


def _weight(unit: Unit) -> int:
    return unit.size + _PER_FILE


def _problem_table(problems: list[Problem]) -> pa.Table:
    rows = sorted(set(problems))
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    names = RULE_PROBLEMS.column_names
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.table(arrays, names=list(names)).cast(RULE_PROBLEMS.arrow_schema)


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    counted = column.cast(pa.string()).value_counts()
    return {pair["values"]: pair["counts"] for pair in counted.to_pylist()}


def _digest(*parts: str) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@cache
def code_digest() -> str:
    """Changes with the code of rules and of what reads modules and queries."""
    package = Path(__file__).resolve().parent.parent
    digest = blake2b(digest_size=16)
    for folder in ("rules", "onec/bsl", "onec/query"):
        for file in sorted((package / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
