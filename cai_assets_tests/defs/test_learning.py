"""Dataset, models, evaluation and clean-up as assets: on the sample, and where little is there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from cai_assets.knowledge.store import read_table
from cai_assets.learning.catalogue import MODELS
from cai_assets.learning.registry import Registry
from cai_assets.settings import Settings
from cai_assets_tests.conftest import Learned, Learner
from cai_assets_tests.edt import EdtProject

CLASSIFICATION = "classification_model"
NAMES = [model.name for model in MODELS]


def table(learned: Learned, group: str, name: str) -> pa.Table:
    return read_table(learned.folder / group / f"{name}.parquet")


def checks(run: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {
        f"{check.asset_key.path[0]}.{check.check_name}": check
        for check in run.get_asset_check_evaluations()
    }


def metadata(run: dg.ExecuteInProcessResult, group: str, name: str) -> Mapping[str, Any]:
    for event in run.get_asset_materialization_events():
        if event.asset_key == dg.AssetKey([group, name]):
            return {key: item.value for key, item in event.materialization.metadata.items()}
    raise AssertionError(f"{group}/{name} was not materialized")


def test_one_run_makes_the_dataset_trains_compares_and_cleans_up(learned_sample: Learned) -> None:
    assert learned_sample.run.success
    steps = {event.asset_key.path[0] for event in
             learned_sample.run.get_asset_materialization_events() if event.asset_key}  # fmt: skip
    assert steps == {
        "ml_dataset",
        *NAMES,
        "model_evaluation",
        "experiment_cleanup",
        "documentation",
    }


def test_the_dataset_has_every_routine_with_its_text(learned_sample: Learned) -> None:
    routines = table(learned_sample, "ml_dataset", "routines")
    parsed = table(learned_sample, "parsed_configuration", "routines")
    assert routines.num_rows == parsed.num_rows
    assert all(routines.column("body").to_pylist())
    found = checks(learned_sample.run)
    for name in ("no_leakage", "bodies_present", "categories_shared", "jsonl_loads"):
        assert found[f"ml_dataset.{name}"].passed, found[f"ml_dataset.{name}"].description


def test_files_for_training_stand_beside_the_tables(learned_sample: Learned) -> None:
    folder = learned_sample.folder / "ml_dataset"
    lines = (folder / "jsonl" / "instruction.train.jsonl").read_text(encoding="utf-8").splitlines()
    roles = [message["role"] for message in json.loads(lines[0])["messages"]]
    assert roles == ["system", "user", "assistant"]
    assert "## " in (folder / "card.md").read_text(encoding="utf-8")


def test_the_champion_is_who_beat_the_baselines_nobody_else(learned_sample: Learned) -> None:
    decisions = {row["model"]: row for row in
                 table(learned_sample, "model_evaluation", "decisions").to_pylist()}  # fmt: skip
    assert set(decisions) == set(NAMES)
    registry = Registry(learned_sample.learner.settings.models)
    for name, row in decisions.items():
        champion = registry.champion(learned_sample.built.configuration, name)
        assert (champion.experiment if champion else None) == row["champion"]
        assert (champion is not None) == bool(row["over_baseline"] and row["over_baseline_low"] > 0)
    assert decisions[CLASSIFICATION]["value"] > decisions[CLASSIFICATION]["baseline_value"]


def test_a_model_with_too_few_examples_is_green_and_its_check_warns(
    learned_sample: Learned,
) -> None:
    check = checks(learned_sample.run)["recommendation_model.enough_examples"]
    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.WARN
    assert "examples of" in (check.description or "")
    assert table(learned_sample, "recommendation_model", "suggestions").num_rows == 0


def test_scores_are_figures_that_the_web_page_can_plot(learned_sample: Learned) -> None:
    found = metadata(learned_sample.run, CLASSIFICATION, "scores")
    assert 0 < found["accuracy"] <= 1
    assert found["accuracy_low"] <= found["accuracy"] <= found["accuracy_high"]
    assert found["majority_accuracy"] < found["accuracy"]
    assert found["train_seconds"] > 0
    assert "data:image/svg+xml" in found["card"]
    report = metadata(learned_sample.run, "model_evaluation", "decisions")["report"]
    assert "Подсистема" in report


@pytest.fixture
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Learner]:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    with dg.DagsterInstance.ephemeral() as instance:
        yield Learner(Settings(home=tmp_path / "home", workers=1, lang="en"), instance)


def test_one_routine_and_no_subsystems_teach_nothing_and_break_nothing(
    learner: Learner, tmp_path: Path
) -> None:
    EdtProject(tmp_path / "source", "Tiny").common_module(
        "Цены", "Функция Цена() Экспорт\n\tВозврат 1;\nКонецФункции\n"
    )
    built = learner.build(tmp_path / "source")
    run = learner.learn(built)
    assert run.success
    found = checks(run)
    assert not any(found[f"{name}.enough_examples"].passed for name in NAMES)
    assert all(
        check.severity is dg.AssetCheckSeverity.WARN for check in found.values() if not check.passed
    )
    folder = built.tables_folder.parent
    assert read_table(folder / "ml_dataset" / "routines.parquet").num_rows == 1
    decisions = read_table(folder / "model_evaluation" / "decisions.parquet").to_pylist()
    assert {row["decision"] for row in decisions} == {"untrained"}
    assert all("examples" in row["note_en"] for row in decisions)


def test_what_has_not_changed_is_not_trained_again(learned_sample: Learned) -> None:
    registry = Registry(learned_sample.learner.settings.models)
    name = learned_sample.built.configuration
    before = registry.cards(name, CLASSIFICATION)
    again = learned_sample.learner.learn(learned_sample.built)
    assert again.success
    assert registry.cards(name, CLASSIFICATION) == before
    said = metadata(again, CLASSIFICATION, "scores")["card"]
    assert "модель взята прежняя" in said


def test_an_upload_without_analyses_fails_at_once_and_says_what_is_missing(
    learner: Learner, tmp_path: Path
) -> None:
    EdtProject(tmp_path / "source", "Tiny").common_module("Цены", "// пусто")
    built = learner.build(tmp_path / "source")
    (built.tables_folder.parent / "best_practices" / "findings.parquet").unlink()
    run = learner.learn(built)
    assert not run.success
    failures = {event.step_key: event for event in run.get_step_failure_events()}
    error = failures["ml_dataset"].step_failure_data.error
    assert error is not None
    assert "findings" in error.to_string()
    assert not [event for event in run.all_events if event.event_type_value == "STEP_UP_FOR_RETRY"]
