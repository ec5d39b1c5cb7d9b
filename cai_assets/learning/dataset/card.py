"""The dataset card: figures as a table, and Markdown made of them in either language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.charts import histogram, number
from cai_assets.analysis.dependencies.tabulate import build
from cai_assets.analysis.markdown import Language, decimal, percent, table
from cai_assets.knowledge.bars import bar_chart
from cai_assets.knowledge.coded import Coded
from cai_assets.learning.dataset.categories import BY_NAME, CATEGORIES
from cai_assets.learning.dataset.filters import Filters
from cai_assets.learning.dataset.schema import FIGURES
from cai_assets.learning.dataset.tasks import kept_rows
from cai_assets.learning.model import Words
from cai_assets.learning.splits import PARTS

_LINES = (5, 10, 20, 50, 100, 200)
_QUALITY = ("size", "complexity", "documentation", "names", "findings")

Row = tuple[str, str, float | None, str]
"""section, name, value, text"""


def figures_of(routines: pa.Table, tasks: pa.Table, filters: Filters) -> pa.Table:
    """The figures of the tables `routines` and `tasks`, made with `filters`."""
    rows = [*_counts(routines, tasks), *_tasks(tasks), *_quality(routines), *_settings(filters)]
    rows += [
        ("hash", "routines", None, _digest(routines, ("project", "routine", "line", "body"))),
        ("hash", "tasks", None, _digest(tasks, ("id", "split", "prompt", "completion", "suffix"))),
    ]
    columns = list(zip(*rows, strict=True))
    return build(
        FIGURES, {name: list(column) for name, column in zip(FIGURES.column_names, columns,
                                                             strict=True)}
    )  # fmt: skip


def _counts(routines: pa.Table, tasks: pa.Table) -> Iterable[Row]:
    kept = routines.take(pa.array(kept_rows(routines), pa.int64()))
    described = pc.greater(pc.utf8_length(routines.column("description")), 0)
    counts = {
        "routines": routines.num_rows,
        "kept": kept.num_rows,
        "examples": tasks.num_rows,
        "modules": len(set(Coded.of(routines, "module").values)),
        "objects": len(set(Coded.of(routines, "object").values)),
        "lines": pc.sum(routines.column("lines")).as_py() or 0,
        "documented": pc.sum(described).as_py() or 0,
        "exported": pc.sum(routines.column("export")).as_py() or 0,
        "masked": pc.sum(routines.column("masked")).as_py() or 0,
        "twins": routines.num_rows - routines.column("twin_of").null_count,
    }
    yield from (("count", name, float(value), "") for name, value in counts.items())
    for name in ("module_kind", "support", "license", "project", "dropped"):
        yield from _values(routines, name)
    for name in ("category", "category_reason", "split"):
        yield from _values(kept, name)
    yield from _values(kept, "license", "license_kept")
    edges = np.searchsorted(np.array(_LINES), kept.column("lines").to_numpy(), side="left")
    for place, count in enumerate(np.bincount(edges, minlength=len(_LINES) + 1).tolist()):
        yield "lines", _bucket(place), float(count), ""


def _bucket(place: int) -> str:
    if place == len(_LINES):
        return f"> {_LINES[-1]}"
    low = _LINES[place - 1] + 1 if place else 1
    return f"{low}–{_LINES[place]}"


def _values(rows: pa.Table, name: str, section: str = "") -> Iterable[Row]:
    coded = Coded.of(rows, name)
    counts: Counter[str] = Counter()
    for code, count in zip(*np.unique(coded.codes, return_counts=True), strict=True):
        counts[coded.values[code] if code >= 0 else ""] += int(count)
    for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield section or name, value, float(count), ""


def _tasks(tasks: pa.Table) -> Iterable[Row]:
    pairs = Counter(
        zip(Coded.of(tasks, "task").texts(), Coded.of(tasks, "split").texts(), strict=True)
    )
    totals: Counter[str] = Counter()
    for (task, split), count in sorted(pairs.items(), key=str):
        totals[task or ""] += count
        yield "task_split", f"{task}/{split}", float(count), ""
    for task, count in sorted(totals.items()):
        yield "task", task, float(count), ""


def _quality(routines: pa.Table) -> Iterable[Row]:
    dropped = Coded.of(routines, "dropped")
    kept = dropped.map(lambda reason: int(not reason)) > 0
    for part in ("", *_QUALITY):
        name = f"quality_{part}" if part else "quality"
        values = routines.column(name).to_numpy()[kept]
        yield "quality", part or "total", round(float(values.mean()), 4) if len(values) else 0.0, ""
    scores = routines.column("quality").to_numpy()[kept]
    buckets = np.bincount(np.minimum((scores * 10).astype(np.int64), 9), minlength=10)
    for place, count in enumerate(buckets.tolist()):
        yield "quality_share", f"{place / 10:.1f}", float(count), ""


def _settings(filters: Filters) -> Iterable[Row]:
    def said(value: bool) -> str:
        return "yes" if value else "no"

    licenses = filters.licenses
    yield "filter", "vendor", None, said(filters.vendor)
    yield "filter", "generated", None, said(filters.generated)
    yield "filter", "errors", None, said(filters.errors)
    yield "filter", "licenses", None, "all" if licenses is None else ", ".join(licenses)


def _digest(rows: pa.Table, names: Sequence[str]) -> str:
    """Changes with any of the columns' values; not with how the table is stored."""
    digest = blake2b(digest_size=16)
    for name in names:
        chunks = rows.column(name).cast(pa.string()).chunks
        column = pa.concat_arrays([pa.array([], pa.string()), *chunks])
        lengths = pc.fill_null(pc.binary_length(column), -1)
        digest.update(np.asarray(lengths.to_numpy(), dtype="<i4").tobytes())
        _, offsets, data = column.buffers()
        if data is not None and len(column):
            end = int(np.frombuffer(offsets, dtype=np.int32)[len(column)])
            digest.update(memoryview(data)[:end])
    return digest.hexdigest()


