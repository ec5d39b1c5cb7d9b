"""Processes killed with -9 while uploads go through: nothing is lost, torn, held or left behind.

`CAI_FAULT_SEEDS=1` runs one seed of a short scenario, `CAI_FAULT_SEEDS=20` that many with 20
uploads each; `benchmarks/fault_seeds.py` does the same and prints a line for each. Without it
nothing is run: a seed takes minutes.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cai_assets_tests.integration.disturbing import VICTIMS
from cai_assets_tests.integration.faults import disturb
from cai_assets_tests.integration.stack import needs

pytestmark = [
    needs("postgres", "initdb"),
    pytest.mark.skipif(
        not os.environ.get("CAI_FAULT_SEEDS"), reason="CAI_FAULT_SEEDS does not say how many seeds"
    ),
]

SEEDS = int(os.environ.get("CAI_FAULT_SEEDS", "0"))
SHORT = (3, 6)
"""Uploads and kills: one of each kind of process, but for the web server, which costs its start."""

LONG = (20, 12)


@pytest.mark.parametrize("seed", range(1, max(SEEDS, 1) + 1))
def test_uploads_come_through_whatever_is_killed(seed: int, tmp_path: Path) -> None:
    uploads, kills = LONG if SEEDS > 1 else SHORT
    victims = VICTIMS if SEEDS > 1 else tuple(name for name in VICTIMS if name != "webserver")
    outcome = disturb(tmp_path, seed, uploads=uploads, kills=kills, victims=victims)
    assert outcome.faults == []
    assert outcome.uploads > 1
    assert outcome.tables > 50
    assert sum(outcome.killed.values()) >= kills // 2
