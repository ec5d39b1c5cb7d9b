"""The architecture of the whole: complexity, contract, client and server, interface, hot spots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.site.derived.making import ARCHITECTURE
from cai_assets.site.drawing import Series, Stack, histogram, stacked_bars
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Section, Source, Words
from cai_assets.site.names import type_heading
from cai_assets.site.pages.parts.labels import module_kind

MEASURES: dict[str, Words] = {
    "cognitive": Words("Когнитивная сложность метода", "Cognitive complexity of a routine"),
    "cyclomatic": Words("Цикломатическая сложность метода", "Cyclomatic complexity of a routine"),
    "lines": Words("Строк в методе", "Lines of a routine"),
    "nesting": Words("Вложенность операторов", "Nesting of statements"),
    "parameters": Words("Параметров метода", "Parameters of a routine"),
    "module_lines": Words("Строк в модуле", "Lines of a module"),
}
"""The measures of complexity and size, in the order in which they are shown."""

_CONTEXTS: dict[str, Words] = {
    "server": Words("сервер", "server"),
    "client": Words("клиент", "client"),
    "both": Words("клиент и сервер", "client and server"),
    "none": Words("нигде: флажки модуля сняты", "nowhere: the flags of the module are off"),
}
_MOST = 15
_MOST_VIOLATIONS = 300


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many routines or modules have a value between two bounds; the last has no upper one."""

    low: int
    high: int | None
    count: int

    @property
    def label(self) -> str:
        """`0`, `1–5`, `101+`."""
        if self.high is None:
            return f"{self.low}+"
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"


@dataclass(frozen=True, slots=True)
class Spread:
    """How a measure is spread over the configuration."""

    measure: str
    name: str
    count: int
    mean: float
    median: int
    p90: int
    p95: int
    p99: int
    most: int
    threshold: int
    over: int
    share_over: float
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True, slots=True)
class Complex:
    """A subsystem or type with the share of routines above the threshold."""

    id: str
    name: str
    routines: int
    over: int
    share: float
    p95: int
    most: int


@dataclass(frozen=True, slots=True)
class Execution:
    """Where modules of a kind run: modules and lines by context."""

    kind: str
    context: str
    context_words: str
    count: int
    lines: int


