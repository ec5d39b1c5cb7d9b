"""Comments that switch findings off, as BSL Language Server reads them.

`// BSLLS-off … // BSLLS-on` for all findings, `// BSLLS:Key-off` for one, in Russian `выкл` and
`вкл`. They nest; one that is never switched on again runs to the end of the file; one behind
code speaks of its own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set

from cai_assets.onec.bsl.nodes import Module
from cai_assets.onec.facts import Block, Routine, Suppression

ALL = "*"
_CHANGED_WITH_CONTROL = frozenset({"изменениеиконтроль", "changeandvalidate"})
_SWITCH = re.compile(r"BSLLS(?::(\w+))?-(?:(выкл|off)|(?:вкл|on))", re.IGNORECASE)


def find_suppressions(
    comments: Iterable[tuple[int, str]], code_lines: Set[int], last_line: int
) -> list[Suppression]:
    """Suppressed lines. `comments` are lines and texts in order."""
    found: list[Suppression] = []
    open_from: dict[str, list[int]] = {}
    spelling: dict[str, str] = {}
    for line, text in comments:
        match = _SWITCH.search(text)
        if match is None:
            continue
        key = match[1] or ALL
        key = spelling.setdefault(key.lower(), key)
        starts = open_from.setdefault(key, [])
        if match[2]:
            if line in code_lines:
                found.append(Suppression(key, line, line))
            else:
                starts.append(line)
        elif starts:
            found.append(Suppression(key, starts.pop(), line))
    for key, starts in open_from.items():
        found.extend(Suppression(key, start, last_line) for start in starts)
    found.sort(key=lambda item: (item.line, -item.end_line, item.key))
    return found


def may_suppress(comments: Iterable[str]) -> bool:
    """Whether any comment mentions a switch; far cheaper than looking at each."""
    return "bslls" in "\n".join(comments).lower()


def vendor_code(
    module: Module, routines: Sequence[Routine], blocks: Sequence[Block]
) -> list[Suppression]:
    """Lines of routines under `&ИзменениеИКонтроль` that are the vendor's: all outside `#Вставка`.

    `routines` are the facts of `module.routines`, in the same order.
    """
    found: list[Suppression] = []
    inserted = [(block.line, block.end_line) for block in blocks if block.kind == "insert"]
    for node, routine in zip(module.routines, routines, strict=True):
        if not any(item.name.lower() in _CHANGED_WITH_CONTROL for item in node.annotations):
            continue
        first = routine.line
        for start, end in inserted:
            if routine.line <= start and end <= routine.end_line:
                found.append(Suppression(ALL, first, start))
                first = end
        found.append(Suppression(ALL, first, routine.end_line))
    return found
