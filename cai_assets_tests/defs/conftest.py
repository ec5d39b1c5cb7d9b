"""A data root, Dagster's records in memory, and resources with a stand-in for the parser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from cai_assets.defs.assets.parsed_configuration import parsed_configuration
from cai_assets.defs.partitions import UPLOAD_TAG
from cai_assets.defs.resources import Uploads, data_root, resources
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.settings import Settings
from cai_assets_tests.defs.fakes import FakeExtractor

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Platform:
    """Everything a test of the assets needs, on one temporary data root."""

    settings: Settings
    instance: dg.DagsterInstance
    extractor: FakeExtractor
    uploads: Uploads
    snapshots: Snapshots

    def resources(self) -> dict[str, Any]:
        """The resources of production, but for the parser."""
        return {**resources(self.settings), "extractor": self.extractor}

    def materialize(
        self,
        *more: dg.AssetsDefinition,
        slug: str = "trade",
        upload: str | None = None,
        run_config: dict[str, Any] | None = None,
    ) -> dg.ExecuteInProcessResult:
        """Materialize the parsed configuration, and `more` assets in the same run."""
        self.instance.add_dynamic_partitions("configurations", [slug])
        return dg.materialize(
            [parsed_configuration, *more],
            instance=self.instance,
            resources=self.resources(),
            partition_key=slug,
            tags={UPLOAD_TAG: upload} if upload else None,
            run_config={**_QUIET, **(run_config or {})},
            raise_on_error=False,
        )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", keep_uploads=3, settle_seconds=0)


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Platform(
            settings,
            instance,
            FakeExtractor(),
            Uploads(data_root(settings)),
            Snapshots(settings.tables),
        )
