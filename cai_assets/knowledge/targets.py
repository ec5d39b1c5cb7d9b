"""Whether what a reference names is in the upload, and if not, why."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from cai_assets.knowledge import reasons as why
from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.knowledge.fields import FieldPaths
from cai_assets.knowledge.known import Known
from cai_assets.knowledge.reasons import REASONS
from cai_assets.onec.metadata.kinds import KINDS, kind_by_type_head
from cai_assets.onec.metadata.standard_fields import standard_field

_KNOWN_TYPES = frozenset(kind.name for kind in KINDS)
_IDENTIFIER = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|-?\d+(:.*)?")
_ROUTINE_KINDS = frozenset({"handler", "notification", "routine_name", "call"})
_FIELD = "query_field"
_EMPTY = ".emptyref"
"""`Catalog.X.EmptyRef` is a value of the object `Catalog.X`."""

_STANDARD_GROUPS = ("FormCommandBar", "FormNavigationPanel", "NavigationPanel", "ActionsPanel")
_STANDARD = (".standardtabularsection.", ".standardcommand.")
_ATTRIBUTE = ".standardattribute."
_ALSO_OF_THE_PLATFORM = ("CommonPicture.", "StyleItem.")
_CODE = {reason: code for code, reason in enumerate(REASONS)}


def resolve_references(
    stored: Mapping[str, pa.Table], known: Known, *, carried: bool
) -> dict[str, pa.Array]:
    """The columns `resolved` and `reason` of `references`.

    If `carried`, only rows without a reason are looked at; the others keep what they have.
    """
    references = stored["references"]
    if not carried:
        reason = _resolve(references, stored, known)
    else:
        reason = Coded.of(references, "reason")
        rows = np.flatnonzero(reason.codes < 0)
        if len(rows):
            new = _resolve(references.take(pa.array(rows)), stored, known)
            reason = reason.replaced(rows, new)
    resolved = reason.map(lambda text: int(text == why.RESOLVED)) == 1
    return {"resolved": pa.array(resolved), "reason": reason.column()}


def _resolve(references: pa.Table, stored: Mapping[str, pa.Table], known: Known) -> Coded:
    """Why each row of `references` is not resolved."""
    target, kind = Coded.of(references, "target"), Coded.of(references, "kind")
    is_routine = kind.map(lambda text: int(text in _ROUTINE_KINDS)).astype(bool)
    is_field = kind.map(lambda text: int(text == _FIELD)).astype(bool)
    codes: Codes = np.zeros(len(references), dtype=np.int64)
    for chosen, reason in ((~is_routine & ~is_field, _reason), (is_routine, _routine_reason)):
        rows = np.flatnonzero(chosen)
        used, inverse = np.unique(target.codes[rows], return_inverse=True)
        values = [_CODE[reason(target.values[code], known)] for code in used.tolist()]
        codes[rows] = np.array(values, dtype=np.int64)[inverse]
    fields = np.flatnonzero(is_field)
    if len(fields):
        codes[fields] = _field_codes(references.take(pa.array(fields)), stored)
    return Coded(codes, list(REASONS))


def _field_codes(references: pa.Table, stored: Mapping[str, pa.Table]) -> Codes:
    paths = FieldPaths(stored)
    target, note = Coded.of(references, "target"), Coded.of(references, "note")
    notes = len(note.values) + 1
    keys, inverse = np.unique(target.codes * notes + note.codes + 1, return_inverse=True)
    found = [
        _CODE[
            paths.reason(
                target.values[key // notes], note.values[key % notes - 1] if key % notes else ""
            )
        ]
        for key in keys.tolist()
    ]
    return np.array(found, dtype=np.int64)[inverse]


def _routine_reason(target: str, known: Known) -> str:
    if target.casefold() in known.routines:
        return why.RESOLVED
    return why.AS_NUMBER if not target or _IDENTIFIER.fullmatch(target) else why.NO_ROUTINE


def _reason(target: str, known: Known) -> str:
    folded = target.casefold().removesuffix(_EMPTY)
    if folded in known.ids:
        return why.RESOLVED
    if not target or _IDENTIFIER.fullmatch(target):
        return why.AS_NUMBER
    owner, attribute, name = folded.partition(_ATTRIBUTE)
    if attribute:
        return _standard_reason(target, owner, name, known)
    if any(part in folded + "." for part in _STANDARD) or target.startswith(_STANDARD_GROUPS):
        return why.STANDARD
    head = target.split(".", 1)[0]
    if "." not in target and (target in _KNOWN_TYPES or kind_by_type_head(target)):
        return why.ANY_OBJECT
    if target.startswith(_ALSO_OF_THE_PLATFORM):
        return why.PLATFORM_OR_MISSING
    if head not in _KNOWN_TYPES:
        return why.PLATFORM_TYPE
    return why.NO_PART if known.object_of(target.rpartition(".")[0]) else why.NOT_HERE


def _standard_reason(target: str, owner: str, name: str, known: Known) -> str:
    """A standard attribute is resolved where the platform gives it to objects of the kind."""
    if owner not in known.ids:
        return why.NOT_HERE
    kind = "TabularSection" if ".tabularsection." in owner else target.split(".", 1)[0]
    return why.RESOLVED if standard_field(kind, name) else why.STANDARD
