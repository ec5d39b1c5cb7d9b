"""The table of findings."""

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
        Column("status", WORD, "`open`, `suppressed` by a comment, `vendor`: code on support"),
        FILE,
        LINE,
        Column("column", INT, "First column, from 1"),
        Column("end_line", INT, "Last line"),
        Column("end_column", INT, "Column behind the last character"),
    ),
    ("fingerprint",),
)
