"""What a configuration is, in figures: for the UI, for `cai` and for `summary.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.bars import bar_chart
from cai_assets.knowledge.coded import Coded
from cai_assets.onec.metadata.kinds import KINDS
from cai_assets.onec.russian import MODULE_KINDS, PROJECTS, in_russian

Language = Literal["ru", "en"]

_MOST = 10
_RUSSIAN_KINDS = {kind.name: kind.russian_heading for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with its figure: a module with its lines, a routine with its complexity."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was not read whole: where and why; `line` is that of the first place."""

    path: str
    line: int | None
    reason: str

    def told(self, language: Language) -> str:
        """One line for a page or a terminal."""
        reason = in_russian(self.reason) if language == "ru" else self.reason
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {reason}"


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project of the upload in a line."""

    name: str
    kind: str
    layout: str
    version: str
    vendor: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of one upload. `rows` counts every table; lists are sorted, largest first."""

    projects: tuple[ProjectLine, ...]
    rows: dict[str, int]
    bytes: int
    code_lines: int
    exported_routines: int
    documented_routines: int
    statuses: dict[str, int]
    calls: dict[str, int]
    objects_by_type: tuple[Named, ...]
    lines_by_module_kind: tuple[Named, ...]
    largest_modules: tuple[Named, ...]
    complex_routines: tuple[Named, ...]
    unread: tuple[Unread, ...]

    def as_json(self) -> dict[str, Any]:
        """The figures as plain values for `summary.json`."""
        return asdict(self)


def summarize(tables: Mapping[str, pa.Table]) -> Summary:
    """Count what the tables of an upload hold."""
    modules, routines, files = tables["modules"], tables["routines"], tables["source_files"]
    return Summary(
        projects=tuple(
            ProjectLine(
                row["project"],
                row["kind"],
                row["layout"],
                row["version"] or "",
                row["vendor"] or "",
            )
            for row in tables["projects"].to_pylist()
        ),
        rows={name: table.num_rows for name, table in tables.items()},
        bytes=pc.sum(files.column("size")).as_py() or 0,
        code_lines=pc.sum(modules.column("lines")).as_py() or 0,
        exported_routines=pc.sum(routines.column("export")).as_py() or 0,
        documented_routines=pc.sum(pc.not_equal(routines.column("description"), "")).as_py() or 0,
        statuses=_counts(files, "status"),
        calls=_counts(tables["calls"], "resolution"),
        objects_by_type=_largest(_counts(tables["objects"], "type")),
        lines_by_module_kind=_largest(_lines_by_kind(modules)),
        largest_modules=_top(modules, "module", "lines"),
        complex_routines=_top(routines, "routine", "cognitive"),
        unread=unread_files(files)[:_MOST],
    )


def unread_files(ledger: pa.Table) -> tuple[Unread, ...]:
    """The files of the ledger that were not read, or not whole, in its order."""
    failed = pc.is_in(_plain(ledger, "status"), value_set=pa.array(["failed", "partly"]))
    rows = ledger.filter(failed).select(["path", "line", "reason"]).to_pylist()
    return tuple(Unread(row["path"], row["line"] or None, row["reason"]) for row in rows)


def _plain(table: pa.Table, column: str) -> pa.ChunkedArray:
    data = table.column(column)
    return data.cast(pa.string()) if pa.types.is_dictionary(data.type) else data


def _counts(table: pa.Table, column: str) -> dict[str, int]:
    """How often each value occurs."""
    data = Coded.of(table, column)
    numbers = np.bincount(data.codes[data.codes >= 0], minlength=len(data.values))
    return {name: count for name, count in zip(data.values, numbers.tolist(), strict=True) if count}


def _lines_by_kind(modules: pa.Table) -> dict[str, int]:
    kinds = Coded.of(modules, "kind")
    weights = modules.column("lines").to_numpy()
    numbers = np.bincount(kinds.codes, weights=weights, minlength=len(kinds.values))
    return {name: int(lines) for name, lines in zip(kinds.values, numbers, strict=True)}


def _largest(counts: Mapping[str, int]) -> tuple[Named, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Named(name, value) for name, value in ordered)


def _top(table: pa.Table, name: str, value: str) -> tuple[Named, ...]:
    ordered = table.select([name, value]).sort_by([(value, "descending"), (name, "ascending")])
    rows = ordered.slice(0, _MOST).to_pylist()
    return tuple(Named(row[name], row[value]) for row in rows if row[value])


