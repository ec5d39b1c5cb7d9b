"""Derived tables about what common modules offer to others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.architecture.code import PUBLIC_REGIONS
from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.model import Source

DEPENDENCIES = "dependency_analysis"
PAGE_ROUTINES = 1200
"""Exported routines of a subsystem that one page has; more are cut into pages by modules."""
INTERNAL_REGIONS = frozenset({"служебныйпрограммныйинтерфейс", "internal"})


def region_kind(region: str) -> str:
    """What the outermost region of a path says: `public`, `internal` or nothing."""
    outermost = region.partition("/")[0].casefold()
    if outermost in PUBLIC_REGIONS:
        return "public"
    return "internal" if outermost in INTERNAL_REGIONS else ""


def _api_routines(source: Source) -> pa.Table:
    """Exported routines of common modules with the page that lists them.

    `page` is the home subsystem of the module, with `#2` and so on where there are several
    pages; empty for modules in no subsystem.
    """
    columns = ("project", "object", "routine", "name", "function", "export", "region")
    more = ("deprecated", "description", "line")
    table = source.needed(PARSED, "routines", (*columns, *more))
    objects = Coded.of(table, "object")
    common = objects.map(lambda id_: id_.startswith("CommonModule.")) > 0
    exported = table.column("export").fill_null(False)
    table = table.filter(pc.and_(exported, pa.array(common)))
    kinds = {region: region_kind(region) for region in Coded.of(table, "region").values}
    kind = [kinds[region or ""] if region else "" for region in Coded.of(table, "region").texts()]
    owners = [owner or "" for owner in Coded.of(table, "object").texts()]
    homes = _homes(source)
    pages = _pages(owners, homes)
    return (
        table.drop_columns(["export", "region"])
        .append_column("kind", pa.array(kind, pa.string()))
        .append_column("subsystem", pa.array([homes.get(one, "") for one in owners], pa.string()))
        .append_column("page", pa.array([pages[one] for one in owners], pa.string()))
    )


def _homes(source: Source) -> dict[str, str]:
    """The home subsystem of each object that has one."""
    nodes = source.needed(DEPENDENCIES, "graph_nodes", ("object", "subsystem"))
    pairs = zip(
        Coded.of(nodes, "object").texts(), Coded.of(nodes, "subsystem").texts(), strict=True
    )
    return {object_: home for object_, home in pairs if object_ and home}


def _pages(owners: Iterable[str], homes: Mapping[str, str]) -> dict[str, str]:
    """The page of each module: modules of a subsystem by name, cut where a page is full."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for owner in owners:
        counts[homes.get(owner, "")][owner] += 1
    found: dict[str, str] = {}
    for home, modules in counts.items():
        number, filled = 1, 0
        for module in sorted(modules):
            if filled and filled + modules[module] > PAGE_ROUTINES:
                number, filled = number + 1, 0
            filled += modules[module]
            found[module] = home if number == 1 else f"{home}#{number}"
    return found


def _api_modules(source: Source) -> pa.Table:
    """Common modules with exported routines: where they run, how much they offer."""
    routines = source.needed(
        "site", "api_routines", ("object", "page", "subsystem", "kind", "description")
    )
    modules = source.needed(PARSED, "modules", ("object", "client", "server"))
    runs: dict[str, list[bool]] = defaultdict(lambda: [False, False])
    for row in modules.to_pylist():
        client, server = runs[row["object"]]
        runs[row["object"]] = [client or bool(row["client"]), server or bool(row["server"])]
    found: dict[str, dict[str, object]] = {}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in routines.to_pylist():
        client, server = runs[row["object"]]
        found[row["object"]] = {
            "object": row["object"],
            "page": row["page"],
            "subsystem": row["subsystem"],
            "client": client,
            "server": server,
        }
        count = counts[row["object"]]
        count[0] += 1
        count[1] += row["kind"] == "public"
        count[2] += bool(row["description"])
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("object", "page", "subsystem")),
            *((name, pa.bool_()) for name in ("client", "server")),
            *((name, pa.int32()) for name in ("exported", "public", "described")),
        ]
    )
    names = ("exported", "public", "described")
    rows = [{**found[id_], **dict(zip(names, counts[id_], strict=True))} for id_ in sorted(found)]
    return pa.Table.from_pylist(rows, schema)


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "api_routines": _api_routines,
    "api_modules": _api_modules,
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {
    PARSED: ("modules", "routines"),
    DEPENDENCIES: ("graph_nodes",),
}
"""What the tables are made from, by group."""
