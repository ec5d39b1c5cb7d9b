"""From the facts of one file to rows of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cai_assets.knowledge.columns import Batch
from cai_assets.onec.facts import FileFacts, Member, MetadataObject, ModuleFacts, Texts, ValueType
from cai_assets.onec.metadata.values import reference_target
from cai_assets.onec.paths import module_title
from cai_assets.onec.sources import SourceFile

_PARTS_WITHOUT_ROW = frozenset({"Form", "Command", "Template"})


def object_of(owner: str) -> str:
    """The object that owns a form, command or template: `Catalog.X.Form.F` → `Catalog.X`."""
    steps = owner.split(".")
    end = len(steps)
    while end > 2 and steps[end - 2] in _PARTS_WITHOUT_ROW:
        end -= 2
    return ".".join(steps[:end])


def add_rows(batch: Batch, source: SourceFile, facts: FileFacts) -> None:
    """Add everything that `facts` says about the file `source` to `batch`."""
    same = {"project": source.project, "file": source.path}
    if facts.module is not None:
        _add_module(batch, source, same, facts.module)
        _add_columns(batch, "references", {**same, "extractor": "module"}, facts.references)
    else:
        _add_objects(batch, same, facts.objects)
        _add_members(batch, same, facts.members)
        _add_types(batch, same, facts)
        _add_forms(batch, same, facts)
        _add_roles(batch, same, facts)
        _add_schedules(batch, same, facts)
        _add_columns(batch, "references", {**same, "extractor": str(source.kind)}, facts.references)
        _add_columns(batch, "support", same, facts.support)
    _add_queries(batch, source, same, facts)
    _add_columns(batch, "problems", same, facts.problems)


def _add_columns(
    batch: Batch, table: str, same: dict[str, Any], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add named tuples whose fields are called as the columns of `table`."""
    if rows:
        names = rows[0]._fields  # type: ignore[attr-defined]
        batch[table].extend(len(rows), same, dict(zip(names, zip(*rows, strict=True), strict=True)))


def _pairs(texts: Texts) -> list[tuple[str, str]]:
    return sorted(texts.items())


def _main_text(texts: Texts) -> str:
    return texts.get("ru") or next(iter(texts.values()), "")


def _described(rows: Sequence[MetadataObject | Member]) -> dict[str, list[Any]]:
    """The columns that objects and members share."""
    return {
        "name": [row.name for row in rows],
        "synonym": [_main_text(row.synonym) for row in rows],
        "synonyms": [_pairs(row.synonym) for row in rows],
        "comment": [row.comment for row in rows],
        "uuid": [row.uuid for row in rows],
        "belonging": [row.belonging for row in rows],
        "properties": [_pairs(row.properties) for row in rows],
        "line": [row.line for row in rows],
    }


def _add_objects(batch: Batch, same: dict[str, Any], rows: list[MetadataObject]) -> None:
    batch["objects"].extend(
        len(rows),
        same,
        {
            **_described(rows),
            "object": [row.id for row in rows],
            "type": [row.type for row in rows],
            "parent": [row.parent for row in rows],
            "extended_uuid": [row.extended_uuid for row in rows],
        },
    )


def _add_members(batch: Batch, same: dict[str, Any], rows: list[Member]) -> None:
    batch["members"].extend(
        len(rows),
        same,
        {
            **_described(rows),
            "member": [row.id for row in rows],
            "object": [row.object for row in rows],
            "parent": [row.parent for row in rows],
            "kind": [row.kind for row in rows],
            "order": [row.order for row in rows],
        },
    )


def _add_types(batch: Batch, same: dict[str, Any], facts: FileFacts) -> None:
    typed: list[tuple[str, str, int, ValueType]] = [
        (row.id, row.id, row.line, row.value_type) for row in facts.objects if row.value_type
    ]
    typed += [
        (row.id, row.object, row.line, row.value_type) for row in facts.members if row.value_type
    ]
    typed += [
        (_attribute_id(row.form, row.parent, row.name), object_of(row.form), row.line, value_type)
        for row in facts.form_attributes
        if (value_type := row.value_type)
    ]
    rows = [
        (
            owner,
            object_,
            order,
            name,
            reference_target(name),
            value.string_length if name == "String" else None,
            value.string_fixed if name == "String" else None,
            value.number_precision if name == "Number" else None,
            value.number_scale if name == "Number" else None,
            value.number_nonnegative if name == "Number" else None,
            value.date_fractions if name == "Date" else None,
            line,
        )
        for owner, object_, line, value in typed
        for order, name in enumerate(value.names)
    ]
    if rows:
        names = (
            "owner",
            "object",
            "order",
            "type",
            "target",
            "string_length",
            "string_fixed",
            "number_precision",
            "number_scale",
            "number_nonnegative",
            "date_fractions",
            "line",
        )
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        batch["types"].extend(len(rows), same, columns)


