"""When what is learned is made again: on small assets, as Dagster's own evaluation says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from cai_assets.defs.automation import when_updated

SHOPS = dg.DynamicPartitionsDefinition(name="shops")


def _asset(
    name: str, deps: list[str], condition: dg.AutomationCondition[Any] | None, fails: bool = False
) -> dg.AssetsDefinition:
    @dg.asset(
        name=name,
        deps=deps,
        group_name=name,
        partitions_def=SHOPS,
        automation_condition=condition,
    )
    def made() -> None:
        if fails:
            raise ValueError("it does not work")

    return made


def definitions(fails: bool = False) -> dg.Definitions:
    return dg.Definitions(
        assets=[
            _asset("tables", [], None),
            _asset("dataset", ["tables"], when_updated("tables"), fails),
            _asset("model", ["tables", "dataset"], when_updated("dataset")),
            _asset("evaluation", ["model"], when_updated("model")),
        ]
    )


class Clock:
    """Looks at the conditions one tick after the other, and runs what they ask for."""

    def __init__(self, instance: dg.DagsterInstance, fails: bool = False) -> None:
        self.instance = instance
        self.defs = definitions(fails)
        self.cursor: Any = None

    def tick(self) -> set[tuple[str, str]]:
        """What is asked for: (asset, partition)."""
        result = dg.evaluate_automation_conditions(
            self.defs, instance=self.instance, cursor=self.cursor
        )
        self.cursor = result.cursor
        return {
            (asset, shop)
            for asset in ("dataset", "model", "evaluation")
            for shop in result.get_requested_partitions(dg.AssetKey(asset))
            if shop is not None
        }

    def make(self, asset: str, shop: str = "Shop") -> bool:
        job = self.defs.resolve_implicit_global_asset_job_def()
        run = job.execute_in_process(
            instance=self.instance,
            partition_key=shop,
            asset_selection=[dg.AssetKey(asset)],
            raise_on_error=False,
        )
        return bool(run.success)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        opened.add_dynamic_partitions("shops", ["Shop"])
        yield opened


ALL = {("dataset", "Shop"), ("model", "Shop"), ("evaluation", "Shop")}


def test_everything_is_asked_for_at_once_when_tables_are_made(instance: dg.DagsterInstance) -> None:
    clock = Clock(instance)
    assert clock.tick() == set()
    clock.make("tables")
    assert clock.tick() == ALL
    assert clock.tick() == set()


def test_what_was_missing_before_the_first_look_is_made(instance: dg.DagsterInstance) -> None:
    clock = Clock(instance)
    clock.make("tables")
    assert clock.tick() == ALL


def test_a_new_dataset_asks_for_models_new_tables_alone_through_the_dataset(
    instance: dg.DagsterInstance,
) -> None:
    clock = Clock(instance)
    clock.make("tables")
    clock.tick()
    for asset in ("dataset", "model", "evaluation"):
        clock.make(asset)
    assert clock.tick() == set()
    clock.make("dataset")
    assert clock.tick() == {("model", "Shop"), ("evaluation", "Shop")}


def test_a_failure_is_not_repeated_for_ever(instance: dg.DagsterInstance) -> None:
    clock = Clock(instance, fails=True)
    clock.make("tables")
    assert clock.tick() == ALL
    assert not clock.make("dataset")
    assert clock.tick() == set()
    assert clock.tick() == set()
