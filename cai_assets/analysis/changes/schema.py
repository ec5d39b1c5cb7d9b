"""The tables of changes between two uploads: columns, meaning."""

from __future__ import annotations

from cai_assets.knowledge.schema import FILE, FLAG, INT, LINE, PROJECT, TEXT, WORD, Column, Table

CHANGES = Table(
    "changes",
    "What was added, removed or changed since the upload before",
    "Что добавлено, удалено и изменено с предыдущей выгрузки",
    (
        Column("what", WORD, "`object`, `member`, `routine`, `signature` or `finding`"),
        Column("change", WORD, "`added`, `removed`, `changed`, `moved` or `renamed`"),
        PROJECT,
        Column("object", WORD, "Object it belongs to, as it is called now (or was, if removed)"),
        Column("id", TEXT, "Id now (or as it was, if removed); of a finding its rule"),
        Column("old", TEXT, "What it was: id, properties, types, signature; null if added"),
        Column("new", TEXT, "What it is; null if removed"),
        Column("breaking", FLAG, "What relied on the old no longer works"),
        Column("public_api", FLAG, "It stood in the region of the public interface, for others"),
        Column("why", WORD, "Why it breaks: keys of `BREAKING`, comma between; empty if not"),
        Column("text_ru", TEXT, "Why it breaks, or what was found, in Russian"),
        Column("text_en", TEXT, "The same in English"),
        Column("users", INT, "Routines, or objects, that used it before; null unless it breaks"),
        FILE,
        LINE,
    ),
    ("what", "change", "project", "id", "file", "line"),
)

CHANGES_SUMMARY = Table(
    "changes_summary",
    "Changes counted",
    "Изменения в числах",
    (
        Column("what", WORD, "As in `changes`"),
        Column("change", WORD, "As in `changes`"),
        Column("count", INT, "Changes"),
        Column("breaking", INT, "Of them breaking"),
    ),
    ("what", "change"),
)

TABLES: dict[str, Table] = {table.name: table for table in (CHANGES, CHANGES_SUMMARY)}
"""All tables of the analysis by name."""

READS: dict[str, tuple[str, ...]] = {
    "source_files": ("path", "digest"),
    "objects": (
        "project", "object", "type", "uuid", "synonym", "comment", "belonging", "properties",
        "file", "line",
    ),
    "members": (
        "project", "member", "object", "parent", "kind", "uuid", "synonym", "comment",
        "properties", "file", "line",
    ),
    "types": (
        "project", "owner", "type", "string_length", "number_precision", "number_scale",
        "number_nonnegative", "date_fractions",
    ),
    "modules": ("project", "module", "kind"),
    "routines": (
        "project", "routine", "module", "object", "name", "function", "export", "asynchronous",
        "directive", "region", "statements", "body_digest", "file", "line",
    ),
    "parameters": ("file", "routine_line", "order", "name", "by_value", "default"),
    "calls": ("callee", "caller", "module"),
    "references": ("source", "target", "kind", "source_object", "target_object"),
}  # fmt: skip
"""The tables of the parsed configuration that are compared, with their columns.

`calls` and `references` are read of the upload before alone, and only if something breaks.
"""

BREAKING: dict[str, tuple[str, str]] = {
    "object_removed": ("объект удалён", "the object was removed"),
    "object_renamed": ("объект переименован", "the object was renamed"),
    "context_lost": (
        "модуль больше не работает там, где работал",
        "the module no longer runs where it did",
    ),
    "member_removed": ("удалено", "it was removed"),
    "member_renamed": ("переименовано", "it was renamed"),
    "type_narrowed": ("тип сужен", "the type was narrowed"),
    "routine_removed": ("экспортный метод удалён", "the exported routine was removed"),
    "routine_renamed": ("экспортный метод переименован", "the exported routine was renamed"),
    "routine_moved": (
        "экспортный метод перенесён в другой модуль",
        "the exported routine was moved to another module",
    ),
    "no_longer_exported": ("больше не экспортный", "it is no longer exported"),
    "parameter_removed": ("удалён параметр", "a parameter was removed"),
    "required_parameter_added": (
        "добавлен обязательный параметр",
        "a required parameter was added",
    ),
    "order_changed": ("порядок параметров изменён", "the order of parameters changed"),
    "optional_made_required": (
        "необязательный параметр стал обязательным",
        "an optional parameter became required",
    ),
    "passing_changed": (
        "параметр передаётся иначе (Знач)",
        "a parameter is passed otherwise (by value or by reference)",
    ),
    "became_procedure": ("функция стала процедурой", "the function became a procedure"),
    "became_asynchronous": ("метод стал асинхронным", "the routine became asynchronous"),
    "context_changed": (
        "директива компиляции изменилась",
        "the compilation directive changed",
    ),
}
"""Why a change breaks what relied on the old, in Russian and English, by key."""
