"""What tests of several packages share: the sample, built and learned from once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from cai_assets.defs import build_defs
from cai_assets.defs.jobs import TRAIN_MODELS
from cai_assets.defs.partitions import UPLOAD_TAG
from cai_assets.defs.run import BuildResult, build
from cai_assets.intake.accepting import admit
from cai_assets.intake.uploads import DataRoot
from cai_assets.settings import Settings
from cai_assets_tests.grouping import pytest_collection_modifyitems

__all__ = ["pytest_collection_modifyitems"]

SAMPLE = Path(__file__).parents[1] / "examples" / "trade" / "edt"


@dataclass(frozen=True)
class Learner:
    """A data root and a history in which uploads are built and learned from, in this process."""

    settings: Settings
    instance: dg.DagsterInstance

    def build(self, path: Path) -> BuildResult:
        """Take an upload in and run the main job."""
        return build(admit(DataRoot(self.settings.root), path), self.settings, self.instance)

    def learn(self, built: BuildResult, **config: Any) -> dg.ExecuteInProcessResult:
        """Run the job that learns, about this upload; `config` by step."""
        job = build_defs(self.settings, in_process=True).resolve_job_def(TRAIN_MODELS)
        return job.execute_in_process(
            instance=self.instance,
            partition_key=built.configuration,
            tags={UPLOAD_TAG: built.upload.id},
            run_config={
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                "ops": {step: {"config": values} for step, values in config.items()},
            },
            raise_on_error=False,
        )


@dataclass(frozen=True)
class Learned:
    """The sample after both jobs."""

    learner: Learner
    built: BuildResult
    run: dg.ExecuteInProcessResult

    @property
    def folder(self) -> Path:
        """The folder of its tables, by group."""
        return Path(str(self.built.tables_folder)).parent


@pytest.fixture(scope="session")
def learned_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learned]:
    """The sample configuration, built and learned from. Tests read it, they do not change it."""
    home = tmp_path_factory.mktemp("learned") / "home"
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        patch.delenv("DAGSTER_HOME", raising=False)
        learner = Learner(Settings(home=home, workers=1, lang="ru"), instance)
        built = learner.build(SAMPLE)
        yield Learned(learner, built, learner.learn(built))
