"""Which tests stay together when several processes share the work (`pytest -n`).

Those of a module do, and so do all that share what is dear to make. What runs stacks of programs
is two groups of about the same length, each worked on by one process from the first to the last
test: a stack mostly waits, more than two at once would be too slow for each other's waits.
"""

from __future__ import annotations

import pytest

_TOGETHER = {"learned_sample": "learned", "two_uploads": "two uploads"}
"""Fixtures that take long to make, and what the tests that ask for them are called as a group."""

_SERVED = frozenset(
    f"test_{name}.py" for name in ("access", "metrics", "secrets", "serve", "topology", "ui")
)
"""Tests of the stack of compose and of `cai serve`; the other stacks are the other group."""


@pytest.hookimpl(tryfirst=True)  # xdist, which reads the marks, is called before a conftest else
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the groups and let the stacks come first."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        group = next((group for name, group in _TOGETHER.items() if name in names), None)
        if _in_stacks(item):
            group = "served" if item.path.name in _SERVED else "stacks"
        item.add_marker(pytest.mark.xdist_group(group or str(item.path)))
    items.sort(key=_in_stacks, reverse=True)


def _in_stacks(item: pytest.Item) -> bool:
    """Whether a test runs the platform's programs together."""
    return item.path.parent.name == "integration"
