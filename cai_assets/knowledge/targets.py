"""Whether what metadata refers to is in the upload, and if not, why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.onec.metadata.kinds import KINDS, kind_by_type_head

REASONS = (
    "",
    "not in this upload",
    "written as a number or identifier",
    "a type of the platform",
    "a standard part of the platform",
    "any object of a kind",
    "no such routine",
)
"""Why a reference is not resolved; the first stands for resolved ones."""

_KNOWN_TYPES = frozenset(kind.name for kind in KINDS)
_IDENTIFIER = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|-?\d+(:.*)?")
_HANDLER_KINDS = frozenset({"handler"})
_EMPTY = ".emptyref"
"""`Catalog.X.EmptyRef` is a value of the object `Catalog.X`."""

_STANDARD_GROUPS = ("FormCommandBar", "FormNavigationPanel", "NavigationPanel", "ActionsPanel")
_STANDARD = (".standardattribute.", ".standardtabularsection.", ".standardcommand.")


def resolve_references(stored: Mapping[str, pa.Table], *, carried: bool) -> dict[str, pa.Array]:
    """The columns `resolved` and `reason` of `references`.

    If `carried`, only rows without a reason are looked at; the others keep what they have.
    """
    references = stored["references"]
    if not carried:
        reason = _resolve(references, stored)
    else:
        reason = Coded.of(references, "reason")
        rows = np.flatnonzero(reason.codes < 0)
        if len(rows):
            reason = reason.replaced(rows, _resolve(references.take(pa.array(rows)), stored))
    resolved = reason.map(lambda text: int(text == REASONS[0])) == 1
    return {"resolved": pa.array(resolved), "reason": reason.column()}


def _resolve(references: pa.Table, stored: Mapping[str, pa.Table]) -> Coded:
    """Why each row of `references` is not resolved."""
    known = set(_names(stored))
    target, kind = Coded.of(references, "target"), Coded.of(references, "kind")
    is_handler = kind.map(lambda text: int(text in _HANDLER_KINDS)).astype(bool)
    plain = target.map(lambda text: _reason(text, known, handler=False))
    handler = target.map(lambda text: _reason(text, known, handler=True))
    return Coded(np.where(is_handler, handler, plain), list(REASONS))


def _reason(target: str, known: set[str], *, handler: bool) -> int:
    """The position in `REASONS`."""
    folded = target.casefold().removesuffix(_EMPTY)
    if folded in known:
        return 0
    if not target or _IDENTIFIER.fullmatch(target):
        return 2
    if handler:
        return 6
    head = target.split(".", 1)[0]
    if any(part in folded + "." for part in _STANDARD) or target.startswith(_STANDARD_GROUPS):
        return 4
    if "." not in target and (target in _KNOWN_TYPES or kind_by_type_head(target)):
        return 5
    return 1 if head in _KNOWN_TYPES else 3


def _names(stored: Mapping[str, pa.Table]) -> Iterator[str]:
    """Every name that a reference may have for a target, case-folded."""
    for table, column in (
        ("objects", "object"),
        ("members", "member"),
        ("routines", "routine"),
        ("forms", "form"),
    ):
        for name in stored[table].column(column).to_pylist():
            yield name.casefold()
    commands = stored["form_commands"]
    for form, name in zip(
        Coded.of(commands, "form").texts(), commands.column("name").to_pylist(), strict=True
    ):
        yield f"{form}.Command.{name}".casefold()
