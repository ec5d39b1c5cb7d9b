"""Which branches are watched, as `CAI_GIT` names them: `https://host/trade.git#main:src; …`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

SCHEMES = ("https", "ssh", "file")

_BRANCH = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\]+")
_SCP_LIKE = re.compile(r"(?P<user>[\w.-]+@)?(?P<host>[A-Za-z0-9][\w.-]*):(?P<path>[^-/].*|/.*)")
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
_FORM = "write https://host/path.git#branch:folder; …"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a server over HTTPS asks for. Never shown: not even `repr` tells it."""

    user: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GitSource:
    """A branch of a repository, and the folder in it that holds the configuration.

    `url` has no password. `branch` is empty for the server's default branch, `folder` for the
    whole tree.
    """

    url: str
    branch: str = ""
    folder: str = ""
    credentials: Credentials | None = None

    @property
    def name(self) -> str:
        """The repository's short name: `trade` for `https://host/1c/trade.git`."""
        last = re.split(r"[/:]", self.url.rstrip("/"))[-1].removesuffix(".git")
        return re.sub(r"[^\w.-]", "_", unquote(last)).strip(".-_") or "repository"

    @property
    def mirror_name(self) -> str:
        """Name of the folder of its mirror: one for each repository and branch."""
        mark = hashlib.sha256(f"{self.url}#{self.branch}".encode()).hexdigest()[:10]
        return f"{self.name[:40]}-{mark}"

    @property
    def shown(self) -> str:
        """As messages name it."""
        end = f":{self.folder}" if self.folder else ""
        return f"{self.name}#{self.branch}{end}" if self.branch or end else self.name

    @property
    def remote_ref(self) -> str:
        """The name of the branch on the server."""
        return f"refs/heads/{self.branch}" if self.branch else "HEAD"


def parse_sources(text: str) -> tuple[GitSource, ...]:
    """The sources that a setting names, divided by `;` or lines. Raises ValueError."""
    parts = (part.strip() for part in re.split(r"[;\n]", text))
    found = tuple(_parse(part, number) for number, part in enumerate(filter(None, parts), 1))
    places = [(one.url, one.branch, one.folder) for one in found]
    if len(set(places)) < len(places):
        raise ValueError("a branch is named twice")
    return found


def _parse(text: str, number: int) -> GitSource:
    """One source. An error names it by its number: the text may hold a password."""
    address, _, rest = text.partition("#")
    branch, _, folder = rest.partition(":")
    url, credentials = _address(address, f"source {number}")
    where = f"source {number} ({url})"
    if branch and not _is_branch(branch):
        raise ValueError(f"{where}: {branch!r} is no name of a branch; {_FORM}")
    folder = folder.strip("/")
    if folder and not _is_folder(folder):
        raise ValueError(f"{where}: {folder!r} is no folder in the repository; {_FORM}")
    return GitSource(url, branch, folder, credentials)


def _address(address: str, where: str) -> tuple[str, Credentials | None]:
    if not address or address.startswith("-") or _UNSAFE.search(address):
        raise ValueError(f"{where}: no address of a repository; {_FORM}")
    if "://" not in address:
        if _SCP_LIKE.fullmatch(address) and not re.match(r"[A-Za-z]:[/\\]", address):
            return address, None
        raise ValueError(f"{where}: no address of a repository; {_FORM} or file:///path")
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"{where}: {parts.scheme}:// is not allowed; use {', '.join(SCHEMES)}")
    host = parts.hostname or ""
    known = host and not host.startswith("-") and _has_port(parts)
    if "?" in address or not parts.path.strip("/") or not (known or parts.scheme == "file"):
        raise ValueError(f"{where}: no address of a repository; {_FORM}")
    if parts.scheme != "https":
        if parts.password is not None:
            raise ValueError(f"{where}: ssh takes keys, not a password")
        return address, None
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    if parts.username is None:
        return bare, None
    user, password = unquote(parts.username), unquote(parts.password or "")
    if not (user + password).isprintable():
        raise ValueError(f"{where}: the user or the password holds a control character")
    return bare, Credentials(user, password)


def _has_port(parts: SplitResult) -> bool:
    """Whether the port, if there is one, is a number: a `#` in a password cuts an address short."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def _is_branch(name: str) -> bool:
    """The rules of `git check-ref-format`, a little stricter."""
    parts = name.split("/")
    return (
        _BRANCH.fullmatch(name) is not None
        and ".." not in name
        and "@{" not in name
        and not name.endswith((".", "/"))
        and not any(part.startswith((".", "-")) or part.endswith(".lock") for part in parts)
        and all(parts)
    )


def _is_folder(path: str) -> bool:
    """Whether a path stays in the tree, and git takes it as nothing but a path."""
    parts = path.split("/")
    return path.isprintable() and path[0] not in "-:" and not {"", ".", ".."} & set(parts)
