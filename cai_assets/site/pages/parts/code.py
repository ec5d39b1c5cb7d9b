"""The code of an object: its modules, what they offer to others, and everything else in short."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cai_assets.site.derived.api import region_kind
from cai_assets.site.drawing import Edge, Node, layered
from cai_assets.site.model import (
    NOT_IN_JSON,
    Context,
    Href,
    Input,
    Language,
    Page,
    Row,
    Rows,
    Words,
)
from cai_assets.site.pages.parts.doc_text import (
    Around,
    DocView,
    FieldView,
    TypeView,
    first_sentence,
    pieces,
    read_doc,
)
from cai_assets.site.pages.parts.labels import module_kind, part_label, place_label
from cai_assets.site.pages.parts.model import Heading, Part

INPUTS = {
    "code_modules": Input(
        "modules",
        (
            "project",
            "module",
            "kind",
            "client",
            "server",
            "lines",
            "ncloc",
            "cyclomatic",
            "cognitive",
            "body_statements",
            "syntax_errors",
            "file",
        ),
        "object",
    ),
    "code_routines": Input(
        "routines",
        (
            "project",
            "module",
            "routine",
            "name",
            "function",
            "export",
            "asynchronous",
            "directive",
            "annotations",
            "region",
            "line",
            "lines",
            "cyclomatic",
            "cognitive",
            "doc",
            "description",
        ),
        "object",
    ),
    "code_parameters": Input(
        "object_parameters",
        ("routine", "routine_line", "order", "name", "by_value", "default"),
        "object",
        "site",
    ),
    "code_callers": Input(
        "routine_callers",
        ("target", "source", "links", "kind", "rank", "callers"),
        "object",
        "site",
    ),
    "code_inner": Input("inner_calls", ("source", "target", "links"), "object", "site"),
    "doc_links": Input("doc_links", ("target",), "source_object", "site"),
    "script": Input("projects", ("project", "script_variant")),
}

GRAPH_NODES, _GRAPH_EDGES = 24, 40
"""A module whose routines call each other is drawn if no more than so many take part."""
_FEW_CALLS = 3
"""So many calls are told as well by the lists of callers."""
_LINE = 90
"""A header that is longer has its parameters one to a line."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls or names a routine, and how often."""

    id: str
    label: str = field(metadata=NOT_IN_JSON)
    links: int


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter: as declared, and what the comment says of it."""

    name: str
    by_value: bool
    default: str | None
    text: str = ""
    types: tuple[TypeView, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutineView:
    """An exported routine as documentation of an interface."""

    id: str
    anchor: str = field(metadata=NOT_IN_JSON)
    name: str
    function: bool
    signature: str
    region: str = field(metadata=NOT_IN_JSON)
    summary: str = field(metadata=NOT_IN_JSON)
    description: str
    parameters: tuple[ParameterView, ...]
    returns: tuple[TypeView, ...]
    returns_text: str
    examples: str
    call_options: str
    deprecated: bool
    deprecation: str
    lines: int
    cyclomatic: int
    cognitive: int
    callers: tuple[Caller, ...]
    caller_count: int
    line: int
    links: Mapping[str, str] = field(default_factory=dict)
    """Ids of names in the texts."""

    def pieces(self, text: str) -> Sequence[tuple[str, str]]:
        """A text cut at its links: pairs of text and id."""
        return pieces(text, self.links)

    @property
    def described(self) -> bool:
        """Whether the comment tells of a parameter or of the result."""
        told = any(one.text or one.types for one in self.parameters)
        return told or bool(self.returns or self.returns_text)


@dataclass(frozen=True, slots=True)
class RoutineLine:
    """A routine that is not exported."""

    id: str = field(metadata=NOT_IN_JSON)
    anchor: str = field(metadata=NOT_IN_JSON)
    name: str
    parameters: str
    directive: str
    summary: str
    lines: int
    cyclomatic: int
    cognitive: int
    caller_count: int
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A routine of a module calls another of it; both by name."""

    source: str
    target: str
    links: int


@dataclass(frozen=True, slots=True)
class Group:
    """Exported routines of one outermost region. `kind` is `public`, `internal` or empty."""

    region: str
    kind: str
    routines: tuple[RoutineView, ...]


@dataclass(frozen=True, slots=True)
class ModuleView:
    """A module: its size, where it runs, its routines."""

    id: str
    anchor: str = field(metadata=NOT_IN_JSON)
    label: str
    project: str
    """Told only where the object has modules of several projects."""
    client: bool
    server: bool
    lines: int
    ncloc: int
    cyclomatic: int
    cognitive: int
    body_statements: int
    syntax_errors: int
    file: str
    routines: int
    exported: int
    groups: tuple[Group, ...]
    others: tuple[RoutineLine, ...]
    calls: tuple[Call, ...] = field(metadata=NOT_IN_JSON)
    """Calls between its routines, if there are enough and not too many to draw."""

    def ids(self) -> Mapping[str, str]:
        """Ids of its routines by name."""
        found = {line.name: line.id for line in self.others}
        return found | {one.name: one.id for group in self.groups for one in group.routines}


