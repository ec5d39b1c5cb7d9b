"""Which findings are new, and how many there are of what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from cai_assets.knowledge.store import staged
from cai_assets.site.derived.findings import TABLES
from cai_assets.site.tables import Place, StoredSource


def findings(*fingerprints: str, object_: str = "Catalog.А") -> pa.Table:
    count = len(fingerprints)
    words = {
        "rule": "UnionAll", "severity": "minor", "object": object_, "routine": "",
        "message_ru": "Плохо", "message_en": "Bad", "status": "open", "file": "a.bsl",
    }  # fmt: skip
    return pa.table(
        {
            "fingerprint": pa.array(fingerprints, pa.string()),
            **{
                name: pa.array([text] * count, pa.string()).dictionary_encode()
                for name, text in words.items()
            },
            "line": pa.array(range(count), pa.int32()),
            "column": pa.array([1] * count, pa.int32()),
        }
    )


def nodes(homes: dict[str, str | None]) -> pa.Table:
    return pa.table(
        {
            "object": pa.array(homes, pa.string()),
            "subsystem": pa.array(homes.values(), pa.string()).dictionary_encode(),
        }
    )


def source(
    tmp_path: Path, *uploads: pa.Table | None, homes: pa.Table | None = None
) -> StoredSource:
    """Uploads with these findings, the last one current; None for one that has no findings."""
    places: list[tuple[str, str, Path]] = []
    for number, table in enumerate(uploads):
        folder = tmp_path / str(number)
        written = [("best_practices", "findings", table)]
        written += [("dependency_analysis", "graph_nodes", homes)]
        for group, name, rows in written:
            if rows is not None:
                with staged(folder / group) as files:
                    files.tables({name: rows})
                    files.publish()
        places.append((str(number), "", folder))
    return StoredSource(Place(places[-1][2], tuple(places)))


def fresh(made: StoredSource) -> Sequence[bool | None]:
    found: list[bool | None] = TABLES["findings"](made).column("new").to_pylist()
    return found


def test_without_an_upload_before_nothing_is_called_new(tmp_path: Path) -> None:
    assert fresh(source(tmp_path, findings("a", "b"))) == [False, False]


def test_new_is_what_the_upload_before_did_not_have(tmp_path: Path) -> None:
    made = source(tmp_path, findings("b"), findings("a", "c"), findings("a", "b", "d"))
    assert fresh(made) == [False, True, True]


def test_an_upload_that_was_not_checked_is_passed_over(tmp_path: Path) -> None:
    assert fresh(source(tmp_path, findings("a"), None, findings("a", "b"))) == [False, True]


def test_findings_are_counted_by_rule(tmp_path: Path) -> None:
    made = TABLES["finding_rules"](source(tmp_path, findings("a"), findings("a", "b", "c")))
    rows = {(row["rule"], row["new"], row["count"]) for row in made.to_pylist()}
    assert rows == {("UnionAll", False, 1), ("UnionAll", True, 2)}


def test_objects_have_their_home_or_none(tmp_path: Path) -> None:
    homes = nodes({"Catalog.А": "Subsystem.П", "Catalog.Б": None})
    for object_, home in (("Catalog.А", "Subsystem.П"), ("Catalog.Б", ""), ("Catalog.В", "")):
        found = findings("a", object_=object_)
        made = TABLES["finding_objects"](source(tmp_path / object_, found, homes=homes))
        assert made.column("subsystem").to_pylist() == [home]


def test_without_findings_tables_are_empty(tmp_path: Path) -> None:
    made = source(tmp_path, findings(), homes=nodes({}))
    assert [TABLES[name](made).num_rows for name in TABLES] == [0, 0, 0]
