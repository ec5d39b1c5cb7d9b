"""A model is only read if it is whole, of these versions, and holds nothing foreign."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cai_assets.learning.model import Words
from cai_assets.learning.registry import (
    CARD,
    Card,
    Champion,
    ModelUnusable,
    Registry,
    library_versions,
)
from cai_assets.learning.scores import Interval

CARD_OF_TEST = Card(
    model="toy_model",
    experiment="000001-abc",
    configuration="Shop",
    upload="000001-x",
    status="trained",
    data="d",
    code="1",
    seed=1,
    parameters={"depth": 3},
    versions=library_versions(),
    trained=datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
    seconds=1.0,
    peak_bytes=1,
    examples={"train": 10, "test": 5},
    scores={"model": {"hits": Interval(0.5, 0.4, 0.6)}},
    notes={"words": 10},
    reason=Words("", ""),
)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


def saved(registry: Registry, state: dict[str, Any] | None = None) -> Card:
    return registry.save(CARD_OF_TEST, {"weights": np.arange(4.0)} if state is None else state)


def load(registry: Registry) -> dict[str, Any]:
    return registry.load("Shop", "toy_model", "000001-abc")


def file_of(registry: Registry, card: Card) -> Path:
    return registry.folder("Shop", "toy_model", card.experiment) / card.file


def test_a_state_comes_back_as_it_was_with_its_estimator(registry: Registry) -> None:
    from sklearn.linear_model import LogisticRegression

    data = np.array([[0.0], [1.0], [2.0], [3.0]])
    fitted = LogisticRegression().fit(data, [0, 0, 1, 1])
    saved(registry, {"model": fitted, "names": np.array(["а", "б"]), "rate": 0.5})
    found = load(registry)
    assert np.array_equal(found["model"].predict_proba(data), fitted.predict_proba(data))
    assert found["names"].tolist() == ["а", "б"]
    assert found["rate"] == 0.5


def test_the_card_comes_back_as_it_was(registry: Registry) -> None:
    card = saved(registry)
    assert registry.card("Shop", "toy_model", "000001-abc") == card
    assert card.size == file_of(registry, card).stat().st_size


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-10]),
        lambda path: path.write_bytes(b""),
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes().replace(b"schema", b"schemb", 1)),
    ],
    ids=["cut off", "empty", "gone", "altered"],
)
def test_a_damaged_file_is_refused_by_name_with_the_remedy(
    registry: Registry, damage: Callable[[Path], object]
) -> None:
    path = file_of(registry, saved(registry))
    damage(path)
    with pytest.raises(ModelUnusable, match="cai train") as caught:
        load(registry)
    assert path.name in caught.value.words.ru


def test_a_model_of_another_version_of_scikit_learn_is_refused(registry: Registry) -> None:
    card = replace(CARD_OF_TEST, versions={**library_versions(), "scikit-learn": "1.2.3"})
    registry.save(card, {"weights": np.arange(4.0)})
    with pytest.raises(ModelUnusable, match=r"trained with scikit-learn 1\.2\.3"):
        load(registry)


def test_an_estimator_saved_by_another_version_is_refused_whatever_the_card_says(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sklearn.base
    from sklearn.linear_model import Ridge

    monkeypatch.setattr(sklearn.base, "__version__", "0.1.0")
    saved(registry, {"model": Ridge().fit([[0.0], [1.0]], [0.0, 1.0])})
    monkeypatch.undo()
    with pytest.raises(ModelUnusable, match=r"0\.1\.0"):
        load(registry)


class Foreign:
    """A type that nobody said is harmless."""

    def __init__(self) -> None:
        self.value = 1


def test_a_foreign_type_is_refused_before_anything_of_it_is_made(registry: Registry) -> None:
    saved(registry, {"model": Foreign()})
    with pytest.raises(ModelUnusable, match="Foreign"):
        load(registry)


def test_a_file_that_is_no_model_is_refused(registry: Registry) -> None:
    card = saved(registry)
    path = file_of(registry, card)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    registry.save(replace(card, digest=digest), None)
    with pytest.raises(ModelUnusable):
        load(registry)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"model": "toy_model"}'])
def test_a_damaged_card_is_an_experiment_without_one(registry: Registry, text: str) -> None:
    saved(registry)
    (registry.folder("Shop", "toy_model", "000001-abc") / CARD).write_text(text, encoding="utf-8")
    assert registry.experiments("Shop", "toy_model") == ["000001-abc"]
    assert registry.cards("Shop", "toy_model") == []
    with pytest.raises(ModelUnusable, match="card is unreadable"):
        load(registry)


def test_an_untrained_experiment_has_nothing_to_load(registry: Registry) -> None:
    registry.save(replace(CARD_OF_TEST, status="untrained"), None)
    with pytest.raises(ModelUnusable, match="nothing was trained"):
        load(registry)


def test_two_writers_of_one_experiment_do_no_harm(registry: Registry) -> None:
    one = saved(registry, {"weights": np.arange(4.0)})
    two = saved(registry, {"weights": np.arange(5.0)})
    assert one.file != two.file
    assert len(load(registry)["weights"]) == 5
    registry.save(one, None)  # the first writer's card comes last
    assert len(load(registry)["weights"]) == 4


def test_what_broken_writings_left_is_removed_once_it_is_old(registry: Registry) -> None:
    card = saved(registry)
    stray = file_of(registry, card).with_name(".model.tmp")
    stray.write_bytes(b"half")
    registry.tidy("Shop", "toy_model", "000001-abc", stray.stat().st_mtime + 60)
    assert stray.exists()
    registry.tidy("Shop", "toy_model", "000001-abc", stray.stat().st_mtime + 7200)
    assert not stray.exists()
    assert load(registry)


def test_no_champion_before_one_is_named_and_none_after_its_note_is_damaged(
    registry: Registry,
) -> None:
    assert registry.champion("Shop", "toy_model") is None
    registry.promote("Shop", "toy_model", Champion("000001-abc", "2026-01-01", "first"))
    assert registry.champion("Shop", "toy_model") == Champion("000001-abc", "2026-01-01", "first")
    path = registry.folder("Shop", "toy_model") / "champion.json"
    path.write_text(json.dumps({"other": 1}), encoding="utf-8")
    assert registry.champion("Shop", "toy_model") is None


def test_nothing_is_there_for_an_unknown_configuration(registry: Registry) -> None:
    assert registry.experiments("Nobody", "toy_model") == []
    assert registry.cards("Nobody", "toy_model") == []
