"""The stack of the compose file, started once for all tests that look at it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cai_assets_tests.edt import EdtProject
from cai_assets_tests.integration.composed import SECRETS, Topology
from cai_assets_tests.integration.planting import Planted, plant
from cai_assets_tests.integration.stack import wait
from cai_assets_tests.integration.visitor import Visitor
from cai_assets_tests.site.browser import browser

# One for the package: a second Playwright in this thread would refuse to start.
__all__ = ["browser"]

_RUNS = """
query { runsOrError { ... on Runs { results { runId jobName status
  tags { key value } } } ... on Error { message } } }
"""

_SENSORS = """
query { sensorsOrError(repositorySelector: {
  repositoryName: "__repository__", repositoryLocationName: "cai_assets"
}) { ... on Sensors { results { id name } } ... on Error { message } } }
"""

_STOP = "mutation($id: String!) { stopSensor(id: $id) { __typename } }"

_BUILD_SECONDS = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what looks at the stack of compose last: it stays up until the end of the session."""
    items.sort(key=lambda item: "production" in getattr(item, "fixturenames", ()))


@dataclass(frozen=True)
class Production:
    """The running stack, who asks it, and the run that a dropped file became."""

    stack: Topology
    anna: Visitor
    stranger: Visitor
    run: dict[str, Any]
    planted: Planted
    """Secrets in the settings of all programs; nobody answers at the addresses in them."""

    @property
    def configuration(self) -> str:
        """The partition that the run built."""
        tags = {str(tag["key"]): str(tag["value"]) for tag in self.run["tags"]}
        return tags["dagster/partition"]


def drop(archive: Path, stack: Topology) -> None:
    """Copy a file into the inbox as a person would."""
    inbox = stack.home / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / archive.name).write_bytes(archive.read_bytes())


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The whole stack, one small configuration built. Tests ask it; none may break it."""
    folder = tmp_path_factory.mktemp("production")
    project = EdtProject(folder / "source")
    project.object("Catalog", "Товары")
    project.common_module("Цены", "Функция Цена() Экспорт\n\tВозврат 1;\nКонецФункции\n")
    archive = folder / "trade.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted(project.root.rglob("*")):
            packed.write(file, file.relative_to(project.root))

    planted = plant()
    with Topology(folder / "stack", postgres=True, settings=planted.variables) as stack:
        drop(archive, stack)
        stack.up("code")
        stack.up("daemon", "webserver")
        stack.up("view", "metrics", "proxy")
        anna = Visitor(stack.front, (SECRETS["CAI_USER"], SECRETS["CAI_PASSWORD"]))
        anna.ask("/")  # from here on its browser is known
        wait(lambda: stop_training(anna), 60, "the sensor that trains to stop")

        def finished() -> dict[str, Any] | None:
            runs = anna.graphql(_RUNS)["data"]["runsOrError"]["results"]
            ended = [run for run in runs if run["status"] in ("SUCCESS", "FAILURE", "CANCELED")]
            return next((run for run in ended if run["jobName"] == "build_configuration"), None)

        run: Any = wait(finished, _BUILD_SECONDS, "the run of the dropped file to end", every=0.5)
        yield Production(stack, anna, Visitor(stack.front), run, planted)


def stop_training(anna: Visitor) -> bool:
    """Stop the sensor that trains models: that takes longer than all tests of the stack."""
    sensors = anna.graphql(_SENSORS)["data"]["sensorsOrError"]["results"]
    (sensor,) = [one for one in sensors if one["name"] == "retrain_when_changed"]
    return "errors" not in anna.graphql(_STOP, {"id": sensor["id"]})
