"""What of the upload was read and what was not: every file is accounted for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.onec.russian import in_russian
from cai_assets.site.model import Context, Input, Page, Row, Rows, Section, Source
from cai_assets.site.terms.files import STATUSES, file_kind_name

_FILES, _PROBLEMS = 3000, 1000
"""Files of one reason, and problems, that the page has at most."""

_READ, _SKIPPED = "parsed", "unsupported"


@dataclass(frozen=True, slots=True)
class KindLine:
    """Files of one kind: how many, bytes, and how many of each of `STATUSES`."""

    kind: str
    name: str
    files: int
    bytes: int
    statuses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Troubled:
    """A file that was not read whole."""

    path: str
    owner: str
    status: str
    reason: str
    problems: int
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A place that was not understood."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class FileProblems:
    """The places of one file."""

    file: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Files that are not read for one reason; `more` are not in `files`."""

    reason: str
    count: int
    bytes: int
    files: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class CompletenessView:
    """The ledger of the upload."""

    files: int
    bytes: int
    statuses: Mapping[str, int]
    share: float
    kinds: tuple[KindLine, ...]
    heads: tuple[str, ...]
    troubled: tuple[Troubled, ...]
    more_troubled: int
    problems: tuple[FileProblems, ...]
    problem_count: int
    more_problems: int
    skipped: tuple[Skipped, ...]
    routines: int
    broken_routines: int


class Completeness(Section):
    """The completeness of the upload."""

    name = "completeness"
    template = "completeness.html"
    json = True
    inputs = {
        "files": Input(
            "source_files",
            ("path", "kind", "owner", "size", "status", "reason", "problems", "line"),
        ),
        "problems": Input("problems", ("file", "line", "column", "message")),
        "routines": Input("routines", ("has_errors",)),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "completeness", "", "completeness")]

    def view(self, page: Page, rows: Rows, context: Context) -> CompletenessView:
        files: Sequence[Row] = rows["files"]
        statuses = Counter(row.status for row in files)
        supported = len(files) - statuses[_SKIPPED]
        troubled = sorted(
            (_troubled(row, context) for row in files if row.status not in (_READ, _SKIPPED)),
            key=lambda file: (file.status, file.path),
        )
        shown, count = _problems(rows["problems"], context)
        return CompletenessView(
            files=len(files),
            bytes=sum(row.size for row in files),
            statuses={status: statuses[status] for status in STATUSES if statuses[status]},
            share=statuses[_READ] / supported if supported else 1.0,
            kinds=_kinds(files, context),
            heads=tuple(context.say(*words) for words in STATUSES.values()),
            troubled=tuple(troubled[:_FILES]),
            more_troubled=max(0, len(troubled) - _FILES),
            problems=shown,
            problem_count=count,
            more_problems=max(0, count - _PROBLEMS),
            skipped=_skipped(files, context),
            routines=len(rows["routines"]),
            broken_routines=sum(row.has_errors for row in rows["routines"]),
        )

    def title(self, view: CompletenessView, context: Context) -> str:
        return context.say("Полнота чтения", "Completeness")


def _told(message: str, context: Context) -> str:
    return in_russian(message) if context.language == "ru" else message


def _troubled(row: Row, context: Context) -> Troubled:
    reason = _told(row.reason or "", context)
    return Troubled(row.path, row.owner or "", row.status, reason, row.problems or 0, row.line or 0)


def _kinds(files: Sequence[Row], context: Context) -> tuple[KindLine, ...]:
    counts: Counter[tuple[str, str]] = Counter((row.kind, row.status) for row in files)
    sizes: Counter[str] = Counter()
    for row in files:
        sizes[row.kind] += row.size
    lines = []
    for kind in sizes:
        statuses = tuple(counts[kind, status] for status in STATUSES)
        name = file_kind_name(kind, context.language)
        lines.append(KindLine(kind, name, sum(statuses), sizes[kind], statuses))
    # Kinds that are read come first.
    return tuple(
        sorted(lines, key=lambda line: (line.files == line.statuses[-1], -line.files, line.kind))
    )


def _problems(rows: Sequence[Row], context: Context) -> tuple[tuple[FileProblems, ...], int]:
    ordered = sorted(rows, key=lambda row: (row.file, row.line or 0, row.column or 0, row.message))
    by_file: dict[str, list[Problem]] = defaultdict(list)
    for row in ordered[:_PROBLEMS]:
        by_file[row.file].append(
            Problem(row.line or 0, row.column or 0, _told(row.message, context))
        )
    found = tuple(FileProblems(file, tuple(problems)) for file, problems in by_file.items())
    return found, len(ordered)


def _skipped(files: Sequence[Row], context: Context) -> tuple[Skipped, ...]:
    by_reason: dict[str, list[Row]] = defaultdict(list)
    for row in files:
        if row.status == _SKIPPED:
            by_reason[row.reason or ""].append(row)
    found = []
    for reason, mine in by_reason.items():
        paths = sorted(row.path for row in mine)
        size = sum(row.size for row in mine)
        shown, more = tuple(paths[:_FILES]), max(0, len(paths) - _FILES)
        found.append(Skipped(_told(reason, context), len(paths), size, shown, more))
    return tuple(sorted(found, key=lambda group: (-group.count, group.reason)))
