"""The sensor of alerts on Dagster's real records."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest
from dagster import DagsterEvent, DagsterEventType
from dagster._core.events import EngineEventData
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    TickData,
    TickStatus,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster_shared.error import SerializableErrorInfo
from pydantic import SecretStr

from cai_assets.defs import build_defs
from cai_assets.defs.alerts import observing
from cai_assets.defs.alerts.book import Book
from cai_assets.defs.alerts.observing import Words
from cai_assets.defs.alerts.outbox import Message
from cai_assets.defs.assets.parsed_configuration import LAST_TABLE
from cai_assets.defs.jobs import BUILD_CONFIGURATION
from cai_assets.defs.keys import table_key
from cai_assets.defs.partitions import PARTITION_TAG, UPLOAD_METADATA, UPLOAD_TAG
from cai_assets.defs.resources import Uploads, data_root, resources
from cai_assets.defs.sensors import alerts
from cai_assets.defs.sensors.alerts import Memory, alerts_sensor
from cai_assets.defs.sensors.configured import configured_sensors
from cai_assets.intake.errors import NotAnUpload
from cai_assets.intake.quarantine import refuse
from cai_assets.intake.uploads import Upload
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.learning.schema import EVALUATION
from cai_assets.messages import Messages
from cai_assets.settings import Settings
from cai_assets_tests.defs.conftest import Platform
from cai_assets_tests.defs.fakes import FakeExtractor, accept_folder

SLUG = "trade"
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Watch:
    """A data root, Dagster's records, and where alerts arrive."""

    settings: Settings
    instance: dg.DagsterInstance
    cursor: str | None = None
    said: str = ""
    away: bool = False
    """Whether the target does not answer."""
    arrived: list[str] = field(default_factory=list)

    def deliver(self, messages: Sequence[Message]) -> list[str]:
        """Play apprise; `test_delivery` holds that it delivers for real."""
        assert [one.target.address for one in messages] == ["json://host/s3cret"]
        if not self.away:
            self.arrived += [notice.line for notice in messages[0].lines]
        return ["503" if self.away else ""]

    def look(self) -> list[str]:
        """A tick; the lines that arrived in it."""
        seen = len(self.arrived)
        with dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, resources=resources(self.settings)
        ) as context:
            result = alerts_sensor(self.settings)(context)
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor
        self.said = str(result.skip_reason)
        return self.arrived[seen:]

    def later(self, hours: float) -> None:
        """Let so much time pass for what is remembered."""
        memory = Memory.parse(self.cursor)
        assert memory is not None
        memory.slow -= hours * 3600
        memory.book.closed = {key: at - hours * 3600 for key, at in memory.book.closed.items()}
        for problem in memory.book.open.values():
            problem.told -= hours * 3600
        for queue in memory.outbox.queues.values():
            queue.next -= hours * 3600
        self.cursor = memory.text()

    def upload(self, *, hours_ago: float = 0.0) -> Upload:
        """An upload that came so long ago."""
        upload = accept_folder(Uploads(data_root(self.settings)), ["Catalog.A"], slug=SLUG)
        received = datetime.now(UTC) - timedelta(hours=hours_ago)
        record = upload.folder / "upload.json"
        text = record.read_text("utf-8").replace(upload.received, received.isoformat())
        record.write_text(text, encoding="utf-8")
        return replace(upload, received=received.isoformat())

    def end(self, upload: Upload, failure: str = "") -> str:
        """A run about the upload that ended, as Dagster records it; its id."""
        run = self.instance.add_run(
            dg.DagsterRun(
                job_name=BUILD_CONFIGURATION,
                run_id=str(uuid4()),
                status=dg.DagsterRunStatus.STARTED,
                tags={PARTITION_TAG: SLUG, UPLOAD_TAG: upload.id},
            )
        )
        if failure:
            self.instance.report_run_failed(run, failure)
            return run.run_id
        Snapshots(self.settings.tables).publish(SLUG, upload.id, {"published": upload.received})
        made = dg.AssetMaterialization(
            table_key(LAST_TABLE), partition=SLUG, metadata={UPLOAD_METADATA: upload.id}
        )
        self.instance.report_runless_asset_event(made)
        success = DagsterEvent(DagsterEventType.RUN_SUCCESS.value, BUILD_CONFIGURATION)
        self.instance.report_dagster_event(success, run.run_id)
        return run.run_id


def _origin(sensor: str) -> RemoteInstigatorOrigin:
    location = ManagedGrpcPythonEnvCodeLocationOrigin(
        LoadableTargetOrigin(module_name="cai_assets.definitions"), "cai_assets"
    )
    return RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), sensor)


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    with dg.DagsterInstance.ephemeral() as instance:
        settings = Settings(
            home=tmp_path / "home",
            lang="en",
            attempts=2,
            alerts=SecretStr("json://host/s3cret"),
            ui_url="https://cai.example.com/",
        )
        data_root(settings).prepare()
        watch = Watch(settings, instance)
        monkeypatch.setattr(alerts, "Delivery", lambda say: watch.deliver)
        assert watch.look() == []
        yield watch


def test_a_failed_run_is_told_with_configuration_reason_and_link(watch: Watch) -> None:
    extractor = FakeExtractor(fault=ValueError("the module is torn\nsecond line"))
    upload = watch.upload()
    watch.instance.add_dynamic_partitions("configurations", [SLUG])
    run = (
        build_defs(watch.settings, resource_overrides={"extractor": extractor}, in_process=True)
        .resolve_job_def(BUILD_CONFIGURATION)
        .execute_in_process(
            instance=watch.instance,
            partition_key=SLUG,
            tags={UPLOAD_TAG: upload.id},
            run_config=_QUIET,
            raise_on_error=False,
        )
    )
    assert watch.look() == [
        "Торговля — build failed — ValueError: the module is torn — "
        f"https://cai.example.com/runs/{run.run_id}"
    ]
    assert watch.look() == []


def test_a_run_whose_process_died_is_told_in_the_words_of_who_found_it(watch: Watch) -> None:
    run = watch.end(watch.upload(), "the process of the run has ended")
    assert watch.look() == [
        "Торговля — build failed — the process of the run has ended — "
        f"https://cai.example.com/runs/{run}"
    ]


def test_a_run_that_could_not_be_started_is_told_with_the_cause(watch: Watch) -> None:
    run = watch.instance.add_run(
        dg.DagsterRun(job_name=BUILD_CONFIGURATION, tags={PARTITION_TAG: SLUG})
    )
    error = SerializableErrorInfo("the code server did not answer\n", [], "Unreachable")
    watch.instance.report_engine_event("cannot launch", run, EngineEventData(error=error))
    watch.instance.report_run_failed(run)
    (line,) = watch.look()
    assert " — build failed — the code server did not answer — https://" in line


def test_it_speaks_russian_and_links_to_nothing_where_no_address_is_set(watch: Watch) -> None:
    watch.settings = watch.settings.model_copy(update={"lang": "ru", "ui_url": ""})
    run = watch.end(watch.upload(), "out of memory")
    assert watch.look() == [f"Торговля — сборка: сбой — out of memory — run {run}"]


def test_the_end_of_a_problem_is_told_once(watch: Watch) -> None:
    upload = watch.upload()
    watch.end(upload, "torn")
    watch.look()
    watch.end(upload)
    assert watch.look() == ["Торговля — build: well again"]
    assert watch.look() == []


def test_flapping_does_not_send_a_hundred_messages(watch: Watch) -> None:
    for number in range(12):
        watch.end(watch.upload(), "" if number % 2 else "torn")
        watch.look()
    assert [line.split(" — ")[1] for line in watch.arrived] == ["build failed", "build: well again"]


def test_more_runs_than_a_tick_reads_are_read_in_later_ones(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observing, "MOST_RUNS", 2)
    upload = watch.upload()
    for number in range(5):
        watch.end(upload, "" if number % 2 else "torn")
    for _ in range(3):
        watch.look()
    assert any("build failed" in line for line in watch.arrived)
    memory = Memory.parse(watch.cursor)
    assert memory is not None
    assert observing.ended_runs(watch.instance, memory.after) == []


def test_a_failed_blocking_check_is_told_and_a_warning_is_not(platform: Platform) -> None:
    platform.extractor.forget = frozenset({"forgotten.bsl"})
    accept_folder(platform.uploads, ["Catalog.A"], files=("forgotten.bsl", "b.bsl"))
    book, words = Book(), Words(Messages("en"), "", {})
    platform.materialize()
    for record in observing.ended_runs(platform.instance, 0):
        observing.observe_run(platform.instance, record, book, words, 1e9)
    said = [notice.line.split(" — ")[1] for notice in book.due(1e9)]
    assert said[0].endswith("failed")
    assert said[1:] == [
        "check failed, the result is not published: "
        "parsed_configuration/source_files: ledger_complete",
    ]
    after = observing.newest_event(platform.instance)
    platform.extractor.forget = frozenset()
    platform.materialize()
    for record in observing.ended_runs(platform.instance, after):
        observing.observe_run(platform.instance, record, book, words, 2e9)
    assert [notice.line.split(" — ")[1] for notice in book.due(2e9)][1:] == [
        "check passes again: parsed_configuration/source_files: ledger_complete",
    ]


