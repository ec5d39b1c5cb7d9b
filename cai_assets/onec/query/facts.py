"""What the tables keep of a query: what it names, as lists and as references with their lines."""

from __future__ import annotations

from collections.abc import Iterable

from cai_assets.onec.facts import FileFacts, QueryText, Reference
from cai_assets.onec.query import kinds as k
from cai_assets.onec.query.lexer import QueryTokens
from cai_assets.onec.query.meaning import FieldUse, Meaning, understand
from cai_assets.onec.query.parser import parse
from cai_assets.onec.query.places import QueryPlaces

_GAPS = frozenset("#?@")
_MARKS = "#?@%["


def add_query(facts: FileFacts, query: QueryText, places: QueryPlaces, named_by: str = "") -> None:
    """Add a query to `facts` with what its text means.

    References start from `named_by`, by default the query's owner: one for each line, target
    and kind.
    """
    parsed = parse(query.text)
    meaning = understand(parsed)
    form = query.form
    if form in ("whole", "joined") and has_gaps(parsed.tokens):
        form = "template"
    error, line, column = "", None, None
    if parsed.errors:
        first = parsed.errors[0]
        error = first.message
        line, column = places.place(_offset(query.text, first.line, first.column))
    facts.queries.append(
        query._replace(
            form=form,
            queries=len(parsed.package.queries),
            tables=_once(use.id for use in meaning.tables),
            virtual_tables=_once(f"{u.id}.{u.virtual}" for u in meaning.tables if u.virtual),
            fields=_once(map(field_id, meaning.fields)),
            values=_once(use.id for use in meaning.values),
            parameters=tuple(meaning.parameters),
            temporary_tables=_once([*meaning.made, *meaning.used]),
            errors=len(parsed.errors),
            error=error,
            error_line=line,
            error_column=column,
        )
    )
    rows = _references(named_by or query.owner, meaning, parsed.tokens, places)
    facts.references.extend(dict.fromkeys(rows))


def has_gaps(tokens: QueryTokens) -> bool:
    """Whether a text has places that code fills before it runs: `%1`, `[Имя]`, `#Имя`, `?`."""
    if k.PLACEHOLDER in tokens.kinds:
        return True
    if not any(mark in tokens.text for mark in _MARKS):
        return False
    for kind, value in zip(tokens.kinds, tokens.values, strict=True):
        if kind == k.UNKNOWN and value in _GAPS:
            return True
        if kind in (k.NAME, k.MEMBER) and ("#" in value or "%" in value or "[" in value):
            return True
    return False


def field_id(use: FieldUse) -> str:
    """`Catalog.X.Контрагент.ИНН`: the table's id and the names from it on."""
    return f"{use.table}.{'.'.join(use.path)}"


def _references(
    owner: str, meaning: Meaning, tokens: QueryTokens, places: QueryPlaces
) -> Iterable[Reference]:
    offsets = tokens.offsets
    for table in meaning.tables:
        line = places.line(offsets[table.start])
        yield Reference(owner, table.id, "query_table", line, table.virtual)
    for use in meaning.fields:
        line = places.line(offsets[use.start])
        yield Reference(owner, field_id(use), "query_field", line, use.virtual)
    for value in meaning.values:
        line = places.line(offsets[value.start])
        note = value.note or ("" if value.kind == "value" else value.kind)
        yield Reference(owner, value.id, "query_value", line, note)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    """Names in their order, each once whatever its case."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.lower(), name)
    return tuple(found.values())


def _offset(text: str, line: int, column: int) -> int:
    offset = 0
    for _ in range(line - 1):
        offset = text.index("\n", offset) + 1
    return offset + column - 1
