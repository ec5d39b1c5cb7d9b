"""What Dagster loads: it fits together, and nothing appears or vanishes unnoticed."""

from __future__ import annotations

import sys
from multiprocessing import forkserver
from types import ModuleType

import dagster as dg
import pytest

from cai_assets.analysis import architecture, changes, dependencies
from cai_assets.definitions import defs
from cai_assets.defs import build_defs
from cai_assets.defs.assets import documentation
from cai_assets.defs.automation import TRAINING_POOL
from cai_assets.defs.executors import (
    PRELOAD,
    PRELOAD_LEARNING,
    PRELOAD_STEPS,
    start_method,
    warm_up,
)
from cai_assets.defs.jobs import BUILD_CONFIGURATION, GROUPS, LEARNED_GROUPS, TRAIN_MODELS
from cai_assets.defs.names import CLEAN_UP
from cai_assets.knowledge.schema import TABLES
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.dataset.schema import GROUP as DATASET
from cai_assets.learning.dataset.schema import TABLES as DATASET_TABLES
from cai_assets.learning.schema import CLEANUP, CLEANUP_TABLES, EVALUATION, EVALUATION_TABLES
from cai_assets.learning.training import tables_of
from cai_assets.rules import schema as findings
from cai_assets.settings import Settings
from cai_assets.site.schema import GROUP as DOCUMENTATION


def test_definitions_load() -> None:
    dg.Definitions.validate_loadable(defs)


def test_assets_are_the_tables_of_the_schemas() -> None:
    keys = {key.to_user_string() for key in defs.resolve_all_asset_keys()}
    groups = {
        "parsed_configuration": TABLES,
        "dependency_analysis": dependencies.TABLES,
        "architecture_analysis": architecture.TABLES,
        "best_practices": findings.TABLES,
        "changes": changes.TABLES,
    }
    learned = {
        DATASET: DATASET_TABLES,
        **{model.name: tables_of(model) for model in MODELS},
        EVALUATION: EVALUATION_TABLES,
        CLEANUP: CLEANUP_TABLES,
    }
    site = {DOCUMENTATION: documentation.TABLES}
    assert keys == {
        f"{group}/{name}"
        for group, tables in {**groups, **learned, **site}.items()
        for name in tables
    }
    assert set(GROUPS) == set(groups)
    assert set(LEARNED_GROUPS) == set(learned)


def test_models_do_not_wait_for_each_other() -> None:
    graph = defs.get_repository_def().asset_graph
    for model in MODELS:
        key = dg.AssetKey([model.name, "scores"])
        parents = {parent.path[0] for parent in graph.get(key).parent_keys}
        assert parents
        assert parents <= {*GROUPS, DATASET}
    evaluated = graph.get(dg.AssetKey([EVALUATION, "decisions"])).parent_keys
    assert {parent.path[0] for parent in evaluated} == {model.name for model in MODELS}


def test_models_train_in_a_pool_are_tried_again_and_have_a_version() -> None:
    repository = defs.get_repository_def()
    for model in MODELS:
        asset = repository.assets_defs_by_key[dg.AssetKey([model.name, "scores"])]
        assert asset.op.pool == TRAINING_POOL
        policy = asset.op.retry_policy
        assert policy is not None
        assert policy.backoff is dg.Backoff.EXPONENTIAL
        assert set(asset.code_versions_by_key.values()) == {model.version}
        assert all(condition for condition in asset.automation_conditions_by_key.values())


def test_models_are_trained_at_two_in_the_time_zone_of_the_settings() -> None:
    schedule = _schedules(Settings(timezone="Asia/Tomsk"))["retrain_every_night"]
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Tomsk")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_what_nobody_needs_is_removed_every_night_after_that() -> None:
    schedule = _schedules(Settings(clean_at="15 4 * * *"))["clean_every_night"]
    assert (schedule.cron_schedule, schedule.job_name) == ("15 4 * * *", CLEAN_UP)
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def _schedules(settings: Settings) -> dict[str, dg.ScheduleDefinition]:
    repository = build_defs(settings).get_repository_def()
    return {schedule.name: schedule for schedule in repository.schedule_defs}


def test_evaluation_says_when_it_is_stale() -> None:
    graph = defs.get_repository_def().asset_graph
    assert graph.get(dg.AssetKey([EVALUATION, "decisions"])).freshness_policy is not None


