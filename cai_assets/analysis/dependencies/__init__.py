"""What depends on what: the graph of objects and of subsystems, its measures, cycles, waste.

`docs/dependencies.md` says how each figure is defined.
"""

from __future__ import annotations

from cai_assets.analysis.dependencies.analyse import analyse
from cai_assets.analysis.dependencies.schema import TABLES

__all__ = ["TABLES", "analyse"]
