"""Tables of the site about services: the parts of HTTP and web services."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.model import Source

GROUP = "site"
SERVICES = ("HTTPService", "WebService")

_COLUMNS = ["object", "member", "parent", "kind", "name", "order", "synonym", "comment"]


def _service_members(source: Source) -> pa.Table:
    """Templates, methods, operations and their parameters; `type` is that of the service."""
    table = source.needed(PARSED, "members", [*_COLUMNS, "properties"])
    owners = Coded.of(table, "object")
    chosen = owners.map(lambda text: text.partition(".")[0] in SERVICES) > 0
    found = table.filter(pa.array(chosen))
    types = [text.partition(".")[0] for text in found.column("object").to_pylist()]
    return found.append_column("type", pa.array(types, pa.string()))


def _service_objects(source: Source) -> pa.Table:
    """HTTP and web services."""
    columns = ["project", "object", "type", "name", "synonym", "properties"]
    table = source.needed(PARSED, "objects", columns)
    chosen = Coded.of(table, "type").map(lambda type_: type_ in SERVICES) > 0
    return table.filter(pa.array(chosen))


def _service_handlers(source: Source) -> pa.Table:
    """The procedures of methods and operations of services."""
    columns = ["type", "object", "source", "target", "resolved"]
    table = source.needed(GROUP, "object_handlers", columns)
    chosen = Coded.of(table, "type").map(lambda type_: type_ in SERVICES) > 0
    return table.filter(pa.array(chosen))


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "service_handlers": _service_handlers,
    "service_members": _service_members,
    "service_objects": _service_objects,
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {PARSED: ("members", "objects")}
"""Tables by group that they are made from."""
