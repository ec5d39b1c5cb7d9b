"""Names inside archives and folders: which are safe to create below a target folder.

A backslash counts as a separator everywhere: archives made on Windows use it, and a name
that is harmless on one system must not escape on another.
"""

from __future__ import annotations

import re
import unicodedata

from cai_assets.onec.disk import ON_WINDOWS

_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_WINDOWS_FORBIDDEN = re.compile(r'[<>:"|?*]')
_WINDOWS_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:[ .:].*)?",
    re.IGNORECASE,
)
MAX_COMPONENT = 255
"""Bytes of UTF-8 on Linux and macOS, UTF-16 units on Windows: what file systems store."""

_SKIPPED = {".git": "git", ".svn": "svn", ".hg": "hg", ".cai": "cai", "__macosx": "macos"}


class BadName(ValueError):
    """A name must not be created; `code` is a key of `errors.WORDINGS`."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def safe_parts(
    name: str, max_depth: int, max_path: int, windows: bool | None = None
) -> tuple[str, ...]:
    """Split a member's name into components that are safe below any folder.

    Components are NFC: macOS writes `й` as two characters, 1C names it with one.
    An empty tuple means the folder itself (`./`). Raises `BadName`.
    """
    on_windows = ON_WINDOWS if windows is None else windows
    if _CONTROL.search(name):
        encoding = any("\ud800" <= char <= "\udfff" for char in name)
        raise BadName("name_encoding" if encoding else "name_control")
    path = unicodedata.normalize("NFC", name).replace("\\", "/")
    if path.startswith("/"):
        raise BadName("name_absolute")
    if _DRIVE.match(path):
        raise BadName("name_drive")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if ".." in parts:
        raise BadName("name_parent")
    if len(parts) > max_depth:
        raise BadName("name_deep", actual=len(parts), limit=max_depth)
    size = len(path.encode())
    if size > max_path:
        raise BadName("name_long", actual=size, limit=max_path)
    for part in parts:
        _check_component(part, on_windows)
    return parts


def _check_component(part: str, windows: bool) -> None:
    size = len(part.encode("utf-16-le")) // 2 if windows else len(part.encode())
    if size > MAX_COMPONENT:
        raise BadName("name_long", actual=size, limit=MAX_COMPONENT)
    if windows and (
        _WINDOWS_FORBIDDEN.search(part) or part[-1] in ". " or _WINDOWS_RESERVED.fullmatch(part)
    ):
        raise BadName("name_windows")


def is_windows_reserved(name: str) -> bool:
    """Tell whether Windows treats the name as a device (`con`, `COM1.txt`)."""
    return _WINDOWS_RESERVED.fullmatch(name) is not None


def skipped_folder(parts: tuple[str, ...]) -> tuple[str, str] | None:
    """Find the folder that is never taken in: its path and why."""
    for position, part in enumerate(parts):
        reason = _SKIPPED.get(part.casefold())
        if reason is not None:
            return "/".join(parts[: position + 1]), reason
    return None


def decode_legacy(raw_names: list[bytes]) -> list[str]:
    """Decode names that an archive stores without saying how.

    UTF-8 if a name is valid UTF-8. The rest come from Russian Windows: cp866, the OEM code
    page that zip tools use, unless box-drawing bytes show that it must be cp1251.
    """
    decoded: list[str | None] = []
    legacy = b""
    for raw in raw_names:
        try:
            decoded.append(raw.decode())
        except UnicodeDecodeError:
            decoded.append(None)
            if len(legacy) < 1 << 16:
                legacy += raw
    ansi = any(0xB0 <= byte <= 0xDF for byte in legacy)
    encoding = "cp1251" if ansi else "cp866"
    return [
        raw.decode(encoding, "surrogateescape") if name is None else name
        for raw, name in zip(raw_names, decoded, strict=True)
    ]
