"""Attributes whose names are written nowhere, and forms that nobody opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.unused.evidence import Evidence
from cai_assets.analysis.dependencies.unused.reasons import Reason, Unused
from cai_assets.knowledge.coded import Coded

_ATTRIBUTES = frozenset(
    {
        "AccountingFlag",
        "AddressingAttribute",
        "Attribute",
        "Dimension",
        "ExtDimensionAccountingFlag",
        "Resource",
        "TabularSection",
    }
)
_FORMS_OF_ONE = frozenset({"DefaultObjectForm", "DefaultRecordForm", "DefaultForm"})
"""Properties that name the form of an element, of a record, of a report or data processor."""

_WITHOUT_FORM_OF_ONE = (
    "AccountingRegister.",
    "AccumulationRegister.",
    "CalculationRegister.",
)
_COLUMNS = ["project", "member", "object", "kind", "name", "belonging", "file", "line"]


def unused_attributes(tables: Mapping[str, pa.Table], evidence: Evidence) -> Iterator[Unused]:
    """Attributes, dimensions, resources, tabular sections that nothing names."""
    needed, elsewhere = evidence.needed, evidence.queries | evidence.data_paths
    in_code = evidence.members | evidence.texts
    with_form = _with_form(tables["references"])
    for row in _own(tables["members"], _ATTRIBUTES):
        name, owner = row["name"].casefold(), row["object"].casefold()
        if row["member"].casefold() in needed or name in elsewhere:
            continue
        if name in evidence.own_words.get(owner, ()):
            continue
        reason = Reason.ATTRIBUTE_NOT_NAMED
        if owner not in with_form and not row["object"].startswith(_WITHOUT_FORM_OF_ONE):
            reason = Reason.ATTRIBUTE_ON_AUTOMATIC_FORM
        if name in in_code:
            near = evidence.neighbours.get(owner, frozenset({owner}))
            if any(name in evidence.names_of_object.get(other, ()) for other in near):
                continue
            reason = Reason.ATTRIBUTE_NAMED_ELSEWHERE
        yield _finding("attribute", row, reason)


def _with_form(references: pa.Table) -> set[str]:
    """Folded ids of objects whose form of an element is not the automatic one."""
    is_default = Coded.of(references, "kind").map(lambda name: int(name == "default_form")) == 1
    of_one = Coded.of(references, "note").map(lambda name: int(name in _FORMS_OF_ONE)) == 1
    source = Coded.of(references, "source")
    codes = np.unique(source.codes[is_default & of_one]).tolist()
    return {source.values[code].casefold() for code in codes}


def unused_forms(tables: Mapping[str, pa.Table], evidence: Evidence) -> Iterator[Unused]:
    """Forms of objects that are no default form and that nothing opens or names."""
    for row in _own(tables["members"], frozenset({"Form"})):
        if row["member"].casefold() in evidence.needed:
            continue
        name = row["name"].casefold()
        named = name in evidence.members or evidence.in_texts(name)
        yield _finding("form", row, Reason.FORM_NAME_WRITTEN if named else Reason.FORM_NOT_OPENED)


def _own(members: pa.Table, kinds: frozenset[str]) -> list[dict[str, Any]]:
    """Members of these kinds that are not adopted."""
    wanted = Coded.of(members, "kind").map(lambda name: int(name in kinds)) == 1
    adopted = Coded.of(members, "belonging").map(lambda name: int(name == "Adopted")) == 1
    rows = members.select(_COLUMNS).take(pa.array(np.flatnonzero(wanted & ~adopted)))
    return rows.to_pylist()  # type: ignore[no-any-return]


def _finding(kind: str, row: Mapping[str, Any], reason: Reason) -> Unused:
    return Unused(
        kind,
        row["project"],
        row["member"],
        row["object"],
        row["file"],
        row["line"],
        reason,
    )
