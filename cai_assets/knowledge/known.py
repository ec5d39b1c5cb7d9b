"""Every id of an upload by its folded form: whether a name means something, and how it is spelt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import pyarrow as pa

from cai_assets.knowledge.coded import Coded

_COLUMNS = (
    ("modules", "module"),
    ("members", "member"),
    ("forms", "form"),
    ("objects", "object"),
)


class Known:
    """What there is in the tables of an upload. Built when it is first asked."""

    def __init__(self, stored: Mapping[str, pa.Table]) -> None:
        self.stored = stored

    @cached_property
    def ids(self) -> dict[str, str]:
        """Folded ids of objects, members, forms, commands of forms, modules and routines."""
        return {**{name.casefold(): name for name in self._others()}, **self.routines}

    @cached_property
    def routines(self) -> dict[str, str]:
        """Folded ids of routines."""
        names = self.stored["routines"].column("routine").to_pylist()
        return {name.casefold(): name for name in names}

    @cached_property
    def own_objects(self) -> set[str]:
        """Folded ids of the objects that a project has of its own, not adopted by an extension."""
        objects = self.stored["objects"]
        return {
            name.casefold()
            for name, belonging in zip(
                objects.column("object").to_pylist(),
                Coded.of(objects, "belonging").texts(),
                strict=True,
            )
            if belonging == "Own"
        }

    def _others(self) -> Iterator[str]:
        for table, column in _COLUMNS:
            yield from (name for name in self.stored[table].column(column).to_pylist() if name)
        commands = self.stored["form_commands"]
        for form, name in zip(
            Coded.of(commands, "form").texts(), commands.column("name").to_pylist(), strict=True
        ):
            yield f"{form}.Command.{name}"

    def find(self, name: str) -> str | None:
        """The id as it is spelt where it is declared."""
        return self.ids.get(name.casefold())

    def object_of(self, name: str) -> str | None:
        """The object, or the nearest part that exists, with whose id `name` begins."""
        rest = name.casefold()
        while "." in rest:
            found = self.ids.get(rest)
            if found is not None:
                return found
            rest = rest.rpartition(".")[0]
        return None
