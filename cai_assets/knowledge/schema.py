"""Every table of the parsed configuration: columns, types, units, meaning.

The one place to look them up. Extraction builds its columns in this order, the store and the
IO manager write these types, checks read keys and links from here, the UI shows the meanings.

Conventions: `project` is the name of the configuration, extension or set of external objects
that a row belongs to; `file` is the path of the source file inside the upload; lines and
columns count from 1. A null means "not applicable" or "not known"; an empty text is a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

TEXT = pa.string()
WORD = pa.dictionary(pa.int32(), pa.string())
"""A text that repeats from row to row: paths, ids of owners, kinds."""
INT = pa.int32()
BIG = pa.int64()
FLAG = pa.bool_()
WORDS = pa.list_(pa.string())
NUMBERS = pa.list_(pa.int32())
TEXTS = pa.map_(pa.string(), pa.string())
"""Name → text: synonyms by language, properties by name."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `derived` columns are filled after all files are known, from other tables."""

    name: str
    type: pa.DataType
    meaning: str
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A reference between tables: every non-null value of `columns` is a key of `table`."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table. `key` columns identify a row; `links` must hold for every row."""

    name: str
    title: str
    title_ru: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...] = ()

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema, with each column's meaning as field metadata."""
        return pa.schema(
            pa.field(column.name, column.type, metadata={"meaning": column.meaning})
            for column in self.columns
        )

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def stored_names(self) -> tuple[str, ...]:
        """The names of the columns that a single file determines: all but the derived."""
        return tuple(column.name for column in self.columns if not column.derived)


PROJECT = Column("project", WORD, "Configuration, extension or set of external objects")
FILE = Column("file", WORD, "Source file, relative to the upload")
LINE = Column("line", INT, "Line in the file, from 1")
COLUMN = Column("column", INT, "Column in the line, in characters from 1")
SYNONYM = Column("synonym", TEXT, "Synonym in Russian if there is one, else in the first language")
SYNONYMS = Column("synonyms", TEXTS, "Synonym by language code")
TITLES = Column("titles", TEXTS, "Title by language code")
COMMENT = Column("comment", TEXT, "Comment of the developer")
UUID = Column("uuid", TEXT, "Identifier given by the platform; null where it has none")
BELONGING = Column("belonging", WORD, "`Own`, or `Adopted` in an extension")
PROPERTIES = Column("properties", TEXTS, "Properties by Designer's names, defaults filled in")
ORDER = Column("order", INT, "Position among siblings of the same kind, from 0")
MODULE = Column("module", WORD, "Module id, `Catalog.X.ObjectModule`")
FORM = Column("form", WORD, "Form id, `Catalog.X.Form.F` or `CommonForm.F`")

_TO_OBJECT = Link(("project", "object"), "objects", ("project", "object"))
_TO_MODULE = Link(("project", "module"), "modules", ("project", "module"))
_TO_FORM = Link(("project", "form"), "forms", ("project", "form"))
_TO_ROUTINE = Link(
    ("project", "routine", "routine_line"), "routines", ("project", "routine", "line")
)
_TO_FILE = Link(("file",), "source_files", ("path",))

