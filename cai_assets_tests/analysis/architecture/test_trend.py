"""The trend is what the uploads kept say about themselves."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from cai_assets.analysis.architecture import trend
from cai_assets.analysis.architecture.schema import TREND
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.knowledge.store import write_table
from cai_assets_tests.analysis.architecture.sample import result


def _upload(snapshots: Snapshots, upload: str, lines: int, published: str = "") -> pa.Table:
    row = result()["measures"].to_pylist()[0] | {"upload": upload, "lines": lines}
    measures = pa.Table.from_pylist([row], schema=result()["measures"].schema)
    folder = snapshots.folder("trade", upload)
    write_table(measures, folder / "architecture_analysis" / "measures.parquet")
    if published:
        snapshots.publish("trade", upload, {"published": published})
    return measures


def test_each_upload_kept_is_a_row_oldest_first(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    _upload(snapshots, "0002-b", 20, "2026-02-02")
    _upload(snapshots, "0001-a", 10, "2026-01-01")
    found = trend(snapshots, "trade").to_pylist()
    assert [(row["upload"], row["lines"], row["published"]) for row in found] == [
        ("0001-a", 10, "2026-01-01"),
        ("0002-b", 20, "2026-02-02"),
    ]


def test_the_upload_at_work_comes_last_and_goes_before_what_is_stored_of_it(
    tmp_path: Path,
) -> None:
    snapshots = Snapshots(tmp_path)
    _upload(snapshots, "0001-a", 10, "2026-01-01")
    _upload(snapshots, "0003-c", 30, "2026-03-03")
    current = _upload(snapshots, "0002-b", 25)
    _upload(snapshots, "0002-b", 20, "2026-02-02")
    found = trend(snapshots, "trade", current).to_pylist()
    assert [(row["upload"], row["lines"]) for row in found] == [("0001-a", 10), ("0002-b", 25)]


def test_findings_cycles_and_unused_are_counted_where_they_were_looked_for(
    tmp_path: Path,
) -> None:
    snapshots = Snapshots(tmp_path)
    _upload(snapshots, "0001-a", 10, "2026-01-01")
    _upload(snapshots, "0002-b", 20, "2026-02-02")
    folder = snapshots.folder("trade", "0002-b")
    findings = pa.table({"status": ["open", "suppressed", "open"]})
    write_table(findings, folder / "best_practices" / "findings.parquet")
    cycles = pa.table({"level": ["subsystem", "object", "object"]})
    write_table(cycles, folder / "dependency_analysis" / "cycles.parquet")
    write_table(pa.table({"id": ["a", "b"]}), folder / "dependency_analysis" / "unused.parquet")
    first, second = trend(snapshots, "trade").to_pylist()
    assert (first["findings"], first["cycles"], first["unused"]) == (None, None, None)
    assert (second["findings"], second["cycles"], second["unused"]) == (2, 1, 2)


def test_an_upload_that_was_not_measured_or_is_damaged_is_left_out(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.publish("trade", "0001-a", {})
    _upload(snapshots, "0002-b", 20, "2026-02-02")
    _upload(snapshots, "0003-c", 30, "2026-03-03")
    damaged = snapshots.folder("trade", "0003-c") / "architecture_analysis" / "measures.parquet"
    damaged.write_bytes(b"half a file")
    assert trend(snapshots, "trade").column("upload").to_pylist() == ["0002-b"]


def test_without_uploads_the_trend_is_empty(tmp_path: Path) -> None:
    found = trend(Snapshots(tmp_path), "trade")
    assert found.num_rows == 0
    assert found.schema.equals(TREND.arrow_schema)


def test_the_measures_of_the_sample_repeat_its_other_tables() -> None:
    (row,) = result()["measures"].to_pylist()
    (whole,) = [r for r in result()["structure"].to_pylist() if r["scope"] == "configuration"]
    assert (row["upload"], row["published"]) == ("1", "2026-01-02T03:04:05+00:00")
    for column in ("objects", "modules", "lines", "routines"):
        assert row[column] == whole[column]
    assert (row["over_cognitive"], row["over_cyclomatic"], row["violations"]) == (1, 1, 1)
