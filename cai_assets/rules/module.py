"""One module as rules see it: the tree, an index of its nodes, and what metadata says of it.

The tree is walked once, when the view is made; rules ask the index for the nodes they are
about. Parents are known, so that a rule can look outwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeVar

from cai_assets.onec.bsl.analyse import facts_of
from cai_assets.onec.bsl.doc_comments import ParsedComment, parse_doc_comment
from cai_assets.onec.bsl.nodes import Call, Node, RoutineNode
from cai_assets.onec.bsl.parser import Parsed
from cai_assets.onec.facts import ModuleFacts

N = TypeVar("N", bound=Node)


@dataclass(frozen=True, slots=True)
class ModuleContext:
    """What several files say of one module; small, so that it can be sent to a worker.

    A change of any of it makes the module be looked at again. `properties` are those of the
    object that owns the module (the flags of a common module, `Posting` …), sorted, without
    localised texts; what an adopted object leaves out is that of the base.
    """

    project: str = ""
    module: str = ""
    object: str = ""
    kind: str = "CommonModule"
    client: bool = True
    server: bool = True
    properties: tuple[tuple[str, str], ...] = ()
    handlers: tuple[tuple[str, str, str], ...] = ()
    """For a form's module: (element or empty, event, procedure). The action of a command is
    (command, `Action`, procedure)."""
    russian: bool = True
    """The configuration is written in Russian."""
    synchronous_calls: str = "DontUse"
    modal_windows: str = "DontUse"
    """`SynchronousPlatformExtensionAndAddInCallUseMode`, `ModalityUseMode`."""
    extension: bool = False
    compatibility: tuple[int, ...] = ()
    """The compatibility mode, `(8, 3, 10)`; empty for the newest (`DontUse`) or if not known."""
    codes_not_unique: tuple[str, ...] = ()
    """Folded names of catalogs and charts of accounts or characteristic types whose codes are not
    unique throughout, as `справочники.x`, `catalogs.x`."""
    ordinary_form: bool = False
    """The module is that of an ordinary form, which has no compilation directives."""

    @property
    def object_type(self) -> str:
        """`Catalog`, `CommonModule` …"""
        return self.object.partition(".")[0]


class Place(NamedTuple):
    """A span of a file: lines and columns from 1, `end_column` behind the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass
class ModuleView:
    """A parsed module and its context."""

    parsed: Parsed
    context: ModuleContext = field(default_factory=ModuleContext)

    def __post_init__(self) -> None:
        self.tokens = self.parsed.tokens
        self.tree = self.parsed.module
        self._by_type: dict[type, list[Node]] = {}
        self._parents: dict[int, Node] = {}
        self._index()

    def find(self, *types: type[N]) -> Iterator[N]:
        """All nodes of these types, in the order of the source for each type."""
        for type_ in types:
            yield from self._by_type.get(type_, ())  # type: ignore[misc]

    def parent(self, node: Node) -> Node | None:
        """The node that holds `node`; None for the module."""
        return self._parents.get(id(node))

    def ancestors(self, node: Node) -> Iterator[Node]:
        """From the parent outwards."""
        above = self.parent(node)
        while above is not None:
            yield above
            above = self.parent(above)

    def routine_of(self, node: Node) -> RoutineNode | None:
        """The routine that `node` stands in; None in the module body."""
        if isinstance(node, RoutineNode):
            return node
        return next((n for n in self.ancestors(node) if isinstance(n, RoutineNode)), None)

    @cached_property
    def calls(self) -> dict[str, list[Call]]:
        """Calls of unqualified names by folded name, in the order of the source."""
        found: dict[str, list[Call]] = {}
        for call in self.find(Call):
            found.setdefault(call.name.casefold(), []).append(call)
        return found

    @cached_property
    def comments(self) -> list[ParsedComment | None]:
        """The description above each routine, in the order of `tree.routines`."""
        above = (self.tokens.comment_above(routine.start) for routine in self.tree.routines)
        return [parse_doc_comment(lines) if lines else None for lines in above]

    @cached_property
    def facts(self) -> ModuleFacts:
        """Routines with metrics, parameters, regions, calls …: what the tables hold, no chains."""
        return facts_of(self.parsed, chains=False)

    def source(self, node: Node) -> str:
        """The text of a node as written."""
        code = self.tokens.code
        end = code.offsets[node.end] + len(code.values[node.end])
        return self.tokens.text[code.offsets[node.start] : end]

    def place(self, first: int, last: int) -> Place:
        """The span of the tokens from `first` to `last`."""
        tokens = self.tokens
        line, column = tokens.place_of(first)
        end_line, end_column = tokens.place_of(last)
        return Place(line, column, end_line, end_column + len(tokens.code.values[last]))

    def _index(self) -> None:
        by_type, parents = self._by_type, self._parents
        stack: list[Node] = [self.tree]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind in by_type:
                by_type[kind].append(node)
            else:
                by_type[kind] = [node]
            if not kind.children:
                continue
            below: list[Node] = []
            for name in kind.children:
                value = getattr(node, name)
                if type(value) is list:
                    below += [item for item in value if item is not None]
                elif value is not None:
                    below.append(value)
            for child in below:
                parents[id(child)] = node
            below.reverse()
            stack += below
