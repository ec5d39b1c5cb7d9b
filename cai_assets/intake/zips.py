"""Unpack `.zip` files that strangers made.

`zipfile` reads the whole list of members into memory before anyone can object, so the list
is counted first by walking its records in place. Only the methods Stored and Deflate are
read: the others let a few bytes ask for gigabytes of memory at once.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from cai_assets.intake.errors import BrokenArchive, HostileArchive, IntakeError
from cai_assets.intake.files import DISK_BLOCK, require_space
from cai_assets.intake.names import decode_legacy
from cai_assets.intake.unpacking import Limits, Sink

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64_LOCATOR_MARK = b"PK\x06\x07"
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_MARK = b"PK\x06\x06"
_RECORD_MARK = b"PK\x01\x02"
_RECORD = struct.Struct("<4s24x3H12x")
_RECORD_SIZE = _RECORD.size
_LOCAL_SIZE = 30
_MAX_COMMENT = 65_536
_WALK_BLOCK = 1024**2

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_UNICODE_PATH = 0x7075
_REPARSE_POINT = 0x400
_FOLDER_ATTRIBUTE = 0x10
_METHODS = {
    9: "Deflate64",
    12: "BZip2",
    14: "LZMA",
    93: "Zstandard",
    95: "XZ",
    98: "PPMd",
    99: "AES",
}

_READ_ERRORS = (
    EOFError,
    zlib.error,
    struct.error,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


def unpack_zip(sink: Sink) -> None:
    """Write every member of the archive through the sink."""
    try:
        with open(sink.archive, "rb") as stream:
            directory_start = check_directory(stream, sink.archive, sink.limits)
            with zipfile.ZipFile(stream) as archive:
                members = _named(archive.infolist())
                _check_members(members, sink, directory_start)
                for name, info in members:
                    sink.current = name
                    _unpack_member(archive, name, info, sink)
    except IntakeError:
        raise
    except zipfile.BadZipFile as error:
        code = "checksum" if "CRC" in str(error) else "damaged"
        raise sink.broken(code, sink.current, detail=str(error)) from error
    except EOFError as error:
        raise sink.broken("truncated", sink.current) from error
    except _READ_ERRORS as error:
        raise sink.broken("damaged", sink.current, detail=str(error)) from error


def _unpack_member(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo, sink: Sink) -> None:
    if name.endswith(("/", "\\")) or (
        info.create_system == 0 and info.external_attr & _FOLDER_ATTRIBUTE and not info.file_size
    ):
        sink.folder(name)
        return
    with archive.open(info) as content:
        sink.file(name, content.read)


def _check_members(
    members: list[tuple[str, zipfile.ZipInfo]], sink: Sink, directory_start: int
) -> None:
    """Refuse before a byte is written what the list of members alone gives away."""
    declared = 0
    spans: list[tuple[int, int, str]] = []
    for name, info in members:
        if info.flag_bits & _ENCRYPTED_FLAGS:
            raise sink.hostile("encrypted", name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            method = _METHODS.get(info.compress_type, str(info.compress_type))
            raise sink.broken("method", name, detail=method)
        _check_kind(name, info, sink)
        if info.header_offset < 0:
            raise sink.broken("damaged", name, detail="bad offset")
        if info.file_size > sink.limits.max_file_bytes:
            raise sink.hostile("file_size", name, limit=sink.limits.max_file_bytes)
        declared += info.file_size
        least = _LOCAL_SIZE + len(info.orig_filename) + info.compress_size
        spans.append((info.header_offset, info.header_offset + least, name))
    sink.check_expansion(declared)
    spans.sort()
    spans.append((directory_start, directory_start, ""))
    for (_, end, _), (following, _, name) in pairwise(spans):
        if end > following:
            raise sink.hostile("overlap", name)
    rounding = DISK_BLOCK * len(members)
    require_space(sink.target, declared + rounding, sink.limits.reserve_bytes)


def _check_kind(name: str, info: zipfile.ZipInfo, sink: Sink) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK or info.external_attr & _REPARSE_POINT:
        raise sink.hostile("link", name)
    # Systems other than Unix put anything into the upper half, or nothing.
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) and info.create_system == 3:
        raise sink.hostile("special", name)


# --- names ------------------------------------------------------------------------------


def _named(infos: list[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    """Pair each member with its name in the right encoding."""
    names: list[str | None] = []
    legacy: list[bytes] = []
    for info in infos:
        if info.flag_bits & _UTF8_FLAG or info.orig_filename.isascii():
            names.append(info.orig_filename)
            continue
        raw = info.orig_filename.encode("cp437")
        name = _unicode_path(info.extra, raw)
        if name is None:
            legacy.append(raw)
        names.append(name)
    decoded = iter(decode_legacy(legacy))
    return [
        (next(decoded) if name is None else name, info)
        for name, info in zip(names, infos, strict=True)
    ]


def _unicode_path(extra: bytes, raw_name: bytes) -> str | None:
    """Read the extra field with the name in UTF-8, if it belongs to this very name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and size > 5 and len(extra) >= 4 + size:
            version, checksum = struct.unpack_from("<BL", extra, 4)
            if version == 1 and checksum == zlib.crc32(raw_name):
                try:
                    return extra[9 : 4 + size].decode()
                except UnicodeDecodeError:
                    return None
        extra = extra[4 + size :]
    return None


