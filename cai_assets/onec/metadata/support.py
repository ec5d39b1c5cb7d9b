"""Vendor support: which objects of a configuration its vendor allows to change.

`ParentConfigurations.bin` is the same in both layouts: a flat list in braces of the vendors'
configurations, each followed by a record for every object it delivers.
"""

from __future__ import annotations

import re
from typing import Final

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import FileFacts, Problem, SupportEntry
from cai_assets.onec.metadata import braces
from cai_assets.onec.sources import SourceFile

LOCKED: Final = "locked"
EDITABLE: Final = "editable"
OFF: Final = "off"

_STATES: Final = {"0": LOCKED, "1": EDITABLE, "2": OFF}
_STRICTNESS: Final = {LOCKED: 2, EDITABLE: 1, OFF: 0}
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEAD: Final = 7
"""Values before a vendor's records: id, flag, id, version, vendor, name, number of records."""


def read_support(source: SourceFile, data: bytes) -> FileFacts:
    """Read the support state of every delivered object, by its uuid in this configuration.

    A configuration whose changing is switched off as a whole has all objects locked, whatever
    their records say. An object that several vendors deliver gets the most restrictive state
    (locked, editable, off): changing it breaks the support of the vendor who locks it.
    """
    facts = FileFacts()
    values = _flat(data)
    if len(values) < 3 or not values[2].isdecimal():
        raise UnreadableFile(f"{source.path} does not state its number of vendors; dump it again")
    if values[0] != "6":
        facts.problems.append(
            Problem(1, 1, f"format {values[0]} of vendor support is unknown, 6 is; read as 6")
        )
    all_locked = values[1] == "1"
    states: dict[str, str] = {}
    position = 3
    for _ in range(int(values[2])):
        position = _next_vendor(values, position)
        if position + _HEAD > len(values):
            facts.problems.append(
                Problem(1, 1, "vendor support lists fewer vendors than it states; dump it again")
            )
            break
        position = _read_vendor(values, position, all_locked, states, facts.problems)
    facts.support = [SupportEntry(uuid, state) for uuid, state in states.items()]
    return facts


def _flat(data: bytes) -> list[str]:
    values = braces.parse(braces.decode(data))
    flat = [value for value in values if isinstance(value, str)]
    if len(flat) != len(values):
        raise UnreadableFile("vendor support holds nested braces; dump it again")
    return flat


def _next_vendor(values: list[str], position: int) -> int:
    """Skip the numbers between two vendors."""
    while position < len(values) and not _UUID.fullmatch(values[position]):
        position += 1
    return position


def _read_vendor(
    values: list[str],
    position: int,
    all_locked: bool,
    states: dict[str, str],
    problems: list[Problem],
) -> int:
    """Read one vendor's records into `states`; return the position after them.

    A record is: rule, flag, uuid here, uuid at the vendor; the latter may be left out.
    """
    name, stated = values[position + 5], values[position + 6]
    position += _HEAD
    count = int(stated) if stated.isdecimal() else -1
    read = 0
    unknown = 0
    while read != count and position + 2 < len(values):
        uuid = values[position + 2].lower()
        if not _UUID.fullmatch(uuid):
            break
        state = LOCKED if all_locked else _STATES.get(values[position])
        if state is None:
            unknown += 1
        elif uuid not in states or _STRICTNESS[state] > _STRICTNESS[states[uuid]]:
            states[uuid] = state
        position += 3
        if position < len(values) and _UUID.fullmatch(values[position]):
            position += 1
        read += 1
    if read != count:
        message = f"support by {name}: {read} of {stated} records are readable; dump it again"
        problems.append(Problem(1, 1, message))
    if unknown:
        message = f"support by {name}: {unknown} records have an unknown rule; they are left out"
        problems.append(Problem(1, 1, message))
    return position
