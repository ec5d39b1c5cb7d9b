"""How the card of a metadata object looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cai_assets.analysis.objects import Edge, ModuleLine, ObjectCard, RoutineLine
from cai_assets.messages import M, Messages

_Row = TypeVar("_Row")
_TOP_EDGES = 12


class Painter:
    """Turns cards into what rich prints. `shown` rows of a list at most, None for all."""

    def __init__(self, say: Messages, shown: int | None) -> None:
        self._say = say
        self._shown = shown

    def paint(self, card: ObjectCard) -> RenderableType:
        """The whole card."""
        parts: list[RenderableType] = [self._head(card)]
        parts += self._properties(card)
        parts += self._members(card)
        parts += self._forms(card)
        parts += self._modules(card)
        parts += self._roles(card)
        parts += self._edges(M.REFERS_TO, card.refers_to)
        parts += self._edges(M.REFERRED_BY, card.referred_by)
        return Group(*parts, Text())

    def _head(self, card: ObjectCard) -> RenderableType:
        say = self._say
        title = Text(card.object, style="bold")
        if card.synonym:
            title.append(f"  {card.synonym}", style="not bold italic")
        facts = [
            (M.PROJECT, card.project + self._adopted(card)),
            (M.FILE, f"{card.file}:{card.line}"),
            (M.COMMENT, card.comment),
            (M.TYPE, ", ".join(card.types)),
            (M.SUBSYSTEMS, ", ".join(card.subsystems)),
            (M.SUPPORT, card.support),
            (M.SCHEDULE, "; ".join(f"{key} {value}" for key, value in card.schedule.items())),
        ]
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for label, value in facts:
            if value:
                grid.add_row(say(label), Text(value))
        return Panel(Group(title, grid), box=box.ROUNDED, border_style="cyan")

    def _adopted(self, card: ObjectCard) -> str:
        return f" ({self._say(M.ADOPTED)})" if card.belonging == "Adopted" else ""

    def _properties(self, card: ObjectCard) -> list[RenderableType]:
        if not card.properties:
            return []
        text = Text()
        for position, (name, value) in enumerate(sorted(card.properties.items())):
            text.append("  " if position else "")
            text.append(f"{name}", style="dim").append("\N{NO-BREAK SPACE}")
            text.append(_short(value, 60).replace(" ", "\N{NO-BREAK SPACE}"))
        return [self._heading(M.PROPERTIES, len(card.properties)), text]

    def _members(self, card: ObjectCard) -> list[RenderableType]:
        if not card.members:
            return []
        table = self._table(M.KIND, M.NAME, M.SYNONYM, M.TYPE)
        for row in self._some(card.members, table):
            table.add_row(
                self._say.kind(row.kind),
                Text("  " * row.depth + row.name),
                Text(row.synonym if row.synonym != row.name else "", style="italic"),
                Text(_short(", ".join(row.types), 90)),
            )
        return [self._heading(M.MEMBERS, len(card.members)), table]

    def _forms(self, card: ObjectCard) -> list[RenderableType]:
        if not card.forms:
            return []
        table = self._table(M.NAME, M.KIND)
        for label in (M.FORM_ITEMS, M.FORM_ATTRIBUTES, M.FORM_COMMANDS, M.FORM_HANDLERS):
            table.add_column(self._say(label), justify="right")
        for row in self._some(card.forms, table):
            counts = (row.items, row.attributes, row.commands, row.handlers)
            table.add_row(Text(_inside(row.name, card.object)), row.kind, *map(str, counts))
        return [self._heading(M.FORMS, len(card.forms)), table]

    def _modules(self, card: ObjectCard) -> list[RenderableType]:
        """A row per module; routines of the object's own modules, of all with `--full`."""
        if not card.modules:
            return []
        table = self._table(M.NAME)
        for label in (M.LINES, M.PROCEDURES, M.FUNCTIONS, M.CYCLOMATIC, M.COGNITIVE):
            table.add_column(self._say(label), justify="right")
        table.add_column()
        parts: list[RenderableType] = [self._heading(M.MODULES, len(card.modules)), table]
        for module in sorted(card.modules, key=lambda row: (_is_of_part(row), row.module)):
            name = _inside(module.module, card.object)
            counts = (module.procedures, module.functions, module.cyclomatic, module.cognitive)
            broken = module.syntax_errors
            table.add_row(
                Text(name),
                self._say.number(module.ncloc),
                *map(str, counts),
                Text(self._say(M.SYNTAX_ERRORS, count=broken), style="red") if broken else "",
            )
            if module.routines and (self._shown is None or not _is_of_part(module)):
                title = Text.assemble("\n", (name, "bold"), f"  {module.file}")
                parts += [title, self._routines(module.routines)]
        return parts

    def _routines(self, routines: Sequence[RoutineLine]) -> Table:
        table = self._table(M.ROUTINE, M.EXPORT, M.WHERE_RUNS)
        for label in (M.LINE, M.LINES, M.COGNITIVE, M.CALLS_TO):
            table.add_column(self._say(label), justify="right")
        # What others may call comes first; within that the order of the source.
        ordered = sorted(routines, key=lambda row: not row.export)
        for row in self._some(ordered, table):
            style = "strike dim" if row.deprecated else ""
            table.add_row(
                Text(row.name, style=style),
                self._say(M.YES) if row.export else "",
                row.directive,
                str(row.line),
                str(row.lines),
                str(row.cognitive),
                str(row.calls or ""),
            )
        return table

    def _roles(self, card: ObjectCard) -> list[RenderableType]:
        if not card.roles:
            return []
        table = self._table(M.ROLE, M.GRANTED, M.RESTRICTED)
        for row in self._some(card.roles, table):
            table.add_row(
                Text(row.role.partition(".")[2]),
                Text(", ".join(row.granted)),
                Text(", ".join(row.restricted), style="yellow"),
            )
        return [self._heading(M.RIGHTS, len(card.roles)), table]

    def _edges(self, title: M, edges: Sequence[Edge]) -> list[RenderableType]:
        if not edges:
            return []
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for kind in dict.fromkeys(edge.kind for edge in edges):
            names = [self._edge(edge) for edge in edges if edge.kind == kind]
            limit = None if self._shown is None else _TOP_EDGES
            text = Text(", ").join(names[:limit])
            if limit and len(names) > limit:
                text.append("  " + self._say(M.MORE_ROWS, count=len(names) - limit), style="dim")
            table.add_row(self._say.kind(kind), text)
        return [self._heading(title, len(edges)), table]

    def _edge(self, edge: Edge) -> Text:
        text = Text(edge.other)
        if edge.count > 1:
            text.append(f" ×{edge.count}", style="dim")
        if edge.reason:
            text.append(f" [{edge.reason}]", style="red")
        return text

    def _heading(self, title: M, count: int) -> Text:
        return Text.assemble("\n", (self._say(title), "bold"), (f"  {count}", "dim"))

    def _table(self, *labels: M) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for label in labels:
            table.add_column(self._say(label), overflow="fold")
        return table

    def _some(self, rows: Sequence[_Row], table: Table) -> Iterable[_Row]:
        """The rows to show; says below the table how many are left out."""
        if self._shown is None or len(rows) <= self._shown:
            return rows
        table.caption = self._say(M.MORE_ROWS, count=len(rows) - self._shown)
        table.caption_justify = "left"
        return rows[: self._shown]


def _inside(name: str, object_id: str) -> str:
    """A name without the object that it is in."""
    return name.removeprefix(f"{object_id}.").removeprefix("Form.")


def _is_of_part(module: ModuleLine) -> bool:
    """The module belongs to a form or command of the object."""
    return ".Form." in module.module or ".Command." in module.module


def _short(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
