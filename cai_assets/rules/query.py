"""One query as rules see it, wherever it stands: a literal, a schema or a dynamic list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from cai_assets.onec.bsl.nodes import Node, walk

if TYPE_CHECKING:
    from cai_assets.onec.query.parser import ParsedQuery

N = TypeVar("N", bound=Node)


@dataclass
class QueryView:
    """A parsed query and where it comes from.

    `origin`: `literal`, `composition` or `dynamic_list`; `form`: `whole`, or why it is but a
    part of a query (see the table `queries`). Rules yield `Found` with token positions of
    `query.tokens`; the engine maps them to the file.
    """

    query: ParsedQuery
    origin: str = "literal"
    form: str = "whole"
    tables: frozenset[str] = field(default_factory=frozenset)
    """Folded canonical ids of the configuration's objects; empty where they are not known."""

    def find(self, *types: type[N]) -> Iterator[N]:
        """All nodes of these types, in the order of the source for each type."""
        for type_ in types:
            yield from self._index[0].get(type_, ())  # type: ignore[misc]

    def parent(self, node: Node) -> Node | None:
        """The node that holds `node`; None for the package."""
        return self._index[1].get(id(node))

    def ancestors(self, node: Node) -> Iterator[Node]:
        """From the parent outwards."""
        above = self.parent(node)
        while above is not None:
            yield above
            above = self.parent(above)

    @cached_property
    def _index(self) -> tuple[dict[type, list[Node]], dict[int, Node]]:
        by_type: dict[type, list[Node]] = {}
        parents: dict[int, Node] = {}
        for node in walk(self.query.package):
            by_type.setdefault(type(node), []).append(node)
            for name in node.children:
                value = getattr(node, name)
                for child in value if isinstance(value, list) else (value,):
                    if isinstance(child, Node):
                        parents[id(child)] = node
        return by_type, parents
