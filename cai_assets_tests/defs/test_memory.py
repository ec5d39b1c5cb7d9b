"""What a waiting program has freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

HELD_AFTER_A_PEAK = """
import psutil, sys
from cai_assets.defs.memory import give_back
if sys.argv[1] == "gives":
    give_back()
for size in range(1, 20):
    bytearray(size * 2**20)  # glibc learns from what is freed that such blocks are usual
before = psutil.Process().memory_info().rss
blocks, between = [], []
for _ in range(400):
    blocks.append(bytearray(b"x") * 250_000)
    between.append(bytearray(b"x") * 1_000)
del blocks
print((psutil.Process().memory_info().rss - before) // 2**20)
"""


def held(how: str) -> int:
    """Mebibytes that a process keeps of a hundred, most of which it has freed."""
    done = subprocess.run(
        [sys.executable, "-c", HELD_AFTER_A_PEAK, how], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it is about glibc")
def test_blocks_between_others_are_given_back() -> None:
    assert held("keeps") > 50
    assert held("gives") < 20
