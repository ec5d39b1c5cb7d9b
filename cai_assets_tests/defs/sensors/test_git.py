"""The git sensor on real repositories and Dagster's real records."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from cai_assets.defs import build_defs
from cai_assets.defs.assets.parsed_configuration import SUMMARY_TABLE
from cai_assets.defs.jobs import BUILD_CONFIGURATION, build_configuration
from cai_assets.defs.keys import table_key
from cai_assets.defs.origins import AUTHOR_TAG, COMMIT_TAG, MESSAGE_TAG
from cai_assets.defs.resources import Uploads, data_root, resources
from cai_assets.defs.sensors.configured import configured_sensors
from cai_assets.defs.sensors.git import git_sensor
from cai_assets.defs.sensors.inbox import inbox_sensor
from cai_assets.knowledge.schema import TABLES
from cai_assets.settings import Settings
from cai_assets_tests.intake.git.repositories import Repository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="not installed: git")


@dataclass
class Daemon:
    """Evaluates both sensors as Dagster's daemon does."""

    settings: Settings
    instance: dg.DagsterInstance

    def look(self) -> str:
        """A tick of the git sensor; what it said."""
        with dg.build_sensor_context(
            instance=self.instance, resources=resources(self.settings)
        ) as context:
            result = git_sensor(self.settings)(context)
        assert isinstance(result, dg.SkipReason)
        return str(result.skip_message)

    def requests(self) -> list[dg.RunRequest]:
        """A tick of the inbox sensor; the runs that it asks for."""
        sensor = inbox_sensor(build_configuration(dg.in_process_executor))
        with dg.build_sensor_context(
            instance=self.instance, resources=resources(self.settings)
        ) as context:
            result = sensor(context)
        assert isinstance(result, dg.SensorResult)
        return list(result.run_requests or [])

    def build(self, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        """Run what was asked for, for real, but only as far as its tables."""
        assert request.partition_key is not None
        self.instance.add_dynamic_partitions("configurations", [request.partition_key])
        job = build_defs(self.settings, in_process=True).resolve_job_def(BUILD_CONFIGURATION)
        return job.execute_in_process(
            instance=self.instance,
            partition_key=request.partition_key,
            tags=dict(request.tags),
            asset_selection=[table_key(name) for name in TABLES],
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )

    def uploads(self) -> list[str]:
        """The commits that were taken, oldest first."""
        kept = Uploads(data_root(self.settings)).since({})
        return [upload.origin.revision for upload in kept if upload.origin]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "trade")
    made.commit("first")
    return made


@pytest.fixture
def daemon(tmp_path: Path, repository: Repository) -> Iterator[Daemon]:
    settings = Settings(
        home=tmp_path / "home",
        settle_seconds=0,
        keep_uploads=2,
        git=SecretStr(f"{repository.root.as_uri()}#main:src"),
    )
    data_root(settings).prepare()
    with dg.DagsterInstance.ephemeral() as instance:
        yield Daemon(settings, instance)


def test_a_commit_is_built_and_its_author_and_message_are_kept(
    daemon: Daemon, repository: Repository
) -> None:
    head = repository.commit("Скидки " + "очень " * 40, "// 1\n")
    assert "became upload" in daemon.look()
    (request,) = daemon.requests()
    assert request.tags[COMMIT_TAG] == head
    assert request.tags[AUTHOR_TAG] == "Мария Иванова"
    assert len(request.tags[MESSAGE_TAG]) <= 80

    result = daemon.build(request)
    (upload,) = Uploads(data_root(daemon.settings)).since({})
    record = json.loads((upload.folder / "upload.json").read_text(encoding="utf-8"))
    assert record["origin"]["message"] == ("Скидки " + "очень " * 40).strip()
    (metadata,) = (
        event.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key == table_key(SUMMARY_TABLE)
    )
    assert metadata["commit"].value == head
    assert metadata["author"].value == "Мария Иванова"


def test_commits_come_no_faster_than_they_are_built_and_none_is_lost(
    daemon: Daemon, repository: Repository
) -> None:
    daemon.look()
    daemon.build(*daemon.requests())
    wanted = [repository.commit(f"{number}", f"// {number} new\n") for number in range(3)]
    said = daemon.look()
    assert "wait until others are built: 1" in said
    seen = daemon.uploads()[-2:]
    assert seen == wanted[:2]
    assert "wait until others are built: 1" in daemon.look()
    for _ in range(6):
        for request in daemon.requests():
            daemon.build(request)
            seen.append(request.tags[COMMIT_TAG])
        daemon.look()
    assert seen[2:] == wanted


def test_a_commit_that_cannot_be_built_does_not_hold_up_its_mending(
    daemon: Daemon, repository: Repository
) -> None:
    for number in range(2):
        repository.commit(f"broken {number}", f"// {number}\n")
        daemon.look()
    for upload in Uploads(data_root(daemon.settings)).since({}):
        for _ in range(daemon.settings.attempts):
            daemon.instance.add_run(
                dg.DagsterRun(
                    job_name=BUILD_CONFIGURATION,
                    status=dg.DagsterRunStatus.FAILURE,
                    tags={"dagster/partition": upload.slug, "cai/upload": upload.id},
                )
            )
    mended = repository.commit("mended", "// mended\n")
    daemon.look()
    assert daemon.uploads()[-1] == mended


def test_a_server_that_is_away_fails_the_tick_with_its_reason_and_without_a_password(
    daemon: Daemon, repository: Repository, tmp_path: Path
) -> None:
    both = Settings(
        home=daemon.settings.home,
        git=SecretStr(
            f"https://robot:t0ken@127.0.0.1:9/t.git#main; {repository.root.as_uri()}#main:src"
        ),
    )
    with pytest.raises(dg.Failure) as failure:
        Daemon(both, daemon.instance).look()
    said = str(failure.value.description)
    assert "t#main:" in said
    assert "t0ken" not in said
    assert "robot" not in said
    assert len(daemon.uploads()) == 1


def test_there_is_no_sensor_where_no_branch_is_named(daemon: Daemon) -> None:
    assert [one.name for one in configured_sensors(daemon.settings)] == ["git"]
    assert configured_sensors(Settings(home=daemon.settings.home)) == []
