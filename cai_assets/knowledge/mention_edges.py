"""What names in code turn out to mean once all files are known.

`"Продажи.Провести"` is a routine if there is a common module `Продажи`; `Движения.Остатки`
is a register that the document records. Texts that mean nothing here make no edge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.edge_rows import EdgeRows
from cai_assets.knowledge.known import Known
from cai_assets.knowledge.reasons import AT_RUN_TIME, NO_REGISTER, NO_ROUTINE
from cai_assets.onec.metadata.kinds import kind_by_bsl_name
from cai_assets.onec.metadata.names import full_name_target

REGISTERS = (
    "AccumulationRegister",
    "InformationRegister",
    "AccountingRegister",
    "CalculationRegister",
)
_APPLICATION = ("ManagedApplicationModule", "OrdinaryApplicationModule")


class _Meaning(NamedTuple):
    kind: str
    target: str
    note: str = ""
    reason: str = ""


def mention_edges(known: Known) -> pa.Table:
    """The edges of the table `mentions`."""
    rows = EdgeRows("mentions")
    mentions = known.stored["mentions"]
    records = Records(known)
    idle = _global_routines(known) if mentions.num_rows else {}
    literals: dict[str, _Meaning | None] = {}
    for project, source, module, context, text, file, line in zip(
        Coded.of(mentions, "project").texts(),
        Coded.of(mentions, "source").texts(),
        Coded.of(mentions, "module").texts(),
        Coded.of(mentions, "context").texts(),
        mentions.column("text").to_pylist(),
        Coded.of(mentions, "file").texts(),
        mentions.column("line").to_pylist(),
        strict=True,
    ):
        meaning: _Meaning | None
        if context == "movement":
            meaning = _movement(module or "", text, records)
        elif context == "idle_handler":
            routine = idle.get(text.casefold())
            meaning = _Meaning("notification", routine or text, "", "" if routine else AT_RUN_TIME)
        elif context == "notification":
            meaning = _notification(text, known)
        else:
            if text not in literals:
                literals[text] = literal(text, known)
            meaning = literals[text]
        if meaning:
            kind, target, note, reason = meaning
            rows.add(project, source, target, kind, file, line, note=note, reason=reason)
    return rows.table()


def literal(text: str, known: Known) -> _Meaning | None:
    """What names joined by dots in a literal mean; None if nothing in this upload."""
    steps = text.rstrip(".").split(".")
    routine = routine_named(steps, known)
    if routine:
        return _Meaning("routine_name", routine)
    full = full_name_target(text)
    if full is None:
        return None
    target = known.find(full.target.removesuffix(".EmptyRef"))
    if target is None and len(steps) == 3:
        target = known.find(f"{'.'.join(full.target.split('.')[:2])}.Template.{steps[2]}")
    target = target or known.object_of(full.target)
    if target is None:
        return None
    kind = "open_form" if full.note or ".Form." in target else "manager"
    return _Meaning(kind, target, full.note or "literal")


def routine_named(steps: list[str], known: Known) -> str | None:
    """The routine of `Модуль.Метод` or `Справочники.Товары.Метод` (its manager module)."""
    if len(steps) == 2:
        return known.routines.get(f"commonmodule.{steps[0]}.{steps[1]}".casefold())
    if len(steps) == 3:
        kind = kind_by_bsl_name(steps[0])
        if kind:
            return known.routines.get(f"{kind}.{steps[1]}.ManagerModule.{steps[2]}".casefold())
    return None


def _notification(text: str, known: Known) -> _Meaning:
    module, dot, name = text.partition(".")
    common = known.find(f"CommonModule.{module}") if dot else None
    if common is None:
        return _Meaning("notification", text, "", AT_RUN_TIME)
    target = known.routines.get(f"{common}.{name}".casefold())
    return _Meaning("notification", target or f"{common}.{name}", "", "" if target else NO_ROUTINE)


def _movement(module: str, name: str, records: Records) -> _Meaning | None:
    document, _, kind = module.rpartition(".")
    if kind != "ObjectModule" or not document.startswith("Document."):
        return None
    register = records.find(document, name)
    if register:
        return _Meaning("movement", register)
    return _Meaning("movement", f"Document.{document[9:]}.RegisterRecords.{name}", "", NO_REGISTER)


class Records:
    """The registers that documents may write: what their descriptions list."""

    def __init__(self, known: Known) -> None:
        self._known = known
        references = known.stored["references"]
        listed = references.filter(
            pa.compute.equal(references.column("kind").cast(pa.string()), "register_record")
        )
        self._of: dict[str, dict[str, str]] = defaultdict(dict)
        for source, target in zip(
            Coded.of(listed, "source").texts(), Coded.of(listed, "target").texts(), strict=True
        ):
            if source and target:
                name = target.rpartition(".")[2].casefold()
                self._of[source.casefold()][name] = target

    def listed(self, document: str) -> Mapping[str, str]:
        """The registers that a document lists, by their folded names."""
        return self._of.get(document.casefold(), {})

    def find(self, document: str, name: str) -> str | None:
        """The register of that name: one that the document lists, else one that there is."""
        found = self.listed(document).get(name.casefold())
        if found:
            return self._known.find(found) or found
        candidates = (self._known.find(f"{kind}.{name}") for kind in REGISTERS)
        return next((target for target in candidates if target), None)


def _global_routines(known: Known) -> dict[str, str]:
    """Procedures that a handler of waiting outside forms may be: of global and application modules.

    By folded name.
    """
    objects = known.stored["objects"]
    common = objects.filter(
        pa.compute.equal(objects.column("type").cast(pa.string()), "CommonModule")
    )
    modules = {
        f"{row['object']}.Module"
        for row in common.select(["object", "properties"]).to_pylist()
        if ("Global", "true") in row["properties"]
    }
    table = known.stored["modules"]
    modules |= {
        module
        for module, kind in zip(
            table.column("module").to_pylist(), Coded.of(table, "kind").texts(), strict=True
        )
        if kind in _APPLICATION
    }
    routines = known.stored["routines"]
    module = Coded.of(routines, "module")
    wanted = module.map(lambda text: int(text in modules)) == 1
    chosen = routines.filter(pa.array(wanted))
    found: dict[str, str] = {}
    for name, routine in zip(
        chosen.column("name").to_pylist(), chosen.column("routine").to_pylist(), strict=True
    ):
        found.setdefault(name.casefold(), routine)
    return found
