"""Secrets of the settings are told neither by errors about them nor by what Dagster is given."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_representation.external_data import RepositorySnap

from cai_assets.defs import build_defs
from cai_assets.settings import Settings
from cai_assets_tests.integration.planting import Seeker, forms, plant

SECRET = "0ne5ecret4all"
SECRETS = [name for name in Settings.model_fields if Settings.is_secret(name)]
MALFORMED = [
    SECRET,
    f"https://robot:{SECRET}@host/trade.git#..",
    f"https://robot:{SECRET}@host:port/trade.git",
    f"http://robot:{SECRET}@host/trade.git",
    f"tgram:/{SECRET}",
    f"text {SECRET} text",
]


def test_there_are_secrets() -> None:
    assert {"git", "alerts", "celery_broker"} <= set(SECRETS)


@pytest.mark.parametrize("name", SECRETS)
def test_an_error_about_a_secret_does_not_tell_it(tmp_path: Path, name: str) -> None:
    refused = 0
    for value in MALFORMED:
        changed: dict[str, Any] = {name: value}
        if name.startswith("celery"):
            changed["executor"] = "celery"
        try:
            settings = Settings(home=tmp_path, **changed)
            told = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
            build_defs(settings)
        except Exception as error:
            told = "".join(traceback.format_exception(error))
            refused += 1
        assert SECRET not in told, value
    assert refused > 0


@pytest.mark.parametrize("executor", ["processes", "celery"])
def test_what_the_code_server_hands_out_holds_no_secret(tmp_path: Path, executor: Any) -> None:
    planted = plant()
    values: dict[str, Any] = {name: planted.variables[f"CAI_{name.upper()}"] for name in SECRETS}
    definitions = build_defs(Settings(home=tmp_path, executor=executor, **values))
    snapshot = RepositorySnap.from_def(definitions.get_repository_def())
    seeker = Seeker(planted.secrets)
    seeker.look("the snapshot", dg.serialize_value(snapshot))
    assert seeker.characters > 100_000
    assert seeker.found == []


def test_a_secret_is_found_in_each_of_its_forms() -> None:
    """Otherwise a search that finds nothing would say nothing."""
    odd = "p@ss/wo:rd%+ж\"'<"
    for way in forms(odd):
        seeker = Seeker({"odd": odd})
        seeker.look("here", f"…{way.upper()}…")
        assert seeker.found == ["odd in here"], way
