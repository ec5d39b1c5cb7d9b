"""Routes of business processes: `Flowchart.scheme` (EDT) and `Ext/Flowchart.xml` (Designer).

Both layouts write the same XML. Procedures of the object module that handle events of points
are named nowhere else. How the route is drawn (places, colours, decorative lines) is not read.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import FileFacts, Problem, Properties, Texts
from cai_assets.onec.metadata import xml
from cai_assets.onec.metadata.model import Link, Part, member_rows
from cai_assets.onec.metadata.xml import LOCAL, Element
from cai_assets.onec.sources import SourceFile

_LINE: Final = "ConnectionLine"
_DECORATION: Final = "Decoration"
_KINDS: Final = frozenset(
    {
        "Activity",
        "Completion",
        "Condition",
        _DECORATION,
        "Join",
        "Processing",
        "Split",
        "Start",
        "SubBusinessProcess",
        "Switch",
    }
)
_STATED: Final = frozenset({"Explanation", "Group", "TabOrder", "TaskDescription"})
_RIGHT: Final = "3"
"""The port on the right of a point, where a condition is left if it is true."""
_FIRST_CASE_PORT: Final = 6
"""The variants of a switch have two ports each, left and right, after those of the point."""


class _Point(NamedTuple):
    part: Part
    true_port: str
    false_port: str
    cases: tuple[str, ...]


def read_flowchart(source: SourceFile, data: bytes) -> FileFacts:
    """Read the points of a route, their handlers and sub-processes, and the ways between them."""
    root = xml.parse(data)
    if LOCAL[root.tag] != "GraphicalSchema":
        raise UnreadableFile(f"root element {LOCAL[root.tag]} is not a flowchart", xml.line(root))
    reader = _Reader(source.owner)
    items = xml.child(root, "Items")
    elements = [] if items is None else list(items)
    for element in elements:
        if LOCAL[element.tag] != _LINE:
            reader.point(element)
    for element in elements:
        if LOCAL[element.tag] == _LINE:
            reader.line(element)
    return reader.facts()


class _Reader:
    """Collects the points of one business process; lines name the points they join."""

    def __init__(self, process: str) -> None:
        self.process = process
        self.parts: list[Part] = []
        self.points: dict[str, _Point] = {}
        self.problems: list[Problem] = []

    def facts(self) -> FileFacts:
        facts = FileFacts(problems=self.problems)
        member_rows(self.parts, self.process, facts)
        facts.references = list(dict.fromkeys(facts.references))
        return facts

    def point(self, element: Element) -> None:
        kind, line = LOCAL[element.tag], xml.line(element)
        values = _values(element)
        name = xml.text(values.get("Name"))
        if kind not in _KINDS:
            self._problem(line, f"unknown kind of point on the flowchart: {kind} {name}".rstrip())
        if kind == _DECORATION and not name:
            return
        if name.casefold() in self.points:
            self._problem(line, f"the flowchart has two points named {name}; rename one")
            return
        cases = _cases(element)
        properties: Properties = {key: xml.text(values[key]) for key in _STATED & values.keys()}
        properties["PointType"] = kind
        properties["Cases"] = ", ".join(cases)
        part = Part(
            kind="FlowchartPoint",
            name=name,
            line=line,
            uuid=element.get("uuid"),
            synonym=_title(values),
            properties=properties,
        )
        self._handlers(element, part)
        self._addressing(values.get("AddressingAttributes"), part)
        process = values.get("Subprocess")
        if process is not None and (target := xml.text(process)):
            part.links.append(Link(target, "sub_process", xml.line(process)))
        self.parts.append(part)
        if name:
            true_port, false_port = (
                xml.text(values.get(key)) for key in ("TruePortIndex", "FalsePortIndex")
            )
            self.points[name.casefold()] = _Point(part, true_port, false_port, cases)

    def line(self, element: Element) -> None:
        """Add a way between two points; a decorative line or a loose end leads nowhere."""
        values = _values(element)
        connect = values.get("Connect")
        if connect is None or xml.text(values.get("DecorativeLine")) == "true":
            return
        start, port = _end(connect, "From")
        finish, _ = _end(connect, "To")
        if not start or not finish:
            return
        points = self.points
        for name in (start, finish):
            if name.casefold() not in points:
                line = xml.text(values.get("Name"))
                message = f"line {line} is joined to {name}, which is not on the flowchart"
                self._problem(xml.line(element), message)
                return
        origin = points[start.casefold()]
        target = f"{self.process}.FlowchartPoint.{points[finish.casefold()].part.name}"
        note = _branch(origin, port) or _main_text(_title(values))
        origin.part.links.append(Link(target, "transition", xml.line(element), note))

    def _handlers(self, element: Element, part: Part) -> None:
        events = xml.child(element, "Events")
        for event in events if events is not None else ():
            procedure = xml.text(event)
            if procedure:
                target = f"{self.process}.ObjectModule.{procedure}"
                name = event.get("name") or ""
                part.links.append(Link(target, "handler", xml.line(event), name))

    def _addressing(self, attributes: Element | None, part: Part) -> None:
        """Point to the attributes of the task; the note is the value, empty if code sets it."""
        stated = []
        for attribute in attributes if attributes is not None else ():
            target, line = attribute.get("ref") or "", xml.line(attribute)
            if not target:
                self._problem(line, f"an addressing attribute of {part.name} has no name")
                continue
            element = xml.child(attribute, "Value")
            value = xml.text(element)
            part.links.append(Link(target, "addressing", line, value))
            if value:
                stated.append(f"{target.rpartition('.')[2]}={value}")
            if element is not None and xml.xsi_type(element) == "DesignTimeRef":
                part.links.append(Link(value, "addressing_value", line))
        part.properties["Addressing"] = ", ".join(stated)

    def _problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, 1, message))


def _values(element: Element) -> dict[str, Element]:
    properties = xml.child(element, "Properties")
    return {} if properties is None else {LOCAL[item.tag]: item for item in properties}


def _cases(element: Element) -> tuple[str, ...]:
    """Return the names of the variants of a switch in the order of their ports."""
    properties = xml.child(element, "Properties")
    cases = [] if properties is None else xml.children(properties, "Case")
    return tuple(xml.child_text(case, "name") for case in cases)


def _title(values: dict[str, Element]) -> Texts:
    return xml.designer_texts(values.get("Title"))


def _main_text(texts: Texts) -> str:
    return texts.get("ru") or next(iter(texts.values()), "")


def _end(connect: Element, name: str) -> tuple[str, str]:
    """Return the point and the port at an end of a line."""
    end = xml.child(connect, name)
    if end is None:
        return "", ""
    return xml.child_text(end, "Item"), xml.child_text(end, "PortIndex")


def _branch(point: _Point, port: str) -> str:
    """Name the way out of a condition or a switch; empty for other points."""
    kind = point.part.properties["PointType"]
    if kind == "Condition":
        if port == point.false_port:
            return "false"
        return "true" if port in (point.true_port, _RIGHT) else ""
    if kind == "Switch" and port.isdecimal() and int(port) >= _FIRST_CASE_PORT:
        number = (int(port) - _FIRST_CASE_PORT) // 2
        return point.cases[number] if number < len(point.cases) else ""
    return ""