def test_analyses_do_not_wait_for_each_other() -> None:
    graph = defs.get_repository_def().asset_graph
    sides = (
        "dependency_analysis/graph_nodes",
        "architecture_analysis/structure",
        "best_practices/findings",
    )
    for key in sides:
        parents = graph.get(dg.AssetKey.from_user_string(key)).parent_keys
        assert parents
        assert {parent.path[0] for parent in parents} == {"parsed_configuration"}


def test_documentation_comes_after_everything_else_in_both_jobs() -> None:
    graph = defs.get_repository_def().asset_graph
    parents = graph.get(dg.AssetKey([DOCUMENTATION, "pages"])).parent_keys
    assert {parent.path[0] for parent in parents} >= {*GROUPS, CLEANUP}
    for job in (BUILD_CONFIGURATION, TRAIN_MODELS):
        selected = defs.resolve_job_def(job).asset_layer.selected_asset_keys
        assert dg.AssetKey([DOCUMENTATION, "pages"]) in selected


def test_jobs_sensors_and_checks_are_these() -> None:
    repository = defs.get_repository_def()
    jobs = {name for name in repository.job_names if not name.startswith("__")}
    assert jobs == {"build_configuration", "train_models", "clean_up"}
    assert set(_schedules(Settings())) == {"retrain_every_night", "clean_every_night"}
    sensors = {sensor.name: sensor.default_status for sensor in repository.sensor_defs}
    running = dg.DefaultSensorStatus.RUNNING
    assert sensors == {"inbox": running, "retrain_when_changed": running}
    checks = {
        f"{key.asset_key.path[-1]}.{key.name}" for key in repository.asset_graph.asset_check_keys
    }
    assert checks == {
        "source_files.ledger_complete",
        "source_files.files_parsed",
        "routines.routines_parsed",
        "projects.keys_unique",
        "projects.links_whole",
        "projects.rows_kept",
        "cycles.cycles_kept",
        "contract_violations.contract_kept",
        "findings.no_new_findings",
        "rule_problems.rules_ran",
        "changes.api_kept",
        "routines.no_leakage",
        "routines.bodies_present",
        "routines.categories_shared",
        "figures.counts_kept",
        "tasks.jsonl_loads",
        "scores.enough_examples",
        "decisions.beats_baseline",
        "decisions.not_worse_than_champion",
        "page_links.links_whole",
        "pages.pages_titled",
        "pages.no_orphans",
        "pages.site_size",
    }


def test_resources_and_settings_can_be_replaced() -> None:
    stand_in = object()
    built = build_defs(Settings(steps=7), resource_overrides={"extractor": stand_in})
    assert built.resources is not None
    assert built.resources["extractor"] is stand_in
    assert built.resources["settings"].steps == 7


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no forkserver")
@pytest.mark.parametrize(
    ("arguments", "starts"),
    [
        (["/bin/dagster", "job", "execute", "-m", "cai_assets.definitions"], True),
        (["/lib/dagster/__main__.py", "api", "execute_run", "{}"], True),
        (["/lib/dagster/__main__.py", "api", "grpc"], False),
        (["/bin/dagster", "dev"], False),
        (["/bin/cai", "build", "execute"], False),
        (["-c"], False),
    ],
)
def test_forkserver_starts_early_only_where_a_job_is_run(
    arguments: list[str], starts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    preloads: list[list[str]] = []
    monkeypatch.setattr(forkserver, "set_forkserver_preload", preloads.append)
    monkeypatch.setattr(forkserver, "ensure_running", lambda: started.append(preloads[-1]))
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.delitem(sys.modules, PRELOAD, raising=False)
    warm_up()
    assert started == ([["dagster._core.executor.multiprocess", PRELOAD_STEPS]] if starts else [])
    # A fork of what has loaded it all starts none beside its own work.
    monkeypatch.setitem(sys.modules, PRELOAD, ModuleType(PRELOAD))
    started.clear()
    warm_up()
    assert started == []


def test_steps_are_processes_of_a_forkserver_where_there_is_one() -> None:
    job = defs.resolve_job_def(BUILD_CONFIGURATION)
    assert job.executor_def.name == "step_processes"
    expected = (
        {"spawn": {}}
        if sys.platform == "win32"
        else {"forkserver": {"preload_modules": [PRELOAD_STEPS]}}
    )
    assert start_method(job.executor_def.name) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no forkserver")
def test_steps_that_learn_find_scikit_learn_imported() -> None:
    job = defs.resolve_job_def(TRAIN_MODELS)
    assert job.executor_def.name == "learning_processes"
    preloads = start_method(job.executor_def.name)["forkserver"]["preload_modules"]
    assert preloads == [PRELOAD_STEPS, PRELOAD_LEARNING]
