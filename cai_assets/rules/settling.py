"""From what was found to the table of findings: fingerprints, severities, and what counts.

Everything here depends on the settings or on several files, so it is done afresh on all rows,
column by column; nothing of it is cached.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.config import Globs, RuleConfig
from cai_assets.rules.found import nth_fingerprint
from cai_assets.rules.model import Rule, Scope
from cai_assets.rules.schema import FINDINGS

OPEN, SUPPRESSED, VENDOR, EXCLUDED = "open", "suppressed", "vendor", "excluded"
_STATUSES = [OPEN, EXCLUDED, VENDOR, SUPPRESSED]
_ALL = "*"
_ORDER = ("file", "line", "column", "rule", "message_en", "fingerprint")

Flags = npt.NDArray[np.bool_]


def earlier_rows(findings: pa.Table, kept: frozenset[str], rules: Iterable[Rule]) -> pa.Table:
    """Earlier findings in the files `kept` by rules that look at files."""
    keys = {rule.key for rule in rules if rule.scope is not Scope.TABLES}
    file, rule = Coded.of(findings, "file"), Coded.of(findings, "rule")
    wanted = file.map(lambda name: name in kept) > 0
    wanted &= rule.map(lambda key: key in keys) > 0
    return findings.filter(pa.array(wanted))


def settle(
    raw: pa.Table, earlier: pa.Table | None, tables: Mapping[str, pa.Table], config: RuleConfig
) -> pa.Table:
    """The table of findings: `raw` ones (see `worker.RAW_SCHEMA`) and those taken over.

    Sorted by file and place. Reads `suppressions` and `objects`.
    """
    fresh = raw.append_column("fingerprint", _fingerprints(raw)).drop_columns(["anchor"])
    rows = fresh
    if earlier is not None and earlier.num_rows:
        taken = earlier.select(fresh.column_names).cast(fresh.schema)
        rows = pa.concat_tables([taken, fresh]).unify_dictionaries()
    rows = _told_apart(rows)
    rules = all_rules()
    key = Coded.of(rows, "rule")
    severity = [str(config.severity(rules[name])) for name in key.values]
    kind = [str(rules[name].kind) for name in key.values]
    rows = (
        rows.append_column("severity", Coded(key.codes, severity).column())
        .append_column("kind", Coded(key.codes, kind).column())
        .append_column("status", _statuses(rows, tables, config))
    )
    return _canonical(rows.select(FINDINGS.column_names))


def _canonical(rows: pa.Table) -> pa.Table:
    """Sorted, with the values of repeating texts in their order: equal rows are equal tables."""
    for at, column in enumerate(rows.schema):
        if pa.types.is_dictionary(column.type):
            rows = rows.set_column(at, column.name, rows.column(at).cast(pa.string()))
    order = pc.sort_indices(rows.select(list(_ORDER)), [(name, "ascending") for name in _ORDER])
    rows = rows.take(order).combine_chunks()
    for at, column in enumerate(FINDINGS.arrow_schema):
        if pa.types.is_dictionary(column.type):
            rows = rows.set_column(at, column.name, rows.column(at).dictionary_encode())
    return rows.cast(FINDINGS.arrow_schema)


def _fingerprints(raw: pa.Table) -> pa.Array:
    """Equal anchors in a file are told apart by their order in it."""
    count: dict[tuple[str, str], int] = defaultdict(int)
    order = pc.sort_indices(
        raw.select(["line", "column"]), [("line", "ascending"), ("column", "ascending")]
    )
    anchors = raw.column("anchor").to_pylist()
    files = Coded.of(raw, "file").texts()
    made = [""] * len(anchors)
    for row in order.to_pylist():
        anchor = anchors[row]
        place = (files[row] or "", anchor)
        made[row] = nth_fingerprint(anchor, count[place])
        count[place] += 1
    return pa.array(made, pa.string())


def _told_apart(rows: pa.Table) -> pa.Table:
    """The same rows, each with a fingerprint of its own: two files may hold one object."""
    fingerprints = rows.column("fingerprint").to_pylist()
    if len(set(fingerprints)) == len(fingerprints):
        return rows
    files = Coded.of(rows, "file").texts()
    count: dict[str, int] = defaultdict(int)
    for row in sorted(range(len(fingerprints)), key=lambda row: files[row] or ""):
        fingerprint = fingerprints[row]
        fingerprints[row] = nth_fingerprint(fingerprint, count[fingerprint])
        count[fingerprint] += 1
    at = rows.column_names.index("fingerprint")
    return rows.set_column(at, "fingerprint", pa.array(fingerprints, pa.string()))


def _statuses(
    rows: pa.Table, tables: Mapping[str, pa.Table], config: RuleConfig
) -> pa.DictionaryArray:
    """What speaks against a finding; a comment at the place itself goes before the rest."""
    codes = np.zeros(rows.num_rows, dtype=np.int64)
    codes[_excluded(rows, config)] = _STATUSES.index(EXCLUDED)
    if not config.vendor:
        codes[_on_support(rows, tables)] = _STATUSES.index(VENDOR)
    codes[_suppressed(rows, tables["suppressions"])] = _STATUSES.index(SUPPRESSED)
    return Coded(codes, _STATUSES).column()


def _excluded(rows: pa.Table, config: RuleConfig) -> Flags:
    found = np.zeros(rows.num_rows, dtype=bool)
    for column, patterns in (
        ("file", config.exclude_paths),
        ("object", config.exclude_objects),
    ):
        if globs := Globs(patterns):
            found |= Coded.of(rows, column).map(globs.match) > 0
    return found


def _on_support(rows: pa.Table, tables: Mapping[str, pa.Table]) -> Flags:
    """Whether the object is locked by its vendor, in the project that the finding is in."""
    objects = tables["objects"].select(["project", "object", "support"])
    locked = objects.filter(pc.equal(objects.column("support"), "locked"))
    names = {
        (project, object_.casefold())
        for project, object_ in zip(
            locked.column("project").to_pylist(), locked.column("object").to_pylist(), strict=True
        )
    }
    if not names:
        return np.zeros(rows.num_rows, dtype=bool)
    project, object_ = Coded.of(rows, "project"), Coded.of(rows, "object")
    wide = len(object_.values) + 1
    pairs, back = np.unique(project.codes * wide + object_.codes + 1, return_inverse=True)
    hits = [
        (project.values[pair // wide], object_.values[pair % wide - 1].casefold()) in names
        if pair >= 0 and pair % wide
        else False
        for pair in pairs.tolist()
    ]
    return np.array(hits, dtype=bool)[back]


def _suppressed(rows: pa.Table, suppressions: pa.Table) -> Flags:
    """Whether a comment in the same file switches the rule off at the first line."""
    spans: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for file, key, line, end_line in zip(
        *(suppressions.column(name).to_pylist() for name in ("file", "key", "line", "end_line")),
        strict=True,
    ):
        spans[file].append((key.casefold(), line, end_line))
    found = np.zeros(rows.num_rows, dtype=bool)
    if not spans:
        return found
    files, rules = Coded.of(rows, "file"), Coded.of(rows, "rule")
    lines = rows.column("line").to_numpy()
    for row in np.flatnonzero(files.map(lambda name: name in spans) > 0).tolist():
        key, line = rules.values[rules.codes[row]].casefold(), lines[row]
        found[row] = any(
            first <= line <= last and name in (_ALL, key)
            for name, first, last in spans[files.values[files.codes[row]]]
        )
    return found
