"""A real S3 server as a process on loopback, and settings whose tables are in it."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cai_assets.defs.serving.programs import LOOPBACK as HOST
from cai_assets.defs.serving.programs import spare_port

_STARTS_SECONDS = 60.0

needs_object_store = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("moto", "flask", "s3fs"))),
    reason="not installed: moto[server], s3fs",
)


@contextlib.contextmanager
def object_store(folder: Path) -> Iterator[dict[str, str]]:
    """A store with one bucket; the variables under which tables are kept in it.

    The address in `CAI_TEST_S3`, with its keys in the usual variables of AWS, goes before moto's
    server: so the tests can be run against another one.
    """
    outside = os.environ.get("CAI_TEST_S3")
    if outside:
        yield _variables(outside, os.environ)
        return
    port = spare_port()
    with (folder / "store.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_for(port, server)
        yield _variables(f"http://{HOST}:{port}", {})
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)


def _variables(endpoint: str, keys: os._Environ[str] | dict[str, str]) -> dict[str, str]:
    s3fs = importlib.import_module("s3fs")
    key, secret = keys.get("AWS_ACCESS_KEY_ID", "test"), keys.get("AWS_SECRET_ACCESS_KEY", "test")
    bucket = f"cai-{secrets.token_hex(4)}"
    s3fs.S3FileSystem(
        key=key, secret=secret, endpoint_url=endpoint, skip_instance_cache=True
    ).mkdir(bucket)
    return {
        "CAI_TABLES": f"s3://{bucket}/tables",
        "CAI_S3_ENDPOINT": endpoint,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTS_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the object store did not start")