# --- Markdown -----------------------------------------------------------------------------

_TITLE = Words("Набор данных для обучения", "ML dataset")
HEADS: Mapping[str, Words] = {
    "count": Words("Сколько", "Counts"),
    "category": Words("Категории оставленных методов", "Categories of kept routines"),
    "task": Words("Примеры по задачам", "Examples by task"),
    "lines": Words("Длина оставленных методов, строк", "Length of kept routines, lines"),
    "quality": Words("Качество: среднее по частям", "Quality: mean of the parts"),
    "quality_share": Words("Качество оставленных методов", "Quality of kept routines"),
    "module_kind": Words("Откуда: виды модулей", "Sources: kinds of modules"),
    "dropped": Words("Что не вошло в задачи", "What is in no task"),
    "license": Words("Лицензии модулей", "Licences of modules"),
    "filter": Words("Настройки отбора", "Settings of the filters"),
    "hash": Words("Хеши содержимого", "Hashes of the content"),
}
"""What a section of the figures is called."""
NAMES: Mapping[str, Words] = {
    "routines": Words("методов", "routines"),
    "kept": Words("осталось после отбора", "kept by the filters"),
    "examples": Words("примеров в задачах", "examples in tasks"),
    "tasks": Words("примеров", "examples"),
    "modules": Words("модулей", "modules"),
    "objects": Words("объектов", "objects"),
    "lines": Words("строк", "lines"),
    "documented": Words("с описанием", "with a description"),
    "exported": Words("экспортных", "exported"),
    "masked": Words("скрыто секретов и персональных данных", "secrets and personal data masked"),
    "twins": Words("почти одинаковых", "near-duplicates"),
    "instruction": Words("написать метод по описанию", "write a routine from its description"),
    "completion": Words("вставить пропущенное", "fill in the middle"),
    "documentation": Words("написать комментарий", "write the doc comment"),
    "query": Words("написать запрос", "write a query"),
    "empty": Words("пустые", "empty"),
    "errors": Words("с ошибками синтаксиса", "with syntax errors"),
    "vendor": Words("код поставщика на замке", "code locked by a vendor"),
    "license": Words("лицензия не из списка", "licence not allowed"),
    "generated": Words("созданы программой", "written by a program"),
    "twin": Words("почти одинаковые", "near-duplicates"),
    "leak": Words("похожи на метод другой части", "resemble a routine of another split"),
    "total": Words("всего", "total"),
    "size": Words("размер", "size"),
    "complexity": Words("сложность", "complexity"),
    "documentation_part": Words("описание", "documentation"),
    "names": Words("имена", "names"),
    "findings": Words("замечания", "findings"),
    "licenses": Words("лицензии", "licences"),
    "yes": Words("да", "yes"),
    "no": Words("нет", "no"),
    "all": Words("все", "all"),
}
"""What a figure is called within its section."""
NONE_STATED = Words("не указана", "none stated")
_COLUMNS = {
    "what": Words("Что", "What"),
    "value": Words("Значение", "Value"),
    "share": Words("Доля", "Share"),
    "rule": Words("Правило", "Rule"),
    "why": Words("Почему", "Why"),
    "routines": Words("Методов", "Routines"),
}
_RULES = Words("Правила категорий", "Rules of categories")