@dataclass(frozen=True, slots=True)
class ContractRule:
    """A rule of the architecture contract, and how many edges it decided."""

    rule: str
    kind: str
    access: str
    source: str
    target: str
    reason: str
    edges: int
    unknown: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A reference that the contract forbids."""

    rule: str
    source: str
    target: str
    kind: str
    reason: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Interface:
    """How far exported routines are described; of the whole, a type or a region."""

    scope: str
    name: str
    label: str
    exported: int
    described: int
    complete: int

    @property
    def described_share(self) -> float | None:
        """The share with a description."""
        return self.described / self.exported if self.exported else None

    @property
    def complete_share(self) -> float | None:
        """The share with description and all types."""
        return self.complete / self.exported if self.exported else None


@dataclass(frozen=True, slots=True)
class ArchitectureView:
    """The architecture in figures."""

    spreads: tuple[Spread, ...]
    subsystems: tuple[Complex, ...]
    types: tuple[Complex, ...]
    rules: tuple[ContractRule, ...]
    violations: tuple[Violation, ...]
    violations_left: int
    modules: tuple[Execution, ...]
    server_calls: int
    server_routines: int
    interface: tuple[Interface, ...]


class Architecture(Section):
    """The architecture in figures and pictures."""

    name = "architecture"
    template = "architecture.html"
    markdown = "architecture.md"
    json = True
    inputs = {
        "quantiles": Input(
            "quantiles",
            (
                "scope", "name", "measure", "count", "mean", "median", "p90", "p95", "p99", "max",
                "threshold", "over", "share_over",
            ),
            None,
            ARCHITECTURE,
        ),
        "distribution": Input(
            "distribution", ("scope", "measure", "low", "high", "count"), None, ARCHITECTURE
        ),
        "rules": Input(
            "contract_rules",
            ("order", "rule", "kind", "access", "source", "target", "reason", "edges", "unknown"),
            None,
            ARCHITECTURE,
        ),
        "violations": Input(
            "contract_violations",
            ("rule", "source", "target", "kind", "reason", "file", "line"),
            None,
            ARCHITECTURE,
        ),
        "execution": Input(
            "execution", ("what", "kind", "context", "count", "lines"), None, ARCHITECTURE
        ),
        "calls": Input("server_calls", ("sites",), None, ARCHITECTURE),
        "api": Input(
            "api", ("scope", "name", "exported", "described", "complete"), None, ARCHITECTURE
        ),
    }  # fmt: skip

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "architecture", "", "architecture")]

    def view(self, page: Page, rows: Rows, context: Context) -> ArchitectureView:
        violations = sorted(
            (
                Violation(
                    row.rule,
                    row.source,
                    row.target,
                    row.kind,
                    row.reason or "",
                    row.file or "",
                    row.line or 0,
                )
                for row in rows["violations"]
            ),
            key=lambda v: (v.rule, v.source, v.target, v.kind, v.file, v.line),
        )
        return ArchitectureView(
            spreads=_spreads(rows, context),
            subsystems=_complex(rows["quantiles"], "subsystem", context),
            types=_complex(rows["quantiles"], "type", context),
            rules=tuple(
                ContractRule(*row[1:]) for row in sorted(rows["rules"], key=lambda row: row.order)
            ),
            violations=tuple(violations[:_MOST_VIOLATIONS]),
            violations_left=max(len(violations) - _MOST_VIOLATIONS, 0),
            modules=_execution(rows["execution"], context),
            server_calls=sum(row.sites for row in rows["calls"]),
            server_routines=len(rows["calls"]),
            interface=_interface(rows["api"], context),
        )

    def pictures(self, view: ArchitectureView, context: Context, href: Href) -> Mapping[str, str]:
        found = {spread.measure: _histogram(spread) for spread in view.spreads}
        if view.modules:
            found["execution"] = _execution_picture(view, context)
        return found

    def title(self, view: ArchitectureView, context: Context) -> str:
        return context.say("Архитектура", "Architecture")

    def weight(self, page: Page) -> float:
        return 4.0


_QUANTILES = (
    "count", "mean", "median", "p90", "p95", "p99", "most", "threshold", "over", "share_over",
)  # fmt: skip


def _spreads(rows: Rows, context: Context) -> tuple[Spread, ...]:
    buckets: dict[str, list[Bucket]] = defaultdict(list)
    for row in rows["distribution"]:
        if row.scope == "configuration":
            buckets[row.measure].append(Bucket(row.low, row.high, row.count))
    found = {row.measure: row for row in rows["quantiles"] if row.scope == "configuration"}
    return tuple(
        Spread(
            measure,
            context.say(words.ru, words.en),
            **dict(zip(_QUANTILES, found[measure][3:], strict=True)),
            buckets=tuple(sorted(buckets[measure], key=lambda bucket: bucket.low)),
        )
        for measure, words in MEASURES.items()
        if measure in found and found[measure].count
    )


def _complex(rows: Sequence[Row], scope: str, context: Context) -> tuple[Complex, ...]:
    """Those with most routines above the threshold of cognitive complexity."""
    mine = [row for row in rows if (row.scope, row.measure) == (scope, "cognitive") and row.over]
    mine.sort(key=lambda row: (-row.over, row.name))
    return tuple(
        Complex(
            row.name,
            type_heading(row.name, context.language) if scope == "type" else row.name,
            row.count,
            row.over,
            row.share_over,
            row.p95,
            row.max,
        )
        for row in mine[:_MOST]
    )


def _execution(rows: Sequence[Row], context: Context) -> tuple[Execution, ...]:
    found = [
        Execution(
            row.kind,
            row.context,
            context.say(_CONTEXTS[row.context].ru, _CONTEXTS[row.context].en),
            row.count,
            row.lines,
        )
        for row in rows
        if row.what == "module"
    ]
    return tuple(sorted(found, key=lambda line: (-line.lines, line.kind, line.context)))


def _interface(rows: Sequence[Row], context: Context) -> tuple[Interface, ...]:
    labels: dict[str, Callable[[str], str]] = {
        "configuration": lambda name: context.say("Вся конфигурация", "The whole"),
        "type": lambda name: type_heading(name, context.language),
        "region": lambda name: name or context.say("вне областей", "in no region"),
    }
    found = [
        Interface(
            row.scope, row.name, labels[row.scope](row.name), row.exported, row.described,
            row.complete,
        )
        for row in rows
        if row.scope in labels and row.exported
    ]  # fmt: skip
    order = list(labels)
    found.sort(key=lambda line: (order.index(line.scope), -line.exported, line.name))
    regions = [line for line in found if line.scope == "region"][:_MOST]
    return tuple(line for line in found if line.scope != "region" or line in regions)


def _histogram(spread: Spread) -> str:
    """How the measure is spread; what is above the threshold warns."""
    first = next(
        (place for place, b in enumerate(spread.buckets) if b.low > spread.threshold), None
    )
    return histogram(
        [(bucket.label, bucket.count) for bucket in spread.buckets],
        title=spread.name,
        id_prefix=f"h-{spread.measure}",
        first_over=first,
    )


def _execution_picture(view: ArchitectureView, context: Context) -> str:
    """Lines of code by kind of module and where they run."""
    contexts = [c for c in _CONTEXTS if any(line.context == c for line in view.modules)]
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for line in view.modules:
        lines[line.kind][line.context] = line.lines
    rows = [
        Stack(module_kind(kind, context.language), [found.get(one, 0) for one in contexts])
        for kind, found in sorted(lines.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    ]
    tones = {"server": 1, "client": 2, "both": 3, "none": 0}
    return stacked_bars(
        rows,
        [
            Series(context.say(_CONTEXTS[c].ru, _CONTEXTS[c].en), tones[c], warn=c == "none")
            for c in contexts
        ],
        title=context.say("Строки кода: где выполняются", "Lines of code: where they run"),
        id_prefix="execution",
    )
