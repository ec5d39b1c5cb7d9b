"""How git is called: without a terminal, without hooks and filters, bounded in time.

What talks to a server reads the user's own configuration of git, for its credential helpers,
proxies and certificates. What works on a mirror reads none.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cai_assets.intake.errors import printable
from cai_assets.intake.files import BLOCK, create_file, write_all
from cai_assets.intake.git.source import SCHEMES, Credentials, GitSource

LOCAL_SECONDS = 30.0
ASK_SECONDS = 15.0

_PASSED_ON = ("GIT_SSL_", "GIT_SSH", "GIT_PROXY_", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")
_MAX_TEXT = 600
_SSH = "ssh -oBatchMode=yes -oConnectTimeout=10 -oServerAliveInterval=15"
_HELPER = (
    '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n"'
    ' "$CAI_GIT_USER" "$CAI_GIT_PASSWORD"; }; f'
)
_ALWAYS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
)


class GitError(Exception):
    """Git, or the server, did not do what was asked. The text never holds a password."""


def run_git(
    arguments: Sequence[str], *, mirror: Path | None = None, seconds: float = LOCAL_SECONDS
) -> str:
    """What git prints about a mirror. Raises GitError."""
    return _run(_command(arguments, mirror), _local_environment(), seconds, None)


def ask_server(source: GitSource, arguments: Sequence[str], seconds: float = ASK_SECONDS) -> str:
    """What git prints after it talked to the server of `source`. Raises GitError."""
    command, environment = server_call(source, arguments)
    return _run(command, environment, seconds, source)


def server_call(
    source: GitSource, arguments: Sequence[str], mirror: Path | None = None
) -> tuple[list[str], dict[str, str]]:
    """Command and environment of a call that talks to the server of `source`."""
    environment = _environment()
    settings: list[str] = []
    if source.credentials is not None:
        environment |= _secrets(source.credentials)
        # For this server alone: after a redirection another one must not be told.
        server = "{0.scheme}://{0.netloc}".format(urlsplit(source.url))
        settings += [f"credential.{server}.helper=", f"credential.{server}.helper={_HELPER}"]
    return _command(arguments, mirror, settings), environment


def save_output(
    arguments: Sequence[str],
    mirror: Path,
    target: Path,
    limit: int,
    too_large: Callable[[], Exception],
    seconds: float,
) -> None:
    """Write what git prints to the new file `target`; more than `limit` bytes raise `too_large`."""
    try:
        process = subprocess.Popen(
            _command(arguments, mirror),
            env=_local_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise _no_git() from error
    assert process.stdout is not None
    assert process.stderr is not None
    watch = threading.Timer(seconds, process.kill)
    watch.start()
    handle = create_file(target)
    size = 0
    try:
        while block := process.stdout.read(BLOCK):
            size += len(block)
            if size > limit:
                raise too_large()
            write_all(handle, block)
        said = process.stderr.read(_MAX_TEXT * 4).decode("utf-8", "replace")
        if process.wait() != 0:
            raise GitError(tidy(said) or f"git {arguments[0]} took longer than {seconds:.0f} s")
    finally:
        watch.cancel()
        process.kill()
        os.close(handle)
        process.stdout.close()
        process.stderr.close()
        process.wait()


def tidy(said: str, source: GitSource | None = None) -> str:
    """What git complained about, as one line without a password."""
    if source is not None and source.credentials is not None:
        for secret in (source.credentials.password, source.credentials.user):
            if secret:
                said = said.replace(secret, "***")
    said = re.sub(r"(://)[^/\s@]+@", r"\1***@", said)
    lines = [line.strip() for line in re.split(r"[\r\n]+", said)]
    wanted = [line for line in lines if line and not line.startswith(("hint:", "remote: Counting"))]
    return printable("; ".join(wanted), _MAX_TEXT)


def _run(
    command: list[str], environment: Mapping[str, str], seconds: float, source: GitSource | None
) -> str:
    try:
        done = subprocess.run(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError as error:
        raise _no_git() from error
    except subprocess.TimeoutExpired:
        # Not `from`: the command line of the cause says nothing, but it might one day.
        raise GitError(f"no answer within {seconds:.0f} s") from None
    if done.returncode != 0:
        said = tidy(done.stderr.decode("utf-8", "replace"), source)
        raise GitError(said or f"git ended with code {done.returncode}")
    return done.stdout.decode("utf-8", "replace")


def _no_git() -> GitError:
    return GitError("the program git is not found; install it, or clear CAI_GIT")


def _command(
    arguments: Sequence[str], mirror: Path | None, settings: Sequence[str] = ()
) -> list[str]:
    named = [] if mirror is None else [f"--git-dir={mirror}"]
    return ["git", *named, *(part for one in (*_ALWAYS, *settings) for part in ("-c", one)),
            *arguments]  # fmt: skip


def _environment() -> dict[str, str]:
    """The variables of git: nothing of ours, and nothing that would let it ask or run."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CAI_", "DAGSTER_", "GIT_")) or name.startswith(_PASSED_ON)
    }
    if "GIT_SSH" not in kept:
        kept.setdefault("GIT_SSH_COMMAND", _SSH)
    return {
        **kept,
        "GIT_ALLOW_PROTOCOL": ":".join(SCHEMES),
        "GIT_ASKPASS": "",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PAGER": "cat",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        "SSH_ASKPASS_REQUIRE": "never",
    }


def _local_environment() -> dict[str, str]:
    """Without any configuration there is no filter, no helper and no alias to run."""
    return {
        **_environment(),
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def _secrets(credentials: Credentials) -> dict[str, str]:
    return {"CAI_GIT_USER": credentials.user, "CAI_GIT_PASSWORD": credentials.password}
