"""The page of a subsystem: what it is for, what it holds, whom it needs and who needs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from cai_assets.analysis.markdown import subsystem_path
from cai_assets.rules.model import Severity
from cai_assets.site.derived import GROUP as SITE
from cai_assets.site.derived.making import ARCHITECTURE, DEPENDENCIES
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Section, Source
from cai_assets.site.names import told, type_heading
from cai_assets.site.pages.objects import object_pages
from cai_assets.site.pages.subsystem_pictures import pictures
from cai_assets.site.pages.subsystem_view import (
    ContractRule,
    Cut,
    Cycle,
    Inner,
    Listed,
    Metrics,
    Nested,
    Pair,
    Partner,
    Routine,
    SeverityCount,
    SubsystemView,
    TypeGroup,
    Violation,
)
from cai_assets.site.pages.type_order import MINOR, rank
from cai_assets.site.subsystem_paths import enclosing

_WORST = 10
_MOST_VIOLATIONS = 100
_LEAST = 10
"""Letters of a sentence at least: `См. Другой.` does not end at the first dot."""


_PARTNER = ("direction", "partner", "pairs", "links", "back", "forbidden", "cut")
_PAIR = ("direction", "partner", "source", "target", "links", "kind", "file", "line")
_SIZES = ("name", "scope", "objects", "lines", "exported", "cognitive")


class Subsystem(Section):
    """A page per subsystem."""

    name = "subsystems"
    template = "subsystem.html"
    markdown = "subsystem.md"
    json = True
    inputs = {
        "about": Input(
            "objects",
            ("project", "name", "synonym", "synonyms", "comment", "properties"),
            "object",
        ),
        "children": Input("objects", ("object", "name", "synonym", "type"), "parent"),
        "size": Input(
            "structure",
            (*_SIZES, "routines", "share_lines"),
            "name",
            ARCHITECTURE,
        ),
        "nested": Input("structure", _SIZES, "parent", ARCHITECTURE),
        "metrics": Input(
            "subsystem_metrics",
            (
                "objects", "afferent", "efferent", "instability", "used_by", "uses",
                "links_inside", "links_in", "links_out", "layer",
            ),
            "subsystem",
            DEPENDENCIES,
        ),
        "objects": Input(
            "subsystem_objects",
            (
                "object", "type", "name", "synonym", "lines", "cognitive", "users", "uses",
                "findings",
            ),
            "subsystem",
            SITE,
        ),
        "findings": Input(
            "subsystem_findings", ("severity", "status", "count"), "subsystem", SITE
        ),
        "links": Input("subsystem_links", _PARTNER, "subsystem", SITE),
        "pairs": Input("subsystem_pairs", _PAIR, "subsystem", SITE),
        "inside": Input(
            "subsystem_inside",
            ("source", "target", "pairs", "links", "forbidden"),
            "subsystem",
            SITE,
        ),
        "cycles": Input(
            "subsystem_cycles", ("cycle", "size", "cut_edges", "cut_links"), "subsystem", SITE
        ),
        "cuts": Input(
            "subsystem_cuts",
            (
                "from_subsystem", "to_subsystem", "source_object", "target_object", "links", "kind",
                "file", "line",
            ),
            "subsystem",
            SITE,
        ),
        "interface": Input(
            "subsystem_interface",
            ("routine", "description", "users", "subsystems", "total"),
            "subsystem",
            SITE,
        ),
        "violations": Input(
            "subsystem_violations",
            ("direction", "rule", "source", "target", "kind", "reason", "file", "line"),
            "subsystem",
            SITE,
        ),
        "rules": Input(
            "subsystem_rules",
            ("order", "rule", "kind", "access", "source", "target", "reason", "edges"),
            "subsystem",
            SITE,
        ),
    }  # fmt: skip

    def pages(self, source: Source) -> Iterable[Page]:
        return (page for page in object_pages(source) if page.folder == "Subsystem")

    def view(self, page: Page, rows: Rows, context: Context) -> SubsystemView:
        about = sorted(rows["about"], key=lambda row: row.project)
        first = about[0]
        properties = {name: text for row in reversed(about) for name, text in row.properties or ()}
        size = next((row for row in rows["size"] if row.scope == "subsystem"), None)
        routines = size.routines if size else 0
        objects = [_listed(row) for row in rows["objects"]]
        violations = _violations(rows["violations"])
        return SubsystemView(
            subsystem=page.key,
            name=first.name,
            synonym=told(_synonym(first, context), first.name),
            comment=first.comment or "",
            explanation=properties.get(f"Explanation.{context.language}")
            or properties.get("Explanation.ru")
            or next((t for n, t in sorted(properties.items()) if n.startswith("Explanation")), ""),
            projects=tuple(row.project for row in about),
            in_interface=properties.get("IncludeInCommandInterface") == "true",
            around=tuple(enclosing(page.key)[:-1]),
            objects=size.objects if size else 0,
            lines=size.lines if size else 0,
            share_lines=size.share_lines if size else 0.0,
            exported=size.exported if size else 0,
            mean_cognitive=size.cognitive / routines if size and routines else None,
            nested=_nested(rows),
            types=_types(rows["objects"], context),
            uses=_partners("out", rows),
            users=_partners("in", rows),
            inner=tuple(
                sorted(
                    (Inner(*row) for row in rows["inside"]),
                    key=lambda edge: (-edge.links, edge.source, edge.target),
                )
            ),
            metrics=next((Metrics(*row) for row in rows["metrics"]), None),
            cycles=tuple(sorted((Cycle(*row) for row in rows["cycles"]), key=lambda c: c.cycle)),
            cuts=_cuts(rows["cuts"]),
            rules=tuple(
                ContractRule(*row[1:]) for row in sorted(rows["rules"], key=lambda row: row.order)
            ),
            violations=tuple(violations[:_MOST_VIOLATIONS]),
            violations_left=max(len(violations) - _MOST_VIOLATIONS, 0),
            severities=_severities(rows["findings"]),
            most_findings=_most(objects, lambda line: line.findings or 0),
            most_complex=_most(objects, lambda line: line.cognitive),
            interface=tuple(
                sorted(
                    (
                        Routine(row.routine, _sentence(row.description), row.users, row.subsystems)
                        for row in rows["interface"]
                    ),
                    key=lambda line: (-line.users, line.routine),
                )
            ),
            interface_total=max((row.total for row in rows["interface"]), default=0),
        )

    def pictures(self, view: SubsystemView, context: Context, href: Href) -> Mapping[str, str]:
        return pictures(view, context, href)

    def title(self, view: SubsystemView, context: Context) -> str:
        return context.say("Подсистема ", "Subsystem ") + subsystem_path(view.subsystem)

    def weight(self, page: Page) -> float:
        return 2.0


def _synonym(row: Row, context: Context) -> str:
    synonyms = dict(row.synonyms or ())
    return synonyms.get(context.language) or row.synonym or ""


def _nested(rows: Rows) -> tuple[Nested, ...]:
    synonyms = {
        row.object: row.synonym or "" for row in rows["children"] if row.type == "Subsystem"
    }
    return tuple(
        sorted(
            (
                Nested(
                    row.name,
                    row.name.rpartition(".")[2],
                    told(synonyms.get(row.name, ""), row.name.rpartition(".")[2]),
                    row.objects,
                    row.lines,
                    row.exported,
                    row.cognitive,
                )
                for row in rows["nested"]
                if row.scope == "subsystem"
            ),
            key=lambda line: (line.name.casefold(), line.subsystem),
        )
    )


def _listed(row: Row) -> Listed:
    return Listed(
        row.object,
        row.name,
        told(row.synonym, row.name),
        row.lines,
        row.cognitive,
        row.users,
        row.uses,
        row.findings,
    )


def _types(rows: Sequence[Row], context: Context) -> tuple[TypeGroup, ...]:
    by_type: dict[str, list[Listed]] = defaultdict(list)
    for row in rows:
        by_type[row.type].append(_listed(row))
    groups = [
        TypeGroup(
            type_,
            type_heading(type_, context.language),
            type_ in MINOR,
            tuple(sorted(found, key=lambda line: (line.name.casefold(), line.object))),
        )
        for type_, found in by_type.items()
    ]
    return tuple(sorted(groups, key=lambda group: (rank(group.type), group.heading, group.type)))


def _partners(direction: str, rows: Rows) -> tuple[Partner, ...]:
    evidence: dict[str, list[Pair]] = defaultdict(list)
    for row in rows["pairs"]:
        if row.direction == direction:
            evidence[row.partner].append(
                Pair(row.source, row.target, row.links, row.kind, row.file, row.line)
            )
    found = [
        Partner(
            row.partner,
            row.pairs,
            row.links,
            row.back,
            row.forbidden,
            row.cut,
            _strongest(evidence[row.partner]),
        )
        for row in rows["links"]
        if row.direction == direction
    ]
    return tuple(sorted(found, key=lambda partner: (-partner.links, partner.subsystem)))


def _strongest(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (-pair.links, pair.source, pair.target)))


def _cuts(rows: Sequence[Row]) -> tuple[Cut, ...]:
    pairs: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for row in rows:
        pairs[row.from_subsystem, row.to_subsystem].append(
            Pair(row.source_object, row.target_object, row.links, row.kind, row.file, row.line)
        )
    cuts = [
        Cut(source, target, sum(pair.links for pair in found), _strongest(found))
        for (source, target), found in pairs.items()
    ]
    return tuple(sorted(cuts, key=lambda cut: (cut.links, cut.source, cut.target)))


def _violations(rows: Sequence[Row]) -> list[Violation]:
    found = [
        Violation(
            row.direction,
            row.rule,
            row.source,
            row.target,
            row.kind,
            row.reason or "",
            row.file or "",
            row.line or 0,
        )
        for row in rows
    ]
    return sorted(
        found, key=lambda v: (v.direction, v.rule, v.source, v.target, v.kind, v.file, v.line)
    )


def _severities(rows: Sequence[Row]) -> tuple[SeverityCount, ...]:
    found = []
    for severity in Severity:
        mine = [row for row in rows if row.severity == severity]
        if mine:
            open_ = sum(row.count for row in mine if row.status == "open")
            found.append(SeverityCount(severity, open_, sum(row.count for row in mine) - open_))
    return tuple(found)


def _most(lines: Iterable[Listed], measure: Callable[[Listed], int]) -> tuple[Listed, ...]:
    found = sorted(lines, key=lambda line: (-measure(line), line.object))
    return tuple(line for line in found[:_WORST] if measure(line))


def _sentence(text: str, most: int = 160) -> str:
    """The first sentence of a description, on one line."""
    line = " ".join(text.split())
    end = line.find(". ")
    if _LEAST < end < most:
        return line[: end + 1]
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
