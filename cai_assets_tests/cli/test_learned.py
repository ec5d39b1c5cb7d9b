"""Commands that answer from what was learned, on the sample: its models and its lack of some."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from cai_assets.knowledge.snapshots import GROUP, Snapshots
from cai_assets.knowledge.store import write_table
from cai_assets.learning.registry import Champion, Registry
from cai_assets_tests.analysis.dependencies.crafting import object_, tables
from cai_assets_tests.cli.conftest import Cai
from cai_assets_tests.conftest import Learned

NAME = "TorgovayaKompaniya"


@pytest.fixture(scope="module")
def crowned(learned_sample: Learned, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data in which the model of subsystems is the champion, earned or not."""
    home = tmp_path_factory.mktemp("crowned") / "home"
    shutil.copytree(learned_sample.learner.settings.root, home)
    registry = Registry(home / "models")
    (experiment,) = registry.experiments(NAME, "classification_model")
    registry.promote(NAME, "classification_model", Champion(experiment, "2026-01-01", "first"))
    return home


@pytest.fixture
def home(learned_sample: Learned) -> Path:
    return learned_sample.learner.settings.root


def test_models_says_how_good_each_is_and_why_it_is_not_used(cai: Cai, home: Path) -> None:
    said = cai("--data", home, "models", NAME)
    assert (said.code, said.err) == (0, "")
    assert "Accuracy" in said.out
    assert "not trained:" in said.out
    russian = cai("--data", home, "--lang", "ru", "models", NAME).out
    assert "не обучена" in russian


def test_search_finds_what_a_question_in_other_words_forms_asks_for(cai: Cai, home: Path) -> None:
    said = cai("--data", home, "search", NAME, "рассчитать скидку покупателя")
    assert said.code == 0
    assert "BM25" in said.err  # too few comments to train a model, and it says so
    assert "CommonModule.ПродажиСервер.РассчитатьСкидку" in said.out
    assert ".bsl:" in said.out


def test_search_puts_the_routine_first_whose_name_is_asked_for(cai: Cai, home: Path) -> None:
    out = cai("--data", home, "search", NAME, "ПродажиСервер.РассчитатьСкидку").out
    assert out.splitlines()[0].split()[:2] == ["1", "CommonModule.ПродажиСервер.РассчитатьСкидку"]


def test_search_answers_every_line_of_standard_input(
    cai: Cai, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("РассчитатьСкидку\n\nцена товара\n"))
    said = cai("--data", home, "search", NAME, "-", "--top", 1)
    assert "\nРассчитатьСкидку\n" in said.out
    assert "\nцена товара\n" in said.out
    assert said.out.count(".bsl:") == 2


def test_search_in_json_has_what_a_program_needs(cai: Cai, home: Path) -> None:
    said = cai("--data", home, "search", NAME, "скидка", "--format", "json", "--top", 2)
    answer = json.loads(said.out)
    assert answer["configuration"] == NAME
    first = answer["answers"][0]
    assert {"routine", "file", "line", "score", "why"} <= set(first)
    assert len(answer["answers"]) == 2


def test_nothing_found_is_no_error(cai: Cai, home: Path) -> None:
    said = cai("--data", home, "search", NAME, "qwxzv")
    assert (said.code, said.out) == (0, "Nothing was found.\n")


def test_a_command_without_a_model_says_why_there_is_none(cai: Cai, home: Path) -> None:
    said = cai("--data", home, "suggest", NAME, "Документ.ЗаказПокупателя")
    assert said.code == 2
    assert "no model was promoted: not trained:" in said.err


def test_subsystems_says_where_an_object_belongs_and_why(cai: Cai, crowned: Path) -> None:
    said = cai("--data", crowned, "subsystems", NAME, "--top", 500)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    at = next(at for at, line in enumerate(lines) if line.endswith("ПродажиВызовСервера"))
    assert lines[at + 1].strip().startswith("in no subsystem → Продажи")
    assert "ПродажиСервер" in lines[at + 2]
    answer = json.loads(cai("--data", crowned, "subsystems", NAME, "--format", "json").out)
    assert "experiment" not in answer["answers"][0]
    assert len(answer["answers"]) == 10
    assert answer["count"] > 10


def test_a_champion_that_has_not_seen_the_upload_does_not_answer(cai: Cai, crowned: Path) -> None:
    registry = Registry(crowned / "models")
    (experiment,) = registry.experiments(NAME, "classification_model")
    registry.promote(NAME, "classification_model", Champion("000000-old", "2025-01-01", "first"))
    said = cai("--data", crowned, "subsystems", NAME)
    registry.promote(NAME, "classification_model", Champion(experiment, "2026-01-01", "first"))
    assert said.code == 2
    assert "has not looked at the upload" in said.err


def test_dataset_is_copied_with_its_card(cai: Cai, home: Path, tmp_path: Path) -> None:
    said = cai("--data", home, "dataset", NAME, "--out", tmp_path / "set")
    assert said.code == 0
    names = {str(path.relative_to(tmp_path / "set").as_posix()) for path in
             (tmp_path / "set").rglob("*") if path.is_file()}  # fmt: skip
    assert {"card.md", "routines.parquet", "jsonl/instruction.train.jsonl"} <= names


@pytest.mark.parametrize(
    "command", [("search", NAME, "x"), ("models", NAME), ("suggest", NAME, "x")]
)
def test_a_wrong_name_is_told_with_names_like_it(
    cai: Cai, home: Path, command: tuple[str, ...]
) -> None:
    said = cai("--data", home, command[0], "TorgovayaKompanija", *command[2:])
    assert said.code == 2
    assert NAME in said.err


def test_before_training_it_says_how_to_train(cai: Cai, tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "tables")
    folder = snapshots.folder("shop", "000001-x")
    for name, table in tables(objects=[object_("Catalog.Товары")]).items():
        write_table(table, folder / GROUP / f"{name}.parquet")
    snapshots.publish("shop", "000001-x", {})
    for command in (("search", "shop", "x"), ("models", "shop")):
        said = cai("--data", tmp_path, *command)
        assert said.code == 2
        assert "cai train shop" in said.err
