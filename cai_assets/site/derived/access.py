"""Tables of the site about access: what roles grant by type of object, where code asks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.model import Source


def _role_checks(source: Source) -> pa.Table:
    """Places in code that ask whether the user has a role."""
    table = source.needed(PARSED, "references", ["kind", "target", "source", "file", "line"])
    chosen = Coded.of(table, "kind").map(lambda kind: kind == "role_check") > 0
    found = table.filter(pa.array(chosen)).drop_columns("kind")
    return found.rename_columns(["role", "source", "file", "line"])


def _role_types(source: Source) -> pa.Table:
    """For each role and type of object: the objects on which it grants anything.

    `restricted` counts those of them on which some right has a restriction on rows.
    """
    rights = source.needed(PARSED, "rights", ["role", "object", "value", "restriction"])
    granted: dict[tuple[str, str], set[str]] = defaultdict(set)
    restricted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for role, object_, value, restriction in zip(
        Coded.of(rights, "role").texts(),
        Coded.of(rights, "object").texts(),
        rights.column("value").to_pylist(),
        rights.column("restriction").to_pylist(),
        strict=True,
    ):
        if not value or role is None or object_ is None:
            continue
        type_, _, rest = object_.partition(".")
        whole = object_ if type_ == "Subsystem" else f"{type_}.{rest.partition('.')[0]}"
        granted[role, type_].add(whole)
        if restriction:
            restricted[role, type_].add(whole)
    keys = sorted(granted)
    return pa.table(
        {
            "role": pa.array([role for role, _ in keys], pa.string()),
            "type": pa.array([type_ for _, type_ in keys], pa.string()),
            "objects": pa.array([len(granted[key]) for key in keys], pa.int64()),
            "restricted": pa.array([len(restricted.get(key, ())) for key in keys], pa.int64()),
        }
    )


def _configuration_rights(source: Source) -> pa.Table:
    """Rights on the configuration itself that roles grant."""
    rights = source.needed(PARSED, "rights", ["role", "object", "right", "value"])
    whole = Coded.of(rights, "object").map(lambda text: text.startswith("Configuration.")) > 0
    chosen = rights.filter(pa.array(whole))
    return chosen.filter(chosen.column("value")).select(["role", "right"])


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "configuration_rights": _configuration_rights,
    "role_checks": _role_checks,
    "role_types": _role_types,
}
"""How each table is made."""

READS: Mapping[str, tuple[str, ...]] = {PARSED: ("references", "rights")}
"""Tables by group that they are made from."""
