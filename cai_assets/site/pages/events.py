"""Events: subscriptions by event, and what really happens when an object is written.

The order within an event is the platform's: the handler in the module of the object first, then
the subscriptions; among subscriptions there is no order that it promises. Which events belong to
one writing: the developer's guide of 1C:Enterprise 8.3, «Порядок вызова событий».
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cai_assets.site.drawing import Edge, Node, layered
from cai_assets.site.model import Context, Href, Input, Page, Row, Rows, Section, Source, Words
from cai_assets.site.names import full_name, type_heading
from cai_assets.site.pages.jobs import by_object
from cai_assets.site.pages.parts.labels import place_label
from cai_assets.site.terms import event_name

TYPE = "EventSubscription"

STAGES: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (Words("Создание", "Creation"), ("Filling", "OnCopy")),
    (Words("Номер и код", "Number and code"), ("OnSetNewNumber", "OnSetNewCode")),
    (Words("Проверка", "Check"), ("FillCheckProcessing",)),
    (Words("Запись, в транзакции", "Writing, in a transaction"), ("BeforeWrite", "OnWrite")),
    (
        Words("Проведение, в той же транзакции", "Posting, in the same transaction"),
        ("Posting", "UndoPosting"),
    ),
    (Words("Удаление", "Deletion"), ("BeforeDelete",)),
    (
        Words("Обмен данными", "Data exchange"),
        (
            *("OnSendDataToSlave", "OnSendDataToMaster", "OnSendNodeDataToSlave"),
            *("OnReceiveDataFromSlave", "OnReceiveDataFromMaster"),
        ),
    ),
    (
        Words("Показ и выбор", "Display and choice"),
        (
            *("FormGetProcessing", "PresentationFieldsGetProcessing"),
            *("PresentationGetProcessing", "ChoiceDataGetProcessing"),
            "OnReadPresentationsAtServer",
        ),
    ),
)
"""Events by what they are part of, in the order in which they come."""

_PLACE = {
    event: (stage, at)
    for stage, (_, events) in enumerate(STAGES)
    for at, event in enumerate(events)
}
_OTHER = len(STAGES)
_WRITING = frozenset({"BeforeWrite", "OnWrite", "Posting", "UndoPosting", "BeforeDelete"})
_MOST, _MOST_OF_TYPE = 8, 2
_LISTED = 300
_PICTURED = 3
_CALLS = 5


def rank(event: str) -> tuple[int, int, str]:
    """Where an event stands among all."""
    return *_PLACE.get(event, (_OTHER, 0)), event


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What a subscription is on: an object, or all objects of a type that names them."""

    id: str
    objects: int


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """A subscription of an event."""

    subscription: str
    name: str
    synonym: str
    handler: str
    handler_found: bool
    sources: tuple[SourceLine, ...]
    objects: int


