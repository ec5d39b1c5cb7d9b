"""The baseline: findings that are known and shall not fail a build, in a file kept with the code.

One finding in a line, sorted by object and rule, without lines and dates: a change of the file
shows exactly which findings came and went.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from cai_assets.intake.files import replace
from cai_assets.rules.settling import OPEN

VERSION = 1
_HEAD = {"cai_baseline": VERSION}


class BaselineError(Exception):
    """The file is no baseline; the text says why."""


class Known(NamedTuple):
    """A finding of a baseline."""

    object: str
    rule: str
    routine: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Findings beside a baseline. `new` are fingerprints; `fixed` are gone though the rule ran."""

    new: frozenset[str]
    known: frozenset[str]
    fixed: tuple[Known, ...]


def load_baseline(path: Path) -> tuple[Known, ...]:
    """The findings of a baseline. Raises OSError, and BaselineError for what is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise BaselineError(str(error)) from error
    if not isinstance(content, dict) or content.get("cai_baseline") != VERSION:
        raise BaselineError(f"cai_baseline: {VERSION} ?")
    try:
        return tuple(
            Known(row["object"], row["rule"], row["routine"], row["fingerprint"])
            for row in content["findings"]
        )
    except (KeyError, TypeError) as error:
        raise BaselineError(f"findings: {error}") from error


def save_baseline(findings: pa.Table, path: Path) -> int:
    """Write the open findings to `path` and return their number. Raises OSError."""
    rows = sorted(set(known_of(findings)))
    lines = [json.dumps(row._asdict(), ensure_ascii=False) for row in rows]
    head = json.dumps(_HEAD)[:-1]
    body = ",\n".join(lines)
    text = f'{head}, "findings": [\n{body}\n]}}\n' if lines else f'{head}, "findings": []}}\n'
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    replace(temporary, path)
    return len(rows)


def known_of(findings: pa.Table) -> Iterable[Known]:
    """The open findings as rows of a baseline."""
    names = ("object", "rule", "routine", "fingerprint", "status")
    for object_, rule, routine, fingerprint, status in zip(
        *(findings.column(name).to_pylist() for name in names), strict=True
    ):
        if status == OPEN:
            yield Known(object_ or "", rule, routine or "", fingerprint)


def compare(
    findings: pa.Table, baseline: Iterable[Known], rules_run: Collection[str]
) -> Comparison:
    """Split the open findings into new and known, and tell which known ones are gone.

    What a rule found that has not run now is neither known nor fixed.
    """
    before = {known.fingerprint: known for known in baseline}
    now = {known.fingerprint for known in known_of(findings)}
    fixed = sorted(
        known for mark, known in before.items() if mark not in now and known.rule in rules_run
    )
    return Comparison(frozenset(now - before.keys()), frozenset(now & before.keys()), tuple(fixed))
