"""What tests of the sensors share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick looks at the inbox once, where a daemon's waits for what may come."""
    monkeypatch.setattr("cai_assets.defs.sensors.inbox.WATCH_SECONDS", 0)
