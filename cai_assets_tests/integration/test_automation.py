"""Git, backfill, alerts and clean-up through real servers: code server, daemon, webserver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pytest

from cai_assets.defs.alerts.observing import failure_reason
from cai_assets.defs.names import AD_HOC, BUILD_CONFIGURATION, CLEAN_UP
from cai_assets.defs.origins import AUTHOR_TAG, COMMIT_TAG
from cai_assets.defs.partitions import PARTITION_TAG
from cai_assets.intake.accepting import admit
from cai_assets.intake.uploads import DataRoot
from cai_assets.knowledge.schema import TABLES
from cai_assets.knowledge.snapshots import GROUP
from cai_assets_tests.defs.alerts.servers import HOST, Received, http_server
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.intake.git.repositories import Repository
from cai_assets_tests.integration.stack import Stack, needs, wait

pytestmark = [needs("postgres", "initdb"), needs("git")]

SECONDS = 300.0
"""Far more than it takes on a machine that does nothing else."""
ODD_NAME = "Ёж_и-Ко_УправлениеНебольшойФирмой" + "A" * 90

_BACKFILL = """
mutation ($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId }
  ... on PythonError { message } ... on UnauthorizedError { message } } }
"""
_BACKFILL_STATUS = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status numPartitions } ... on PythonError { message } } }
"""
_LAUNCH = """
mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }
"""
_SENSOR = """
query ($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) {
  ... on Sensor { id } } }
"""
_STOP = """
mutation ($id: String!) { stopSensor(id: $id) {
  __typename ... on StopSensorMutationResult { instigationState { status } } } }
"""
_REPOSITORY = {"repositoryLocationName": "cai_assets", "repositoryName": "__repository__"}
_OVER = frozenset({"COMPLETED_SUCCESS", "COMPLETED_FAILED", "COMPLETED", "FAILED", "CANCELED"})


@dataclass
class Installation:
    """A stack that watches a repository and tells a webhook."""

    stack: Stack
    repository: Repository
    web: Received

    def run_with(self, **tags: str) -> dg.DagsterRun:
        """The run with these tags, once it has ended."""

        def ended() -> dg.DagsterRun | None:
            runs = self.stack.runs(job_name=BUILD_CONFIGURATION, tags=tags)
            return next((run for run in runs if run.is_finished), None)

        found = wait(ended, SECONDS, f"the run with {tags} to end", every=0.5)
        assert found is not None
        return found

    def told(self) -> list[str]:
        """All lines that arrived at the webhook."""
        return [line for _, post in self.web.posts for line in post["message"].split("\n")]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("automation")
    repository = Repository(folder / "trade")
    repository.commit("first")
    with http_server() as web:
        settings = {
            "CAI_GIT": f"{repository.root.as_uri()}#main:src",
            "CAI_GIT_SECONDS": "10",
            "CAI_ALERTS": f"json://{HOST}:{web.port}/s3cret-hook",
            "CAI_UI_URL": "http://cai.example.com",
            # A machine that does much else takes longer than a minute to start a run.
            "DAGSTER_GRPC_TIMEOUT_SECONDS": "300",
        }
        with Stack(folder / "stack", postgres=True, settings=settings) as stack:
            root = DataRoot(stack.home)
            EdtProject(folder / "odd", ODD_NAME).common_module("Общий", "// пусто\n")
            stack.start("code")
            stack.start("webserver")
            _stop(stack, "retrain_when_changed")  # five models for each configuration
            stack.start("daemon")
            admit(root, folder / "odd")
            yield Installation(stack, repository, web)


def _stop(stack: Stack, sensor: str) -> None:
    """Switch a sensor off, as a person does in the web page."""
    selector = {**_REPOSITORY, "sensorName": sensor}
    found = stack.graphql(_SENSOR, {"selector": selector})["data"]["sensorOrError"]
    answer = stack.graphql(_STOP, {"id": found["id"]})["data"]["stopSensor"]
    assert answer["instigationState"]["status"] == "STOPPED", answer


