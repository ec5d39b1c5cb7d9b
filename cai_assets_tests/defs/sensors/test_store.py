"""The sensor of an inbox in an object store: defined where it is set, and honest about failure."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from cai_assets.defs.resources import resources
from cai_assets.defs.sensors.configured import configured_sensors
from cai_assets.defs.sensors.store import prefix_of, store_sensor
from cai_assets.intake.errors import InboxUnavailable
from cai_assets.settings import Settings
from cai_assets_tests.intake.crafting import edt_files, write_zip
from cai_assets_tests.object_store import needs_object_store, object_store


@needs_object_store
def test_a_tick_takes_what_lies_in_the_store_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with object_store(tmp_path) as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("CAI_TABLES")
        url = f"s3://{variables['CAI_TABLES'].split('/')[2]}/inbox"
        settings = Settings(home=tmp_path / "home", inbox_url=url, settle_seconds=0)
        (sensor,) = configured_sensors(settings)
        files = prefix_of(settings).files
        archive = write_zip(tmp_path / "trade.zip", edt_files("Trade"))
        files.pipe_file(f"{url[5:]}/trade.zip", archive.read_bytes())
        cursor, said = None, ""
        for _ in range(2):
            with (
                dg.DagsterInstance.ephemeral() as instance,
                dg.build_sensor_context(
                    instance=instance, cursor=cursor, resources=resources(settings)
                ) as context,
            ):
                result = sensor(context)
            assert isinstance(result, dg.SensorResult)
            cursor, said = result.cursor, str(result.skip_reason)
        assert "accepted upload 000001" in said


@needs_object_store
def test_a_store_that_is_away_fails_the_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    settings = Settings(
        home=tmp_path / "home", inbox_url="s3://b/p", s3_endpoint="http://127.0.0.1:9"
    )
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, resources=resources(settings)) as context,
        pytest.raises(InboxUnavailable, match="CAI_INBOX_URL"),
    ):
        store_sensor(settings)(context)


@pytest.mark.parametrize("url", ["/srv/inbox", "ftp://host/x", "s3://", "s3://key:secret@bucket/x"])
def test_an_address_that_cannot_be_used_is_refused_when_definitions_are_made(url: str) -> None:
    with pytest.raises(ValueError, match="CAI_INBOX_URL"):
        store_sensor(Settings(inbox_url=url))
