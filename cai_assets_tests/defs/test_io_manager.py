"""The IO manager: Arrow and pandas from the same Parquet, whole files only, nothing pickled."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa
import pytest

from cai_assets.defs.io_manager import ParquetIOManager, column_schema, sample
from cai_assets.defs.partitions import CONFIGURATIONS, UPLOAD_TAG
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.knowledge.store import read_table, write_table

ROWS = pa.table(
    {
        "name": pa.array(["Товары", "Склады"]),
        "kind": pa.array(["Catalog", "Catalog"]).dictionary_encode(),
        "synonyms": pa.array([[("ru", "Товары")], []], type=pa.map_(pa.string(), pa.string())),
    }
)


@dg.asset(partitions_def=CONFIGURATIONS)
def as_arrow() -> pa.Table:
    return ROWS


@dg.asset(partitions_def=CONFIGURATIONS)
def as_pandas(as_arrow: pd.DataFrame) -> pd.DataFrame:
    return as_arrow.assign(length=as_arrow["name"].str.len())


@dg.asset(
    partitions_def=CONFIGURATIONS, ins={"as_pandas": dg.AssetIn(metadata={"columns": ["length"]})}
)
def some_columns(as_pandas: pa.Table) -> pa.Table:
    return as_pandas


def run(
    base: Path, *assets: dg.AssetsDefinition, partition: str | None = "trade", upload: str = "u1"
) -> dg.ExecuteInProcessResult:
    """Materialize `assets` with the manager as the only one."""
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("configurations", ["trade", "stock"])
        return dg.materialize(
            assets,
            instance=instance,
            partition_key=partition,
            tags={UPLOAD_TAG: upload},
            resources={"io_manager": ParquetIOManager(Snapshots(base))},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )


def failure(result: dg.ExecuteInProcessResult) -> str:
    """The text of what made the run fail."""
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error is not None:
            return event.step_failure_data.error.to_string()
    raise AssertionError("no step failed")


def test_annotation_decides_between_arrow_and_pandas(tmp_path: Path) -> None:
    result = run(tmp_path, as_arrow, as_pandas, some_columns)
    assert result.success
    assert isinstance(result.output_for_node("as_arrow"), pa.Table)
    assert isinstance(result.output_for_node("as_pandas"), pd.DataFrame)
    assert result.output_for_node("some_columns").to_pydict() == {"length": [6, 6]}


def test_every_file_is_parquet_in_the_folder_of_the_upload(tmp_path: Path) -> None:
    run(tmp_path, as_arrow, as_pandas, some_columns)
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert files == [
        "trade/u1/as_arrow.parquet",
        "trade/u1/as_pandas.parquet",
        "trade/u1/some_columns.parquet",
    ]
    assert read_table(tmp_path / files[0]).equals(ROWS)


def test_property_maps_become_dicts_in_pandas(tmp_path: Path) -> None:
    @dg.asset(partitions_def=CONFIGURATIONS)
    def synonyms(as_arrow: pd.DataFrame) -> pd.DataFrame:
        assert as_arrow["synonyms"].tolist() == [{"ru": "Товары"}, {}]
        return as_arrow[["name"]]

    assert run(tmp_path, as_arrow, synonyms).success


def test_unknown_column_is_named_with_those_that_exist(tmp_path: Path) -> None:
    @dg.asset(
        partitions_def=CONFIGURATIONS,
        ins={"as_arrow": dg.AssetIn(metadata={"columns": ["name", "colour"]})},
    )
    def wrong(as_arrow: pa.Table) -> pa.Table:
        return as_arrow

    message = failure(run(tmp_path, as_arrow, wrong))
    assert "no columns colour; there are name, kind, synonyms" in message


def test_other_types_are_refused_by_name(tmp_path: Path) -> None:
    @dg.asset(partitions_def=CONFIGURATIONS)
    def a_dict() -> Any:
        return {"name": "Товары"}

    @dg.asset(partitions_def=CONFIGURATIONS)
    def reads_a_list(as_arrow: list) -> pa.Table:  # type: ignore[type-arg]
        return pa.table({"n": [len(as_arrow)]})

    assert "a_dict returned dict" in failure(run(tmp_path, a_dict))
    assert "annotate the input" in failure(run(tmp_path, as_arrow, reads_a_list))
    assert not list(tmp_path.rglob("a_dict*"))


def test_missing_table_says_what_to_materialize(tmp_path: Path) -> None:
    @dg.asset(partitions_def=CONFIGURATIONS)
    def reader(as_arrow: pa.Table) -> pa.Table:
        return as_arrow

    Snapshots(tmp_path).publish("trade", "u0", {})
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("configurations", ["trade"])
        result = dg.materialize(
            [as_arrow, reader],
            selection=[reader],
            instance=instance,
            partition_key="trade",
            resources={"io_manager": ParquetIOManager(Snapshots(tmp_path))},
            raise_on_error=False,
        )
    assert "materialize this asset for the configuration first" in failure(result)


def test_run_without_a_tag_reads_the_current_upload(tmp_path: Path) -> None:
    run(tmp_path, as_arrow, upload="u1")
    run(tmp_path, as_arrow, upload="u2")
    run(tmp_path, as_arrow, upload="u3")
    snapshots = Snapshots(tmp_path)
    for upload in ("u1", "u2"):
        snapshots.publish("trade", upload, {})
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("configurations", ["trade"])
        assert dg.materialize(
            [as_arrow, as_pandas],
            selection=[as_pandas],
            instance=instance,
            partition_key="trade",
            resources={"io_manager": ParquetIOManager(snapshots)},
        ).success
    assert (tmp_path / "trade/u2/as_pandas.parquet").exists()
    assert not (tmp_path / "trade/u3/as_pandas.parquet").exists()


def test_asset_without_partitions_reads_all_configurations(tmp_path: Path) -> None:
    @dg.asset
    def fleet(as_arrow: dict[str, pa.Table]) -> pd.DataFrame:
        return pd.DataFrame({"name": sorted(as_arrow)})

    snapshots = Snapshots(tmp_path)
    for partition in ("trade", "stock"):
        run(tmp_path, as_arrow, partition=partition)
        snapshots.publish(partition, "u1", {})
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("configurations", ["trade", "stock"])
        assert dg.materialize(
            [as_arrow, fleet],
            selection=[fleet],
            instance=instance,
            resources={"io_manager": ParquetIOManager(snapshots)},
        ).success
    assert read_table(tmp_path / ".shared/fleet.parquet").to_pydict() == {
        "name": ["stock", "trade"]
    }
    assert snapshots.configurations() == ["stock", "trade"]


def test_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "t.parquet"
    write_table(ROWS, target)

    def full_disk(table: pa.Table, file: pa.NativeFile, **_: object) -> None:
        file.write(b"PAR1 half a file")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.write_table", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_table(ROWS.slice(0, 1), target)
    monkeypatch.undo()
    assert read_table(target).equals(ROWS)
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


def test_two_writers_and_a_reader_never_meet_half_a_file(tmp_path: Path) -> None:
    target = tmp_path / "t.parquet"
    versions = [pa.table({"n": pa.array([number] * 20_000)}) for number in range(2)]
    write_table(versions[0], target)
    stop = threading.Event()

    def write(table: pa.Table) -> None:
        while not stop.is_set():
            write_table(table, target)

    writers = [threading.Thread(target=write, args=(table,)) for table in versions]
    for writer in writers:
        writer.start()
    try:
        for _ in range(50):
            found = read_table(target)
            assert any(found.equals(version) for version in versions)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


def test_column_schema_carries_meanings_and_plain_types() -> None:
    schema = pa.schema(
        [pa.field("kind", ROWS.schema.field("kind").type, metadata={"meaning": "What it is"})]
    )
    (column,) = column_schema(schema).columns
    assert (column.name, column.type, column.description) == ("kind", "string", "What it is")


def test_sample_cuts_long_texts_and_flattens_lists() -> None:
    table = pa.table({"text": ["x" * 500], "list": [["a", "b"]], "none": pa.nulls(1)})
    (record,) = sample(table).records
    assert len(str(record.data["text"])) == 100
    assert record.data["list"] == "a; b"
    assert record.data["none"] is None