_WORDS = {
    "ru": {
        "size": "Размер",
        "megabytes": "МБ",
        "rest": "остальные",
        "objects": "Объектов метаданных",
        "modules": "Модулей",
        "code_lines": "Строк кода",
        "routines": "Процедур и функций",
        "exported": "из них экспортных",
        "documented": "из них с описанием",
        "forms": "Форм",
        "rights": "Прав в ролях",
        "queries": "Текстов запросов",
        "calls": "Вызовов",
        "references": "Связей",
        "files": "Файлов",
        "parsed": "разобрано",
        "partly": "частично",
        "unsupported": "не поддерживается",
        "failed": "не прочитано",
        "by_type": "Объекты по видам",
        "by_kind": "Строки кода по видам модулей",
        "complex": "Самые сложные процедуры и функции (когнитивная сложность)",
        "largest": "Самые большие модули (строк)",
        "unread": "Что не удалось разобрать полностью",
    },
    "en": {
        "size": "Size",
        "megabytes": "MB",
        "rest": "others",
        "objects": "Metadata objects",
        "modules": "Modules",
        "code_lines": "Lines of code",
        "routines": "Procedures and functions",
        "exported": "exported",
        "documented": "described",
        "forms": "Forms",
        "rights": "Rights in roles",
        "queries": "Query texts",
        "calls": "Call sites",
        "references": "References",
        "files": "Files",
        "parsed": "parsed",
        "partly": "partly parsed",
        "unsupported": "not supported",
        "failed": "failed",
        "by_type": "Objects by type",
        "by_kind": "Lines of code by kind of module",
        "complex": "Most complex procedures and functions (cognitive complexity)",
        "largest": "Largest modules (lines)",
        "unread": "What could not be parsed whole",
    },
}


def to_markdown(summary: Summary, language: Language = "ru") -> str:
    """The summary as a page with pictures, for the metadata of a materialization."""
    words = _WORDS[language]
    parts = [_heading(summary, language), _figures(summary, language)]
    names: Mapping[str, str]
    if summary.objects_by_type:
        names = _RUSSIAN_KINDS if language == "ru" else {}
        shown = [(names.get(row.name, row.name), row.value) for row in summary.objects_by_type]
        parts.append(bar_chart(words["by_type"], shown, words["rest"]))
    if summary.lines_by_module_kind:
        names = MODULE_KINDS if language == "ru" else {}
        shown = [(names.get(row.name, row.name), row.value) for row in summary.lines_by_module_kind]
        parts.append(bar_chart(words["by_kind"], shown, words["rest"]))
    for title, rows in (
        (words["complex"], summary.complex_routines),
        (words["largest"], summary.largest_modules),
    ):
        if rows:
            table = "\n".join(f"| `{row.name}` | {_number(row.value)} |" for row in rows)
            parts.append(f"**{title}**\n\n| | |\n|:--|--:|\n{table}")
    if summary.unread:
        items = "\n".join(f"- `{file.told(language)}`" for file in summary.unread)
        parts.append(f"**{words['unread']}**\n\n{items}")
    return "\n\n".join(parts) + "\n"


def _heading(summary: Summary, language: Language) -> str:
    names = PROJECTS if language == "ru" else {}
    lines = []
    for project in summary.projects[:_MOST]:
        version = f" {project.version}" if project.version else ""
        vendor = f", {project.vendor}" if project.vendor else ""
        kind, layout = (names.get(word, word) for word in (project.kind, project.layout))
        lines.append(f"**{project.name}**{version}{vendor} · {kind}, {layout}")
    if len(summary.projects) > _MOST:
        lines.append(f"… +{len(summary.projects) - _MOST}")
    return "  \n".join(lines)


def _figures(summary: Summary, language: Language) -> str:
    words = _WORDS[language]
    mark = "," if language == "ru" else "."
    megabytes = f"{_number(summary.bytes // 10**6)}{mark}{summary.bytes // 10**5 % 10}"
    statuses = ", ".join(
        f"{words[status]} {_number(summary.statuses[status])}"
        for status in ("parsed", "partly", "unsupported", "failed")
        if summary.statuses.get(status)
    )
    rows = summary.rows
    exported = f"{words['exported']} {_number(summary.exported_routines)}"
    documented = f"{words['documented']} {_number(summary.documented_routines)}"
    cells = [
        (words["files"], f"{_number(rows['source_files'])} ({statuses})"),
        (words["size"], f"{megabytes} {words['megabytes']}"),
        (words["objects"], _number(rows["objects"])),
        (words["modules"], _number(rows["modules"])),
        (words["code_lines"], _number(summary.code_lines)),
        (words["routines"], f"{_number(rows['routines'])} ({exported}, {documented})"),
        (words["forms"], _number(rows["forms"])),
        (words["rights"], _number(rows["rights"])),
        (words["queries"], _number(rows["queries"])),
        (words["calls"], _number(rows["calls"])),
        (words["references"], _number(rows["references"])),
    ]
    return "| | |\n|:--|--:|\n" + "\n".join(f"| {name} | {value} |" for name, value in cells)


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
