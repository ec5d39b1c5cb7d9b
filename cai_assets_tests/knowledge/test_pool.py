"""Worker processes: they end when the process that started them is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

PARENT = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
from cai_assets.knowledge.pool import begin, context

if __name__ == "__main__":
    pool = ProcessPoolExecutor(2, mp_context=context(), initializer=begin, initargs=(time.sleep, 0))
    numbers = {pool.submit(os.getpid).result() for _ in range(4)}
    print(*numbers, flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a killed process is not waited for there")
def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=root,
        env={"PYTHONPATH": str(root)},
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        workers = [psutil.Process(int(word)) for word in parent.stdout.readline().split()]
        assert workers
        parent.kill()
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []
