"""Fields that queries name as paths: `Catalog.Товары.Поставщик.Наименование`, step by step.

A step is a part of the object, a standard or a common attribute; behind it the path goes on
in the objects that its type allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.reasons import AT_RUN_TIME, NO_FIELD, NOT_HERE, RESOLVED, UNKNOWN_TYPE
from cai_assets.onec.metadata.kinds import kind_by_type_head
from cai_assets.onec.metadata.standard_fields import Leads, standard_field, without_suffix

_FIELDS = frozenset(
    {
        "Attribute",
        "Dimension",
        "Resource",
        "TabularSection",
        "StandardTabularSection",
        "AddressingAttribute",
        "AccountingFlag",
        "ExtDimensionAccountingFlag",
        "Column",
        "Field",
    }
)
LINKS = {
    "owner": Leads.OWNER,
    "chart_of_accounts": Leads.ACCOUNT,
    "chart_of_calculation_types": Leads.CALCULATION,
    "task": Leads.TASK,
    "registered_document": Leads.DOCUMENTS,
    "ext_dimension_types": Leads.CHARACTERISTIC,
}
"""Kinds of edges that tell where a path goes on behind a standard field."""
RECORDS = "register_record"
"""The kind that tells the recorders of a register."""

_ANY = frozenset({"AnyRef", "AnyIBRef"})
_CONSTANTS = "constants"
_GAPS = frozenset("#%&@?[]")
_OF_ANY_REFERENCE = frozenset({"ref", "ссылка", "presentation", "представление"})
_MOST_STEPS = 40


@dataclass(slots=True)
class _Table:
    """A place whose fields are looked up: an object or a tabular section of one."""

    id: str
    fields: dict[str, str] = field(default_factory=dict)


class FieldPaths:
    """The fields of all objects of an upload. Ids are folded."""

    def __init__(self, stored: Mapping[str, pa.Table]) -> None:
        objects = stored["objects"].column("object").to_pylist()
        self._tables = {name.casefold(): _Table(name) for name in objects}
        self._types: dict[str, list[str]] = defaultdict(list)
        self._any: set[str] = set()
        self._links: dict[tuple[str, Leads], list[str]] = defaultdict(list)
        self._add_members(stored["members"])
        self._add_types(stored["types"])
        self._add_links(stored["references"])

    def reason(self, path: str, virtual: str = "") -> str:
        """Why a path is not resolved, empty if it is.

        `path` begins with the id of the table; `virtual` as in `onec.query.tables`.
        """
        return self._follow(path, virtual)[0]

    def members(self, path: str, virtual: str = "") -> list[str]:
        """The parts of objects and common attributes that a path goes through, by their ids.

        Standard attributes are none; of a step with several types, the parts of each.
        """
        return self._follow(path, virtual)[1]

    def _follow(self, path: str, virtual: str) -> tuple[str, list[str]]:
        steps = path.casefold().split(".")
        if not _GAPS.isdisjoint(path):
            return AT_RUN_TIME, []
        if steps[0] == _CONSTANTS and len(steps) > 1:
            name = f"constant.{steps[1]}"
            if name not in self._tables:
                return NO_FIELD, []
            reason, passed = self._walk(self._allowed(name), steps[2:])
            return reason, [self._tables[name].id, *passed]
        start, rest = self._start(steps)
        if start is None:
            return NOT_HERE, []
        return self._walk([start], rest, virtual)

    def _start(self, steps: list[str]) -> tuple[str | None, list[str]]:
        """The table with the longest id that begins the path."""
        for length in range(min(len(steps) - 1, 8), 1, -1):
            name = ".".join(steps[:length])
            if name in self._tables:
                return name, steps[length:]
        return None, []

    def _walk(
        self, tables: list[str], steps: list[str], virtual: str = ""
    ) -> tuple[str, list[str]]:
        """Follow `steps` from any of `tables`, which are None where a type is not known."""
        passed: dict[str, None] = {}
        for step in steps[:_MOST_STEPS]:
            if not tables:
                return NO_FIELD, list(passed)
            following: dict[str, None] = {}
            found = False
            for table in tables:
                if table == _UNKNOWN:
                    following[_UNKNOWN] = None
                    found = found or step in _OF_ANY_REFERENCE
                    continue
                targets = self._step(table, step, virtual, passed)
                if targets is not None:
                    found = True
                    following.update(dict.fromkeys(targets))
            if not found:
                return (UNKNOWN_TYPE if _UNKNOWN in tables else NO_FIELD), list(passed)
            tables = list(following)
            virtual = ""
        return RESOLVED, list(passed)

    def _step(
        self, table: str, step: str, virtual: str, passed: dict[str, None]
    ) -> list[str] | None:
        """Where the path goes on behind a field of the table; None if it has no such field."""
        fields = self._tables[table].fields
        member = fields.get(step)
        if member is None and virtual:
            member = next((fields[name] for name in without_suffix(step) if name in fields), None)
        if member is None and table.startswith("accountingregister."):
            member = next((fields[name] for name in without_suffix(step) if name in fields), None)
        if member is not None:
            passed[member] = None
            folded = member.casefold()
            return [folded] if folded in self._tables else self._allowed(folded)
        object_, _, section = _split_section(table)
        standard = standard_field(_kind_of(table), step, virtual)
        if standard is not None:
            if standard.leads is Leads.NOWHERE:
                return []
            if standard.leads is Leads.SELF:
                return [object_ if section else table]
            return self._links.get((object_, standard.leads)) or [_UNKNOWN]
        common = f"commonattribute.{step}"
        if common in self._tables and not section:
            passed[self._tables[common].id] = None
            return self._allowed(common)
        return None

    def _allowed(self, owner: str) -> list[str]:
        """The objects whose references a field may hold, defined types opened."""
        found: dict[str, None] = {}
        seen = {owner}
        stack = [owner]
        while stack:
            name = stack.pop()
            if name in self._any:
                found[_UNKNOWN] = None
            for target in self._types.get(name, ()):
                if target.startswith(("definedtype.", "characteristic.")):
                    inner = target.replace("characteristic.", "chartofcharacteristictypes.", 1)
                    if inner not in seen:
                        seen.add(inner)
                        stack.append(inner)
                elif target in self._tables:
                    found[target] = None
                else:
                    found[_UNKNOWN] = None
        return list(found)

    # --- from tables --------------------------------------------------------------------

    def _add_members(self, members: pa.Table) -> None:
        kinds = Coded.of(members, "kind")
        wanted = kinds.map(lambda text: int(text in _FIELDS)) == 1
        rows = members.filter(pa.array(wanted))
        for member, parent, name, kind in zip(
            rows.column("member").to_pylist(),
            Coded.of(rows, "parent").texts(),
            rows.column("name").to_pylist(),
            Coded.of(rows, "kind").texts(),
            strict=True,
        ):
            if kind in ("TabularSection", "StandardTabularSection"):
                self._table(member)
            self._table(parent or "").fields.setdefault(name.casefold(), member)

    def _table(self, name: str) -> _Table:
        return self._tables.setdefault(name.casefold(), _Table(name))

    def _add_types(self, types: pa.Table) -> None:
        for owner, name, target in zip(
            Coded.of(types, "owner").texts(),
            Coded.of(types, "type").texts(),
            Coded.of(types, "target").texts(),
            strict=True,
        ):
            if owner is None or name is None:
                continue
            if name.startswith("Characteristic."):
                self._types[owner.casefold()].append(name.casefold())
            elif target is not None:
                self._types[owner.casefold()].append(target.casefold())
            elif name in _ANY or kind_by_type_head(name):
                self._any.add(owner.casefold())

    def _add_links(self, references: pa.Table) -> None:
        kinds = Coded.of(references, "kind")
        wanted = kinds.map(lambda text: int(text in LINKS or text == RECORDS)) == 1
        rows = references.filter(pa.array(wanted))
        for kind, source, target in zip(
            Coded.of(rows, "kind").texts(),
            Coded.of(rows, "source").texts(),
            Coded.of(rows, "target").texts(),
            strict=True,
        ):
            if kind is None or source is None or target is None:
                continue
            if kind == RECORDS:
                key, value = (target.casefold(), Leads.RECORDER), source.casefold()
            else:
                key, value = (source.casefold(), LINKS[kind]), target.casefold()
                if kind == "task":
                    self._links[value, Leads.PROCESS].append(key[0])
            if value in self._tables:
                self._links[key].append(value)


_UNKNOWN = "?"
"""Stands for an object that the type does not name."""


def _split_section(table: str) -> tuple[str, str, str]:
    for word in (".tabularsection.", ".standardtabularsection."):
        if word in table:
            return table.partition(word)
    return table, "", ""


def _kind_of(table: str) -> str:
    """The kind of a folded id, as `standard_fields` names it."""
    object_, word, _ = _split_section(table)
    if word:
        return "StandardTabularSection" if "standard" in word else "TabularSection"
    return _KINDS.get(object_.partition(".")[0], "")


_KINDS = {
    name.casefold(): name
    for name in (
        *("Catalog", "Document", "DocumentJournal", "Enum", "ChartOfCharacteristicTypes"),
        *("ChartOfAccounts", "ChartOfCalculationTypes", "ExchangePlan", "BusinessProcess"),
        *("Task", "InformationRegister", "AccumulationRegister", "AccountingRegister"),
        *("CalculationRegister", "Constant", "Sequence", "FilterCriterion"),
        "ExternalDataSource",
    )
}
