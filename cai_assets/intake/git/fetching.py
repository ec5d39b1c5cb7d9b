"""`python -m cai_assets.intake.git.fetching FOLDER`: one transfer into a mirror.

A process of its own, begun by a sensor's tick and longer than it. It holds the mirror's lock, ends
git after the time it was given, and ends with the process that began it, so that nothing is left
over. The order, credentials included, comes through standard input as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from cai_assets.intake.files import FolderLock, remove_tree, write_atomic
from cai_assets.intake.git.command import server_call, tidy
from cai_assets.intake.git.mirror import BUSY, FETCHING, LOCK, REPOSITORY, RESULT, fetch_arguments
from cai_assets.intake.git.source import Credentials, GitSource

_LOOK_SECONDS = 0.25


def main(folder: Path) -> int:
    """Transfer as ordered and write how it went; the exit code is 0 if it went well."""
    began = os.getppid()
    order = json.load(sys.stdin)
    given = order["user"] is not None
    credentials = Credentials(order["user"], order["password"]) if given else None
    source = GitSource(order["url"], order["branch"], credentials=credentials)
    lock = FolderLock(folder / LOCK)
    if not lock.try_acquire():
        return BUSY
    mark = folder / FETCHING
    with lock:
        mark.write_text(str(os.getpid()), encoding="utf-8")
        try:
            error = _fetch(source, folder, float(order["seconds"]), began)
        finally:
            mark.unlink(missing_ok=True)
        write_atomic(folder / RESULT, json.dumps({"error": error}).encode())
    return 1 if error else 0


def _fetch(source: GitSource, folder: Path, seconds: float, began: int) -> str:
    """Run git; what it complained about."""
    repository = folder / REPOSITORY
    command, environment = server_call(source, fetch_arguments(source, repository), repository)
    log = folder / "fetch.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        try:
            reason = _wait(process, seconds, began)
        finally:
            process.kill()
            process.wait()
    said = tidy(log.read_text("utf-8", "replace")[-4000:], source)
    remove_tree(log)
    if process.returncode == 0:
        return ""
    _drop_leftovers(repository)
    return reason or said or f"git ended with code {process.returncode}"


def _wait(process: subprocess.Popen[bytes], seconds: float, began: int) -> str:
    """Wait for git; a reason if it must end before it is done."""
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > deadline:
            return f"the transfer took longer than {seconds:.0f} s"
        if os.getppid() != began:
            return "the transfer ended with the process that began it"
        time.sleep(_LOOK_SECONDS)
    return ""


def _drop_leftovers(repository: Path) -> None:
    """What a killed transfer leaves: half a pack, locks of refs."""
    for pattern in ("objects/pack/tmp_*", "objects/incoming-*", "objects/tmp_*", "*.lock"):
        for leftover in repository.glob(pattern):
            remove_tree(leftover)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
