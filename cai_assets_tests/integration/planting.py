"""Secrets that are told apart from everything else, and the places where they could come to light.

`plant` fills every setting that is secret, whatever it is called; `Seeker` knows the forms in
which a secret could be written.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, quote_plus

import pyarrow.parquet as pq

from cai_assets.settings import Settings
from cai_assets_tests.integration.stack import HOST, spare_port

USER = "robot"
REPOSITORY = "planted-trade"
"""The repository's name, which is no secret: it shows that messages about it are looked at."""

_FORMS = {
    "git": f"https://{USER}:{{secret}}@{HOST}:{{port}}/{REPOSITORY}.git#main",
    "alerts": f"json://{USER}:{{secret}}@{HOST}:{{port}}/hook/{{other}}",
    "celery_broker": f"redis://{USER}:{{secret}}@{HOST}:{{port}}/0",
    "celery_backend": f"redis://{USER}:{{secret}}@{HOST}:{{port}}/1",
}
"""How a setting is written that is not taken as any text. Nobody answers at the port."""

_IN_ENVIRONMENT = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclass(frozen=True)
class Planted:
    """Variables for programs, and the secrets in them by the name of the variable."""

    variables: Mapping[str, str]
    secrets: Mapping[str, str]


def plant() -> Planted:
    """A secret in every setting that is one, and in the variables of an object store."""
    names = [name for name in Settings.model_fields if Settings.is_secret(name)]
    variables, found = {}, {}
    for name in names:
        secret, other = secrets.token_hex(16), secrets.token_hex(16)
        form, variable = _FORMS.get(name, "{secret}"), f"CAI_{name.upper()}"
        variables[variable] = form.format(secret=secret, other=other, port=spare_port())
        found[variable] = secret
        if other in variables[variable]:
            found[f"{variable}, a token"] = other
    for name in _IN_ENVIRONMENT:
        variables[name] = found[name] = secrets.token_hex(16)
    return Planted(variables, found)


def forms(secret: str) -> set[str]:
    """The ways to write a secret down, in lower case."""
    ways = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        html.escape(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(secret.encode()).decode().rstrip("="),
        base64.b64encode(f"{USER}:{secret}".encode()).decode().rstrip("="),
    }
    return {way.casefold() for way in ways}


class Seeker:
    """Looks for secrets in texts and remembers where it found which."""

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self._wanted = {name: forms(secret) for name, secret in wanted.items()}
        self.found: list[str] = []
        self.characters = 0

    def look(self, place: str, text: str) -> None:
        """Note each secret that stands in `text`."""
        self.characters += len(text)
        text = text.casefold()
        for name, ways in self._wanted.items():
            if any(way in text for way in ways):
                self.found.append(f"{name} in {place}")

    def look_at_all(self, texts: Iterable[tuple[str, str]]) -> None:
        """Note each secret in texts that come with their places."""
        for place, text in texts:
            self.look(place, text)


def files(folder: Path, written_by_test: Iterable[Path] = ()) -> Iterator[tuple[str, str]]:
    """What all files below a folder hold, unpacked, but for those that the test itself wrote."""
    own = set(written_by_test)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path not in own:
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                continue  # a running program has removed it
            for text in readable(data):
                yield str(path), f"{path.name}\n{text}"


def readable(data: bytes) -> Iterator[str]:
    """Bytes as text, and what is packed in them."""
    yield data.decode("utf-8", "replace")
    if data.startswith(b"PAR1") and data.endswith(b"PAR1"):
        yield str(pq.read_table(BytesIO(data)).to_pydict())
    elif data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(data)) as packed:
            for name in packed.namelist():
                yield packed.read(name).decode("utf-8", "replace")
    elif data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data).decode("utf-8", "replace")
    elif data.startswith((b"\x78\x9c", b"\x78\xda", b"\x78\x01")):
        yield zlib.decompress(data).decode("utf-8", "replace")
