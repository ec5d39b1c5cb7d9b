"""The tables that the rules give, and what is kept so that only changes are looked at again."""

from __future__ import annotations

from cai_assets.knowledge.schema import FILE, INT, LINE, PROJECT, TEXT, WORD, Column, Table

FINDINGS = Table(
    "findings",
    "What rules found",
    "Замечания: что нашли правила",
    (
        Column("fingerprint", TEXT, "The same for the same finding, also after lines have moved"),
        Column("rule", WORD, "Key of the rule"),
        Column("severity", WORD, "`blocker`, `critical`, `major`, `minor` or `info`"),
        Column("kind", WORD, "`bug`, `vulnerability` or `code_smell`"),
        PROJECT,
        Column("object", WORD, "Object it is about; empty if none"),
        Column("routine", WORD, "Routine it stands in; empty if none"),
        Column("message_ru", WORD, "What was found, in Russian"),
        Column("message_en", WORD, "What was found, in English"),
        Column(
            "status",
            WORD,
            "`open`; or why it does not count: `suppressed` by a comment, `vendor`: the object is "
            "locked by vendor support, `excluded` by the settings",
        ),
        FILE,
        LINE,
        Column("column", INT, "First column, from 1"),
        Column("end_line", INT, "Last line"),
        Column("end_column", INT, "Column behind the last character; 0 for the end of the line"),
    ),
    ("fingerprint",),
)

CHECKED_MODULES = Table(
    "checked_modules",
    "Files that module and query rules have looked at",
    "Файлы, просмотренные правилами для модулей и запросов",
    (
        FILE,
        Column(
            "key",
            TEXT,
            "Digest of all that the findings of the file depend on: content, context, rules and "
            "their parameters",
        ),
    ),
    ("file",),
)

RULE_PROBLEMS = Table(
    "rule_problems",
    "Rules that failed: their findings are missing",
    "Правила, завершившиеся ошибкой: их замечаний нет",
    (
        Column("rule", WORD, "Key of the rule; empty if the file itself could not be read"),
        Column("file", WORD, "File it was looking at; empty for a rule on tables"),
        Column("error", TEXT, "What happened"),
    ),
    ("rule", "file", "error"),
)

TABLES: dict[str, Table] = {
    table.name: table for table in (FINDINGS, CHECKED_MODULES, RULE_PROBLEMS)
}
"""All tables that a run of the rules gives."""
