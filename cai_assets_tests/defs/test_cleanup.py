"""The nightly clean-up: what nobody needs goes, the latest result of anything stays."""

# No `from __future__ import annotations`: Dagster takes the annotation of the asset as it stands.

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from pydantic import SecretStr

from cai_assets.defs.assets.parsed_configuration import LAST_TABLE
from cai_assets.defs.cleanup import history
from cai_assets.defs.cleanup.history import makers, remove_runs
from cai_assets.defs.cleanup.job import Cleaning, clean_up_job
from cai_assets.defs.jobs import BUILD_CONFIGURATION
from cai_assets.defs.keys import table_key
from cai_assets.defs.partitions import PARTITION_TAG, UPLOAD_METADATA, UPLOAD_TAG
from cai_assets.defs.resources import Uploads, data_root, resources
from cai_assets.intake.errors import NotAnUpload
from cai_assets.intake.git.mirror import Mirror
from cai_assets.intake.git.taking import mirrors_of
from cai_assets.intake.quarantine import refuse
from cai_assets.intake.uploads import Upload, list_uploads
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.settings import Settings
from cai_assets_tests.defs.fakes import accept_folder
from cai_assets_tests.intake.git.repositories import Repository

DAY = 24 * 3600.0
KEEP_DAYS = 30


@dg.asset(
    partitions_def=dg.DynamicPartitionsDefinition(name="shops"),
    check_specs=[dg.AssetCheckSpec("fine", asset="goods")],
)
def goods() -> dg.MaterializeResult:  # type: ignore[type-arg]
    print("this goes to the logs of the step")
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "dagster"
    folder.mkdir()
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    return folder


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home)) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", keep_uploads=2, keep_run_days=KEEP_DAYS, attempts=1)


