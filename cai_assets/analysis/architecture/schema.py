"""The tables of the architecture analysis: columns, types, units, meaning.

`scope` and `name` say what a row counts: the whole upload (`configuration`, name empty), one
`project`, `type` of objects, `subsystem` with all that is nested in it (name empty: objects in no
subsystem), state of vendor `support` (name empty: not on support) or `module_kind`. An object in
several subsystems counts in each, so rows of subsystems do not add up to the configuration.
"""

from __future__ import annotations

import pyarrow as pa

from cai_assets.knowledge.schema import (
    BIG,
    FILE,
    FLAG,
    INT,
    LINE,
    TEXT,
    WORD,
    Column,
    Table,
)

SHARE = pa.float64()

_SCOPE = Column(
    "scope",
    WORD,
    "`configuration`, `project`, `type`, `subsystem`, `support` or `module_kind`",
)
_NAME = Column(
    "name",
    TEXT,
    "Id of the subsystem, name of the type …; empty for the whole configuration, objects in no "
    "subsystem, objects not on support",
)
_MEASURE = Column(
    "measure",
    WORD,
    "`cognitive`, `cyclomatic`, `lines`, `nesting`, `parameters` of routines, or `module_lines`",
)

STRUCTURE = Table(
    "structure",
    "Structure and volume by type, subsystem, project, vendor support and kind of module",
    "Состав и объём по видам, подсистемам, проектам, поддержке и видам модулей",
    (
        _SCOPE,
        _NAME,
        Column("parent", TEXT, "Enclosing subsystem; null if none"),
        Column("depth", INT, "Depth of a nested subsystem, from 0"),
        Column("objects", INT, "Objects; an adopted one counts once with the one it adopts"),
        Column("direct_objects", INT, "Objects that the subsystem itself lists; else as `objects`"),
        Column("members", INT, "Attributes, tabular sections and other parts, without adopted"),
        Column("forms", INT, "Forms"),
        Column("modules", INT, "Modules"),
        Column("lines", BIG, "Lines of code"),
        Column("ncloc", BIG, "Lines that hold a token"),
        Column("comment_lines", BIG, "Lines that hold a comment"),
        Column("statements", BIG, "Statements"),
        Column("routines", INT, "Procedures and functions"),
        Column("exported", INT, "Exported ones"),
        Column("cyclomatic", BIG, "Sum over modules"),
        Column("cognitive", BIG, "Sum over modules"),
        Column("share_lines", SHARE, "Share of the configuration's lines, 0 to 1"),
    ),
    ("scope", "name"),
)

QUANTILES = Table(
    "quantiles",
    "How complexity and size are spread: quantiles, and how many exceed the threshold",
    "Распределение сложности и размеров: квантили и доля сверх порога",
    (
        _SCOPE,
        _NAME,
        _MEASURE,
        Column("count", INT, "Routines, or modules"),
        Column("mean", SHARE, "Arithmetic mean"),
        Column("median", INT, "The value that half do not exceed (nearest rank)"),
        Column("p75", INT, "The value that 75 % do not exceed"),
        Column("p90", INT, "The value that 90 % do not exceed"),
        Column("p95", INT, "The value that 95 % do not exceed"),
        Column("p99", INT, "The value that 99 % do not exceed"),
        Column("max", INT, "The largest"),
        Column("threshold", INT, "What is too much lies above it"),
        Column("over", INT, "How many lie above the threshold"),
        Column("share_over", SHARE, "Share above the threshold, 0 to 1"),
    ),
    ("scope", "name", "measure"),
)

DISTRIBUTION = Table(
    "distribution",
    "Histograms of complexity and size",
    "Гистограммы сложности и размеров",
    (
        _SCOPE,
        _NAME,
        _MEASURE,
        Column("low", INT, "Smallest value of the bucket"),
        Column("high", INT, "Largest value of the bucket; null for the last, open one"),
        Column("count", INT, "Routines, or modules, in the bucket"),
        Column("share", SHARE, "Share of all in the group, 0 to 1"),
    ),
    ("scope", "name", "measure", "low"),
)

