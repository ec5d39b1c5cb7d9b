"""Sensors that exist only where a setting asks for them: without it they cost nothing."""

from __future__ import annotations

import dagster as dg

from cai_assets.settings import Settings


def configured_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensors that the settings ask for. What they need is imported only then."""
    found = []
    if settings.git_sources:
        from cai_assets.defs.sensors.git import git_sensor

        found.append(git_sensor(settings))
    if settings.inbox_url:
        from cai_assets.defs.sensors.store import store_sensor

        found.append(store_sensor(settings))
    if settings.alerts.get_secret_value():
        from cai_assets.defs.sensors.alerts import alerts_sensor

        found.append(alerts_sensor(settings))
    return found
