"""Asset keys and the traits all assets of a group share, spelt in one place."""

from __future__ import annotations

import dagster as dg

from cai_assets.knowledge.snapshots import GROUP

OWNERS = ["team:configuration"]


def table_key(table: str, group: str = GROUP) -> dg.AssetKey:
    """The asset of a table of a group, by default of the parsed configuration."""
    return dg.AssetKey([group, table])
