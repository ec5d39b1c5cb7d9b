"""The multi-asset: one asset per table, checked, published together or not at all."""

from __future__ import annotations

import errno

import dagster as dg
import pandas as pd
import pyarrow as pa

from cai_assets.defs.assets.parsed_configuration import parsed_configuration
from cai_assets.defs.keys import table_key
from cai_assets.defs.partitions import CONFIGURATIONS, PARTITION_TAG, UPLOAD_TAG
from cai_assets.intake.uploads import list_uploads
from cai_assets.knowledge.schema import PARSER_VERSION, TABLES
from cai_assets.knowledge.snapshots import GROUP
from cai_assets.knowledge.store import read_table
from cai_assets_tests.defs.conftest import Platform
from cai_assets_tests.defs.fakes import accept_folder

OBJECTS = [f"Catalog.C{number}" for number in range(40)]


def metadata_of(result: dg.ExecuteInProcessResult, table: str) -> dict[str, object]:
    """Materialization metadata of a table as plain values."""
    for event in result.get_asset_materialization_events():
        if event.asset_key == table_key(table):
            found = event.materialization.metadata
            return {name: value.value for name, value in found.items()}
    raise AssertionError(f"{table} is not materialized")


def check(result: dg.ExecuteInProcessResult, name: str) -> dg.AssetCheckEvaluation:
    (found,) = (item for item in result.get_asset_check_evaluations() if item.check_name == name)
    return found


def object_names(platform: Platform) -> list[str]:
    snapshot = platform.snapshots.current("trade")
    assert snapshot is not None
    names: list[str] = read_table(snapshot.table_path("objects")).column("object").to_pylist()
    return names


@dg.asset(
    ins={"objects": dg.AssetIn(table_key("objects"), metadata={"columns": ["object"]})},
    partitions_def=CONFIGURATIONS,
    io_manager_key="tables",
)
def objects_per_type(objects: pd.DataFrame) -> pd.DataFrame:
    return objects["object"].str.split(".").str[0].value_counts().reset_index()


def test_every_table_of_the_schema_becomes_an_asset_with_its_traits() -> None:
    assert parsed_configuration.keys == {table_key(name) for name in TABLES}
    for key, spec in parsed_configuration.specs_by_key.items():
        table = TABLES[key.path[-1]]
        assert spec.code_version == PARSER_VERSION
        assert spec.group_name == GROUP
        assert spec.kinds == {"1c", "parquet"}
        assert spec.owners == ["team:configuration"]
        assert spec.partitions_def == CONFIGURATIONS
        assert table.title in (spec.description or "")
        assert table.title_ru in (spec.description or "")


