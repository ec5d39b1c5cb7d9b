"""Tables in an object store: the same as in a folder, and what the store says is told."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cai_assets.knowledge import storage
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.knowledge.storage import StoreError, place
from cai_assets.knowledge.store import (
    EarlierTables,
    StoredTables,
    column_names,
    read_table,
    staged,
    write_table,
)
from cai_assets.learning.dataset.jsonl import load_check, write
from cai_assets.learning.dataset.schema import TABLES, TASKS
from cai_assets.settings import Settings
from cai_assets_tests.object_store import needs_object_store, object_store

_TABLE = pa.table({"name": ["а", "б"], "kind": pa.array(["x", "x"]).dictionary_encode()})


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    with object_store(tmp_path_factory.mktemp("store")) as found:
        yield found


@pytest.fixture
def settings(
    variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CAI_TABLES", f"{variables['CAI_TABLES']}/{request.node.name}")
    return Settings()


def test_a_place_is_a_folder_or_a_prefix_of_a_bucket(tmp_path: Path) -> None:
    assert place(str(tmp_path)) == tmp_path
    assert place("tables") == Path.cwd() / "tables"
    remote = place("s3://bucket/some/prefix/")
    assert str(remote / "a" / "t.parquet") == "s3://bucket/some/prefix/a/t.parquet"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("gs://bucket/tables", "s3://bucket/prefix"),
        ("s3://", "the bucket is missing"),
        ("s3://key:secret@bucket/tables", "AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_a_place_that_cannot_be_is_refused(text: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        place(text)


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r"cai-assets\[s3\]"):
        place("s3://bucket/tables")


def test_a_local_place_costs_no_library(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "import pyarrow as pa\n"
        "from pathlib import Path\n"
        "from cai_assets.knowledge.snapshots import Snapshots\n"
        "from cai_assets.knowledge.store import read_table, write_table\n"
        "from cai_assets.settings import Settings\n"
        f"settings = Settings(home={str(tmp_path)!r})\n"
        "write_table(pa.table({'a': [1]}), settings.tables / 't.parquet')\n"
        "read_table(settings.tables / 't.parquet')\n"
        "Snapshots(settings.tables).configurations()\n"
        "print(sorted({'fsspec', 'upath.core', 's3fs', 'botocore'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


@needs_object_store
def test_a_table_is_read_as_it_was_written(settings: Settings) -> None:
    path = settings.tables / "new" / "t.parquet"
    size = write_table(_TABLE, path)
    assert path.stat().st_size == size
    assert read_table(path).equals(_TABLE)
    assert column_names(path) == ["name", "kind"]
    chosen = read_table(path, ["name"], pa.compute.field("name") == "б")
    assert chosen.to_pydict() == {"name": ["б"]}
    assert storage.files(settings.tables / "new") == ["t.parquet"]


@needs_object_store
def test_of_a_large_table_only_the_wanted_columns_are_fetched(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = 400_000
    large = pa.table({"a": range(rows), "b": random.Random(1).sample(range(10**12), rows)})
    path: Any = settings.tables / "large.parquet"
    size = write_table(large, path)
    assert size > 2 * 1024 * 1024
    fetched = []
    fetch = path.fs.cat_file

    def counted(*args: object, **kwargs: object) -> bytes:
        data: bytes = fetch(*args, **kwargs)
        fetched.append(len(data))
        return data

    monkeypatch.setattr(path.fs, "cat_file", counted)
    assert read_table(path, ["a"]).equals(large.select(["a"]))
    assert len(fetched) < 6
    assert sum(fetched) < size * 0.7


@needs_object_store
def test_what_is_not_published_is_not_in_the_store(settings: Settings) -> None:
    folder = settings.tables / "one"
    with staged(folder) as drafts:
        drafts.tables({"t": _TABLE})
        drafts.text("note.txt", "ж")
    assert storage.files(folder) == []
    with staged(folder) as drafts:
        drafts.tables({"t": _TABLE})
        drafts.text("note.txt", "ж")
        drafts.publish()
    assert storage.files(folder) == ["note.txt", "t.parquet"]
    assert storage.read_text(folder / "note.txt") == "ж"


@needs_object_store
def test_a_missing_or_damaged_table_counts_as_absent_only_for_a_cache(settings: Settings) -> None:
    folder = settings.tables / "one"
    write_table(_TABLE, folder / "whole.parquet")
    storage.write_text(folder / "damaged.parquet", "PAR1 nonsense")
    earlier = EarlierTables(folder, ["whole", "damaged", "missing"])
    assert earlier["whole"].equals(_TABLE)
    assert earlier.get("damaged") is None
    assert earlier.get("missing") is None
    assert StoredTables(folder, {"whole": ["name"]}).whole()
    assert not StoredTables(folder, {"whole": ["later"]}).whole()
    with pytest.raises(FileNotFoundError):
        read_table(folder / "missing.parquet")


@needs_object_store
def test_uploads_are_listed_published_and_pruned(settings: Settings) -> None:
    snapshots = Snapshots(settings.tables)
    assert snapshots.configurations() == []
    assert snapshots.current("trade") is None
    for upload in ("1", "2", "3"):
        write_table(_TABLE, snapshots.folder("trade", upload) / "g" / "t.parquet")
        snapshots.publish("trade", upload, {"rows": {"objects": int(upload)}})
    write_table(_TABLE, snapshots.folder("trade", "4") / "g" / "t.parquet")
    current = snapshots.current("trade")
    assert current is not None
    assert (current.upload, current.info) == ("3", {"rows": {"objects": 3}})
    assert (before := snapshots.before("trade", "3")) is not None
    assert before.upload == "2"
    assert not snapshots.is_complete("trade", "4")
    assert storage.exists(snapshots.folder("trade", "4"))
    assert snapshots.configurations() == ["trade"]
    assert snapshots.prune("trade", 1, protect={"2"}) == ["1"]
    assert storage.folders(settings.tables / "trade") == ["2", "3", "4"]
    assert storage.files(snapshots.folder("trade", "1")) == []


@needs_object_store
def test_two_writers_of_one_upload_leave_it_whole(settings: Settings) -> None:
    snapshots = Snapshots(settings.tables)
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for name in ("a", "b", "c"):
                write_table(_TABLE, snapshots.folder("trade", "1") / "g" / f"{name}.parquet")
            snapshots.publish("trade", "1", {})
        except BaseException as error:
            faults.append(error)

    writers = [threading.Thread(target=work) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert not faults
    names = storage.files(snapshots.folder("trade", "1"))
    assert names == ["complete.json", "g/a.parquet", "g/b.parquet", "g/c.parquet"]


@needs_object_store
def test_examples_of_the_dataset_are_written_and_checked_there(settings: Settings) -> None:
    folder = settings.tables / "jsonl"
    written = write(TASKS.arrow_schema.empty_table(), folder)
    assert len(written) == len(storage.files(folder)) > 0
    assert load_check(folder) == (dict.fromkeys(storage.files(folder), 0), [])
    storage.write_text(folder / "query.train.jsonl", '{"messages": []}\n{}\n')
    assert TASKS.name in TABLES
    counts, faults = load_check(folder)
    assert counts["query.train.jsonl"] == 2
    assert [fault.partition(":")[0] for fault in faults] == ["query.train.jsonl"] * 2


@needs_object_store
def test_a_missing_bucket_is_not_an_empty_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAI_TABLES", "s3://not-there-at-all/tables")
    tables = Settings().tables
    for ask in (
        lambda: Snapshots(tables).configurations(),
        lambda: Snapshots(tables).is_complete("trade", "1"),
        lambda: read_table(tables / "t.parquet"),
        lambda: write_table(_TABLE, tables / "t.parquet"),
    ):
        with pytest.raises(StoreError, match="create the bucket not-there-at-all"):
            ask()


@needs_object_store
def test_a_store_that_does_not_answer_is_an_error_that_names_the_setting(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_TRIES", 1)
    monkeypatch.setenv("CAI_S3_ENDPOINT", "http://127.0.0.1:9")
    tables = Settings().tables
    with pytest.raises(StoreError, match="CAI_S3_ENDPOINT"):
        Snapshots(tables).configurations()
    with pytest.raises(StoreError):
        EarlierTables(tables, ["objects"]).get("objects")


@needs_object_store
def test_without_keys_it_says_which_to_set(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    # Another address: the library keeps one connection, with its keys, for each.
    monkeypatch.setenv("CAI_S3_ENDPOINT", f"{settings.s3_endpoint}/")
    with pytest.raises(StoreError, match="set AWS_ACCESS_KEY_ID"):
        Snapshots(Settings().tables).configurations()


@needs_object_store
def test_the_command_line_says_it_in_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAI_TABLES", "s3://not-there-at-all/tables")
    monkeypatch.setenv("PYTHONUTF8", "1")
    done = subprocess.run(
        [sys.executable, "-m", "cai_assets.cli", "--lang", "ru", "list"],
        capture_output=True, encoding="utf-8", check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Ошибка: s3://not-there-at-all/tables: ")
    assert done.stderr.endswith("создайте бакет not-there-at-all или исправьте CAI_TABLES\n")
