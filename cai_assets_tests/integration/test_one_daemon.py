"""The place of the one daemon, on a real PostgreSQL that is killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cai_assets.defs.daemon import PostgresPlace, place_of
from cai_assets_tests.integration.stack import Stack, needs, wait

pytestmark = needs("postgres", "initdb")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("place"), postgres=True) as started:
        yield started


def test_one_daemon_has_the_place_and_the_next_gets_it_when_that_ends(stack: Stack) -> None:
    with stack.instance() as instance:
        first, second = place_of(instance), place_of(instance)
    assert isinstance(first, PostgresPlace)
    assert first.take()
    assert first.held()
    assert not second.take()
    first.leave()
    assert second.take()
    second.leave()


def test_a_restart_of_the_database_ends_no_daemon_and_lets_none_have_it_twice(
    stack: Stack,
) -> None:
    first, second = PostgresPlace(stack.postgres_url), PostgresPlace(stack.postgres_url)
    assert first.take()
    stack.kill("postgres")
    wait(lambda: not second.take(), 30, "the database to be away")
    assert first.held(), "while the database is away nobody else can have the place"
    stack.restart("postgres")
    wait(first.held, 30, "the first daemon to have its place again")
    assert not second.take()
    first.leave()


def test_who_comes_too_late_after_a_restart_has_lost_the_place(stack: Stack) -> None:
    first, second = PostgresPlace(stack.postgres_url), PostgresPlace(stack.postgres_url)
    assert first.take()
    stack.kill("postgres")
    stack.restart("postgres")
    wait(second.take, 30, "the second daemon to have the place")
    assert not first.held()
    second.leave()
