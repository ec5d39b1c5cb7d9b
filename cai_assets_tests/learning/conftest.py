"""Numeric libraries use one thread in tests of models, as they do in training."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="package", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other cost more than what these small tables take."""
    from sklearn import ensemble  # noqa: F401  # whose libraries are to be limited, too
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