def make(instance: dg.DagsterInstance, shop: str, **tags: str) -> str:
    """A real run that materializes the asset for a shop; its id."""
    instance.add_dynamic_partitions("shops", [shop])
    run = dg.materialize(
        [goods],
        instance=instance,
        partition_key=shop,
        tags=tags,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    return run.run_id


def cleaning(instance: dg.DagsterInstance, settings: Settings) -> Cleaning:
    root = data_root(settings)
    root.prepare()
    return Cleaning(instance, settings, Uploads(root), Snapshots(settings.tables))


def night(instance: dg.DagsterInstance, settings: Settings, days: float = 0) -> Cleaning:
    """A night so many days from now."""
    work = cleaning(instance, settings)
    work.run(time.time() + days * DAY)
    assert work.problems == []
    return work


def run_ids(instance: dg.DagsterInstance) -> set[str]:
    return {run.run_id for run in instance.get_runs()}


# --- the history ----------------------------------------------------------------------------


def test_old_runs_go_but_for_those_that_made_what_is_there(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    first, second, other = (make(instance, shop) for shop in ("north", "north", "south"))
    assert night(instance, settings, KEEP_DAYS - 1).removed["runs"] == 0
    assert night(instance, settings, KEEP_DAYS + 1).removed["runs"] == 1
    assert run_ids(instance) == {second, other}
    assert first not in run_ids(instance)
    found = instance.get_latest_materialization_event(goods.key)
    assert found is not None
    assert instance.get_materialized_partitions(goods.key) == {"north", "south"}


def test_nothing_of_a_removed_run_is_left_on_disk(
    instance: dg.DagsterInstance, settings: Settings, home: Path
) -> None:
    old = make(instance, "north")
    make(instance, "north")
    assert list(home.rglob(f"*{old}*"))
    night(instance, settings, KEEP_DAYS + 1)
    assert list(home.rglob(f"*{old}*")) == []
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        rows = connection.execute(AssetCheckExecutionsTable.select()).fetchall()
    assert len(rows) == 1


def test_runs_under_way_and_runs_about_an_upload_that_is_not_built_stay(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    upload = accept_folder(cleaning(instance, settings)._uploads, ["Catalog.A"])
    tags = {PARTITION_TAG: upload.slug, UPLOAD_TAG: upload.id}
    statuses = (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING)
    kept = {_record(instance, status, {}) for status in statuses}
    kept.add(_record(instance, dg.DagsterRunStatus.CANCELED, tags))
    _record(instance, dg.DagsterRunStatus.FAILURE, {})
    assert night(instance, settings, KEEP_DAYS + 1).removed["runs"] == 1
    assert run_ids(instance) == kept


def test_a_night_that_has_too_much_to_do_goes_on_in_the_next(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_MOST_RUNS", 3)
    monkeypatch.setattr(history, "_PAGE", 2)
    for _ in range(5):
        _record(instance, dg.DagsterRunStatus.FAILURE, {})
    before, later = time.time() + DAY, time.monotonic() + 60
    assert remove_runs(instance, before, set(), later) == 3
    assert remove_runs(instance, before, set(), time.monotonic() - 1) == 0
    assert remove_runs(instance, before, set(), later) == 2
    assert instance.get_runs() == []


def test_old_logs_of_ticks_go(instance: dg.DagsterInstance, settings: Settings, home: Path) -> None:
    run = make(instance, "north")
    tick = home / "storage" / "__repository__" / "inbox" / "17.err"
    tick.parent.mkdir(parents=True)
    for path in (tick, tick.with_name("18.err")):
        path.write_text("accepted", encoding="utf-8")
    os.utime(tick, (time.time() - 40 * DAY,) * 2)
    assert night(instance, settings).removed["logs"] == 1
    assert [path.name for path in tick.parent.iterdir()] == ["18.err"]
    night(instance, settings, KEEP_DAYS + 1)
    assert not tick.parent.exists()
    assert any((home / "storage" / run).rglob("*.out"))


def test_makers_are_those_of_every_partition(instance: dg.DagsterInstance) -> None:
    make(instance, "north")
    newest = {make(instance, "north"), make(instance, "south")}
    assert makers(instance) == newest


# --- the disk -------------------------------------------------------------------------------


def build(instance: dg.DagsterInstance, settings: Settings, upload: Upload) -> None:
    """What is left of a build: tables, and Dagster's record of them."""
    snapshots = Snapshots(settings.tables)
    folder = settings.root / "tables" / upload.slug / upload.id / "parsed_configuration"
    folder.mkdir(parents=True)
    (folder / "objects.parquet").touch()
    snapshots.publish(upload.slug, upload.id, {})
    made = dg.AssetMaterialization(
        table_key(LAST_TABLE), partition=upload.slug, metadata={UPLOAD_METADATA: upload.id}
    )
    instance.report_runless_asset_event(made)


def kept(settings: Settings) -> list[str]:
    return [upload.id for upload in list_uploads(data_root(settings), "trade")]


def test_uploads_beyond_their_number_go_with_their_tables(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    uploads = [accept_folder(_uploads(settings), [f"Catalog.C{n}"]) for n in range(5)]
    for upload in uploads:
        build(instance, settings, upload)
    removed = night(instance, settings).removed
    assert (removed["uploads"], removed["uploads' tables"]) == (3, 3)
    newest = [upload.id for upload in uploads[-2:]]
    assert kept(settings) == Snapshots(settings.tables).uploads("trade") == newest


def test_uploads_that_wait_for_their_turn_stay_however_many(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    uploads = [accept_folder(_uploads(settings), [f"Catalog.C{n}"]) for n in range(6)]
    build(instance, settings, uploads[0])
    assert night(instance, settings).removed["uploads"] == 0
    assert len(kept(settings)) == 6


def test_a_configuration_that_never_builds_fills_no_disk(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    uploads = []
    for number in range(6):
        upload = accept_folder(_uploads(settings), [f"Catalog.C{number}"])
        tags = {PARTITION_TAG: "trade", UPLOAD_TAG: upload.id}
        (settings.root / "tables" / "trade" / upload.id / "parsed_configuration").mkdir(
            parents=True
        )
        _record(instance, dg.DagsterRunStatus.FAILURE, tags)
        uploads.append(upload.id)
    night(instance, settings)
    assert kept(settings) == uploads[-2:]
    tables = sorted(path.name for path in (settings.root / "tables" / "trade").iterdir())
    assert tables == uploads[-2:]


def test_the_current_upload_stays_behind_any_number_of_bad_ones(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    current = accept_folder(_uploads(settings), ["Catalog.Good"])
    build(instance, settings, current)
    for number in range(4):
        upload = accept_folder(_uploads(settings), [f"Catalog.C{number}"])
        tags = {PARTITION_TAG: "trade", UPLOAD_TAG: upload.id}
        _record(instance, dg.DagsterRunStatus.FAILURE, tags)
    night(instance, settings)
    assert kept(settings)[0] == current.id
    assert len(kept(settings)) == 3


def test_an_upload_that_a_run_is_about_stays(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    uploads = [accept_folder(_uploads(settings), [f"Catalog.C{n}"]) for n in range(4)]
    for upload in uploads:
        build(instance, settings, upload)
    tags = {PARTITION_TAG: "trade", UPLOAD_TAG: uploads[0].id}
    _record(instance, dg.DagsterRunStatus.STARTED, tags)
    night(instance, settings)
    assert kept(settings) == [uploads[0].id, uploads[2].id, uploads[3].id]


def test_old_refusals_go(instance: dg.DagsterInstance, settings: Settings) -> None:
    root = data_root(settings)
    refuse(root, "old.zip", NotAnUpload("empty", "old.zip"), time.time())
    assert night(instance, settings, 29).removed["refusals"] == 0
    assert night(instance, settings, 31).removed["refusals"] == 1
    assert list(root.quarantine.iterdir()) == []


@pytest.mark.skipif(shutil.which("git") is None, reason="not installed: git")
def test_mirrors_of_branches_that_are_no_longer_watched_go(
    instance: dg.DagsterInstance, settings: Settings, tmp_path: Path
) -> None:
    repository = Repository(tmp_path / "trade")
    repository.commit()
    base = mirrors_of(data_root(settings))
    watched = repository.source(branch="main")
    for source in (watched, repository.source(branch="other")):
        Mirror.of(source, base).folder.mkdir(parents=True)
    Mirror.of(watched, base).fetch(30)
    watching = settings.model_copy(
        update={"git": SecretStr(f"{repository.root.as_uri()}#main:src")}
    )
    assert night(instance, watching).removed["mirrors"] == 1
    assert [path.name for path in base.iterdir()] == [watched.mirror_name]
    assert Mirror.of(watched, base).head() is not None
    with Mirror.of(watched, base).lock():  # a transfer is under way
        night(instance, watching)
    assert night(instance, settings).removed["mirrors"] == 1
    assert list(base.iterdir()) == []


# --- as a whole -----------------------------------------------------------------------------


def test_the_job_says_what_it_removed(instance: dg.DagsterInstance, settings: Settings) -> None:
    data_root(settings).prepare()
    result = clean_up_job().execute_in_process(
        instance=instance,
        resources=resources(settings),
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    assert result.success
    (output,) = (event for event in result.all_events if event.is_successful_output)
    metadata = output.step_output_data.metadata
    assert {name: value.value for name, value in metadata.items() if name != "bytes freed"} == {
        "uploads": 0,
        "uploads' tables": 0,
        "experiments": 0,
        "runs": 0,
        "logs": 0,
        "refusals": 0,
        "mirrors": 0,
    }


def test_a_part_that_fails_stops_no_other_and_is_told(
    instance: dg.DagsterInstance, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the disk does not answer")

    monkeypatch.setattr("cai_assets.defs.cleanup.job.prune_uploads", broken)
    refuse(data_root(settings), "old.zip", NotAnUpload("empty", "old.zip"), time.time())
    work = cleaning(instance, settings)
    work.run(time.time() + 31 * DAY)
    assert work.problems == ["OSError: the disk does not answer"]
    assert work.removed["refusals"] == 1


def test_nothing_grows_however_many_uploads_come(
    instance: dg.DagsterInstance, settings: Settings, home: Path
) -> None:
    sizes = []
    quick = replace_days(settings)
    for number in range(9):
        upload = accept_folder(_uploads(quick), [f"Catalog.C{number}"])
        build(instance, quick, upload)
        make(instance, "north", **{UPLOAD_TAG: upload.id})
        refuse(data_root(quick), f"{number}.zip", NotAnUpload("empty", "x"), time.time())
        night(instance, quick, 2)
        files = [path for root in (quick.root, home) for path in root.rglob("*") if path.is_file()]
        wanted = [path for path in files if path.suffix not in (".jsonl", "")]
        sizes.append(len(wanted))
    assert len(set(sizes[3:])) == 1


def replace_days(settings: Settings) -> Settings:
    """The same settings, but runs and refusals are kept for a day."""
    return settings.model_copy(update={"keep_run_days": 1, "keep_quarantine_days": 1})


def _uploads(settings: Settings) -> Uploads:
    root = data_root(settings)
    root.prepare()
    return Uploads(root)


def _record(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, tags: dict[str, str]) -> str:
    run = dg.DagsterRun(job_name=BUILD_CONFIGURATION, run_id=str(uuid4()), status=status, tags=tags)
    return instance.add_run(run).run_id
