"""Who asks the proxy: a browser or a script with a login, or a stranger without one."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Visitor:
    """Asks one address and keeps the cookies it is given. Without `login` it is a stranger."""

    address: str
    login: tuple[str, str] | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """What a browser sends with every request of its own."""
        sent = {}
        if self.login:
            pair = ":".join(self.login).encode()
            sent["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return sent

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
    ) -> Answer:
        """One request; redirections are not followed."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        verb = method or ("GET" if body is None else "POST")
        try:
            connection.request(
                verb, quote(path, safe="/?&=%"), body, {**self.headers(), **(headers or {})}
            )
            got = connection.getresponse()
            text = got.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for cookie in got.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(got.status, {key.lower(): value for key, value in got.getheaders()}, text)

    def download(self, path: str) -> bytes:
        """The bytes of a file; fails unless it is there."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            connection.request("GET", path, headers=self.headers())
            got = connection.getresponse()
            data = got.read()
        finally:
            connection.close()
        assert got.status == 200, f"{got.status}: {path}"
        return data

    def graphql(
        self, query: str, variables: Mapping[str, Any] | None = None, *, prefix: str = ""
    ) -> dict[str, Any]:
        """The answer to a question of GraphQL, of the full web page or of that below `prefix`."""
        body = json.dumps({"query": query, "variables": dict(variables or {})}).encode()
        answer = self.ask(f"{prefix}/graphql", body, JSON)
        assert answer.status in (200, 400, 500), f"{answer.status}: {answer.text[:500]}"
        parsed: dict[str, Any] = json.loads(answer.text)
        return parsed
