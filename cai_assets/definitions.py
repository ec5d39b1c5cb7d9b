"""What Dagster loads; nothing else."""

from __future__ import annotations

from cai_assets.defs import build_defs
from cai_assets.defs.executors import warm_up

warm_up()
defs = build_defs()