HOT_SPOTS = Table(
    "hot_spots",
    "Code that is hard to change and much relied on, worst first",
    "Горячие точки: сложный код, от которого многое зависит",
    (
        Column("what", WORD, "`routine` or `module`"),
        Column("rank", INT, "Place among all of its sort, from 1"),
        Column("id", TEXT, "Routine or module"),
        Column("object", WORD, "Object that owns it"),
        Column("score", SHARE, "cognitive × √ncloc × log₂(2 + callers)"),
        Column("cognitive", INT, "Cognitive complexity; of a module the sum"),
        Column("cyclomatic", INT, "Cyclomatic complexity; of a module the sum"),
        Column("ncloc", INT, "Lines that hold a token"),
        Column("callers", INT, "Routines that call it; of a module: other modules that call it"),
        Column("calling_objects", INT, "Objects that these belong to"),
        Column("support", WORD, "Vendor support of the object; null if not on support"),
        FILE,
        LINE,
    ),
    ("what", "rank"),
)

LARGEST_MODULES = Table(
    "largest_modules",
    "The largest modules by lines",
    "Самые большие модули",
    (
        Column("module", TEXT, "Module id"),
        Column("object", WORD, "Object that owns it"),
        Column("kind", WORD, "Kind of module"),
        Column("lines", INT, "Lines"),
        Column("ncloc", INT, "Lines that hold a token"),
        Column("routines", INT, "Procedures and functions"),
        Column("cognitive", INT, "Cognitive complexity, the sum"),
        FILE,
    ),
    ("module", "file"),
)

API = Table(
    "api",
    "Exported routines of common and manager modules: described and typed how far",
    "Программный интерфейс: насколько описан и типизирован",
    (
        Column(
            "scope", WORD, "`configuration`, `project`, `type`, `subsystem`, `region`, `module`"
        ),
        Column("name", TEXT, "As in `structure`; outermost region; module id"),
        Column("exported", INT, "Exported routines"),
        Column("described", INT, "… with a description"),
        Column("functions", INT, "Exported functions"),
        Column("typed_functions", INT, "… whose comment states the type of the result"),
        Column("parameters", INT, "Parameters of exported routines"),
        Column("described_parameters", INT, "… with a description"),
        Column("typed_parameters", INT, "… whose comment states a type"),
        Column("complete", INT, "Routines with description, all parameters and the result typed"),
        Column("share_described", SHARE, "`described` / `exported`; null if none is exported"),
        Column("share_complete", SHARE, "`complete` / `exported`; null if none is exported"),
    ),
    ("scope", "name"),
)

EXECUTION = Table(
    "execution",
    "Where code runs: client, server or both",
    "Где выполняется код: клиент, сервер, оба",
    (
        Column("what", WORD, "`module` (by flags and kind), `routine` (by directive too)"),
        Column("kind", WORD, "Kind of module"),
        Column("context", WORD, "`client`, `server`, `both` or `none`"),
        Column("directive", WORD, "`AtClient`, `AtServer` …, empty if none; of modules empty"),
        Column("count", INT, "Modules or routines"),
        Column("lines", BIG, "Their lines"),
    ),
    ("what", "kind", "context", "directive"),
)

SERVER_CALLS = Table(
    "server_calls",
    "Server routines that client code calls: round trips to the server",
    "Серверные вызовы: что клиентский код вызывает на сервере",
    (
        Column("routine", TEXT, "Routine that runs on the server"),
        Column("object", WORD, "Object that owns it"),
        Column(
            "kind",
            WORD,
            "`form_context` sends the whole form, `form` does not; `module`: of a common module",
        ),
        Column("sites", INT, "Call sites in client code"),
        Column("callers", INT, "Client routines that call it"),
        FILE,
        LINE,
    ),
    ("routine", "file", "line"),
)

ROLES_SUMMARY = Table(
    "roles_summary",
    "Roles: what they grant",
    "Роли: что они разрешают",
    (
        Column("role", TEXT, "Role id"),
        Column("granted", INT, "Rights that its file grants"),
        Column("denied", INT, "Rights that its file denies"),
        Column("restricted", INT, "Rights granted with a row-level restriction"),
        Column("read", INT, "Objects with data that it may read"),
        Column("change", INT, "Objects with data that it may insert, update or delete"),
        Column("interactive_delete", INT, "Objects with data that a user may delete at once"),
        Column(
            "set_for_new_objects",
            FLAG,
            "What its file does not mention is granted, new objects too",
        ),
        Column("full", FLAG, "May read four fifths of all objects with data or more"),
        FILE,
    ),
    ("role", "file"),
)

