"""The stack of `docker/compose.yaml` as processes: its very commands, files and health checks.

What differs from containers is in this module: host names become loopback, ports become spare
ones, `/srv/cai` and `/opt/cai` become folders. The options that make a service listen to the
whole network are taken away, not replaced: what is left is what the programs do by themselves.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from cai_assets_tests.integration.stack import HOST, REPOSITORY, Stack, program

DOCKER = REPOSITORY / "docker"
OURS = ("code", "daemon", "webserver", "view", "proxy", "metrics")
"""Services that run here as compose starts them; PostgreSQL is Debian's."""

SECRETS = {
    "CAI_USER": "anna",
    # Odd on purpose: they pass through addresses, files and shells.
    "CAI_PASSWORD": "correct horse/bat:tery%$'",
    "CAI_POSTGRES_PASSWORD": "p@ss/wo:rd%+ж",
    "CAI_POSTGRES_VIEW_PASSWORD": "l00k'only#?&=",
}

_HOSTS = {"postgres": HOST, "code": HOST}
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def interpolated(value: object, variables: Mapping[str, str]) -> str:
    """A value of the compose file with `${…}` put in, as compose does.

    Raises LookupError where `${NAME:?…}` names something that is not set.
    """

    def put(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if variables.get(name):
            return variables[name]
        if kind == "?":
            raise LookupError(f"{name} {rest}")
        return rest or ""

    return _VARIABLE.sub(put, str(value)).replace("$$", "$")


def compose() -> dict[str, Any]:
    """The compose file, with its anchors resolved."""
    parsed: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    return parsed


def image_command(target: str) -> list[str]:
    """`CMD` of a stage of the Dockerfile."""
    stages = re.split(
        r"^FROM .* AS ", (DOCKER / "Dockerfile").read_text(encoding="utf-8"), flags=re.M
    )
    (stage,) = [text for text in stages if text.startswith(f"{target}\n")]
    found = re.findall(r"^CMD (\[.*?\])$", stage.replace("\\\n", ""), flags=re.M)
    command: list[str] = json.loads(found[-1])
    return command


class Topology(Stack):
    """A `Stack` whose services are those of the compose file."""

    @cached_property
    def services(self) -> dict[str, Any]:
        """The services of the compose file."""
        found: dict[str, Any] = compose()["services"]
        return found

    @cached_property
    def started(self) -> float:
        """When it was first asked for, in seconds since the epoch."""
        return time.time()

    @property
    def front(self) -> str:
        """The address of the proxy."""
        return self.url("proxy")

    def write_instance(self) -> None:
        """Put the files of the image where the programs look, and prepare the database."""
        target = self.dagster_home / "dagster.yaml"
        target.write_bytes((DOCKER / "dagster.yaml").read_bytes())
        self.workspace.write_bytes((DOCKER / "workspace.yaml").read_bytes())
        if "postgres" in self.programs:
            self._prepare_database()

    @contextlib.contextmanager
    def instance(self) -> Iterator[dg.DagsterInstance]:
        """The history, opened with the login of the daemon."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.service_environment("daemon").items():
                patch.setenv(name, value)
            with super().instance() as opened:
                yield opened

    # --- services ---------------------------------------------------------------------------

    def service_environment(self, name: str) -> dict[str, str]:
        """The variables that compose gives to a service, and what stands for its network."""
        service = self.services[name]
        # What compose would find in `.env`.
        variables = {**self.settings, **SECRETS}
        stated = {
            key: interpolated(value, variables)
            for key, value in (service.get("environment") or {}).items()
        }
        stated = {key: _HOSTS.get(value, value) for key, value in stated.items()}
        if "CAI_POSTGRES_PORT" in stated:
            stated["CAI_POSTGRES_PORT"] = str(self.port("postgres"))
        return {
            **stated,
            "HOME": str(self.folder / "user"),
            "CAI_HISTORY": str(self.home / "dagster"),
            "CAI_CODE_HOST": HOST,
            "CAI_CODE_PORT": str(self.port("code")),
            **(self._proxy_places() if name == "proxy" else {}),
        }

    def service_command(self, name: str) -> list[str]:
        """What compose, or the image, runs for a service."""
        service = self.services[name]
        target = service["build"]["target"] if "build" in service else "cai-assets"
        words = [str(word) for word in service.get("command") or image_command(target)]
        words = _without_host(words)
        if "--port" in words:
            words[words.index("--port") + 1] = str(self.port(name))
        return self._here(words)

    def health_check(self, name: str) -> list[str]:
        """The health check that compose runs for a service."""
        kind, *words = [str(word) for word in self.services[name]["healthcheck"]["test"]]
        assert kind == "CMD", f"{name}: a shell is not needed for a health check"
        words = [re.sub(r"(127\.0\.0\.1):\d+", rf"\1:{self.port(name)}", word) for word in words]
        if name == "proxy":
            words.append(str(self.port(name)))
        return self._here(words)

    def healthy(self, name: str) -> bool:
        """Whether the health check of a service passes now."""
        return self.check(name).returncode == 0

    def check(self, name: str, command: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run the health check of a service, or another command in its surroundings."""
        return subprocess.run(
            list(command) or self.health_check(name),
            env=self.environment(**self.service_environment(name)),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def up(self, *names: str) -> None:
        """Start services at once and wait until the health check of each passes."""
        for name in names:
            if name not in self.programs:
                variables = self.environment(**self.service_environment(name))
                made = self._program(name, self.service_command(name), variables)
                self.programs[name] = made
        self.start(*names)

    def _program(self, name: str, command: Sequence[str], variables: Mapping[str, str]) -> Any:
        from cai_assets_tests.integration.stack import Program

        ready: Callable[[], object] = lambda: self.healthy(name)  # noqa: E731
        return Program(name, command, ready, 90.0, self.logs / f"{name}.log", variables)

    def _here(self, words: list[str]) -> list[str]:
        """A command of a container as a command of this machine."""
        scripts = Path(sys.executable).parent
        places = {
            "python": sys.executable,
            "/opt/cai/workspace.yaml": str(self.workspace),
            "/opt/cai/health.py": str(DOCKER / "health.py"),
            "/opt/proxy/health.sh": str(DOCKER / "proxy" / "health.sh"),
            "/opt/proxy/start.sh": str(DOCKER / "proxy" / "start.sh"),
        }
        first = places.get(words[0], words[0])
        if (scripts / first).exists():
            first = str(scripts / first)
        return [first, *(places.get(word, word) for word in words[1:])]

    def _proxy_places(self) -> dict[str, str]:
        return {
            "PATH": f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin",
            "PROXY_RUN": str(self.folder / "proxy"),
            "PROXY_DATA": str(self.home),
            "PROXY_LISTEN": f"{HOST}:{self.port('proxy')}",
            "PROXY_WEBSERVER": f"{HOST}:{self.port('webserver')}",
            "PROXY_VIEW": f"{HOST}:{self.port('view')}",
            "PROXY_GRAFANA": f"{HOST}:{self.port('grafana')}",
        }

    # --- the database -----------------------------------------------------------------------

    def _postgres(self) -> tuple[list[str], Callable[[], object], str | None]:
        command, _, user = super()._postgres()
        assert self._database is not None
        # As in the image: passwords over the network, none for who is on the machine.
        (self._database / "data" / "pg_hba.conf").write_text(
            f"local all all trust\nhost all all {HOST}/32 scram-sha-256\n", encoding="utf-8"
        )
        return command, lambda: self.sql("SELECT 1", database="postgres"), user

    def _prepare_database(self) -> None:
        service = self.services["postgres"]
        stated = {
            key: interpolated(value, SECRETS) for key, value in service["environment"].items()
        }
        self.sql("ALTER ROLE dagster PASSWORD :'password'", "postgres", stated["POSTGRES_PASSWORD"])
        self.sql(f'CREATE DATABASE "{stated["POSTGRES_DB"]}"', "postgres")
        done = subprocess.run(
            ["bash", str(DOCKER / "postgres" / "10-view.sh")],
            env=self.environment(**stated, **self._socket()),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def sql(self, statement: str, database: str, password: str = "") -> str:
        """Run a statement as the owner, by the socket, and return its rows as text."""
        psql = [str(program("psql")), "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "dagster"]
        done = subprocess.run(
            [*psql, "-d", database, "--set", f"password={password}"],
            input=statement,
            env=self.environment(**self._socket()),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _socket(self) -> dict[str, str]:
        return {"PGHOST": str(self._database), "PGPORT": str(self.port("postgres"))}


def _without_host(words: list[str]) -> list[str]:
    """A command without the option to listen to the whole network."""
    if "--host" not in words:
        return list(words)
    at = words.index("--host")
    assert words[at + 1] == "0.0.0.0"
    return [*words[:at], *words[at + 2 :]]
