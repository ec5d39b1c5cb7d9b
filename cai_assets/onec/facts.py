"""What one file of a configuration says: the domain objects that readers return.

Every reader, for BSL or for metadata, in either layout, takes the bytes of one file and
returns one `FileFacts`. Nothing here knows another file; joining files is `knowledge`'s work.

Identity: objects are named as 1C names them in English (`Catalog.Номенклатура`,
`Document.Заказ.TabularSection.Товары.Attribute.Цена`); names keep the spelling of the source.
Lines and columns count from 1; a column counts characters, not bytes.

Row types that occur by the hundred thousand are named tuples, the rest slotted dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from cai_assets.onec.query.places import QueryPlaces

Texts = dict[str, str]
"""A localised text: language code (`ru`, `en`, or what the file says) → text."""

Properties = dict[str, str]
"""Properties as Designer names them (`Hierarchical`), values as it writes them (`true`)."""


# --- metadata ---------------------------------------------------------------------------


@dataclass(slots=True, frozen=True)
class ValueType:
    """The types a value may have, with their qualifiers; a qualifier is None if not stated.

    `names` are canonical: `String`, `Number`, `Boolean`, `Date`, `UUID`, `ValueStorage`,
    `CatalogRef.X`, `DefinedType.X`, `Characteristic.X`, `AnyRef`, `DocumentRef` (any document).
    """

    names: tuple[str, ...] = ()
    string_length: int | None = None
    string_fixed: bool | None = None
    number_precision: int | None = None
    number_scale: int | None = None
    number_nonnegative: bool | None = None
    date_fractions: str | None = None


@dataclass(slots=True)
class MetadataObject:
    """A top-level metadata object, a nested subsystem, or a nested part of an external source."""

    id: str
    type: str
    name: str
    uuid: str
    line: int
    parent: str | None = None
    synonym: Texts = field(default_factory=dict)
    comment: str = ""
    belonging: str = "Own"
    extended_uuid: str | None = None
    value_type: ValueType | None = None
    properties: Properties = field(default_factory=dict)


@dataclass(slots=True)
class Member:
    """A part of an object: attribute, tabular section, dimension, predefined item, command …

    `id` starts with the object's id and names every step: `Catalog.X.TabularSection.Y.Attribute.Z`.
    `parent` is the member or object it stands in; `order` counts from 0 among siblings of its kind.
    """

    id: str
    object: str
    parent: str
    kind: str
    name: str
    order: int
    line: int
    uuid: str | None = None
    synonym: Texts = field(default_factory=dict)
    comment: str = ""
    belonging: str = "Own"
    value_type: ValueType | None = None
    properties: Properties = field(default_factory=dict)


class Reference(NamedTuple):
    """An edge as metadata writes it. `target` is canonical where it can be, else as written.

    `kind`: type, owner, subsystem, based_on, register_record, handler, exchange, ….
    `note` carries what belongs to the edge alone (`autoRecord` of an exchange plan's content).
    """

    source: str
    target: str
    kind: str
    line: int
    note: str = ""


@dataclass(slots=True)
class Form:
    """The body of a form. `kind` is `Managed` or `Ordinary`; an ordinary form has no items."""

    id: str
    object: str
    name: str
    kind: str
    line: int = 1
    title: Texts = field(default_factory=dict)
    properties: Properties = field(default_factory=dict)


class FormItem(NamedTuple):
    """An element of a managed form. `kind` as Designer names it: `InputField`, `UsualGroup` …"""

    form: str
    name: str
    item_id: int
    kind: str
    parent: str
    order: int
    line: int
    data_path: str
    command: str
    title: Texts


@dataclass(slots=True)
class FormAttribute:
    """An attribute of a managed form or a column of one; `parent` is empty for an attribute.

    `main_table`, `query` and `dynamic` describe a dynamic list.
    """

    form: str
    name: str
    attribute_id: int
    parent: str
    order: int
    line: int
    main: bool
    value_type: ValueType | None
    title: Texts
    dynamic: bool = False
    main_table: str = ""
    custom_query: bool = False


class FormCommand(NamedTuple):
    """A command of a managed form and the procedure it runs."""

    form: str
    name: str
    command_id: int
    order: int
    line: int
    action: str
    title: Texts
    properties: Properties


class FormParameter(NamedTuple):
    """A parameter with which a managed form is opened; `key` marks those of the unique form."""

    form: str
    name: str
    order: int
    line: int
    key: bool
    value_type: ValueType


class FormHandler(NamedTuple):
    """An event of a form (`item` empty) or of its element, and the procedure that handles it.

    `call_type` is set in extensions: `Before`, `After`, `Override`.
    """

    form: str
    item: str
    event: str
    procedure: str
    line: int
    call_type: str


class Right(NamedTuple):
    """A right that a role states. `object` is canonical; `value` false means denied.

    `restriction` is the row-level condition (several are joined by a blank line); `fields`
    the fields it applies to, comma-separated, empty for all. Where several conditions differ
    in their fields, `fields` has one list for each, separated by semicolons.
    """

    role: str
    object: str
    right: str
    value: bool
    line: int
    restriction: str
    fields: str


class RoleFlags(NamedTuple):
    """What a role's rights file says about objects and parts it does not list."""

    role: str
    set_for_new_objects: bool
    set_for_attributes_by_default: bool
    independent_rights_of_child_objects: bool


class RestrictionTemplate(NamedTuple):
    """A named template of row-level restrictions of a role."""

    role: str
    name: str
    condition: str
    line: int


class DailySchedule(NamedTuple):
    """One of the detailed schedules within a day, with the same units as `Schedule`."""

    begin_time: str
    end_time: str
    completion_time: str
    completion_interval: int
    repeat_period_in_day: int
    repeat_pause: int


@dataclass(slots=True)
class Schedule:
    """When a scheduled job runs. Seconds, ISO dates and times; lists hold numbers from 1.

    A date or time that is not set is empty; `daily` holds the detailed schedules of a day.
    """

    job: str
    line: int
    begin_date: str = ""
    end_date: str = ""
    begin_time: str = ""
    end_time: str = ""
    completion_time: str = ""
    completion_interval: int = 0
    repeat_period_in_day: int = 0
    repeat_pause: int = 0
    weeks_period: int = 0
    days_repeat_period: int = 0
    day_in_month: int = 0
    week_day_in_month: int = 0
    week_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    daily: tuple[DailySchedule, ...] = ()


class QueryText(NamedTuple):
    """A query as written. `owner` is a routine, a module, a form or a template with a dataset.

    `origin`: `literal` (BSL), `composition` (data composition schema), `dynamic_list`.
    `name`: the dataset or form attribute, empty for a literal. The place is that of the text.
    `form`: `whole`; `joined` of several literals; `fragment`, to which code adds text that is not
    known; `template`, into which code puts text. `tables`, `fields` and the others are what the
    text names, each once, in its order; `virtual_tables` as `AccumulationRegister.X.Balance`.
    `errors` counts syntax errors; `error` is the first, its place that in the file, None if none.
    """

    owner: str
    origin: str
    name: str
    line: int
    column: int
    text: str
    form: str = "whole"
    queries: int = 0
    tables: tuple[str, ...] = ()
    virtual_tables: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    temporary_tables: tuple[str, ...] = ()
    errors: int = 0
    error: str = ""
    error_line: int | None = None
    error_column: int | None = None


class SupportEntry(NamedTuple):
    """The vendor-support state of one object by uuid: `locked`, `editable` or `off`."""

    uuid: str
    state: str


# --- BSL --------------------------------------------------------------------------------


@dataclass(slots=True)
class DocComment:
    """A parsed doc comment (standard 453)."""

    text: str = ""
    description: str = ""
    returns: str = ""
    return_types: tuple[str, ...] = ()
    examples: str = ""
    call_options: str = ""
    deprecated: bool = False
    deprecation: str = ""


class Parameter(NamedTuple):
    """A parameter of the routine whose position in `ModuleFacts.routines` is `routine`."""

    routine: int
    order: int
    name: str
    by_value: bool
    default: str | None
    types: tuple[str, ...]
    description: str
    line: int
    column: int


@dataclass(slots=True)
class Routine:
    """A procedure or function with its metrics. Lines from header to closing keyword."""

    name: str
    is_function: bool
    export: bool
    asynchronous: bool
    line: int
    column: int
    end_line: int
    directive: str
    annotations: tuple[str, ...]
    region: str
    preprocessor: str
    ncloc: int
    comment_lines: int
    statements: int
    cyclomatic: int
    cognitive: int
    nesting: int
    parameters: int
    optional_parameters: int
    doc: DocComment | None
    body_digest: str
    has_errors: bool


class Variable(NamedTuple):
    """A variable: of the module (`routine` is -1), declared by `Перем`, or assigned first."""

    routine: int
    name: str
    kind: str
    export: bool
    directive: str
    line: int
    column: int
    description: str


class Block(NamedTuple):
    """A region or preprocessor branch. `kind`: region, if, elsif, else, insert, delete.

    `text` is the region's name or the condition; `parent` the enclosing region path by slashes.
    """

    kind: str
    text: str
    parent: str
    line: int
    end_line: int


class Call(NamedTuple):
    """A call site. `routine` is the caller's position, -1 for the module body.

    `receiver` is the chain before the last dot, calls in it as `()` and indexes as `[]`; the
    literal argument of `ОбщийМодуль("X")` and its like, which decides what is called, stays;
    `constructor` is set for `Новый Name(…)`; `statement` where the result is dropped; `in_loop`
    where a loop of the same body runs it again and again.
    """

    routine: int
    line: int
    column: int
    receiver: str
    name: str
    arguments: int
    constructor: bool
    statement: bool
    in_loop: bool = False


class Assignment(NamedTuple):
    """What a name is given, where that can lead to a type; `routine` is -1 for the module body.

    `kind`: `assigned` (`name = value`, or `А.Вставить("Б", value)`, then `name` is `А.Б`),
    `element` (`name` runs over the collection `value`), `returned` (`name` is empty). `value`
    is a chain as in `Call.receiver`, constructors as `Новый Name()`, both branches of `?()`
    divided by ` | `.
    """

    routine: int
    line: int
    column: int
    name: str
    kind: str
    value: str


class Chain(NamedTuple):
    """A property chain such as `Справочники.Товары` that is not itself a call's name."""

    routine: int
    line: int
    column: int
    text: str


class ModuleNames(NamedTuple):
    """The distinct names that a module writes, folded by letter case and sorted.

    `members` stand behind a dot, `words` do not; `texts` are words of text literals except
    those of localised texts; `parts` those that code puts together with more: `Шаг*`, `*ПриЗаписи`.
    """

    members: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


class Named(NamedTuple):
    """What code names, an edge: `routine` is the position of the routine, -1 for the body.

    `target` is an id; one that begins with a dot is a routine of the module itself, one that
    begins with `#` a part of the object that the module belongs to.
    """

    routine: int
    line: int
    kind: str
    target: str
    note: str


class Mention(NamedTuple):
    """A name in code whose meaning takes other files.

    `context` says where it stands: `idle_handler`, `notification`, `movement`, or empty for
    names joined by dots in a literal.
    """

    routine: int
    line: int
    context: str
    text: str


class QueryLiteral(NamedTuple):
    """A query that the literals of a module make. `routine` is its position or -1.

    `form` as in `QueryText`; the place is that of the first literal; `places` maps offsets in
    the text to the module.
    """

    routine: int
    line: int
    column: int
    text: str
    form: str
    places: QueryPlaces


class Suppression(NamedTuple):
    """Lines in which findings of `key` (`*` for all) are switched off by a comment."""

    key: str
    line: int
    end_line: int


class Problem(NamedTuple):
    """What could not be understood, where, and what to do about it."""

    line: int
    column: int
    message: str


@dataclass(slots=True)
class ModuleFacts:
    """One BSL module. Metrics follow `docs/metrics.md`; empty modules have zeros."""

    lines: int = 0
    ncloc: int = 0
    comment_lines: int = 0
    statements: int = 0
    cyclomatic: int = 0
    cognitive: int = 0
    body_statements: int = 0
    routines: list[Routine] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    queries: list[QueryLiteral] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)
    names: ModuleNames = ModuleNames()
    named: list[Named] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)


# --- one file ---------------------------------------------------------------------------


@dataclass(slots=True)
class FileFacts:
    """All that one file says. With `problems` its ledger row is `partly`; raising: `failed`."""

    objects: list[MetadataObject] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    form_items: list[FormItem] = field(default_factory=list)
    form_attributes: list[FormAttribute] = field(default_factory=list)
    form_commands: list[FormCommand] = field(default_factory=list)
    form_parameters: list[FormParameter] = field(default_factory=list)
    form_handlers: list[FormHandler] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)
    role_flags: list[RoleFlags] = field(default_factory=list)
    restriction_templates: list[RestrictionTemplate] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    queries: list[QueryText] = field(default_factory=list)
    support: list[SupportEntry] = field(default_factory=list)
    module: ModuleFacts | None = None
    problems: list[Problem] = field(default_factory=list)
