"""The sections of the report about code: complexity, hot spots, interface, client and server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cai_assets.analysis.architecture.pieces import MOST, Pieces
from cai_assets.analysis.architecture.structure import BUCKETS, THRESHOLDS
from cai_assets.analysis.charts import histogram, number
from cai_assets.analysis.markdown import decimal
from cai_assets.knowledge.bars import bar_chart
from cai_assets.onec.russian import MODULE_KINDS

_MEASURES = ("cognitive", "cyclomatic", "lines", "nesting", "parameters", "module_lines")


class CodeReport(Pieces):
    """Sections as lists of blocks of Markdown."""

    def _histogram(self, measure: str, title: str) -> Iterator[str]:
        rows = self._rows.of("distribution", "configuration", measure)
        if not rows:
            return
        labels = [
            f"{row['low']}+"
            if row["high"] is None
            else (str(row["low"]) if row["low"] == row["high"] else f"{row['low']}–{row['high']}")
            for row in rows
        ]
        over = BUCKETS[measure].index(THRESHOLDS[measure] + 1)
        buckets = [(label, row["count"]) for label, row in zip(labels, rows, strict=True)]
        yield histogram(title.format(threshold=number(THRESHOLDS[measure])), buckets, over)

    def _complexity(self) -> Iterator[str]:
        yield from self._histogram("cognitive", self._words["histogram"])
        rows = {row["measure"]: row for row in self._rows.of("quantiles", "configuration")}
        cells = []
        for measure in _MEASURES:
            row = rows.get(measure)
            if row is None:
                continue
            name = self._words["measure_lines" if measure == "lines" else measure]
            figures = [number(row[key]) for key in ("median", "p90", "p95", "p99", "max")]
            over = f"{number(row['over'])} ({self._percent(row['share_over'], 1)})"
            cells.append([name, *figures, number(row["threshold"]), over])
        if cells:
            heads = ["measure", "median", "90 %", "95 %", "99 %", "max", "threshold", "over"]
            yield self._table(heads, cells)
        for scope, head in (("subsystem", "subsystem"), ("type", "type")):
            worst = self._rows.worst(scope)
            if len(worst) > 1:
                yield f"**{self._words['worst']}: {self._words[head].lower()}**"
                yield self._table(
                    [head, "routines", "mean", "95 %", "over", "cyclomatic"],
                    [self._complexity_row(scope, row) for row in worst[:MOST]],
                )

    def _complexity_row(self, scope: str, row: dict[str, Any]) -> list[str]:
        name = self._subsystem(row["name"]) if scope == "subsystem" else self._type(row["name"])
        (other,) = [
            found
            for found in self._rows.of("quantiles", scope, "cyclomatic")
            if found["name"] == row["name"]
        ]
        return [
            name,
            number(row["count"]),
            decimal(row["mean"], self._language),
            number(row["p95"]),
            f"{number(row['over'])} ({self._percent(row['share_over'], 1)})",
            f"{number(other['over'])} ({self._percent(other['share_over'], 1)})",
        ]

    def _hot_spots(self) -> Iterator[str]:
        mixed = self._rows.partly_locked()
        for what in ("routine", "module"):
            rows = [row for row in self._rows.all("hot_spots") if row["what"] == what]
            rows = [row for row in rows if not mixed or row["support"] != "locked"]
            if not rows:
                continue
            cells = [
                [
                    self._id(row["id"]),
                    number(round(row["score"])),
                    *(number(row[key]) for key in ("cognitive", "ncloc", "callers")),
                    *([str(row["line"])] if what == "routine" else []),
                ]
                for row in rows[:MOST]
            ]
            yield f"**{self._words[f'hot_{what}']}**"
            heads = [what, "score", "cognitive", "lines", "callers"]
            yield self._table([*heads, *(["line"] if what == "routine" else [])], cells)
        if self._rows.count("hot_spots"):
            yield self._words["note_hot"] + (f" {self._words['own_code']}" if mixed else "")
        yield from self._histogram("module_lines", self._words["sizes"])

    def _api(self) -> Iterator[str]:
        figures = ("described", "typed_parameters", "typed_functions", "complete")
        of_what = ("exported", "parameters", "functions", "exported")
        for scope, title in (("region", "by_region"), ("subsystem", "by_subsystem_api")):
            rows = self._rows.of("api", scope=scope)
            rows.sort(key=lambda row: (-row["exported"], row["name"]))
            cells = []
            for row in rows[:MOST]:
                name = row["name"] or self._words["no_region"]
                if scope == "subsystem":
                    name = self._subsystem(row["name"])
                shares = [
                    self._percent(row[part] / row[all_] if row[all_] else None)
                    for part, all_ in zip(figures, of_what, strict=True)
                ]
                cells.append([name, number(row["exported"]), *shares])
            if cells:
                yield f"**{self._words[title]}**"
                yield self._table([scope, "exported", *figures], cells)

    def _execution(self) -> Iterator[str]:
        lines: dict[str, int] = {}
        for row in self._rows.all("execution"):
            if row["what"] == "routine":
                name = self._words["none_context" if row["context"] == "none" else row["context"]]
                lines[name] = lines.get(name, 0) + row["lines"]
        if not lines:
            return
        shown = sorted(lines.items(), key=lambda item: (-item[1], item[0]))
        yield bar_chart(self._words["context_lines"], shown)
        yield f"**{self._words['by_kind_of_module']}**"
        yield self._kinds_by_context()
        calls = self._rows.all("server_calls")
        if not calls:
            return
        names = {"form_context": "form_context", "form": "form", "module": "module_call"}
        cells = []
        for kind, key in names.items():
            rows = [row for row in calls if row["kind"] == kind]
            if rows:
                sites = sum(row["sites"] for row in rows)
                cells.append([self._words[key], number(len(rows)), number(sites)])
        yield f"**{self._words['server_calls']}**"
        yield self._table(["kind", "count", "sites"], cells)
        with_form = [row for row in calls if row["kind"] == "form_context"][:MOST]
        if not with_form:
            return
        yield f"**{self._words['round_trips']}**"
        yield self._table(
            ["routine", "sites", "callers", "line"],
            [
                [
                    self._id(row["routine"]),
                    number(row["sites"]),
                    number(row["callers"]),
                    str(row["line"]),
                ]
                for row in with_form
            ],
        )

    def _kinds_by_context(self) -> str:
        found: dict[str, dict[str, int]] = {}
        for row in self._rows.all("execution"):
            if row["what"] == "routine":
                of_kind = found.setdefault(row["kind"], {})
                of_kind[row["context"]] = of_kind.get(row["context"], 0) + row["lines"]
        names = MODULE_KINDS if self._language == "ru" else {}
        contexts = ("client", "server", "both")
        rows = sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0]))
        cells = [
            [names.get(kind, kind), *(number(lines.get(context, 0)) for context in contexts)]
            for kind, lines in rows
        ]
        return self._table(["module", *contexts], cells)
