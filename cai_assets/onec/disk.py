r"""What file systems do differently: long paths and junctions of Windows, names of macOS.

Windows limits a plain path to 260 characters, which files of 1C below a deep folder exceed. The
prefix `\\?\` lifts the limit and switches all rewriting of the path off, so it must be absolute
and have backslashes alone.
"""

from __future__ import annotations

import ntpath
import os
import stat
import unicodedata

ON_WINDOWS = os.name == "nt"

_PREFIX = "\\\\?\\"
_UNC_PREFIX = "\\\\?\\UNC\\"
_JUNCTION = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT, which `stat` names on Windows alone


def extended(path: str, windows: bool = ON_WINDOWS) -> str:
    r"""Make a path absolute; on Windows give it the `\\?\` prefix that lifts the 260 limit."""
    if not windows:
        return os.path.abspath(path)
    if path.startswith(_PREFIX):
        return path
    absolute = ntpath.abspath(path)
    if absolute.startswith("\\\\"):
        return _UNC_PREFIX + absolute[2:]
    return _PREFIX + absolute


def below(root: str, path: str, windows: bool = ON_WINDOWS) -> str:
    """The file `path`, with forward slashes, below an extended `root`."""
    return ntpath.join(root, path.replace("/", "\\")) if windows else os.path.join(root, path)


def shown(path: str | os.PathLike[str]) -> str:
    r"""A path as people write it, without the `\\?\` prefix."""
    text = os.fspath(path)
    if text.startswith(_UNC_PREFIX):
        return "\\\\" + text[len(_UNC_PREFIX) :]
    return text.removeprefix(_PREFIX)


def is_link(status: os.stat_result) -> bool:
    """Whether `lstat` found a link, or a junction of Windows, which leads elsewhere like one."""
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def leads_elsewhere(entry: os.DirEntry[str], windows: bool = ON_WINDOWS) -> bool:
    """`is_link` for an entry of a listing, without asking the disk again."""
    return entry.is_symlink() or (windows and is_link(entry.stat(follow_symlinks=False)))


def composed(name: str) -> str:
    """A name as 1C writes it: macOS may store `й` as two characters."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)
