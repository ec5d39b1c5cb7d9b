"""Tables of a small upload in which it is known who uses what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from cai_assets.knowledge.schema import TABLES
from cai_assets.learning.features.modules.uses import READS
from cai_assets.learning.model import Inputs


@dataclass
class Upload:
    """Objects, modules, exported routines and references, added one by one."""

    objects: list[dict[str, Any]] = field(default_factory=list)
    modules: list[dict[str, Any]] = field(default_factory=list)
    routines: list[dict[str, Any]] = field(default_factory=list)
    references: list[dict[str, Any]] = field(default_factory=list)
    homes: dict[str, str] = field(default_factory=dict)

    def object(self, id_: str, home: str | None = None) -> str:
        """An object, at home in a subsystem."""
        self.objects.append({"project": "P", "object": id_, "type": id_.partition(".")[0]})
        if home:
            self.homes[id_] = home
        return id_

    def module(self, object_: str, kind: str = "ObjectModule", exports: Iterable[str] = ()) -> str:
        """A module of an object with the routines that it exports."""
        id_ = f"{object_}.{kind}"
        self.modules.append(
            {
                "project": "P",
                "module": id_,
                "object": object_,
                "owner": object_,
                "kind": kind,
                "client": kind == "FormModule",
                "server": True,
                "file": f"{id_}.bsl",
            }
        )
        for name in exports:
            self.routines.append(
                {
                    "project": "P",
                    "routine": f"{object_}.{name}",
                    "module": id_,
                    "object": object_,
                    "name": name,
                    "export": True,
                }
            )
        return id_

    def uses(
        self, module: str, target: str, kind: str = "call", line: int = 1, **more: Any
    ) -> None:
        """A line of a module that names something."""
        target_object = ".".join(target.split(".")[:2])
        row = {
            "source_object": ".".join(module.split(".")[:2]),
            "target_object": target_object,
            "target": target,
            "kind": kind,
            "extractor": "module",
            "resolved": True,
            "file": f"{module}.bsl",
            "line": line,
        }
        self.references.append({**row, **more})

    def links(self, source: str, target: str, kind: str = "type") -> None:
        """The description of an object names another."""
        self.uses(source, target, kind, extractor="object", source_object=source, file="x.mdo")

    def inputs(self) -> Inputs:
        """What the model reads."""
        homes = [{"object": name, "subsystem": home} for name, home in self.homes.items()]
        tables: Mapping[str, list[dict[str, Any]]] = {
            "objects": self.objects,
            "modules": self.modules,
            "routines": self.routines,
            "references": self.references,
        }
        parsed = {
            name: _table(rows, TABLES[name].arrow_schema, READS["parsed_configuration"][name])
            for name, rows in tables.items()
        }
        graph = pa.schema([("object", pa.string()), ("subsystem", pa.string())])
        nodes = pa.Table.from_pylist(homes, graph)
        return {"parsed_configuration": parsed, "dependency_analysis": {"graph_nodes": nodes}}


def _table(rows: list[dict[str, Any]], schema: pa.Schema, names: Iterable[str]) -> pa.Table:
    wanted = pa.schema([schema.field(name) for name in names])
    plain = pa.schema(
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
        for f in wanted
    )
    return pa.Table.from_pylist(rows, plain).cast(wanted)


def two_families(size: int = 60) -> Upload:
    """Catalogs that use all routines of `Money` and catalogs that use all of `Stock`.

    Each also uses the enumeration of its own name, which only its description tells.
    """
    upload = Upload()
    for name in ("Money", "Stock"):
        upload.object(f"CommonModule.{name}", name)
        upload.module(
            f"CommonModule.{name}", "CommonModule", [f"{name}Routine{place}" for place in range(6)]
        )
    for place in range(size):
        name = ("Money", "Stock")[place % 2]
        owner = upload.object(f"Catalog.Item{place}", name)
        module = upload.module(owner)
        for number in range(6):
            upload.uses(module, f"CommonModule.{name}.{name}Routine{number}", line=number + 1)
        own = upload.object(f"Enum.KindsOfItem{place}", name)
        upload.links(owner, own)
        upload.uses(module, own, "manager", line=9)
    return upload
