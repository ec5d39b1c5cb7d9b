"""The sample built with its tables in an object store: the same tables as in a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from cai_assets.defs.jobs import GROUPS
from cai_assets.defs.resources import Uploads, data_root
from cai_assets.defs.run import build
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.knowledge.storage import files
from cai_assets.knowledge.store import read_table
from cai_assets.settings import Settings
from cai_assets_tests.conftest import Learned
from cai_assets_tests.object_store import needs_object_store, object_store

_WHEN = "published"
"""The column that says when; no two builds share it."""


@needs_object_store
def test_tables_in_an_object_store_equal_those_in_a_folder(
    learned_sample: Learned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = learned_sample.learner.settings
    shutil.copytree(local.uploads, tmp_path / "home" / "uploads")
    with object_store(tmp_path) as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        # In this process: workers of an earlier test's server would not know the variables.
        settings = Settings(home=tmp_path / "home", workers=1, lang="ru")
        upload = Uploads(data_root(settings)).find(learned_sample.built.configuration)
        assert upload.id == learned_sample.built.upload.id
        with dg.DagsterInstance.ephemeral() as instance:
            built = build(upload, settings, instance)
        assert (built.success, built.published, built.error) == (True, True, "")
        assert not settings.root.joinpath("tables").exists()

        current = Snapshots(settings.tables).current(built.configuration)
        assert current is not None
        assert current.upload == upload.id
        compared = 0
        for group in GROUPS:
            names = files(learned_sample.folder / group)
            assert files(current.folder / group) == names
            for name in names:
                here = read_table(learned_sample.folder / group / name)
                there = read_table(current.folder / group / name)
                if _WHEN in here.column_names:
                    here, there = here.drop_columns([_WHEN]), there.drop_columns([_WHEN])
                assert there.equals(here), f"{group}/{name}"
                compared += 1
        assert compared > 50
    assert (settings.site_of(built.configuration) / "index.html").is_file()
