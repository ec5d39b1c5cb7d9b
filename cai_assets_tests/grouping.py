"""Which tests stay together when several processes share the work (`pytest -n`).

Those of a module do; so do all that share what is dear to make, and all that run stacks of
programs, which would be too slow for each other's waits. These come first: one process works on
them to the end.
"""

from __future__ import annotations

import pytest

_TOGETHER = {"learned_sample": "learned", "two_uploads": "two uploads"}
"""Fixtures that take long to make, and what the tests that ask for them are called as a group."""


@pytest.hookimpl(tryfirst=True)  # xdist, which reads the marks, is called before a conftest else
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the groups and let the stacks come first."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        names = getattr(item, "fixturenames", ())
        group = next((group for name, group in _TOGETHER.items() if name in names), None)
        if _in_stacks(item):
            group = "integration"
        item.add_marker(pytest.mark.xdist_group(group or str(item.path)))
    items.sort(key=_in_stacks, reverse=True)


def _in_stacks(item: pytest.Item) -> bool:
    """Whether a test runs the platform's programs together."""
    return item.path.parent.name == "integration"