def test_a_commit_becomes_a_run_that_names_its_author(installation: Installation) -> None:
    head = installation.repository.git("rev-parse", "HEAD")
    run = installation.run_with(**{COMMIT_TAG: head})
    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert run.tags[AUTHOR_TAG] == "Мария Иванова"
    assert run.tags[PARTITION_TAG] == "Trade"


def test_a_commit_that_breaks_the_build_is_told_with_its_reason_and_link(
    installation: Installation,
) -> None:
    installation.repository.write("src/cai.toml", "this is no toml =\n")
    broken = installation.repository.commit("break it")
    run = installation.run_with(**{COMMIT_TAG: broken})
    assert run.status is dg.DagsterRunStatus.FAILURE
    link = f"http://cai.example.com/runs/{run.run_id}"
    line = wait(
        lambda: next((line for line in installation.told() if link in line), None),
        SECONDS,
        "the alert to arrive",
    )
    assert line is not None
    assert line.startswith("Trade — build failed — ")
    assert "cai.toml" in line


def test_all_configurations_are_materialized_by_one_backfill_from_the_web_page(
    installation: Installation,
) -> None:
    stack = installation.stack
    slugs = sorted(
        installation.run_with(**{PARTITION_TAG: path.name}).tags[PARTITION_TAG]
        for path in (stack.home / "uploads").iterdir()
    )
    assert len(slugs) == 2
    params = {
        "partitionNames": slugs,
        "assetSelection": [{"path": [GROUP, name]} for name in TABLES],
    }
    answer = stack.graphql(_BACKFILL, {"params": params})["data"]["launchPartitionBackfill"]
    assert answer["__typename"] == "LaunchBackfillSuccess", answer
    backfill = answer["backfillId"]

    def status() -> dict[str, Any]:
        found = stack.graphql(_BACKFILL_STATUS, {"id": backfill})
        answer: dict[str, Any] = found["data"]["partitionBackfillOrError"]
        return answer

    wait(lambda: status()["status"] in _OVER, SECONDS, "the backfill to end", every=1)
    assert status() == {"status": "COMPLETED_SUCCESS", "numPartitions": len(slugs)}
    runs = stack.runs(tags={"dagster/backfill": backfill})
    assert sorted(run.tags[PARTITION_TAG] for run in runs) == slugs
    assert {run.job_name for run in runs} == {AD_HOC}


def test_the_clean_up_started_by_hand_leaves_every_latest_result(
    installation: Installation,
) -> None:
    stack = installation.stack
    before = {run.run_id for run in stack.runs()}
    params = {
        "selector": {**_REPOSITORY, "jobName": CLEAN_UP},
        "runConfigData": {},
        "mode": "default",
    }
    answer = stack.graphql(_LAUNCH, {"params": params})["data"]["launchRun"]
    assert answer["__typename"] == "LaunchRunSuccess", answer
    run_id = answer["run"]["runId"]

    def ended() -> bool:
        (run,) = stack.runs(run_ids=[run_id])
        return run.is_finished

    wait(ended, SECONDS, "the clean-up to end")
    (run,) = stack.runs(run_ids=[run_id])
    with stack.instance() as instance:
        reason = failure_reason(instance, run_id)
    assert run.status is dg.DagsterRunStatus.SUCCESS, reason
    assert before <= {run.run_id for run in stack.runs()}


def test_no_password_is_in_what_the_programs_print_and_keep(installation: Installation) -> None:
    stack = installation.stack
    logs = [path.read_text("utf-8", "replace") for path in stack.logs.iterdir()]
    assert logs
    assert all("s3cret-hook" not in text for text in logs)
    with stack.instance() as instance:
        states = instance.all_instigator_state()
        ticks = [tick for state in states for tick in instance.get_ticks(
            state.instigator_origin_id, state.selector_id, limit=50
        )]  # fmt: skip
    assert ticks
    assert all("s3cret-hook" not in str(one) for one in (*states, *ticks))
