"""The report of the architecture analysis: Markdown with pictures, in Russian or English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.analysis.architecture.code_report import CodeReport
from cai_assets.analysis.architecture.first import first_things
from cai_assets.analysis.architecture.pieces import MOST
from cai_assets.analysis.architecture.rows import Rows
from cai_assets.analysis.architecture.structure import THRESHOLDS
from cai_assets.analysis.architecture.trend_report import trend_parts
from cai_assets.analysis.architecture.words import Language
from cai_assets.analysis.charts import heat_map, number
from cai_assets.analysis.markdown import (
    Linker,
    decimal,
    subsystem_path,
    table,
)
from cai_assets.knowledge.bars import bar_chart

_IN_MATRIX = 20


def to_markdown(
    result: Mapping[str, pa.Table], language: Language = "ru", link: Linker | None = None
) -> str:
    """The report of what `analyse` made. `link` gives addresses of pages about ids."""
    return _Report(Rows(result), language, link).text()


class _Report(CodeReport):
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
            for row in largest[: 2 * MOST]
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
                    for one, other, there, back in pairs[:MOST]
                ],
                left=2,
            )
            yield from self._more(len(pairs) - MOST)

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
                for row in found[: 2 * MOST]
            ],
            left=4,
        )
        yield from self._more(len(found) - 2 * MOST)

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
        new_objects = {row["role"] for row in roles if row["set_for_new_objects"]}
        once = {row["role"]: row for row in roles}  # an extension may adopt a role
        widest = sorted(once.values(), key=lambda row: (-row["read"], -row["change"], row["role"]))
        cells = [
            [
                self._id(row["role"]),
                *(number(row[key]) for key in ("read", "change", "interactive_delete")),
                number(row["restricted"]),
                self._words["yes"] if row["role"] in new_objects else "",
            ]
            for row in widest[:MOST]
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
