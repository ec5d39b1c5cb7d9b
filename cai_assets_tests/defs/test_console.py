"""What a step prints is in its file and on the console, and nothing outlives the step."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cai_assets.defs import console

pytestmark = pytest.mark.skipif(not console._is_gnu(), reason="there is no tail of GNU here")

STEP = """
import sys, time
from dagster._core.execution import compute_logs
from cai_assets.defs.console import follow_by_pid
follow_by_pid()
with compute_logs.mirror_stream_to_file(sys.stdout, sys.argv[1]) as pids:
    print("seen", pids, flush=True)
    time.sleep(float(sys.argv[2]))
"""


def step(file: Path, seconds: float) -> subprocess.Popen[str]:
    """A process whose output is followed for so long."""
    command = [sys.executable, "-c", STEP, str(file), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_output_is_in_the_file_and_on_the_console(tmp_path: Path) -> None:
    said, _ = step(tmp_path / "out", 1.5).communicate(timeout=60)
    assert said.startswith("seen")
    assert (tmp_path / "out").read_text(encoding="utf-8") == said
    assert said.endswith("None)\n")  # no interpreter beside it


def test_who_follows_ends_with_a_step_that_is_killed(tmp_path: Path) -> None:
    process = step(tmp_path / "out", 600)
    assert process.stdout is not None
    process.stdout.readline()
    (tail,) = psutil.Process(process.pid).children()
    assert "tail" in tail.name()
    process.kill()
    process.wait(10)
    deadline = time.monotonic() + 15
    with contextlib.suppress(psutil.NoSuchProcess):
        while tail.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline
            time.sleep(0.1)
