"""Archives and folders made for tests, honest ones and such as no tool would write."""

from __future__ import annotations

import io
import os
import struct
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

CONFIGURATION = "src/Configuration/Configuration.mdo"


def edt_files(name: str, note: str = "") -> dict[str, bytes]:
    """The smallest EDT project: a configuration of this name and one module."""
    mdo = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<mdclass:Configuration xmlns:mdclass="http://g5.1c.ru/v8/dt/metadata/mdclass"'
        ' uuid="5a1c9a0e-0000-4000-8000-000000000001">\n'
        f"  <name>{name}</name>\n</mdclass:Configuration>\n"
    )
    return {
        CONFIGURATION: mdo.encode(),
        "src/CommonModules/Общий/Module.bsl": f"// {note}\n".encode(),
    }


def write_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files below a folder."""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def write_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write an ordinary zip. Names go in as they are, whatever they say."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


def write_tar(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write an ordinary tar, compressed if the name says so."""
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def write_special_tar(path: Path, kind: bytes, name: str = "x", target: str = "") -> Path:
    """Write a tar with one member of a kind: link, device, pipe."""
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.type = kind
        info.linkname = target
        archive.addfile(info)
    return path


def write_raw_named_zip(path: Path, names: list[bytes], extra: bytes = b"") -> Path:
    """Write a zip whose names are these bytes, without the UTF-8 flag."""
    plain = [f"{position:03d}".ljust(len(name), "_") for position, name in enumerate(names)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in plain:
            info = zipfile.ZipInfo(name)
            info.extra = extra
            archive.writestr(info, b"x")
    data = buffer.getvalue()
    for replaced, raw in zip(plain, names, strict=True):
        data = data.replace(replaced.encode(), raw)
    path.write_bytes(data)
    return path


def central_record(name: bytes) -> bytes:
    """One record of a zip's central directory."""
    head = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *([0] * 9), len(name), *([0] * 6))
    return head + name


def write_directory_only_zip(path: Path, count: int, declared: int | None = None) -> Path:
    """Write a zip that is all central directory: `count` records, `declared` in its end."""
    record = central_record(b"a.bsl")
    size = len(record) * count
    told = count if declared is None else declared
    with open(path, "wb") as out:
        out.write(record * count)
        end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, told, told, size, 0)
        out.write(end64)
        out.write(struct.pack("<4sLQL", b"PK\x06\x07", 0, size, 1))
        short = min(told, 0xFFFF)
        out.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, short, short, 0xFFFFFFFF, 0, 0))
    return path


def write_overlapping_zip(path: Path, copies: int, size: int) -> Path:
    """Write a zip in which many members are one and the same run of compressed zeros."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0000", bytes(size))
    data = buffer.getvalue()
    start = data.index(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    record = data[start:end]
    records = b"".join(record.replace(b"0000", b"%04d" % number) for number in range(copies))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, copies, copies, len(records), start, 0)
    path.write_bytes(data[:start] + records + tail)
    return path


# --- what Windows lacks; the tests that need it are skipped there ------------------------


def fork() -> int:
    """See `os.fork`."""
    if sys.platform == "win32":
        raise NotImplementedError
    else:  # noqa: RET506 - a type checker for Windows must not call this unreachable
        return os.fork()


def make_pipe(path: Path) -> None:
    """See `os.mkfifo`."""
    if sys.platform == "win32":
        raise NotImplementedError
    else:  # noqa: RET506
        os.mkfifo(path)
