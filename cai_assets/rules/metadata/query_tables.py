"""Queries against the configuration: tables that they name must exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.knowledge.reasons import NO_PART, NOT_HERE
from cai_assets.rules.metadata.lookup import Tables, rows, rows_where, whole_projects
from cai_assets.rules.model import FoundAt, Kind, Severity, Text, table_rule

_MISSING = frozenset({NOT_HERE, NO_PART})


@table_rule(
    "QueryToMissingMetadata",
    severity=Severity.BLOCKER,
    kind=Kind.BUG,
    title=Text("Запрос к несуществующей таблице", "Query of a table that does not exist"),
    description=Text(
        "Запрос читает справочник, документ или регистр, которого в конфигурации нет: его "
        "удалили, переименовали или опечатались. Запрос завершится ошибкой при выполнении.\n\n"
        "Исправьте имя таблицы.",
        "The query reads a catalog, document or register that the configuration does not have: "
        "it was deleted, renamed or misspelt. The query fails when it is executed.\n\nCorrect "
        "the name of the table.",
    ),
    message=Text(
        "Запрос обращается к «{name}», в конфигурации такого нет",
        "The query names {name}, which the configuration does not have",
    ),
    needs=("projects", "references"),
)
def query_to_missing_metadata(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Edges from queries to objects, or tabular sections and tables in them, that are not there."""
    whole = whole_projects(tables)
    edges = rows_where(tables["references"], "kind", "query_table".__eq__)
    columns = ("project", "source", "target", "resolved", "reason", "source_object", "file", "line")
    for project, source, target, resolved, reason, object_, file, line in rows(edges, *columns):
        if not resolved and reason in _MISSING and project in whole:
            yield FoundAt(project, file, line, object_ or "", source, values={"name": target})
