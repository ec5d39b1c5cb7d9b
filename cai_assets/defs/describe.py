"""`docs/analysis-tables.md` from the schemas of all that is made of the parsed tables.

`python -m cai_assets.defs.describe > docs/analysis-tables.md`
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import NamedTuple

from cai_assets.analysis.architecture.schema import TABLES as ARCHITECTURE_TABLES
from cai_assets.analysis.changes.schema import TABLES as CHANGES_TABLES
from cai_assets.analysis.dependencies.schema import TABLES as DEPENDENCIES_TABLES
from cai_assets.analysis.gates import ARCHITECTURE, CHANGES, DEPENDENCIES
from cai_assets.knowledge.describe import index, section
from cai_assets.knowledge.schema import Table
from cai_assets.rules.gates import GROUP as BEST_PRACTICES
from cai_assets.rules.schema import TABLES as RULES_TABLES

_HEAD = """# Tables of the analyses

Written from the schemas in `cai_assets/analysis` and `cai_assets/rules`; a test holds the two
together. Each table is one Parquet file in the folder of its group, beside the
[tables of the parsed configuration](tables.md). Lines and columns count from 1.
"""


class Described(NamedTuple):
    """A group of tables and what is said above them."""

    title: str
    page: str
    tables: Mapping[str, Table]


GROUPS: Mapping[str, Described] = {
    DEPENDENCIES: Described("Dependency analysis", "dependencies.md", DEPENDENCIES_TABLES),
    ARCHITECTURE: Described(
        "Architecture analysis", "architecture-analysis.md", ARCHITECTURE_TABLES
    ),
    BEST_PRACTICES: Described("Best practices", "rules.md", RULES_TABLES),
    CHANGES: Described("Changes between uploads", "changes.md", CHANGES_TABLES),
}
"""All groups of assets but the parsed configuration, by name."""


def describe() -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    for name, group in GROUPS.items():
        parts.append(f"## {group.title}\n\nGroup `{name}`; see [{group.page}]({group.page}).\n")
        parts += index(group.tables.values())
        for table in group.tables.values():
            parts += section(table, "###")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(describe())
