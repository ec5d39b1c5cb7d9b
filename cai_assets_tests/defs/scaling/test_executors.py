"""One setting says where steps run; what it needs is asked for in words, and no secret is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.execution.api import create_execution_plan
from dagster._serdes import serialize_value
from pydantic import SecretStr

from cai_assets.defs import build_defs
from cai_assets.defs.automation import TRAINING_POOL
from cai_assets.defs.names import BUILD_CONFIGURATION, TRAIN_MODELS
from cai_assets.defs.scaling.celery_app import app_arguments
from cai_assets.defs.scaling.missing import NotPrepared
from cai_assets.settings import Settings

REPOSITORY = Path(__file__).parents[3]
BROKER = "redis://:planted-secret@127.0.0.1:6379/0"


def settings(executor: Any, **more: Any) -> Settings:
    return Settings(executor=executor, celery_broker=SecretStr(BROKER), **more)


@pytest.mark.parametrize(
    ("executor", "library", "names"),
    [
        ("processes", "dagster", ("step_processes", "learning_processes")),
        ("celery", "dagster_celery", ("celery_steps", "celery_steps")),
        ("kubernetes", "dagster_k8s", ("pod_steps", "pod_steps")),
    ],
)
def test_definitions_load_with_each_executor(
    executor: str, library: str, names: tuple[str, str]
) -> None:
    pytest.importorskip(library)
    definitions = build_defs(settings(executor))
    dg.Definitions.validate_loadable(definitions)
    jobs = [definitions.resolve_job_def(name) for name in (BUILD_CONFIGURATION, TRAIN_MODELS)]
    assert tuple(job.executor_def.name for job in jobs) == names
    assert "planted-secret" not in "".join(serialize_value(job.get_job_snapshot()) for job in jobs)


def test_steps_that_learn_have_a_queue_and_a_pod_of_their_own() -> None:
    definitions = build_defs(settings("processes"))
    queues: dict[str, set[bool]] = {}
    for name in (BUILD_CONFIGURATION, TRAIN_MODELS):
        job = definitions.resolve_job_def(name)
        for step in create_execution_plan(job, run_config={}).steps:
            learns = job.get_node(step.node_handle).definition.pool == TRAINING_POOL  # type: ignore[attr-defined]
            tags = dict(step.tags or {})
            queues.setdefault(tags["dagster-celery/queue"], set()).add(learns)
            pod = json.loads(tags["dagster-k8s/config"])["container_config"]["resources"]
            assert set(pod) == {"requests", "limits"}
            assert (pod["requests"]["memory"] == "2Gi") is learns
    assert queues == {"dagster": {False}, "training": {True}}


@pytest.mark.parametrize("broker", [None, "http://user:planted-secret@host"])
def test_without_a_broker_it_says_which_setting_to_make(broker: str | None) -> None:
    pytest.importorskip("dagster_celery")
    given = Settings(executor="celery", celery_broker=SecretStr(broker) if broker else None)
    with pytest.raises(NotPrepared, match="CAI_CELERY_BROKER") as told:
        build_defs(given)
    assert "planted-secret" not in str(told.value)


@pytest.mark.parametrize(
    ("executor", "library"), [("celery", "dagster_celery"), ("kubernetes", "dagster_k8s")]
)
def test_without_its_libraries_it_says_what_to_install(
    executor: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == library else name)
    with pytest.raises(NotPrepared, match=rf"{library}.*cai-assets\[{executor}\]"):
        build_defs(settings(executor))


def test_results_are_kept_by_redis_itself_and_sent_back_by_rabbitmq() -> None:
    pytest.importorskip("dagster_celery")
    assert app_arguments(settings("celery"))["backend"] == BROKER
    rabbit = Settings(executor="celery", celery_broker=SecretStr("amqp://user:secret@host//"))
    assert app_arguments(rabbit)["backend"] == "rpc://"
    assert "visibility_timeout" not in str(app_arguments(rabbit)["config_source"])
    other = settings("celery", celery_backend=SecretStr("redis://other/1"))
    assert app_arguments(other)["backend"] == "redis://other/1"


def test_nothing_is_imported_for_executors_that_are_not_chosen(tmp_path: Path) -> None:
    code = (
        "import sys, json\n"
        "import cai_assets.definitions\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(json.dumps(sorted(names & {'celery', 'kombu', 'redis', 'dagster_celery',"
        " 'kubernetes', 'dagster_k8s', 's3fs', 'botocore'})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY), "CAI_HOME": str(tmp_path)},
    )  # fmt: skip
    assert json.loads(done.stdout) == []
