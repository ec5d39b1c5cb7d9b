"""Which documents write which registers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cai_assets.site.drawing.canvas import (
    ROW,
    SMALL,
    arrow,
    at,
    box,
    curve,
    fitted,
    more,
    picture,
    strips,
    text,
    thickness,
    tone,
)
from cai_assets.site.drawing.matrix import Cell, heat_map
from cai_assets.site.drawing.model import Edge, Node
from cai_assets.site.drawing.tones import tone_at

MOST = 40
_SIDE, _GAP = 260, 200
_STEP, _HEADING, _TOP = ROW + 4, 20, 24
_SWEEPS = 8

_Rows = tuple[str, float, list[Node]]


def movements(
    documents: Sequence[Node],
    registers: Sequence[Node],
    moves: Iterable[Edge],
    *,
    headings: tuple[str, str],
    title: str,
    id_prefix: str,
    more_text: str,
    documents_href: str | None = None,
    registers_href: str | None = None,
    most: int = MOST,
) -> str:
    """Documents on the left, registers by their groups on the right, a line for each movement.

    If there are more than `most` boxes or three times as many lines, lines would hide each other:
    then it is a matrix of the documents that write most and the registers written most, and
    documents that write the very same registers are one row. `more_text`, like `ещё {}`, counts
    the others, which the addresses lead to.
    """
    known = {node.id for node in (*documents, *registers)}
    joined = [move for move in moves if move.source in known and move.target in known]
    if len(documents) + len(registers) > most or len(joined) > 3 * most:
        merged, cells = _merged(documents, joined, more_text, documents_href)
        return heat_map(
            merged,
            sorted(registers, key=lambda node: (node.group, node.name, node.id)),
            cells,
            title=title,
            id_prefix=id_prefix,
            more_text=more_text,
            rows_href=documents_href,
            columns_href=registers_href,
            most=most,
        )
    left, right = _order(documents, registers, joined)
    rows_left = _placed([("", left)])
    groups: dict[str, list[Node]] = {}
    for register in right:
        groups.setdefault(register.group, []).append(register)
    rows_right = _placed(list(groups.items()))
    tall = _bottom(rows_left), _bottom(rows_right)
    height = max(tall)
    tops = (height - tall[0]) / 2, (height - tall[1]) / 2
    parts = _lines(joined, (rows_left, rows_right), tops)
    for rows, top, x, heading in zip(
        (rows_left, rows_right), tops, (0, _SIDE + _GAP), headings, strict=True
    ):
        parts.append(f'<text class="d-h" x="{x}" y="13">{text(heading)}</text>')
        parts += _column(rows, x, top)
    return picture(title, id_prefix, 2 * _SIDE + _GAP + 1, height + 1, parts)


def _merged(
    documents: Sequence[Node], moves: Sequence[Edge], more_text: str, href: str | None
) -> tuple[list[Node], dict[tuple[str, str], Cell]]:
    """One row for documents that write the same registers, and the cells of the rows."""
    writes: dict[str, dict[str, Edge]] = {document.id: {} for document in documents}
    for move in moves:
        writes[move.source][move.target] = move
    alike: dict[tuple[str, ...], list[Node]] = {}
    for document in documents:
        alike.setdefault(tuple(sorted(writes[document.id])), []).append(document)
    rows = []
    for group in alike.values():
        one = group[0]
        if len(group) > 1:
            name = f"{one.name}, {more(more_text, len(group) - 1)}"
            one = replace(one, name=name, href=href)
        rows.append(one)
    cells = {
        (row.id, register): Cell(move.weight, move.note, warn=move.warn)
        for row in rows
        for register, move in writes[row.id].items()
    }
    return rows, cells


def _order(
    documents: Sequence[Node], registers: Sequence[Node], moves: Sequence[Edge]
) -> tuple[list[Node], list[Node]]:
    """Both columns by the mean place of their partners; groups of registers stay together."""
    partners: dict[str, list[str]] = {}
    for move in moves:
        partners.setdefault(move.source, []).append(move.target)
        partners.setdefault(move.target, []).append(move.source)
    left, right = list(documents), list(registers)
    rank: dict[str, int] = {}
    for register in right:
        rank.setdefault(register.group, len(rank))
    right.sort(key=lambda node: rank[node.group])
    for _ in range(_SWEEPS):
        means = _means(left, right, partners)
        left.sort(key=lambda node: (means[node.id], node.name, node.id))
        means = _means(right, left, partners)
        right.sort(key=lambda node: (rank[node.group], means[node.id], node.name, node.id))
    return left, right


def _means(
    nodes: Sequence[Node], others: Sequence[Node], partners: dict[str, list[str]]
) -> dict[str, float]:
    place = {node.id: position / max(len(others), 1) for position, node in enumerate(others)}
    return {
        node.id: sum([place[other] for other in partners[node.id]]) / len(partners[node.id])
        if partners.get(node.id)
        else 1.0
        for node in nodes
    }


def _placed(groups: Sequence[tuple[str, list[Node]]]) -> list[_Rows]:
    """Where each group begins."""
    placed = []
    y = float(_TOP)
    for heading, nodes in groups:
        placed.append((heading, y, nodes))
        y += (_HEADING if heading else 0) + _STEP * len(nodes)
    return placed


def _bottom(rows: Sequence[_Rows]) -> float:
    return max(
        (y + (_HEADING if heading else 0) + _STEP * len(nodes) for heading, y, nodes in rows),
        default=float(_TOP),
    )


def _column(rows: Sequence[_Rows], x: float, top: float) -> Iterable[str]:
    for heading, start, nodes in rows:
        y = start + top
        if heading:
            shown = text(fitted(heading, _SIDE, SMALL))
            yield f'<text class="d-p" x="{at(x)}" y="{at(y + 14)}">{shown}</text>'
            y += _HEADING
        colour = tone_at(nodes[0].id, nodes[0].tone) if nodes else 0
        boxes = "".join(
            box(replace(node, tone=0, warn=False), x, y + _STEP * row, _SIDE)
            for row, node in enumerate(nodes)
        )
        marks = strips((x, y + _STEP * row, ROW) for row in range(len(nodes)))
        yield f'<g class="{tone(colour).strip()}">{boxes}{marks}</g>' if colour else boxes + marks


def _lines(
    moves: Sequence[Edge],
    rows: tuple[list[_Rows], list[_Rows]],
    tops: tuple[float, float],
) -> list[str]:
    """Lines from documents to registers, one path for each thickness and colour, and the heads."""
    middles: dict[str, float] = {}
    for column, top in zip(rows, tops, strict=True):
        for heading, start, nodes in column:
            y = start + top + (_HEADING if heading else 0)
            for row, node in enumerate(nodes):
                middles[node.id] = y + _STEP * row + ROW / 2
    most = max((move.weight for move in moves), default=0)
    ways: dict[tuple[bool, str], str] = {}
    heads: dict[tuple[bool, float], None] = {}
    end = _SIDE + _GAP
    for move in moves:
        start, finish = middles[move.source], middles[move.target]
        key = move.warn, at(thickness(move.weight, most))
        ways[key] = ways.get(key, "") + curve(_SIDE, start, end - 5, finish)
        heads[move.warn, finish] = None
    parts = [
        f'<path class="d-l{" d-x" if warn else ""}" stroke-width="{wide}" d="{ways[warn, wide]}"/>'
        for warn, wide in sorted(ways)
    ]
    for warn in (False, True):
        way = "".join(arrow(end, y) for marked, y in sorted(heads) if marked == warn)
        if way:
            parts.append(f'<path class="d-a{" d-x" if warn else ""}" d="{way}"/>')
    return parts
