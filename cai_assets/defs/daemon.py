"""Dagster's daemon, one at a time, on a clock that may be set.

    python -m cai_assets.defs.daemon run -w workspace.yaml

is `dagster-daemon run` with two things more. Of several daemons on one history, started by mistake
or as a reserve, one works: two would look at every sensor and start every run. The others wait
until it is gone. And sensors go on when the clock is set back; Dagster alone would wait with each
until the clock has passed its last tick again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import dagster as dg
from dagster._core.scheduler.instigation import SensorInstigatorData

from cai_assets.intake.files import FolderLock

LOCK_FILE = "daemon.lock"
WATCH_SECONDS = 10.0
_WAIT_SECONDS = 2.0
_CLOCK_SECONDS = 60.0
"""By how much a tick may be ahead of this machine's clock: other machines' clocks differ."""

_ADVISORY_LOCK = 0x636169_6461656D  # "cai daem"
_LOST = 3
_log = logging.getLogger(__name__)


class Place(Protocol):
    """The place of the one daemon that works."""

    def take(self) -> bool:
        """Take the place if nobody has it; never waits."""

    def held(self) -> bool:
        """Whether it is still ours, as far as can be told."""


class FolderPlace:
    """The place beside a history in SQLite: a lock of the operating system."""

    def __init__(self, folder: Path) -> None:
        self._lock = FolderLock(folder / LOCK_FILE)

    def take(self) -> bool:
        """Take the place if nobody has it; never waits."""
        return self._lock.try_acquire()

    def held(self) -> bool:
        """A lock of the system stays until its process ends."""
        return True

    def leave(self) -> None:
        """Let another one have it."""
        self._lock.release()


class PostgresPlace:
    """The place beside a history in PostgreSQL, for all machines that reach it.

    A session lock: it ends with its connection, so also when this process or the server dies.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None

    def take(self) -> bool:
        """Take the place if nobody has it; never waits. False too if the server is away."""
        import sqlalchemy

        try:
            connection = sqlalchemy.create_engine(
                self._url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.pool.NullPool
            ).connect()
            asked = sqlalchemy.text("SELECT pg_try_advisory_lock(:number)")
            taken = bool(connection.execute(asked, {"number": _ADVISORY_LOCK}).scalar_one())
        except sqlalchemy.exc.SQLAlchemyError as error:
            _log.warning("the history cannot be reached: %s", type(error).__name__)
            return False
        if taken:
            self._connection = connection
        else:
            connection.close()
        return taken

    def held(self) -> bool:
        """Whether it is still ours; after a restart of the server it is taken again."""
        import sqlalchemy

        with contextlib.suppress(sqlalchemy.exc.SQLAlchemyError):
            if self._connection is not None:
                self._connection.execute(sqlalchemy.text("SELECT 1"))
                return True
        self.leave()
        if self.take():
            return True
        # While the server is away nobody can have it; this daemon can do no harm either.
        return not self._reachable()

    def leave(self) -> None:
        """Let another one have it."""
        import sqlalchemy

        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlalchemy.exc.SQLAlchemyError):
                connection.close()

    def _reachable(self) -> bool:
        import sqlalchemy

        try:
            sqlalchemy.create_engine(self._url).connect().close()
        except sqlalchemy.exc.SQLAlchemyError:
            return False
        return True


def place_of(instance: dg.DagsterInstance) -> FolderPlace | PostgresPlace:
    """The place beside the history of `instance`."""
    storage: Any = instance.run_storage
    storage = getattr(getattr(storage, "_storage", None), "run_storage", storage)
    url = getattr(storage, "postgres_url", None)
    return PostgresPlace(url) if url else FolderPlace(Path(instance.root_directory))


def wait_for(place: Place, say: Callable[[str], None], pause: float = _WAIT_SECONDS) -> None:
    """Return once the place is ours; say once if another daemon has it."""
    told = False
    while not place.take():
        if not told:
            say(
                "another daemon works on this history; waiting until it ends. "
                "If that is a mistake, stop this one"
            )
            told = True
        time.sleep(pause)
    if told:
        say("the other daemon is gone, this one works now")


def mend_ticks(instance: dg.DagsterInstance, now: float) -> list[str]:
    """Let sensors whose last tick lies in the future be looked at now; returns their names.

    `now` is in seconds since the epoch.
    """
    mended = []
    for state in instance.all_instigator_state():
        data = state.instigator_data
        if not isinstance(data, SensorInstigatorData):
            continue
        times = {
            name: value
            for name in ("last_tick_timestamp", "last_tick_start_timestamp")
            if (value := getattr(data, name)) is not None
        }
        if max(times.values(), default=now) > now + _CLOCK_SECONDS:
            changed = data._replace(**{name: min(value, now) for name, value in times.items()})
            instance.update_instigator_state(state.with_data(changed))
            mended.append(state.name)
    return mended


def watch(instance: dg.DagsterInstance, place: Place, give_up: Callable[[], None]) -> None:
    """One look: at the clock, and at whether this is still the daemon that works."""
    if not place.held():
        _log.error("another daemon has taken over while the history was away; this one ends")
        give_up()
    mended = mend_ticks(instance, time.time())
    if mended:
        _log.warning("the clock was set back; looking at once at: %s", ", ".join(mended))


def _keep_watching(place: Place) -> None:
    with dg.DagsterInstance.get() as instance:
        while True:
            try:
                watch(instance, place, lambda: os._exit(_LOST))
            except Exception as error:
                _log.warning("the history cannot be looked at: %s", error)
            time.sleep(WATCH_SECONDS)


def main() -> None:
    """Run Dagster's daemon with the given arguments once the place is free."""
    from dagster._daemon.cli import main as dagster_daemon

    from cai_assets.defs.logs import log_as
    from cai_assets.defs.memory import give_back
    from cai_assets.settings import Settings

    if sys.argv[1:2] == ["run"]:
        log_as(Settings())
        give_back()
        with dg.DagsterInstance.get() as instance:
            place = place_of(instance)
        wait_for(place, _log.warning)
        threading.Thread(target=_keep_watching, args=(place,), daemon=True, name="place").start()
    dagster_daemon()


if __name__ == "__main__":
    main()
