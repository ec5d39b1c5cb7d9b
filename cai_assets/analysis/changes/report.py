"""The report of changes: Markdown in Russian or English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.charts import number
from cai_assets.analysis.markdown import Language, Linker, identifier, place, table
from cai_assets.knowledge.bars import bar_chart
from cai_assets.knowledge.coded import Coded

_MOST = 30
_MOST_FINDINGS = 20
_WHATS = ("object", "member", "routine", "signature", "finding")
_HOWS = ("added", "removed", "changed", "renamed", "moved")

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Изменения с предыдущей выгрузки", "Changes since the upload before"),
    "none": ("Ничего не изменилось.", "Nothing changed."),
    "object": ("Объекты", "Objects"),
    "member": ("Реквизиты и части", "Attributes and parts"),
    "routine": ("Процедуры и функции", "Routines"),
    "signature": ("Сигнатуры", "Signatures"),
    "finding": ("Замечания", "Findings"),
    "added": ("Добавлено", "Added"),
    "removed": ("Удалено", "Removed"),
    "changed": ("Изменено", "Changed"),
    "renamed": ("Переименовано", "Renamed"),
    "moved": ("Перенесено", "Moved"),
    "breaking": ("Несовместимых", "Breaking"),
    "breaking_title": ("Несовместимые изменения", "Breaking changes"),
    "no_breaking": (
        "Несовместимых изменений нет: то, чем пользовались другие, осталось.",
        "No breaking changes: what others used is still there.",
    ),
    "breaking_note": (
        "Пользовались — сколько процедур или объектов обращались к этому в прошлой выгрузке.",
        "Users: how many routines or objects referred to it in the upload before.",
    ),
    "public": ("программный интерфейс", "public interface"),
    "users": ("пользовались", "users"),
    "was": ("Было", "Before"),
    "is": ("Стало", "Now"),
    "objects_title": ("Объекты", "Objects"),
    "members_title": ("Реквизиты и части объектов", "Attributes and parts"),
    "where_most": ("Где больше всего изменений", "Where most changed"),
    "rest": ("остальные", "others"),
    "new_findings": ("Новые замечания", "New findings"),
    "gone_findings": ("Исправлено замечаний: {count}", "Findings gone: {count}"),
    "more": ("… и ещё {count}", "… and {count} more"),
}


def to_markdown(
    result: Mapping[str, pa.Table], language: Language = "ru", link: Linker | None = None
) -> str:
    """The report of what `analyse` made. `link` gives addresses of pages about ids."""
    return _Report(result, language, link).text()


class _Report:
    def __init__(
        self, result: Mapping[str, pa.Table], language: Language, link: Linker | None
    ) -> None:
        self._changes = result["changes"]
        self._summary = result["changes_summary"].to_pylist()
        self._text = f"text_{language}"
        position = 0 if language == "ru" else 1
        self._words = {key: texts[position] for key, texts in _WORDS.items()}
        self._link = link

    def text(self) -> str:
        parts = [f"# {self._words['title']}"]
        if not self._summary:
            return "\n\n".join([*parts, self._words["none"]]) + "\n"
        parts.append(self._counts())
        parts += [
            *self._breaking(),
            *self._most_changed(),
            *self._listed("object", "objects_title"),
            *self._listed("member", "members_title"),
            *self._listed("signature", "signature"),
            *self._findings(),
        ]
        return "\n\n".join(parts) + "\n"

    def _counts(self) -> str:
        count = {(row["what"], row["change"]): row["count"] for row in self._summary}
        broken = Counter[str]()
        for row in self._summary:
            broken[row["what"]] += row["breaking"]
        hows = [how for how in _HOWS if any((what, how) in count for what in _WHATS)]
        rows = [
            [
                self._words[what],
                *(number(count.get((what, how), 0)) for how in hows),
                number(broken[what]),
            ]
            for what in _WHATS
            if any((what, how) in count for how in hows)
        ]
        heads = ["", *(self._words[how] for how in hows), self._words["breaking"]]
        return table(heads, rows)

    def _rows(self, what: str | None, breaking: bool | None = None) -> pa.Table:
        mask = pa.array([True] * self._changes.num_rows)
        if what is not None:
            kinds = Coded.of(self._changes, "what").map(lambda text: int(text == what)) == 1
            mask = pc.and_(mask, pa.array(kinds))
        if breaking is not None:
            mask = pc.and_(mask, pc.equal(self._changes.column("breaking"), breaking))
        return self._changes.filter(mask)

    def _more(self, count: int) -> Iterator[str]:
        if count > 0:
            yield self._words["more"].format(count=number(count))

    def _breaking(self) -> Iterator[str]:
        yield f"## {self._words['breaking_title']}"
        rows = self._rows(None, breaking=True)
        if not rows.num_rows:
            yield self._words["no_breaking"]
            return
        shown = rows.slice(0, _MOST).to_pylist()
        yield "\n".join(line for row in shown for line in self._broken(row))
        yield from self._more(rows.num_rows - _MOST)
        yield self._words["breaking_note"]

    def _most_changed(self) -> Iterator[str]:
        objects = Counter(name for name in Coded.of(self._changes, "object").texts() if name)
        if len(objects) > 1:
            shown = sorted(objects.items(), key=lambda item: (-item[1], item[0]))
            yield bar_chart(self._words["where_most"], shown, self._words["rest"])

    def _listed(self, what: str, title: str) -> Iterator[str]:
        rows = self._rows(what, breaking=False)
        if not rows.num_rows:
            return
        yield f"## {self._words[title]}"
        yield "\n".join(self._plain(row) for row in rows.slice(0, _MOST).to_pylist())
        yield from self._more(rows.num_rows - _MOST)

    def _broken(self, row: Mapping[str, Any]) -> Iterator[str]:
        """What breaks, why and whom; then what it was and is."""
        public = [self._words["public"]] if row["public_api"] else []
        facts = [*public, row[self._text], f"{self._words['users']}: {number(row['users'] or 0)}"]
        where = place(row["file"], row["line"])
        yield f"- {identifier(row['id'], self._link)}: {'; '.join(facts)}. {where}".rstrip()
        for key, text in (("was", row["old"]), ("is", row["new"])):
            if text and text != row["id"]:
                yield f"    - {self._words[key].lower()}: {_code(text)}"

    def _plain(self, row: Mapping[str, Any]) -> str:
        """A change in a line."""
        texts = [_code(text) for text in (row["old"], row["new"]) if text and text != row["id"]]
        change = self._words[row["change"]].lower()
        said = f"- {identifier(row['id'], self._link)}: {change}"
        return f"{said}, {' → '.join(texts)}" if texts else said

    def _findings(self) -> Iterator[str]:
        rows = self._rows("finding").to_pylist()
        added = [row for row in rows if row["change"] == "added"]
        if added:
            yield f"## {self._words['new_findings']}: {number(len(added))}"
            yield "\n".join(self._finding(row) for row in added[:_MOST_FINDINGS])
            yield from self._more(len(added) - _MOST_FINDINGS)
        if len(rows) > len(added):
            yield self._words["gone_findings"].format(count=number(len(rows) - len(added)))

    def _finding(self, row: Mapping[str, Any]) -> str:
        where = place(row["file"], row["line"])
        return f"- `{row['id']}` ({row['new']}): {row[self._text]} {where}".rstrip()


def _code(text: str | None) -> str:
    if not text:
        return ""
    short = text if len(text) <= 200 else text[:199] + "…"
    return f"`{short.replace('`', chr(39))}`"