def _attribute_id(form: str, parent: str, name: str) -> str:
    return f"{form}.Attribute.{parent}.{name}" if parent else f"{form}.Attribute.{name}"


def _add_forms(batch: Batch, same: dict[str, Any], facts: FileFacts) -> None:
    counts = (
        len(facts.form_items),
        len(facts.form_attributes),
        len(facts.form_commands),
        len(facts.form_handlers),
    )
    forms = facts.forms
    batch["forms"].extend(
        len(forms),
        same,
        {
            "form": [row.id for row in forms],
            "object": [row.object for row in forms],
            "name": [row.name for row in forms],
            "kind": [row.kind for row in forms],
            "titles": [_pairs(row.title) for row in forms],
            "properties": [_pairs(row.properties) for row in forms],
            "items": [counts[0]] * len(forms),
            "attributes": [counts[1]] * len(forms),
            "commands": [counts[2]] * len(forms),
            "handlers": [counts[3]] * len(forms),
        },
    )
    items = facts.form_items
    if items:
        columns = dict(zip(items[0]._fields, zip(*items, strict=True), strict=True))
        columns["titles"] = tuple(_pairs(title) for title in columns.pop("title"))
        batch["form_items"].extend(len(items), same, columns)
    commands = facts.form_commands
    if commands:
        columns = dict(zip(commands[0]._fields, zip(*commands, strict=True), strict=True))
        columns["titles"] = tuple(_pairs(title) for title in columns.pop("title"))
        columns["properties"] = tuple(_pairs(texts) for texts in columns["properties"])
        batch["form_commands"].extend(len(commands), same, columns)
    attributes = facts.form_attributes
    batch["form_attributes"].extend(
        len(attributes),
        same,
        {
            "form": [row.form for row in attributes],
            "name": [row.name for row in attributes],
            "parent": [row.parent for row in attributes],
            "attribute_id": [row.attribute_id for row in attributes],
            "order": [row.order for row in attributes],
            "main": [row.main for row in attributes],
            "types": [row.value_type.names if row.value_type else () for row in attributes],
            "dynamic": [row.dynamic for row in attributes],
            "main_table": [row.main_table or None for row in attributes],
            "custom_query": [row.custom_query for row in attributes],
            "titles": [_pairs(row.title) for row in attributes],
            "line": [row.line for row in attributes],
        },
    )
    parameters = facts.form_parameters
    batch["form_parameters"].extend(
        len(parameters),
        same,
        {
            "form": [row.form for row in parameters],
            "name": [row.name for row in parameters],
            "order": [row.order for row in parameters],
            "key": [row.key for row in parameters],
            "types": [row.value_type.names for row in parameters],
            "line": [row.line for row in parameters],
        },
    )
    _add_columns(batch, "form_handlers", same, facts.form_handlers)


def _add_roles(batch: Batch, same: dict[str, Any], facts: FileFacts) -> None:
    flags = facts.role_flags
    batch["roles"].extend(
        len(flags),
        same,
        {
            "role": [row.role for row in flags],
            "set_for_new_objects": [row.set_for_new_objects for row in flags],
            "set_for_attributes": [row.set_for_attributes_by_default for row in flags],
            "independent_rights": [row.independent_rights_of_child_objects for row in flags],
        },
    )
    _add_columns(batch, "rights", same, facts.rights)
    _add_columns(batch, "restriction_templates", same, facts.restriction_templates)


def _add_schedules(batch: Batch, same: dict[str, Any], facts: FileFacts) -> None:
    for row in facts.schedules:
        names = [name for name in type(row).__slots__ if name != "daily"]
        batch["schedules"].extend(1, same, {name: [getattr(row, name)] for name in names})
        of_job = {**same, "job": row.job}
        order = {"order": range(len(row.daily))}
        if row.daily:
            columns = zip(row.daily[0]._fields, zip(*row.daily, strict=True), strict=True)
            batch["daily_schedules"].extend(len(row.daily), of_job, {**order, **dict(columns)})


def _add_queries(batch: Batch, source: SourceFile, same: dict[str, Any], facts: FileFacts) -> None:
    _add_columns(batch, "queries", {**same, "object": object_of(source.owner)}, facts.queries)


