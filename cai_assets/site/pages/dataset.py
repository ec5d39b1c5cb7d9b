"""The card of the dataset: what is in it, what is not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cai_assets.analysis.markdown import decimal
from cai_assets.learning.dataset.card import HEADS, NAMES, NONE_STATED
from cai_assets.learning.dataset.categories import BY_NAME, CATEGORIES
from cai_assets.learning.dataset.schema import FIGURES
from cai_assets.learning.splits import PARTS
from cai_assets.site.drawing import Value, bars, histogram
from cai_assets.site.model import Context, Href, Input, Page, Rows, Section, Source, Words
from cai_assets.site.pages.parts.labels import module_kind

GROUP = "ml_dataset"

_BUCKETS = ("1–5", "6–10", "11–20", "21–50", "51–100", "101–200", "> 200")
_PARTS = (Words("обучение", "train"), Words("подбор", "validation"), Words("проверка", "test"))
"""How `PARTS` are called."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of something."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class TaskLine:
    """Examples of a task, in all and by part."""

    key: str
    name: str
    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LicenseLine:
    """Routines under a licence, and how many of them were kept."""

    name: str
    routines: int
    kept: int


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of the categories: what it decided, why, how often."""

    rule: str
    category: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the filters, or a hash of the content."""

    key: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class DatasetView:
    """The dataset in figures."""

    routines: int
    kept: int
    examples: int
    counts: tuple[Count, ...]
    categories: tuple[Count, ...]
    tasks: tuple[TaskLine, ...]
    parts: tuple[str, ...]
    lines: tuple[Count, ...]
    quality_share: tuple[Count, ...]
    quality: tuple[Setting, ...]
    module_kinds: tuple[Count, ...]
    dropped: tuple[Count, ...]
    licenses: tuple[LicenseLine, ...]
    filters: tuple[Setting, ...]
    hashes: tuple[Setting, ...]
    rules: tuple[RuleLine, ...]


class Dataset(Section):
    """The card of the dataset."""

    name = "models"
    template = "dataset.html"
    json = True
    inputs = {
        "figures": Input(
            FIGURES.name, ("section", "name", "value", "text"), group=GROUP, optional=True
        ),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        table = source.latest(GROUP, FIGURES.name, ["section"])
        return [Page("", "dataset", "models", "dataset")] if table is not None else []

    def view(self, page: Page, rows: Rows, context: Context) -> DatasetView:
        return _Figures(rows, context).view()

    def title(self, view: DatasetView, context: Context) -> str:
        return context.say("Набор данных", "Dataset")

    def pictures(self, view: DatasetView, context: Context, href: Href) -> Mapping[str, str]:
        found = {}
        if view.categories:
            values = [Value(count.name, count.count) for count in view.categories]
            title = context.say(*HEADS["category"])
            found["categories"] = bars(values, title=title, id_prefix="c")
        for name, counts in (("lines", view.lines), ("quality_share", view.quality_share)):
            if any(count.count for count in counts):
                found[name] = histogram(
                    [(count.name, count.count) for count in counts],
                    title=context.say(*HEADS[name]),
                    id_prefix=name[0],
                )
        if view.module_kinds:
            values = [Value(count.name, count.count) for count in view.module_kinds]
            title = context.say(*HEADS["module_kind"])
            found["module_kinds"] = bars(values, title=title, id_prefix="k")
        return found


class _Figures:
    """The rows by section."""

    def __init__(self, rows: Rows, context: Context) -> None:
        self._context = context
        self._sections: dict[str, list[tuple[str, float, str]]] = {}
        for row in rows["figures"]:
            line = (row.name, row.value or 0.0, row.text or "")
            self._sections.setdefault(row.section, []).append(line)

    def view(self) -> DatasetView:
        counts = {count.key: count.count for count in self._counts("count")}
        return DatasetView(
            routines=counts.get("routines", 0),
            kept=counts.get("kept", 0),
            examples=counts.get("examples", 0),
            counts=self._counts("count"),
            categories=self._counts("category", CATEGORIES),
            tasks=self._tasks(),
            parts=tuple(self._context.say(*words) for words in _PARTS),
            lines=self._in_order("lines", _BUCKETS),
            quality_share=self._in_order("quality_share", [f"{n / 10:.1f}" for n in range(10)]),
            quality=self._quality(),
            module_kinds=self._kinds(),
            dropped=tuple(count for count in self._counts("dropped") if count.key),
            licenses=self._licenses(),
            filters=self._settings("filter"),
            hashes=self._settings("hash"),
            rules=self._rules(),
        )

    def _name(self, key: str, names: Mapping[str, Words] = NAMES) -> str:
        words = names.get(key)
        return self._context.say(words.ru, words.en) if words else key

    def _pairs(self, section: str) -> list[tuple[str, int]]:
        """Names and counts, the most first."""
        pairs = [(name, int(value)) for name, value, _ in self._sections.get(section, [])]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def _counts(self, section: str, names: Mapping[str, Words] = NAMES) -> tuple[Count, ...]:
        return tuple(
            Count(name, self._name(name, names), count) for name, count in self._pairs(section)
        )

    def _kinds(self) -> tuple[Count, ...]:
        return tuple(
            Count(kind, module_kind(kind, self._context.language), count)
            for kind, count in self._pairs("module_kind")
        )

    def _in_order(self, section: str, order: Iterable[str]) -> tuple[Count, ...]:
        known = dict(self._pairs(section))
        russian = self._context.language == "ru"
        return tuple(
            Count(name, name.replace(".", ",") if russian else name, known[name])
            for name in order
            if name in known
        )

    def _tasks(self) -> tuple[TaskLine, ...]:
        by_part = dict(self._pairs("task_split"))
        return tuple(
            TaskLine(
                task,
                self._name(task),
                total,
                tuple(by_part.get(f"{task}/{part}", 0) for part in PARTS),
            )
            for task, total in self._pairs("task")
        )

    def _quality(self) -> tuple[Setting, ...]:
        found = []
        for name, value, _ in sorted(self._sections.get("quality", [])):
            told = self._name("documentation_part" if name == "documentation" else name)
            found.append(Setting(name, told, decimal(value, self._context.language, 2)))
        return tuple(sorted(found, key=lambda part: part.key != "total"))

    def _licenses(self) -> tuple[LicenseLine, ...]:
        kept = dict(self._pairs("license_kept"))
        none = self._context.say(*NONE_STATED)
        return tuple(
            LicenseLine(name or none, count, kept.get(name, 0))
            for name, count in self._pairs("license")
        )

    def _settings(self, section: str) -> tuple[Setting, ...]:
        return tuple(
            Setting(name, self._name(name), text if section == "hash" else self._name(text))
            for name, _, text in sorted(self._sections.get(section, []))
        )

    def _rules(self) -> tuple[RuleLine, ...]:
        found = []
        for name, count in self._pairs("category_reason"):
            rule = BY_NAME.get(name)
            if rule is not None:
                category = self._name(rule.category, CATEGORIES)
                found.append(RuleLine(name, category, self._context.say(*rule.reason), count))
        return tuple(found)
