"""The exporter as a program: `/metrics` on an address, until it is told to stop."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server

from cai_assets.defs.metrics.collector import PlatformCollector
from cai_assets.defs.metrics.configurations import Configurations
from cai_assets.defs.metrics.disk import Disk
from cai_assets.defs.metrics.intake import Intake
from cai_assets.defs.metrics.models import Models
from cai_assets.defs.metrics.samples import Named, Part
from cai_assets.intake.uploads import DataRoot
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

HOST, PORT = "127.0.0.1", 9464
_MOST_JOBS, _MOST_STEPS = 50, 100


class Opened:
    """Dagster's instance, opened when it is first asked for: until then it may be unreachable.

    Its folder is not made: that would hide that the volume is absent, or get in the way of the
    program that makes the history.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = history_of(settings)
        self._lock = threading.Lock()
        self._instance: dg.DagsterInstance | None = None

    def __call__(self) -> dg.DagsterInstance:
        """The instance.

        Raises FileNotFoundError if there is no history yet, and what Dagster raises if its
        storage cannot be reached.
        """
        with self._lock:
            if self._instance is None:
                if not self._folder.is_dir():
                    raise FileNotFoundError(f"{self._folder}: Dagster's history is not there (yet)")
                from cai_assets.defs.instance import open_instance

                self._instance = open_instance(self._settings)
            return self._instance


def history_of(settings: Settings) -> Path:
    """The folder of Dagster's history."""
    return Path(os.environ.get("DAGSTER_HOME") or settings.dagster)


def collector(settings: Settings, instance: Callable[[], dg.DagsterInstance]) -> PlatformCollector:
    """Everything that is measured of the installation of `settings`."""
    return PlatformCollector([*_of_dagster(instance), *_of_files(settings)])


def _of_dagster(instance: Callable[[], dg.DagsterInstance]) -> list[Part]:
    from cai_assets.defs.metrics.automation import Automation
    from cai_assets.defs.metrics.daemons import Daemons
    from cai_assets.defs.metrics.events import Events
    from cai_assets.defs.metrics.runs import Runs

    runs = Runs(instance, Named(_MOST_JOBS))
    events = Events(instance, runs, Named(_MOST_STEPS))
    return [runs, Daemons(instance), Automation(instance), events]


def _of_files(settings: Settings) -> list[Part]:
    root = DataRoot(settings.root, settings.inbox)
    history = history_of(settings)
    places = {
        "inbox": settings.inbox,
        "uploads": settings.uploads,
        "quarantine": settings.quarantine,
        "work": root.work,
        "tables": settings.tables,
        "models": settings.models,
        "site": settings.sites,
        "dagster": history,
    }
    # Tables may lie in an object store, which has no size that could be asked for.
    parts = {name: path for name, path in places.items() if isinstance(path, Path)}
    volumes = {"home": settings.root, "dagster": history}
    return [
        Intake(root),
        Configurations(root, Snapshots(settings.tables)),
        Models(settings.models),
        Disk(parts, volumes),
    ]


def serve(
    settings: Settings,
    host: str = HOST,
    port: int = PORT,
    ready: Callable[[int], object] = lambda _: None,
) -> None:
    """Answer scrapes until SIGTERM or SIGINT. Raises OSError if the address is taken.

    `ready` is called with the port once it listens; port 0 takes a spare one.
    """
    registry = CollectorRegistry()
    reader = collector(settings, Opened(settings))
    registry.register(reader)
    ProcessCollector(registry=registry)
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    server, thread = start_http_server(port, host, registry)
    reader.begin()
    try:
        ready(server.server_port)
        # With a limit, or Windows would not see Ctrl-C before the end.
        while not stop.wait(1.0):
            pass
    except KeyboardInterrupt:
        pass
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
