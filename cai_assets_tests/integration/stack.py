"""A whole installation as processes on loopback: what compose starts, without containers.

`Stack` starts real programs (PostgreSQL, Redis, code server, daemon, web servers, …) on spare
ports, lets a test kill and restart them, and leaves none of its processes behind: every one
inherits a mark in its environment, by which it is found again.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import dagster as dg
import psutil
import pytest
import yaml

from cai_assets.defs.instance import postgres_storage, sqlite_storage
from cai_assets.defs.serving import programs
from cai_assets.intake.files import FolderLock
from cai_assets.intake.inbox import put
from cai_assets.settings import Settings

REPOSITORY = Path(__file__).parents[2]
MARK = "CAI_TEST_STACK"
HOST, spare_port = programs.LOOPBACK, programs.spare_port
PYTHON = sys.executable

_DEBIAN_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_POSTGRES_STARTS, _SERVER_STARTS = 30.0, 90.0
_UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root."""

T = TypeVar("T")


def program(name: str) -> str | None:
    """Where a program lies, also those that Debian keeps out of PATH."""
    folders = [os.environ.get("PATH", ""), "/usr/sbin", *map(str, _DEBIAN_POSTGRES)]
    return shutil.which(name, path=os.pathsep.join(folders))


def needs(*names: str) -> pytest.MarkDecorator:
    """Skip a test where one of these programs is missing, and say which."""
    missing = [name for name in names if program(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def wait(condition: Callable[[], T], seconds: float, what: str, every: float = 0.2) -> T:
    """The first true value of `condition`; fails with `what` if none comes in time.

    An exception counts as not yet, and is told at the end.
    """
    deadline = time.monotonic() + seconds
    last: object = None
    while True:
        try:
            found = condition()
            if found:
                return found
            last = found
        except Exception as error:
            last = f"{type(error).__name__}: {error}"
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:.0f} s for {what}; last: {last}")
        time.sleep(every)


def http(
    url: str, data: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Status and text of an answer; statuses of refusal do not raise."""
    request = urllib.request.Request(url, data, dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


class Turn:
    """The right to run stacks on this machine, for one process of tests at a time.

    Two at once would each be too slow for the other's waits. Stacks of one process share it.
    """

    def __init__(self, seconds: float = 1800.0) -> None:
        self._seconds = seconds
        self._lock = FolderLock(Path(tempfile.gettempdir(), "cai-test-stack.lock"))
        self._taken = 0

    def take(self) -> None:
        """Wait for the turn, and give up after half an hour."""
        if self._taken == 0:
            wait(self._lock.try_acquire, self._seconds, "another process of tests", every=1)
        self._taken += 1

    def give_back(self) -> None:
        """Let the next one go on."""
        self._taken -= 1
        if self._taken == 0:
            self._lock.release()


_TURN = Turn()


@dataclass
class Program:
    """One program of the stack: how it is started, and when it is up."""

    name: str
    command: Sequence[str]
    ready: Callable[[], object]
    seconds: float
    log: Path
    environment: Mapping[str, str]
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, without waiting."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=REPOSITORY if self.user is None else "/",
                env=dict(self.environment),
                user=self.user,
                # Not in our session: a signal to a group must not reach the tests.
                start_new_session=True,
            )

    def running(self) -> bool:
        """Whether its process is there."""
        return self.process is not None and self.process.poll() is None

    def up(self) -> bool:
        """Whether it answers. Raises if it has ended."""
        if not self.running():
            raise AssertionError(f"{self.name} has ended:\n{self.tail()}")
        return bool(self.ready())

    def tail(self, lines: int = 30) -> str:
        """The last lines it printed."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


@dataclass
class Stack:
    """An installation below `folder`. A context manager; inside it `start` what is needed.

    With `postgres` Dagster's history is in PostgreSQL, else in SQLite. `settings` are `CAI_…`
    variables for all programs; `dagster` is merged over the project's `dagster.yaml`.
    """

    folder: Path
    postgres: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    dagster: Mapping[str, Any] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.mark = secrets.token_hex(8)
        self.home = self.folder / "home"
        self.dagster_home = self.folder / "dagster"
        self.logs = self.folder / "logs"
        self.ports: dict[str, int] = {}
        self._database: Path | None = None
        self._keeper: threading.Thread | None = None
        self._stopping = threading.Event()
        self._down: set[str] = set()

    # --- beginning and end ------------------------------------------------------------------

    def __enter__(self) -> Self:
        _TURN.take()
        for folder in (self.home, self.dagster_home, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        if self.postgres:
            self.start("postgres")
        self.write_instance()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.join(30)
        try:
            self._end()
        finally:
            if self._database is not None:
                shutil.rmtree(self._database, ignore_errors=True)
            _TURN.give_back()

    def _end(self) -> None:
        running = [one for name, one in self.programs.items() if name != "postgres"]
        for one in running:
            if one.process is not None and one.running():
                one.process.terminate()
        for one in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if one.process is not None:
                    one.process.wait(10)
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        for one in self.programs.values():
            if one.process is not None:
                one.process.wait(10)

    def write_instance(self) -> None:
        """Write `dagster.yaml` and `workspace.yaml` of this installation."""
        text = (REPOSITORY / "dagster.yaml").read_text(encoding="utf-8")
        instance: dict[str, Any] = yaml.safe_load(text)
        for name in ("storage", "local_artifact_storage", "compute_logs"):
            del instance[name]  # their defaults lie below DAGSTER_HOME
        if self.postgres:
            instance["storage"] = postgres_storage({"postgres_url": self.postgres_url})
        else:
            instance["storage"] = sqlite_storage(str(self.dagster_home))
        _merge(instance, self.dagster)
        (self.dagster_home / "dagster.yaml").write_text(
            yaml.safe_dump(instance, allow_unicode=True), encoding="utf-8"
        )
        server = {
            "host": HOST,
            "port": self.port("code"),
            "location_name": "cai_assets",
        }
        self.workspace.write_text(
            yaml.safe_dump({"load_from": [{"grpc_server": server}]}), encoding="utf-8"
        )

    @property
    def workspace(self) -> Path:
        """The file that tells daemon and web servers where the code server is."""
        return self.folder / "workspace.yaml"

    @property
    def postgres_url(self) -> str:
        """Address of the database in the form that Dagster and SQLAlchemy take."""
        return f"postgresql+psycopg2://dagster@{HOST}:{self.port('postgres')}/postgres"

    def port(self, name: str) -> int:
        """The port of a program, the same for as long as the stack lives."""
        return self.ports.setdefault(name, spare_port())

    def url(self, name: str) -> str:
        """The address of a program that speaks HTTP."""
        return f"http://{HOST}:{self.port(name)}"

    def environment(self, **more: str) -> dict[str, str]:
        """Variables of the programs: nothing of the caller's `CAI_…` and `DAGSTER_…`."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            # Compiled modules are kept, as where a package is installed: else each of the many
            # processes compiles all of it.
            if not name.startswith(("CAI_", "DAGSTER_", "PYTHONDONTWRITE"))
        }
        return {
            **inherited,
            "CAI_HOME": str(self.home),
            "CAI_LANG": "en",
            "CAI_SETTLE_SECONDS": "0",
            "DAGSTER_HOME": str(self.dagster_home),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONUTF8": "1",
            MARK: self.mark,
            **self.settings,
            **more,
        }

    # --- programs ---------------------------------------------------------------------------

    def start(self, *names: str) -> None:
        """Start programs, all at once, and wait until each answers."""
        for name in names:
            if name not in self.programs:
                self.programs[name] = self._make(name)
            self._down.discard(name)
            if not self.programs[name].running():
                self.programs[name].start()
        for name in names:
            wait(self.programs[name].up, self.programs[name].seconds, f"{name} to answer")

    def add(
        self,
        name: str,
        command: Sequence[str],
        ready: Callable[[], object] = lambda: True,
        *,
        seconds: float = _SERVER_STARTS,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Program:
        """Another program, started and waited for like those that the stack knows."""
        variables = self.environment(**(environment or {}))
        log = self.logs / f"{name}.log"
        made = Program(name, command, ready, seconds, log, variables, user)
        self.programs[name] = made
        self.start(name)
        return made

    def kill(self, name: str) -> None:
        """Kill a program with -9 and keep it down; the processes it made live on or die as
        they would in production."""
        self._down.add(name)
        process = self.programs[name].process
        assert process is not None
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def stop(self, name: str) -> None:
        """End a program politely and keep it down."""
        self._down.add(name)
        process = self.programs[name].process
        assert process is not None
        process.terminate()
        process.wait(30)

    def restart(self, name: str) -> None:
        """Start a program that was killed or stopped, and wait until it answers."""
        self.start(name)

    def supervise(self) -> None:
        """From now on start what has ended again after a second, as compose would."""

        def keep() -> None:
            while not self._stopping.wait(1):
                for name, one in list(self.programs.items()):
                    if name not in self._down and not one.running():
                        one.start()

        self._keeper = threading.Thread(target=keep, name="keeper", daemon=True)
        self._keeper.start()

    def processes(self) -> list[psutil.Process]:
        """All living processes that this stack has started, directly or not."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(MARK) == self.mark and process.status() != "zombie":
                    found.append(process)
        return found

    def memory(self) -> dict[str, int]:
        """Proportional set size by program with all that it started, bytes."""
        sizes = dict.fromkeys(self.programs, 0)
        owners = {one.process.pid: name for name, one in self.programs.items() if one.process}
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                line = [process, *process.parents()]
                owner = next((owners[one.pid] for one in line if one.pid in owners), "")
                sizes[owner] = sizes.get(owner, 0) + process.memory_full_info().pss
        return sizes

    def _make(self, name: str) -> Program:
        command, ready, user = getattr(self, f"_{name}")()
        seconds = _POSTGRES_STARTS if name == "postgres" else _SERVER_STARTS
        return Program(
            name, command, ready, seconds, self.logs / f"{name}.log", self.environment(), user
        )

    def _postgres(self) -> tuple[list[str], Callable[[], object], str | None]:
        user = _UNPRIVILEGED if hasattr(os, "geteuid") and os.geteuid() == 0 else None
        # Not below pytest's folder, which another user may not enter.
        self._database = Path(tempfile.mkdtemp(prefix="cai-postgres-"))
        if user is not None:
            shutil.chown(self._database, user)
        data = self._database / "data"
        initdb = [
            str(program("initdb")), "-D", str(data), "-U", "dagster", "--auth=trust",
            "--encoding=UTF8", "--no-locale", "--no-sync",
        ]  # fmt: skip
        done = subprocess.run(
            initdb, user=user, cwd="/", env=self.environment(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        port = self.port("postgres")
        command = [
            str(program("postgres")), "-D", str(data), "-k", str(self._database),
            "-c", f"listen_addresses={HOST}", "-p", str(port), "-c", "fsync=off",
        ]  # fmt: skip

        def ready() -> bool:
            import psycopg2

            psycopg2.connect(
                host=HOST, port=port, user="dagster", dbname="postgres", connect_timeout=2
            ).close()
            return True

        return command, ready, user

    def _redis(self) -> tuple[list[str], Callable[[], object], str | None]:
        port = self.port("redis")
        command = [
            str(program("redis-server")), "--port", str(port), "--bind", HOST,
            "--save", "", "--dir", str(self.folder),
        ]  # fmt: skip
        return command, lambda: _listens(port), None

    def _code(self) -> tuple[list[str], Callable[[], object], str | None]:
        port = self.port("code")
        command = [
            PYTHON, "-m", "cai_assets.defs.code_server", "-m", "cai_assets.definitions",
            "-h", HOST, "-p", str(port), "--location-name", "cai_assets",
        ]  # fmt: skip
        check = [PYTHON, "-m", "dagster", "api", "grpc-health-check", "-p", str(port), "-h", HOST]

        def ready() -> bool:
            if not _listens(port):
                return False
            variables = self.environment()
            return subprocess.run(check, env=variables, check=False).returncode == 0

        return command, ready, None

    def _daemon(self) -> tuple[list[str], Callable[[], object], str | None]:
        command = [PYTHON, "-m", "cai_assets.defs.daemon", "run", "-w", str(self.workspace)]

        def ready() -> bool:
            with self.instance() as instance:
                beats = instance.get_daemon_statuses()
                return all(beat.healthy for beat in beats.values() if beat.required)

        return command, ready, None

    def _webserver(self) -> tuple[list[str], Callable[[], object], str | None]:
        return self._web("webserver")

    def _readonly(self) -> tuple[list[str], Callable[[], object], str | None]:
        return self._web("readonly", "--read-only")

    def _web(self, name: str, *more: str) -> tuple[list[str], Callable[[], object], str | None]:
        command = [
            PYTHON, "-m", "dagster_webserver", "-w", str(self.workspace),
            "-p", str(self.port(name)), *more,
        ]  # fmt: skip
        return command, lambda: http(f"{self.url(name)}/server_info")[0] == 200, None

    # --- what tests ask ---------------------------------------------------------------------

    @contextlib.contextmanager
    def instance(self) -> Iterator[dg.DagsterInstance]:
        """Dagster's history of this installation, opened in the test's own process."""
        with dg.DagsterInstance.from_config(str(self.dagster_home)) as opened:
            yield opened

    def graphql(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        readonly: bool = False,
    ) -> dict[str, Any]:
        """What a web server answers: `data`, and `errors` if there are any."""
        body = json.dumps({"query": query, "variables": dict(variables or {})}).encode()
        url = f"{self.url('readonly' if readonly else 'webserver')}/graphql"
        status, text = http(url, body, {"Content-Type": "application/json"})
        assert status in (200, 400, 500), f"{status}: {text[:500]}"
        answer: dict[str, Any] = json.loads(text)
        return answer

    def cai_settings(self) -> Settings:
        """The settings that the programs of this stack have."""
        return Settings(home=self.home)

    def upload(self, path: Path) -> None:
        """Put a folder or an archive into the inbox, whole, in one step."""
        inbox = self.cai_settings().inbox
        inbox.mkdir(parents=True, exist_ok=True)
        put(path, inbox)

    def runs(self, **filters: Any) -> list[dg.DagsterRun]:
        """Runs of the history, the newest first."""
        with self.instance() as instance:
            return list(instance.get_runs(dg.RunsFilter(**filters) if filters else None))


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value
