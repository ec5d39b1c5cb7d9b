"""The inbox sensor on real files and Dagster's real records."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest
from dagster._daemon.sensor import MIN_INTERVAL_LOOP_TIME

from cai_assets.defs import build_defs
from cai_assets.defs.jobs import BUILD_CONFIGURATION, build_configuration
from cai_assets.defs.keys import table_key
from cai_assets.defs.partitions import PARTITION_TAG, UPLOAD_TAG
from cai_assets.defs.resources import Uploads, data_root, resources
from cai_assets.defs.sensors.inbox import Cursor, inbox_sensor, take_in
from cai_assets.intake.errors import InboxUnavailable
from cai_assets.intake.inbox import scan
from cai_assets.knowledge.schema import TABLES
from cai_assets.knowledge.snapshots import MANIFEST
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject


@dataclass
class Daemon:
    """Plays Dagster's daemon: evaluates the sensor, keeps its cursor, does what it asks for."""

    settings: Settings
    instance: dg.DagsterInstance
    cursor: str | None = None
    keys: set[str] = field(default_factory=set)

    @property
    def inbox(self) -> Path:
        return self.settings.inbox

    def tick(self) -> dg.SensorResult:
        """One evaluation; the cursor and new partitions are kept, nothing is launched."""
        sensor = inbox_sensor(build_configuration(dg.in_process_executor))
        with dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, resources=resources(self.settings)
        ) as context:
            result = sensor(context)
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor
        for request in result.dynamic_partitions_requests or []:
            assert isinstance(request, dg.AddDynamicPartitionsRequest)
            self.instance.add_dynamic_partitions(
                request.partitions_def_name, request.partition_keys
            )
        return result

    def settle(self) -> dg.SensorResult:
        """Two ticks: the first sees an entry, the second finds it unchanged."""
        self.tick()
        return self.tick()

    def launch(
        self,
        result: dg.SensorResult,
        status: dg.DagsterRunStatus = dg.DagsterRunStatus.STARTED,
    ) -> list[dg.DagsterRun]:
        """Record the requested runs as Dagster does: each run key once and never again."""
        runs = []
        for request in result.run_requests or []:
            assert request.run_key is not None
            assert request.partition_key is not None
            if request.run_key in self.keys:
                continue
            self.keys.add(request.run_key)
            runs.append(
                self.instance.add_run(
                    dg.DagsterRun(
                        job_name=BUILD_CONFIGURATION,
                        run_id=str(uuid4()),
                        status=status,
                        tags={**request.tags, PARTITION_TAG: request.partition_key},
                    )
                )
            )
        return runs

    def materialize(self, result: dg.SensorResult) -> None:
        """Run what was asked for, for real, but only as far as its tables."""
        for request in result.run_requests or []:
            assert (
                build_defs(self.settings, in_process=True)
                .resolve_job_def(BUILD_CONFIGURATION)
                .execute_in_process(
                    instance=self.instance,
                    partition_key=request.partition_key,
                    tags=dict(request.tags),
                    asset_selection=[table_key(name) for name in TABLES],
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                )
                .success
            )


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    settings = Settings(home=tmp_path / "home", settle_seconds=0, attempts=2)
    data_root(settings).prepare()
    with dg.DagsterInstance.ephemeral() as instance:
        yield Daemon(settings, instance)


def drop(daemon: Daemon, entry: str = "trade", *, name: str = "Trade", text: str = "") -> Path:
    """Put a small EDT project into the inbox, as a folder."""
    folder = daemon.inbox / entry
    EdtProject(folder, name).common_module("Продажи", text)
    return folder


def drop_zip(daemon: Daemon, folder: Path) -> Path:
    archive = daemon.inbox / "trade.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for path in folder.rglob("*"):
            out.write(path, path.relative_to(folder))
    return archive


def test_it_is_due_at_each_look_of_the_daemon() -> None:
    """A tick may begin some milliseconds sooner after its look than the one before did."""
    sensor = inbox_sensor(build_configuration(dg.in_process_executor))
    assert sensor.minimum_interval_seconds is not None
    assert sensor.minimum_interval_seconds < MIN_INTERVAL_LOOP_TIME


