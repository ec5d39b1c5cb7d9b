"""Servers on loopback that alerts arrive at: one for HTTP, one for e-mail."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"


@dataclass
class Received:
    """What arrived: (path, body) by HTTP, or whole letters; `port` is where."""

    port: int
    posts: list[tuple[str, Any]] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    status: int = 200
    """What the HTTP server answers."""


@contextmanager
def http_server() -> Iterator[Received]:
    """A server that takes what is posted to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.posts.append((self.path, json.loads(body)))
            self.send_response(received.status)
            self.end_headers()
            self.wfile.write(b'{"ok": true, "result": {}}')

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    received = Received(server.server_address[1])
    with _serving(server):
        yield received


@contextmanager
def mail_server() -> Iterator[Received]:
    """A server that speaks as much SMTP as it takes to receive a letter."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 test")
            while line := self.rfile.readline():
                word = line.decode().strip().upper()
                if word.startswith(("EHLO", "HELO")):
                    self._say("250 test")
                elif word == "DATA":
                    self._say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    received.letters.append(b"".join(lines).decode())
                    self._say("250 taken")
                elif word == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 ok")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer((HOST, 0), Handler)
    received = Received(server.server_address[1])
    with _serving(server):
        yield received


@contextmanager
def silent_server() -> Iterator[Received]:
    """A server that accepts a connection and then says nothing."""
    release = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            release.wait(60)

    server = socketserver.ThreadingTCPServer((HOST, 0), Handler)
    with _serving(server):
        try:
            yield Received(server.server_address[1])
        finally:
            release.set()


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
