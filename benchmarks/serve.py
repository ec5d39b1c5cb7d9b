"""The stack of one machine: seconds to start, memory at rest, seconds from a file to its results.

    python benchmarks/serve.py PATH [--repeat 3] [--idle 60]

Starts `cai serve` on an empty folder, lets it rest, then copies PATH (an archive or a folder; a
folder is packed first) into the inbox as a person would, under another configuration's upload
each time, and reads from Dagster's events when what happened. Default settings throughout. Run it
on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

_WAIT_SECONDS = 900.0


@dataclass(frozen=True)
class Moments:
    """Seconds since the file was there."""

    accepted: float
    launched: float
    first_step: float
    finished: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--idle", type=float, default=60.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, log = Path(folder, "home"), Path(folder, "serve.log")
        began = time.perf_counter()
        with log.open("wb") as out:
            stack = subprocess.Popen(
                serve(home), stdout=out, stderr=out, start_new_session=True, env=variables()
            )
        try:
            wait(lambda: "Ready" in log.read_text("utf-8", "replace"), "cai serve")
            print(f"ready after {time.perf_counter() - began:.1f} s")
            time.sleep(options.idle)
            print(f"at rest {rest(stack.pid) / 2**20:.0f} MiB (PSS), load {os.getloadavg()[0]:.1f}")
            seen = []
            for number in range(options.repeat):
                seen.append(once(options.path, home, number))
                print(
                    f"accepted {seen[-1].accepted:.1f} s, launched {seen[-1].launched:.1f} s, "
                    f"first step {seen[-1].first_step:.1f} s, finished {seen[-1].finished:.1f} s, "
                    f"load {os.getloadavg()[0]:.1f}"
                )
            median = statistics.median(one.first_step for one in seen)
            print(f"median: file to first running step {median:.1f} s")
            time.sleep(options.idle)
            print(f"at rest again {rest(stack.pid) / 2**20:.0f} MiB")
        finally:
            stack.send_signal(signal.SIGTERM)
            stack.wait(60)


def serve(home: Path) -> list[str]:
    """The command."""
    from cai_assets.defs.serving.programs import spare_port

    command = [sys.executable, "-m", "cai_assets.cli", "--data", str(home), "serve"]
    return [*command, "--port", str(spare_port())]


def variables() -> dict[str, str]:
    """The environment without settings of the caller."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CAI_", "DAGSTER_"))}
    return {**kept, "CAI_LANG": "en", "PYTHONPATH": str(REPOSITORY)}


def once(path: Path, home: Path, number: int) -> Moments:
    """Drop `path` into the inbox and follow it to the end of its run."""
    import dagster as dg

    packed = home.parent / f"upload-{number}.zip"
    pack(path, packed, number)
    dropped = time.time()
    shutil.copy(packed, home / "inbox" / packed.name)
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:

        def runs() -> list[dg.RunRecord]:
            return [
                record
                for record in instance.get_run_records(
                    dg.RunsFilter(job_name="build_configuration")
                )
                if record.create_timestamp.timestamp() > dropped - 1
            ]

        def ended() -> bool:
            return bool(runs()) and all(one.dagster_run.is_finished for one in runs())

        wait(ended, "the run")
        (record,) = runs()
        if record.dagster_run.status is not dg.DagsterRunStatus.SUCCESS:
            raise SystemExit(f"run {record.dagster_run.run_id}: {record.dagster_run.status}")
        events = instance.all_logs(record.dagster_run.run_id)

        def first(kind: dg.DagsterEventType) -> float:
            return min(
                entry.timestamp
                for entry in events
                if entry.dagster_event and entry.dagster_event.event_type is kind
            )

        upload = record.dagster_run.tags["cai/upload"]
        stamp = re.search(r"-(\d{8}T\d{6})Z-", upload)
        assert stamp is not None
        accepted = time.mktime(time.strptime(stamp[1], "%Y%m%dT%H%M%S")) - time.timezone
        return Moments(
            accepted - dropped,
            first(dg.DagsterEventType.RUN_STARTING) - dropped,
            first(dg.DagsterEventType.STEP_START) - dropped,
            float(record.end_time or 0) - dropped,
        )


def pack(path: Path, packed: Path, number: int) -> None:
    """An archive whose content differs from the others'."""
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(path))
        archive.writestr(f"note-{number}.txt", str(number))


def rest(pid: int) -> int:
    """Proportional set size of a process with all that it started, bytes."""
    root = psutil.Process(pid)
    family = [root, *root.children(recursive=True)]
    return sum(process.memory_full_info().pss for process in family)


def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so; ends the benchmark after a quarter of an hour."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited in vain for {what}")
        time.sleep(0.25)


if __name__ == "__main__":
    main()
