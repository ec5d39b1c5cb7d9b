"""Unpack `.tar` and `.tar.gz` files that strangers made.

`tarfile` is used for its headers alone. It ends in silence at a damaged header and reads
extended headers of any size into memory, so it gets the bytes through a meter that bounds
both, and the end of the archive is checked afterwards.
"""

from __future__ import annotations

import gzip
import struct
import tarfile
import zlib
from contextlib import closing
from typing import IO, cast

from cai_assets.intake.errors import IntakeError
from cai_assets.intake.files import require_space
from cai_assets.intake.names import decode_legacy
from cai_assets.intake.unpacking import Sink

_GZIP_MARK = b"\x1f\x8b"
_DRAIN_BLOCK = 64 * 1024
_READ_ERRORS = (
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    struct.error,
    ValueError,
    OverflowError,
    AttributeError,
    KeyError,
)


class _Meter:
    """The uncompressed bytes of a tar, with bounds on what may be asked for and produced."""

    def __init__(self, raw: IO[bytes], sink: Sink) -> None:
        self._raw = raw
        self._sink = sink
        self._header_bytes = 0
        self.in_header = True
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        """Read like a file. Headers of one member may take only so much in all."""
        if self.in_header:
            limit = self._sink.limits.max_header_bytes
            self._header_bytes += size
            if size < 0 or self._header_bytes > limit:
                raise self._sink.hostile("header_size", limit=limit)
        block = self._raw.read(size)
        self._sink.check_expansion(self._raw.tell())
        if self.in_header:
            self.last = block
        return block

    def seek(self, position: int, whence: int = 0) -> int:
        """Move forwards; what is passed over counts as produced."""
        self._sink.check_expansion(position)
        return self._raw.seek(position, whence)

    def tell(self) -> int:
        """Return the position in the uncompressed bytes."""
        return self._raw.tell()

    def start_header(self) -> None:
        """Begin the budget of the next member's headers."""
        self.in_header = True
        self._header_bytes = 0

    def drain(self) -> bool:
        """Read to the very end, so that checksums are checked. False if not all is padding."""
        while block := self._raw.read(_DRAIN_BLOCK):
            self._sink.check_expansion(self._raw.tell())
            if block.strip(b"\0"):
                return False
        return True


def unpack_tar(sink: Sink) -> None:
    """Write every member of the archive through the sink."""
    with open(sink.archive, "rb") as stream:
        compressed = stream.read(2) == _GZIP_MARK
        size = stream.seek(0, 2)
        stream.seek(0)
        require_space(sink.target, size, sink.limits.reserve_bytes)
        try:
            if compressed:
                with gzip.open(stream, "rb") as plain:
                    _unpack_members(cast("IO[bytes]", plain), sink, sealed=True)
            else:
                _unpack_members(stream, sink, sealed=False)
        except IntakeError:
            raise
        except EOFError as error:
            raise sink.broken("truncated", sink.current) from error
        except gzip.BadGzipFile as error:
            code = "checksum" if "CRC" in str(error) or "length" in str(error) else "damaged"
            raise sink.broken(code, sink.current, detail=str(error)) from error
        except _READ_ERRORS as error:
            code = "truncated" if "unexpected end of data" in str(error) else "damaged"
            raise sink.broken(code, sink.current, detail=str(error)) from error


def _unpack_members(stream: IO[bytes], sink: Sink, *, sealed: bool) -> None:
    """Unpack an uncompressed stream. `sealed` means its end is vouched for by a checksum."""
    meter = _Meter(stream, sink)
    archive = tarfile.TarFile(
        fileobj=cast("IO[bytes]", meter), mode="r", encoding="utf-8", errors="surrogateescape"
    )
    with closing(archive):
        while (info := archive.next()) is not None:
            meter.in_header = False
            _unpack_member(archive, info, sink)
            archive.members.clear()  # type: ignore[attr-defined]
            meter.start_header()
    _check_end(meter, sink, sealed=sealed)


def _unpack_member(archive: tarfile.TarFile, info: tarfile.TarInfo, sink: Sink) -> None:
    name = _readable(info.name)
    if info.issym() or info.islnk():
        raise sink.hostile("link", name)
    if info.issparse():
        raise sink.broken("sparse", name)
    if info.isdir():
        sink.folder(name)
        return
    if not info.isreg():
        raise sink.hostile("special", name)
    if info.size > sink.limits.max_file_bytes:
        raise sink.hostile("file_size", name, limit=sink.limits.max_file_bytes)
    content = archive.extractfile(info)
    if content is None:
        raise sink.hostile("special", name)
    with content:
        sink.file(name, content.read)


def _readable(name: str) -> str:
    """Decode names that are not UTF-8 the way zip names are decoded."""
    if any("\ud800" <= char <= "\udfff" for char in name):
        return decode_legacy([name.encode("utf-8", "surrogateescape")])[0]
    return name


def _check_end(meter: _Meter, sink: Sink, *, sealed: bool) -> None:
    """Refuse an archive that ends without its end mark: `tarfile` would not say so."""
    last = meter.last
    if len(last) == tarfile.BLOCKSIZE and not last.strip(b"\0"):
        if not meter.drain():
            raise sink.broken("trailing")
    elif last == b"" and sealed:
        meter.drain()
    elif len(last) < tarfile.BLOCKSIZE:
        raise sink.broken("truncated")
    else:
        raise sink.broken("damaged", detail="bad header")
