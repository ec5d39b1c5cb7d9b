"""Asset keys and the traits all assets of a group share, spelt in one place."""

from __future__ import annotations

import dagster as dg

from cai_assets.knowledge.snapshots import GROUP

OWNERS = ["team:configuration"]


def table_key(table: str) -> dg.AssetKey:
    """The asset of a table of the parsed configuration."""
    return dg.AssetKey([GROUP, table])