def test_an_upload_that_was_given_up_is_told_each_day_until_it_is_built(watch: Watch) -> None:
    upload = watch.upload()
    for _ in range(watch.settings.attempts):
        watch.end(upload, "torn")
    (line,) = [line for line in watch.look() if "gave up" in line]
    assert f"gave up on upload {upload.id}: 2 runs ended without a result" in line
    assert "https://cai.example.com/assets/parsed_configuration/projects?partition=trade" in line
    assert watch.look() == []
    watch.later(25)
    assert len([line for line in watch.look() if "gave up" in line]) == 1
    watch.end(upload)
    assert "Торговля — the latest upload is built" in watch.look()


def test_an_upload_without_a_result_for_long_is_told(watch: Watch) -> None:
    watch.upload(hours_ago=2)
    watch.later(1)
    assert watch.look() == []
    upload = watch.upload(hours_ago=30)
    watch.later(1)
    (line,) = watch.look()
    assert f"upload {upload.id} has no result after so many hours: 30" in line
    watch.end(upload)
    watch.later(2)
    assert watch.look() == ["Торговля — the latest upload is built"]


def test_models_that_are_not_renewed_are_told(watch: Watch) -> None:
    watch.end(watch.upload(hours_ago=10))
    watch.later(1)
    assert watch.look() == []
    watch.instance.wipe()
    watch.end(watch.upload(hours_ago=10))
    manifests = watch.settings.root.rglob("complete.json")
    for manifest in manifests:
        long_ago = datetime.now(UTC) - timedelta(hours=60)
        manifest.write_text(json.dumps({"published": long_ago.isoformat()}), encoding="utf-8")
    watch.later(1)
    (line,) = [line for line in watch.look() if "models" in line]
    assert "Торговля — models were not renewed for so many hours: 60" in line
    made = dg.AssetMaterialization(table_key("decisions", EVALUATION), partition=SLUG)
    watch.instance.report_runless_asset_event(made)
    watch.later(1)
    assert watch.look() == ["Торговля — models are renewed again"]


def test_a_sensor_that_only_fails_is_told_and_one_failure_is_not(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    book, words = Book(), Words(Messages("en"), "", {})
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        state = InstigatorState(_origin("git"), InstigatorType.SENSOR, InstigatorStatus.RUNNING)
        instance.add_instigator_state(state)
        failure, skipped = TickStatus.FAILURE, TickStatus.SKIPPED
        told = []
        for number, status in enumerate((failure, failure, failure, failure, skipped)):
            _tick(instance, "git", status, 1e9 + number)
            observing.observe_ticks(instance, book, words, 2e9)
            told.append([notice.line for notice in book.due(2e9)])
    assert told == [
        [],
        [],
        ["the sensor git fails again and again — the server is silent"],
        [],
        ["the sensor git works again"],
    ]


def _tick(instance: dg.DagsterInstance, sensor: str, status: TickStatus, when: float) -> None:
    """A tick of a sensor, as the daemon records it."""
    error = SerializableErrorInfo("the server is silent\n", [], "Failure")
    instance.create_tick(
        TickData(
            _origin(sensor).get_id(),
            sensor,
            InstigatorType.SENSOR,
            status,
            when,
            error=error if status is TickStatus.FAILURE else None,
            selector_id=_origin(sensor).get_selector().get_id(),
        )
    )


def test_a_refused_upload_is_told_with_its_reason(watch: Watch) -> None:
    refuse(data_root(watch.settings), "erp.cf", NotAnUpload("kind_binary", "erp.cf"))
    time.sleep(0.02)
    (line,) = watch.look()
    assert line.startswith("the upload erp.cf is refused — erp.cf: this is a binary file of 1C")
    assert watch.look() == []


def test_what_does_not_arrive_is_tried_again_and_the_secret_is_nowhere(
    watch: Watch, capfd: pytest.CaptureFixture[str]
) -> None:
    watch.away = True
    watch.end(watch.upload(), "torn")
    assert watch.look() == []
    assert "alert target 1 (json): not delivered, attempt 1" in watch.said
    watch.away = False
    assert watch.look() == []
    watch.later(0.1)
    (line,) = watch.look()
    assert "build failed" in line
    captured = capfd.readouterr()
    for place in (watch.said, str(watch.cursor), captured.out, captured.err):
        assert "s3cret" not in place


def test_what_happened_before_alerts_were_set_up_is_not_told(watch: Watch) -> None:
    watch.end(watch.upload(), "torn")
    watch.cursor = None
    assert watch.look() == []


def test_an_address_that_cannot_be_read_is_refused_when_definitions_are_made() -> None:
    with pytest.raises(ValueError, match="CAI_ALERTS"):
        alerts_sensor(Settings(alerts=SecretStr("no address")))


def test_there_is_no_sensor_without_addresses(watch: Watch) -> None:
    assert [one.name for one in configured_sensors(watch.settings)] == ["alerts"]
    assert configured_sensors(Settings(home=watch.settings.home)) == []
