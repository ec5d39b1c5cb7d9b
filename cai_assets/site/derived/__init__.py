"""Tables of the site's own: rows of others with the id of the page that they belong to.

One module per subject; each has its `TABLES`, and in `READS` what these are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.derived import (
    access,
    api,
    data,
    dependencies,
    events,
    findings,
    links,
    models,
    objects,
    overview,
    parts,
    queries,
    releases,
    services,
    subsystems,
)
from cai_assets.site.model import Source

GROUP = "site"

_MODULES = (
    access,
    api,
    data,
    dependencies,
    events,
    findings,
    links,
    models,
    objects,
    overview,
    parts,
    queries,
    releases,
    services,
    subsystems,
)

DERIVED: Mapping[str, Callable[[Source], pa.Table]] = {
    name: make for module in _MODULES for name, make in module.TABLES.items()
}
"""How each table is made. Group `site` in `Input`."""

_ANCHORED: Mapping[str, tuple[str, ...]] = {
    PARSED: ("forms", "members", "modules", "objects", "routines", "types"),
}
"""What lists of pages and anchors are made from."""


def _joined(*parts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for part in parts:
        for group, names in part.items():
            found.setdefault(group, set()).update(names)
    return {group: tuple(sorted(names)) for group, names in sorted(found.items())}


READS: Mapping[str, tuple[str, ...]] = _joined(_ANCHORED, *(module.READS for module in _MODULES))
"""Tables by group that derived tables, and the lists of pages and anchors, are made from."""