def card(figures: pa.Table, language: Language) -> str:
    """The card in Markdown, with pictures, from the table `figures`."""
    return "\n\n".join(_Card(figures, language).pieces()) + "\n"


class _Card:
    def __init__(self, figures: pa.Table, language: Language) -> None:
        self._language = language
        self._sections: dict[str, list[tuple[str, float, str]]] = {}
        rows = zip(*(figures.column(name).to_pylist() for name in FIGURES.column_names),
                   strict=True)  # fmt: skip
        for section, name, value, text in rows:
            self._sections.setdefault(section, []).append((name, value or 0.0, text))

    def pieces(self) -> Iterable[str]:
        yield f"# {self._said(_TITLE)}"
        yield self._table("count")
        yield self._bars(
            "category", {name: self._said(words) for name, words in CATEGORIES.items()}
        )
        yield self._task_table()
        yield histogram(self._said(HEADS["lines"]), self._pairs("lines"))
        yield histogram(self._said(HEADS["quality_share"]), self._pairs("quality_share"))
        yield self._quality()
        yield self._bars("module_kind", {})
        yield self._dropped()
        yield self._licenses()
        yield self._settings("filter")
        yield self._settings("hash")
        yield self._rules()

    def _said(self, words: Words) -> str:
        return words.ru if self._language == "ru" else words.en

    def _name(self, name: str) -> str:
        return self._said(NAMES[name]) if name in NAMES else name

    def _head(self, section: str) -> str:
        return f"## {self._said(HEADS[section])}\n\n"

    def _column(self, name: str) -> str:
        return self._said(_COLUMNS[name])

    def _pairs(self, section: str) -> list[tuple[str, int]]:
        return [(name, int(value)) for name, value, _ in self._sections.get(section, [])]

    def _table(self, section: str) -> str:
        rows = [[self._name(name), number(value)] for name, value in self._pairs(section)]
        heads = (self._column("what"), self._column("value"))
        return self._head(section) + table(heads, rows)

    def _bars(self, section: str, names: Mapping[str, str]) -> str:
        pairs = [(names.get(name, name) or "–", value) for name, value in self._pairs(section)]
        total = sum(value for _, value in pairs) or 1
        rows = [
            [name, number(value), percent(value / total, self._language, 1)]
            for name, value in pairs
        ]
        heads = (self._column("what"), self._column("routines"), self._column("share"))
        title = self._said(HEADS[section])
        return self._head(section) + bar_chart(title, pairs) + "\n\n" + table(heads, rows)

    def _task_table(self) -> str:
        by_split = dict(self._pairs("task_split"))
        rows = [
            [self._name(task), number(count),
             *(number(by_split.get(f"{task}/{part}", 0)) for part in PARTS)]
            for task, count in self._pairs("task")
        ]  # fmt: skip
        return self._head("task") + table((self._column("what"), "∑", *PARTS), rows)

    def _quality(self) -> str:
        rows = []
        for name, value, _ in self._sections.get("quality", []):
            told = "documentation_part" if name == "documentation" else name
            rows.append([self._name(told), decimal(value, self._language, 2)])
        return self._head("quality") + table((self._column("what"), self._column("value")), rows)

    def _dropped(self) -> str:
        rows = [
            [self._name(name), number(value)]
            for name, value in self._pairs("dropped") if name
        ]  # fmt: skip
        heads = (self._column("what"), self._column("routines"))
        return self._head("dropped") + table(heads, rows)

    def _licenses(self) -> str:
        kept = dict(self._pairs("license_kept"))
        rows = [
            [name or self._said(NONE_STATED), number(value), number(kept.get(name, 0))]
            for name, value in self._pairs("license")
        ]
        heads = (self._column("what"), self._column("routines"), self._name("kept"))
        return self._head("license") + table(heads, rows)

    def _settings(self, section: str) -> str:
        rows = [
            [self._name(name), f"`{text}`" if section == "hash" else self._name(text)]
            for name, _, text in self._sections.get(section, [])
        ]
        return self._head(section) + table((self._column("what"), self._column("value")), rows, 2)

    def _rules(self) -> str:
        rows = []
        for name, value in self._pairs("category_reason"):
            rule = BY_NAME.get(name)
            if rule is not None:
                said = CATEGORIES[rule.category]
                rows.append([f"`{name}`", self._said(said), self._said(rule.reason), number(value)])
        heads = (
            self._column("rule"), self._column("what"), self._column("why"),
            self._column("routines"),
        )  # fmt: skip
        return f"## {self._said(_RULES)}\n\n" + table(heads, rows, 3)
