"""Where tables lie: a folder of this machine, or a prefix of an object store.

The one place that knows the difference. A local place is a `pathlib.Path` and costs what it
costs; a remote one is a `UPath`, and nothing of the library behind it is imported before that.
A store has no rename: there, what is written elsewhere first is put under its name whole.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO, TypeAlias, cast
from urllib.parse import urlsplit

from cai_assets.intake.files import replace, sweep_drafts
from cai_assets.onec.disk import extended

if TYPE_CHECKING:
    from upath import UPath

    StoredPath: TypeAlias = Path | UPath

_READ_AT_ONCE = 1024 * 1024
"""Bytes up to which a remote file is read in one piece, whatever part of it is wanted."""

_BLOCK = 8 * 1024 * 1024
_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 10, 60, 4


_NO_BUCKET = (
    "create the bucket {0} or mend CAI_TABLES",
    "создайте бакет {0} или исправьте CAI_TABLES",
)
_NO_KEYS = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "задайте AWS_ACCESS_KEY_ID и AWS_SECRET_ACCESS_KEY",
)
_REFUSED = (
    "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do there",
    "проверьте AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY и права этих ключей",
)
_SILENT = (
    "check CAI_TABLES, CAI_S3_ENDPOINT and whether the store runs",
    "проверьте CAI_TABLES, CAI_S3_ENDPOINT и работает ли хранилище",
)


class StoreError(Exception):
    """The object store does not do what is asked; the text says why and what to look at.

    Not an OSError: a table that cannot be reached must not count as one that is not there.
    """

    def __init__(self, path: UPath, error: Exception, remedy: tuple[str, str]) -> None:
        said = str(error) or type(error).__name__
        bucket = path.path.partition("/")[0]
        self._texts = {
            language: f"{path}: {said}; {text.format(bucket)}"
            for language, text in zip(("en", "ru"), remedy, strict=True)
        }
        super().__init__(self._texts["en"])

    def text(self, language: str) -> str:
        """The same in `ru` or `en`; what the store said is as it said it."""
        return self._texts[language]


def place(text: str, endpoint: str = "") -> StoredPath:
    """The place that a setting names: `s3://bucket/prefix`, or a folder.

    `endpoint` is the address of the store if it is not Amazon's. Raises ValueError that says
    what to write or to install.
    """
    scheme, divider, rest = text.partition("://")
    if not divider:
        return Path(os.path.abspath(os.path.expanduser(text)))
    if scheme != "s3":
        raise ValueError(f"{scheme}:// is not supported; use s3://bucket/prefix or a folder")
    if "@" in urlsplit(text).netloc:
        raise ValueError("keys do not belong here: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY")
    if not rest.strip("/"):
        raise ValueError("the bucket is missing: s3://bucket/prefix")
    if importlib.util.find_spec("s3fs") is None:
        raise ValueError('s3fs is missing: pip install "cai-assets[s3]"')
    from upath import UPath

    options: dict[str, Any] = {
        "use_listings_cache": False,
        "default_block_size": _BLOCK,
        "config_kwargs": {
            "connect_timeout": _CONNECT_SECONDS,
            "read_timeout": _READ_SECONDS,
            "retries": {"max_attempts": _TRIES, "mode": "standard"},
        },
    }
    if endpoint:
        options["endpoint_url"] = endpoint
    found: UPath = UPath(f"s3://{rest.strip('/')}", **options)
    return found


def on_disk(path: StoredPath) -> StoredPath:
    """The same place; a local path as the system takes it however long it is."""
    return Path(extended(os.fspath(path))) if isinstance(path, Path) else path


# --- looking --------------------------------------------------------------------------------


def exists(path: StoredPath) -> bool:
    """Whether there is such a file, or something in such a folder."""
    if isinstance(path, Path):
        return os.path.exists(extended(os.fspath(path)))
    with _reaching(path):
        try:
            path.fs.info(path.path)
        except FileNotFoundError as error:
            _require_bucket(path, error)
            return False
    return True


def folders(path: StoredPath) -> list[str]:
    """Names of the folders in `path`, sorted; without hidden ones; none if it is not there."""
    if isinstance(path, Path):
        if not path.is_dir():
            return []
        names = [entry.name for entry in os.scandir(path) if entry.is_dir()]
    else:
        names = [_name(entry) for entry in _listed(path) if entry["type"] == "directory"]
    return sorted(name for name in names if not name.startswith("."))


def files(path: StoredPath) -> list[str]:
    """Files anywhere below `path` by their relative names, sorted; without hidden ones."""
    if isinstance(path, Path):
        root = extended(os.fspath(path))
        found = [
            os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
            for folder, _, names in os.walk(root)
            for name in names
        ]
    else:
        with _reaching(path):
            found = [name[len(path.path) + 1 :] for name in path.fs.find(path.path)]
    return sorted(name for name in found if not name.rpartition("/")[2].startswith("."))


def _listed(path: UPath) -> list[dict[str, Any]]:
    with _reaching(path):
        try:
            listed: list[dict[str, Any]] = path.fs.ls(path.path, detail=True)
        except FileNotFoundError as error:
            _require_bucket(path, error)
            return []
    return listed


def _name(entry: dict[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rpartition("/")[2]


# --- reading --------------------------------------------------------------------------------


@contextlib.contextmanager
def opened(path: StoredPath) -> Iterator[IO[bytes]]:
    """The bytes of a file. Raises FileNotFoundError.

    Of a large remote file only the ranges are fetched that are read.
    """
    if isinstance(path, Path):
        with open(extended(os.fspath(path)), "rb") as file:
            yield file
        return
    with _reaching(path):
        size = path.fs.info(path.path)["size"]
        small = io.BytesIO(path.fs.cat_file(path.path)) if size <= _READ_AT_ONCE else None
    yield cast("IO[bytes]", small or _Ranges(path, size))


@contextlib.contextmanager
def opened_text(path: StoredPath) -> Iterator[TextIO]:
    """A UTF-8 text file, read line by line. Raises FileNotFoundError."""
    with opened(path) as file:
        raw: Any = io.BufferedReader(file, _BLOCK) if isinstance(file, io.RawIOBase) else file
        yield io.TextIOWrapper(raw, encoding="utf-8", errors="strict")


class _Ranges(io.RawIOBase):
    """A remote file of which each read fetches what is asked for, no more."""

    def __init__(self, path: UPath, size: int) -> None:
        self._path = path
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = start + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = self._size if size < 0 else min(self._at + size, self._size)
        if end <= self._at:
            return b""
        with _reaching(self._path):
            data: bytes = self._path.fs.cat_file(self._path.path, start=self._at, end=end)
        self._at += len(data)
        return data

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def read_text(path: StoredPath) -> str:
    """A UTF-8 text file. Raises FileNotFoundError."""
    with opened(path) as file:
        return file.read().decode("utf-8")


def copy_out(path: StoredPath, target: Path) -> None:
    """Copy a file to one on this machine."""
    with opened(path) as source, open(target, "wb") as sink:
        shutil.copyfileobj(source, sink, _BLOCK)


# --- writing --------------------------------------------------------------------------------


def make_folder(path: StoredPath) -> None:
    """Make a folder and those above it; a store needs none."""
    if isinstance(path, Path):
        path.mkdir(parents=True, exist_ok=True)


def move_in(draft: Path, path: StoredPath) -> None:
    """Give a finished local file its place; a reader sees the old file or the whole new one."""
    if isinstance(path, Path):
        replace(draft, path)
        return
    with _reaching(path):
        path.fs.put_file(os.fspath(draft), path.path)
    draft.unlink(missing_ok=True)


def write_text(path: StoredPath, text: str) -> None:
    """Write a small UTF-8 file whole, into a folder that is made when needed."""
    if not isinstance(path, Path):
        with _reaching(path):
            path.fs.pipe_file(path.path, text.encode())
        return
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def remove_file(path: StoredPath) -> None:
    """Remove a file; absence is fine."""
    if isinstance(path, Path):
        path.unlink(missing_ok=True)
        return
    with _reaching(path), contextlib.suppress(FileNotFoundError):
        path.fs.rm_file(path.path)


def sweep(path: StoredPath, now: float | None = None) -> None:
    """Remove what killed processes left unfinished below `path`; a store never shows such."""
    if isinstance(path, Path):
        sweep_drafts(path, now=now)


def remove_folder(path: StoredPath) -> None:
    """Remove everything below `path`, as far as that can be done; absence is fine."""
    if isinstance(path, Path):
        shutil.rmtree(path, ignore_errors=True)
        return
    with _reaching(path), contextlib.suppress(FileNotFoundError):
        path.fs.rm(path.path, recursive=True)


# --- what a store says ----------------------------------------------------------------------


@contextlib.contextmanager
def _reaching(path: UPath) -> Iterator[None]:
    """Turn what the store says into a StoreError; absence of a file stays what it is."""
    try:
        yield
    except FileNotFoundError as error:
        _require_bucket(path, error)
        raise
    except PermissionError as error:
        raise StoreError(path, error, _REFUSED) from error
    except Exception as error:
        if not _is_of_store(error):
            raise
        keys = "Credentials" in type(error).__name__
        raise StoreError(path, error, _NO_KEYS if keys else _SILENT) from error


def _is_of_store(error: Exception) -> bool:
    """Errors of the libraries that talk to it; others are of those who read what is fetched."""
    home = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError) or home in {"aiobotocore", "aiohttp", "botocore", "s3fs"}


def _require_bucket(path: UPath, error: FileNotFoundError) -> None:
    """Without its bucket nothing can be told; that is not the same as an empty one."""
    if type(error.__cause__).__name__ == "NoSuchBucket":
        raise StoreError(path, error, _NO_BUCKET) from error