OBJECT_ACCESS = Table(
    "object_access",
    "Objects with data: how many roles may do what",
    "Объекты данных: сколько ролей что разрешают",
    (
        Column("object", TEXT, "Object"),
        Column("type", WORD, "Type in English"),
        Column("read", INT, "Roles that may read"),
        Column("read_restricted", INT, "… with a row-level restriction"),
        Column("insert", INT, "Roles that may insert"),
        Column("update", INT, "Roles that may update"),
        Column("delete", INT, "Roles that may delete"),
        Column("only_full", FLAG, "Nobody but full roles may read it"),
    ),
    ("object",),
)

SUBSYSTEM_MATRIX = Table(
    "subsystem_matrix",
    "What subsystems use of each other, by their objects' home subsystems",
    "Зависимости между подсистемами",
    (
        Column("source", WORD, "Subsystem that uses"),
        Column("target", WORD, "Subsystem that is used"),
        Column("edges", INT, "References and calls"),
        Column("source_objects", INT, "Objects that use"),
        Column("target_objects", INT, "Objects that are used"),
        Column("mutual", FLAG, "The target uses the source as well"),
    ),
    ("source", "target"),
)

CONTRACT_RULES = Table(
    "contract_rules",
    "What the architecture contract says, and how often it spoke",
    "Правила архитектурного контракта и сколько раз они сработали",
    (
        Column("order", INT, "Order in which they are asked, from 0"),
        Column("rule", TEXT, "Name"),
        Column("kind", WORD, "`exception`, `rule`, `layer` or `default`"),
        Column("access", WORD, "`allow` or `deny`"),
        Column("source", TEXT, "Patterns of what uses, comma between"),
        Column("target", TEXT, "Patterns of what is used, comma between"),
        Column("reason", TEXT, "Why, as the contract states it"),
        Column("edges", INT, "Edges that it decided"),
        Column("unknown", TEXT, "Patterns that match nothing in this upload, comma between"),
    ),
    ("order",),
)

CONTRACT_VIOLATIONS = Table(
    "contract_violations",
    "Edges that the architecture contract forbids",
    "Нарушения архитектурного контракта",
    (
        Column("rule", WORD, "Name of the rule that forbids it"),
        Column("from_subsystem", WORD, "Subsystem that uses"),
        Column("to_subsystem", WORD, "Subsystem that is used"),
        Column("source_object", WORD, "Object that uses"),
        Column("target_object", WORD, "Object that is used"),
        Column("source", WORD, "Routine, form, member that uses"),
        Column("target", WORD, "What it names"),
        Column("kind", WORD, "Kind of the edge"),
        Column("reason", WORD, "Why the rule forbids it"),
        FILE,
        LINE,
    ),
    ("rule", "source", "target", "kind", "file", "line"),
)

_MEASURES = (
    Column("upload", TEXT, "Upload"),
    Column("published", TEXT, "When it was published, ISO; empty if not yet"),
    Column("version", TEXT, "Version of the configuration as it states it"),
    Column("objects", INT, "Objects"),
    Column("modules", INT, "Modules"),
    Column("lines", BIG, "Lines of code"),
    Column("routines", INT, "Procedures and functions"),
    Column("exported", INT, "Exported ones in common and manager modules"),
    Column("complete_api", INT, "… described and typed throughout"),
    Column("mean_cognitive", SHARE, "Mean cognitive complexity of routines"),
    Column("p95_cognitive", INT, "Cognitive complexity that 95 % of routines do not exceed"),
    Column("over_cognitive", INT, "Routines above the threshold of cognitive complexity"),
    Column("over_cyclomatic", INT, "Routines above the threshold of cyclomatic complexity"),
    Column("violations", INT, "Violations of the contract; null without one"),
)

MEASURES = Table(
    "measures",
    "The upload in one row, for the trend",
    "Выгрузка одной строкой",
    _MEASURES,
    ("upload",),
)

TREND = Table(
    "trend",
    "The uploads kept, oldest first",
    "Динамика по хранимым выгрузкам",
    (
        *_MEASURES,
        Column("findings", INT, "Open findings; null if rules were not run"),
        Column("cycles", INT, "Cycles between subsystems; null if not analysed"),
        Column("unused", INT, "Unused things; null if not analysed"),
    ),
    ("upload",),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        STRUCTURE,
        QUANTILES,
        DISTRIBUTION,
        HOT_SPOTS,
        LARGEST_MODULES,
        API,
        EXECUTION,
        SERVER_CALLS,
        ROLES_SUMMARY,
        OBJECT_ACCESS,
        SUBSYSTEM_MATRIX,
        CONTRACT_RULES,
        CONTRACT_VIOLATIONS,
        MEASURES,
        TREND,
    )
}
"""All tables of the analysis by name."""