# --- the list of members, before zipfile sees it ----------------------------------------


def check_directory(stream: BinaryIO, archive: Path, limits: Limits) -> int:
    """Count the members without reading their list into memory; refuse too many.

    Finds the end record the way `zipfile` does, so that both judge the same list.
    Returns where the list starts.
    """
    declared, start, size = _find_directory(stream, archive)
    limit = limits.max_entries
    if declared > limit:
        details: dict[str, str | int] = {"actual": declared, "limit": limit}
        raise HostileArchive("entries", archive.name, details=details)
    if size > limits.max_directory_bytes:
        details = {"actual": size, "limit": limits.max_directory_bytes}
        raise HostileArchive("directory_size", archive.name, details=details)
    if _count_records(stream, start, size, limit) > limit:
        details = {"actual": f"> {limit}", "limit": limit}
        raise HostileArchive("entries", archive.name, details=details)
    return start


def _find_directory(stream: BinaryIO, archive: Path) -> tuple[int, int, int]:
    """Return how many members are declared, where their list starts and its size."""
    end_of_file = stream.seek(0, 2)
    tail_size = min(end_of_file, _END.size + _MAX_COMMENT)
    stream.seek(end_of_file - tail_size)
    tail = stream.read(tail_size)
    position = len(tail) - _END.size
    if position < 0 or tail[position : position + 4] != _END_MARK or tail[-2:] != b"\0\0":
        position = tail.rfind(_END_MARK)
    if position < 0 or len(tail) - position < _END.size:
        raise BrokenArchive("truncated", archive.name)
    _, _, _, _, entries, size, _, _ = _END.unpack_from(tail, position)
    location = end_of_file - tail_size + position
    end64 = _find_end64(stream, location)
    if end64 is not None:
        entries, size = end64
        location -= _END64.size + _END64_LOCATOR.size
    start = location - size
    if start < 0:
        raise BrokenArchive("truncated", archive.name)
    return entries, start, size


def _find_end64(stream: BinaryIO, location: int) -> tuple[int, int] | None:
    place = location - _END64_LOCATOR.size - _END64.size
    if place < 0:
        return None
    stream.seek(place)
    block = stream.read(_END64.size + _END64_LOCATOR.size)
    if block[_END64.size : _END64.size + 4] != _END64_LOCATOR_MARK or block[:4] != _END64_MARK:
        return None
    fields = _END64.unpack_from(block)
    return fields[7], fields[8]


def _count_records(stream: BinaryIO, start: int, size: int, limit: int) -> int:
    """Walk the records of the central directory, at most one more than `limit`."""
    stream.seek(start)
    counted, buffer, position, left = 0, b"", 0, size
    while counted <= limit:
        if len(buffer) - position < _RECORD_SIZE:
            more = stream.read(min(left, _WALK_BLOCK))
            left -= len(more)
            buffer, position = buffer[position:] + more, 0
            if len(buffer) < _RECORD_SIZE:
                break
        mark, name, extra, comment = _RECORD.unpack_from(buffer, position)
        if mark != _RECORD_MARK:
            break
        counted += 1
        position += _RECORD_SIZE + name + extra + comment
        if position > len(buffer):
            skipped = min(position - len(buffer), left)
            stream.seek(skipped, 1)
            left -= skipped
            buffer, position = b"", 0
    return counted
