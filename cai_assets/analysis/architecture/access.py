"""What roles grant, and who may reach which object with data.

The file of a role lists what differs from its default. With "set rights for new objects" the
default is to grant, so an object of the same project that the file does not mention is granted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.architecture.facts import Facts
from cai_assets.analysis.architecture.schema import OBJECT_ACCESS, ROLES_SUMMARY
from cai_assets.knowledge.coded import Coded

_REFERENCE_TYPES = frozenset(
    {
        "BusinessProcess",
        "Catalog",
        "ChartOfAccounts",
        "ChartOfCalculationTypes",
        "ChartOfCharacteristicTypes",
        "Document",
        "ExchangePlan",
        "Task",
    }
)
"""Types whose objects are inserted and deleted; the other data is read and updated."""

DATA_TYPES = _REFERENCE_TYPES | {
    "AccountingRegister",
    "AccumulationRegister",
    "CalculationRegister",
    "Constant",
    "InformationRegister",
}
"""Types of objects that keep data and have the right `Read`."""

FULL_SHARE = 0.8
"""A role that may read this share of all objects with data counts as full."""

_RIGHTS = ("Read", "Update", "Insert", "Delete", "InteractiveDelete")
_OF_ALL_DATA = ("Read", "Update")

_Cells = npt.NDArray[np.bool_]


class _Grants:
    """For each right a matrix roles × objects with data: who may do what."""

    def __init__(self, facts: Facts) -> None:
        roles = facts.tables["roles"]
        self.roles: list[str] = sorted(set(roles.column("role").to_pylist()))
        self._role = {name.casefold(): row for row, name in enumerate(self.roles)}
        types = facts.object_type.values
        of_node = facts.object_type.codes[facts.node_row]
        is_data = np.array([name in DATA_TYPES for name in types], dtype=bool)[of_node]
        self.data = np.flatnonzero(is_data)
        self.types = [types[code] for code in of_node[self.data].tolist()]
        self._column = np.full(len(facts.node_ids), -1, dtype=np.int64)
        self._column[self.data] = np.arange(len(self.data))
        by_project = np.zeros((len(self.roles), len(facts.projects)), dtype=bool)
        for row in roles.select(["project", "role", "set_for_new_objects"]).to_pylist():
            place = self._role[row["role"].casefold()], facts.projects.index(row["project"])
            by_project[place] |= bool(row["set_for_new_objects"])
        self.by_default = by_project[:, facts.object_project[facts.node_row[self.data]]]
        self._read(facts)

    def _read(self, facts: Facts) -> None:
        rights = facts.tables["rights"]
        node = Coded.of(rights, "object").map(lambda name: facts.node_of.get(name.casefold(), -1))
        column = np.append(self._column, -1)[node]
        self.role = Coded.of(rights, "role").map(lambda name: self._role.get(name.casefold(), -1))
        self.value: _Cells = rights.column("value").to_numpy(zero_copy_only=False).astype(bool)
        restriction = pc.fill_null(rights.column("restriction"), "")
        self.restricted: _Cells = (
            pc.not_equal(restriction, "").to_numpy(zero_copy_only=False).astype(bool)
        )
        right = Coded.of(rights, "right")
        inserted = np.array([name in _REFERENCE_TYPES for name in self.types], dtype=bool)
        self.may: dict[str, _Cells] = {}
        for name in _RIGHTS:
            possible = np.ones(len(self.data), bool) if name in _OF_ALL_DATA else inserted
            cells = self.by_default & possible
            code = right.values.index(name) if name in right.values else -2
            stated = (right.codes == code) & (self.role >= 0) & (column >= 0)
            cells[self.role[stated], column[stated]] = self.value[stated]
            self.may[name] = cells
            if name == "Read":
                limited = stated & self.restricted & self.value
                self.read_restricted = np.zeros_like(cells)
                self.read_restricted[self.role[limited], column[limited]] = True

    def full(self) -> _Cells:
        """Which roles may read nearly everything."""
        enough: _Cells = self.may["Read"].sum(axis=1) >= FULL_SHARE * max(len(self.data), 1)
        return enough


def access(facts: Facts) -> dict[str, pa.Table]:
    """The tables `roles_summary` and `object_access`."""
    grants = _Grants(facts)
    return {
        "roles_summary": _roles(facts, grants),
        "object_access": _objects(facts, grants),
    }


def _roles(facts: Facts, grants: _Grants) -> pa.Table:
    count = len(grants.roles)
    stated = grants.role >= 0
    changes = grants.may["Insert"] | grants.may["Update"] | grants.may["Delete"]
    figures = {
        "granted": np.bincount(grants.role[stated & grants.value], minlength=count),
        "denied": np.bincount(grants.role[stated & ~grants.value], minlength=count),
        "restricted": np.bincount(
            grants.role[stated & grants.value & grants.restricted], minlength=count
        ),
        "read": grants.may["Read"].sum(axis=1),
        "change": changes.sum(axis=1),
        "interactive_delete": grants.may["InteractiveDelete"].sum(axis=1),
        "full": grants.full(),
    }
    position = {name: row for row, name in enumerate(grants.roles)}
    stored = facts.tables["roles"].select(["role", "set_for_new_objects", "file"]).to_pylist()
    rows: list[dict[str, Any]] = [
        row | {name: values[position[row["role"]]].item() for name, values in figures.items()}
        for row in sorted(stored, key=lambda row: (row["role"], row["file"]))
    ]
    return pa.Table.from_pylist(rows, schema=ROLES_SUMMARY.arrow_schema)


def _objects(facts: Facts, grants: _Grants) -> pa.Table:
    reading = grants.may["Read"]
    columns: dict[str, Any] = {
        "object": [facts.node_ids[node] for node in grants.data.tolist()],
        "type": grants.types,
        "read": reading.sum(axis=0),
        "read_restricted": grants.read_restricted.sum(axis=0),
        **{name.lower(): grants.may[name].sum(axis=0) for name in ("Insert", "Update", "Delete")},
        "only_full": ~reading[~grants.full()].any(axis=0),
    }
    schema = OBJECT_ACCESS.arrow_schema
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema).sort_by("object")
