"""A page about an upload: what is in it, what was understood, a picture of its object types.

Markdown that Dagster's web UI, a terminal and a report all can show. The picture is an SVG
inside the page, since a page that has to fetch its picture is broken once it is copied.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.extract import Stats
from cai_assets.knowledge.schema import TABLES

_BARS = 16
_WIDTH = 640
_LABELS = 230
_STEP = 22


def summary(tables: Mapping[str, pa.Table], stats: Stats) -> str:
    """The page, in Russian."""
    return "\n\n".join(
        part
        for part in (
            _projects(tables["projects"]),
            _picture(tables["objects"]),
            _ledger(tables["source_files"], stats),
            _rows(tables),
            _problems(tables["problems"]),
        )
        if part
    )


def _projects(projects: pa.Table) -> str:
    lines = ["### Проекты", "| проект | вид | формат | версия | поставщик |", "|---|---|---|---|---|"]
    lines += [
        f"| {_text(row['project'])} | {row['kind']} | {row['layout']} "
        f"| {_text(row['version'])} | {_text(row['vendor'])} |"
        for row in projects.to_pylist()
    ]
    return "\n".join(lines)


def _picture(objects: pa.Table) -> str:
    counts = _counts(objects, "type")[:_BARS]
    if not counts:
        return ""
    image = base64.b64encode(bars(counts).encode()).decode()
    return f"### Объекты по типам\n\n![Объекты по типам](data:image/svg+xml;base64,{image})"


def bars(counts: list[tuple[str, int]]) -> str:
    """A horizontal bar chart as SVG, the longest bar first."""
    most = max(count for _, count in counts)
    height = _STEP * len(counts) + 8
    room = _WIDTH - _LABELS - 70
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for position, (name, count) in enumerate(counts):
        top = 4 + _STEP * position
        length = max(2, round(room * count / most))
        parts.append(
            f'<text x="{_LABELS - 8}" y="{top + 15}" text-anchor="end" fill="#333333">'
            f"{escape(name)}</text>"
            f'<rect x="{_LABELS}" y="{top + 3}" width="{length}" height="{_STEP - 6}" '
            f'rx="2" fill="#4f6fd0"/>'
            f'<text x="{_LABELS + length + 6}" y="{top + 15}" fill="#333333">{count}</text>'
        )
    return "".join(parts) + "</svg>"


def _ledger(ledger: pa.Table, stats: Stats) -> str:
    words = {
        "parsed": "разобрано",
        "partly": "разобрано частично",
        "unsupported": "не поддерживается",
        "failed": "не разобрано",
    }
    counts = dict(_counts(ledger, "status"))
    return (
        f"### Файлы\n\nВсего {ledger.num_rows}, {stats.bytes / 1e6:.1f} МБ: "
        + ", ".join(f"{word} {counts[status]}" for status, word in words.items() if status in counts)
        + f". Прочитано {stats.read}, взято из прошлой выгрузки {stats.reused}, "
        f"{stats.seconds:.1f} с, процессов {stats.workers}."
    )


def _rows(tables: Mapping[str, pa.Table]) -> str:
    lines = ["### Таблицы", "| таблица | строк | что в ней |", "|---|---:|---|"]
    lines += [
        f"| `{name}` | {tables[name].num_rows} | {table.title_ru} |"
        for name, table in TABLES.items()
    ]
    return "\n".join(lines)


def _problems(problems: pa.Table, shown: int = 10) -> str:
    if not problems.num_rows:
        return ""
    lines = [
        f"### Не разобранные места: {problems.num_rows}",
        "| файл | строка | что не так |",
        "|---|---:|---|",
    ]
    lines += [
        f"| {_text(row['file'])} | {row['line']} | {_text(row['message'])} |"
        for row in problems.slice(0, shown).to_pylist()
    ]
    return "\n".join(lines)


def _counts(table: pa.Table, column: str) -> list[tuple[str, int]]:
    values = table.column(column)
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    pairs = [(row["values"], row["counts"]) for row in pc.value_counts(values).to_pylist()]
    return sorted(pairs, key=lambda pair: (-pair[1], str(pair[0])))


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")[:200]
