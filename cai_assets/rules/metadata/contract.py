"""The architecture contract as a rule, so that a baseline and every report hold it, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cai_assets.analysis.architecture import find_contract, read_contract
from cai_assets.analysis.architecture.check import check
from cai_assets.rules.metadata.lookup import Tables, rows
from cai_assets.rules.model import FoundAt, Kind, Severity, Text, table_rule

VIOLATIONS = "contract_violations"


def with_contract(tables: Tables, upload: Path, named: Path | None = None) -> Tables:
    """`tables` and what violates the contract of the upload, if it has one.

    `named` is a file to take instead. Raises ContractError for what the file says wrongly, and
    OSError if it cannot be read.
    """
    path = find_contract(upload, tables["projects"].column("path").to_pylist(), named)
    if path is None:
        return tables
    return {**tables, VIOLATIONS: check(read_contract(path), tables)[VIOLATIONS]}


@table_rule(
    "ArchitectureContract",
    severity=Severity.CRITICAL,
    kind=Kind.CODE_SMELL,
    title=Text("Нарушен архитектурный контракт", "The architecture contract is broken"),
    description=Text(
        "Подсистема использует другую так, как `architecture.toml` не разрешает. Перенесите код "
        "или объект, обратитесь через разрешенную подсистему, либо измените контракт: добавьте "
        "правило или исключение с причиной.\n\nБез файла `architecture.toml` правило молчит.",
        "A subsystem uses another in a way that `architecture.toml` does not allow. Move the code "
        "or the object, go through a subsystem that may be used, or change the contract: add a "
        "rule, or an exception with its reason.\n\nWithout `architecture.toml` it says nothing.",
    ),
    message=Text(
        "{source} использует {target} ({kind}): «{rule}» запрещает",
        "{source} uses {target} ({kind}), which “{rule}” forbids",
    ),
    needs=("source_files",),
)
def contract_broken(tables: Tables, _options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """The rows of `contract_violations`, where somebody has put that table beside the others."""
    violations = tables.get(VIOLATIONS)
    if violations is None:
        return
    project_of = dict(rows(tables["source_files"], "path", "project"))
    columns = ("rule", "source_object", "source", "target", "kind", "file", "line")
    for rule, object_, source, target, kind, file, line in rows(violations, *columns):
        values = {"source": source, "target": target, "kind": kind, "rule": rule}
        yield FoundAt(project_of.get(file) or "", file, line, object_, values=values)
