"""Pictures of the page of a subsystem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cai_assets.analysis.markdown import subsystem_path
from cai_assets.rules.model import Severity
from cai_assets.rules.reports.text import SEVERITIES
from cai_assets.site.drawing import Edge, Node, Side, Value, bars, layered, neighbourhood
from cai_assets.site.model import Context, Href
from cai_assets.site.pages.subsystem_view import Partner, SubsystemView


def pictures(view: SubsystemView, context: Context, href: Href) -> Mapping[str, str]:
    """The pictures that there is something to show on, by name."""
    found = {}
    if view.users or view.uses:
        found["neighbours"] = _neighbours(view, context, href)
    if view.inner:
        found["inside"] = _inside(view, context, href)
    if view.severities:
        found["findings"] = _findings(view, context)
    return found


def _neighbours(view: SubsystemView, context: Context, href: Href) -> str:
    """Who uses it, and what it uses."""
    say = context.say
    return neighbourhood(
        Node(view.subsystem, view.name, note=say("подсистема", "subsystem"), tone=1),
        Side(say("Используют", "Used by"), _nodes(view.users, href), "#users"),
        Side(say("Использует", "Uses"), _nodes(view.uses, href), "#uses"),
        title=say(f"Соседи подсистемы {view.name}", f"Neighbours of subsystem {view.name}"),
        id_prefix="near",
        more_text=say("ещё {}", "{} more"),
    )


def _nodes(partners: Iterable[Partner], href: Href) -> list[Node]:
    return [
        Node(
            partner.subsystem,
            _last(partner.subsystem),
            href(partner.subsystem),
            note=str(partner.links),
            weight=partner.links,
            warn=partner.forbidden > 0,
        )
        for partner in partners
    ]


def _last(subsystem: str) -> str:
    """Its name without what encloses it."""
    return subsystem_path(subsystem).rpartition(" / ")[2]


def _inside(view: SubsystemView, context: Context, href: Href) -> str:
    """What its parts use of each other."""
    say = context.say
    weight = {line.subsystem: line.lines for line in view.nested}
    ids = sorted({id_ for edge in view.inner for id_ in (edge.source, edge.target)})
    nodes = [
        Node(
            id_,
            _last(id_),
            href(id_) if id_ != view.subsystem else None,
            weight=weight.get(id_, 0),
            note=say("сама", "itself") if id_ == view.subsystem else "",
        )
        for id_ in ids
    ]
    return layered(
        nodes,
        [Edge(edge.source, edge.target, edge.links, edge.forbidden > 0) for edge in view.inner],
        title=say(f"Части подсистемы {view.name}", f"Parts of subsystem {view.name}"),
        id_prefix="inside",
        more_text=say("ещё {}", "{} more"),
        more_href="#nested",
        most_nodes=30,
        most_edges=60,
    )


def _findings(view: SubsystemView, context: Context) -> str:
    """Open findings by severity; all of them if none is open."""
    any_open = any(line.open for line in view.severities)
    values = [
        Value(
            context.say(*SEVERITIES[Severity(line.severity)]),
            line.open if any_open else line.other,
            warn=line.severity in ("blocker", "critical"),
        )
        for line in view.severities
    ]
    title = (
        context.say("Открытые замечания", "Open findings")
        if any_open
        else context.say(
            "Замечания не открытые: на поддержке поставщика, отключённые",
            "Findings that are not open: on vendor support, suppressed",
        )
    )
    return bars(values, title=title, id_prefix="severities")
