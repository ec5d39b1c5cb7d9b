"""What is read from files: the journal, the inbox, uploads, models, the disk."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cai_assets.defs.metrics.catalogue import (
    CONFIGURATIONS_KNOWN,
    DISK_FREE,
    DISK_USED,
    FILES,
    INBOX_ENTRIES,
    INBOX_OLDEST,
    MODEL_CHAMPION,
    MODEL_SCORE,
    MODEL_TRAINED,
    OBJECTS,
    QUARANTINE_ENTRIES,
    UPLOAD_BUILT,
    UPLOAD_RECEIVED,
    UPLOADS_KEPT,
)
from cai_assets.defs.metrics.configurations import Configurations
from cai_assets.defs.metrics.disk import Disk, size_of
from cai_assets.defs.metrics.intake import Intake, Journal
from cai_assets.defs.metrics.models import Models
from cai_assets.intake.uploads import DataRoot, note
from cai_assets.learning.registry import Card, Champion, Registry, library_versions
from cai_assets.learning.scores import Interval
from cai_assets_tests.defs.conftest import Platform
from cai_assets_tests.defs.fakes import accept_folder
from cai_assets_tests.defs.metrics.reading import value_of

# --- intake --------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    made = DataRoot(tmp_path / "home")
    made.path.mkdir()
    made.prepare()
    return made


def test_the_journal_is_counted_from_where_it_was_left(root: DataRoot) -> None:
    note(root, "accepted", name="before")
    intake = Intake(root)
    intake.read()
    assert value_of(intake.growing, "cai_uploads_total", result="accepted") == 0
    note(root, "accepted", name="a")
    note(root, "quarantined", name="b")
    note(root, "pruned", slug="c")
    intake.read()
    intake.read()
    assert value_of(intake.growing, "cai_uploads_total", result="accepted") == 1
    assert value_of(intake.growing, "cai_uploads_total", result="quarantined") == 1
    assert value_of(intake.growing, "cai_uploads_total", result="duplicate") == 0


def test_a_journal_that_begins_later_is_counted_from_its_beginning(root: DataRoot) -> None:
    journal = Journal(root.journal)
    assert list(journal.events()) == []
    note(root, "accepted")
    assert list(journal.events()) == ["accepted"]


def test_a_journal_that_was_replaced_is_read_from_its_beginning(root: DataRoot) -> None:
    for _ in range(5):
        note(root, "accepted")
    journal = Journal(root.journal)
    list(journal.events())
    os.replace(root.journal, root.journal.with_suffix(".old.jsonl"))
    note(root, "duplicate")
    assert list(journal.events()) == ["duplicate"]


def test_a_line_that_is_not_whole_yet_is_counted_when_it_is(root: DataRoot) -> None:
    root.journal.touch()
    journal = Journal(root.journal)
    list(journal.events())
    with root.journal.open("ab") as out:
        out.write(b'{"event": "acc')
        out.flush()
        assert list(journal.events()) == []
        out.write(b'epted"}\nno json\n{"event": "duplicate"}\n')
    assert list(journal.events()) == ["accepted", "duplicate"]


def test_inbox_and_quarantine_are_counted(root: DataRoot) -> None:
    intake = Intake(root)
    assert intake.read().get(INBOX_ENTRIES) == 0
    assert intake.read().get(INBOX_OLDEST) is None
    for name, moment in (("new.zip", 2000.0), ("old.zip", 1000.0), (".hidden", 1.0)):
        (root.inbox / name).write_bytes(b"")
        os.utime(root.inbox / name, (moment, moment))
    (root.quarantine / "bad.zip").write_bytes(b"")
    (root.quarantine / "bad.zip.reason.txt").write_bytes(b"")
    gauges = intake.read()
    assert gauges.get(INBOX_ENTRIES) == 2
    assert gauges.get(INBOX_OLDEST) == 1000.0
    assert gauges.get(QUARANTINE_ENTRIES) == 1


def test_an_inbox_that_is_not_there_is_not_empty(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Intake(DataRoot(tmp_path / "nowhere")).read()


# --- configurations ------------------------------------------------------------------------------


def test_an_upload_is_built_once_its_tables_can_be_read(platform: Platform) -> None:
    part = Configurations(platform.uploads.root, platform.snapshots)
    upload = accept_folder(platform.uploads, ["Catalog.A", "Catalog.B"])
    gauges = part.read()
    assert gauges.get(UPLOAD_BUILT, "trade") == 0
    assert gauges.get(OBJECTS, "trade") is None
    received = datetime.fromisoformat(upload.received).timestamp()
    assert gauges.get(UPLOAD_RECEIVED, "trade") == received

    assert platform.materialize().success
    gauges = part.read()
    assert gauges.get(CONFIGURATIONS_KNOWN) == 1
    assert gauges.get(UPLOAD_BUILT, "trade") == 1
    assert gauges.get(UPLOADS_KEPT, "trade") == 1
    assert gauges.get(OBJECTS, "trade") == 2

    accept_folder(platform.uploads, ["Catalog.A"])
    gauges = part.read()
    assert gauges.get(UPLOAD_BUILT, "trade") == 0
    assert gauges.get(OBJECTS, "trade") == 2


def test_a_data_root_that_is_not_there_is_an_error(platform: Platform, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="CAI_HOME"):
        Configurations(DataRoot(tmp_path / "nowhere"), platform.snapshots).read()


def test_sizes_are_those_that_the_manifest_has(platform: Platform) -> None:
    accept_folder(platform.uploads, ["Catalog.A"])
    assert platform.materialize().success
    current = platform.snapshots.current("trade")
    assert current is not None
    gauges = Configurations(platform.uploads.root, platform.snapshots).read()
    assert gauges.get(FILES, "trade") == current.info["stats"]["files"]


# --- models --------------------------------------------------------------------------------------


def interval(value: float) -> Interval:
    return Interval(value, value - 0.1, value + 0.1)


CARD = Card(
    model="toy_model",
    experiment="000001-a",
    configuration="Shop",
    upload="000001-x",
    status="trained",
    data="d",
    code="1",
    seed=1,
    parameters={},
    versions=library_versions(),
    trained=datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
    seconds=1.0,
    peak_bytes=1,
    examples={"train": 1, "test": 1},
    scores={
        "model": {"accuracy": interval(0.8), "top_3": interval(0.9)},
        "majority": {"accuracy": interval(0.5), "top_3": interval(0.7)},
        "nearest": {"accuracy": interval(0.6), "top_3": interval(0.6)},
    },
)


def test_scores_are_those_of_cards_that_the_registry_writes(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    registry.save(CARD, None)
    part = Models(tmp_path)
    gauges = part.read()
    assert gauges.get(MODEL_SCORE, "Shop", "toy_model", "accuracy", "latest") == 0.8
    assert gauges.get(MODEL_SCORE, "Shop", "toy_model", "accuracy", "baseline") == 0.6
    assert gauges.get(MODEL_SCORE, "Shop", "toy_model", "top_3", "baseline") == 0.7
    assert gauges.get(MODEL_SCORE, "Shop", "toy_model", "accuracy", "champion") is None
    assert gauges.get(MODEL_CHAMPION, "Shop", "toy_model") is None
    since = datetime(2026, 1, 2, tzinfo=UTC)
    registry.promote("Shop", "toy_model", Champion("000001-a", since.isoformat(), "first"))
    gauges = part.read()
    assert gauges.get(MODEL_SCORE, "Shop", "toy_model", "accuracy", "champion") == 0.8
    assert gauges.get(MODEL_CHAMPION, "Shop", "toy_model") == since.timestamp()


def test_the_champion_is_shown_on_the_test_split_of_the_latest_experiment(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    registry.save(CARD, None)
    registry.promote("Shop", "toy_model", Champion("000001-a", CARD.trained, "first"))
    later = replace(
        CARD,
        experiment="000002-b",
        trained=datetime(2026, 1, 3, tzinfo=UTC).isoformat(),
        scores={
            "model": {"accuracy": interval(0.4)},
            "champion": {"accuracy": interval(0.75)},
            "majority": {"accuracy": interval(0.5)},
        },
    )
    registry.save(later, None)
    registry.save(replace(later, experiment="000003-c", status="untrained", scores={}), None)
    gauges = Models(tmp_path).read()
    assert gauges.get(MODEL_SCORE, "Shop", "toy_model", "accuracy", "latest") == 0.4
    assert gauges.get(MODEL_SCORE, "Shop", "toy_model", "accuracy", "champion") == 0.75
    trained = datetime.fromisoformat(later.trained).timestamp()
    assert gauges.get(MODEL_TRAINED, "Shop", "toy_model") == trained


def test_a_card_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    registry.save(CARD, None)
    torn = tmp_path / "Shop" / "other_model" / "000001-a" / "card.json"
    torn.parent.mkdir(parents=True)
    torn.write_text("{")
    strange = tmp_path / "Shop" / "third_model" / "000001-a" / "card.json"
    strange.parent.mkdir(parents=True)
    strange.write_text(json.dumps({"experiment": "x", "trained": 5, "scores": []}))
    gauges = Models(tmp_path).read()
    assert gauges.get(MODEL_TRAINED, "Shop", "toy_model") is not None
    assert gauges.get(MODEL_TRAINED, "Shop", "other_model") is None


def test_without_models_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert list(Models(tmp_path / "nowhere").read().families()) == []


# --- disk ----------------------------------------------------------------------------------------


def test_the_size_of_a_folder_is_that_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "one").write_bytes(b"x" * 100_000)
    (tmp_path / "a" / "two").write_bytes(b"x" * 50_000)
    assert 150_000 <= size_of(tmp_path) < 200_000
    assert size_of(tmp_path / "nowhere") == 0


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert size_of(tmp_path) < 10_000


def test_the_walk_is_not_repeated_at_each_look(tmp_path: Path) -> None:
    part = Disk({"home": tmp_path}, {"home": tmp_path})
    before = part.read().get(DISK_USED, "home")
    (tmp_path / "large").write_bytes(b"x" * 100_000)
    gauges = part.read()
    assert gauges.get(DISK_USED, "home") == before
    free = gauges.get(DISK_FREE, "home")
    assert free is not None and free > 0
