"""What depends on what: the graph of objects and of subsystems, its measures, cycles, waste.

`docs/dependencies.md` says how each figure is defined.
"""

from __future__ import annotations

from cai_assets.analysis.dependencies.analyse import analyse
from cai_assets.analysis.dependencies.schema import TABLES

READS = (
    "objects",
    "members",
    "forms",
    "form_items",
    "modules",
    "module_names",
    "routines",
    "calls",
    "queries",
    "rights",
    "restriction_templates",
    "references",
)
"""The tables of the parsed configuration that `analyse` reads."""

__all__ = ["READS", "TABLES", "analyse"]
