"""Objects that no other object needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.feedback import Flags
from cai_assets.analysis.dependencies.graph import Ints
from cai_assets.analysis.dependencies.merge import Nodes
from cai_assets.analysis.dependencies.unused.evidence import Evidence
from cai_assets.analysis.dependencies.unused.reasons import Reason, Unused
from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.edges import EDGE_KIND

CONSIDERED = frozenset(
    {
        "AccountingRegister",
        "AccumulationRegister",
        "CalculationRegister",
        "Catalog",
        "ChartOfAccounts",
        "ChartOfCalculationTypes",
        "ChartOfCharacteristicTypes",
        "CommandGroup",
        "CommonModule",
        "CommonTemplate",
        "Constant",
        "DefinedType",
        "Enum",
        "FunctionalOption",
        "InformationRegister",
        "SessionParameter",
        "SettingsStorage",
        "WSReference",
    }
)
"""Types whose objects somebody has to name. Others the platform starts or shows by itself, or
they are reached by what no reference shows: XDTO packages by their namespace, pictures and items
of style by the looks of forms.
"""

OPENED_BY_USERS = frozenset(
    {"BusinessProcess", "CommonForm", "DataProcessor", "Document", "DocumentJournal", "Report"}
    | {"Task"}
)
"""Types whose objects a user opens from a section; see `_may_be_opened`."""

_PUBLIC = frozenset({"программныйинтерфейс", "public"})


def in_public_region(region: str) -> bool:
    """Whether the outermost region is that of the public interface, by its standard name."""
    return region.casefold().partition("/")[0] in _PUBLIC


def unused_objects(
    tables: Mapping[str, pa.Table], nodes: Nodes, ends: tuple[Ints, Ints], evidence: Evidence
) -> Iterator[Unused]:
    """Objects without a reference from another object, in the project that owns them."""
    objects = tables["objects"]
    needed = _needed(tables["references"], objects, nodes, ends)[nodes.codes(objects, "object")]
    type_of = Coded.of(objects, "type")
    looked_at = type_of.map(lambda name: int(name in CONSIDERED or name in OPENED_BY_USERS)) == 1
    named_by_module = _named_by_exports(tables, evidence)
    public, sections = _public_modules(tables), _sections(objects)
    columns = ["project", "object", "type", "name", "belonging", "subsystems", "file", "line"]
    candidates = pa.array(np.flatnonzero(looked_at & ~needed))
    for row in objects.select([*columns, "properties"]).take(candidates).to_pylist():
        id_, folded = row["object"], row["object"].casefold()
        type_ = row["type"]
        if row["belonging"] == "Adopted":
            continue
        written = evidence.is_written(row["name"].casefold()) or folded in named_by_module
        if type_ in CONSIDERED:
            reason = Reason.OBJECT_NAME_WRITTEN if written else Reason.OBJECT_NOT_REFERENCED
        elif _may_be_opened(row, sections):
            continue
        else:
            reason = Reason.OBJECT_NAME_WRITTEN if written else Reason.OBJECT_NOT_IN_SECTIONS
        yield Unused(
            "object",
            row["project"],
            id_,
            id_,
            row["file"],
            row["line"],
            reason,
            folded in public,
        )


def _may_be_opened(row: Mapping[str, Any], sections: frozenset[str]) -> bool:
    """Whether a section of the command interface lists it and it has standard commands.

    Types without the property `UseStandardCommands` always have them.
    """
    if dict(row["properties"]).get("UseStandardCommands") == "false":
        return False
    return any(name.casefold() in sections for name in row["subsystems"] or ())


def _sections(objects: pa.Table) -> frozenset[str]:
    """Folded ids of the subsystems that are sections of the command interface."""
    rows = objects.filter(
        pa.compute.equal(objects.column("type").cast(pa.string()), "Subsystem")
    ).select(["object", "properties"])
    return frozenset(
        row["object"].casefold()
        for row in rows.to_pylist()
        if dict(row["properties"]).get("IncludeInCommandInterface") != "false"
    )


def _needed(
    references: pa.Table, objects: pa.Table, nodes: Nodes, ends: tuple[Ints, Ints]
) -> Flags:
    """For each object whether a resolved reference from another object shows a need.

    A defined type is needed wherever it is named: what it is there for is to be listed.
    """
    source, target = ends
    kind = Coded.of(references, "kind")
    usage = kind.map(lambda name: int(name in EDGE_KIND and EDGE_KIND[name].usage)) == 1
    dependency = kind.map(lambda name: int(name in EDGE_KIND and EDGE_KIND[name].dependency)) == 1
    defined = np.zeros(len(nodes.ids) + 1, dtype=bool)
    types = Coded.of(objects, "type").map(lambda name: int(name == "DefinedType"))
    defined[nodes.codes(objects, "object")[types == 1]] = True
    resolved = np.asarray(references.column("resolved").fill_null(False))
    rows = (usage | (dependency & defined[target])) & resolved & (target >= 0) & (source != target)
    needed = np.zeros(len(nodes.ids), dtype=bool)
    needed[target[rows]] = True
    return needed


def _named_by_exports(tables: Mapping[str, pa.Table], evidence: Evidence) -> set[str]:
    """Folded ids of global common modules of which a text literal names an exported routine."""
    objects = tables["objects"]
    modules = objects.filter(
        pa.compute.equal(objects.column("type").cast(pa.string()), "CommonModule")
    ).select(["object", "properties"])
    global_ = {
        row["object"].casefold()
        for row in modules.to_pylist()
        if dict(row["properties"]).get("Global") == "true"
    }
    routines = tables["routines"]
    owner = Coded.of(routines, "object")
    of_global = owner.map(lambda name: int(name.casefold() in global_)) == 1
    rows = np.flatnonzero(of_global & np.asarray(routines.column("export")))
    names = routines.column("name").take(pa.array(rows)).to_pylist()
    return {
        owner.values[code].casefold()
        for code, name in zip(owner.codes[rows].tolist(), names, strict=True)
        if evidence.in_texts(name.casefold())
    }


def _public_modules(tables: Mapping[str, pa.Table]) -> set[str]:
    """Folded ids of common modules that export something in the public interface."""
    routines = tables["routines"]
    public = Coded.of(routines, "region").map(lambda text: int(in_public_region(text))) == 1
    exported = np.asarray(routines.column("export"))
    owner = Coded.of(routines, "object")
    return {
        owner.values[code].casefold()
        for code in np.unique(owner.codes[public & exported]).tolist()
        if code >= 0 and owner.values[code].startswith("CommonModule.")
    }
