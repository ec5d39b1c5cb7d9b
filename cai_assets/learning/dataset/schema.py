"""The tables of `ml_dataset`."""

from __future__ import annotations

import pyarrow as pa

from cai_assets.knowledge.schema import (
    FILE,
    FLAG,
    INT,
    LINE,
    MODULE,
    PROJECT,
    TEXT,
    WORD,
    WORDS,
    Column,
    Link,
    Table,
)

SCORE = pa.float32()

ROUTINES = Table(
    "routines",
    "Procedures and functions with their text and all that is known of them",
    "Процедуры и функции с текстом и всем, что о них известно",
    (
        PROJECT,
        Column("routine", TEXT, "Id, `CommonModule.M.Routine`"),
        LINE,
        Column("end_line", INT, "Line of its last token"),
        MODULE,
        Column("module_kind", WORD, "`ObjectModule`, `FormModule` …; `CommonModule` for those"),
        Column("object", WORD, "Object that owns the module"),
        Column("object_type", WORD, "Type of the object in English, `Catalog`"),
        Column("object_synonym", WORD, "Synonym of the object"),
        Column("attributes", WORDS, "Attributes of the object with types: `Цена: Number(10,2)`"),
        Column("forms", WORDS, "Forms of the object"),
        Column("name", TEXT, "Name"),
        Column("function", FLAG, "A function"),
        Column("export", FLAG, "Exported"),
        Column("signature", TEXT, "Directives and header as written, in one line each"),
        Column("body", TEXT, "The routine as written, header to end, secrets masked"),
        Column("body_digest", TEXT, "Digest of the tokens, without comments and spaces"),
        Column("doc", TEXT, "Doc comment as written, secrets masked; empty if none"),
        Column("description", TEXT, "Description in the doc comment, secrets masked"),
        Column("parameter_names", WORDS, "Parameters in order"),
        Column("parameter_notes", WORDS, "`Имя: types – description` of documented parameters"),
        Column("returns", TEXT, "Return value in the doc comment"),
        Column("examples", TEXT, "Examples in the doc comment"),
        Column("region", WORD, "Enclosing regions, joined by a slash"),
        Column("lines", INT, "Lines from header to end"),
        Column("statements", INT, "Statements"),
        Column("cyclomatic", INT, "Cyclomatic complexity"),
        Column("cognitive", INT, "Cognitive complexity"),
        Column("nesting", INT, "Deepest nesting of statements"),
        Column("parameters", INT, "Parameters"),
        Column("calls", WORDS, "Routines that it calls, by id, sorted"),
        Column("callers", INT, "Routines that call it, itself left out"),
        Column("queries", WORDS, "Query texts in it"),
        Column("identifiers", WORDS, "Distinct names in its text as written, in order"),
        Column("words", WORDS, "Distinct words of its literals and inner comments, folded"),
        Column("category", WORD, "What it is for: `learning/dataset/categories.py`"),
        Column("category_reason", WORD, "The rule that decided"),
        Column("quality", SCORE, "How good an example it is, 0 to 1: the mean of its parts"),
        Column("quality_size", SCORE, "Neither trivial nor huge, 0 to 1"),
        Column("quality_complexity", SCORE, "Complexity within the thresholds, 0 to 1"),
        Column("quality_documentation", SCORE, "How complete its doc comment is, 0 to 1"),
        Column("quality_names", SCORE, "Names that say something, 0 to 1"),
        Column("quality_findings", SCORE, "Free of findings of the rules, 0 to 1"),
        Column("support", WORD, "Vendor support of the object; null if not on support"),
        Column("license", WORD, "Licence stated at the head of the module; empty if none"),
        Column("masked", INT, "Secrets and personal data that were masked"),
        Column(
            "twin_of", TEXT, "`routine:line` of the near-duplicate that stands for it; else null"
        ),
        Column("dropped", WORD, "Why it is in no task: `empty`, `vendor`, `twin` …; empty if kept"),
        Column("split", WORD, "`train`, `validation` or `test`, by object"),
        FILE,
    ),
    ("project", "routine", "line"),
    (
        Link(("project", "routine", "line"), "routines", ("project", "routine", "line")),
        Link(("file",), "source_files", ("path",)),
    ),
)

TASKS = Table(
    "tasks",
    "Examples for training language models, by task",
    "Примеры для обучения языковых моделей, по задачам",
    (
        Column("id", TEXT, "Stable id of the example: `task/project/routine:line`"),
        Column("task", WORD, "`instruction`, `completion`, `documentation` or `query`"),
        Column("split", WORD, "`train`, `validation` or `test`, by object"),
        PROJECT,
        Column("routine", TEXT, "Routine it was made of"),
        Column("routine_line", INT, "Line of the routine"),
        Column("category", WORD, "Category of the routine"),
        Column("prompt", TEXT, "What the model is given"),
        Column("completion", TEXT, "What it should answer"),
        Column("suffix", TEXT, "What follows the gap of a completion; empty for other tasks"),
    ),
    ("id",),
)

FIGURES = Table(
    "figures",
    "The dataset card in figures",
    "Карточка набора данных в числах",
    (
        Column("section", WORD, "`count`, `category`, `split`, `dropped`, `task`, `lines` …"),
        Column("name", TEXT, "What is counted"),
        Column("value", pa.float64(), "The figure; null if it is a text"),
        Column("text", TEXT, "Hash or setting; empty if the figure is a number"),
    ),
    ("section", "name"),
)

TABLES: dict[str, Table] = {table.name: table for table in (ROUTINES, TASKS, FIGURES)}
"""All tables of `ml_dataset`, in the order in which they are written."""

GROUP = "ml_dataset"
