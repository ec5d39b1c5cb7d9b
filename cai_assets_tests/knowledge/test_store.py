"""Files appear whole or not at all; a damaged cache counts as none."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cai_assets.knowledge.store import (
    EarlierTables,
    StoredTables,
    changed_tables,
    read_table,
    staged,
    write_table,
)

_TABLE = pa.table({"name": ["а", "б"], "kind": pa.array(["x", "x"]).dictionary_encode()})


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_table(_TABLE, tmp_path / "new" / "t.parquet")
    assert read_table(tmp_path / "new" / "t.parquet").equals(_TABLE)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["t.parquet"]


def test_columns_and_rows_can_be_chosen(tmp_path: Path) -> None:
    write_table(_TABLE, tmp_path / "t.parquet")
    chosen = read_table(tmp_path / "t.parquet", ["name"], pa.compute.field("name") == "б")
    assert chosen.to_pydict() == {"name": ["б"]}


def test_what_is_not_published_leaves_no_trace(tmp_path: Path) -> None:
    write_table(_TABLE, tmp_path / "t.parquet")
    before = (tmp_path / "t.parquet").read_bytes()
    with staged(tmp_path) as files:
        files.tables({"t": _TABLE.slice(0, 1), "u": _TABLE})
        files.text("note.txt", "ж")
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]
    assert (tmp_path / "t.parquet").read_bytes() == before


def test_a_full_disk_leaves_the_earlier_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(_TABLE, tmp_path / "t.parquet")

    def full(table: pa.Table, file: pa.NativeFile, **_: object) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="No space"):
        write_table(_TABLE.slice(0, 1), tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").equals(_TABLE)
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


def test_a_damaged_earlier_table_counts_as_absent(tmp_path: Path) -> None:
    write_table(_TABLE, tmp_path / "whole.parquet")
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1 nonsense")
    earlier = EarlierTables(tmp_path, ["whole", "damaged", "missing"])
    assert earlier.get("damaged") is None
    assert earlier.get("missing") is None
    assert earlier["whole"].equals(_TABLE)


def test_only_tables_that_differ_are_written_again() -> None:
    known = {"a": _TABLE, "b": _TABLE, "c": _TABLE}
    marked = _TABLE.replace_schema_metadata({"version": "2"})
    tables = {"a": _TABLE, "b": _TABLE.slice(0, 1), "c": marked, "d": _TABLE}
    assert list(changed_tables(tables, known)) == ["b", "c", "d"]
    assert list(changed_tables(tables, None)) == ["a", "b", "c", "d"]


def test_stored_tables_are_whole_only_with_the_columns_asked_for(tmp_path: Path) -> None:
    write_table(pa.table({"a": [1], "b": [2]}), tmp_path / "rows.parquet")
    assert StoredTables(tmp_path, ["rows"]).whole()
    assert StoredTables(tmp_path, {"rows": ["a"]})["rows"].column_names == ["a"]
    assert not StoredTables(tmp_path, {"rows": ["a", "later"]}).whole()
    assert not StoredTables(tmp_path, ["rows", "missing"]).whole()