def test_a_tick_waits_for_what_arrives_while_it_looks(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cai_assets.defs.sensors.inbox.WATCH_SECONDS", 30)
    drop(daemon)
    assert len(daemon.tick().run_requests or []) == 1


def test_folder_becomes_a_partition_and_one_run_about_its_upload(daemon: Daemon) -> None:
    entry = drop(daemon)
    assert not daemon.tick().run_requests
    result = daemon.tick()

    (request,) = result.run_requests or []
    upload = Uploads(data_root(daemon.settings)).find("Trade")
    assert request.partition_key == "Trade"
    assert request.tags[UPLOAD_TAG] == upload.id
    assert request.run_key == f"Trade:{upload.digest}:{upload.id}:1"
    assert daemon.instance.get_dynamic_partitions("configurations") == ["Trade"]
    assert not entry.exists()


def test_run_that_was_asked_for_materializes_and_settles(daemon: Daemon) -> None:
    drop(daemon)
    daemon.materialize(daemon.settle())

    after = daemon.tick()
    assert not after.run_requests
    upload = Uploads(data_root(daemon.settings)).find("Trade")
    assert Cursor.parse(after.cursor).settled == {"Trade": upload.id}


def test_half_written_file_waits_and_is_named(daemon: Daemon) -> None:
    entry = drop(daemon)
    daemon.tick()
    (entry / "src/more.bsl").write_text("// grows", encoding="utf-8")
    result = daemon.tick()
    assert not result.run_requests
    assert result.skip_reason is not None
    assert "waiting: trade" in str(result.skip_reason)
    assert daemon.tick().run_requests


def test_same_content_twice_is_one_run(daemon: Daemon) -> None:
    archive = drop_zip(daemon, drop(daemon, "a"))
    shutil.rmtree(daemon.inbox / "a")
    copy = archive.read_bytes()
    first = daemon.settle()
    daemon.launch(first)

    archive.write_bytes(copy)
    second = daemon.settle()
    assert len(first.run_requests or []) == 1
    assert not second.run_requests
    assert not archive.exists()
    assert len(Uploads(data_root(daemon.settings)).latest()) == 1


def test_later_upload_is_a_new_run_of_the_same_partition(daemon: Daemon) -> None:
    drop(daemon)
    daemon.materialize(daemon.settle())
    drop(daemon, text="Процедура П()\nКонецПроцедуры\n")
    result = daemon.settle()
    assert [request.partition_key for request in result.run_requests or []] == ["Trade"]
    assert not result.dynamic_partitions_requests


def test_content_that_comes_back_after_other_content_is_run_again(daemon: Daemon) -> None:
    keys = []
    for text in ("// А", "// Б", "// А"):
        drop(daemon, text=text)
        result = daemon.settle()
        keys += [request.run_key for request in result.run_requests or []]
        daemon.materialize(result)
    assert len(set(keys)) == 3


def test_broken_archive_goes_to_quarantine_and_the_tick_says_why(daemon: Daemon) -> None:
    archive = daemon.inbox / "broken.zip"
    archive.write_bytes(b"PK\x03\x04 this is no archive")
    _age(archive)
    result = daemon.settle()
    assert not result.run_requests
    assert "quarantined: broken.zip" in str(result.skip_reason)
    assert (daemon.settings.quarantine / "broken.zip").exists()
    assert (daemon.settings.quarantine / "broken.zip.reason.txt").read_text(encoding="utf-8")


def test_hostile_archive_does_not_hold_up_a_good_one(daemon: Daemon) -> None:
    with zipfile.ZipFile(daemon.inbox / "evil.zip", "w") as out:
        out.writestr("../../escape.bsl", "// out")
    drop(daemon)
    result = daemon.settle()
    assert len(result.run_requests or []) == 1
    assert (daemon.settings.quarantine / "evil.zip").exists()
    assert not list(daemon.settings.root.rglob("escape.bsl"))


def test_inbox_that_cannot_be_listed_fails_the_tick(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object, **__: object) -> None:
        raise InboxUnavailable("inbox", "inbox", details={"detail": "not mounted"})

    daemon.tick()
    before = daemon.cursor
    monkeypatch.setattr("cai_assets.defs.sensors.inbox.scan", unavailable)
    with pytest.raises(InboxUnavailable, match="not mounted"):
        daemon.tick()
    assert daemon.cursor == before


def test_run_under_way_is_not_asked_for_again(daemon: Daemon) -> None:
    drop(daemon)
    daemon.launch(daemon.settle())
    result = daemon.tick()
    assert not result.run_requests
    assert "is under way" in str(result.skip_reason)


def test_upload_accepted_before_a_crash_is_still_run(daemon: Daemon) -> None:
    drop(daemon)
    daemon.settle()  # the daemon dies before it launches what this tick asked for
    daemon.cursor = None
    result = daemon.tick()
    assert len(result.run_requests or []) == 1


def test_lost_answer_does_not_launch_twice(daemon: Daemon) -> None:
    drop(daemon)
    first = daemon.settle()
    again = daemon.tick()  # the records do not know the run yet
    keys = {
        request.run_key for request in [*(first.run_requests or []), *(again.run_requests or [])]
    }
    assert len(keys) == 1


def test_run_that_was_recorded_but_never_launched_is_replaced_after_a_while(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(daemon)
    daemon.launch(daemon.settle(), dg.DagsterRunStatus.NOT_STARTED)
    assert not daemon.tick().run_requests
    monkeypatch.setattr("cai_assets.defs.sensors.inbox.LOST_SECONDS", -1.0)
    assert daemon.tick().run_requests


def test_failed_run_is_tried_again_and_then_given_up(daemon: Daemon) -> None:
    drop(daemon)
    failed = dg.DagsterRunStatus.FAILURE
    daemon.launch(daemon.settle(), failed)
    second = daemon.tick()
    assert [(request.run_key or "")[-2:] for request in second.run_requests or []] == [":2"]
    daemon.launch(second, failed)
    third = daemon.tick()
    assert not third.run_requests
    assert "gave up on upload" in str(third.skip_reason)


def test_uploads_that_come_together_are_all_built_in_their_order(daemon: Daemon) -> None:
    daemon.settings = daemon.settings.model_copy(update={"keep_uploads": 1})
    names = []
    for text in ("// А", "// Б", "// В"):
        drop(daemon, text=text)
        result = daemon.settle()
        names += [request.tags[UPLOAD_TAG] for request in result.run_requests or []]
        if text == "// А":
            waiting = result
    assert len(set(names)) == 1
    built = []
    for _ in range(3):
        daemon.materialize(waiting)
        built += [request.tags[UPLOAD_TAG] for request in waiting.run_requests or []]
        waiting = daemon.tick()
    assert [name[:6] for name in built] == ["000001", "000002", "000003"]
    assert not waiting.run_requests
    assert [upload.id for upload in Uploads(data_root(daemon.settings)).since({})] == built[-1:]


def test_run_that_died_after_its_tables_is_repeated(daemon: Daemon) -> None:
    daemon.settings = daemon.settings.model_copy(update={"attempts": 3})
    drop(daemon)
    result = daemon.settle()
    daemon.materialize(result)
    (request,) = result.run_requests or []
    run = daemon.instance.add_run(
        dg.DagsterRun(
            job_name=BUILD_CONFIGURATION,
            run_id=str(uuid4()),
            status=dg.DagsterRunStatus.STARTED,
            tags={**request.tags, PARTITION_TAG: "Trade"},
        )
    )
    daemon.cursor = None
    assert "is under way" in str(daemon.tick().skip_reason)
    daemon.instance.report_run_failed(run)  # as by who finds its process dead
    again = daemon.tick()
    assert [(request.run_key or "")[-2:] for request in again.run_requests or []] == [":3"]


def test_tables_that_were_written_but_never_published_are_made_again(daemon: Daemon) -> None:
    drop(daemon)
    result = daemon.settle()
    daemon.materialize(result)
    upload = Uploads(data_root(daemon.settings)).find("Trade")
    # As after a failed blocking check, or a kill between the last table and the manifest.
    (daemon.settings.tables / "Trade" / upload.id / MANIFEST).unlink()
    again = daemon.tick()
    assert [(request.run_key or "")[-2:] for request in again.run_requests or []] == [":2"]
    daemon.materialize(again)
    assert not daemon.tick().run_requests


def test_unreadable_cursor_is_taken_as_none(daemon: Daemon) -> None:
    for text in ("", "no json", "[]", '{"settled": 5}'):
        assert Cursor.parse(text) == Cursor()
    drop(daemon)
    daemon.cursor = "no json"
    assert daemon.settle().run_requests


def test_no_entry_is_begun_after_the_time_of_a_tick(daemon: Daemon) -> None:
    drop(daemon, "a", name="First")
    drop(daemon, "b", name="Second")
    uploads = Uploads(data_root(daemon.settings))
    cursor = scan(daemon.inbox, None, settle_seconds=0).cursor
    ready = scan(daemon.inbox, cursor, settle_seconds=0).ready
    messages = take_in(uploads, ready, lambda message: None, seconds=0)
    assert len(messages) == 2
    assert "later tick" in messages[1]
    assert len(uploads.latest()) == 1


def test_sensor_is_on_without_a_hand() -> None:
    sensor = inbox_sensor(build_configuration(dg.in_process_executor))
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING


def _age(path: Path, seconds: float = 3600) -> None:
    """Make a file look old, so that it does not count as still growing."""
    moment = path.stat().st_mtime - seconds
    os.utime(path, (moment, moment))
