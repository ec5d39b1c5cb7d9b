"""The programs of one machine: what each is called with, and how to tell that it is up."""

from __future__ import annotations

import os
import socket
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
CODE, DAEMON, WEB, METRICS = "code server", "daemon", "web server", "metrics"
LOCATION = "cai_assets"
DEFINITIONS = "cai_assets.definitions"


@dataclass(frozen=True, slots=True)
class Program:
    """A program: `python -m <module> <arguments>`; `up` tells whether it answers."""

    name: str
    module: str
    arguments: tuple[str, ...]
    up: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user may choose. Ports of 0 mean: not this program."""

    host: str = LOOPBACK
    port: int = 3000
    metrics_port: int = 0
    read_only: bool = False


def programs(wanted: Wanted, work: Path) -> list[Program]:
    """The programs in the order of starting. `work` is a folder that only this user may enter.

    Whoever reaches a code server may run code through it, and it asks for no password: it
    listens at a socket in `work`, on Windows at a port of loopback.
    """
    place: Path | int
    at: tuple[str, ...]
    if sys.platform == "win32":
        place = spare_port()
        at = ("--host", LOOPBACK, "--port", str(place))
        server = f"host: {LOOPBACK}\n      port: {place}"
    else:
        place = work / "code"
        at = ("--socket", str(place))
        server = f"socket: {place}"
    workspace = work / "workspace.yaml"
    workspace.write_text(
        f"load_from:\n  - grpc_server:\n      location_name: {LOCATION}\n      {server}\n",
        encoding="utf-8",
    )
    web = ("-h", wanted.host, "-p", str(wanted.port), "-w", str(workspace))
    known = ("-m", DEFINITIONS, "--location-name", LOCATION)
    found = [
        Program(CODE, "cai_assets.defs.code_server", (*at, *known), lambda: _listens(place)),
        Program(DAEMON, "cai_assets.defs.daemon", ("run", "-w", str(workspace)), lambda: True),
        Program(
            WEB,
            "dagster_webserver",
            (*web, "--read-only") if wanted.read_only else web,
            lambda: _serves(wanted),
        ),
    ]
    if wanted.metrics_port:
        at = ("--host", wanted.host, "--port", str(wanted.metrics_port))
        found.append(Program(METRICS, "cai_assets.cli", ("metrics", *at), lambda: True))
    return found


def address(wanted: Wanted) -> str:
    """Where a browser on this machine finds the web server."""
    host = LOOPBACK if wanted.host in ("0.0.0.0", "::", "") else wanted.host
    return f"http://{host}:{wanted.port}"


def spare_port() -> int:
    """A port of loopback that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def port_is_free(host: str, port: int) -> bool:
    """Whether a program may listen at `port`."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _listens(place: Path | int) -> bool:
    """Whether somebody answers at a socket. Not asked by gRPC: its threads forbid to fork."""
    kind = socket.AF_INET if isinstance(place, int) else socket.AF_UNIX
    with socket.socket(kind) as probe:
        probe.settimeout(1)
        where = (LOOPBACK, place) if isinstance(place, int) else str(place)
        return probe.connect_ex(where) == 0


def _serves(wanted: Wanted) -> bool:
    try:
        with urllib.request.urlopen(f"{address(wanted)}/server_info", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