def _add_module(batch: Batch, source: SourceFile, same: dict[str, Any], facts: ModuleFacts) -> None:
    module = f"{source.owner}.{source.module_kind}"
    object_ = object_of(source.owner)
    routines = facts.routines
    functions = sum(row.is_function for row in routines)
    batch["modules"].extend(
        1,
        same,
        {
            "module": [module],
            "object": [object_],
            "owner": [source.owner],
            "kind": [module_title(source.owner, source.module_kind)],
            "lines": [facts.lines],
            "ncloc": [facts.ncloc],
            "comment_lines": [facts.comment_lines],
            "statements": [facts.statements],
            "procedures": [len(routines) - functions],
            "functions": [functions],
            "cyclomatic": [facts.cyclomatic],
            "cognitive": [facts.cognitive],
            "body_statements": [facts.body_statements],
            "syntax_errors": [len(facts.errors)],
        },
    )
    prefix = source.owner if source.module_kind == "Module" else module
    ids: list[str | None] = [f"{prefix}.{row.name}" for row in routines]
    lines: list[int | None] = [row.line for row in routines]
    of_module = {**same, "module": module}
    _add_routines(batch, {**of_module, "object": object_}, ids, facts)
    ids.append(None)  # position -1: the module body
    lines.append(None)
    _add_places(batch, same, of_module, ids, lines, facts)


def _add_routines(
    batch: Batch, same: dict[str, Any], ids: list[str | None], facts: ModuleFacts
) -> None:
    rows = facts.routines
    docs = [row.doc for row in rows]
    batch["routines"].extend(
        len(rows),
        same,
        {
            "routine": ids,
            "name": [row.name for row in rows],
            "function": [row.is_function for row in rows],
            "export": [row.export for row in rows],
            "asynchronous": [row.asynchronous for row in rows],
            "directive": [row.directive for row in rows],
            "annotations": [row.annotations for row in rows],
            "region": [row.region for row in rows],
            "preprocessor": [row.preprocessor for row in rows],
            "line": [row.line for row in rows],
            "column": [row.column for row in rows],
            "end_line": [row.end_line for row in rows],
            "lines": [row.end_line - row.line + 1 for row in rows],
            "ncloc": [row.ncloc for row in rows],
            "comment_lines": [row.comment_lines for row in rows],
            "statements": [row.statements for row in rows],
            "cyclomatic": [row.cyclomatic for row in rows],
            "cognitive": [row.cognitive for row in rows],
            "nesting": [row.nesting for row in rows],
            "parameters": [row.parameters for row in rows],
            "optional_parameters": [row.optional_parameters for row in rows],
            "doc": [doc.text if doc else "" for doc in docs],
            "description": [doc.description if doc else "" for doc in docs],
            "returns": [doc.returns if doc else "" for doc in docs],
            "return_types": [doc.return_types if doc else () for doc in docs],
            "examples": [doc.examples if doc else "" for doc in docs],
            "deprecated": [doc.deprecated if doc else False for doc in docs],
            "deprecation": [doc.deprecation if doc else "" for doc in docs],
            "body_digest": [row.body_digest for row in rows],
            "has_errors": [row.has_errors for row in rows],
        },
    )


def _add_places(
    batch: Batch,
    same: dict[str, Any],
    of_module: dict[str, Any],
    ids: list[str | None],
    lines: list[int | None],
    facts: ModuleFacts,
) -> None:
    """Rows that name a routine by its position, and those of the module alone."""
    for table, rows, base, routine, routine_line in (
        ("parameters", facts.parameters, same, "routine", "routine_line"),
        ("variables", facts.variables, of_module, "routine", "routine_line"),
        ("assignments", facts.assignments, of_module, "routine", "routine_line"),
        ("calls", facts.calls, of_module, "caller", "caller_line"),
    ):
        if rows:
            columns: dict[str, Sequence[Any]] = dict(
                zip(rows[0]._fields, zip(*rows, strict=True), strict=True)
            )
            positions = columns.pop("routine")
            columns[routine] = list(map(ids.__getitem__, positions))
            columns[routine_line] = list(map(lines.__getitem__, positions))
            batch[table].extend(len(rows), base, columns)
    _add_columns(batch, "blocks", of_module, facts.blocks)
    _add_columns(batch, "suppressions", of_module, facts.suppressions)
    _add_columns(batch, "module_names", of_module, [facts.names])
    if facts.mentions:
        routine_of, line, context, text = zip(*facts.mentions, strict=True)
        sources = [ids[position] or of_module["module"] for position in routine_of]
        columns = {"source": sources, "context": context, "text": text, "line": line}
        batch["mentions"].extend(len(sources), of_module, columns)