_TABLES = (
    Table(
        "projects",
        "The projects of the upload",
        "Проекты выгрузки: конфигурация, расширения, внешние обработки",
        (
            PROJECT,
            Column("kind", WORD, "`configuration`, `extension` or `external`"),
            Column("layout", WORD, "`edt` or `designer`"),
            Column("path", TEXT, "Folder of the project in the upload, empty for its root"),
            Column("synonym", TEXT, "Synonym of the configuration", derived=True),
            Column("version", TEXT, "Version as the configuration states it", derived=True),
            Column("vendor", TEXT, "Vendor as the configuration states it", derived=True),
            Column("script_variant", WORD, "`Russian` or `English`", derived=True),
            Column("compatibility_mode", WORD, "Compatibility mode", derived=True),
            Column("name_prefix", TEXT, "Prefix of an extension's own names", derived=True),
            Column("purpose", WORD, "Purpose of an extension", derived=True),
        ),
        ("project",),
    ),
    Table(
        "source_files",
        "The completeness ledger: every file of the upload and what became of it",
        "Журнал полноты: каждый файл выгрузки и его судьба",
        (
            Column("path", TEXT, "Path in the upload, with forward slashes"),
            PROJECT,
            Column("kind", WORD, "What the file is: `object`, `form`, `module`, `rights` …"),
            Column("owner", TEXT, "Object, form or template it belongs to; empty if none"),
            Column("size", BIG, "Bytes"),
            Column("digest", TEXT, "First 128 bits of the SHA-256 of the content, hexadecimal"),
            Column("status", WORD, "`parsed`, `partly`, `unsupported` or `failed`"),
            Column("reason", TEXT, "Why it is not `parsed`; empty otherwise"),
            Column("problems", INT, "Number of places that were not understood"),
            Column("line", INT, "Line of the first such place; null if there is none"),
        ),
        ("path",),
    ),
    Table(
        "problems",
        "Places in files that were not understood",
        "Места в файлах, которые не удалось разобрать",
        (
            PROJECT,
            FILE,
            LINE,
            COLUMN,
            Column("message", TEXT, "What was found and what was expected"),
        ),
        ("file", "line", "column", "message"),
        (_TO_FILE,),
    ),
    Table(
        "objects",
        "Metadata objects",
        "Объекты метаданных",
        (
            PROJECT,
            Column("object", TEXT, "Id, `Catalog.Номенклатура`"),
            Column("type", WORD, "Type in English, `Catalog`"),
            Column("name", TEXT, "Name"),
            SYNONYM,
            SYNONYMS,
            COMMENT,
            UUID,
            Column("parent", TEXT, "Enclosing object (nested subsystems, cubes); null if none"),
            BELONGING,
            Column("extended_uuid", TEXT, "Object of the base that an adopted one extends"),
            PROPERTIES,
            Column("subsystems", WORDS, "Subsystems that name it, sorted", derived=True),
            Column(
                "support",
                WORD,
                "Vendor support: `locked`, `editable`, `off`; null if not on support",
                derived=True,
            ),
            FILE,
            LINE,
        ),
        ("project", "object"),
        (_TO_FILE, Link(("project", "parent"), "objects", ("project", "object"))),
    ),
    Table(
        "support",
        "Vendor support by object identifier",
        "Состояние поддержки поставщика",
        (
            PROJECT,
            Column("uuid", TEXT, "Identifier of the object"),
            Column("state", WORD, "`locked`, `editable` or `off`"),
            FILE,
        ),
        ("project", "uuid"),
        (_TO_FILE,),
    ),
    Table(
        "members",
        "Parts of objects: attributes, tabular sections, predefined items, commands …",
        "Части объектов: реквизиты, табличные части, предопределённые, команды …",
        (
            PROJECT,
            Column("member", TEXT, "Id, `Catalog.X.TabularSection.Y.Attribute.Z`"),
            Column("object", WORD, "Object it belongs to"),
            Column("parent", WORD, "Member or object it stands in"),
            Column("kind", WORD, "`Attribute`, `TabularSection`, `Predefined`, `Method` …"),
            Column("name", TEXT, "Name"),
            ORDER,
            SYNONYM,
            SYNONYMS,
            COMMENT,
            UUID,
            BELONGING,
            PROPERTIES,
            FILE,
            LINE,
        ),
        ("project", "member"),
        (_TO_OBJECT, _TO_FILE),
    ),
    Table(
        "types",
        "Types that objects, members and form attributes allow",
        "Типы, которые допускают объекты, их части и реквизиты форм",
        (
            PROJECT,
            Column("owner", TEXT, "Object, member or form attribute"),
            Column("object", WORD, "Object it belongs to"),
            ORDER,
            Column("type", WORD, "Canonical type, `CatalogRef.X`, `String`"),
            Column("target", WORD, "Object that the type names; null for a primitive"),
            Column("string_length", INT, "Characters, 0 for unlimited; null unless a string"),
            Column("string_fixed", FLAG, "Fixed length; null unless a string"),
            Column("number_precision", INT, "Digits in all; null unless a number"),
            Column("number_scale", INT, "Digits after the point; null unless a number"),
            Column("number_nonnegative", FLAG, "Only zero and above; null unless a number"),
            Column("date_fractions", WORD, "`Date`, `Time`, `DateTime`; null unless a date"),
            FILE,
            LINE,
        ),
        ("project", "owner", "order"),
        (_TO_OBJECT, _TO_FILE),
    ),
    Table(
        "forms",
        "Bodies of forms",
        "Формы",
        (
            PROJECT,
            Column("form", TEXT, "Id, `Catalog.X.Form.F` or `CommonForm.F`"),
            Column("object", WORD, "Object that owns the form; the form itself if common"),
            Column("name", TEXT, "Name"),
            Column("kind", WORD, "`Managed` or `Ordinary`"),
            TITLES,
            PROPERTIES,
            Column("items", INT, "Number of elements"),
            Column("attributes", INT, "Number of attributes with their columns"),
            Column("commands", INT, "Number of commands"),
            Column("handlers", INT, "Number of event handlers"),
            FILE,
        ),
        ("project", "form"),
        (_TO_OBJECT, _TO_FILE),
    ),
    Table(
        "form_items",
        "Elements of managed forms",
        "Элементы форм",
        (
            PROJECT,
            FORM,
            Column("name", TEXT, "Name, unique in the form"),
            Column("item_id", INT, "Number given by the platform"),
            Column("kind", WORD, "`InputField`, `UsualGroup`, `Button` …"),
            Column("parent", TEXT, "Name of the enclosing element, empty for the form"),
            ORDER,
            Column("data_path", TEXT, "What it shows, `Объект.Контрагент`; empty if unbound"),
            Column("command", TEXT, "Command of a button; empty otherwise"),
            TITLES,
            FILE,
            LINE,
        ),
        ("project", "form", "name", "line"),
        (_TO_FORM, _TO_FILE),
    ),
    Table(
        "form_attributes",
        "Attributes of managed forms and their columns",
        "Реквизиты форм и их колонки",
        (
            PROJECT,
            FORM,
            Column("name", TEXT, "Name"),
            Column(
                "parent", TEXT, "Attribute (or table path) that a column belongs to; else empty"
            ),
            Column("attribute_id", INT, "Number given by the platform"),
            ORDER,
            Column("main", FLAG, "The form's main attribute"),
            Column("types", WORDS, "Canonical types; qualifiers stand in `types`"),
            Column("dynamic", FLAG, "A dynamic list"),
            Column("main_table", WORD, "Main table of a dynamic list; null otherwise"),
            Column("custom_query", FLAG, "The dynamic list has a query of its own"),
            TITLES,
            FILE,
            LINE,
        ),
        ("project", "form", "parent", "name"),
        (_TO_FORM, _TO_FILE),
    ),
    Table(
        "form_commands",
        "Commands of managed forms",
        "Команды форм",
        (
            PROJECT,
            FORM,
            Column("name", TEXT, "Name"),
            Column("command_id", INT, "Number given by the platform"),
            ORDER,
            Column("action", TEXT, "Procedure that it runs; empty if none"),
            TITLES,
            PROPERTIES,
            FILE,
            LINE,
        ),
        ("project", "form", "name"),
        (_TO_FORM, _TO_FILE),
    ),
    Table(
        "form_parameters",
        "Parameters with which managed forms are opened",
        "Параметры форм",
        (
            PROJECT,
            FORM,
            Column("name", TEXT, "Name"),
            ORDER,
            Column("key", FLAG, "Part of what makes the form unique"),
            Column("types", WORDS, "Canonical types"),
            FILE,
            LINE,
        ),
        ("project", "form", "name"),
        (_TO_FORM, _TO_FILE),
    ),
    Table(
        "form_handlers",
        "Event handlers of forms and their elements",
        "Обработчики событий форм и их элементов",
        (
            PROJECT,
            FORM,
            Column("item", TEXT, "Element, empty for the form itself"),
            Column("event", WORD, "Event in English, `OnCreateAtServer`"),
            Column("procedure", TEXT, "Procedure in the form's module"),
            Column("call_type", WORD, "In extensions `Before`, `After`, `Override`; else empty"),
            FILE,
            LINE,
        ),
        ("project", "form", "item", "event", "call_type"),
        (_TO_FORM, _TO_FILE),
    ),
    Table(
        "roles",
        "Settings of roles",
        "Настройки ролей",
        (
            PROJECT,
            Column("role", TEXT, "Role id, `Role.Кладовщик`"),
            Column("set_for_new_objects", FLAG, "Rights are set for new objects"),
            Column("set_for_attributes", FLAG, "Rights are set for attributes by default"),
            Column("independent_rights", FLAG, "Child objects have rights of their own"),
            FILE,
        ),
        ("project", "role"),
        (Link(("project", "role"), "objects", ("project", "object")), _TO_FILE),
    ),
    Table(
        "rights",
        "Rights that roles state",
        "Права ролей",
        (
            PROJECT,
            Column("role", WORD, "Role id"),
            Column("object", WORD, "Object or member it is about"),
            Column("right", WORD, "Right in English, `Read`"),
            Column("value", FLAG, "Granted or denied"),
            Column("restriction", TEXT, "Row-level restriction; empty if none"),
            Column("fields", TEXT, "Fields that the restriction is for; empty for all"),
            FILE,
            LINE,
        ),
        ("project", "role", "object", "right"),
        (Link(("project", "role"), "objects", ("project", "object")), _TO_FILE),
    ),
    Table(
        "restriction_templates",
        "Templates of row-level restrictions",
        "Шаблоны ограничений доступа на уровне записей",
        (
            PROJECT,
            Column("role", WORD, "Role id"),
            Column("name", TEXT, "Name with its parameters"),
            Column("condition", TEXT, "Text of the template"),
            FILE,
            LINE,
        ),
        ("project", "role", "name"),
        (Link(("project", "role"), "objects", ("project", "object")), _TO_FILE),
    ),
    Table(
        "schedules",
        "Schedules of scheduled jobs",
        "Расписания регламентных заданий",
        (
            PROJECT,
            Column("job", TEXT, "Scheduled job id"),
            Column("begin_date", TEXT, "First day, ISO; empty if open"),
            Column("end_date", TEXT, "Last day, ISO; empty if open"),
            Column("begin_time", TEXT, "Time of day it starts, ISO; empty if open"),
            Column("end_time", TEXT, "Time of day it must not start after; empty if open"),
            Column("completion_time", TEXT, "Time of day it is stopped at; empty if none"),
            Column("completion_interval", INT, "Seconds after which it is stopped, 0 for never"),
            Column("repeat_period_in_day", INT, "Seconds between starts in a day, 0 for once"),
            Column("repeat_pause", INT, "Seconds between an end and the next start"),
            Column("weeks_period", INT, "Every so many weeks"),
            Column("days_repeat_period", INT, "Every so many days, 0 for one day only"),
            Column("day_in_month", INT, "Day of the month, negative from its end, 0 for any"),
            Column("week_day_in_month", INT, "Which such weekday of the month, 0 for any"),
            Column("week_days", NUMBERS, "Days of the week, Monday is 1"),
            Column("months", NUMBERS, "Months"),
            FILE,
            LINE,
        ),
        ("project", "job"),
        (Link(("project", "job"), "objects", ("project", "object")), _TO_FILE),
    ),
    Table(
        "daily_schedules",
        "Detailed schedules within a day of scheduled jobs",
        "Детальные расписания дня",
        (
            PROJECT,
            Column("job", WORD, "Scheduled job id"),
            ORDER,
            Column("begin_time", TEXT, "Time of day it starts, ISO; empty if open"),
            Column("end_time", TEXT, "Time of day it must not start after; empty if open"),
            Column("completion_time", TEXT, "Time of day it is stopped at; empty if none"),
            Column("completion_interval", INT, "Seconds after which it is stopped, 0 for never"),
            Column("repeat_period_in_day", INT, "Seconds between starts in a day, 0 for once"),
            Column("repeat_pause", INT, "Seconds between an end and the next start"),
            FILE,
        ),
        ("project", "job", "order"),
        (Link(("project", "job"), "schedules", ("project", "job")), _TO_FILE),
    ),
    Table(
        "modules",
        "BSL modules and their metrics",
        "Модули и их метрики",
        (
            PROJECT,
            Column("module", TEXT, "Id, `Catalog.X.ObjectModule`, `CommonModule.M.Module`"),
            Column("object", WORD, "Object that owns it"),
            Column("owner", TEXT, "Object, form or command that owns it"),
            Column("kind", WORD, "`ObjectModule`, `Module`, `FormModule`, `CommandModule` …"),
            Column("client", FLAG, "May run on a client", derived=True),
            Column("server", FLAG, "May run on the server", derived=True),
            Column("lines", INT, "Line of the last token"),
            Column("ncloc", INT, "Lines that hold a token"),
            Column("comment_lines", INT, "Lines that hold a comment"),
            Column("statements", INT, "Statements"),
            Column("procedures", INT, "Procedures"),
            Column("functions", INT, "Functions"),
            Column("cyclomatic", INT, "Sum over routines and the module body"),
            Column("cognitive", INT, "Sum over routines and the module body"),
            Column("body_statements", INT, "Statements outside routines"),
            Column("syntax_errors", INT, "Syntax errors"),
            FILE,
        ),
        ("project", "module"),
        (_TO_OBJECT, _TO_FILE),
    ),
    Table(
        "routines",
        "Procedures and functions",
        "Процедуры и функции",
        (
            PROJECT,
            Column("routine", TEXT, "Id, `CommonModule.M.Routine`, `Catalog.X.ObjectModule.R`"),
            MODULE,
            Column("object", WORD, "Object that owns the module"),
            Column("name", TEXT, "Name"),
            Column("function", FLAG, "A function"),
            Column("export", FLAG, "Exported"),
            Column("asynchronous", FLAG, "`Асинх`"),
            Column("directive", WORD, "Compilation directive, `НаСервере`; empty if none"),
            Column("annotations", WORDS, "Other annotations as written"),
            Column("region", WORD, "Enclosing regions, joined by a slash"),
            Column("preprocessor", WORD, "Enclosing preprocessor conditions"),
            LINE,
            COLUMN,
            Column("end_line", INT, "Line of its last token"),
            Column("lines", INT, "Lines from header to end"),
            Column("ncloc", INT, "Lines that hold a token"),
            Column("comment_lines", INT, "Lines that hold a comment, inside"),
            Column("statements", INT, "Statements"),
            Column("cyclomatic", INT, "Cyclomatic complexity"),
            Column("cognitive", INT, "Cognitive complexity"),
            Column("nesting", INT, "Deepest nesting of statements"),
            Column("parameters", INT, "Parameters"),
            Column("optional_parameters", INT, "Parameters with a default value"),
            Column("doc", TEXT, "Doc comment as written; empty if none"),
            Column("description", TEXT, "Description in the doc comment"),
            Column("returns", TEXT, "Return value in the doc comment"),
            Column("return_types", WORDS, "Types of the return value in the doc comment"),
            Column(
                "inferred_types",
                WORDS,
                "Types of what its `Возврат` statements return, canonical, sorted",
                derived=True,
            ),
            Column("examples", TEXT, "Examples in the doc comment"),
            Column("deprecated", FLAG, "The description begins with `Устарела`"),
            Column("deprecation", TEXT, "What the doc comment says to use instead"),
            Column("body_digest", TEXT, "Digest of the tokens, without comments and spaces"),
            Column("has_errors", FLAG, "A syntax error lies within"),
            FILE,
        ),
        ("project", "routine", "line"),
        (_TO_MODULE, _TO_FILE),
    ),
    Table(
        "parameters",
        "Parameters of routines",
        "Параметры процедур и функций",
        (
            PROJECT,
            Column("routine", WORD, "Routine id"),
            Column("routine_line", INT, "Line of the routine"),
            ORDER,
            Column("name", TEXT, "Name"),
            Column("by_value", FLAG, "`Знач`"),
            Column("default", TEXT, "Default value as written; null if required"),
            Column("types", WORDS, "Types in the doc comment"),
            Column("description", TEXT, "Description in the doc comment"),
            FILE,
            LINE,
            COLUMN,
        ),
        ("project", "routine", "routine_line", "order"),
        (_TO_ROUTINE, _TO_FILE),
    ),
    Table(
        "variables",
        "Variables of modules and routines",
        "Переменные модулей, процедур и функций",
        (
            PROJECT,
            MODULE,
            Column("routine", WORD, "Routine id; null for a variable of the module"),
            Column("routine_line", INT, "Line of the routine; null for the module"),
            Column("name", TEXT, "Name"),
            Column("kind", WORD, "`module`, `declared`, `assigned`, `loop`"),
            Column("export", FLAG, "Exported"),
            Column("directive", WORD, "Compilation directive; empty if none"),
            Column("description", TEXT, "Comment beside or above it"),
            FILE,
            LINE,
            COLUMN,
        ),
        ("file", "line", "column", "name"),
        (_TO_MODULE, _TO_ROUTINE, _TO_FILE),
    ),
    Table(
        "assignments",
        "What names are given and routines return, where that can lead to a type",
        "Что присваивают переменным и возвращают функции, если из этого следует тип",
        (
            PROJECT,
            MODULE,
            Column("routine", WORD, "Routine id; null for the module body"),
            Column("routine_line", INT, "Line of the routine; null for the module body"),
            Column("name", WORD, "Name or property `А.Б`; empty for a returned value"),
            Column("kind", WORD, "`assigned`, `element` of a collection, `returned`"),
            Column("value", WORD, "Chain, call or constructor; branches divided by ` | `"),
            FILE,
            LINE,
            COLUMN,
        ),
        ("file", "line", "column", "name"),
        (_TO_MODULE, _TO_ROUTINE, _TO_FILE),
    ),
    Table(
        "blocks",
        "Regions and preprocessor branches of modules",
        "Области и ветви препроцессора",
        (
            PROJECT,
            MODULE,
            Column("kind", WORD, "`region`, `if`, `elsif`, `else`, `insert`, `delete`"),
            Column("text", WORD, "Name of the region or condition of the branch"),
            Column("parent", WORD, "Enclosing regions, joined by a slash"),
            FILE,
            LINE,
            Column("end_line", INT, "Last line"),
        ),
        ("file", "line", "kind"),
        (_TO_MODULE, _TO_FILE),
    ),
    Table(
        "suppressions",
        "Lines in which comments switch findings off",
        "Строки, в которых комментарии отключают замечания",
        (
            PROJECT,
            MODULE,
            Column("key", WORD, "Key of the rule, `*` for all"),
            FILE,
            LINE,
            Column("end_line", INT, "Last line"),
        ),
        ("file", "key", "line", "end_line"),
        (_TO_MODULE, _TO_FILE),
    ),
    Table(
        "module_names",
        "Names that modules write, folded by letter case: what may be used without a known type",
        "Имена в тексте модулей: что может использоваться там, где тип не известен",
        (
            PROJECT,
            MODULE,
            Column("members", WORDS, "Distinct names behind a dot, sorted"),
            Column("words", WORDS, "Distinct names not behind a dot, keywords too, sorted"),
            Column("texts", WORDS, "Distinct words in text literals that are not localised"),
            Column("parts", WORDS, "Of them, what code joins with more: `шаг*`, `*клиент`"),
            FILE,
        ),
        ("project", "module"),
        (_TO_MODULE, _TO_FILE),
    ),
    Table(
        "mentions",
        "Names in code whose meaning takes other files; `references` has what they mean",
        "Имена в коде, смысл которых виден только по другим файлам",
        (
            PROJECT,
            Column("source", WORD, "Routine that names, or the module"),
            MODULE,
            Column(
                "context",
                WORD,
                "`idle_handler`, `notification`, `movement`; empty: names joined by dots in a text",
            ),
            Column("text", TEXT, "The name as written"),
            FILE,
            LINE,
        ),
        ("file", "source", "context", "text", "line"),
        (_TO_MODULE, _TO_FILE),
    ),
    Table(
        "calls",
        "Call sites",
        "Места вызовов",
        (
            PROJECT,
            MODULE,
            Column("caller", WORD, "Routine that calls; null for the module body"),
            Column("caller_line", INT, "Line of that routine; null for the module body"),
            Column("receiver", WORD, "Chain before the last dot; empty for a plain call"),
            Column("name", WORD, "Name that is called or constructed"),
            Column("arguments", INT, "Arguments written, also empty ones"),
            Column("constructor", FLAG, "`Новый Name(…)`"),
            Column("statement", FLAG, "The result is dropped"),
            Column("in_loop", FLAG, "A loop of its routine runs it again and again"),
            Column("callee", WORD, "Routine that it resolves to; null if none", derived=True),
            Column(
                "resolution",
                WORD,
                "How it was resolved, or why not: `knowledge/resolutions.py`, `docs/calls.md`",
                derived=True,
            ),
            FILE,
            LINE,
            COLUMN,
        ),
        ("file", "line", "column", "name", "receiver"),
        (_TO_MODULE, _TO_FILE),
    ),
    Table(
        "queries",
        "Query texts as written",
        "Тексты запросов",
        (
            PROJECT,
            Column("owner", WORD, "Routine, module, form or template"),
            Column("object", WORD, "Object that owns it"),
            Column("origin", WORD, "`literal`, `composition` or `dynamic_list`"),
            Column("name", TEXT, "Dataset or form attribute; empty for a literal"),
            Column("text", TEXT, "The query, lines joined, quotes unescaped"),
            Column(
                "form",
                WORD,
                "`whole`; `joined` of several literals; `fragment`, to which code adds what is "
                "not known; `template`, into which code puts text",
            ),
            Column("queries", INT, "Queries in the text, divided by `;`"),
            Column("tables", WORDS, "Tables of metadata that it reads, by their ids"),
            Column("virtual_tables", WORDS, "Virtual tables: `AccumulationRegister.X.Balance`"),
            Column("fields", WORDS, "Fields as paths from a table's id: `Catalog.X.Owner.Code`"),
            Column("values", WORDS, "Values and types it names: `Enum.X.EnumValue.Y`, `Catalog.X`"),
            Column("parameters", WORDS, "Parameters, without `&`"),
            Column("temporary_tables", WORDS, "Temporary tables that it makes or reads"),
            Column("errors", INT, "Syntax errors; those of a part of a query may be none"),
            Column("error", TEXT, "The first syntax error; empty if none"),
            Column("error_line", INT, "Line of the first error in the file; null if none"),
            Column("error_column", INT, "Column of the first error; null if none"),
            FILE,
            LINE,
            COLUMN,
        ),
        ("file", "line", "column", "name"),
        (_TO_FILE,),
    ),
    Table(
        "references",
        "Edges with evidence: what names what, where it is written, and whether it is there",
        "Связи с доказательством: что на что ссылается, где написано и разрешено ли",
        (
            PROJECT,
            Column("source", WORD, "Object, member, form, role, module or routine that names"),
            Column("target", WORD, "What it names, canonical where it can be"),
            Column(
                "kind", WORD, "`type`, `handler`, `call`, `query_table` …: `knowledge/edges.py`"
            ),
            Column("note", WORD, "What belongs to the edge alone; empty if nothing"),
            Column(
                "extractor", WORD, "The kind of file that says it, or the table it is derived from"
            ),
            Column("resolved", FLAG, "The target is in this upload", derived=True),
            Column("reason", WORD, "Why it is not resolved; empty otherwise", derived=True),
            Column("source_object", WORD, "Object that the source belongs to", derived=True),
            Column("target_object", WORD, "Object that the target belongs to", derived=True),
            FILE,
            LINE,
        ),
        ("project", "source", "target", "kind", "note", "file", "line"),
        (_TO_FILE,),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""All tables by name, in the order in which they are written."""

PARSER_VERSION = "2"
"""Raised when a reader or a table changes meaning: cached rows of another version are not used."""
