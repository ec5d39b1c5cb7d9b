"""The report of the architecture analysis: Markdown with pictures, in Russian or English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.architecture.first import first_things
from cai_assets.analysis.architecture.rows import Rows
from cai_assets.analysis.architecture.structure import BUCKETS, THRESHOLDS
from cai_assets.analysis.architecture.trend_report import trend_parts
from cai_assets.analysis.architecture.words import Language, words
from cai_assets.analysis.charts import heat_map, histogram, number
from cai_assets.analysis.markdown import (
    Linker,
    decimal,
    identifier,
    percent,
    subsystem_path,
    table,
)
from cai_assets.knowledge.bars import bar_chart
from cai_assets.onec.metadata.kinds import KINDS
from cai_assets.onec.russian import MODULE_KINDS

_MOST = 10
_IN_MATRIX = 20
_RUSSIAN_TYPES = {kind.name: kind.russian_plural for kind in KINDS}
_MEASURES = ("cognitive", "cyclomatic", "lines", "nesting", "parameters", "module_lines")


def to_markdown(
    result: Mapping[str, pa.Table], language: Language = "ru", link: Linker | None = None
) -> str:
    """The report of what `analyse` made. `link` gives addresses of pages about ids."""
    return _Report(Rows(result), language, link).text()


class _Report:
    def __init__(self, rows: Rows, language: Language, link: Linker | None) -> None:
        self._rows = rows
        self._language: Language = language
        self._words = words(language)
        self._link = link

    def text(self) -> str:
        sections: list[tuple[str, Callable[[], Iterator[str]]]] = [
            ("structure", self._structure),
            ("dependencies", self._dependencies),
            ("contract_title", self._contract),
            ("complexity", self._complexity),
            ("hot", self._hot_spots),
            ("api", self._api),
            ("execution", self._execution),
            ("support", self._support),
            ("roles", self._roles),
            ("trend", self._trend),
        ]
        parts = [f"# {self._words['title']}", self._figures(), f"## {self._words['first']}"]
        first = first_things(self._rows, self._language, self._link)
        parts.append("\n".join(f"{n}. {text}" for n, text in enumerate(first, 1)))
        if not first:
            parts[-1] = self._words["nothing"]
        for title, section in sections:
            body = list(section())
            if body:
                parts += [f"## {self._words[title]}", *body]
        return "\n\n".join(parts) + "\n"

    def _id(self, name: str) -> str:
        return identifier(name, self._link)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
        return table([self._words.get(head, head) for head in heads], rows, left)

    def _more(self, count: int) -> Iterator[str]:
        if count > 0:
            yield self._words["more"].format(count=number(count))

    def _percent(self, share: float | None, digits: int = 0) -> str:
        return percent(share, self._language, digits)

    def _type(self, name: str) -> str:
        return _RUSSIAN_TYPES.get(name, name) if self._language == "ru" else name

    def _subsystem(self, name: str | None) -> str:
        return subsystem_path(name) if name else self._words["none"]

    def _figures(self) -> str:
        rows = self._rows
        whole = rows.whole("structure")
        cognitive = rows.whole("quantiles", measure="cognitive")
        api = rows.whole("api")
        threshold = THRESHOLDS["cognitive"]
        cells = [(key, number(whole.get(key, 0))) for key in ("objects", "modules", "lines")]
        cells.insert(1, ("subsystems", number(rows.subsystem_count())))
        cells.append(("routines", number(whole.get("routines", 0))))
        if cognitive:
            over = f"{number(cognitive['over'])} ({self._percent(cognitive['share_over'], 1)})"
            cells += [("over_share", over), ("p95", number(cognitive["p95"]))]
        if api.get("exported"):
            complete = f"{number(api['complete'])} / {number(api['exported'])}"
            cells.append(("api_share", f"{complete} ({self._percent(api['share_complete'])})"))
        if rows.has_contract():
            cells.append(("contract", number(rows.count("contract_violations"))))
        named = [(self._words[key].format(threshold=threshold), value) for key, value in cells]
        return table(["", ""], named)

    def _structure(self) -> Iterator[str]:
        types = self._rows.of("structure", scope="type")
        shown = [(self._type(row["name"]), row["lines"]) for row in types if row["lines"]]
        shown.sort(key=lambda item: (-item[1], item[0]))
        if shown:
            yield bar_chart(self._words["by_type"], shown, self._words["rest"])
        subsystems = self._rows.of("structure", scope="subsystem")
        top = [
            (self._subsystem(row["name"]), row["lines"])
            for row in subsystems
            if row["depth"] == 0 and row["lines"]
        ]
        top.sort(key=lambda item: (-item[1], item[0]))
        if len(top) > 1:
            yield bar_chart(self._words["by_subsystem"], top, self._words["rest"])
        mean = {row["name"]: row for row in self._rows.of("quantiles", "subsystem", "cognitive")}
        largest = sorted(subsystems, key=lambda row: (-row["lines"], row["name"]))
        largest = [row for row in largest if row["lines"] or row["objects"]]
        cells = [
            [
                self._subsystem(row["name"]),
                *(number(row[key]) for key in ("objects", "members", "forms", "modules")),
                number(row["lines"]),
                self._percent(row["share_lines"]),
                number(row["routines"]),
                decimal(mean[row["name"]]["mean"], self._language) if row["name"] in mean else "–",
                number(mean[row["name"]]["over"]) if row["name"] in mean else "–",
            ]
            for row in largest[: 2 * _MOST]
        ]
        heads = ["subsystem", "objects", "members", "forms", "modules", "lines", "share_lines"]
        yield self._table([*heads, "routines", "mean", "over"], cells)
        yield self._words["note_subsystems"]

    def _dependencies(self) -> Iterator[str]:
        edges = self._rows.all("subsystem_matrix")
        if not edges:
            return
        weight: dict[str, int] = {}
        for row in edges:
            for end in (row["source"], row["target"]):
                weight[end] = weight.get(end, 0) + row["edges"]
        busiest = sorted(weight, key=lambda name: (-weight[name], name))[:_IN_MATRIX]
        names = sorted(busiest, key=str.casefold)
        position = {name: at for at, name in enumerate(names)}
        cells = np.zeros((len(names), len(names)), dtype=np.int64)
        for row in edges:
            if row["source"] in position and row["target"] in position:
                cells[position[row["source"]], position[row["target"]]] = row["edges"]
        yield heat_map(self._words["matrix"], _short_names(names), cells)
        yield self._words["note_matrix"].format(shown=len(names), all=len(weight))
        pairs = self._rows.mutual_pairs()
        if pairs:
            yield f"**{self._words['mutual']}: {number(len(pairs))}**"
            yield self._table(
                ["subsystem", "subsystem", "uses", "back"],
                [
                    [self._subsystem(one), self._subsystem(other), number(there), number(back)]
                    for one, other, there, back in pairs[:_MOST]
                ],
                left=2,
            )
            yield from self._more(len(pairs) - _MOST)

    def _contract(self) -> Iterator[str]:
        if not self._rows.has_contract():
            yield self._words["no_contract"]
            return
        rules = self._rows.all("contract_rules")
        yield self._table(
            ["rule", "access", "reason", "edges"],
            [
                [row["rule"], self._words[row["access"]], row["reason"], number(row["edges"])]
                for row in rules
                if row["kind"] != "default" or row["access"] == "deny"
            ],
            left=3,
        )
        unknown = ", ".join(f"`{row['unknown']}`" for row in rules if row["unknown"])
        if unknown:
            yield self._words["unknown"].format(names=unknown)
        found = self._rows.all("contract_violations")
        if not found:
            yield self._words["kept"]
            return
        yield f"**{self._words['violations']}: {number(len(found))}**"
        yield self._table(
            ["rule", "uses", "target", "kind", "line"],
            [
                [
                    row["rule"],
                    self._id(row["source"]),
                    self._id(row["target"]),
                    row["kind"],
                    str(row["line"] or ""),
                ]
                for row in found[: 2 * _MOST]
            ],
            left=4,
        )
        yield from self._more(len(found) - 2 * _MOST)

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
                    [self._complexity_row(scope, row) for row in worst[:_MOST]],
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
                for row in rows[:_MOST]
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
            for row in rows[:_MOST]:
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
        with_form = [row for row in calls if row["kind"] == "form_context"][:_MOST]
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

    def _support(self) -> Iterator[str]:
        rows = self._rows.of("structure", scope="support")
        if all(not row["name"] for row in rows):
            return
        cells = [
            [
                self._words.get(row["name"] or "not_on_support", row["name"]),
                *(number(row[key]) for key in ("objects", "modules", "lines", "routines")),
                self._percent(row["share_lines"]),
            ]
            for row in sorted(rows, key=lambda row: -row["objects"])
        ]
        yield self._table(
            ["state", "objects", "modules", "lines", "routines", "share_lines"], cells
        )

    def _roles(self) -> Iterator[str]:
        roles = self._rows.all("roles_summary")
        if not roles:
            return
        access = self._rows.table("object_access")
        yield self._words["note_roles"].format(
            roles=number(len({row["role"] for row in roles})),
            data=number(access.num_rows),
            restricted=number(_true(pc.greater(access.column("read_restricted"), 0))),
            only_full=number(_true(access.column("only_full"))),
        )
        widest = sorted(roles, key=lambda row: (-row["read"], -row["change"], row["role"]))
        cells = [
            [
                self._id(row["role"]),
                *(number(row[key]) for key in ("read", "change", "interactive_delete")),
                number(row["restricted"]),
                self._words["yes"] if row["set_for_new_objects"] else "",
            ]
            for row in widest[:_MOST]
        ]
        heads = ["role", "read", "change", "interactive_delete", "restricted", "new_objects"]
        yield self._table(heads, cells)

    def _trend(self) -> Iterator[str]:
        if self._rows.count("trend") > 1:
            yield from trend_parts(self._rows.table("trend"), self._language)


def _short_names(subsystems: Sequence[str]) -> list[str]:
    """The last part of each path, or the last two where the last alone would stand twice."""
    paths = [subsystem_path(name).split(" / ") for name in subsystems]
    last = [path[-1].casefold() for path in paths]
    return [
        " / ".join(path[-2:]) if last.count(path[-1].casefold()) > 1 else path[-1] for path in paths
    ]


def _true(column: pa.ChunkedArray) -> int:
    return int(pc.sum(column).as_py() or 0)
