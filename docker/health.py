"""Whether a service of the stack does its work, for health checks: exit code 0 or 1, one line.

    python health.py http ADDRESS          a web server answers 200 there
    python health.py grpc HOST:PORT        a code server has loaded its definitions
    python health.py daemon [SECONDS]      all daemons have reported within SECONDS (180)
    python health.py celery [NAME]         the worker of this machine answers by its broker

Dagster's own checks ask the same, but import Dagster for it: seconds of CPU and some 150 MiB each
time, on every machine, all day. This one needs the standard library and, where it must speak to
them, grpc, psycopg2 or Celery.
"""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from collections.abc import Callable

_SECONDS = 8
"""Longest wait for an answer; compose kills a check after ten."""

_GRPC_REQUEST = b"\x0a\x0aDagsterApi"
"""`grpc.health.v1.HealthCheckRequest(service="DagsterApi")`."""
_GRPC_SERVING = b"\x08\x01"

_DAEMON_SECONDS = 180.0
"""A daemon reports every 30 s, and is late when the machine is busy."""


def http(address: str) -> str:
    """Ask a web server; raises unless it answers 200."""
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer:
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
    return f"{address} answers"


def grpc(address: str) -> str:
    """Ask a code server by the protocol of gRPC; raises unless it serves."""
    import grpc as library  # type: ignore[import-untyped]

    with library.insecure_channel(address) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=lambda data: data,
            response_deserializer=lambda data: data,
        )
        if check(_GRPC_REQUEST, timeout=_SECONDS) != _GRPC_SERVING:
            raise RuntimeError(f"the code server at {address} does not serve")
    return f"the code server at {address} serves"


def daemon(seconds: str = str(_DAEMON_SECONDS)) -> str:
    """Look for the reports of Dagster's daemons; raises if one is missing or too old."""
    import psycopg2

    connection = psycopg2.connect(
        host=os.environ["CAI_POSTGRES_HOST"],
        port=os.environ["CAI_POSTGRES_PORT"],
        user=os.environ["CAI_POSTGRES_USER"],
        password=os.environ["CAI_POSTGRES_PASSWORD"],
        dbname=os.environ["CAI_POSTGRES_DB"],
        connect_timeout=_SECONDS,
    )
    with connection, connection.cursor() as cursor:
        # Those of the newest process: rows of daemons that a version no longer has stay for ever.
        cursor.execute(
            "SELECT daemon_type, extract(epoch FROM timestamp::timestamptz) FROM daemon_heartbeats"
            " WHERE daemon_id = (SELECT daemon_id FROM daemon_heartbeats"
            " ORDER BY timestamp DESC LIMIT 1)"
        )
        reports = {str(name): float(at) for name, at in cursor.fetchall()}
    connection.close()
    late = sorted(name for name, at in reports.items() if at < time.time() - float(seconds))
    if late or not reports:
        raise RuntimeError(f"no report from: {', '.join(late) or 'any daemon'}")
    return f"{len(reports)} daemons have reported"


def celery(name: str = "cai") -> str:
    """Ask the Celery worker of this machine by way of its broker; raises if it is silent."""
    import socket

    from celery import Celery

    worker = f"{name}@{socket.gethostname()}"
    with Celery(broker=os.environ["CAI_CELERY_BROKER"], set_as_current=False) as app:
        if not app.control.inspect([worker], timeout=_SECONDS / 2).ping():
            raise RuntimeError(f"{worker} does not answer")
    return f"{worker} answers"


CHECKS: dict[str, Callable[..., str]] = {
    "http": http,
    "grpc": grpc,
    "daemon": daemon,
    "celery": celery,
}


def main(arguments: list[str]) -> int:
    """Run one check and say in one line what came of it."""
    if not arguments or arguments[0] not in CHECKS:
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        sys.stdout.write(f"{CHECKS[arguments[0]](*arguments[1:])}\n")
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