@dataclass(frozen=True, slots=True)
class CodeView:
    """All modules of an object and of its forms and commands."""

    modules: tuple[ModuleView, ...]

    def headings(self) -> Sequence[Heading]:
        """The part, and each module with something to document."""
        found: list[Heading] = [("part-code", Words("Код", "Code"))]
        if len(self.modules) > 1:
            found += [
                (module.anchor, Words(module.label, module.label))
                for module in self.modules
                if module.exported
            ][:_HEADINGS]
        return found


_HEADINGS = 12
"""Modules that the table of contents names."""


def read(page: Page, rows: Rows, context: Context) -> CodeView | None:
    """The modules of an object; None if there are none."""
    if not rows["code_modules"]:
        return None
    return _Reader(page.key, rows, context.language).read()


class _Reader:
    """Puts the rows of an object's code together."""

    def __init__(self, object_: str, rows: Rows, language: Language) -> None:
        self._object = object_
        self._language = language
        self._modules = rows["code_modules"]
        self._routines: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows["code_routines"]:
            self._routines[row.project, row.module].append(row)
        self._parameters: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in rows["code_parameters"]:
            self._parameters[row.routine, row.routine_line].append(row)
        self._callers: dict[str, list[Row]] = defaultdict(list)
        for row in rows["code_callers"]:
            self._callers[row.target].append(row)
        self._inner = rows["code_inner"]
        self._known = {row.target.casefold(): row.target for row in rows["doc_links"]}
        self._english = {row.project for row in rows["script"] if row.script_variant == "English"}
        self._anchored: set[str] = set()

    def read(self) -> CodeView:
        several = len({row.project for row in self._modules}) > 1
        ordered = sorted(self._modules, key=self._module_order)
        # Anchors are given in this order: of two equal ones the first row gets it.
        return CodeView(tuple(self._module(row, several) for row in ordered))

    def _module_order(self, row: Row) -> tuple[bool, str, str]:
        """The object's own modules come before those of its forms and commands."""
        inside = row.module[len(self._object) + 1 :]
        return inside.count(".") > 0, inside, row.project

    def _module(self, row: Row, several: bool) -> ModuleView:
        routines = sorted(self._routines[row.project, row.module], key=lambda r: (r.line, r.name))
        names = {one.name.casefold(): one.routine for one in routines}
        around = Around(names, self._known)
        exported = [one for one in routines if one.export]
        anchor = self._anchor(row.module)
        return ModuleView(
            id=row.module,
            anchor=anchor or "",
            label=self._label(row),
            project=row.project if several else "",
            client=row.client,
            server=row.server,
            lines=row.lines,
            ncloc=row.ncloc,
            cyclomatic=row.cyclomatic,
            cognitive=row.cognitive,
            body_statements=row.body_statements,
            syntax_errors=row.syntax_errors,
            file=row.file,
            routines=len(routines),
            exported=len(exported),
            groups=self._groups(exported, around),
            others=tuple(self._line(one) for one in routines if not one.export),
            calls=self._calls({one.routine for one in routines}),
        )

    def _label(self, row: Row) -> str:
        inside = row.module[len(self._object) + 1 :]
        if "." not in inside:
            label = module_kind(row.kind, self._language)
        else:
            label = part_label(row.module.rpartition(".")[0], self._object, self._language)
        return label[:1].upper() + label[1:]

    def _anchor(self, id_: str) -> str:
        """The anchor of a part of the object, empty if it is given already."""
        if id_ in self._anchored:
            return ""
        self._anchored.add(id_)
        return id_[len(self._object) + 1 :]

    def _groups(self, routines: Iterable[Row], around: Around) -> tuple[Group, ...]:
        by_region: dict[str, list[Row]] = defaultdict(list)
        for row in routines:
            by_region[row.region.partition("/")[0]].append(row)
        kinds = {region: region_kind(region) for region in by_region}
        rank = {"public": 0, "": 1, "internal": 2}
        ordered = sorted(by_region, key=lambda name: (rank[kinds[name]], by_region[name][0].line))
        return tuple(
            Group(name, kinds[name], tuple(self._routine(row, around) for row in by_region[name]))
            for name in ordered
        )

    def _routine(self, row: Row, around: Around) -> RoutineView:
        doc = read_doc(row.doc, around)
        declared = self._declared(row)
        callers = self._callers.get(row.routine, ())
        return RoutineView(
            id=row.routine,
            anchor=self._anchor(row.routine),
            name=row.name,
            function=row.function,
            signature=self._signature(row, declared),
            region=row.region,
            summary=first_sentence(doc.description),
            description=doc.description,
            parameters=tuple(_parameter(one, doc) for one in declared),
            returns=doc.returns,
            returns_text=doc.returns_text,
            examples=doc.examples,
            call_options=doc.call_options,
            deprecated=doc.deprecated,
            deprecation=doc.deprecation,
            lines=row.lines,
            cyclomatic=row.cyclomatic,
            cognitive=row.cognitive,
            callers=tuple(self._caller(one) for one in sorted(callers, key=lambda one: one.rank)),
            caller_count=callers[0].callers if callers else 0,
            line=row.line,
            links=doc.links,
        )

    def _line(self, row: Row) -> RoutineLine:
        callers = self._callers.get(row.routine, ())
        return RoutineLine(
            id=row.routine,
            anchor=self._anchor(row.routine),
            name=row.name,
            parameters=", ".join(one.name for one in self._declared(row)),
            directive=row.directive,
            summary=first_sentence(row.description, 120),
            lines=row.lines,
            cyclomatic=row.cyclomatic,
            cognitive=row.cognitive,
            caller_count=callers[0].callers if callers else 0,
            line=row.line,
        )

    def _caller(self, row: Row) -> Caller:
        label = place_label(row.source, self._object, self._language)
        return Caller(row.source, label, row.links)

    def _declared(self, row: Row) -> list[Row]:
        found = self._parameters.get((row.routine, row.line), [])
        return sorted(found, key=lambda one: one.order)

    def _signature(self, row: Row, parameters: Sequence[Row]) -> str:
        """The header as the module's language writes it, directives above it."""
        words = _ENGLISH if row.project in self._english else _RUSSIAN
        asynchronous = f"{words.asynchronous} " if row.asynchronous else ""
        head = f"{asynchronous}{words.function if row.function else words.procedure} {row.name}"
        declared = [_declaration(one, words) for one in parameters]
        export = f" {words.export}" if row.export else ""
        line = f"{head}({', '.join(declared)}){export}"
        if len(line) > _LINE and len(declared) > 1:
            inside = ",\n    ".join(declared)
            line = f"{head}(\n    {inside}){export}"
        marks = [mark for mark in (row.directive, *row.annotations) if mark]
        above = "".join(f"&{mark}\n" for mark in dict.fromkeys(marks))
        return above + line

    def _calls(self, routines: set[str]) -> tuple[Call, ...]:
        """Calls between routines of one module, none if they make no picture."""
        found = [
            Call(row.source.rpartition(".")[2], row.target.rpartition(".")[2], row.links)
            for row in self._inner
            if row.source in routines and row.target in routines and row.source != row.target
        ]
        degrees = Counter(end for call in found for end in (call.source, call.target))
        if len(found) <= _FEW_CALLS or len(found) > _GRAPH_EDGES or len(degrees) > GRAPH_NODES:
            return ()
        return tuple(sorted(found, key=lambda call: (call.source, call.target)))


