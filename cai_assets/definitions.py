"""What Dagster loads; nothing else."""

from __future__ import annotations

from cai_assets.defs import build_defs

defs = build_defs()