@dataclass(frozen=True, slots=True)
class EventGroup:
    """The subscriptions of one event. `counts` are subscribed objects by type of the matrix."""

    event: str
    lines: tuple[SubscriptionLine, ...]
    counts: tuple[int, ...]

    @property
    def objects(self) -> int:
        """Subscribed objects."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class WriteLine:
    """An object that a handler writes; `via` does it, `steps` calls away.

    `sure` is false where a record set is created and what becomes of it is not to be seen.
    """

    object: str
    via: str
    via_label: str
    steps: int
    sure: bool
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class CallLine:
    """A routine that a handler calls."""

    target: str
    label: str
    links: int


@dataclass(frozen=True, slots=True)
class HandlerLine:
    """A handler of an event: of a module, or of a subscription."""

    handler: str
    label: str
    subscription: str
    found: bool
    writes: tuple[WriteLine, ...]
    calls: tuple[CallLine, ...]
    calls_in_all: int


@dataclass(frozen=True, slots=True)
class EventStep:
    """One event of an object and its handlers, those of the module first."""

    event: str
    handlers: tuple[HandlerLine, ...]


@dataclass(frozen=True, slots=True)
class StageLine:
    """What happens in one stage."""

    stage: Words
    steps: tuple[EventStep, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """All that the platform calls for an object."""

    object: str
    stages: tuple[StageLine, ...]


@dataclass(frozen=True, slots=True)
class Handled:
    """An object with handlers of its events."""

    object: str
    own: int
    subscriptions: int


@dataclass(frozen=True, slots=True)
class EventsView:
    """All events of the configuration."""

    types: tuple[str, ...]
    groups: tuple[EventGroup, ...]
    sequences: tuple[Chain, ...]
    handled: tuple[Handled, ...]
    handled_in_all: int
    subscriptions: int
    missing: int
    """Subscriptions whose handler is not there."""
    idle: tuple[str, ...]
    """Subscriptions on nothing that the upload has."""


class Events(Section):
    """The page of events."""

    name = "events"
    template = "events.html"
    inputs = {
        "subscriptions": Input(
            "objects", ("project", "object", "name", "synonym", "properties"), "type"
        ),
        "handlers": Input("object_handlers", ("object", "target", "resolved"), "type", "site"),
        "sources": Input("object_subscriptions", ("object", "subscription", "via"), None, "site"),
        "routines": Input("event_routines", ("object", "event", "routine"), None, "site"),
        "calls": Input(
            "handler_calls", ("handler", "order", "target", "links", "total"), None, "site"
        ),
        "writes": Input(
            "handler_writes",
            ("handler", "object", "via", "steps", "way", "file", "line"),
            None,
            "site",
        ),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        routines = source.needed("site", "event_routines", ["event"])
        types = source.needed("parsed_configuration", "objects", ["type"])
        if routines.num_rows or TYPE in types.column("type").unique().to_pylist():
            yield Page(TYPE, "events", "", "events")

    def view(self, page: Page, rows: Rows, context: Context) -> EventsView:
        return _Viewer(rows, context).view()

    def title(self, view: EventsView, context: Context) -> str:
        return context.say("События", "Events")

    def pictures(self, view: EventsView, context: Context, href: Href) -> Mapping[str, str]:
        return {
            sequence.object: _draw(sequence, f"event-{number}", context, href)
            for number, sequence in enumerate(view.sequences[:_PICTURED])
        }


class _Viewer:
    """Puts rows together."""

    def __init__(self, rows: Rows, context: Context) -> None:
        self._language = context.language
        self._subscriptions = {row.object: row for row in by_object(rows["subscriptions"])}
        self._events = {
            id_: dict(row.properties or ()).get("Event", "")
            for id_, row in self._subscriptions.items()
        }
        self._handlers = {row.object: row for row in sorted(rows["handlers"])}
        self._sources: dict[str, list[Row]] = defaultdict(list)
        self._on: dict[str, set[str]] = defaultdict(set)
        for row in sorted(rows["sources"]):
            self._sources[row.subscription].append(row)
            self._on[row.object].add(row.subscription)
        self._own: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(rows["routines"]):
            self._own[row.object].append(row)
        self._calls: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(rows["calls"]):
            self._calls[row.handler].append(row)
        self._writes: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(rows["writes"], key=lambda row: (row.handler, row.steps, row.object)):
            self._writes[row.handler].append(row)

    def view(self) -> EventsView:
        found = {id_.partition(".")[0] for id_ in self._on}
        types = tuple(sorted(found, key=lambda type_: type_heading(type_, self._language)))
        handled = sorted(
            (
                Handled(id_, len(self._own.get(id_, ())), len(self._on.get(id_, ())))
                for id_ in {*self._on, *self._own}
            ),
            key=lambda one: (-one.own - one.subscriptions, one.object),
        )
        chosen = self._chosen(handled)
        lines = [self._subscription(row) for row in self._subscriptions.values()]
        return EventsView(
            types,
            self._groups(lines, types),
            tuple(self._sequence(id_) for id_ in chosen),
            tuple(handled[:_LISTED]),
            len(handled),
            len(lines),
            sum(not line.handler_found for line in lines),
            tuple(line.subscription for line in lines if not line.objects),
        )

    def _chosen(self, handled: Sequence[Handled]) -> list[str]:
        """Objects whose writing has most handlers, few of a type: the rest is like them."""
        weight = {
            one.object: sum(row.event in _WRITING for row in self._own.get(one.object, ()))
            + sum(self._events.get(id_) in _WRITING for id_ in self._on.get(one.object, ()))
            for one in handled
        }
        of_type: Counter[str] = Counter()
        chosen: list[str] = []
        for id_ in sorted(weight, key=lambda id_: (-weight[id_], id_)):
            type_ = id_.partition(".")[0]
            if weight[id_] > 1 and of_type[type_] < _MOST_OF_TYPE and len(chosen) < _MOST:
                of_type[type_] += 1
                chosen.append(id_)
        return chosen

    def _groups(
        self, lines: Iterable[SubscriptionLine], types: Sequence[str]
    ) -> tuple[EventGroup, ...]:
        by_event: dict[str, list[SubscriptionLine]] = defaultdict(list)
        for line in lines:
            by_event[self._events[line.subscription]].append(line)
        groups = []
        for event in sorted(by_event, key=rank):
            mine = sorted(by_event[event], key=lambda line: (-line.objects, line.name))
            objects = {row.object for line in mine for row in self._sources[line.subscription]}
            counted = Counter(id_.partition(".")[0] for id_ in objects)
            groups.append(EventGroup(event, tuple(mine), tuple(counted[type_] for type_ in types)))
        return tuple(groups)

    def _subscription(self, row: Row) -> SubscriptionLine:
        sources = self._sources.get(row.object, ())
        by_name: Counter[str] = Counter(one.via or one.object for one in sources)
        handler = self._handlers.get(row.object)
        return SubscriptionLine(
            row.object,
            row.name,
            row.synonym or "",
            handler.target if handler else "",
            bool(handler and handler.resolved),
            tuple(
                SourceLine(name, count)
                for name, count in sorted(by_name.items(), key=lambda item: (-item[1], item[0]))
            ),
            len({one.object for one in sources}),
        )

    def _sequence(self, id_: str) -> Chain:
        by_event: dict[str, list[HandlerLine]] = defaultdict(list)
        for row in self._own.get(id_, ()):
            by_event[row.event].append(self._handler(id_, row.routine, "", True))
        for subscription in sorted(self._on.get(id_, ())):
            handler = self._handlers.get(subscription)
            by_event[self._events.get(subscription, "")].append(
                self._handler(
                    id_,
                    handler.target if handler else "",
                    subscription,
                    bool(handler and handler.resolved),
                )
            )
        by_stage: dict[int, list[EventStep]] = defaultdict(list)
        for event in sorted(by_event, key=rank):
            by_stage[rank(event)[0]].append(EventStep(event, tuple(by_event[event])))
        other = Words("Прочее", "Other")
        return Chain(
            id_,
            tuple(
                StageLine(STAGES[stage][0] if stage < _OTHER else other, tuple(steps))
                for stage, steps in sorted(by_stage.items())
            ),
        )

    def _handler(self, home: str, handler: str, subscription: str, found: bool) -> HandlerLine:
        def label(id_: str) -> str:
            return place_label(id_, home, self._language)

        calls = self._calls.get(handler, ())
        return HandlerLine(
            handler,
            label(handler),
            subscription,
            found,
            tuple(
                WriteLine(
                    row.object,
                    row.via,
                    label(row.via),
                    row.steps,
                    row.way == "write",
                    row.file or "",
                    row.line,
                )
                for row in self._writes.get(handler, ())
            ),
            tuple(CallLine(row.target, label(row.target), row.links) for row in calls[:_CALLS]),
            calls[0].total if calls else 0,
        )


def _draw(sequence: Chain, prefix: str, context: Context, href: Href) -> str:
    """Object → event → handlers → what they write, for the events of its writing."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    language = context.language

    def node(key: str, name: str, id_: str, tone: int, weight: float = 1) -> None:
        nodes.setdefault(key, Node(key, name, href(id_) or None, tone=tone, weight=weight))

    node("object", full_name(sequence.object, language), sequence.object, 1, 1000)
    for stage in sequence.stages:
        for step in stage.steps:
            if step.event not in _WRITING:
                continue
            event = f"event {step.event}"
            node(event, event_name(step.event, language), "events", 3, 900)
            edges.append(Edge("object", event))
            for one in step.handlers:
                name = one.handler.rpartition(".")[2] if one.subscription else one.label
                node(one.handler, name, one.handler, 0 if one.subscription else 2, 100)
                edges.append(Edge(event, one.handler))
                for write in one.writes:
                    node(write.object, write.object.partition(".")[2], write.object, 5)
                    edges.append(Edge(one.handler, write.object))
    return layered(
        nodes.values(),
        edges,
        title=context.say("Что вызывает запись", "What a writing calls"),
        id_prefix=prefix,
        more_text=context.say("ещё {}", "{} more"),
    )