@dataclass(frozen=True, slots=True)
class _Keywords:
    function: str
    procedure: str
    asynchronous: str
    by_value: str
    export: str


_RUSSIAN = _Keywords("Функция", "Процедура", "Асинх", "Знач", "Экспорт")
_ENGLISH = _Keywords("Function", "Procedure", "Async", "Val", "Export")


def _declaration(row: Row, words: _Keywords) -> str:
    before = f"{words.by_value} " if row.by_value else ""
    after = "" if row.default is None else f" = {row.default}"
    return f"{before}{row.name}{after}"


def _parameter(row: Row, doc: DocView) -> ParameterView:
    told = doc.parameters.get(row.name.casefold(), _UNTOLD)
    return ParameterView(row.name, row.by_value, row.default, told.text, told.types)


_UNTOLD = FieldView("")


def draw(view: CodeView, context: Context, href: Href) -> Mapping[str, str]:
    """The calls inside each module, by its place."""
    return {
        _picture(place): _call_graph(module, place, context, href)
        for place, module in enumerate(view.modules)
        if module.calls
    }


def _picture(place: int) -> str:
    return f"calls-{place}"


def _call_graph(module: ModuleView, place: int, context: Context, href: Href) -> str:
    """Exported routines are coloured; the more complex of too many are shown."""
    complexity = {one.name: one.cognitive for group in module.groups for one in group.routines}
    exported = frozenset(complexity)
    complexity |= {line.name: line.cognitive for line in module.others}
    ids = module.ids()
    names = sorted({end for call in module.calls for end in (call.source, call.target)})
    nodes = [
        Node(
            name,
            name,
            href(ids[name]) if name in ids else None,
            tone=_EXPORTED if name in exported else 0,
            weight=1 + complexity.get(name, 0),
        )
        for name in names
    ]
    edges = [Edge(call.source, call.target, call.links) for call in module.calls]
    title = context.say(f"{module.label}: вызовы", f"{module.label}: calls")
    return layered(nodes, edges, title=title, id_prefix=_picture(place), most_nodes=GRAPH_NODES)


_EXPORTED = 1
"""The colour of exported routines."""

PART = Part("code", INPUTS, read, draw)