def test_materialization_tells_rows_columns_and_upload(platform: Platform) -> None:
    upload = accept_folder(platform.uploads, OBJECTS)
    result = platform.materialize()

    assert result.success
    found = metadata_of(result, "objects")
    assert found["dagster/row_count"] == len(OBJECTS)
    assert found["upload"] == upload.id
    schema = found["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    assert [column.name for column in schema.columns] == list(TABLES["objects"].column_names)
    assert schema.columns[0].description == TABLES["objects"].columns[0].meaning


def test_summary_with_a_picture_stands_at_the_first_table(platform: Platform) -> None:
    accept_folder(platform.uploads, OBJECTS)
    result = platform.materialize()
    page = str(metadata_of(result, next(iter(TABLES)))["summary"])
    assert "](data:image/" in page
    assert "Торговля" in page


def test_all_tables_are_on_disk_and_readable_as_written(platform: Platform) -> None:
    upload = accept_folder(platform.uploads, OBJECTS)
    platform.materialize()
    snapshot = platform.snapshots.current("trade")
    assert snapshot is not None
    assert snapshot.upload == upload.id
    for name, table in TABLES.items():
        assert read_table(snapshot.table_path(name)).schema.equals(table.arrow_schema)
    assert snapshot.info["rows"]["objects"] == len(OBJECTS)
    assert snapshot.info["digest"] == upload.digest


def test_checks_pass_on_sound_tables(platform: Platform) -> None:
    accept_folder(platform.uploads, OBJECTS)
    result = platform.materialize()
    assert {item.check_name: item.passed for item in result.get_asset_check_evaluations()} == {
        "ledger_complete": True,
        "files_parsed": True,
        "routines_parsed": True,
        "keys_unique": True,
        "links_whole": True,
        "rows_kept": True,
    }


def test_failed_blocking_check_stops_downstream_and_keeps_the_earlier_result(
    platform: Platform,
) -> None:
    accept_folder(platform.uploads, ["Catalog.Old"])
    assert platform.materialize(objects_per_type).success

    accept_folder(platform.uploads, ["Catalog.New"], files=("forgotten.bsl",))
    platform.extractor.forget = frozenset({"forgotten.bsl"})
    result = platform.materialize(objects_per_type)

    assert not result.success
    failed = check(result, "ledger_complete")
    assert not failed.passed
    assert failed.blocking
    rows = failed.metadata["rows"]
    assert isinstance(rows, dg.TableMetadataValue)
    assert rows.records[0].data == {"path": "forgotten.bsl", "fault": "not in the ledger"}
    assert not [event for event in result.all_events if event.step_key == "objects_per_type"]
    assert object_names(platform) == ["Catalog.Old"]


def test_full_disk_fails_the_run_and_keeps_the_earlier_result(platform: Platform) -> None:
    accept_folder(platform.uploads, ["Catalog.Old"])
    platform.materialize()
    accept_folder(platform.uploads, ["Catalog.New"])
    platform.extractor.fault = OSError(errno.ENOSPC, "No space left on device")

    assert not platform.materialize().success
    assert object_names(platform) == ["Catalog.Old"]


def test_downstream_reads_the_upload_of_its_run_as_pandas(platform: Platform) -> None:
    accept_folder(platform.uploads, ["Catalog.A", "Catalog.B", "Enum.C"])
    result = platform.materialize(objects_per_type)
    assert result.success
    upload = platform.uploads.find("trade")
    path = platform.snapshots.folder("trade", upload.id) / "objects_per_type.parquet"
    assert read_table(path).to_pydict() == {"object": ["Catalog", "Enum"], "count": [2, 1]}


def test_run_works_on_the_upload_that_its_tag_names(platform: Platform) -> None:
    first = accept_folder(platform.uploads, ["Catalog.First"])
    accept_folder(platform.uploads, ["Catalog.Second"])
    result = platform.materialize(upload=first.id)
    assert metadata_of(result, "objects")["upload"] == first.id


def test_late_run_of_an_older_upload_does_not_become_current(platform: Platform) -> None:
    first = accept_folder(platform.uploads, ["Catalog.First"])
    second = accept_folder(platform.uploads, ["Catalog.Second"])
    platform.materialize(upload=second.id)
    platform.materialize(upload=first.id)
    assert object_names(platform) == ["Catalog.Second"]


def test_missing_upload_fails_with_what_is_kept_and_where_to_put_it(platform: Platform) -> None:
    kept = accept_folder(platform.uploads, OBJECTS)
    result = platform.materialize(upload="000009-20260101T000000Z-00000000")
    (failure,) = (event for event in result.all_events if event.is_step_failure)
    error = failure.step_failure_data.error
    assert error is not None
    assert error.cause is not None
    assert kept.id in error.cause.message
    assert str(platform.uploads.root.inbox) in error.cause.message


def test_tables_of_the_previous_upload_are_handed_to_the_parser(platform: Platform) -> None:
    accept_folder(platform.uploads, ["Catalog.Old"])
    platform.materialize()
    accept_folder(platform.uploads, ["Catalog.New"])
    platform.materialize()

    first, second = platform.extractor.previous
    assert first is None
    assert second is not None
    assert set(second) == set(TABLES)
    objects: pa.Table = second["objects"]
    assert objects.column("object").to_pylist() == ["Catalog.Old"]


def test_reuse_can_be_switched_off_for_a_run(platform: Platform) -> None:
    accept_folder(platform.uploads, ["Catalog.Old"])
    platform.materialize()
    platform.materialize(run_config={"ops": {GROUP: {"config": {"reuse": False}}}})
    assert platform.extractor.previous == [None, None]


def test_collapsed_row_count_warns_and_names_the_table(platform: Platform) -> None:
    accept_folder(platform.uploads, OBJECTS)
    platform.materialize()
    accept_folder(platform.uploads, OBJECTS[:5])
    result = platform.materialize()

    assert result.success
    collapsed = check(result, "rows_kept")
    assert not collapsed.passed
    assert collapsed.severity == dg.AssetCheckSeverity.WARN
    assert collapsed.description == "collapsed: objects 40 → 5"
    assert object_names(platform) == OBJECTS[:5]


def test_only_the_newest_uploads_stay_on_disk(platform: Platform) -> None:
    uploads = []
    for number in range(5):
        uploads.append(accept_folder(platform.uploads, [f"Catalog.C{number}"]).id)
        platform.materialize()
    assert platform.snapshots.uploads("trade") == uploads[-3:]
    assert [upload.id for upload in list_uploads(platform.uploads.root, "trade")] == uploads[-3:]


def test_upload_that_another_run_is_about_stays(platform: Platform) -> None:
    in_use = accept_folder(platform.uploads, ["Catalog.Slow"]).id
    platform.instance.add_run(
        dg.DagsterRun(
            job_name="build_configuration",
            status=dg.DagsterRunStatus.STARTED,
            tags={PARTITION_TAG: "trade", UPLOAD_TAG: in_use},
        )
    )
    for number in range(4):
        accept_folder(platform.uploads, [f"Catalog.C{number}"])
        platform.materialize()
    assert platform.uploads.find("trade", in_use).id == in_use
