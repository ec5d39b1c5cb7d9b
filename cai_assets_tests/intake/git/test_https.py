"""A real git server over HTTPS that asks for a password: who is told it, and where it is not."""

from __future__ import annotations

import base64
import os
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cai_assets.intake.git.command import GitError
from cai_assets.intake.git.source import parse_sources
from cai_assets.intake.git.taking import Taking, ask, look
from cai_assets.intake.unpacking import Limits
from cai_assets.intake.uploads import DataRoot
from cai_assets_tests.intake.git.repositories import Repository

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("git", "openssl"))), reason="not installed: git, openssl"
)

HOST, USER, PASSWORD = "127.0.0.1", "robot", "t0p-s3cret:p@ss"


@dataclass
class Served:
    """A server: its port, and what credentials it was told. `redirect` sends callers elsewhere."""

    port: int = 0
    told: list[str] = field(default_factory=list)
    redirect: str = ""


@contextmanager
def https_server(folder: Path, certificate: tuple[Path, Path]) -> Iterator[Served]:
    """Serve the repositories below `folder` to who knows the password."""
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            told = self.headers.get("Authorization", "")
            if told:
                served.told.append(base64.b64decode(told.partition(" ")[2]).decode())
            if served.redirect:
                self.send_response(302)
                self.send_header("Location", served.redirect + self.path)
                self._end()
            elif not told or served.told[-1] != f"{USER}:{PASSWORD}":
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self._end()
            else:
                self._run_git()

        do_POST = do_GET

        def _run_git(self) -> None:
            parts = urlsplit(self.path)
            size = int(self.headers.get("Content-Length") or 0)
            variables = {
                **os.environ,
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(size),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "REMOTE_USER": USER,
            }
            done = subprocess.run(
                ["git", "http-backend"], input=self.rfile.read(size), env=variables,
                capture_output=True, check=False,
            )  # fmt: skip
            head, _, body = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self._end(body)

        def _end(self, body: bytes = b"") -> None:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", str(files[1]), "-out", str(files[0]), "-subj", f"/CN={HOST}",
         "-addext", f"subjectAltName=IP:{HOST}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return files


@pytest.fixture
def served(
    tmp_path: Path, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    Repository(tmp_path / "served" / "trade").commit("first")
    monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate[0]))
    with https_server(tmp_path / "served", certificate) as server:
        yield server


def setting(port: int, password: str = PASSWORD) -> str:
    quoted = password.replace(":", "%3A").replace("@", "%40")
    return f"https://{USER}:{quoted}@{HOST}:{port}/trade#main:src"


def test_the_password_reaches_the_server_and_nothing_else(served: Served, tmp_path: Path) -> None:
    (source,) = parse_sources(setting(served.port))
    root = DataRoot(tmp_path / "data")
    root.prepare()
    taking = Taking(root, Limits(), 5, time.monotonic() + 60)
    found = look(source, ask([source])[source], taking, 30)
    (upload,) = found.uploads
    assert upload.origin is not None
    assert upload.origin.place == f"https://{HOST}:{served.port}/trade"
    assert f"{USER}:{PASSWORD}" in served.told
    secret = PASSWORD.encode()
    files = [path for path in root.path.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if secret in path.read_bytes()] == []


def test_a_wrong_password_is_an_error_that_does_not_repeat_it_and_nobody_is_asked(
    served: Served,
) -> None:
    (source,) = parse_sources(setting(served.port, "wr0ng-pass"))
    answer = ask([source])[source]
    assert isinstance(answer, GitError)
    assert "uthentication failed" in str(answer)
    assert "wr0ng" not in str(answer)
    assert USER not in str(answer)


def test_without_a_password_git_fails_instead_of_waiting_for_a_person(served: Served) -> None:
    (source,) = parse_sources(f"https://{HOST}:{served.port}/trade#main")
    started = time.monotonic()
    answer = ask([source])[source]
    assert isinstance(answer, GitError)
    assert time.monotonic() - started < 10


def test_another_server_is_not_told_the_password_after_a_redirection(
    served: Served, tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    with https_server(tmp_path / "served", certificate) as other:
        served.redirect = f"https://{HOST}:{other.port}"
        (source,) = parse_sources(setting(served.port))
        assert isinstance(ask([source])[source], GitError)
        assert not any(PASSWORD in told for told in other.told)


def test_a_redirection_to_another_protocol_is_not_followed(served: Served) -> None:
    served.redirect = "http://127.0.0.1:9"
    (source,) = parse_sources(setting(served.port))
    answer = ask([source])[source]
    assert isinstance(answer, GitError)
    assert "not allowed" in str(answer) or "not supported" in str(answer)


def test_credential_helpers_of_the_user_are_asked(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "credentials"
    quoted = PASSWORD.replace(":", "%3A").replace("@", "%40")
    store.write_text(f"https://{USER}:{quoted}@{HOST}:{served.port}\n", encoding="utf-8")
    configuration = tmp_path / "gitconfig"
    configuration.write_text(f"[credential]\n\thelper = store --file {store}\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    (source,) = parse_sources(f"https://{HOST}:{served.port}/trade#main")
    assert isinstance(ask([source])[source], str)
